/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "grant.h"

#include "t.h"

#define NONE WRITERS_NONE

static void
test_judge(void)
{
	static const struct {
		const char *name;
		struct writer w;
		unsigned grants;
		int64_t time;
		enum grant_verdict want;
	} rows[] = {
		{ "all is well",
		  { .archive = "a", .grants = 7, .valid_from = NONE,
		    .valid_until = NONE, .revoked = NONE }, 7, 5, GRANT_GIVEN },
		{ "nothing is needed",
		  { .archive = "a", .grants = 8, .valid_from = NONE,
		    .valid_until = NONE, .revoked = NONE }, 0, 5, GRANT_GIVEN },
		{ "one of two is lacking",
		  { .archive = "a", .grants = 1, .valid_from = NONE,
		    .valid_until = NONE, .revoked = NONE }, 3, 5,
		  GRANT_MISSING },
		{ "another archive, of which the name begins so",
		  { .archive = "ab", .grants = 7, .valid_from = NONE,
		    .valid_until = NONE, .revoked = NONE }, 7, 5,
		  GRANT_OTHER_ARCHIVE },
		{ "at its first second",
		  { .archive = "a", .grants = 7, .valid_from = 5,
		    .valid_until = 6, .revoked = NONE }, 7, 5, GRANT_GIVEN },
		{ "a second before",
		  { .archive = "a", .grants = 7, .valid_from = 5,
		    .valid_until = 6, .revoked = NONE }, 7, 4, GRANT_NOT_YET },
		{ "at its end",
		  { .archive = "a", .grants = 7, .valid_from = 5,
		    .valid_until = 6, .revoked = NONE }, 7, 6, GRANT_EXPIRED },
		{ "revoked later than it signed",
		  { .archive = "a", .grants = 7, .valid_from = NONE,
		    .valid_until = NONE, .revoked = 9 }, 7, 5, GRANT_REVOKED },
		{ "revoked in 1970",
		  { .archive = "a", .grants = 7, .valid_from = NONE,
		    .valid_until = NONE, .revoked = 0 }, 7, 5, GRANT_REVOKED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct grant_claim claim = { .archive = "a",
		    .grants = rows[i].grants, .time = rows[i].time };

		t_row("%s", rows[i].name);
		CHECK_INT(grant_judge(&rows[i].w, &claim), rows[i].want);
		CHECK_INT(grant_judge(NULL, &claim), GRANT_UNLISTED);
	}
}

static void
test_kinds(void)
{
	static const struct {
		const char *kind;
		unsigned want;
	} rows[] = {
		{ "genesis", 0 }, { "checkpoint", 0 },
		{ "admit", WRITERS_ADMIT },
		{ "begin", WRITERS_UPLOAD }, { "reserve", WRITERS_UPLOAD },
		{ "upload", WRITERS_UPLOAD }, { "abort", WRITERS_UPLOAD },
		{ "delete", WRITERS_UPLOAD }, { "end", WRITERS_UPLOAD },
		{ "torn", WRITERS_UPLOAD }, { "probe", WRITERS_UPLOAD },
		{ "approve", WRITERS_UPLOAD }, { "adopt", WRITERS_UPLOAD },
		{ "anchor", WRITERS_UPLOAD },
		{ "proof", WRITERS_VERIFY }, { "fail", WRITERS_VERIFY },
		{ "confirm", WRITERS_CONFIRM },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].kind);
		CHECK_INT(grant_of(span_of(rows[i].kind)), rows[i].want);
	}
}

static void
test_texts(void)
{
	for (int v = 0; v < GRANT__COUNT; v++)
		CHECK(grant_verdict_text((enum grant_verdict)v)[0] != '\0');
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "judge", test_judge },
		{ "kinds", test_kinds },
		{ "texts", test_texts },
		{ NULL, NULL }
	};

	return t_main("grant", cases);
}
