/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canned.h"
#include "sha256.h"
#include "t.h"

#include "parts.h"

#include "t_parts_rows.h"

/* --- A run ---------------------------------------------------------------- */

static char path[] = "/tmp/t_parts.XXXXXX";
static char told_text[300];
static struct buf told;
static const char *stop_at;	/* the hook that fails, or NULL */

static int
tell(const char *what, struct err *e)
{
	buf_printf(&told, "%s ", what);
	if (stop_at != NULL && strcmp(stop_at, what) == 0)
		return err_set(e, ERR_DISK_FULL, "no room for '%s'", what);
	return 0;
}

static int
on_intend(struct parts *p, struct err *e)
{
	CHECK_STR(p->upload_id, "");
	return tell("intend", e);
}

static int
on_begun(struct parts *p, struct err *e)
{
	CHECK(p->upload_id[0] == 'u');
	return tell("begun", e);
}

static int
on_landed(struct parts *p, unsigned number, struct err *e)
{
	static const char *const text[] = { "hello", "\nworl", "d\n" };
	uint8_t want[SHA256_LEN];
	char name[8];

	sha256_of(want, text[number - 1], strlen(text[number - 1]));
	CHECK_MEM(parts_digest(p, number), SHA256_LEN, want, SHA256_LEN);
	snprintf(name, sizeof(name), "p%u", number);
	if (strcmp(parts_etag(p, number), MD5_2) != 0)
		CHECK_STR(parts_etag(p, number), name);
	return tell(name + 1, e);
}

static int
on_completing(struct parts *p, struct err *e)
{
	(void)p;
	return tell("completing", e);
}

static int
on_ended(struct parts *p, enum parts_end end, struct err *e)
{
	CHECK(p->upload_id[0] == 'u');
	return tell(parts_end_name(end), e);
}

static int
on_completed(struct parts *p, struct err *e)
{
	CHECK(p->told.exists);
	CHECK_INT(p->told.size, 12);
	return tell("told", e);
}

static int
on_proven(struct parts *p, unsigned number, struct err *e)
{
	char text[16];

	CHECK(object_is_named(&p->there));
	snprintf(text, sizeof(text), "=%u", number);
	return tell(text, e);
}

static int
on_suspended(struct parts *p, struct err *e)
{
	CHECK(p->upload_id[0] == 'u');
	return tell("left", e);
}

static const struct parts_hooks hooks = { on_intend, on_begun, on_landed,
	on_completing, on_ended, on_completed, on_proven, on_suspended };

/* What an earlier run left. */
static void
bring(struct parts *p, int set)
{
	static const char *const text[] = { "hello", "\nworl", "d\n" };

	if ((set & (TWO_LANDED | ALL_LANDED)) != 0)
		memcpy(p->upload_id, "u0", 3);
	for (unsigned n = 1; n <= 3 && p->upload_id[0] != '\0'; n++) {
		uint8_t digest[SHA256_LEN];
		char etag[8];

		if (n == 2 && (set & ALL_LANDED) == 0)
			continue;
		sha256_of(digest, text[n - 1], strlen(text[n - 1]));
		digest[3] ^= n == 3 && (set & OTHER_BYTES) != 0;
		snprintf(etag, sizeof(etag), "p%u", n);
		parts_known(p, n, digest, etag);
	}
	p->completing = (set & COMPLETING) != 0;
	if ((set & INTENDED) != 0)
		p->intended_at = 1369353600;
	p->unsure = (set & UNSURE) != 0;
	p->unchanged = (set & UNCHANGED) != 0;
	if ((set & TOLD_IT) != 0)
		p->told = (struct object){ true, 12, "e-3", "" };
	for (unsigned n = 1; n <= 3; n += 2) {
		struct object of = { true, 12, "e-3", "" };

		of.etag[0] = (set & TWO_PROVEN) != 0 ? 'e' : 'f';
		if ((set & (TWO_PROVEN | OTHERS_PROVEN)) != 0)
			parts_proven(p, n, &of);
	}
}

/* By the row's answers; the results are left in *p, which is closed. */
static void
run_row(const struct row *row, void (*meddle)(size_t), struct canned *store,
    struct parts *p)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static const struct object known = { true, 12, "e-3", "" };
	static struct client client;
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 4,
	    .backoff_ms = 100, .max_class_a = 100, .max_bytes_up = 10000,
	    .max_bytes_down = 10000 };
	struct file file = {0};
	struct err e = {0};
	char asked[200] = "";
	struct buf b;

	t_row("%s", row->name);
	buf_fixed(&told, told_text, sizeof(told_text));
	canned_init(store, row->answers);
	store->meddle = meddle;
	if (!CHECK_INT(file_open(&file, path, 0, &e), 0))
		return;
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
	*p = (struct parts){ .client = &client, .file = &file,
	    .key = span_of("key"), .part_size = PART_SIZE, .hooks = &hooks,
	    .how = (row->set & REHASH) != 0 ? PARTS_REHASH : PARTS_RANGES,
	    .keep = (row->set & KEEP) != 0, .force = (row->set & FORCE) != 0,
	    .known = (row->set & KNOWN) != 0 ? &known : NULL,
	    .complete_if_none_match = (row->set & BLIND) == 0,
	    .delete_if_match = (row->set & DELETES) != 0,
	    .versioned = (row->set & VERSIONED) != 0 };
	CHECK_INT(parts_open(p, &e), 0);
	bring(p, row->set);
	CHECK_INT(parts_run(p, &e), row->want_code == ERR_NONE ? 0 : -1);
	client_close(&client);
	file_close(&file);
	parts_close(p);

	buf_fixed(&b, asked, sizeof(asked));
	for (size_t i = 0; i < store->requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store->asked[i], " "), store->asked[i]);
	CHECK_STR(asked, row->want_asked);
	CHECK_STR(told_text, row->want_told);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(p->outcome, row->want_outcome);
	CHECK(row->answers[store->next] == NULL);
}

static void
make_file(void)
{
	FILE *f;
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL || fputs(TEXT, f) < 0 || fclose(f) != 0)
		abort();
}

static const struct row *
row_named(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	abort();
}

/* Does an upload stand at the end of such a row? */
static bool
is_left(const struct row *r)
{
	static const char *const ends[] = { "completed ", "aborted ",
	    "gone " };
	size_t len = strlen(r->want_told);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len >= strlen(ends[i]) && strcmp(r->want_told + len -
		    strlen(ends[i]), ends[i]) == 0)
			return false;
	return strstr(r->want_told, "begun") != NULL ||
	    (r->set & (TWO_LANDED | ALL_LANDED)) != 0;
}

static void
test_conversations(void)
{
	static struct canned store;
	static struct parts p;

	make_file();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_row(&rows[i], NULL, &store, &p);
		CHECK_INT(p.upload_id[0] != '\0', is_left(&rows[i]));
	}
	unlink(path);
}

/* What is sent where, and what comes out, in one run to the end. */
static void
test_details(void)
{
	static const char *const asked[] = { "HEAD /bucket/key",
	    "POST /bucket/key?uploads=",
	    "PUT /bucket/key?partNumber=1&uploadId=u1",
	    "PUT /bucket/key?partNumber=2&uploadId=u1",
	    "PUT /bucket/key?partNumber=3&uploadId=u1",
	    "POST /bucket/key?uploadId=u1", "HEAD /bucket/key",
	    "GET /bucket/key", "GET /bucket/key", "GET /bucket/key" };
	static struct canned store;
	static struct parts p;
	uint8_t want[SHA256_LEN];

	make_file();
	run_row(&rows[0], NULL, &store, &p);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		CHECK_STR(store.asked[i], asked[i]);
		CHECK_INT(store.conditional[i], i == 5);
	}
	CHECK_STR(store.range[7], "bytes=0-4");
	CHECK_STR(store.range[8], "bytes=5-9");
	CHECK_STR(store.range[9], "bytes=10-11");
	sha256_of(want, TEXT, strlen(TEXT));
	CHECK_MEM(p.object_id, SHA256_LEN, want, SHA256_LEN);
	CHECK_STR(p.object.etag, "e-3");
	CHECK_INT(p.size, 12);
	CHECK_INT(p.count, 3);
	CHECK_INT(p.attempts, 3);
	CHECK_INT(p.landed, 3);
	CHECK_INT(p.kept, 0);
	CHECK_INT(p.bytes_sent, 12);
	CHECK_INT(p.bytes_verified, 12);

	run_row(row_named("two have landed"), NULL, &store, &p);
	CHECK_STR(store.asked[1], "PUT /bucket/key?partNumber=2&uploadId=u0");
	CHECK_INT(p.landed, 1);
	CHECK_INT(p.kept, 2);
	CHECK_INT(p.bytes_sent, 5);

	run_row(row_named("wrong, read twice: left"), NULL, &store, &p);
	CHECK(p.wrong.exists && p.left && !p.deleted);
	run_row(row_named("wrong, read twice: removed"), NULL, &store, &p);
	CHECK(p.wrong.exists && !p.left && p.deleted);
	run_row(row_named("of a version"), NULL, &store, &p);
	CHECK_STR(store.asked[8], "GET /bucket/key?versionId=v1");
	CHECK_STR(p.object.version_id, "v1");
	run_row(row_named("a wrong version is removed"), NULL, &store, &p);
	CHECK_STR(store.asked[9], "DELETE /bucket/key?versionId=v1");
	CHECK(p.wrong.exists && !p.left && p.deleted);
	run_row(row_named("wrong, and another's ETag: left"), NULL, &store,
	    &p);
	CHECK(!p.wrong.exists && !p.left && !p.deleted);
	unlink(path);
}

/* Uploads that a Create without an answer may have left are counted. */
static void
test_strays(void)
{
	static const struct {
		const char *row;
		unsigned want;
	} cases[] = {
		{ "Create is busy, and began nothing", 0 },
		{ "Create's answer is lost, and it began one", 0 },
		{ "several could be it: none is taken", 2 },
		{ "this key may not list", 1 },
	};
	static struct canned store;
	static struct parts p;

	make_file();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_row(row_named(cases[i].row), NULL, &store, &p);
		CHECK_INT(p.strays, cases[i].want);
	}
	unlink(path);
}

/* A caller that cannot make something durable stops the run there. */
static void
test_hooks_stop(void)
{
	static const struct {
		const char *at;
		struct row row;
	} cases[] = {
		{ "intend", { "intend", KEEP, { HEAD404 }, "HEAD", "intend ",
		  UPLOAD_FAILED, ERR_DISK_FULL } },
		{ "begun", { "begun", KEEP, { HEAD404, CREATED }, "HEAD POST",
		  "intend begun ", UPLOAD_FAILED, ERR_DISK_FULL } },
		{ "begun", { "begun, and not kept", 0, { HEAD404, CREATED,
		  ENDED }, "HEAD POST DELETE DELETE", "intend begun aborted ",
		  UPLOAD_FAILED, ERR_DISK_FULL } },
		{ "2", { "2", KEEP, { HEAD404, CREATED, P1, P2 },
		  "HEAD POST PUT PUT", "intend begun 1 2 ", UPLOAD_FAILED,
		  ERR_DISK_FULL } },
		{ "completing", { "completing", KEEP, { HEAD404, CREATED, P1,
		  P2, P3 }, "HEAD POST PUT PUT PUT",
		  "intend begun 1 2 3 completing ", UPLOAD_FAILED,
		  ERR_DISK_FULL } },
		{ "completed", { "completed", 0, { HEAD404, CREATED, P1,
		  P2, P3, DONE }, "HEAD POST PUT PUT PUT POST",
		  TOLD "completed ", UPLOAD_FAILED, ERR_DISK_FULL } },
		{ "told", { "told", KEEP, { HEAD404, CREATED, P1, P2, P3,
		  DONE }, "HEAD POST PUT PUT PUT POST",
		  "intend begun 1 2 3 completing told ", UPLOAD_FAILED,
		  ERR_DISK_FULL } },
		{ "=2", { "=2", KEEP, { HEAD404, CREATED, P1, P2, P3, DONE,
		  HEAD12, R1, R2 },
		  "HEAD POST PUT PUT PUT POST HEAD GET GET",
		  "intend begun 1 2 3 completing told =1 =2 ", UPLOAD_FAILED,
		  ERR_DISK_FULL } },
	};
	static struct canned store;
	static struct parts p;

	make_file();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stop_at = cases[i].at;
		run_row(&cases[i].row, NULL, &store, &p);
	}
	stop_at = NULL;
	unlink(path);
}

static size_t meddle_at;

/* Somebody writes to the file while that request is under way. */
static void
write_to_file(size_t request)
{
	FILE *f = request == meddle_at ? fopen(path, "a") : NULL;

	if (f != NULL && (fputs("more\n", f) < 0 || fclose(f) != 0))
		abort();
}

static void
test_file_changes(void)
{
	static const struct {
		size_t at;
		struct row row;
	} changes[] = {
		{ 0, { "before it is hashed", KEEP, { HEAD404 }, "HEAD", "",
		  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 0, { "and there was an upload", KEEP | TWO_LANDED,
		  { HEAD404, ENDED }, "HEAD DELETE DELETE", "aborted ",
		  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 1, { "before the first part", KEEP, { HEAD404, CREATED,
		  ENDED }, "HEAD POST DELETE DELETE",
		  "intend begun aborted ", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 3, { "amid the parts", KEEP, { HEAD404, CREATED, P1, P2,
		  ENDED }, "HEAD POST PUT PUT DELETE DELETE",
		  "intend begun 1 2 aborted ", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 4, { "before Complete", KEEP, { HEAD404, CREATED, P1, P2,
		  P3, ENDED }, "HEAD POST PUT PUT PUT DELETE DELETE",
		  "intend begun 1 2 3 aborted ", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 3, { "a part's digest is refused", KEEP, { HEAD404, CREATED,
		  P1, DIGEST, ENDED }, "HEAD POST PUT PUT DELETE DELETE",
		  "intend begun 1 aborted ", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 9, { "before the store is blamed", DELETES, { HEAD404,
		  CREATED, P1, P2, P3, DONE, HEAD12, R1, BAD2, BAD2 },
		  "HEAD POST PUT PUT PUT POST HEAD GET GET GET", TOLD,
		  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 5, { "once it is completed, no matter", KEEP, { HEAD404,
		  CREATED, P1, P2, P3, DONE, PROOF }, SENT, KEPT_TOLD,
		  UPLOAD_UPLOADED, ERR_NONE } },
	};
	static struct canned store;
	static struct parts p;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		make_file();
		meddle_at = changes[i].at;
		run_row(&changes[i].row, write_to_file, &store, &p);
		unlink(path);
	}
}

/* The object id that the caller knows decides what the file must be. */
static void
test_known_digest(void)
{
	static const uint8_t other[SHA256_LEN];
	static struct canned store;
	static struct client client;
	static const char *const answers[] = { HEAD404, NULL };
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .max_attempts = 1, .stall_ms = 1000,
	    .creds = { span_of("A"), span_of("s"), { NULL, 0 } } };
	struct file file = {0};
	struct err e = {0};
	struct parts p = { .client = &client, .file = &file,
	    .key = span_of("key"), .part_size = PART_SIZE, .hooks = &hooks,
	    .digest = other };

	make_file();
	CHECK_INT(file_open(&file, path, 0, &e), 0);
	canned_init(&store, answers);
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
	CHECK_INT(parts_open(&p, &e), 0);
	CHECK_INT(parts_run(&p, &e), -1);
	CHECK_STR(err_word(e.code), "local_bytes_changed");
	parts_close(&p);
	parts_close(&p);
	client_close(&client);

	/* More parts than an upload may have, and none. */
	p.part_size = 1;
	file.id.size = MULTIPART_PARTS_MAX;
	err_clear(&e);
	CHECK_INT(parts_open(&p, &e), 0);
	CHECK_INT(p.count, MULTIPART_PARTS_MAX);
	parts_close(&p);
	file.id.size = MULTIPART_PARTS_MAX + 1;
	CHECK_INT(parts_open(&p, &e), -1);
	CHECK_STR(err_word(e.code), "plan_unfit");
	file.id.size = 0;
	CHECK_INT(parts_open(&p, &e), -1);
	file_close(&file);
	unlink(path);
}

/* The result of a task that others do: the line broke, or not. */
static void
took(struct parts *p, const struct task *task, const char *etag)
{
	struct task_result r = { .attempts = 4 };

	if (etag == NULL)
		err_set(&r.why, ERR_UNREACHABLE, "broken");
	else
		memcpy(r.etag, etag, strlen(etag) + 1);
	parts_take(p, task, &r);
}

/*
 * A part for which the line broke comes again once another lands, and only
 * then; until then nothing is handed out, and what is at work never twice.
 */
static void
test_new_row(void)
{
	static struct canned store;
	static struct client client;
	static const char *const answers[] = { HEAD404, CREATED, NULL };
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .max_attempts = 1, .stall_ms = 1000,
	    .creds = { span_of("A"), span_of("s"), { NULL, 0 } },
	    .max_class_a = 10, .connect_ms = 1000, .min_rate = 1 };
	struct file file = {0};
	struct err e = {0};
	struct parts p = { .client = &client, .file = &file, .keep = true,
	    .key = span_of("key"), .part_size = PART_SIZE, .hooks = &hooks };
	struct task first, second, third, again;

	make_file();
	buf_fixed(&told, told_text, sizeof(told_text));
	CHECK_INT(file_open(&file, path, 0, &e), 0);
	canned_init(&store, answers);
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
	CHECK_INT(parts_open(&p, &e), 0);
	parts_start(&p);
	CHECK(parts_next(&p, &first) && first.number == 1);
	CHECK(parts_next(&p, &second) && second.number == 2);
	took(&p, &first, NULL);
	CHECK(!parts_next(&p, &first));
	took(&p, &second, "p2");
	CHECK(parts_next(&p, &again) && again.number == 1);
	CHECK(parts_next(&p, &third) && third.number == 3);
	CHECK(!parts_next(&p, &first));
	took(&p, &third, "p3");
	CHECK(!parts_is_over(&p));
	took(&p, &again, NULL);
	CHECK(parts_is_over(&p));
	CHECK_INT(parts_conclude(&p, &e), -1);
	CHECK_STR(err_word(e.code), "unreachable");
	CHECK_INT(p.landed, 2);
	parts_close(&p);
	client_close(&client);
	file_close(&file);
	unlink(path);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "conversations", test_conversations },
		{ "details", test_details },
		{ "strays", test_strays },
		{ "hooks stop", test_hooks_stop },
		{ "file changes", test_file_changes },
		{ "known digest", test_known_digest },
		{ "new row", test_new_row },
		{ NULL, NULL }
	};

	return t_main("parts", cases);
}
