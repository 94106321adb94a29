/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * Rows at a glance: what is taken without parsing is what parsing gives, and
 * any other spelling is parsed.  What is made of the rows is in
 * vectors/resolve.
 */
#include <stdio.h>
#include <string.h>

#include "carrier.h"
#include "carrier_row.h"
#include "t.h"

#define HEAD "{\"seq\":0,\"time\":\"2026-11-22T03:00:00Z\",\"kind\":"
#define ID "sha256:" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ADMIT HEAD "\"admit\",\"begin_seq\":1,\"path\":\"main/a\"," \
	"\"canonical_path\":\"/srv/a\"," \
	"\"canonicalization_version\":\"consign-path-1\"," \
	"\"origin\":\"photos/main\",\"object_id\":\"" ID "\"," \
	"\"size_bytes\":5,\"inode\":-7,\"mtime_ns\":1,\"ctime_ns\":2"
#define PROOF "\"begin_seq\":1,\"store_ref\":\"s\",\"object_id\":\"" ID "\""

static const struct {
	const char *line;
	enum carrier_glance want;
} rows[] = {
	{ ADMIT, CARRIER_ADMIT },
	{ ADMIT ",\"supersedes\":3", CARRIER_ADMIT },
	{ HEAD "\"proof\"," PROOF, CARRIER_OUTCOME },
	{ HEAD "\"fail\"," PROOF ",\"path\":\"x\\\"\"", CARRIER_OUTCOME },
	{ HEAD "\"reserve\",\"begin_seq\":1", CARRIER_NONE },
	{ HEAD "\"end\"", CARRIER_NONE },

	/* What is needed in full, and what is not known. */
	{ HEAD "\"genesis\"", CARRIER_PARSE },
	{ HEAD "\"checkpoint\"", CARRIER_PARSE },
	{ HEAD "\"other\"", CARRIER_PARSE },

	/* Another spelling of the head, */
	{ "{\"seq\":1,\"time\":\"2026-11-22T03:00:00Z\",\"kind\":\"end\"",
	    CARRIER_PARSE },
	{ "{\"seq\":00,\"time\":\"2026-11-22T03:00:00Z\",\"kind\":\"end\"",
	    CARRIER_PARSE },
	{ "{ \"seq\":0,\"time\":\"2026-11-22T03:00:00Z\",\"kind\":\"end\"",
	    CARRIER_PARSE },
	{ "{\"seq\":0,\"time\":\"2026-11-22T03:00:00Z\" ,\"kind\":\"end\"",
	    CARRIER_PARSE },
	{ "{\"seq\":0,\"kind\":\"end\"", CARRIER_PARSE },
	{ "{\"seq\":0,\"time\":\"2026", CARRIER_PARSE },
	{ "", CARRIER_PARSE },
	{ HEAD "\"\\u0065nd\"", CARRIER_PARSE },
	{ HEAD " \"end\"", CARRIER_PARSE },

	/* and of the fields. */
	{ ADMIT ",\"supersedes\":03", CARRIER_PARSE },
	{ ADMIT ",\"supersedes\":3 ", CARRIER_PARSE },
	{ ADMIT ",\"supersedes\":", CARRIER_PARSE },
	{ ADMIT ",\"later\":1", CARRIER_PARSE },
	{ ADMIT ",\"supersedes\":3,\"later\":1", CARRIER_PARSE },
	{ HEAD "\"admit\",\"path\":\"main/a\"", CARRIER_PARSE },
	{ HEAD "\"admit\",\"begin_seq\":1,\"path\":\"main/\\u0061\"",
	    CARRIER_PARSE },
	{ HEAD "\"admit\",\"begin_seq\":1,\"path\":\"main/a", CARRIER_PARSE },
	{ HEAD "\"admit\",\"begin_seq\":1.0,\"path\":\"main/a\"",
	    CARRIER_PARSE },
	{ HEAD "\"proof\",\"begin_seq\":1,\"object_id\":\"" ID "\"",
	    CARRIER_PARSE },
	{ HEAD "\"proof\",\"begin_seq\":1,\"store_ref\":\"s\","
	    "\"object_id\":null", CARRIER_PARSE },
};

static void
test_glance(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span field[CARRIER__FIELDS];
		struct carrier_head head;

		t_row("%s", rows[i].line);
		carrier_row_init(&head);
		CHECK_INT(carrier_row_glance(&head, span_of(rows[i].line),
		    field), rows[i].want);
	}
}

static void
test_fields(void)
{
	struct span field[CARRIER__FIELDS];
	struct carrier_head head;

	carrier_row_init(&head);
	CHECK_INT(carrier_row_glance(&head, span_of(ADMIT
	    ",\"supersedes\":3"), field), CARRIER_ADMIT);
	CHECK(span_is(field[CARRIER_CANONICAL], "/srv/a"));
	CHECK(span_is(field[CARRIER_ORIGIN], "photos/main"));
	CHECK(span_is(field[CARRIER_OBJECT], ID));
	CHECK(span_is(field[CARRIER_INODE], "-7"));
	CHECK(span_is(field[CARRIER_SUPERSEDES], "3"));
	CHECK_INT(carrier_row_glance(&head, span_of(ADMIT), field),
	    CARRIER_ADMIT);
	CHECK(field[CARRIER_SUPERSEDES].p == NULL);
}

/* Each cut of a row is another spelling, but where a row could end. */
static void
test_cuts(void)
{
	static const char line[] = ADMIT ",\"supersedes\":35";
	struct span field[CARRIER__FIELDS];
	struct carrier_head head;
	size_t ends = 0;

	carrier_row_init(&head);
	for (size_t n = 0; n < sizeof(line) - 1; n++)
		ends += carrier_row_glance(&head, (struct span){ line, n },
		    field) == CARRIER_ADMIT;
	/* Behind ctime_ns, and with one digit of the last number. */
	CHECK_INT(ends, 2);
}

static void
test_count(void)
{
	struct carrier_head head;
	char want[64];

	carrier_row_init(&head);
	for (int i = 0; i < 100200; i++) {
		snprintf(want, sizeof(want), "{\"seq\":%d,\"time\":\"", i);
		if (strcmp(head.text, want) != 0 || head.len != strlen(want))
			CHECK_STR(head.text, want);
		carrier_row_step(&head);
	}
	CHECK_STR(head.text, "{\"seq\":100200,\"time\":\"");
}

static void
test_no_ledger(void)
{
	const struct carrier_ask ask = { .ledger = "/nonexistent/ledger" };
	struct carrier c;
	struct err e = {0};

	CHECK_INT(carrier_read(&c, &ask, &e), 0);
	CHECK_INT(c.rows, 0);
	CHECK(!c.admit.there && !c.proof.there && !c.last.there);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "glance", test_glance },
		{ "fields", test_fields },
		{ "cuts", test_cuts },
		{ "count", test_count },
		{ "no-ledger", test_no_ledger },
		{ NULL, NULL }
	};

	return t_main("carrier", cases);
}
