/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "row.h"
#include "utc.h"

#include "carrier_row.h"

#define BEFORE "{\"seq\":"
#define BEHIND ",\"time\":\""
#define KIND "\",\"kind\":\""

/* --- The head ------------------------------------------------------------- */

void
carrier_row_init(struct carrier_head *h)
{
	static const char first[] = BEFORE "0" BEHIND;

	memcpy(h->text, first, sizeof(first));
	h->len = sizeof(first) - 1;
	h->digits = 1;
}

/* Counting in text: a row more, and mostly its last digit alone. */
void
carrier_row_step(struct carrier_head *h)
{
	char *digit = h->text + sizeof(BEFORE) - 1;
	size_t i = h->digits;

	while (i > 0 && digit[i - 1] == '9')
		digit[--i] = '0';
	if (i > 0) {
		digit[i - 1]++;
		return;
	}
	/* INT64_MAX rows have 19 digits: it fits. */
	memmove(digit + 1, digit, h->len + 1 - (sizeof(BEFORE) - 1));
	digit[0] = '1';
	h->digits++;
	h->len++;
}

/* --- Fields --------------------------------------------------------------- */

static bool
take(struct span *s, const char *text, size_t n)
{
	if (s->len < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

/* What is quoted, without an escape, and the quote behind it. */
static bool
take_string(struct span *s, struct span *text)
{
	size_t n = 0;

	while (n < s->len && s->p[n] != '"' && s->p[n] != '\\')
		n++;
	*text = (struct span){ s->p, n };
	if (n == s->len || s->p[n] != '"')
		return false;
	s->p += n + 1;
	s->len -= n + 1;
	return true;
}

/* Digits, which do not begin with one zero of several. */
static bool
take_number(struct span *s, struct span *text)
{
	size_t sign = s->len > 0 && *s->p == '-', n = sign;

	while (n < s->len && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	*text = (struct span){ s->p, n };
	if (n == sign || (n > 1 && s->p[sign] == '0'))
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

/* What stands before a value; a string's quote is a part of it. */
struct step {
	const char *text;
	size_t len;
};
#define STRING(name) { ",\"" name "\":\"", sizeof(name) + 4 }
#define NUMBER(name) { ",\"" name "\":", sizeof(name) + 3 }

static bool
take_fields(struct span *s, const struct step *step, size_t n,
    struct span *field)
{
	for (size_t i = 0; i < n; i++) {
		bool string = step[i].text[step[i].len - 1] == '"';

		if (!take(s, step[i].text, step[i].len) ||
		    !(string ? take_string : take_number)(s, &field[i]))
			return false;
	}
	return true;
}

static bool
take_admit(struct span s, struct span field[CARRIER__FIELDS])
{
	static const struct step steps[] = {
		NUMBER("begin_seq"), STRING("path"),
		STRING("canonical_path"), STRING("canonicalization_version"),
		STRING("origin"), STRING("object_id"), NUMBER("size_bytes"),
		NUMBER("inode"), NUMBER("mtime_ns"), NUMBER("ctime_ns"),
		NUMBER("supersedes")
	};

	_Static_assert(sizeof(steps) / sizeof(steps[0]) == CARRIER__FIELDS,
	    "a step for every field");
	field[CARRIER_SUPERSEDES] = (struct span){ NULL, 0 };
	return take_fields(&s, steps, CARRIER_SUPERSEDES, field) &&
	    (s.len == 0 || (take_fields(&s, steps + CARRIER_SUPERSEDES, 1,
	    field + CARRIER_SUPERSEDES) && s.len == 0));
}

static bool
take_outcome(struct span s, struct span field[CARRIER__FIELDS])
{
	static const struct step steps[] = {
		NUMBER("begin_seq"), STRING("store_ref"), STRING("object_id")
	};
	struct span value[3];

	if (!take_fields(&s, steps, 3, value))
		return false;
	field[CARRIER_OBJECT] = value[2];
	return true;
}

enum carrier_glance
carrier_row_glance(const struct carrier_head *head, struct span line,
    struct span fields[CARRIER__FIELDS])
{
	struct span kind, s = line;

	if (!take(&s, head->text, head->len) || s.len < UTC_ISO_LEN)
		return CARRIER_PARSE;
	s.p += UTC_ISO_LEN;
	s.len -= UTC_ISO_LEN;
	if (!take(&s, KIND, sizeof(KIND) - 1) || !take_string(&s, &kind))
		return CARRIER_PARSE;
	switch (row_kind_named(kind)) {
	case ROW_ADMIT:
		return take_admit(s, fields) ? CARRIER_ADMIT : CARRIER_PARSE;
	case ROW_PROOF:
	case ROW_FAIL:
		return take_outcome(s, fields) ? CARRIER_OUTCOME :
		    CARRIER_PARSE;
	case ROW_GENESIS:
	case ROW_CHECKPOINT:
	case -1:
		return CARRIER_PARSE;
	default:
		return CARRIER_NONE;
	}
}
