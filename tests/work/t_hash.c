/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signals.h"
#include "t.h"

#include "hash.h"

static char path[] = "/tmp/t_hash.XXXXXX";

/* A file of n bytes that are all alike. */
static void
make_file(size_t n)
{
	FILE *f;
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		if (putc('a', f) == EOF)
			abort();
	if (fclose(f) != 0)
		abort();
}

/* Around the size of a block, the digest is that of all bytes at once. */
static void
test_sizes(void)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 200000 };
	static char all[200000];

	memset(all, 'a', sizeof(all));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t got[SHA256_LEN], want[SHA256_LEN];
		struct file f = {0};
		struct err e = {0};

		t_row("%zu bytes", sizes[i]);
		make_file(sizes[i]);
		sha256_of(want, all, sizes[i]);
		CHECK_INT(file_open(&f, path, 0, &e), 0);
		CHECK_INT(hash_file(&f, got, &e), 0);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
		CHECK(hash_still_holds(&f));
		file_close(&f);
		unlink(path);
	}
}

struct told {
	struct hash_parts parts;
	unsigned n;
	int64_t done;		/* bytes of the parts told */
	int64_t size;
	const char *all;
};

static void
on_part(struct hash_parts *h, unsigned number,
    const uint8_t digest[SHA256_LEN])
{
	struct told *t = (struct told *)h;
	int64_t n = t->size - t->done;
	uint8_t want[SHA256_LEN];

	if (n > h->part_size)
		n = h->part_size;
	sha256_of(want, t->all, (size_t)n);
	CHECK_MEM(digest, SHA256_LEN, want, sizeof(want));
	CHECK_INT(number, ++t->n);
	t->done += n;
}

/* Parts around the size of a block: each digest, and that of everything. */
static void
test_parts(void)
{
	static const struct {
		size_t size;
		int64_t part;
		unsigned want;
	} rows[] = {
		{ 0, 5, 0 }, { 1, 5, 1 }, { 5, 5, 1 }, { 6, 5, 2 },
		{ 200, 1, 200 }, { 65536, 65536, 1 }, { 65537, 65536, 2 },
		{ 131072, 65536, 2 }, { 200000, 65535, 4 },
		{ 200000, 65537, 4 }, { 200000, 199999, 2 },
		{ 200000, 1 << 20, 1 }
	};
	static char all[200000];

	memset(all, 'a', sizeof(all));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told t = { .parts = { rows[i].part, on_part },
		    .size = (int64_t)rows[i].size, .all = all };
		uint8_t got[SHA256_LEN], want[SHA256_LEN];
		struct file f = {0};
		struct err e = {0};

		t_row("%zu bytes by %lld", rows[i].size,
		    (long long)rows[i].part);
		make_file(rows[i].size);
		sha256_of(want, all, rows[i].size);
		CHECK_INT(file_open(&f, path, 0, &e), 0);
		CHECK_INT(hash_file_parts(&f, &t.parts, got, &e), 0);
		CHECK_MEM(got, sizeof(got), want, sizeof(want));
		CHECK_INT(t.n, rows[i].want);
		CHECK_INT(t.done, t.size);
		CHECK_INT(hash_check(&f, want, &e), 0);
		want[31] ^= 1;
		CHECK_INT(hash_check(&f, want, &e), -1);
		CHECK_STR(err_word(e.code), "local_bytes_changed");
		file_close(&f);
		unlink(path);
	}
}

/* Some bytes of it, wherever they stand; not those behind its end. */
static void
test_range(void)
{
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct file f = {0};
	struct err e = {0};

	make_file(70000);
	CHECK_INT(file_open(&f, path, 0, &e), 0);
	sha256_of(want, "aaaaa", 5);
	CHECK_INT(hash_file_range(&f, 65534, 5, got, &e), 0);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
	CHECK_INT(hash_file_range(&f, 69995, 5, got, &e), 0);
	CHECK_MEM(got, sizeof(got), want, sizeof(want));
	CHECK_INT(hash_file_range(&f, 69996, 5, got, &e), -1);
	CHECK_STR(err_word(e.code), "local_bytes_changed");
	file_close(&f);
	unlink(path);
}

/* What somebody does to the file behind our back. */
static void
write_to(void)
{
	FILE *f = fopen(path, "r+");

	/* The same size, and other bytes. */
	if (f == NULL || putc('b', f) == EOF || fclose(f) != 0)
		abort();
}

static void
cut(void)
{
	if (truncate(path, 3) != 0)
		abort();
}

static void
change_mode(void)
{
	if (chmod(path, 0640) != 0)
		abort();
}

static void
nothing(void)
{
}

static void
test_changes(void)
{
	static const struct {
		const char *name;
		void (*change)(void);
		int want;
	} rows[] = {
		{ "nothing", nothing, 0 },
		{ "written to", write_to, -1 },
		{ "cut", cut, -1 },
		/* Only its ctime shows: no doubt is left. */
		{ "mode", change_mode, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t digest[SHA256_LEN];
		struct file f = {0};
		struct err e = {0};

		t_row("%s", rows[i].name);
		make_file(10);
		CHECK_INT(file_open(&f, path, 0, &e), 0);
		usleep(20000);		/* a tick of the file system's clock */
		rows[i].change();
		CHECK_INT(hash_still_holds(&f), rows[i].want == 0);
		CHECK_INT(hash_file(&f, digest, &e), rows[i].want);
		CHECK_INT(e.code, rows[i].want == 0 ? ERR_NONE :
		    ERR_LOCAL_BYTES_CHANGED);
		file_close(&f);
		unlink(path);
	}
}

/* The last test: a signal that came stays noted. */
static void
test_signal(void)
{
	uint8_t digest[SHA256_LEN];
	struct file f = {0};
	struct err e = {0};

	make_file(100);
	signals_init();
	CHECK_INT(file_open(&f, path, 0, &e), 0);
	CHECK_INT(hash_file(&f, digest, &e), 0);
	if (raise(SIGTERM) != 0)
		abort();
	CHECK_INT(hash_file(&f, digest, &e), -1);
	CHECK_INT(e.code, ERR_INTERRUPTED);
	CHECK_INT(err_exit_status(&e), 128 + SIGTERM);
	file_close(&f);
	unlink(path);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "sizes", test_sizes },
		{ "parts", test_parts },
		{ "range", test_range },
		{ "changes", test_changes },
		{ "signal", test_signal },
		{ NULL, NULL }
	};

	return t_main("hash", cases);
}
