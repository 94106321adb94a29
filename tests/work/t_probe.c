/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "canned.h"
#include "t.h"

#include "probe.h"

/*
 * Each row is a whole conversation: what the store answers, what must have
 * been asked, and what was found.  The canned store's random bytes are all
 * 0x5a.
 */
#define PREFIX "consign/photos/prove/0123456789abcdef"

#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define E1 "ETag: \"e1\"\r\n"
#define V1 "x-amz-version-id: v1\r\n"
#define V2 "x-amz-version-id: v2\r\n"
#define HEAD404 "HTTP/1.1 404 Not Found\r\n" LEN0
#define HEAD49 OK E1 "Content-Length: 49\r\n\r\n"
#define PUT200 OK E1 LEN0
#define DEL204 "HTTP/1.1 204 No Content\r\n\r\n"
#define MARKED "HTTP/1.1 204 No Content\r\nx-amz-delete-marker: true\r\n\r\n"
#define RANDOM "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n"
#define GET1 OK E1 "Content-Length: 49\r\n\r\nconsign probe 1 " RANDOM
#define GET2 OK E1 "Content-Length: 49\r\n\r\nconsign probe 2 " RANDOM
#define GETW OK "ETag: W/\"e1\"\r\nContent-Length: 49\r\n\r\n" \
	"consign probe 1 " RANDOM
#define PART "HTTP/1.1 206 Part\r\n" E1 "Content-Length: 8\r\n"
#define RANGE1 PART "Content-Range: bytes 8-15/49\r\n\r\nprobe 1 "
#define RANGE2 PART "Content-Range: bytes 8-15/49\r\n\r\nprobe 2 "
#define LIST OK "Content-Length: 112\r\n\r\n<ListBucketResult>" \
	"<Contents><Key>" PREFIX "/probe</Key></Contents></ListBucketResult>"
#define OTHER OK "Content-Length: 112\r\n\r\n<ListBucketResult>" \
	"<Contents><Key>" PREFIX "/other</Key></Contents></ListBucketResult>"
#define EMPTY OK "Content-Length: 37\r\n\r\n<ListBucketResult>" \
	"</ListBucketResult>"
#define BUSY "HTTP/1.1 503 Slow\r\n" LEN0
#define E412 "HTTP/1.1 412 No\r\n" LEN0
#define E501 "HTTP/1.1 501 No\r\n" LEN0
#define E404 "HTTP/1.1 404 No\r\nContent-Length: 37\r\n\r\n" \
	"<Error><Code>NoSuchKey</Code></Error>"
#define NO_BUCKET "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchBucket</Code></Error>"
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define BADSIG "HTTP/1.1 403 No\r\nContent-Length: 49\r\n\r\n" \
	"<Error><Code>SignatureDoesNotMatch</Code></Error>"
#define REDIRECT "HTTP/1.1 301 No\r\nx-amz-bucket-region: eu-west-1\r\n" LEN0
#define LATER "Date: Tue, 14 Nov 2023 22:18:21 GMT\r\n"
#define LATE "Date: Tue, 14 Nov 2023 22:18:20 GMT\r\n"

#define BEGIN E404, HEAD404
#define READS GET1, E412, GET1, RANGE1, LIST
#define PAIR E412, HEAD49, DEL204, HEAD404
#define READS_ASKED "GET GET GET GET GET "
#define ALL "absent new if range delete list gone"

struct row {
	const char *name;
	const char *answers[24];
	const char *want_asked;		/* methods, in order */
	const char *want_found;
	enum err_code want_code;
	enum probe_step want_step;
	bool want_dirty;
};

static const struct row rows[] = {
	/* As stores were seen to be. */
	{ "Amazon S3", { BEGIN, PUT200, E412, READS, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD", ALL,
	  ERR_NONE, PROBE_DELETE, false },
	{ "Amazon S3, versioned", { BEGIN, OK E1 V1 LEN0, E412, READS, DEL204,
	  HEAD404 }, "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD",
	  "absent new if range versions list gone", ERR_NONE, PROBE_DELETE,
	  false },
	{ "Cloudflare R2", { BEGIN, PUT200, E412, READS, DEL204, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD",
	  "absent new if range list gone", ERR_NONE, PROBE_DELETE, false },
	{ "Ceph RGW, versioned", { BEGIN, OK E1 V1 LEN0, OK E1 V2 LEN0, GET2,
	  E412, GET2, RANGE2, LIST, DEL204, DEL204, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE DELETE HEAD",
	  "absent if range versions list gone", ERR_NONE, PROBE_DELETE,
	  false },
	{ "Swift", { BEGIN, E501, PUT200, READS, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent if range delete list gone", ERR_NONE, PROBE_DELETE, false },
	{ "Backblaze B2", { BEGIN, E501, OK E1 V1 LEN0, GET1, E412, GET1,
	  RANGE1, DENIED, DEL204, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD",
	  "absent if range versions gone", ERR_NONE, PROBE_DELETE, false },

	/* Conditions that are not honoured, one by one. */
	{ "the second PUT is taken", { BEGIN, PUT200, PUT200, GET2, E412, GET2,
	  RANGE2, LIST, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent if range delete list gone", ERR_NONE, PROBE_DELETE, false },
	{ "the second PUT is refused, and taken", { BEGIN, PUT200, E412, GET2,
	  E412, GET2, RANGE2, LIST, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent if range delete list gone", ERR_NONE, PROBE_DELETE, false },
	{ "a wrong If-Match is no hindrance to GET", { BEGIN, PUT200, E412,
	  GET1, GET1, RANGE1, LIST, PAIR },
	  "GET HEAD PUT PUT GET GET GET GET DELETE HEAD DELETE HEAD",
	  "absent new range delete list gone", ERR_NONE, PROBE_DELETE,
	  false },
	{ "no If-Match is right for GET", { BEGIN, PUT200, E412, GET1, E412,
	  E412, RANGE1, LIST, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new range delete list gone", ERR_NONE, PROBE_DELETE,
	  false },
	{ "If-Match with a range is refused", { BEGIN, PUT200, E412, GET1,
	  E412, GET1, E501, LIST, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new delete list gone", ERR_NONE, PROBE_DELETE, false },
	{ "ranges are ignored", { BEGIN, PUT200, E412, GET1, E412, GET1, GET1,
	  LIST, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if delete list gone", ERR_NONE, PROBE_DELETE, false },
	{ "weak entity tags", { BEGIN, PUT200, E412, GETW, RANGE1, LIST,
	  DEL204, HEAD404 }, "GET HEAD PUT PUT GET GET GET DELETE HEAD",
	  "absent new range list gone", ERR_NONE, PROBE_DELETE, false },
	{ "no list", { BEGIN, PUT200, E412, GET1, E412, GET1, RANGE1, DENIED,
	  PAIR }, "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if range delete gone", ERR_NONE, PROBE_DELETE, false },
	{ "a list without our object", { BEGIN, PUT200, E412, GET1, E412, GET1,
	  RANGE1, EMPTY, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if range delete gone", ERR_NONE, PROBE_DELETE, false },
	{ "a list of other objects", { BEGIN, PUT200, E412, GET1, E412, GET1,
	  RANGE1, OTHER, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if range delete gone", ERR_NONE, PROBE_DELETE, false },
	{ "DELETE says 412, and removes", { BEGIN, PUT200, E412, READS, E412,
	  HEAD404 }, "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD",
	  "absent new if range list gone", ERR_NONE, PROBE_DELETE, false },
	{ "DELETE says 204, and does not remove", { BEGIN, PUT200, E412, READS,
	  DEL204, HEAD49, DEL204, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if range list gone", ERR_NONE, PROBE_DELETE, false },
	{ "no If-Match is right for DELETE", { BEGIN, PUT200, E412, READS,
	  E412, HEAD49, E412, HEAD49, DEL204, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED
	  "DELETE HEAD DELETE HEAD DELETE HEAD",
	  "absent new if range list gone", ERR_NONE, PROBE_DELETE, false },
	{ "no DELETE at all", { BEGIN, PUT200, E412, READS, DENIED, HEAD49,
	  DENIED, HEAD49 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD",
	  "absent new if range list", ERR_NONE, PROBE_DELETE, true },
	{ "no DELETE of versions", { BEGIN, OK E1 V1 LEN0, E412, READS, DENIED,
	  HEAD49 }, "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD",
	  "absent new if range versions list", ERR_NONE, PROBE_DELETE, true },

	/* What ends it, and how little is sent. */
	{ "no such bucket", { NO_BUCKET }, "GET", "", ERR_NO_SUCH_BUCKET,
	  PROBE_ABSENT, false },
	{ "absence looks forbidden", { DENIED }, "GET", "",
	  ERR_ABSENCE_NOT_VISIBLE, PROBE_ABSENT, false },
	{ "a wrong secret", { BADSIG }, "GET", "", ERR_AUTH_REJECTED,
	  PROBE_ABSENT, false },
	{ "a wrong region", { REDIRECT }, "GET", "", ERR_WRONG_REGION,
	  PROBE_ABSENT, false },
	{ "something is there", { GET1 }, "GET", "", ERR_INDETERMINATE,
	  PROBE_ABSENT, false },
	{ "HEAD sees what GET does not", { E404, HEAD49 }, "GET HEAD", "",
	  ERR_INDETERMINATE, PROBE_LOOK, false },
	{ "clocks are 301 s apart", { "HTTP/1.1 404 No\r\n" LATER LEN0 },
	  "GET", "", ERR_CLOCK_SKEWED, PROBE_ABSENT, false },
	{ "clocks are apart, and the store is busy",
	  { "HTTP/1.1 503 Slow\r\n" LATER LEN0 },
	  "GET", "", ERR_CLOCK_SKEWED, PROBE_ABSENT, false },
	{ "clocks are 300 s apart", { "HTTP/1.1 404 No\r\n" LATE LEN0, HEAD404,
	  PUT200, E412, READS, PAIR },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE HEAD", ALL,
	  ERR_NONE, PROBE_DELETE, false },
	{ "nobody answers", { "!refuse", "!refuse", "!refuse", "!refuse" }, "",
	  "", ERR_UNREACHABLE, PROBE_ABSENT, false },
	{ "PUT is denied", { BEGIN, DENIED, DENIED, HEAD404 },
	  "GET HEAD PUT DELETE HEAD", "absent", ERR_PERMISSION_DENIED,
	  PROBE_STORE, false },
	{ "PUT is not to be had", { BEGIN, E501, E501, DEL204, HEAD404 },
	  "GET HEAD PUT PUT DELETE HEAD", "absent", ERR_STORE_REFUSED,
	  PROBE_STORE, false },
	{ "GET is denied", { BEGIN, PUT200, E412, DENIED, DEL204, HEAD404 },
	  "GET HEAD PUT PUT GET DELETE HEAD", "absent new",
	  ERR_PERMISSION_DENIED, PROBE_READ, false },
	{ "other bytes come back", { BEGIN, PUT200, E412, OK E1
	  "Content-Length: 3\r\n\r\nabc", DEL204, HEAD404 },
	  "GET HEAD PUT PUT GET DELETE HEAD", "absent new",
	  ERR_VERIFICATION_FAILED, PROBE_READ, false },
	{ "nothing comes back", { BEGIN, PUT200, E412, E404, DEL204, HEAD404 },
	  "GET HEAD PUT PUT GET DELETE HEAD", "absent new",
	  ERR_INDETERMINATE, PROBE_READ, false },
	{ "it fails, and cannot be cleaned up", { BEGIN, PUT200, E412, DENIED,
	  DENIED, HEAD49 }, "GET HEAD PUT PUT GET DELETE HEAD", "absent new",
	  ERR_PERMISSION_DENIED, PROBE_READ, true },

	/* What passes. */
	{ "busy at first", { BUSY, BEGIN, BUSY, PUT200, BUSY, E412, READS,
	  PAIR }, "GET GET HEAD PUT PUT PUT PUT " READS_ASKED
	  "DELETE HEAD DELETE HEAD", ALL, ERR_NONE, PROBE_DELETE, false },
	{ "the first PUT is done unheard", { BEGIN, "!close", E412, E412,
	  READS, PAIR }, "GET HEAD PUT PUT PUT " READS_ASKED
	  "DELETE HEAD DELETE HEAD", ALL, ERR_NONE, PROBE_DELETE, false },
	{ "a 412 without cause", { BEGIN, E412, DEL204, HEAD404 },
	  "GET HEAD PUT DELETE HEAD", "absent", ERR_REMOTE_CONFLICT,
	  PROBE_STORE, false },
	{ "the DELETE of the pair is done unheard", { BEGIN, PUT200, E412,
	  READS, E412, HEAD49, "!close", E404, HEAD404 },
	  "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD DELETE DELETE HEAD",
	  ALL, ERR_NONE, PROBE_DELETE, false },
};

static const struct endpoint endpoint = { .host = "localhost", .port = 80 };
static struct client client;
static struct client_config config;

/* Later than the canned store's, for dates before 2020 are no clock's. */
static int64_t
wall(struct clock *clock)
{
	(void)clock;
	return 1700000000;	/* 2023-11-14T22:13:20Z */
}

static void
start(struct canned *store, const char *const *answers, const char *kind)
{
	config = (struct client_config){ .endpoint = &endpoint,
	    .provider = provider_find(kind), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 4,
	    .backoff_ms = 100, .max_class_a = 100,
	    .max_bytes_up = 10000, .max_bytes_down = 10000 };
	canned_init(store, answers);
	store->clock.wall_s = wall;
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
check_found(const struct probe *p, const char *want)
{
	const struct {
		bool found;
		const char *word;
	} words[] = {
		{ p->absence_visible, "absent" },
		{ p->put_if_none_match, "new" }, { p->get_if_match, "if" },
		{ p->get_range, "range" }, { p->delete_if_match, "delete" },
		{ p->versioned, "versions" }, { p->list_allowed, "list" },
		{ p->delete_allowed, "gone" }
	};
	char found[100] = "";
	struct buf b;

	buf_fixed(&b, found, sizeof(found));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].found)
			buf_printf(&b, "%s%s", b.len == 0 ? "" : " ",
			    words[i].word);
	CHECK_STR(found, want);
}

static void
test_conversations(void)
{
	struct canned store;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct probe p = { .client = &client, .archive_id = "photos",
		    .prefix = PREFIX };
		struct err e = {0};

		t_row("%s", row->name);
		start(&store, row->answers, "generic-s3");
		CHECK_INT(probe_run(&p, &e), row->want_code == ERR_NONE ?
		    0 : -1);
		client_close(&client);
		check_asked(&store, row->want_asked);
		check_found(&p, row->want_found);
		CHECK_STR(err_word(e.code), err_word(row->want_code));
		CHECK_STR(probe_step_name(p.step),
		    probe_step_name(row->want_step));
		CHECK_INT(p.clean, !row->want_dirty);
		CHECK(row->answers[store.next] == NULL);
	}
}

/* Which capability is missing is said by the name that the provider uses. */
static void
test_advice(void)
{
	static const char *const answers[] = { DENIED, NULL };
	static const struct {
		const char *kind, *want;
	} kinds[] = {
		{ "aws-s3", "s3:ListBucket" },
		{ "backblaze-b2", "listBuckets and listFiles" },
		{ "generic-s3", "to list the bucket" }
	};
	struct canned store;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct probe p = { .client = &client, .archive_id = "photos",
		    .prefix = PREFIX };
		struct err e = {0};

		t_row("%s", kinds[i].kind);
		start(&store, answers, kinds[i].kind);
		CHECK_INT(probe_run(&p, &e), -1);
		CHECK(strstr(err_advice(&e), kinds[i].want) != NULL);
		client_close(&client);
	}
}

/* What it costs at most is at least what the dearest row above sent. */
static void
test_cost(void)
{
	uint64_t n[PRICE__COUNT];

	probe_cost(provider_find("cloudflare-r2"), n);
	CHECK_INT(n[PRICE_A], 3);
	CHECK_INT(n[PRICE_B], 9);
	CHECK_INT(n[PRICE_FREE], 3);
}

static void
test_prefix(void)
{
	static const struct {
		const char *prefix;
		bool want;
	} prefixes[] = {
		{ PREFIX, true },
		{ PREFIX "0", false },
		{ PREFIX "/", false },
		{ "consign/photos/prove/0123456789ABCDEF", false },
		{ "consign/photos/prove/", false },
		{ "consign/other/prove/0123456789abcdef", false },
		{ "consign/photos/prove/../456789abcdef", false },
		{ "sha256/ab", false },
		{ "", false }
	};
	char made[PROBE_PREFIX_MAX + 1];
	static const char *const none[] = { NULL };
	struct canned store;
	struct err e = {0};

	start(&store, none, "generic-s3");
	CHECK_INT(probe_prefix(made, "photos", &store.rng, &e), 0);
	CHECK_STR(made, "consign/photos/prove/5a5a5a5a5a5a5a5a");
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct probe p = { .client = &client, .archive_id = "photos",
		    .prefix = prefixes[i].prefix };

		t_row("%s", prefixes[i].prefix);
		CHECK_INT(probe_cleanup_check("photos",
		    span_of(prefixes[i].prefix), &e),
		    prefixes[i].want ? 0 : -1);
		if (prefixes[i].want)
			continue;
		CHECK_INT(probe_run(&p, &e), -1);
		CHECK_INT(e.code, ERR_CONFIG_INVALID);
		CHECK_INT(store.requests, 0);
	}
}

#define NO_UPLOADS OK "Content-Length: 89\r\n\r\n" \
	"<ListMultipartUploadsResult><IsTruncated>" \
	"false</IsTruncated></ListMultipartUploadsResult>"
#define NO_VERSIONS OK "Content-Length: 73\r\n\r\n" \
	"<ListVersionsResult><IsTruncated>false</IsTruncated>" \
	"</ListVersionsResult>"

/* A probe whose DELETE only hid the object finds that out and cleans up. */
static void
test_hidden(void)
{
	static const char *const answers[] = { BEGIN, PUT200, E412, READS,
	    MARKED, HEAD404, NO_UPLOADS, NO_VERSIONS, HEAD404, NULL };
	struct probe p = { .client = &client, .archive_id = "photos",
	    .prefix = PREFIX };
	struct canned store;
	struct err e = {0};

	start(&store, answers, "generic-s3");
	CHECK_INT(probe_run(&p, &e), 0);
	client_close(&client);
	check_asked(&store, "GET HEAD PUT PUT " READS_ASKED "DELETE HEAD "
	    "GET GET HEAD");
	check_found(&p, "absent new if range list gone");
	CHECK(p.clean);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "conversations", test_conversations },
		{ "advice", test_advice },
		{ "cost", test_cost },
		{ "prefix", test_prefix },
		{ "hidden", test_hidden },
		{ NULL, NULL }
	};

	return t_main("probe", cases);
}
