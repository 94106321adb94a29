/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canned.h"
#include "t.h"

#include "relay.h"

/* Six bytes; or two blocks of 1 MiB and five bytes, as an answer of its own. */
#define SMALL "hello\n"
#define LARGE (2 * 1024 * 1024 + 5)
#define HEAD "HTTP/1.1 200 OK\r\nETag: \"e1\"\r\n"
#define GET(bytes) HEAD "Content-Length: 6\r\n\r\n" bytes
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"

static char large[LARGE + 1], good[LARGE + 200], bad[LARGE + 200];
static char cut[LARGE + 200], rest[LARGE + 200];
static char passed[LARGE + 1];
static size_t npassed;

enum place {
	NOWHERE,		/* two reads */
	FOLDER,
	NO_FOLDER		/* it cannot be made there */
};

static const struct row {
	const char *name;
	const char *object;		/* what it should be */
	bool known;			/* its digest */
	enum place spool;
	const char *answers[5];
	enum err_code want_code;
	unsigned want_reads;
	size_t want_passed;
} rows[] = {
	{ "straight", SMALL, false, NOWHERE, { GET("hello\n") }, ERR_NONE, 1,
	  6 },
	{ "straight, cut off", SMALL, false, NOWHERE, { GET("hel!cut"),
	  "HTTP/1.1 206 OK\r\nETag: \"e1\"\r\nContent-Range: bytes 3-5/6\r\n"
	  "Content-Length: 3\r\n\r\nlo\n" }, ERR_NONE, 1, 6 },
	{ "straight, without a name", SMALL, false, NOWHERE, {
	  "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhel!cut" },
	  ERR_INDETERMINATE, 1, 3 },
	{ "in memory", SMALL, true, NOWHERE, { GET("hello\n") }, ERR_NONE, 1,
	  6 },
	{ "in memory, wrong once", SMALL, true, NOWHERE, { GET("HELLO\n"),
	  GET("hello\n") }, ERR_NONE, 2, 6 },
	{ "in memory, wrong", SMALL, true, NOWHERE, { GET("HELLO\n"),
	  GET("HELLO\n") }, ERR_VERIFICATION_FAILED, 2, 0 },
	{ "in memory, wrong in two ways", SMALL, true, NOWHERE,
	  { GET("HELLO\n"), GET("hullo\n") }, ERR_INDETERMINATE, 2, 0 },
	{ "in memory, broken", SMALL, true, NOWHERE, { GET("hel!cut"), BUSY },
	  ERR_STORE_BUSY, 1, 0 },
	{ "spooled", SMALL, true, FOLDER, { GET("hello\n") }, ERR_NONE, 1,
	  6 },
	{ "spooled, wrong once", SMALL, true, FOLDER, { GET("HELLO\n"),
	  GET("hello\n") }, ERR_NONE, 2, 6 },
	{ "spooled, wrong", SMALL, true, FOLDER, { GET("HELLO\n"),
	  GET("HELLO\n") }, ERR_VERIFICATION_FAILED, 2, 0 },
	{ "spooled, large", large, true, FOLDER, { good }, ERR_NONE, 1,
	  LARGE },
	{ "no folder", SMALL, true, NO_FOLDER, { GET("hello\n") }, ERR_NONE,
	  1, 6 },
	{ "compared", large, true, NOWHERE, { good, good }, ERR_NONE, 2,
	  LARGE },
	{ "compared, wrong", large, true, NOWHERE, { good, bad },
	  ERR_VERIFICATION_FAILED, 2, 1024 * 1024 },
	{ "compared, wrong in the first", large, true, NOWHERE, { bad, good,
	  good }, ERR_NONE, 3, LARGE },
	{ "compared, cut off", large, true, NOWHERE, { good, cut, rest },
	  ERR_NONE, 2, LARGE },
};

static int
pass(struct relay *r, const void *p, size_t n, struct err *e)
{
	(void)r;
	(void)e;
	BUG_ON(npassed + n > LARGE);
	memcpy(passed + npassed, p, n);
	npassed += n;
	return 0;
}

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
	    .backoff_ms = 100, .max_bytes_down = UINT64_MAX };
	uint8_t digest[SHA256_LEN];
	struct canned store;
	struct err e = {0};
	struct relay r = { .client = &client, .key = span_of("key"),
	    .digest = row->known ? digest : NULL, .pass = pass,
	    .spool = row->spool == FOLDER ? "spool" :
	    row->spool == NO_FOLDER ? "no/such/folder/spool" : NULL,
	    .object = { .size = -1 } };

	t_row("%s", row->name);
	npassed = 0;
	sha256_of(digest, row->object, strlen(row->object));
	canned_init(&store, row->answers);
	r.rng = &store.rng;
	client_init(&client, &conf, &store.clock, &store.rng, &store.dialer);
	CHECK_INT(relay_run(&r, &e), row->want_code == ERR_NONE ? 0 : -1);
	client_close(&client);
	CHECK_STR(err_word(e.code), err_word(row->want_code));
	CHECK_INT(r.reads, row->want_reads);
	CHECK_INT(npassed, row->want_passed);
	CHECK(memcmp(passed, row->object, npassed) == 0);
	CHECK(row->answers[store.next] == NULL);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

static void
make_answers(void)
{
	int head;

	for (size_t i = 0; i < LARGE; i++)
		large[i] = (char)('a' + i * i / 7 % 26);
	head = snprintf(good, sizeof(good), HEAD "Content-Length: %d\r\n\r\n",
	    LARGE);
	memcpy(good + head, large, LARGE);
	memcpy(bad, good, sizeof(good));
	bad[head + 1024 * 1024 + 3] ^= 1;	/* in the second block */
	memcpy(cut, good, (size_t)head + 1500000);
	memcpy(cut + head + 1500000, "!cut", 5);
	head = snprintf(rest, sizeof(rest), "HTTP/1.1 206 OK\r\n"
	    "ETag: \"e1\"\r\nContent-Range: bytes 1500000-%d/%d\r\n"
	    "Content-Length: %d\r\n\r\n", LARGE - 1, LARGE, LARGE - 1500000);
	memcpy(rest + head, large + 1500000, LARGE - 1500000);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ NULL, NULL }
	};
	char folder[] = "/tmp/t_relay.XXXXXX";
	int rc;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	make_answers();
	rc = t_main("relay", cases);
	return rmdir(folder) == 0 ? rc : 1;	/* nothing is left in it */
}
