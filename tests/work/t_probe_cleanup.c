/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "canned.h"
#include "t.h"

#include "probe.h"

/* What the store answers, and what must have been asked: see t_probe.c. */
#define PREFIX "consign/photos/prove/0123456789abcdef"
#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define DEL204 "HTTP/1.1 204 No Content\r\n\r\n"
#define BUSY "HTTP/1.1 503 Slow\r\n" LEN0
#define E501 "HTTP/1.1 501 No\r\n" LEN0
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define BADSIG "HTTP/1.1 403 No\r\nContent-Length: 49\r\n\r\n" \
	"<Error><Code>SignatureDoesNotMatch</Code></Error>"
#define NO_UPLOADS OK "Content-Length: 89\r\n\r\n" \
	"<ListMultipartUploadsResult><IsTruncated>" \
	"false</IsTruncated></ListMultipartUploadsResult>"
#define UPLOADS OK "Content-Length: 183\r\n\r\n" \
	"<ListMultipartUploadsResult><IsTruncated>" \
	"false</IsTruncated><Upload><Key>" PREFIX \
	"/parts</Key><UploadId>u1</UploadId></Upload>" \
	"</ListMultipartUploadsResult>"
#define VERSIONS OK "Content-Length: 407\r\n\r\n" \
	"<ListVersionsResult><IsTruncated>false</IsTruncated>" \
	"<Version><Key>" PREFIX \
	"/probe</Key><VersionId>v1</VersionId><Size>49</Size>" \
	"</Version><Version><Key>" PREFIX \
	"/probe</Key><VersionId>v2</VersionId><Size>49</Size>" \
	"</Version><DeleteMarker><Key>" PREFIX \
	"/probe</Key><VersionId>m1</VersionId></DeleteMarker>" \
	"</ListVersionsResult>"
#define FOREIGN OK "Content-Length: 152\r\n\r\n" \
	"<ListVersionsResult><IsTruncated>false</IsTruncated>" \
	"<Version><Key>sha256/ab</Key><VersionId>v1</VersionId>" \
	"<Size>49</Size></Version></ListVersionsResult>"
#define NO_VERSIONS OK "Content-Length: 73\r\n\r\n" \
	"<ListVersionsResult><IsTruncated>false</IsTruncated>" \
	"</ListVersionsResult>"
#define OBJECTS OK "Content-Length: 158\r\n\r\n" \
	"<ListBucketResult><IsTruncated>false</IsTruncated>" \
	"<Contents><Key>" PREFIX \
	"/small</Key><Size>1</Size></Contents></ListBucketResult>"
#define GONE "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"
#define FOUR DEL204, DEL204, DEL204, DEL204

struct left {
	const char *name;
	const char *answers[24];
	bool versioned;
	const char *want_asked;
	enum err_code want_code;
	uint64_t want_removed, want_ended, want_left;
};

static const struct left lefts[] = {
	{ "nothing", { NO_UPLOADS, NO_VERSIONS }, false, "GET GET", ERR_NONE,
	  0, 0, 0 },
	{ "versions and a marker", { NO_UPLOADS, VERSIONS, DEL204, DEL204,
	  DEL204 }, true, "GET GET DELETE DELETE DELETE", ERR_NONE, 3, 0, 0 },
	{ "an upload", { UPLOADS, DEL204, GONE, NO_VERSIONS }, false,
	  "GET DELETE DELETE GET", ERR_NONE, 0, 1, 0 },
	{ "an object, where versions are not listed", { E501, E501, OBJECTS,
	  DEL204 }, false, "GET GET GET DELETE", ERR_NONE, 1, 0, 0 },
	{ "versions that are not listed", { E501, DENIED }, true, "GET GET",
	  ERR_NONE, 0, 0, 1 },
	{ "who knows, where nothing is listed", { DENIED, DENIED, DENIED, FOUR,
	  FOUR, FOUR, DEL204 }, false, "GET GET GET DELETE DELETE DELETE "
	  "DELETE DELETE DELETE DELETE DELETE DELETE DELETE DELETE DELETE "
	  "DELETE", ERR_NONE, 13, 0, 0 },
	{ "what is not ours", { NO_UPLOADS, FOREIGN }, true, "GET GET",
	  ERR_INDETERMINATE, 0, 0, 0 },
	{ "what may not be removed", { NO_UPLOADS, VERSIONS, DENIED, DEL204,
	  DEL204 }, true, "GET GET DELETE DELETE DELETE", ERR_NONE, 2, 0, 1 },
	{ "a wrong secret", { BADSIG }, true, "GET", ERR_AUTH_REJECTED, 0, 0,
	  0 },
	{ "a store that is busy", { NO_UPLOADS, BUSY, BUSY, BUSY, BUSY }, true,
	  "GET GET GET GET GET", ERR_STORE_BUSY, 0, 0, 0 },
};

static const struct endpoint endpoint = { .host = "localhost", .port = 80 };
static struct client client;
static struct client_config config;

static void
start(struct canned *store, const char *const *answers)
{
	config = (struct client_config){ .endpoint = &endpoint,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 4,
	    .backoff_ms = 100, .max_class_a = 100,
	    .max_bytes_up = 10000, .max_bytes_down = 10000 };
	canned_init(store, answers);
	client_init(&client, &config, &store->clock, &store->rng,
	    &store->dialer);
}

static void
check_asked(const struct canned *store, const char *want)
{
	char asked[300] = "";
	struct buf b;

	buf_fixed(&b, asked, sizeof(asked));
	for (size_t i = 0; i < store->requests; i++)
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ",
		    (int)strcspn(store->asked[i], " "), store->asked[i]);
	CHECK_STR(asked, want);
}

static void
test_cleanup(void)
{
	struct canned store;

	for (size_t i = 0; i < sizeof(lefts) / sizeof(lefts[0]); i++) {
		const struct left *left = &lefts[i];
		struct probe_cleanup p = { .client = &client,
		    .archive_id = "photos", .prefix = span_of(PREFIX),
		    .versioned = left->versioned };
		struct err e = {0};

		t_row("%s", left->name);
		start(&store, left->answers);
		CHECK_INT(probe_cleanup(&p, &e), left->want_code == ERR_NONE ?
		    0 : -1);
		client_close(&client);
		check_asked(&store, left->want_asked);
		CHECK_STR(err_word(e.code), err_word(left->want_code));
		CHECK_INT(p.removed, left->want_removed);
		CHECK_INT(p.ended, left->want_ended);
		CHECK_INT(p.left, left->want_left);
		for (size_t r = 0; r < store.requests; r++)
			CHECK(strncmp(store.asked[r], "DELETE ", 7) != 0 ||
			    strncmp(store.asked[r], "DELETE /bucket/" PREFIX
			    "/", sizeof("DELETE /bucket/" PREFIX)) == 0);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "conversations", test_cleanup },
		{ NULL, NULL }
	};

	return t_main("probe_cleanup", cases);
}
