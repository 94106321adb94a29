/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "canned.h"
#include "t.h"

#include "client.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define BYE "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n"

static const struct endpoint endpoint = { .host = "localhost", .port = 80 };

static struct client_config
config(void)
{
	return (struct client_config){ .endpoint = &endpoint,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 1, .max_attempts = 4, .backoff_ms = 100,
	    .max_class_a = 2, .max_bytes_up = 100, .max_bytes_down = 100 };
}

static struct client client;

/* A client of a store that gives these answers. */
static void
start(struct canned *store, const char *const *answers)
{
	static struct client_config conf;

	conf = config();
	canned_init(store, answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
}

static int
ask(enum s3_op op, const char *method, struct err *e)
{
	struct client_request req = { .op = op, .method = method,
	    .key = span_of("key") };

	if (client_begin(&client, &req, e) != 0)
		return -1;
	client_end(&client);
	return 0;
}

/* The pause grows, stays bounded, and honours what the server asks for. */
static void
test_pause(void)
{
	int64_t last = 0;

	for (unsigned failures = 1; failures < 80; failures++) {
		int64_t top = client_pause_ms(500, failures, 0, 0);

		CHECK_INT(top, 0);	/* full jitter: from nothing ... */
		top = 0;
		for (uint64_t r = 0; r < 200000; r += 997) {
			int64_t p = client_pause_ms(500, failures, 0, r);

			top = p > top ? p : top;
		}
		CHECK(top <= CLIENT_PAUSE_MAX_MS && top >= last - 1000);
		last = top;
	}
	CHECK(last > CLIENT_PAUSE_MAX_MS / 2);	/* ... up to the ceiling */
	CHECK_INT(client_pause_ms(500, 1, 7, 0), 7000);
	CHECK_INT(client_pause_ms(500, 1, 3600, 0), CLIENT_PAUSE_MAX_MS);
	CHECK_INT(client_pause_ms(0, 3, 0, 12345), 0);
}

static void
test_keeps_the_connection(void)
{
	static const char *const answers[] = { OK, OK, BYE, OK, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(store.dials, 1);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);	/* it says goodbye */
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(store.dials, 2);
	CHECK_INT(client.counts.requests[PRICE_B], 4);
	client_close(&client);
}

/* Five seconds of idleness, and the connection is not trusted. */
static void
test_redials_when_idle(void)
{
	static const char *const answers[] = { OK, OK, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	store.clock.sleep_ms(&store.clock, 5000);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(store.dials, 2);
	client_close(&client);
}

/* One that the server closed while it was idle: seen before it is counted. */
static void
test_sees_the_end(void)
{
	static const char *const answers[] = { OK "!idle", OK, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	store.clock.sleep_ms(&store.clock, 1000);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(store.dials, 2);
	CHECK(!client.resent);
	CHECK_INT(client.counts.requests[PRICE_B], 2);
	client_close(&client);
}

/* A kept connection that was closed meanwhile: once more, and counted. */
static void
test_resends_once(void)
{
	static const char *const answers[] = { OK, "!close", OK, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK(client.resent);
	CHECK_INT(client.counts.requests[PRICE_B], 3);
	client_close(&client);
}

/* Never where a second one would be one upload too many. */
static void
test_never_resends_create(void)
{
	static const char *const answers[] = { OK, "!close", NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), 0);
	CHECK_INT(ask(S3_CREATE, "POST", &e), -1);
	CHECK_INT(e.code, ERR_UNREACHABLE);
	CHECK(!client.answered);
	client_close(&client);
}

/* The ceiling binds before the request is sent. */
static void
test_ceiling(void)
{
	static const char *const answers[] = { OK, OK, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_LIST, "GET", &e), 0);
	CHECK_INT(ask(S3_LIST, "GET", &e), 0);
	CHECK_INT(ask(S3_LIST, "GET", &e), -1);
	CHECK_INT(e.code, ERR_PUT_CEILING_EXCEEDED);
	CHECK_INT(store.requests, 2);
	CHECK_INT(client.counts.requests[PRICE_A], 2);
	client_close(&client);
}

struct allowance {
	struct client_allowance it;
	int asked;
	int grants;
};

static int
grant_two(struct client_allowance *a, enum price_class class, struct err *e)
{
	struct allowance *mine = (struct allowance *)a;

	mine->asked++;
	if (mine->grants-- == 0)
		return err_set(e, ERR_DISK_FULL, "no more");
	a->requests[class] += 2;
	return 0;
}

/* More is asked for before the request that needs it, or that is not sent. */
static void
test_allowance(void)
{
	static const char *const answers[] = { OK, OK, OK, OK, NULL };
	struct allowance a = { .it = { .more = grant_two }, .grants = 1 };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	a.it.requests[PRICE_B] = 1;
	client.allowance = &a.it;
	CHECK_INT(ask(S3_HEAD, "GET", &e), 0);
	CHECK_INT(a.asked, 0);
	CHECK_INT(ask(S3_HEAD, "GET", &e), 0);
	CHECK_INT(ask(S3_HEAD, "GET", &e), 0);
	CHECK_INT(a.asked, 1);
	CHECK_INT(ask(S3_HEAD, "GET", &e), -1);
	CHECK_INT(e.code, ERR_DISK_FULL);
	CHECK_INT(store.requests, 3);
	CHECK_INT(client.counts.requests[PRICE_B], 3);
	client_close(&client);
}

/* What is out of date is asked for again, though it is not used up. */
static void
test_allowance_until(void)
{
	static const char *const answers[] = { OK, OK, NULL };
	struct allowance a = { .it = { .more = grant_two }, .grants = 0 };
	struct canned store;
	struct err e = {0};
	int64_t now;

	start(&store, answers);
	now = store.clock.wall_s(&store.clock);
	a.it.requests[PRICE_B] = 9;
	a.it.until = now + 1;
	client.allowance = &a.it;
	CHECK(client_allowed(&client, PRICE_B));
	CHECK(!client_allowed(&client, PRICE_A));
	CHECK_INT(ask(S3_HEAD, "GET", &e), 0);
	a.it.until = now;
	CHECK(!client_allowed(&client, PRICE_B));
	CHECK_INT(ask(S3_HEAD, "GET", &e), -1);
	CHECK_INT(e.code, ERR_DISK_FULL);
	CHECK_INT(a.asked, 1);
	a.it.until = 0;
	CHECK_INT(ask(S3_HEAD, "GET", &e), 0);
	CHECK_INT(client.counts.requests[PRICE_B], 2);
	client_close(&client);
}

static ssize_t
read_zeroes(struct http_source *s, void *p, size_t n, struct err *e)
{
	(void)s;
	(void)e;
	memset(p, 0, n);
	return (ssize_t)n;
}

static int
rewind_zeroes(struct client_body *b, struct err *e)
{
	(void)b;
	(void)e;
	return 0;
}

static int
put_zeroes(int64_t size, struct err *e)
{
	struct client_body body = { { size, read_zeroes }, rewind_zeroes };
	struct client_request req = { .op = S3_PUT, .method = "PUT",
	    .key = span_of("key"), .body = &body };

	err_clear(e);
	return client_begin(&client, &req, e);
}

/* Bytes up are counted before they go, bytes down as they come. */
static void
test_byte_ceilings(void)
{
	static const char *const answers[] = { OK,
	    "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"
	    "0123456789012345678901234567890123456789012345678"
	    "9012345678901234567890123456789012345678901234567890", NULL };
	struct client_request get = { .op = S3_GET, .method = "GET",
	    .key = span_of("key") };
	struct canned store;
	struct err e = {0};
	char bytes[200];

	start(&store, answers);
	CHECK_INT(put_zeroes(101, &e), -1);
	CHECK_INT(e.code, ERR_SUSPENDED);
	CHECK_INT(store.requests, 0);
	CHECK_INT(put_zeroes(60, &e), 0);
	client_end(&client);
	CHECK_INT(put_zeroes(41, &e), -1);
	CHECK_INT(e.code, ERR_SUSPENDED);
	CHECK_INT(store.requests, 1);
	err_clear(&e);
	CHECK_INT(client_begin(&client, &get, &e), 0);
	CHECK_INT(client_read(&client, bytes, sizeof(bytes), &e), 100);
	CHECK_INT(client_read(&client, bytes, sizeof(bytes), &e), -1);
	CHECK_INT(e.code, ERR_SUSPENDED);
	CHECK_INT(client.counts.bytes_down, 100);
	client_close(&client);
}

/* Silence ends with the stall; a signed body has 14 minutes in all. */
static void
test_silence(void)
{
	static const char *const answers[] = { "!silent", "!silent", NULL };
	static struct client_config patient;
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(put_zeroes(1, &e), -1);
	CHECK_INT(e.code, ERR_TIMED_OUT);
	CHECK_INT(store.mono, 1000);

	patient = config();
	patient.stall_ms = 3600000;
	client.conf = &patient;
	CHECK_INT(put_zeroes(1, &e), -1);
	CHECK_INT(e.code, ERR_TIMED_OUT);
	CHECK_INT(store.mono, 1000 + CLIENT_SIGNED_MS);
	client_close(&client);
}

/*
 * What the store calls skewed is told by how much; the canned clock stands in
 * 2013.  Without a date to compare with, it is what the store said.
 */
static void
test_clock_is_named(void)
{
#define SKEWED "Content-Length: 48\r\n\r\n" \
	"<Error><Code>RequestTimeTooSkewed</Code></Error>"
	static const char *const answers[] = { "HTTP/1.1 403 No\r\n" SKEWED,
	    "HTTP/1.1 403 No\r\nDate: Fri, 24 May 2024 00:00:00 GMT\r\n"
	    SKEWED, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_GET, "GET", &e), -1);
	CHECK_INT(e.code, ERR_CLOCK_SKEWED);
	CHECK(strstr(e.msg, "RequestTimeTooSkewed") != NULL);
	err_clear(&e);
	CHECK_INT(ask(S3_GET, "GET", &e), -1);
	CHECK_INT(e.code, ERR_CLOCK_SKEWED);
	CHECK(strstr(e.msg, "347155200 s behind") != NULL);
	client.skew_s = -CLIENT_SKEW_MAX_S;
	err_clear(&e);
	CHECK_INT(client_check_clock(&client, &e), 0);
	client_close(&client);
}

/* No pause goes beyond the end of the time in which anything is sent. */
static void
test_window(void)
{
	static const char *const answers[] = { NULL };
	static const struct {
		int64_t ends_in;	/* s; 0: never */
		int retry_after_s;
		bool want;
	} rows[] = {
		{ 0, 60, true }, { 61, 60, true }, { 60, 60, false },
		{ 1, 0, true }, { 8, 7, true }, { 7, 7, false },
		{ -10, 0, false },
	};
	struct client_config conf;
	struct canned store;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%lld s, %d s", (long long)rows[i].ends_in,
		    rows[i].retry_after_s);
		start(&store, answers);
		conf = *client.conf;
		conf.backoff_ms = 0;
		if (rows[i].ends_in != 0)
			conf.ends_at = store.clock.wall_s(&store.clock) +
			    rows[i].ends_in;
		client.conf = &conf;
		err_set(&e, ERR_STORE_BUSY, "busy");
		e.retry_after_s = rows[i].retry_after_s;
		CHECK_INT(client_again(&client, 1, &e), rows[i].want);
		CHECK_INT(e.code, rows[i].want ? ERR_NONE : ERR_SUSPENDED);
		CHECK_INT(store.slept_ms, rows[i].want ?
		    rows[i].retry_after_s * 1000 : 0);
		CHECK_INT(client.counts.retries, rows[i].want);
		client_close(&client);
	}
}

static void
test_again(void)
{
	static const char *const answers[] = { BUSY, NULL };
	struct canned store;
	struct err e = {0};

	start(&store, answers);
	CHECK_INT(ask(S3_HEAD, "HEAD", &e), -1);
	CHECK(client.answered);
	CHECK(client_again(&client, 1, &e));
	CHECK_INT(e.code, ERR_NONE);
	CHECK_INT(store.slept_ms, 7000);
	CHECK_INT(client.counts.retries, 1);

	err_set(&e, ERR_STORE_BUSY, "busy");
	CHECK(!client_again(&client, 4, &e));	/* that was the last */
	err_set(&e, ERR_AUTH_REJECTED, "no");
	CHECK(!client_again(&client, 1, &e));	/* never for those */
	err_set(&e, ERR_STORE_BUSY, "busy");
	store.stop = 15;
	CHECK(!client_again(&client, 1, &e));
	CHECK_INT(e.code, ERR_INTERRUPTED);
	CHECK_INT(err_exit_status(&e), 128 + 15);
	client_close(&client);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "pause", test_pause },
		{ "keeps the connection", test_keeps_the_connection },
		{ "redials when idle", test_redials_when_idle },
		{ "sees the end", test_sees_the_end },
		{ "resends once", test_resends_once },
		{ "never resends Create", test_never_resends_create },
		{ "ceiling", test_ceiling },
		{ "allowance", test_allowance },
		{ "allowance_until", test_allowance_until },
		{ "byte ceilings", test_byte_ceilings },
		{ "silence", test_silence },
		{ "clock is named", test_clock_is_named },
		{ "again", test_again },
		{ "window", test_window },
		{ NULL, NULL }
	};

	return t_main("client", cases);
}
