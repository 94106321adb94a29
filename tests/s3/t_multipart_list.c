/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canned.h"
#include "t.h"

#include "multipart_list.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
#define GONE "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"

static struct canned store;
static struct client client;
static const struct multipart upload = { { "key", 3 }, "u1" };

#define PAGES_MAX 6
static char text[PAGES_MAX][4096];
static const char *answers[PAGES_MAX + 1];

/* A store that answers with these documents; raw answers start with HTTP. */
static void
start(const char *const *pages)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static struct client_config conf;
	size_t n = 0;

	conf = (struct client_config){ .endpoint = &ep,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 1, .max_attempts = 2, .backoff_ms = 100,
	    .max_class_a = 100, .max_bytes_up = 1000,
	    .max_bytes_down = 10000000 };
	for (; pages[n] != NULL; n++) {
		answers[n] = pages[n];
		if (strncmp(pages[n], "HTTP", 4) == 0)
			continue;
		snprintf(text[n], sizeof(text[n]), OK
		    "Content-Length: %zu\r\n\r\n%s", strlen(pages[n]),
		    pages[n]);
		answers[n] = text[n];
	}
	answers[n] = NULL;
	canned_init(&store, answers);
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
}

/* --- Parts ---------------------------------------------------------------- */

#define PARTS(more, parts) "<?xml version=\"1.0\"?><ListPartsResult>" \
	"<Bucket>b</Bucket><IsTruncated>" more "</IsTruncated>" parts \
	"</ListPartsResult>"
#define PART(n, size, etag) "<Part><PartNumber>" n "</PartNumber>" \
	"<ETag>" etag "</ETag><Size>" size "</Size></Part>"

static const struct {
	const char *name;
	const char *pages[PAGES_MAX];
	const char *want;	/* what is listed */
	enum err_code want_code;
	size_t want_requests;
} part_rows[] = {
	{ "none", { PARTS("false", "") }, "", ERR_NONE, 1 },
	{ "two", { PARTS("false", PART("1", "5", "&quot;e1&quot;")
	  PART("3", "6", "\"e3\"")) }, "1:5:e1 3:6:e3 ", ERR_NONE, 1 },
	{ "an ETag that is none", { PARTS("false", PART("1", "5",
	  "W/\"x\"")) }, "1:5: ", ERR_NONE, 1 },
	{ "two pages", { PARTS("true", PART("1", "5", "a")), PARTS("false",
	  PART("2", "5", "b")) }, "1:5:a 2:5:b ", ERR_NONE, 2 },
	{ "an empty last page", { PARTS("true", PART("1", "5", "a")),
	  PARTS("false", "") }, "1:5:a ", ERR_NONE, 2 },
	{ "busy, then not", { BUSY, PARTS("false", PART("1", "5", "a")) },
	  "1:5:a ", ERR_NONE, 2 },
	{ "busy on the second page", { PARTS("true", PART("1", "5", "a")),
	  BUSY, BUSY }, "1:5:a ", ERR_STORE_BUSY, 3 },
	{ "cut, then whole", { OK "Content-Length: 99\r\n\r\n<ListP!cut",
	  PARTS("false", PART("1", "5", "a")) }, "1:5:a ", ERR_NONE, 2 },
	{ "the upload is gone", { GONE }, "", ERR_INDETERMINATE, 1 },
	{ "out of order", { PARTS("false", PART("2", "5", "a")
	  PART("1", "5", "b")) }, "2:5:a ", ERR_INDETERMINATE, 1 },
	{ "twice", { PARTS("false", PART("2", "5", "a")
	  PART("2", "5", "b")) }, "2:5:a ", ERR_INDETERMINATE, 1 },
	{ "the same page again", { PARTS("true", PART("1", "5", "a")),
	  PARTS("true", PART("1", "5", "a")) }, "1:5:a ",
	  ERR_INDETERMINATE, 2 },
	{ "no end", { PARTS("true", "") }, "", ERR_INDETERMINATE, 1 },
	{ "no size", { PARTS("false", "<Part><PartNumber>1</PartNumber>"
	  "</Part>") }, "", ERR_INDETERMINATE, 1 },
	{ "a number that is none", { PARTS("false", PART("0x1", "5",
	  "a")) }, "", ERR_INDETERMINATE, 1 },
	{ "not closed", { "<ListPartsResult>" PART("1", "5", "a") }, "",
	  ERR_INDETERMINATE, 1 },
	{ "another list", { "<ListBucketResult></ListBucketResult>" }, "",
	  ERR_INDETERMINATE, 1 },
};

static void
test_parts(void)
{
	for (size_t i = 0; i < sizeof(part_rows) / sizeof(part_rows[0]);
	    i++) {
		struct multipart_list_parts list;
		struct multipart_found part;
		struct err e = {0};
		char storage[200];
		struct buf b;
		int rc;

		t_row("%s", part_rows[i].name);
		start(part_rows[i].pages);
		buf_fixed(&b, storage, sizeof(storage));
		multipart_list_parts_open(&list, &client, &upload, 0);
		while ((rc = multipart_list_parts_next(&list, &part, &e)) == 1)
			buf_printf(&b, "%u:%lld:%s ", part.number,
			    (long long)part.size, part.etag);
		multipart_list_parts_close(&list);
		CHECK_INT(rc, part_rows[i].want_code == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(part_rows[i].want_code));
		CHECK_STR(storage, part_rows[i].want);
		CHECK_INT(store.requests, part_rows[i].want_requests);
		CHECK_STR(store.asked[0], "GET /bucket/key?max-parts=1000&"
		    "part-number-marker=0&uploadId=u1");
		CHECK_INT(client.answered &&
		    client.refusal.class == S3ERR_NO_UPLOAD,
		    strcmp(part_rows[i].pages[0], GONE) == 0);
		client_close(&client);
	}
}

static void
test_parts_go_on(void)
{
	static const char *const pages[] = { PARTS("true",
	    PART("8", "5", "a")), PARTS("false", ""), NULL };
	struct multipart_list_parts list;
	struct multipart_found part;
	struct err e = {0};

	start(pages);
	multipart_list_parts_open(&list, &client, &upload, 7);
	CHECK_INT(multipart_list_parts_next(&list, &part, &e), 1);
	CHECK_INT(multipart_list_parts_next(&list, &part, &e), 0);
	CHECK_INT(multipart_list_parts_next(&list, &part, &e), 0);
	multipart_list_parts_close(&list);
	CHECK_STR(store.asked[0], "GET /bucket/key?max-parts=1000&"
	    "part-number-marker=7&uploadId=u1");
	CHECK_STR(store.asked[1], "GET /bucket/key?max-parts=1000&"
	    "part-number-marker=8&uploadId=u1");
	CHECK_INT(client.counts.requests[PRICE_A], 2);
	client_close(&client);
}

/* --- Uploads -------------------------------------------------------------- */

#define UPLOADS(more, rest) "<ListMultipartUploadsResult>" \
	"<IsTruncated>" more "</IsTruncated>" rest \
	"</ListMultipartUploadsResult>"
#define URL "<EncodingType>url</EncodingType>"
#define UPLOAD(key, id) "<Upload><Key>" key "</Key><UploadId>" id \
	"</UploadId><Initiated>2013-05-24T00:00:05.123Z</Initiated></Upload>"

static const struct {
	const char *name;
	const char *pages[PAGES_MAX];
	bool exact;
	const char *want;
	enum err_code want_code;
} upload_rows[] = {
	{ "none", { UPLOADS("false", "") }, true, "", ERR_NONE },
	{ "of that key alone", { UPLOADS("false", UPLOAD("key", "u1")
	  UPLOAD("key", "u2") UPLOAD("key-b", "u3") UPLOAD("key", "u4")
	  UPLOAD("ke", "u5")) }, true, "key:u1 key:u2 key:u4 ", ERR_NONE },
	{ "of a prefix", { UPLOADS("false", UPLOAD("key", "u1")
	  UPLOAD("key-b", "u3") UPLOAD("ke", "u5")) }, false,
	  "key:u1 key-b:u3 ", ERR_NONE },
	{ "encoded", { UPLOADS("false", URL UPLOAD("key%2F%01+x", "u1")
	  UPLOAD("k%65y", "u2")) }, false, "key/\001 x:u1 key:u2 ",
	  ERR_NONE },
	{ "not encoded", { UPLOADS("false", UPLOAD("key%41+&amp;", "u1")) },
	  false, "key%41+&:u1 ", ERR_NONE },
	{ "badly encoded", { UPLOADS("false", URL UPLOAD("key%4", "u1")) },
	  false, "", ERR_INDETERMINATE },
	{ "pages", { UPLOADS("true", UPLOAD("key", "u1")), UPLOADS("true",
	  UPLOAD("key", "u2")), UPLOADS("false", UPLOAD("key", "u3")) },
	  true, "key:u1 key:u2 key:u3 ", ERR_NONE },
	{ "a page again", { UPLOADS("true", UPLOAD("key", "u1")),
	  UPLOADS("true", UPLOAD("key", "u1")) }, true, "key:u1 key:u1 ",
	  ERR_INDETERMINATE },
	{ "no end", { UPLOADS("true", "") }, true, "", ERR_INDETERMINATE },
	{ "an id that is none of ours", { UPLOADS("false",
	  UPLOAD("key", "a b") UPLOAD("key", "u2")) }, true, "key:u2 ",
	  ERR_NONE },
	{ "no id", { UPLOADS("false", UPLOAD("key", "")) }, true, "",
	  ERR_INDETERMINATE },
	{ "cut", { "<ListMultipartUploadsResult>" UPLOAD("key", "u1") },
	  true, "", ERR_INDETERMINATE },
};

static void
test_uploads(void)
{
	static struct multipart_list_uploads list;
	static struct multipart_entry u;

	for (size_t i = 0; i < sizeof(upload_rows) / sizeof(upload_rows[0]);
	    i++) {
		struct err e = {0};
		char storage[200];
		struct buf b;
		int rc;

		t_row("%s", upload_rows[i].name);
		start(upload_rows[i].pages);
		buf_fixed(&b, storage, sizeof(storage));
		multipart_list_uploads_open(&list, &client, span_of("key"),
		    upload_rows[i].exact);
		while ((rc = multipart_list_uploads_next(&list, &u, &e)) == 1) {
			buf_printf(&b, "%s:%s ", u.key, u.id);
			CHECK_INT(u.key_len, strlen(u.key));
			CHECK_INT(u.begun_at, 1369353605);
		}
		multipart_list_uploads_close(&list);
		CHECK_INT(rc, upload_rows[i].want_code == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code),
		    err_word(upload_rows[i].want_code));
		CHECK_STR(storage, upload_rows[i].want);
		CHECK_STR(store.asked[0], "GET /bucket?encoding-type=url&"
		    "max-uploads=1000&prefix=key&uploads=");
		client_close(&client);
	}
}

static void
test_uploads_go_on(void)
{
	static const char *const pages[] = { UPLOADS("true", URL
	    UPLOAD("k%2F", "a b")), UPLOADS("false", ""), NULL };
	static struct multipart_list_uploads list;
	static struct multipart_entry u;
	struct err e = {0};

	start(pages);
	multipart_list_uploads_open(&list, &client, span_of("k"), false);
	CHECK_INT(multipart_list_uploads_next(&list, &u, &e), 0);
	multipart_list_uploads_close(&list);
	CHECK_STR(store.asked[1], "GET /bucket?encoding-type=url&"
	    "key-marker=k%2F&max-uploads=1000&prefix=k&"
	    "upload-id-marker=a%20b&uploads=");
	client_close(&client);
}

/* Times as stores write them; others are none. */
static void
test_begun_at(void)
{
	static const struct {
		const char *written;
		int64_t want;
	} times[] = {
		{ "2013-05-24T00:00:00Z", 1369353600 },
		{ "2013-05-24T00:00:00.000Z", 1369353600 },
		{ "2013-05-24T00:00:00.999999Z", 1369353600 },
		{ "2013-05-24T00:00:00", 1369353600 },
		{ "2013-05-24T00:00:00+01:00", 0 },
		{ "2013-05-24 00:00:00Z", 0 },
		{ "yesterday", 0 },
		{ "", 0 },
	};
	static struct multipart_list_uploads list;
	static struct multipart_entry u;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char page[400];
		const char *pages[] = { page, NULL };
		struct err e = {0};

		snprintf(page, sizeof(page), UPLOADS("false", "<Upload><Key>k"
		    "</Key><UploadId>u</UploadId><Initiated>%s</Initiated>"
		    "</Upload>"), times[i].written);
		t_row("%s", times[i].written);
		start(pages);
		multipart_list_uploads_open(&list, &client, span_of("k"), true);
		CHECK_INT(multipart_list_uploads_next(&list, &u, &e), 1);
		CHECK_INT(u.begun_at, times[i].want);
		multipart_list_uploads_close(&list);
		client_close(&client);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "parts", test_parts },
		{ "parts go on", test_parts_go_on },
		{ "uploads", test_uploads },
		{ "uploads go on", test_uploads_go_on },
		{ "begun at", test_begun_at },
		{ NULL, NULL }
	};

	return t_main("multipart_list", cases);
}
