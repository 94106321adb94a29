/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "canned.h"
#include "t.h"

#include "lifecycle.h"

#define CONF(rules) "<LifecycleConfiguration xmlns=\"http://s3\">" rules \
	"</LifecycleConfiguration>"
#define RULE(inner) "<Rule><ID>x</ID><Status>Enabled</Status>" inner "</Rule>"
#define ENDS(days) "<AbortIncompleteMultipartUpload><DaysAfterInitiation>" \
	days "</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
#define FOR(inner) "<Filter>" inner "</Filter>"

static void
test_read(void)
{
	static const struct {
		const char *name, *doc;
		enum lifecycle_verdict want;
		int64_t want_days;
		bool want_partly;
	} rows[] = {
		{ "seven days", CONF(RULE(ENDS("7"))), LIFECYCLE_ENDS, 7,
		  false },
		{ "an empty filter", CONF(RULE("<Filter/>" ENDS("7"))),
		  LIFECYCLE_ENDS, 7, false },
		{ "an empty prefix", CONF(RULE("<Prefix></Prefix>" ENDS("7"))),
		  LIFECYCLE_ENDS, 7, false },
		{ "a prefix", CONF(RULE("<Prefix>a/</Prefix>" ENDS("7"))),
		  LIFECYCLE_ENDS, 7, true },
		{ "a prefix in a filter", CONF(RULE(FOR("<Prefix>a</Prefix>")
		  ENDS("7"))), LIFECYCLE_ENDS, 7, true },
		{ "a tag", CONF(RULE(FOR("<Tag><Key>k</Key><Value>v</Value>"
		  "</Tag>") ENDS("7"))), LIFECYCLE_ENDS, 7, true },
		{ "two conditions", CONF(RULE(FOR("<And><Prefix>a</Prefix>"
		  "<Tag><Key>k</Key><Value>v</Value></Tag></And>")
		  ENDS("7"))), LIFECYCLE_ENDS, 7, true },
		{ "a size", CONF(RULE(FOR("<ObjectSizeLessThan>9"
		  "</ObjectSizeLessThan>") ENDS("7"))), LIFECYCLE_ENDS, 7,
		  true },
		{ "the strictest", CONF(RULE(ENDS("7")) RULE(ENDS("3"))
		  RULE(ENDS("5"))), LIFECYCLE_ENDS, 3, false },
		{ "for all before for some", CONF(RULE("<Prefix>a</Prefix>"
		  ENDS("1")) RULE(ENDS("9")) RULE("<Prefix>b</Prefix>"
		  ENDS("2"))), LIFECYCLE_ENDS, 9, false },
		{ "switched off", CONF("<Rule><Status>Disabled</Status>"
		  ENDS("7") "</Rule>"), LIFECYCLE_NONE, 0, false },
		{ "no status", CONF("<Rule>" ENDS("7") "</Rule>"),
		  LIFECYCLE_NONE, 0, false },
		{ "another rule", CONF(RULE("<Expiration><Days>7</Days>"
		  "</Expiration>")), LIFECYCLE_NONE, 0, false },
		{ "no number", CONF(RULE(ENDS("soon"))), LIFECYCLE_NONE, 0,
		  false },
		{ "no day", CONF(RULE(ENDS("0"))), LIFECYCLE_NONE, 0, false },
		{ "no rules", CONF(""), LIFECYCLE_NONE, 0, false },
		{ "another document", "<Error><Code>x</Code></Error>",
		  LIFECYCLE_UNKNOWN, 0, false },
		{ "cut off", "<LifecycleConfiguration>" RULE(ENDS("7")),
		  LIFECYCLE_UNKNOWN, 0, false },
		{ "nothing", "", LIFECYCLE_UNKNOWN, 0, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lifecycle l;

		t_row("%s", rows[i].name);
		lifecycle_read(&l, span_of(rows[i].doc));
		CHECK_INT(l.verdict, rows[i].want);
		CHECK_INT(l.days, rows[i].want_days);
		CHECK_INT(l.partly, rows[i].want_partly);
	}
}

#define ERROR(status, size, code) "HTTP/1.1 " status " No\r\n" \
	"Content-Length: " size "\r\n\r\n<Error><Code>" code "</Code></Error>"
#define BUSY "HTTP/1.1 503 Slow\r\nContent-Length: 0\r\n\r\n"
#define SEVEN CONF(RULE(ENDS("7")))
#define GIVES "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void
ask(struct canned *store, const char *const *answers, struct lifecycle *l,
    struct err *e, int want)
{
	static const struct endpoint endpoint = { .host = "localhost",
	    .port = 80 };
	static struct client client;
	const struct client_config conf = { .endpoint = &endpoint,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 1, .max_attempts = 4, .backoff_ms = 100,
	    .max_bytes_down = 100 << 20 };

	canned_init(store, answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
	CHECK_INT(lifecycle_ask(&client, l, e), want);
	client_close(&client);
	/* None is of class A, which is not allowed here at all. */
	CHECK_INT(client.counts.requests[PRICE_B], store->requests);
}

static void
test_ask(void)
{
	static const struct {
		const char *name;
		const char *answers[5];
		enum lifecycle_verdict want;
		enum err_code code;
	} rows[] = {
		{ "no rules at all", { ERROR("404", "58",
		  "NoSuchLifecycleConfiguration") }, LIFECYCLE_NONE, 0 },
		{ "denied", { ERROR("403", "40", "AccessDenied") },
		  LIFECYCLE_UNKNOWN, 0 },
		{ "not built", { ERROR("501", "42", "NotImplemented") },
		  LIFECYCLE_UNKNOWN, 0 },
		{ "a plain 404", { ERROR("404", "37", "NoSuchKey") },
		  LIFECYCLE_UNKNOWN, 0 },
		{ "again", { BUSY, "!close", ERROR("404", "58",
		  "NoSuchLifecycleConfiguration") }, LIFECYCLE_NONE, 0 },
		{ "no bucket", { ERROR("404", "40", "NoSuchBucket") }, 0,
		  ERR_NO_SUCH_BUCKET },
		{ "not we", { ERROR("403", "49", "SignatureDoesNotMatch") }, 0,
		  ERR_AUTH_REJECTED },
		{ "never", { BUSY, BUSY, BUSY, BUSY }, 0, ERR_STORE_BUSY }
	};
	struct lifecycle l;
	struct canned store;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s", rows[i].name);
		ask(&store, rows[i].answers, &l, &e,
		    rows[i].code == ERR_NONE ? 0 : -1);
		CHECK_STR(err_word(e.code), err_word(rows[i].code));
		if (rows[i].code == ERR_NONE)
			CHECK_INT(l.verdict, rows[i].want);
		CHECK_STR(store.asked[0], "GET /bucket?lifecycle=");
	}
}

/* The document comes as the wire cuts it. */
static void
test_chunks(void)
{
	char answer[4096];
	const char *answers[] = { answer, NULL };
	struct canned store;
	struct lifecycle l;
	struct err e = {0};
	struct buf b;

	buf_fixed(&b, answer, sizeof(answer));
	buf_puts(&b, GIVES);
	for (const char *p = SEVEN; *p != '\0'; p++)
		buf_printf(&b, "1\r\n%c\r\n", *p);
	buf_puts(&b, "0\r\n\r\n");
	CHECK(buf_ok(&b));
	ask(&store, answers, &l, &e, 0);
	CHECK_INT(l.verdict, LIFECYCLE_ENDS);
	CHECK_INT(l.days, 7);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "read", test_read },
		{ "ask", test_ask },
		{ "chunks", test_chunks },
		{ NULL, NULL }
	};

	return t_main("lifecycle", cases);
}
