/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "canned.h"
#include "t.h"

#include "object.h"

/* Looks, PUTs and GETs are tried as whole conversations: work/t_upload.c. */

static struct client client;

/* A client of a store that gives these answers. */
static void
start(struct canned *store, const char *const *answers)
{
	static const struct endpoint endpoint = { .host = "localhost",
	    .port = 80 };
	static struct client_config conf;

	conf = (struct client_config){ .endpoint = &endpoint,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 1, .max_attempts = 2, .backoff_ms = 100,
	    .max_bytes_down = 1000 };
	canned_init(store, answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
}

/* --- Which generation is it? ---------------------------------------------- */

static const struct object
    absent = { false, -1, "", "" },
    unnamed = { true, 6, "", "" },
    e1 = { true, 6, "e1", "" },
    e2 = { true, 6, "e2", "" },
    e1_of_7 = { true, 7, "e1", "" },
    e1_v1 = { true, 6, "e1", "v1" },
    e1_v2 = { true, 6, "e1", "v2" },
    e2_v1 = { true, 6, "e2", "v1" },
    v1_of_7 = { true, 7, "", "v1" },
    v1 = { true, 6, "", "v1" };

static void
test_generations(void)
{
	static const struct {
		const char *name;
		const struct object *known, *now;
		bool want_same, want_current;
		enum err_code want_differs;
	} rows[] = {
		{ "itself", &e1, &e1, true, true, ERR_INDETERMINATE },
		{ "another tag", &e1, &e2, false, false,
		  ERR_REPLACED_BY_OTHER },
		{ "another size", &e1, &e1_of_7, false, false,
		  ERR_INDETERMINATE },
		{ "another size of a version", &v1, &v1_of_7, false, false,
		  ERR_INDETERMINATE },
		{ "another size, no name", &unnamed, &e1_of_7, false, false,
		  ERR_REPLACED_BY_OTHER },
		{ "no name", &unnamed, &e1, true, false, ERR_INDETERMINATE },
		{ "no names", &unnamed, &unnamed, true, false,
		  ERR_INDETERMINATE },
		{ "its version", &e1_v1, &e1_v1, true, true,
		  ERR_INDETERMINATE },
		{ "another version of that tag", &e1_v1, &e1_v2, false, false,
		  ERR_REPLACED_BY_OTHER },
		{ "its version, another tag", &e1_v1, &e2_v1, true, true,
		  ERR_INDETERMINATE },
		{ "its tag, no version", &e1_v1, &e1, true, true,
		  ERR_INDETERMINATE },
		{ "a version or a tag", &e1, &v1, true, false,
		  ERR_INDETERMINATE },
		{ "gone", &e1, &absent, false, false, ERR_REPLACED_BY_OTHER },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s", rows[i].name);
		CHECK_INT(object_same_generation(rows[i].known, rows[i].now),
		    rows[i].want_same);
		CHECK_INT(object_is_current(rows[i].known, rows[i].now),
		    rows[i].want_current);
		CHECK_INT(object_differs(rows[i].known, rows[i].now, &e), -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want_differs));
	}
	CHECK(!object_is_current(&absent, &absent));
}

/* --- Removing ------------------------------------------------------------- */

#define GONE "HTTP/1.1 204 No\r\n\r\n"
#define GONE200 "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>"
#define LATER "HTTP/1.1 202 Yes\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
#define E412 "HTTP/1.1 412 No\r\nContent-Length: 0\r\n\r\n"
#define E404(length, code) "HTTP/1.1 404 No\r\nContent-Length: " length \
	"\r\n\r\n<Error><Code>" code "</Code></Error>"
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"

static void
test_delete(void)
{
	static const char plain[] = "DELETE /bucket/key",
	    versioned[] = "DELETE /bucket/key?versionId=v1";
	static const struct {
		const char *name;
		const char *answers[3];
		enum object_way way;
		const char *want_asked, *want_if_match;
		enum err_code want;
	} rows[] = {
		{ "plain", { GONE }, OBJECT_PLAIN, plain, "", ERR_NONE },
		{ "by tag", { GONE }, OBJECT_BY_ETAG, plain, "\"e1\"",
		  ERR_NONE },
		{ "by version, without If-Match", { GONE }, OBJECT_BY_VERSION,
		  versioned, "", ERR_NONE },
		{ "told by 200", { GONE200 }, OBJECT_PLAIN, plain, "",
		  ERR_NONE },
		{ "202 tells nothing", { LATER }, OBJECT_PLAIN, plain, "",
		  ERR_INDETERMINATE },
		{ "never there", { E404("37", "NoSuchKey") }, OBJECT_BY_ETAG,
		  plain, "\"e1\"", ERR_NONE },
		{ "no such version", { E404("41", "NoSuchVersion") },
		  OBJECT_BY_VERSION, versioned, "", ERR_NONE },
		{ "no such bucket", { E404("40", "NoSuchBucket") },
		  OBJECT_PLAIN, plain, "", ERR_NO_SUCH_BUCKET },
		{ "another is there", { E412 }, OBJECT_BY_ETAG, plain,
		  "\"e1\"", ERR_REPLACED_BY_OTHER },
		{ "busy, then not", { BUSY, GONE }, OBJECT_BY_ETAG, plain,
		  "\"e1\"", ERR_NONE },
		{ "busy", { BUSY, BUSY }, OBJECT_PLAIN, plain, "",
		  ERR_STORE_BUSY },
		{ "done, but unheard", { "!close", E404("37", "NoSuchKey") },
		  OBJECT_BY_ETAG, plain, "\"e1\"", ERR_NONE },
		{ "refused", { DENIED }, OBJECT_PLAIN, plain, "",
		  ERR_PERMISSION_DENIED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct canned store;
		struct err e = {0};

		t_row("%s", rows[i].name);
		start(&store, rows[i].answers);
		CHECK_INT(object_delete(&client, span_of("key"), &e1_v1,
		    rows[i].way, &e), rows[i].want == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].want));
		CHECK_STR(store.asked[0], rows[i].want_asked);
		CHECK_STR(store.if_match[0], rows[i].want_if_match);
		CHECK(rows[i].answers[store.next] == NULL);
		CHECK_INT(client.counts.requests[PRICE_FREE], store.requests);
		client_close(&client);
	}
}

/* A kept connection carries what comes after a DELETE. */
static void
test_delete_keeps(void)
{
	static const char *const answers[] = { GONE200, GONE, GONE, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	for (int i = 0; i < 3; i++)
		CHECK_INT(object_delete(&client, span_of("key"), &e1,
		    OBJECT_PLAIN, &e), 0);
	CHECK_INT(store.dials, 1);
	client_close(&client);
}

/* --- What a fetch learns of the generation -------------------------------- */

static int
take(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	(void)s;
	(void)p;
	(void)n;
	(void)e;
	return 0;
}

static int
take_again(struct object_sink *s, struct err *e)
{
	(void)s;
	(void)e;
	return 0;
}

static void
test_fetch_names(void)
{
	static const char *const answers[] = { "HTTP/1.1 200 OK\r\n"
	    "ETag: \"e1\"\r\nx-amz-version-id: v1\r\nContent-Length: 6\r\n\r\n"
	    "hel!cut", "HTTP/1.1 206 OK\r\nETag: \"e1\"\r\n"
	    "x-amz-version-id: v1\r\nContent-Range: bytes 3-5/6\r\n"
	    "Content-Length: 3\r\n\r\nlo\n", NULL };
	struct object_sink sink = { take, take_again };
	struct object want = { true, 6, "e1", "" };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(object_fetch(&client, span_of("key"), &want, &sink, &e), 0);
	CHECK_STR(store.asked[0], "GET /bucket/key");
	CHECK_STR(store.if_match[0], "\"e1\"");
	CHECK_STR(store.asked[1], "GET /bucket/key?versionId=v1");
	CHECK_STR(store.range[1], "bytes=3-");
	CHECK_STR(want.version_id, "v1");
	client_close(&client);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "generations", test_generations },
		{ "delete", test_delete },
		{ "delete keeps the connection", test_delete_keeps },
		{ "fetch names", test_fetch_names },
		{ NULL, NULL }
	};

	return t_main("object", cases);
}
