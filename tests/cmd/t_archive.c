/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "archive.h"
#include "opt.h"

/* --- An app whose time is made up ----------------------------------------- */

struct made_clock {
	struct clock clock;
	int64_t now_ms;
	int64_t longest_ms;	/* sleep */
	int64_t signal_at_ms;	/* 0: none comes */
};

static int64_t
mono_ms(struct clock *c)
{
	return ((struct made_clock *)c)->now_ms;
}

static int64_t
wall_s(struct clock *c)
{
	(void)c;
	return 1795316400;	/* 2026-11-22T03:00:00Z */
}

static void
sleep_ms(struct clock *c, int64_t ms)
{
	struct made_clock *m = (struct made_clock *)c;

	m->now_ms += ms;
	if (ms > m->longest_ms)
		m->longest_ms = ms;
}

static int
stop_signal(struct clock *c)
{
	const struct made_clock *m = (struct made_clock *)c;

	return m->signal_at_ms != 0 && m->now_ms >= m->signal_at_ms ?
	    SIGTERM : 0;
}

static struct made_clock
make_clock(void)
{
	return (struct made_clock){ .clock = { mono_ms, wall_s, sleep_ms,
	    stop_signal }, .now_ms = 1000 };
}

/* --- Which root ----------------------------------------------------------- */

static void
test_root(void)
{
	static const struct {
		const char *option, *argument;
		bool argument_is_root;
		const char *want;	/* NULL: refused */
	} rows[] = {
		{ NULL, NULL, true, "." },
		{ "a", NULL, true, "a" },
		{ NULL, "b", true, "b" },
		{ "a", "b", true, NULL },
		{ "a", "b", false, "a" },
		{ NULL, "b", false, "." },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct command command = {
		    .root_argument = rows[i].argument_is_root };
		struct options opt = { .global.root = rows[i].option };
		char word[] = "b";
		char *arg[] = { word, NULL };
		struct app app = { .opt = &opt, .command = &command,
		    .arg = arg, .nargs = rows[i].argument != NULL };
		const char *root = NULL;
		struct err e = {0};

		t_row("%zu", i);
		CHECK_INT(archive_root(&root, &app, &e),
		    rows[i].want != NULL ? 0 : -1);
		if (rows[i].want != NULL)
			CHECK_STR(root, rows[i].want);
		else
			CHECK_INT(e.code, ERR_USAGE);
	}
}

/* --- A store and options over it ------------------------------------------ */

static const char none[] = "archive: a\n";
static const char one[] =
    "stores:\n"
    "  nas:\n"
    "    endpoint_host: nas.example.org\n"
    "    bucket: abc\n"
    "    key_strategy: prefix\n"
    "    key_prefix: p\n"
    "    key_append_extension: true\n"
    "    max_puts: 5\n";
static const char two[] =
    "stores:\n"
    "  nas:\n"
    "    endpoint: https://nas.example.org\n"
    "    bucket: abc\n"
    "  off:\n"
    "    store_ref: elsewhere\n"
    "    endpoint: https://off.example.org\n"
    "    bucket: def\n";

static const struct {
	const char *file, *line;
	enum err_code want;
	const char *want_ref, *want_url, *want_host, *want_prefix;
	uint64_t want_puts;
} stores[] = {
	{ one, "", ERR_NONE, "nas", NULL, "nas.example.org", "p", 5 },
	{ one, "--store nas", ERR_NONE, "nas", NULL, "nas.example.org", "p",
	  5 },
	{ one, "--store off", ERR_USAGE, NULL, NULL, NULL, NULL, 0 },
	{ one, "--endpoint http://x", ERR_NONE, "nas", "http://x", NULL, "p",
	  5 },
	{ one, "--endpoint-host x", ERR_NONE, "nas", NULL, "x", "p", 5 },
	{ one, "--endpoint http://x --endpoint-host x", ERR_CONFIG_INVALID,
	  NULL, NULL, NULL, NULL, 0 },
	{ one, "--max-puts 0 --store-ref r", ERR_NONE, "r", NULL,
	  "nas.example.org", "p", 0 },
	{ one, "--key-strategy sha256", ERR_NONE, "nas", NULL,
	  "nas.example.org", NULL, 5 },
	{ one, "--key-strategy path", ERR_NONE, "nas", NULL,
	  "nas.example.org", "p", 5 },
	{ one, "--key-strategy sha256 --key-prefix q", ERR_CONFIG_INVALID,
	  NULL, NULL, NULL, NULL, 0 },
	{ one, "--bucket x", ERR_CONFIG_INVALID, NULL, NULL, NULL, NULL, 0 },
	{ two, "", ERR_USAGE, NULL, NULL, NULL, NULL, 0 },
	{ two, "--bucket xyz", ERR_USAGE, NULL, NULL, NULL, NULL, 0 },
	{ two, "--store off", ERR_NONE, "elsewhere",
	  "https://off.example.org", NULL, NULL, INT64_MAX },
	{ two, "--store elsewhere", ERR_USAGE, NULL, NULL, NULL, NULL, 0 },
	{ none, "", ERR_CONFIG_INVALID, NULL, NULL, NULL, NULL, 0 },
	{ none, "--store nas --endpoint http://x --bucket abc", ERR_USAGE,
	  NULL, NULL, NULL, NULL, 0 },
	{ none, "--endpoint http://x --bucket abc", ERR_NONE,
	  "generic-s3:abc", "http://x", NULL, NULL, INT64_MAX },
	{ none, "--endpoint http://x --bucket abc --provider-kind minio",
	  ERR_NONE, "minio:abc", "http://x", NULL, NULL, INT64_MAX },
	{ none, "--endpoint http://x --bucket abc --store-ref r", ERR_NONE,
	  "r", "http://x", NULL, NULL, INT64_MAX },
};

/* The words of line, a space between, as options. */
static void
parse(struct options *opt, char *line)
{
	const struct opt_set sets[] = {
		{ .fields = options_store_name, .base = &opt->selection },
		{ .fields = store_conf_fields, .base = &opt->store,
		  .given = opt->store_given }
	};
	char *argv[16];
	int argc = 0, nargs;
	struct err e = {0};

	options_init(opt);
	for (char *p = line; *p != '\0'; p += strcspn(p, " ")) {
		if (*p == ' ')
			*p++ = '\0';
		argv[argc++] = p;
	}
	CHECK_INT(opt_parse(argc, argv, sets, 2, &nargs, &e), 0);
}

static void
test_store(void)
{
	struct archive *a = calloc(1, sizeof(*a));

	for (size_t i = 0; a != NULL &&
	    i < sizeof(stores) / sizeof(stores[0]); i++) {
		char line[200];
		struct options opt;
		const struct app app = { .opt = &opt };
		struct store_conf sc;
		struct endpoint ep;
		struct err e = {0};

		t_row("%zu: %s", i, stores[i].line);
		snprintf(line, sizeof(line), "%s", stores[i].line);
		parse(&opt, line);
		CHECK_INT(archive_conf_load(&a->conf, span_of(stores[i].file),
		    &e), 0);
		(void)archive_store(&sc, a, &app, &ep, &e);
		CHECK_INT(e.code, stores[i].want);
		if (e.code == ERR_NONE && stores[i].want == ERR_NONE) {
			CHECK_STR(sc.store_ref, stores[i].want_ref);
			CHECK_STR(sc.endpoint, stores[i].want_url);
			CHECK_STR(sc.endpoint_host, stores[i].want_host);
			CHECK_STR(sc.key_prefix, stores[i].want_prefix);
			CHECK_INT(sc.max_puts, stores[i].want_puts);
		}
		archive_close(a);
	}
	free(a);
}

/* --- The lock, and what is left behind ------------------------------------ */

static pid_t
hold(const char *path)
{
	struct lock lock;
	struct err e = {0};
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		if (lock_take(&lock, path, span_of("pid 7 since then"),
		    &e) != 0 || write(ready[1], "y", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	CHECK_INT(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void
test_lock(void)
{
	static const struct {
		uint64_t wait_ms;
		int64_t signal_at_ms;
		enum err_code want;
		int64_t want_end_ms;
	} rows[] = {
		{ 0, 0, ERR_LOCKED, 1000 },
		{ 1, 0, ERR_LOCKED, 1001 },
		{ 500, 0, ERR_LOCKED, 1500 },
		{ 5000, 1300, ERR_INTERRUPTED, 1400 },
	};
	char holder[LOCK_HOLDER_MAX + 1];
	struct archive *a = calloc(1, sizeof(*a));
	struct made_clock clock = make_clock();
	struct app app = { .clock = &clock.clock };
	struct err e = {0};
	int status = -1;
	pid_t pid;

	snprintf(a->lock_file, sizeof(a->lock_file), "lock");
	pid = hold(a->lock_file);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%llu ms", (unsigned long long)rows[i].wait_ms);
		clock = make_clock();
		clock.signal_at_ms = rows[i].signal_at_ms;
		CHECK_INT(archive_lock(a, &app, rows[i].wait_ms, &e), -1);
		CHECK_INT(e.code, rows[i].want);
		CHECK_INT(clock.now_ms, rows[i].want_end_ms);
		CHECK(clock.longest_ms <= 200);
		if (e.code == ERR_LOCKED)
			CHECK(strstr(e.msg, "pid 7 since then") != NULL);
		else
			CHECK_INT(e.sys, SIGTERM);
	}
	t_row("free");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	err_clear(&e);
	CHECK_INT(archive_lock(a, &app, 0, &e), 0);
	pid = fork();
	if (pid == 0)
		_exit(lock_look(a->lock_file, holder, &e) == 1 &&
		    strstr(holder, " since 2026-11-22T03:00:00Z") != NULL &&
		    strncmp(holder, "pid ", 4) == 0 ? 0 : 1);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	archive_close(a);
	archive_close(a);
	(void)unlink(a->lock_file);
	free(a);
}

static void
put_file(const char *path)
{
	FILE *f = fopen(path, "w");

	if (CHECK(f != NULL))
		fclose(f);
}

/* Receipts are swept only after a run that died. */
static void
test_sweep(void)
{
	static const char here[] = "state/.consign-01234567.tmp";
	static const char below[] =
	    "state/receipts/2026-11/.consign-01234567.tmp";
	static const char kept[] = "state/receipts/2026-11/a.json";
	struct archive *a = calloc(1, sizeof(*a));
	struct err e = {0};

	snprintf(a->state, sizeof(a->state), "state");
	CHECK_INT(mkdir("state", 0700), 0);
	put_file(here);
	CHECK_INT(archive_sweep(a, true, &e), 0);
	CHECK_INT(access(here, F_OK), -1);
	CHECK_INT(mkdir("state/receipts", 0700), 0);
	CHECK_INT(mkdir("state/receipts/2026-11", 0700), 0);
	put_file(below);
	put_file(kept);
	CHECK_INT(archive_sweep(a, false, &e), 0);
	CHECK_INT(access(below, F_OK), 0);
	CHECK_INT(archive_sweep(a, true, &e), 0);
	CHECK_INT(access(below, F_OK), -1);
	CHECK_INT(access(kept, F_OK), 0);
	(void)unlink(kept);
	CHECK_INT(rmdir("state/receipts/2026-11"), 0);
	CHECK_INT(rmdir("state/receipts"), 0);
	CHECK_INT(rmdir("state"), 0);
	CHECK_INT(archive_sweep(a, false, &e), -1);
	free(a);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "root", test_root },
		{ "store", test_store },
		{ "lock", test_lock },
		{ "sweep", test_sweep },
		{ NULL, NULL }
	};
	char scratch[] = "/tmp/t_archive.XXXXXX";
	int status;

	if (mkdtemp(scratch) == NULL || chdir(scratch) != 0)
		return 2;
	status = t_main("archive", cases);
	(void)rmdir(scratch);
	return status;
}
