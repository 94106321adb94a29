/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canned.h"
#include "t.h"

#include "multipart.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CLOSE "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define BUSY "HTTP/1.1 503 No\r\n" LEN0
#define NO_CONTENT "HTTP/1.1 204 No\r\n\r\n"
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define GONE "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"
#define NO_KEY "HTTP/1.1 404 No\r\nContent-Length: 37\r\n\r\n" \
	"<Error><Code>NoSuchKey</Code></Error>"

static struct canned store;
static struct client client;
static const struct multipart upload = { { "key", 3 }, "u1" };

static void
start(const char *const *answers)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static struct client_config conf;

	conf = (struct client_config){ .endpoint = &ep,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 100, .max_attempts = 4, .backoff_ms = 100,
	    .max_class_a = 100, .max_bytes_up = 10000000,
	    .max_bytes_down = 10000000 };
	canned_init(&store, answers);
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
}

/* The requests that were made, "POST PUT". */
static const char *
asked(void)
{
	static char text[400];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	for (size_t i = 0; i < store.requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store.asked[i], " "), store.asked[i]);
	return text;
}

/* A 200 with that document. */
static const char *
document(const char *text)
{
	static char answer[4096];

	snprintf(answer, sizeof(answer), OK "Content-Length: %zu\r\n\r\n%s",
	    strlen(text), text);
	return answer;
}

/* --- Create --------------------------------------------------------------- */

#define CREATED(id) "<?xml version=\"1.0\"?>\n" \
	"<InitiateMultipartUploadResult xmlns=\"http://x/\"><Bucket>b" \
	"</Bucket><Key>key</Key><UploadId>" id "</UploadId>" \
	"</InitiateMultipartUploadResult>"

static void
test_create(void)
{
	static const struct {
		const char *name, *document;
		enum err_code want;
	} rows[] = {
		{ "begun", CREATED("2~a.b_c-d/e+f=") "\n", ERR_NONE },
		{ "blanks in front", "\r\n  " CREATED("2~a.b_c-d/e+f="),
		  ERR_NONE },
		{ "nothing", "", ERR_INDETERMINATE },
		{ "cut", "<InitiateMultipartUploadResult><UploadId>2~a.b_c-d/"
		  "e+f=</UploadId>", ERR_INDETERMINATE },
		{ "an empty id", CREATED(""), ERR_INDETERMINATE },
		{ "two ids", CREATED("a</UploadId><UploadId>b"),
		  ERR_INDETERMINATE },
		{ "another answer", "<Other><UploadId>2~a</UploadId></Other>",
		  ERR_INDETERMINATE },
		{ "no XML", "u1", ERR_INDETERMINATE },
	};
	char id[MULTIPART_ID_MAX + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *answers[] = { document(rows[i].document), NULL };
		struct err e = {0};

		t_row("%s", rows[i].name);
		start(answers);
		CHECK_INT(multipart_create(&client, upload.key, id, &e),
		    rows[i].want == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want));
		CHECK_STR(id, rows[i].want == ERR_NONE ?
		    "2~a.b_c-d/e+f=" : "");
		CHECK_STR(store.asked[0], "POST /bucket/key?uploads=");
		CHECK_STR(store.type[0], "application/octet-stream");
		CHECK_INT(store.requests, 1);
		CHECK(!client.answered);
		client_close(&client);
	}
}

/* What did not answer is not asked again: it may have been heard. */
static void
test_create_once(void)
{
	static const struct {
		const char *name, *answer;
		enum err_code want;
		bool answered;
	} rows[] = {
		{ "closed", "!close", ERR_UNREACHABLE, false },
		{ "silent", "!silent", ERR_TIMED_OUT, false },
		{ "busy", BUSY, ERR_STORE_BUSY, true },
		{ "denied", DENIED, ERR_PERMISSION_DENIED, true },
	};
	char id[MULTIPART_ID_MAX + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *answers[] = { NO_CONTENT, GONE, rows[i].answer,
		    NULL };
		struct err e = {0};

		t_row("%s", rows[i].name);
		start(answers);
		/* On a kept connection, which another request would trust. */
		CHECK_INT(multipart_abort(&client, &upload, &e), 0);
		CHECK_INT(multipart_create(&client, upload.key, id, &e), -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want));
		CHECK_INT(client.answered, rows[i].answered);
		CHECK_INT(store.requests, 3);
		CHECK_INT(store.dials, 1);
		client_close(&client);
	}
}

/* An id that records could not hold: that upload is not left behind. */
static void
test_create_strange(void)
{
	const char *const answers[] = { document(CREATED("a b&amp;")),
	    NO_CONTENT, GONE, NULL };
	char id[MULTIPART_ID_MAX + 1];
	struct err e = {0};

	start(answers);
	CHECK_INT(multipart_create(&client, upload.key, id, &e), -1);
	CHECK_STR(err_word(e.code), "store_refused");
	CHECK_STR(id, "");
	CHECK_STR(asked(), "POST DELETE DELETE");
	CHECK_STR(store.asked[1], "DELETE /bucket/key?uploadId=a%20b%26");
	client_close(&client);
}

/* --- Parts ---------------------------------------------------------------- */

struct text_body {
	struct client_body body;
	const char *text;
	size_t at;
};

static ssize_t
text_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct text_body *b = (struct text_body *)s;
	size_t left = strlen(b->text) - b->at;

	(void)e;
	if (n > left)
		n = left;
	memcpy(p, b->text + b->at, n);
	b->at += n;
	return (ssize_t)n;
}

static int
text_rewind(struct client_body *body, struct err *e)
{
	(void)e;
	((struct text_body *)body)->at = 0;
	return 0;
}

static void
test_send(void)
{
	static const struct {
		const char *name, *answer;
		enum err_code want;
		const char *want_etag;
	} rows[] = {
		{ "taken", OK "ETag: \"e1\"\r\n" LEN0, ERR_NONE, "e1" },
		{ "an ETag without quotes", OK "ETag: e1\r\n" LEN0, ERR_NONE,
		  "e1" },
		{ "no ETag", OK LEN0, ERR_STORE_REFUSED, "" },
		{ "a weak one", OK "ETag: W/\"e1\"\r\n" LEN0,
		  ERR_STORE_REFUSED, "" },
		{ "early", "!early " CLOSE "ETag: \"e1\"\r\n" LEN0 "!cut",
		  ERR_INDETERMINATE, "e1" },
		{ "another 2xx", "HTTP/1.1 202 Later\r\nETag: \"e1\"\r\n" LEN0,
		  ERR_INDETERMINATE, "e1" },
		{ "gone", GONE, ERR_INDETERMINATE, "" },
		{ "busy", BUSY, ERR_STORE_BUSY, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *answers[] = { rows[i].answer, NULL };
		struct text_body b = { { { 6, text_read }, text_rewind },
		    "hello\n", 0 };
		struct multipart_part part = { 3, &b.body,
		    "5891b5b522d5df086d0ff0b110fbd9d2"
		    "1bb4fc7163af34d08286a2e846f6be03" };
		char etag[ETAG_MAX + 1];
		struct err e = {0};

		t_row("%s", rows[i].name);
		start(answers);
		CHECK_INT(multipart_send(&client, &upload, &part, etag, &e),
		    rows[i].want == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want));
		CHECK_STR(etag, rows[i].want_etag);
		CHECK_STR(store.asked[0],
		    "PUT /bucket/key?partNumber=3&uploadId=u1");
		CHECK_STR(store.type[0], "");
		CHECK(!store.conditional[0]);
		if (rows[i].want == ERR_NONE)
			CHECK_MEM(store.body, store.body_len, "hello\n", 6);
		client_close(&client);
	}
}

/* --- Complete ------------------------------------------------------------- */

static const char *
tag_of(const struct multipart_tags *t, unsigned number)
{
	static const char *const tags[] = { "aa", "b-2", "cc" };

	return tags[(number - 1) % (t->count < 3 ? t->count : 3)];
}

#define COMPLETED(etag) "<CompleteMultipartUploadResult xmlns=\"x\">" \
	"<Location>l</Location>" etag "</CompleteMultipartUploadResult>"
#define INNER(code) "<Error><Code>" code "</Code></Error>"

static const struct complete_row {
	const char *name, *document, *answer;
	enum err_code want;
	bool want_answered;
	const char *want_etag;
} complete_rows[] = {
	{ "done", COMPLETED("<ETag>&quot;e-3&quot;</ETag>"), NULL, ERR_NONE,
	  false, "e-3" },
	{ "an ETag in plain quotes", COMPLETED("<ETag>\"e-3\"</ETag>"), NULL,
	  ERR_NONE, false, "e-3" },
	{ "an empty ETag", COMPLETED("<ETag></ETag>"), NULL, ERR_NONE, false,
	  "" },
	{ "no ETag", COMPLETED(""), NULL, ERR_NONE, false, "" },
	{ "blanks first", "\n \n \t<?xml version=\"1.0\"?>\n"
	  COMPLETED("<ETag>e-3</ETag>"), NULL, ERR_NONE, false, "e-3" },
	{ "an error inside", INNER("InternalError"), NULL, ERR_STORE_BUSY,
	  true, "" },
	{ "blanks, then an error", "   \n  \n" INNER("InvalidPart"), NULL,
	  ERR_STORE_REFUSED, true, "" },
	{ "a precondition, inside", INNER("PreconditionFailed"), NULL,
	  ERR_REMOTE_CONFLICT, true, "" },
	{ "an error without a code", "<Error></Error>", NULL,
	  ERR_INDETERMINATE, true, "" },
	{ "blanks only", "       \n", NULL, ERR_INDETERMINATE, false, "" },
	{ "nothing", "", NULL, ERR_INDETERMINATE, false, "" },
	{ "neither", "<html></html>", NULL, ERR_INDETERMINATE, false, "" },
	{ "the result cut off", "<CompleteMultipartUploadResult><ETag>"
	  "&quot;e-3&quot;</ETag>", NULL, ERR_INDETERMINATE, false, "" },
	{ "the result, and more", COMPLETED("") "x", NULL, ERR_INDETERMINATE,
	  false, "" },
	{ "cut in the middle", NULL, OK "Content-Length: 500\r\n\r\n"
	  "<CompleteMultipartUploadRes!cut", ERR_INDETERMINATE, false, "" },
	{ "all of it there, but the answer's end", NULL, CHUNKED "4f\r\n"
	  "<CompleteMultipartUploadResult><ETag>e-3</ETag>"
	  "</CompleteMultipartUploadResult>!cut", ERR_NONE, false, "e-3" },
	{ "an answer before the list", NULL, "!early " CLOSE "Content-Length: "
	  "63\r\n\r\n<CompleteMultipartUploadResult>"
	  "</CompleteMultipartUploadResult>!cut", ERR_INDETERMINATE, false,
	  "" },
	{ "created", NULL, "HTTP/1.1 201 No\r\n" LEN0, ERR_INDETERMINATE,
	  false, "" },
	{ "no answer", NULL, "!close", ERR_UNREACHABLE, false, "" },
	{ "it was there", NULL, "HTTP/1.1 412 No\r\n" LEN0,
	  ERR_REMOTE_CONFLICT, true, "" },
	{ "gone", NULL, GONE, ERR_INDETERMINATE, true, "" },
	{ "gone, as RGW says it", NULL, NO_KEY, ERR_INDETERMINATE, true, "" },
};

static void
test_complete(void)
{
	static const char want[] = "<CompleteMultipartUpload "
	    "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
	    "<Part><PartNumber>1</PartNumber><ETag>\"aa\"</ETag></Part>"
	    "<Part><PartNumber>2</PartNumber><ETag>\"b-2\"</ETag></Part>"
	    "<Part><PartNumber>3</PartNumber><ETag>\"cc\"</ETag></Part>"
	    "</CompleteMultipartUpload>";
	const struct multipart_tags tags = { 3, tag_of };

	for (size_t i = 0; i < sizeof(complete_rows) /
	    sizeof(complete_rows[0]); i++) {
		const struct complete_row *r = &complete_rows[i];
		const char *answers[] = { r->answer != NULL ? r->answer :
		    document(r->document), NULL };
		struct object o;
		struct err e = {0};

		t_row("%s", r->name);
		start(answers);
		CHECK_INT(multipart_complete(&client, &upload, &tags, i % 2,
		    &o, &e), r->want == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(r->want));
		CHECK_INT(client.answered, r->want_answered);
		CHECK_INT(o.exists, r->want == ERR_NONE);
		CHECK_STR(o.etag, r->want_etag);
		CHECK_STR(store.asked[0], "POST /bucket/key?uploadId=u1");
		CHECK_STR(store.type[0], "application/xml");
		CHECK_INT(store.conditional[0], i % 2);
		if (r->answer == NULL || strncmp(r->answer, "!early", 6) != 0)
			CHECK_MEM(store.body, store.body_len, want,
			    sizeof(want) - 1);
		CHECK_INT(store.requests, 1);
		client_close(&client);
	}
}

static void
test_complete_version(void)
{
	static const char *const answers[] = { OK "x-amz-version-id: v1\r\n"
	    "ETag: \"of-the-answer\"\r\nContent-Length: 63\r\n\r\n"
	    "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>",
	    NULL };
	const struct multipart_tags tags = { 1, tag_of };
	struct object o;
	struct err e = {0};

	start(answers);
	CHECK_INT(multipart_complete(&client, &upload, &tags, false, &o, &e),
	    0);
	CHECK_STR(o.version_id, "v1");
	CHECK_STR(o.etag, "");
	CHECK_INT(o.size, -1);
	client_close(&client);
}

/* More blanks than control bodies may have, and the result after them. */
static void
test_complete_blanks(void)
{
	enum { BLANKS = 200000 };
	static const char result[] = COMPLETED("<ETag>e-3</ETag>");
	const struct multipart_tags tags = { 1, tag_of };
	const char *answers[2] = { NULL };
	char *text = malloc(BLANKS + 500);
	struct object o;
	struct err e = {0};
	int n;

	if (text == NULL)
		abort();
	n = snprintf(text, 200, OK "Content-Length: %zu\r\n\r\n",
	    BLANKS + strlen(result));
	memset(text + n, ' ', BLANKS);
	memcpy(text + n + BLANKS, result, sizeof(result));
	answers[0] = text;
	start(answers);
	CHECK_INT(multipart_complete(&client, &upload, &tags, false, &o, &e),
	    0);
	CHECK_STR(o.etag, "e-3");
	CHECK_INT(client.counts.bytes_down, BLANKS + strlen(result));
	client_close(&client);
	free(text);
}

/* Ten minutes of silence are borne, and no more; so are a few blanks. */
static void
test_complete_silence(void)
{
	static const char *const answers[] = { "!silent", OK
	    "Content-Length: 500\r\n\r\n  ", NULL };
	const struct multipart_tags tags = { 1, tag_of };
	struct object o;
	struct err e = {0};

	start(answers);
	for (int i = 0; i < 2; i++) {
		int64_t since = store.clock.mono_ms(&store.clock);

		CHECK_INT(multipart_complete(&client, &upload, &tags, false,
		    &o, &e), -1);
		CHECK_STR(err_word(e.code), i == 0 ? "timed_out" :
		    "indeterminate");
		CHECK_INT(store.clock.mono_ms(&store.clock) - since,
		    10 * 60 * 1000);
		CHECK(!client.answered);
		client_close(&client);
	}
}

/* The list is as long as it is said to be, whatever the number of parts. */
static void
test_complete_many(void)
{
	const struct multipart_tags tags = { MULTIPART_PARTS_MAX, tag_of };
	const char *answers[] = { document(COMPLETED("")), NULL };
	struct object o;
	struct err e = {0};

	start(answers);
	CHECK_INT(multipart_complete(&client, &upload, &tags, true, &o, &e),
	    0);
	CHECK(client.http.sent > 500000);
	CHECK_INT(client.http.sent, client.counts.bytes_up);
	client_close(&client);
}

/* --- Abort ---------------------------------------------------------------- */

#define EMPTY_LIST OK "Content-Length: 35\r\n\r\n" \
	"<ListPartsResult></ListPartsResult>"

static void
test_abort(void)
{
	static const struct {
		const char *name;
		const char *answers[8];
		const char *want_asked;
		enum err_code want;
	} rows[] = {
		{ "taken, then gone", { NO_CONTENT, GONE }, "DELETE DELETE",
		  ERR_NONE },
		{ "gone already", { GONE }, "DELETE", ERR_NONE },
		{ "gone, as Swift and RGW say it", { NO_KEY }, "DELETE",
		  ERR_NONE },
		{ "a part was under way", { NO_CONTENT, NO_CONTENT, GONE },
		  "DELETE DELETE DELETE", ERR_NONE },
		{ "taken each time, and not listed", { NO_CONTENT, NO_CONTENT,
		  NO_CONTENT, GONE }, "DELETE DELETE DELETE GET", ERR_NONE },
		{ "taken each time, and listed", { NO_CONTENT, NO_CONTENT,
		  NO_CONTENT, EMPTY_LIST }, "DELETE DELETE DELETE GET",
		  ERR_INDETERMINATE },
		{ "taken each time, and no list", { NO_CONTENT, NO_CONTENT,
		  NO_CONTENT, DENIED }, "DELETE DELETE DELETE GET",
		  ERR_PERMISSION_DENIED },
		{ "busy at first", { BUSY, NO_CONTENT, BUSY, GONE },
		  "DELETE DELETE DELETE DELETE", ERR_NONE },
		{ "busy all the time", { BUSY, BUSY, BUSY, BUSY },
		  "DELETE DELETE DELETE DELETE", ERR_STORE_BUSY },
		{ "not allowed", { DENIED }, "DELETE",
		  ERR_PERMISSION_DENIED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s", rows[i].name);
		start(rows[i].answers);
		CHECK_INT(multipart_abort(&client, &upload, &e),
		    rows[i].want == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want));
		CHECK_STR(asked(), rows[i].want_asked);
		CHECK_STR(store.asked[0], "DELETE /bucket/key?uploadId=u1");
		CHECK_INT(client.counts.requests[PRICE_A],
		    strstr(rows[i].want_asked, "GET") != NULL);
		client_close(&client);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "create", test_create },
		{ "create once", test_create_once },
		{ "create, a strange id", test_create_strange },
		{ "send", test_send },
		{ "complete", test_complete },
		{ "complete, a version", test_complete_version },
		{ "complete, blanks", test_complete_blanks },
		{ "complete, silence", test_complete_silence },
		{ "complete, many parts", test_complete_many },
		{ "abort", test_abort },
		{ NULL, NULL }
	};

	return t_main("multipart", cases);
}
