/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "canned.h"
#include "t.h"

#include "proof.h"

/* One generation of six bytes, e1, that should hold "hello\n". */
#define GET(etag, bytes) "HTTP/1.1 200 OK\r\nETag: \"" etag "\"\r\n" \
	"Content-Length: 6\r\n\r\n" bytes
#define GOOD GET("e1", "hello\n")
#define BAD GET("e1", "HELLO\n")
#define WORSE GET("e1", "hullo\n")
#define E412 "HTTP/1.1 412 No\r\nContent-Length: 0\r\n\r\n"
#define HEAD404 "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
#define DENIED "HTTP/1.1 403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"

static const struct row {
	const char *name;
	const char *answers[6];
	enum proof_verdict want;
	int want_bytes;			/* of complete reads */
	enum err_code want_code;
} rows[] = {
	{ "equal", { GOOD }, PROOF_EQUAL, 6, ERR_NONE },
	{ "equal the second time", { BAD, GOOD }, PROOF_EQUAL, 12, ERR_NONE },
	{ "other bytes, twice", { BAD, BAD }, PROOF_OTHER, 12, ERR_NONE },
	{ "other bytes, two kinds", { BAD, WORSE }, PROOF_UNTOLD, 12,
	  ERR_INDETERMINATE },
	{ "cut off and gone on with", {
	  "HTTP/1.1 200 OK\r\nETag: \"e1\"\r\nContent-Length: 6\r\n\r\n"
	  "hel!cut", "HTTP/1.1 206 OK\r\nETag: \"e1\"\r\n"
	  "Content-Range: bytes 3-5/6\r\nContent-Length: 3\r\n\r\nlo\n" },
	  PROOF_EQUAL, 6, ERR_NONE },
	{ "unreadable", { DENIED }, PROOF_UNTOLD, 0, ERR_PERMISSION_DENIED },
	{ "unreadable the second time", { BAD, DENIED }, PROOF_UNTOLD, 6,
	  ERR_PERMISSION_DENIED },
	{ "busy", { BUSY, BUSY }, PROOF_UNTOLD, 0, ERR_STORE_BUSY },
	{ "gone between the reads", { BAD, E412, HEAD404 }, PROOF_UNTOLD, 6,
	  ERR_REPLACED_BY_OTHER },
	{ "gone", { E412, HEAD404 }, PROOF_UNTOLD, 0,
	  ERR_REPLACED_BY_OTHER },
};

static void
run_row(const struct row *row)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static struct client client;
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1", .creds = { span_of("AKID"),
	    span_of("secret"), { NULL, 0 } }, .connect_ms = 1000,
	    .stall_ms = 1000, .min_rate = 1, .max_attempts = 2,
	    .backoff_ms = 100, .max_bytes_down = 1000 };
	struct object o = { true, 6, "e1", "" };
	uint8_t digest[SHA256_LEN];
	struct proof p = { .client = &client, .key = span_of("key"),
	    .digest = digest };
	struct canned store;
	struct err e = {0};

	t_row("%s", row->name);
	sha256_of(digest, "hello\n", 6);
	canned_init(&store, row->answers);
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
	CHECK_INT(proof_rehash(&p, &o, &e), row->want);
	client_close(&client);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(p.bytes, row->want_bytes);
	CHECK(row->answers[store.next] == NULL);
	CHECK_STR(store.if_match[0], "\"e1\"");
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ NULL, NULL }
	};

	return t_main("proof", cases);
}
