/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canned.h"
#include "t.h"

#include "upload.h"

/*
 * Each row is a whole conversation: what the store answers, what must have
 * been asked, and what came out.  The file holds "hello\n".
 */
#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define E1 "ETag: \"e1\"\r\n"
#define E2 "ETag: \"e2\"\r\n"
#define HEAD404 "HTTP/1.1 404 Not Found\r\n" LEN0
#define HEAD6 OK E1 "Content-Length: 6\r\n\r\n"
#define HEAD7 OK E1 "Content-Length: 7\r\n\r\n"
#define HEAD6_E2 OK E2 "Content-Length: 6\r\n\r\n"
#define PUT200 OK E1 LEN0
#define GOOD OK E1 "Content-Length: 6\r\n\r\nhello\n"
#define BAD OK E1 "Content-Length: 6\r\n\r\nHELLO\n"
#define WORSE OK E1 "Content-Length: 6\r\n\r\nhullo\n"
#define BUSY "HTTP/1.1 503 Slow\r\n" LEN0
#define E412 "HTTP/1.1 412 No\r\n" LEN0
#define E501 "HTTP/1.1 501 No\r\n" LEN0
#define E404 "HTTP/1.1 404 No\r\nContent-Length: 39\r\n\r\n" \
	"<Error><Code>NoSuchKey</Code></Error>\r\n"
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define BADSIG "HTTP/1.1 403 No\r\nContent-Length: 49\r\n\r\n" \
	"<Error><Code>SignatureDoesNotMatch</Code></Error>"
#define DIGEST "HTTP/1.1 400 No\r\nContent-Length: 37\r\n\r\n" \
	"<Error><Code>BadDigest</Code></Error>"
#define HEAD403 "HTTP/1.1 403 No\r\n" LEN0

struct row {
	const char *name;
	const char *answers[16];
	const char *want_asked;		/* methods, in order */
	enum upload_outcome want_outcome;
	enum err_code want_code;
};

static const struct row rows[] = {
	{ "stored and proven", { HEAD404, PUT200, HEAD6, GOOD },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "there already", { HEAD6, GOOD },
	  "HEAD GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "other size there", { HEAD7 },
	  "HEAD", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, read twice", { HEAD6, BAD, BAD },
	  "HEAD GET GET", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, at first sight", { HEAD6, BAD, GOOD },
	  "HEAD GET GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "stored wrong", { HEAD404, PUT200, HEAD6, BAD, BAD },
	  "HEAD PUT HEAD GET GET", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "two reads, two answers", { HEAD404, PUT200, HEAD6, BAD, WORSE },
	  "HEAD PUT HEAD GET GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "HEAD is busy, then not", { BUSY, BUSY, HEAD404, PUT200, HEAD6,
	  GOOD }, "HEAD HEAD HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "HEAD stays busy", { BUSY, BUSY, BUSY, BUSY },
	  "HEAD HEAD HEAD HEAD", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "PUT is busy: look, then again", { HEAD404, BUSY, HEAD404, PUT200,
	  HEAD6, GOOD }, "HEAD PUT HEAD PUT HEAD GET", UPLOAD_UPLOADED,
	  ERR_NONE },
	{ "PUT stays busy", { HEAD404, BUSY, HEAD404, BUSY, HEAD404, BUSY,
	  HEAD404, BUSY, HEAD404 },
	  "HEAD PUT HEAD PUT HEAD PUT HEAD PUT HEAD", UPLOAD_FAILED,
	  ERR_STORE_BUSY },
	{ "PUT is busy but was done", { HEAD404, BUSY, HEAD6, GOOD },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "PUT is busy and somebody else's is there",
	  { HEAD404, BUSY, HEAD6, BAD, BAD },
	  "HEAD PUT HEAD GET GET", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "412: somebody was first, with the same", { HEAD404, E412, HEAD6,
	  GOOD }, "HEAD PUT HEAD GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "412: somebody was first, with other bytes", { HEAD404, E412,
	  HEAD7 }, "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "412, and nothing there", { HEAD404, E412, HEAD404 },
	  "HEAD PUT HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "412 on a second PUT is our own first", { HEAD404, BUSY, HEAD404,
	  E412, HEAD6, GOOD }, "HEAD PUT HEAD PUT HEAD GET",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the answer of PUT is lost", { HEAD404, PUT200 "!cut", HEAD6, GOOD },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "no conditional PUT", { HEAD404, E501, PUT200, HEAD6, GOOD },
	  "HEAD PUT PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "no PUT at all", { HEAD404, E501, E501 },
	  "HEAD PUT PUT", UPLOAD_FAILED, ERR_STORE_REFUSED },
	{ "the line garbled the body once", { HEAD404, DIGEST, PUT200, HEAD6,
	  GOOD }, "HEAD PUT PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "the line garbles the body each time", { HEAD404, DIGEST, DIGEST },
	  "HEAD PUT PUT", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "200 before the body was sent", { HEAD404, "!early " PUT200 "!cut",
	  HEAD404 }, "HEAD PUT HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "the kept connection dies under the PUT", { HEAD404, "!close", HEAD6,
	  GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "fewer bytes shown than taken", { HEAD404, PUT200, HEAD7 },
	  "HEAD PUT HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "the proof has lost its ETag", { HEAD404, PUT200, HEAD6,
	  OK "Content-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT HEAD GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "a clock of 1970 is none", { "HTTP/1.1 404 No\r\n"
	  "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" LEN0, PUT200, HEAD6,
	  GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "replaced right after", { HEAD404, PUT200, HEAD6_E2 },
	  "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "removed right after", { HEAD404, PUT200, HEAD404 },
	  "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "replaced during the proof", { HEAD404, PUT200, HEAD6, E412,
	  HEAD6_E2 }, "HEAD PUT HEAD GET HEAD", UPLOAD_FAILED,
	  ERR_REPLACED_BY_OTHER },
	{ "412 although it is there", { HEAD404, PUT200, HEAD6, E412, HEAD6 },
	  "HEAD PUT HEAD GET HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "the proof's GET breaks", { HEAD404, PUT200, HEAD6,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut",
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 3-5/6\r\n"
	  "Content-Length: 3\r\n\r\nlo\n" },
	  "HEAD PUT HEAD GET GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "the range is another", { HEAD404, PUT200, HEAD6,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut",
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 2-5/6\r\n"
	  "Content-Length: 4\r\n\r\nllo\n" },
	  "HEAD PUT HEAD GET GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "ranges are ignored", { HEAD404, PUT200, HEAD6,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut", GOOD },
	  "HEAD PUT HEAD GET GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "encoded", { HEAD404, PUT200, HEAD6,
	  OK E1 "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT HEAD GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "206 for a whole GET", { HEAD404, PUT200, HEAD6,
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 0-5/6\r\n"
	  "Content-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT HEAD GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "absence not visible", { HEAD403, DENIED },
	  "HEAD GET", UPLOAD_FAILED, ERR_ABSENCE_NOT_VISIBLE },
	{ "absence visible to GET", { HEAD403, E404, PUT200, HEAD6, GOOD },
	  "HEAD GET PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "a wrong secret, never retried", { HEAD403, BADSIG },
	  "HEAD GET", UPLOAD_FAILED, ERR_AUTH_REJECTED },
	{ "PUT denied, never retried", { HEAD404, DENIED },
	  "HEAD PUT", UPLOAD_FAILED, ERR_PERMISSION_DENIED },
	{ "clocks apart", { "HTTP/1.1 404 No\r\n"
	  "Date: Fri, 24 May 2023 00:10:00 GMT\r\n" LEN0 },
	  "HEAD", UPLOAD_FAILED, ERR_CLOCK_SKEWED },
};

#define BEFORE SIZE_MAX		/* the first request */

static char path[] = "/tmp/t_upload.XXXXXX";

/* Of a store of that kind, by the row's answers; what happens meanwhile. */
static void
run_row(const struct row *row, const struct provider *kind,
    void (*meddle)(size_t), struct canned *store)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static struct client client;
	struct client_config conf = { .endpoint = &ep,
	    .provider = kind, .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 4,
	    .backoff_ms = 100, .max_class_a = 100,
	    .max_bytes_up = 1000, .max_bytes_down = 1000 };
	struct file file = {0};
	struct upload u = { .client = &client, .file = &file,
	    .key = span_of("key") };
	struct err e = {0};
	char asked[200] = "";
	struct buf b;

	t_row("%s", row->name);
	canned_init(store, row->answers);
	store->meddle = meddle;
	if (!CHECK_INT(file_open(&file, path, 0, &e), 0))
		return;
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
	if (meddle != NULL)
		meddle(BEFORE);
	CHECK_INT(upload_run(&u, &e), row->want_code == ERR_NONE ? 0 : -1);
	client_close(&client);
	file_close(&file);

	buf_fixed(&b, asked, sizeof(asked));
	for (size_t i = 0; i < store->requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store->asked[i], " "), store->asked[i]);
	CHECK_STR(asked, row->want_asked);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(u.outcome, row->want_outcome);
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
	if (f == NULL || fputs("hello\n", f) < 0 || fclose(f) != 0)
		abort();
}

static void
test_conversations(void)
{
	struct canned store;

	make_file();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i], provider_find("generic-s3"), NULL, &store);
	unlink(path);
}

/* "Only if it is new" is asked of every store but those known to say 501. */
static void
test_only_new(void)
{
	static const struct {
		const char *kind;
		bool want;
	} kinds[] = {
		{ "generic-s3", true },
		{ "cloudflare-r2", true },
		{ "openstack-swift", false },
		{ "backblaze-b2", false }
	};
	struct canned store;

	make_file();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		run_row(&rows[0], provider_find(kinds[i].kind), NULL,
		    &store);
		t_row("%s", kinds[i].kind);
		CHECK_INT(store.conditional[1], kinds[i].want);
	}
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
		{ BEFORE, { "before it is hashed", { NULL }, "",
		  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 0, { "before it is sent", { HEAD404 }, "HEAD",
		  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 1, { "its digest is refused", { HEAD404, DIGEST },
		  "HEAD PUT", UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED } },
		{ 3, { "before the store is blamed", { HEAD404, PUT200, HEAD6,
		  BAD, BAD }, "HEAD PUT HEAD GET GET", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 3, { "once it is proven, no matter", { HEAD404, PUT200,
		  HEAD6, GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED,
		  ERR_NONE } },
	};
	struct canned store;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		make_file();
		meddle_at = changes[i].at;
		run_row(&changes[i].row, provider_find("generic-s3"),
		    write_to_file, &store);
		unlink(path);
	}
}

/* One byte more than a PUT takes is refused, with nothing asked. */
static void
test_too_large(void)
{
	static const struct row fits = { "fits", { HEAD404, PUT200, HEAD6,
	    GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE };
	static const struct row too_large = { "too large", { NULL }, "",
	    UPLOAD_FAILED, ERR_PLAN_UNFIT };
	struct provider kind = *provider_find("generic-s3");
	struct canned store;

	make_file();
	kind.put_max = 6;
	run_row(&fits, &kind, NULL, &store);
	kind.put_max = 5;
	run_row(&too_large, &kind, NULL, &store);
	unlink(path);
}

/* The proof names the version, where there is one. */
static void
test_version(void)
{
	static const struct {
		const char *id, *want;
	} versions[] = {
		{ "v1.a-b", "GET /bucket/key?versionId=v1.a-b" },
		{ "null", "GET /bucket/key" },
		{ "a b", "GET /bucket/key" }
	};
	struct canned store;

	make_file();
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct row row = { .name = versions[i].id,
		    .answers = { HEAD404, PUT200 },
		    .want_asked = "HEAD PUT HEAD GET",
		    .want_outcome = UPLOAD_UPLOADED };
		char head[200], get[220];

		snprintf(head, sizeof(head), OK E1 "x-amz-version-id: %s\r\n"
		    "Content-Length: 6\r\n\r\n", versions[i].id);
		snprintf(get, sizeof(get), "%shello\n", head);
		row.answers[2] = head;
		row.answers[3] = get;
		run_row(&row, provider_find("generic-s3"), NULL, &store);
		CHECK_STR(store.asked[3], versions[i].want);
	}
	unlink(path);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "conversations", test_conversations },
		{ "only new", test_only_new },
		{ "file changes", test_file_changes },
		{ "too large", test_too_large },
		{ "version", test_version },
		{ NULL, NULL }
	};

	return t_main("upload", cases);
}
