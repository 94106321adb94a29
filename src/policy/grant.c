/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "grant.h"

/* See grant.h. */
enum grant_verdict
grant_judge(const struct writer *w, const struct grant_claim *claim)
{
	if (w == NULL)
		return GRANT_UNLISTED;
	if (w->revoked != WRITERS_NONE)
		return GRANT_REVOKED;
	if (strcmp(w->archive, claim->archive) != 0)
		return GRANT_OTHER_ARCHIVE;
	if ((claim->grants & ~w->grants) != 0)
		return GRANT_MISSING;
	if (w->valid_from != WRITERS_NONE && claim->time < w->valid_from)
		return GRANT_NOT_YET;
	if (w->valid_until != WRITERS_NONE && claim->time >= w->valid_until)
		return GRANT_EXPIRED;
	return GRANT_GIVEN;
}

const char *
grant_verdict_text(enum grant_verdict v)
{
	static const char *const text[] = {
		[GRANT_GIVEN] = "may write this",
		[GRANT_UNLISTED] = "is not listed in writers.yaml",
		[GRANT_OTHER_ARCHIVE] = "is listed for another archive",
		[GRANT_MISSING] = "was not granted what it signed",
		[GRANT_NOT_YET] = "was not valid yet when it signed",
		[GRANT_EXPIRED] = "was not valid any more when it signed",
		[GRANT_REVOKED] = "is revoked"
	};

	_Static_assert(sizeof(text) / sizeof(text[0]) == GRANT__COUNT,
	    "a text for each");
	return text[v];
}

unsigned
grant_of(struct span kind)
{
	static const struct {
		const char *kind;
		unsigned grant;
	} need[] = {
		{ "genesis", 0 },
		{ "checkpoint", 0 },
		{ "admit", WRITERS_ADMIT },
		{ "proof", WRITERS_VERIFY },
		{ "fail", WRITERS_VERIFY },
		{ "confirm", WRITERS_CONFIRM }
	};

	for (size_t i = 0; i < sizeof(need) / sizeof(need[0]); i++)
		if (span_is(kind, need[i].kind))
			return need[i].grant;
	return WRITERS_UPLOAD;
}
