/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canned.h"
#include "hex.h"
#include "t.h"

#include "restore.h"
#include "restore_note.h"

/* One generation of six bytes, e1, that should hold "hello\n". */
#define HEAD(etag) "HTTP/1.1 200 OK\r\nETag: \"" etag "\"\r\n" \
	"Content-Length: 6\r\n\r\n"
#define GET(bytes) HEAD("e1") bytes
#define GOOD GET("hello\n")
#define BAD GET("HELLO\n")
#define WORSE GET("hullo\n")
#define CUT GET("hel!cut")
#define REST(etag) "HTTP/1.1 206 OK\r\nETag: \"" etag "\"\r\n" \
	"Content-Range: bytes 3-5/6\r\nContent-Length: 3\r\n\r\nlo\n"
#define E412 "HTTP/1.1 412 No\r\nContent-Length: 0\r\n\r\n"
#define E404 "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
#define NAMELESS "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhel!cut"

#define NONE (-1)		/* no such file */

static char folder[40];

static const struct row {
	const char *name;
	bool bound, known;		/* generation, digest */
	const char *before[6];		/* a run that leaves something, ... */
	const char *spoil;		/* which is changed into this */
	const char *answers[6];
	enum err_code want_code;
	int want_resumed, want_left;
	const char *want_range;		/* of its first request */
} rows[] = {
	{ "at once", true, true, { NULL }, NULL, { GOOD }, ERR_NONE, 0, 0,
	  "" },
	{ "any generation", false, false, { NULL }, NULL, { GOOD }, ERR_NONE,
	  0, 0, "" },
	{ "wrong once", true, true, { NULL }, NULL, { BAD, GOOD }, ERR_NONE,
	  0, 0, "" },
	{ "wrong twice", true, true, { NULL }, NULL, { BAD, BAD },
	  ERR_VERIFICATION_FAILED, 0, 0, "" },
	{ "wrong in two ways", true, true, { NULL }, NULL, { BAD, WORSE },
	  ERR_INDETERMINATE, 0, 0, "" },
	{ "gone", true, true, { NULL }, NULL, { E412, E404, E404 },
	  ERR_NOT_FOUND, 0, 0, "" },
	{ "another", true, true, { NULL }, NULL, { E412, HEAD("e2"),
	  HEAD("e2") }, ERR_REPLACED_BY_OTHER, 0, 0, "" },
	{ "cut off", true, true, { NULL }, NULL, { CUT, BUSY },
	  ERR_STORE_BUSY, 0, 3, "" },
	{ "cut off, without a name", false, true, { NULL }, NULL,
	  { NAMELESS, BUSY }, ERR_STORE_BUSY, 0, 0, "" },
	{ "gone on with", true, true, { CUT, BUSY }, NULL,
	  { REST("e1") }, ERR_NONE, 3, 0, "bytes=3-5" },
	{ "any one, gone on with", false, false, { CUT, BUSY }, NULL,
	  { REST("e1") }, ERR_NONE, 3, 0, "bytes=3-5" },
	{ "gone on with in vain", true, true, { CUT, BUSY }, NULL,
	  { BUSY, BUSY }, ERR_STORE_BUSY, 3, 3, "bytes=3-5" },
	{ "changed", true, true, { CUT, BUSY }, "hex", { GOOD },
	  ERR_NONE, 0, 0, "" },
	{ "shorter", true, true, { CUT, BUSY }, "he", { GOOD },
	  ERR_NONE, 0, 0, "" },
	{ "longer", true, true, { CUT, BUSY }, "help", { REST("e1") },
	  ERR_NONE, 3, 0, "bytes=3-5" },
	{ "no ranges", true, true, { CUT, BUSY }, NULL,
	  { GOOD, GOOD }, ERR_NONE, 0, 0, "bytes=3-5" },
	{ "replaced, of any", false, false, { CUT, BUSY }, NULL,
	  { E412, HEAD("e2"), HEAD("e2") "jello\n" }, ERR_NONE, 0, 0,
	  "bytes=3-5" },
	{ "replaced, on record", true, true, { CUT, BUSY }, NULL,
	  { E412, HEAD("e2"), HEAD("e2") }, ERR_REPLACED_BY_OTHER, 3, 0,
	  "bytes=3-5" },
	{ "gone on with, wrong", true, true, { GET("HEL!cut"), BUSY },
	  NULL, { REST("e1"), GOOD }, ERR_NONE, 0, 0, "bytes=3-5" },
};

static const struct endpoint ep = { .host = "localhost", .port = 80 };
static struct client client;
static struct guard guard;
static uint8_t digest[SHA256_LEN];

static int
run(struct restore *r, const struct row *row, const char *const *answers,
    struct canned *store, struct err *e)
{
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 2,
	    .backoff_ms = 100, .max_bytes_down = 1000 };
	int rc;

	*r = (struct restore){ .client = &client, .guard = &guard,
	    .key = span_of("key"), .digest = row->known ? digest : NULL,
	    .target = "target", .end = { .mode = 0644 },
	    .place = "http://localhost/bucket", .object = row->bound ?
	    (struct object){ true, 6, "e1", "" } :
	    (struct object){ .size = -1 } };
	canned_init(store, answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
	rc = restore_run(r, e);
	client_close(&client);
	CHECK(answers[store->next] == NULL);
	return rc;
}

/* The size of the file that waits; its name into name. */
static long
waiting(char name[64])
{
	char hex[SHA256_HEX_LEN + 1];
	uint8_t of[SHA256_LEN];
	long size = NONE;
	FILE *f;

	sha256_of(of, "target", 6);
	hex_encode(hex, of, SHA256_LEN);
	snprintf(name, 64, ".consign-%.16s.part", hex);
	f = fopen(name, "r");
	if (f != NULL) {
		fseek(f, 0, SEEK_END);
		size = ftell(f);
		fclose(f);
	}
	return size;
}

static void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (CHECK(f != NULL)) {
		fputs(text, f);
		CHECK_INT(fclose(f), 0);
	}
}

static void
clean(const char *part)
{
	char note[64];

	(void)unlink("target");
	(void)unlink(part);
	snprintf(note, sizeof(note), "%.25s.note", part);
	(void)unlink(note);
}

static void
run_row(const struct row *row)
{
	struct canned store;
	struct restore r;
	struct err e = {0};
	char part[64], got[8] = "";
	FILE *f;

	t_row("%s", row->name);
	if (row->before[0] != NULL) {
		CHECK_INT(run(&r, row, row->before, &store, &e), -1);
		CHECK_INT(r.left, 3);
		CHECK_INT(waiting(part), 3);
		if (row->spoil != NULL)
			put_file(part, row->spoil);
		err_clear(&e);
	}
	CHECK_INT(run(&r, row, row->answers, &store, &e),
	    row->want_code == ERR_NONE ? 0 : -1);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(r.resumed, row->want_resumed);
	CHECK_INT(r.left, row->want_left);
	CHECK_STR(store.range[0], row->want_range);
	CHECK_INT(waiting(part), row->want_left > 0 ? row->want_left : NONE);
	f = fopen("target", "r");
	CHECK_INT(f != NULL, row->want_code == ERR_NONE);
	if (f != NULL) {
		CHECK_INT(fread(got, 1, sizeof(got), f), 6);
		CHECK_STR(got + 1, "ello\n");
		fclose(f);
	}
	clean(part);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

/* After a power cut: what was synced holds, what came later does not. */
static void
test_synced(void)
{
	static const struct row row = { .name = "synced", .bound = true,
	    .known = true, .before = { CUT, BUSY },
	    .answers = { REST("e1") } };
	struct canned store;
	struct restore r, n;
	struct err e = {0};
	struct file_part p;
	struct file f;
	char part[64];

	CHECK_INT(run(&r, &row, row.before, &store, &e), -1);
	err_clear(&e);
	CHECK_INT(waiting(part), 3);
	n = r;
	CHECK_INT(file_part_open(&p, "target", false, part + 9, &e), 0);
	n.part = p;
	n.synced = n.last;
	n.last.at = 5;
	memset(n.last.digest, 0, SHA256_LEN);
	CHECK_INT(restore_note_write(&n, &e), 0);
	f = file_part_bytes(&p);
	CHECK_INT(file_write_at(&f, "\0\0", 2, 3, &e), 0);
	file_part_keep(&p);
	CHECK_INT(run(&r, &row, row.answers, &store, &e), 0);
	CHECK_INT(r.resumed, 3);
	clean(part);
}

/* What is there ahead is not fetched again, if it is what the note says. */
static void
test_ahead(void)
{
	static const struct {
		const char *ahead;	/* behind a gap of one byte */
		bool other;		/* other bytes are noted */
		const char *answer, *want_range;
		int want_resumed;
	} cases[] = {
		{ "o\n", false, "HTTP/1.1 206 OK\r\nETag: \"e1\"\r\n"
		    "Content-Range: bytes 3-3/6\r\nContent-Length: 1\r\n\r\nl",
		    "bytes=3-3", 5 },
		{ "o\n", true, REST("e1"), "bytes=3-5", 3 },
		{ "o", false, REST("e1"), "bytes=3-5", 3 },
	};
	static const struct row row = { .bound = true, .known = true,
	    .before = { CUT, BUSY } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *answers[] = { cases[i].answer, NULL };
		struct canned store;
		struct restore r, n;
		struct file_part p;
		struct err e = {0};
		struct file f;
		char part[64];

		CHECK_INT(run(&r, &row, row.before, &store, &e), -1);
		err_clear(&e);
		CHECK_INT(waiting(part), 3);
		n = r;
		CHECK_INT(file_part_open(&p, "target", false, part + 9, &e),
		    0);
		n.part = p;
		n.ahead[7] = (struct restore_range){ .at = 4, .size = 2,
		    .there = true };
		sha256_of(n.ahead[7].digest, cases[i].other ? "x\n" : "o\n",
		    2);
		CHECK_INT(restore_note_write(&n, &e), 0);
		f = file_part_bytes(&p);
		CHECK_INT(file_write_at(&f, cases[i].ahead,
		    strlen(cases[i].ahead), 4, &e), 0);
		file_part_keep(&p);
		CHECK_INT(run(&r, &row, answers, &store, &e), 0);
		CHECK_STR(store.range[0], cases[i].want_range);
		CHECK_INT(r.resumed, cases[i].want_resumed);
		CHECK_INT(memcmp(r.got, digest, SHA256_LEN), 0);
		clean(part);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "synced", test_synced },
		{ "ahead", test_ahead },
		{ NULL, NULL }
	};
	int rc;

	snprintf(folder, sizeof(folder), "/tmp/t_restore.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	guard_init(&guard);
	sha256_of(digest, "hello\n", 6);
	rc = t_main("restore", cases);
	return rmdir(folder) == 0 ? rc : 1;
}
