/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
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
#define GET7 OK E1 "Content-Length: 7\r\n\r\nhello!\n"
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
	{ "stored and proven", { HEAD404, PUT200, GOOD },
	  "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "there already", { HEAD6, GOOD },
	  "HEAD GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "other size there", { HEAD7 },
	  "HEAD", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, read twice", { HEAD6, BAD, BAD },
	  "HEAD GET GET", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes there, at first sight", { HEAD6, BAD, GOOD },
	  "HEAD GET GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "stored wrong", { HEAD404, PUT200, BAD, BAD },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "two reads, two answers", { HEAD404, PUT200, BAD, WORSE },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "HEAD is busy, then not", { BUSY, BUSY, HEAD404, PUT200,
	  GOOD }, "HEAD HEAD HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "HEAD stays busy", { BUSY, BUSY, BUSY, BUSY },
	  "HEAD HEAD HEAD HEAD", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "PUT is busy: look, then again", { HEAD404, BUSY, HEAD404, PUT200,
	  GOOD }, "HEAD PUT HEAD PUT GET", UPLOAD_UPLOADED,
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
	{ "the answer of PUT is lost", { HEAD404, OK "!cut", HEAD6, GOOD },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "no conditional PUT", { HEAD404, E501, HEAD404, PUT200, GOOD },
	  "HEAD PUT HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "no PUT at all", { HEAD404, E501, HEAD404, E501 },
	  "HEAD PUT HEAD PUT", UPLOAD_FAILED, ERR_STORE_REFUSED },
	{ "the line garbled the body once", { HEAD404, DIGEST, PUT200,
	  GOOD }, "HEAD PUT PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "the line garbles the body each time", { HEAD404, DIGEST, DIGEST },
	  "HEAD PUT PUT", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	{ "200 before the body was sent", { HEAD404, "!early " PUT200 "!cut",
	  HEAD404 }, "HEAD PUT HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "the kept connection dies under the PUT", { HEAD404, "!close", HEAD6,
	  GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "no conditional PUT, and somebody is faster", { HEAD404, E501,
	  HEAD7 }, "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	{ "other bytes shown than taken", { HEAD404, PUT200, GET7, HEAD7 },
	  "HEAD PUT GET HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "PUT names nothing: HEAD does", { HEAD404, OK LEN0, HEAD6, GOOD },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "PUT names nothing, and it is gone", { HEAD404, OK LEN0, HEAD404 },
	  "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "PUT names nothing, and another is there", { HEAD404, OK LEN0,
	  HEAD7 }, "HEAD PUT HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "a weak name is none", { HEAD404, OK "ETag: W/\"e1\"\r\n" LEN0,
	  HEAD6, GOOD }, "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "If-Match is ignored", { HEAD404, PUT200, OK E2
	  "Content-Length: 6\r\n\r\nhello\n", HEAD6_E2 },
	  "HEAD PUT GET HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "the proof has lost its ETag", { HEAD404, PUT200,
	  OK "Content-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "a clock of 1970 is none", { "HTTP/1.1 404 No\r\n"
	  "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" LEN0, PUT200,
	  GOOD }, "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "replaced right after", { HEAD404, PUT200, E412, HEAD6_E2 },
	  "HEAD PUT GET HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "removed right after", { HEAD404, PUT200, E404, HEAD404 },
	  "HEAD PUT GET HEAD", UPLOAD_FAILED, ERR_REPLACED_BY_OTHER },
	{ "412 although it is there", { HEAD404, PUT200, E412, HEAD6 },
	  "HEAD PUT GET HEAD", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "the proof's GET breaks", { HEAD404, PUT200,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut",
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 3-5/6\r\n"
	  "Content-Length: 3\r\n\r\nlo\n" },
	  "HEAD PUT GET GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "the range is another", { HEAD404, PUT200,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut",
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 2-5/6\r\n"
	  "Content-Length: 4\r\n\r\nllo\n" },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "ranges are ignored", { HEAD404, PUT200,
	  OK E1 "Content-Length: 6\r\n\r\nhel!cut", GOOD },
	  "HEAD PUT GET GET", UPLOAD_UPLOADED, ERR_NONE },
	{ "encoded", { HEAD404, PUT200,
	  OK E1 "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "206 for a whole GET", { HEAD404, PUT200,
	  "HTTP/1.1 206 Part\r\n" E1 "Content-Range: bytes 0-5/6\r\n"
	  "Content-Length: 6\r\n\r\nhello\n" },
	  "HEAD PUT GET", UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "absence not visible", { HEAD403, DENIED },
	  "HEAD GET", UPLOAD_FAILED, ERR_ABSENCE_NOT_VISIBLE },
	{ "absence visible to GET", { HEAD403, E404, PUT200, GOOD },
	  "HEAD GET PUT GET", UPLOAD_UPLOADED, ERR_NONE },
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

/* u has what is special; what happens meanwhile is meddle's. */
static void
run(const struct row *row, struct upload *u, const struct provider *kind,
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
	    .max_bytes_up = 1000000, .max_bytes_down = 1000 };
	struct file file = {0};
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
	u->client = &client;
	u->file = &file;
	u->key = span_of("key");
	if (meddle != NULL)
		meddle(BEFORE);
	CHECK_INT(upload_run(u, &e), row->want_code == ERR_NONE ? 0 : -1);
	client_close(&client);
	file_close(&file);

	buf_fixed(&b, asked, sizeof(asked));
	for (size_t i = 0; i < store->requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store->asked[i], " "), store->asked[i]);
	CHECK_STR(asked, row->want_asked);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(u->outcome, row->want_outcome);
	CHECK(row->answers[store->next] == NULL);
}

/* As put does it: nothing is known, If-None-Match is tried. */
static void
run_row(const struct row *row, const struct provider *kind,
    void (*meddle)(size_t), struct canned *store)
{
	struct upload u = { .put_if_none_match = !kind->no_new_only };

	run(row, &u, kind, meddle, store);
	CHECK(!u.deleted);
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
		{ 2, { "before the store is blamed", { HEAD404, PUT200,
		  BAD, BAD }, "HEAD PUT GET GET", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED } },
		{ 2, { "once it is proven, no matter", { HEAD404, PUT200,
		  GOOD }, "HEAD PUT GET", UPLOAD_UPLOADED,
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
	static const struct row fits = { "fits", { HEAD404, PUT200,
	    GOOD }, "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE };
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
		    .answers = { HEAD404 },
		    .want_asked = "HEAD PUT GET",
		    .want_outcome = UPLOAD_UPLOADED };
		char put[200], get[220];

		snprintf(put, sizeof(put), OK E1 "x-amz-version-id: %s\r\n"
		    LEN0, versions[i].id);
		snprintf(get, sizeof(get), OK E1 "x-amz-version-id: %s\r\n"
		    "Content-Length: 6\r\n\r\nhello\n", versions[i].id);
		row.answers[1] = put;
		row.answers[2] = get;
		run_row(&row, provider_find("generic-s3"), NULL, &store);
		CHECK_STR(store.asked[2], versions[i].want);
	}
	unlink(path);
}

/* --- What is known before ------------------------------------------------- */

#define V1 "x-amz-version-id: v1\r\n"
#define V2 "x-amz-version-id: v2\r\n"
#define GOOD_E2 OK E2 "Content-Length: 6\r\n\r\nhello\n"
#define PUT200_E2 OK E2 LEN0
#define DELETED "HTTP/1.1 204 No\r\n\r\n"
#define PUT200_V1 OK E1 V1 LEN0
#define BAD_V1 OK E1 V1 "Content-Length: 6\r\n\r\nHELLO\n"

static const struct object absent = { .size = -1 },
    e1 = { true, 6, "e1", "" }, e2 = { true, 6, "e2", "" },
    seven = { true, 7, "e1", "" }, unnamed = { true, 6, "", "" },
    e1_v1 = { true, 6, "e1", "v1" };

struct known_row {
	struct row row;
	const struct object *known, *seen;
	const char *bytes;		/* whose digest is known */
	bool force, unconditional;
	bool delete_if_match, versioned;

	bool want_condition;		/* the first PUT had If-None-Match */
	bool want_stored, want_wrong, want_deleted, want_left;
};

static const struct known_row known_rows[] = {
	{ { "current by HEAD", { HEAD6 }, "HEAD", UPLOAD_CURRENT, ERR_NONE },
	  .known = &e1 },
	{ { "current by a listing", { NULL }, "", UPLOAD_CURRENT, ERR_NONE },
	  .known = &e1, .seen = &e1 },
	{ { "current by version", { OK E1 V1 "Content-Length: 6\r\n\r\n" },
	  "HEAD", UPLOAD_CURRENT, ERR_NONE }, .known = &e1_v1 },
	{ { "the same tag of another version", { OK E1 V2
	  "Content-Length: 6\r\n\r\n", OK E1 V2
	  "Content-Length: 6\r\n\r\nhello\n" }, "HEAD GET",
	  UPLOAD_REMOTE_SAME, ERR_NONE }, .known = &e1_v1 },
	{ { "current by tag, as listings know no version", { NULL }, "",
	  UPLOAD_CURRENT, ERR_NONE }, .known = &e1_v1, .seen = &e1 },
	{ { "another generation with the same bytes", { HEAD6_E2, GOOD_E2 },
	  "HEAD GET", UPLOAD_REMOTE_SAME, ERR_NONE }, .known = &e1 },
	{ { "another generation with other bytes", { HEAD6, BAD, BAD },
	  "HEAD GET GET", UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
	  .known = &e2, .delete_if_match = true },
	{ { "the same tag at another size", { HEAD7 }, "HEAD", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT }, .known = &e1 },
	{ { "without a name nothing is current", { HEAD6, GOOD }, "HEAD GET",
	  UPLOAD_REMOTE_SAME, ERR_NONE }, .known = &unnamed },
	{ { "a listing without names", { HEAD6 }, "HEAD", UPLOAD_CURRENT,
	  ERR_NONE }, .known = &e1, .seen = &unnamed },
	{ { "a listing of something else is not trusted", { HEAD6 }, "HEAD",
	  UPLOAD_CURRENT, ERR_NONE }, .known = &e1, .seen = &seven },
	{ { "listed, but gone", { HEAD404, PUT200, GOOD }, "HEAD PUT GET",
	  UPLOAD_UPLOADED, ERR_NONE }, .known = &e1, .seen = &e2,
	  .want_condition = true, .want_stored = true },
	{ { "known, and gone", { HEAD404, PUT200, GOOD }, "HEAD PUT GET",
	  UPLOAD_UPLOADED, ERR_NONE }, .known = &e1,
	  .want_condition = true, .want_stored = true },
	{ { "not listed", { PUT200, GOOD }, "PUT GET", UPLOAD_UPLOADED,
	  ERR_NONE }, .seen = &absent,
	  .want_condition = true, .want_stored = true },
	{ { "not listed, but there", { E412, HEAD6, GOOD }, "PUT HEAD GET",
	  UPLOAD_REMOTE_SAME, ERR_NONE }, .seen = &absent,
	  .want_condition = true },
	{ { "not listed, no condition: HEAD before PUT", { HEAD404, PUT200,
	  GOOD }, "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	  .seen = &absent, .unconditional = true, .want_stored = true },
	{ { "no condition: HEAD before each PUT", { HEAD404, BUSY, HEAD404,
	  PUT200, GOOD }, "HEAD PUT HEAD PUT GET", UPLOAD_UPLOADED,
	  ERR_NONE }, .unconditional = true, .want_stored = true },
	{ { "no condition, garbled: HEAD again", { HEAD404, DIGEST, HEAD6,
	  GOOD }, "HEAD PUT HEAD GET", UPLOAD_REMOTE_SAME, ERR_NONE },
	  .unconditional = true },

	{ { "forced over the same", { HEAD6, PUT200_E2, GOOD_E2 },
	  "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE }, .known = &e1,
	  .force = true, .want_stored = true },
	{ { "forced over what a listing shows", { HEAD6, PUT200_E2, GOOD_E2 },
	  "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE }, .known = &e1,
	  .seen = &e1, .force = true, .want_stored = true },
	{ { "forced over other bytes", { HEAD7, PUT200_E2, GOOD_E2 },
	  "HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	  .force = true, .want_stored = true },
	{ { "forced over nothing", { HEAD404, PUT200, GOOD }, "HEAD PUT GET",
	  UPLOAD_UPLOADED, ERR_NONE },
	  .force = true, .want_condition = true, .want_stored = true },
	{ { "forced, busy, not done", { HEAD6, BUSY, HEAD6, PUT200_E2,
	  GOOD_E2 }, "HEAD PUT HEAD PUT GET", UPLOAD_UPLOADED, ERR_NONE },
	  .force = true, .want_stored = true },
	{ { "forced, busy, but done", { HEAD6, BUSY, HEAD6_E2, GOOD_E2 },
	  "HEAD PUT HEAD GET", UPLOAD_UPLOADED, ERR_NONE },
	  .force = true, .want_stored = true },
	{ { "forced, and not sent", { HEAD6, DENIED }, "HEAD PUT",
	  UPLOAD_FAILED, ERR_PERMISSION_DENIED }, .force = true },
	{ { "forced, stays busy", { HEAD6, BUSY, HEAD6, BUSY, HEAD6, BUSY,
	  HEAD6, BUSY, HEAD6 }, "HEAD PUT HEAD PUT HEAD PUT HEAD PUT HEAD",
	  UPLOAD_FAILED, ERR_STORE_BUSY },
	  .force = true, .want_stored = true },
	{ { "forced, but the file is another", { NULL }, "", UPLOAD_FAILED,
	  ERR_LOCAL_BYTES_CHANGED }, .force = true, .bytes = "HELLO\n" },

	{ { "its digest is known", { HEAD404, PUT200, GOOD }, "HEAD PUT GET",
	  UPLOAD_UPLOADED, ERR_NONE }, .bytes = "hello\n",
	  .want_condition = true, .want_stored = true },
	{ { "its digest is known, sent twice", { HEAD404, BUSY, HEAD404,
	  PUT200, GOOD }, "HEAD PUT HEAD PUT GET", UPLOAD_UPLOADED,
	  ERR_NONE }, .bytes = "hello\n",
	  .want_condition = true, .want_stored = true },
	{ { "a wrong digest never arrives", { HEAD404 }, "HEAD",
	  UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED }, .bytes = "HELLO\n" },
	{ { "a wrong digest is no conflict", { HEAD6, GOOD, GOOD },
	  "HEAD GET GET", UPLOAD_FAILED, ERR_LOCAL_BYTES_CHANGED },
	  .bytes = "HELLO\n" },

	{ { "wrong: removed by its tag", { HEAD404, PUT200, BAD, BAD,
	  DELETED }, "HEAD PUT GET GET DELETE", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_deleted = true },
	{ { "wrong: no safe way", { HEAD404, PUT200, BAD, BAD },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_left = true },
	{ { "wrong: removed by its version", { HEAD404, PUT200_V1, BAD_V1,
	  BAD_V1, DELETED }, "HEAD PUT GET GET DELETE", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .versioned = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_deleted = true },
	{ { "wrong: a version without an id", { HEAD404, PUT200, BAD, BAD },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_VERIFICATION_FAILED },
	  .versioned = true, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_left = true },
	{ { "wrong: not named by the PUT", { HEAD404, OK LEN0, HEAD6, BAD,
	  BAD }, "HEAD PUT HEAD GET GET", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_left = true },
	{ { "wrong: replaced before it was removed", { HEAD404, PUT200, BAD,
	  BAD, E412 }, "HEAD PUT GET GET DELETE", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true },
	{ { "wrong: gone before it was removed", { HEAD404, PUT200, BAD,
	  BAD, E404 }, "HEAD PUT GET GET DELETE", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_deleted = true },
	{ { "wrong: not ours to remove", { HEAD404, PUT200, BAD, BAD,
	  DENIED }, "HEAD PUT GET GET DELETE", UPLOAD_FAILED,
	  ERR_VERIFICATION_FAILED }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true, .want_wrong = true,
	  .want_left = true },
	{ { "unreadable is not wrong", { HEAD404, PUT200, BAD, DENIED },
	  "HEAD PUT GET GET", UPLOAD_FAILED, ERR_PERMISSION_DENIED },
	  .delete_if_match = true,
	  .want_condition = true, .want_stored = true },
	{ { "two wrong reads that differ prove nothing", { HEAD404, PUT200,
	  BAD, WORSE }, "HEAD PUT GET GET", UPLOAD_FAILED,
	  ERR_INDETERMINATE }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true },
	{ { "found wrong after a lost answer: perhaps another's", { HEAD404,
	  BUSY, HEAD6, BAD, BAD }, "HEAD PUT HEAD GET GET", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT }, .delete_if_match = true,
	  .want_condition = true, .want_stored = true },
};

static void
run_known(const struct known_row *r, struct canned *store)
{
	uint8_t digest[SHA256_LEN];
	struct upload u = { .known = r->known, .seen = r->seen,
	    .force = r->force, .put_if_none_match = !r->unconditional,
	    .delete_if_match = r->delete_if_match,
	    .versioned = r->versioned };
	bool condition = false;

	if (r->bytes != NULL) {
		sha256_of(digest, r->bytes, strlen(r->bytes));
		u.digest = digest;
	}
	run(&r->row, &u, provider_find("generic-s3"), NULL, store);
	for (size_t i = 0; i < store->requests; i++) {
		condition |= store->conditional[i];
		if (strcmp(store->asked[i], "DELETE /bucket/key") == 0)
			CHECK_STR(store->if_match[i], "\"e1\"");
		else if (strncmp(store->asked[i], "DELETE", 6) == 0)
			CHECK_STR(store->asked[i],
			    "DELETE /bucket/key?versionId=v1");
	}
	CHECK_INT(condition, r->want_condition);
	CHECK_INT(u.stored, r->want_stored);
	CHECK_INT(u.wrong.exists, r->want_wrong);
	CHECK_INT(u.deleted, r->want_deleted);
	CHECK_INT(u.left, r->want_left);
	if (u.outcome != UPLOAD_FAILED)
		CHECK_INT(u.bytes_verified,
		    u.outcome == UPLOAD_CURRENT ? 0 : 6);
	if (u.outcome != UPLOAD_FAILED)
		CHECK(u.object.exists && u.object.size == 6 &&
		    u.object.etag[0] == 'e');
}

static void
test_known(void)
{
	struct canned store;

	make_file();
	for (size_t i = 0; i < sizeof(known_rows) / sizeof(known_rows[0]); i++)
		run_known(&known_rows[i], &store);
	unlink(path);
}

/* An empty file has no last block to hold back: it is hashed. */
static void
test_empty(void)
{
	static const struct known_row rows_of_empty[] = {
		{ { "empty", { HEAD404, PUT200, OK E1 LEN0 }, "HEAD PUT GET",
		  UPLOAD_UPLOADED, ERR_NONE }, .bytes = "" },
		{ { "not empty before", { NULL }, "", UPLOAD_FAILED,
		  ERR_LOCAL_BYTES_CHANGED }, .bytes = "hello\n" },
	};
	struct canned store;

	make_file();
	if (truncate(path, 0) != 0)
		abort();
	for (size_t i = 0; i < 2; i++) {
		uint8_t digest[SHA256_LEN];
		struct upload u = { .put_if_none_match = true,
		    .digest = digest };
		const struct known_row *r = &rows_of_empty[i];

		sha256_of(digest, r->bytes, strlen(r->bytes));
		run(&r->row, &u, provider_find("generic-s3"), NULL, &store);
	}
	unlink(path);
}

/* Wrong bytes, but of a file that is another now: said, and left. */
static void
test_wrong_and_changed(void)
{
	static const struct row row = { "wrong, and the file changed",
	    { HEAD404, PUT200, BAD, BAD }, "HEAD PUT GET GET", UPLOAD_FAILED,
	    ERR_LOCAL_BYTES_CHANGED };
	struct upload u = { .put_if_none_match = true,
	    .delete_if_match = true };
	struct canned store;

	make_file();
	meddle_at = 2;
	run(&row, &u, provider_find("generic-s3"), write_to_file, &store);
	CHECK(u.wrong.exists && u.left && !u.deleted);
	unlink(path);
}

/* Sent again from its first byte, and hashed from there, too. */
static void
test_sent_again(void)
{
	static const struct row row = { "again from its first byte",
	    { HEAD404, "!early " BUSY "!cut", HEAD404, PUT200, DENIED },
	    "HEAD PUT HEAD PUT GET", UPLOAD_FAILED, ERR_PERMISSION_DENIED };
	static char bytes[100000];
	uint8_t digest[SHA256_LEN];
	struct upload u = { .put_if_none_match = true, .digest = digest };
	struct canned store;
	FILE *f;

	make_file();
	f = fopen(path, "w");
	if (f == NULL || fwrite(bytes, sizeof(bytes), 1, f) != 1 ||
	    fclose(f) != 0)
		abort();
	sha256_of(digest, bytes, sizeof(bytes));
	run(&row, &u, provider_find("generic-s3"), NULL, &store);
	CHECK_INT(u.attempts, 2);
	unlink(path);
}

static struct canned *stop_store;

static void
stop_at_put(size_t request)
{
	if (request == 1)
		stop_store->stop = SIGTERM;
}

static void
sleep_and_stop(struct clock *clock, int64_t ms)
{
	(void)clock;
	(void)ms;
	stop_store->stop = SIGTERM;
}

static void
stop_in_pause(size_t request)
{
	if (request == 1)
		stop_store->clock.sleep_ms = sleep_and_stop;
}

/* Told to end while a PUT is under way, or in the pause before the next. */
static void
test_stopped(void)
{
	static const struct row stops[] = {
		{ "under way", { HEAD404, "!silent" }, "HEAD PUT",
		  UPLOAD_FAILED, ERR_INTERRUPTED },
		{ "in the pause", { HEAD404, BUSY }, "HEAD PUT",
		  UPLOAD_FAILED, ERR_INTERRUPTED },
	};
	struct canned store;

	make_file();
	stop_store = &store;
	for (size_t i = 0; i < 2; i++) {
		struct upload u = { .put_if_none_match = true };

		run(&stops[i], &u, provider_find("generic-s3"),
		    i == 0 ? stop_at_put : stop_in_pause, &store);
		CHECK(u.stored);
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
		{ "known before", test_known },
		{ "empty", test_empty },
		{ "wrong and changed", test_wrong_and_changed },
		{ "sent again", test_sent_again },
		{ "stopped", test_stopped },
		{ NULL, NULL }
	};

	return t_main("upload", cases);
}
