/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canned.h"
#include "count_rng.h"
#include "file_scratch.h"
#include "t.h"

#include "parts_stream.h"

/*
 * Each row is a whole conversation about input that is read once, in parts of
 * 5 bytes, or growing ones: what the store answers, what must have been
 * asked, what the caller was told, and what came out.
 */
#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define HEAD404 "HTTP/1.1 404 Not Found\r\n" LEN0
#define HEAD_OF(etag, size) OK "ETag: \"" etag "\"\r\n" \
	"Content-Length: " size "\r\n\r\n"
#define CREATED OK "Content-Length: 90\r\n\r\n" \
	"<InitiateMultipartUploadResult><UploadId>u1</UploadId>" \
	"</InitiateMultipartUploadResult>     "
#define P(n) OK "ETag: \"p" n "\"\r\n" LEN0
#define DONE OK "Content-Length: 79\r\n\r\n<CompleteMultipartUploadResult>" \
	"<ETag>e-3</ETag></CompleteMultipartUploadResult>"
#define PUT_OK OK "ETag: \"w\"\r\n" LEN0
#define ENDED "HTTP/1.1 204 No Content\r\n\r\n", \
	"HTTP/1.1 404 Not Found\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"
#define GONE "HTTP/1.1 404 Not Found\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"
#define BUSY "HTTP/1.1 503 Slow Down\r\n" LEN0
#define RANGE(from, to, size, len, bytes) \
	"HTTP/1.1 206 Partial Content\r\nETag: \"e-3\"\r\n" \
	"Content-Range: bytes " from "-" to "/" size "\r\n" \
	"Content-Length: " len "\r\n\r\n" bytes
#define WHOLE(etag, size, bytes) OK "ETag: \"" etag "\"\r\n" \
	"Content-Length: " size "\r\n\r\n" bytes
#define PROOF12 HEAD_OF("e-3", "12"), RANGE("0", "4", "12", "5", "hello"), \
	RANGE("5", "9", "12", "5", "\nworl"), \
	RANGE("10", "11", "12", "2", "d\n")

enum {
	GROWS = 1,		/* parts of 2, 2, 4, 4, 8 ... bytes */
	FAILED = 2,		/* its producer did */
	BREAKS = 4,		/* the input cannot be read to its end */
	SHORT = 8		/* it reaches 11 bytes only */
};

static const struct row {
	const char *name, *input;
	int set;
	const char *answers[24];
	const char *want_asked, *want_told;
	enum upload_outcome want_outcome;
	enum err_code want_code;
} rows[] = {
	/* One PUT. */
	{ "empty", "", 0, { HEAD404, PUT_OK, WHOLE("w", "0", "") },
	  "HEAD PUT GET", "known ", UPLOAD_UPLOADED, ERR_NONE },
	{ "a byte", "h", 0, { HEAD404, PUT_OK, WHOLE("w", "1", "h") },
	  "HEAD PUT GET", "known ", UPLOAD_UPLOADED, ERR_NONE },
	{ "exactly a part", "hello", 0, { HEAD404, PUT_OK,
	  WHOLE("w", "5", "hello") }, "HEAD PUT GET", "known ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "a part, there already", "hello", 0, { HEAD_OF("x", "5"),
	  WHOLE("x", "5", "hello") }, "HEAD GET", "known ",
	  UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "a part, and other bytes are there", "hello", 0,
	  { HEAD_OF("x", "6") }, "HEAD", "known ", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT },
	{ "a part, but the producer failed", "hello", FAILED, { NULL }, "",
	  "known ", UPLOAD_FAILED, ERR_IO_ERROR },
	{ "a part, and then it breaks", "hello", BREAKS, { NULL }, "", "",
	  UPLOAD_FAILED, ERR_IO_ERROR },

	/* Parts. */
	{ "three parts", "hello\nworld\n", 0, { HEAD404, CREATED, P("1"),
	  P("2"), P("3"), HEAD404, DONE, PROOF12 },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET",
	  "intend begun 1 2 3 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "two whole parts", "hello\nworl", 0, { HEAD404, CREATED, P("1"),
	  P("2"), HEAD404, DONE, HEAD_OF("e-3", "10"),
	  RANGE("0", "4", "10", "5", "hello"),
	  RANGE("5", "9", "10", "5", "\nworl") },
	  "HEAD POST PUT PUT HEAD POST HEAD GET GET",
	  "intend begun 1 2 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "parts that grow", "hello\nworld\n", GROWS, { HEAD404, CREATED,
	  P("1"), P("2"), P("3"), P("4"), HEAD404, DONE,
	  HEAD_OF("e-3", "12"), RANGE("0", "1", "12", "2", "he"),
	  RANGE("2", "3", "12", "2", "ll"),
	  RANGE("4", "7", "12", "4", "o\nwo"),
	  RANGE("8", "11", "12", "4", "rld\n") },
	  "HEAD POST PUT PUT PUT PUT HEAD POST HEAD GET GET GET GET",
	  "intend begun 1 2 3 4 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "a part is busy", "hello\nworld\n", 0, { HEAD404, CREATED, BUSY,
	  P("1"), BUSY, P("2"), P("3"), HEAD404, DONE, PROOF12 },
	  "HEAD POST PUT PUT PUT PUT PUT HEAD POST HEAD GET GET GET",
	  "intend begun 1 2 3 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "a part stays busy", "hello\nworld\n", 0, { HEAD404, CREATED,
	  P("1"), BUSY, BUSY, BUSY, BUSY, ENDED },
	  "HEAD POST PUT PUT PUT PUT PUT DELETE DELETE",
	  "intend begun 1 aborted ", UPLOAD_FAILED, ERR_STORE_BUSY },
	{ "the producer failed", "hello\nworld\n", FAILED, { HEAD404, CREATED,
	  P("1"), P("2"), P("3"), ENDED },
	  "HEAD POST PUT PUT PUT DELETE DELETE",
	  "intend begun 1 2 3 known aborted ", UPLOAD_FAILED, ERR_IO_ERROR },
	{ "the input breaks", "hello\nworl", BREAKS, { HEAD404, CREATED,
	  P("1"), P("2"), ENDED }, "HEAD POST PUT PUT DELETE DELETE",
	  "intend begun 1 2 aborted ", UPLOAD_FAILED, ERR_IO_ERROR },
	{ "it is too long", "hello\nworld\n", SHORT, { HEAD404, CREATED,
	  P("1"), P("2"), P("3"), ENDED },
	  "HEAD POST PUT PUT PUT DELETE DELETE",
	  "intend begun 1 2 3 aborted ", UPLOAD_FAILED, ERR_PLAN_UNFIT },
	{ "and just long enough", "hello\nworld", SHORT, { HEAD404, CREATED,
	  P("1"), P("2"), P("3"), HEAD404, DONE, HEAD_OF("e-3", "11"),
	  RANGE("0", "4", "11", "5", "hello"),
	  RANGE("5", "9", "11", "5", "\nworl"),
	  RANGE("10", "10", "11", "1", "d") },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET",
	  "intend begun 1 2 3 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "the upload is lost", "hello\nworld\n", 0, { HEAD404, CREATED,
	  P("1"), GONE }, "HEAD POST PUT PUT", "intend begun 1 gone ",
	  UPLOAD_FAILED, ERR_INDETERMINATE },
	{ "lost at its end", "hello\nworld\n", 0, { HEAD404, CREATED, P("1"),
	  P("2"), P("3"), HEAD404, GONE, HEAD404 },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD",
	  "intend begun 1 2 3 known completing gone ", UPLOAD_FAILED,
	  ERR_INDETERMINATE },
	{ "the answer to Complete is lost", "hello\nworld\n", 0, { HEAD404,
	  CREATED, P("1"), P("2"), P("3"), HEAD404, "!close", PROOF12,
	  GONE },
	  "HEAD POST PUT PUT PUT HEAD POST HEAD GET GET GET DELETE",
	  "intend begun 1 2 3 known completing completed ",
	  UPLOAD_UPLOADED, ERR_NONE },
	{ "somebody is faster, with other bytes", "hello\nworld\n", 0,
	  { HEAD404, CREATED, P("1"), P("2"), P("3"), HEAD_OF("x", "3"),
	  ENDED }, "HEAD POST PUT PUT PUT HEAD DELETE DELETE",
	  "intend begun 1 2 3 known aborted ", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT },
	{ "somebody is faster, with the same", "hello\nworld\n", 0,
	  { HEAD404, CREATED, P("1"), P("2"), P("3"), PROOF12, ENDED },
	  "HEAD POST PUT PUT PUT HEAD GET GET GET DELETE DELETE",
	  "intend begun 1 2 3 known aborted ", UPLOAD_REMOTE_SAME,
	  ERR_NONE },

	/* Something is there before: nothing is sent. */
	{ "the same is there", "hello\nworld\n", 0, { HEAD_OF("x", "12"),
	  WHOLE("x", "12", "hello\nworld\n") }, "HEAD GET", "known ",
	  UPLOAD_REMOTE_SAME, ERR_NONE },
	{ "other bytes are there", "hello\nworld\n", 0,
	  { HEAD_OF("x", "13") }, "HEAD", "known ", UPLOAD_FAILED,
	  ERR_REMOTE_CONFLICT },
	{ "as many other bytes are there", "hello\nworld\n", 0,
	  { HEAD_OF("x", "12"), WHOLE("x", "12", "HELLO\nWORLD\n"),
	  WHOLE("x", "12", "HELLO\nWORLD\n") }, "HEAD GET GET", "known ",
	  UPLOAD_FAILED, ERR_REMOTE_CONFLICT },
};

/* What the caller was told, in order. */
static char told_text[200];
static struct buf told;

static int
on_intend(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	buf_puts(&told, "intend ");
	return 0;
}

static int
on_begun(struct parts *p, struct err *e)
{
	(void)e;
	CHECK_STR(p->upload_id, "u1");
	CHECK_STR(p->hex, "");
	buf_puts(&told, "begun ");
	return 0;
}

static int
on_landed(struct parts *p, unsigned n, struct err *e)
{
	(void)p;
	(void)e;
	buf_printf(&told, "%u ", n);
	return 0;
}

static int
on_completing(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	buf_puts(&told, "completing ");
	return 0;
}

static int
on_ended(struct parts *p, enum parts_end end, struct err *e)
{
	(void)p;
	(void)e;
	buf_printf(&told, "%s ", parts_end_name(end));
	return 0;
}

static const struct parts_hooks hooks = { .intend = on_intend,
	.begun = on_begun, .landed = on_landed, .completing = on_completing,
	.ended = on_ended };

/* --- The input ------------------------------------------------------------ */

static const struct row *row;	/* at hand */
static size_t at, grain;	/* of its input; so many bytes come at once */

/* Nobody waits for workers here. */
static int
on_wait(struct parts_stream *s, int ms, struct err *e)
{
	(void)s, (void)ms;
	return err_set(e, ERR_IO_ERROR, "there are no workers");
}

static ssize_t
on_read(struct parts_stream *s, void *p, size_t n, struct err *e)
{
	size_t left = strlen(row->input) - at;

	(void)s;
	if (left == 0 && (row->set & BREAKS) != 0)
		return err_set(e, ERR_IO_ERROR, "it broke");
	if (n > grain)
		n = grain;
	if (n > left)
		n = left;
	memcpy(p, row->input + at, n);
	at += n;
	return (ssize_t)n;
}

static int
on_known(struct parts_stream *s, struct err *e)
{
	uint8_t want[SHA256_LEN];

	buf_puts(&told, "known ");
	sha256_of(want, row->input, strlen(row->input));
	CHECK_MEM(s->parts.object_id, SHA256_LEN, want, SHA256_LEN);
	CHECK_INT(s->parts.size, strlen(row->input));
	return (row->set & FAILED) != 0 ?
	    err_set(e, ERR_IO_ERROR, "it failed") : 0;
}

static const struct parts_stream_source source = { on_wait, on_read,
    on_known };

static int64_t
equal(const struct parts *p, unsigned number)
{
	(void)p;
	return (int64_t)(number - 1) * 5;
}

static int64_t
growing(const struct parts *p, unsigned number)
{
	int64_t size = 2, offset = 0;

	(void)p;
	for (unsigned n = 1; n < number; n++) {
		offset += size;
		if (n % 2 == 0)
			size *= 2;
	}
	return offset;
}

/* --- All of it ------------------------------------------------------------ */

static void
run_row(struct canned *store, struct parts_stream *s, struct file_tmp *spool)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static struct client client;
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 4,
	    .backoff_ms = 100, .max_class_a = 100, .max_bytes_up = 10000,
	    .max_bytes_down = 10000 };
	char asked[200] = "";
	struct err e = {0};
	struct buf b;

	t_row("%s, by %zu", row->name, grain);
	buf_fixed(&told, told_text, sizeof(told_text));
	canned_init(store, row->answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
	at = 0;
	memset(s, 0, sizeof(*s));
	s->source = &source;
	s->spool = &(struct parts_spool){ .tmp = spool };
	s->nspools = 1;
	s->reach = (row->set & SHORT) != 0 ? 11 : 1000;
	s->parts_max = 9;
	s->put_if_none_match = true;
	s->parts.client = &client;
	s->parts.key = span_of("key");
	s->parts.hooks = &hooks;
	s->parts.offset = (row->set & GROWS) != 0 ? growing : equal;
	CHECK_INT(parts_stream_run(s, &e),
	    row->want_code == ERR_NONE ? 0 : -1);
	parts_stream_close(s);
	client_close(&client);

	buf_fixed(&b, asked, sizeof(asked));
	for (size_t i = 0; i < store->requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store->asked[i], " "), store->asked[i]);
	CHECK_STR(asked, row->want_asked);
	CHECK_STR(told_text, row->want_told);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(s->parts.outcome, row->want_outcome);
	CHECK_STR(s->parts.upload_id, "");
	CHECK(row->answers[store->next] == NULL);
}

/* However the input comes. */
static void
test_conversations(void)
{
	static const size_t grains[] = { 1, 3, 5, 100 };
	static struct canned store;
	static struct parts_stream s;
	struct file_tmp spool = {0};
	struct err e = {0};

	CHECK_INT(file_scratch_memory(&spool, "a part", count_rng(), &e), 0);
	for (size_t g = 0; g < sizeof(grains) / sizeof(grains[0]); g++) {
		grain = grains[g];
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			row = &rows[i];
			run_row(&store, &s, &spool);
		}
	}
	file_tmp_discard(&spool);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "conversations", test_conversations },
		{ NULL, NULL }
	};

	return t_main("parts_stream", cases);
}
