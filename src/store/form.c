/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"
#include "text.h"
#include "utc.h"

#include "form.h"

/* What the forms of a span are made of: digits, and: */
static const struct shape {
	const char *begin;
	enum { ANY, DIGITS, HEX, ALNUM } kind;	/* ANY: see below */
	const char *more;	/* characters, too */
	size_t least, most;	/* without begin */
} shapes[] = {
	[FORM_WORD] = { "", ALNUM, "._:@/+-", 1, 256 },
	[FORM_TEXT] = { "", ANY, "", 1, 1024 },
	[FORM_PATH] = { "", ANY, "", 1, RECORD_SIZE_MAX },
	[FORM_TAG] = { "", ALNUM, "._~+/=-", 1, 128 },
	[FORM_UPLOAD] = { "", ALNUM, "._~+/=-", 1, 1024 },
	[FORM_MONTH] = { "", DIGITS, "-", 7, 7 },
	[FORM_OBJECT] = { "sha256:", HEX, "", 64, 64 },
	[FORM_HEX16] = { "", HEX, "", 16, 16 },
	[FORM_HEX64] = { "", HEX, "", 64, 64 },
	[FORM_HEX128] = { "", HEX, "", 128, 128 },
};
_Static_assert(sizeof(shapes) / sizeof(shapes[0]) == FORM__COUNT,
    "a shape for every form");

static bool
is_made_of(char c, const struct shape *shape)
{
	if (c >= '0' && c <= '9')
		return true;
	if (c >= 'a' && c <= 'f')
		return shape->kind >= HEX;
	if ((c >= 'g' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return shape->kind == ALNUM;
	return c != '\0' && strchr(shape->more, c) != NULL;
}

static bool
is_upper_hex(char c)
{
	return hex_digit(c) >= 0 && (c < 'a' || c > 'f');
}

/* UTF-8 without control bytes; of a path, each '%' has two digits. */
static bool
is_clean(struct span s, bool is_path)
{
	if (!text_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		if (is_path && c == '%' && (s.len - i < 3 ||
		    !is_upper_hex(s.p[i + 1]) || !is_upper_hex(s.p[i + 2])))
			return false;
	}
	return true;
}

static bool
is_month(struct span s)
{
	char text[] = "YYYY-MM-01T00:00:00Z";
	int64_t t;

	memcpy(text, s.p, 7);
	return utc_parse_iso(span_of(text), &t) == 0;
}

bool
form_fits(enum form form, struct span text)
{
	const struct shape *shape = &shapes[form];
	size_t begin = strlen(shape->begin);

	BUG_ON(form < FORM_WORD);
	if (!span_starts(text, shape->begin))
		return false;
	text = (struct span){ text.p + begin, text.len - begin };
	if (text.len < shape->least || text.len > shape->most)
		return false;
	if (shape->kind == ANY)
		return is_clean(text, form == FORM_PATH);
	for (size_t i = 0; i < text.len; i++)
		if (!is_made_of(text.p[i], shape))
			return false;
	return form != FORM_MONTH || is_month(text);
}

/* "_7"; nothing for 0. */
static struct span
suffix_of(char out[4], int number)
{
	size_t n = 0;

	BUG_ON(number < 0 || number > 99);
	if (number > 0)
		out[n++] = '_';
	if (number > 9)
		out[n++] = (char)('0' + number / 10);
	if (number > 0)
		out[n++] = (char)('0' + number % 10);
	return (struct span){ out, n };
}

/* The field's name with its number, where it has one. */
static const char *
full_name(char out[RECORD_NAME_MAX + 1], const char *name, int number)
{
	char suffix[4];
	struct buf b;

	buf_fixed(&b, out, RECORD_NAME_MAX + 1);
	buf_puts(&b, name);
	buf_span(&b, suffix_of(suffix, number));
	BUG_ON(!buf_ok(&b));
	return out;
}

/* --- Writing -------------------------------------------------------------- */

static bool
write_span(struct buf *out, const struct form_field *f, const char *name,
    struct span value)
{
	if (value.p == NULL)
		return f->optional;
	if (!form_fits(f->form, value))
		return false;
	record_str(out, name, value);
	return true;
}

static bool
write_number(struct buf *out, const struct form_field *f, const char *name,
    int64_t value)
{
	char time[UTC_ISO_LEN + 1];

	if (f->form != FORM_NUMBER && value < 0)
		return f->optional && value == FORM_NONE;
	utc_iso(time, value);
	if (f->form == FORM_TIME)
		record_str(out, name, span_of(time));
	else
		record_int(out, name, value);
	return true;
}

int
form_write(struct buf *out, const struct form_field *fields, const void *from,
    int number, struct err *e)
{
	for (const struct form_field *f = fields; f->name != NULL; f++) {
		const char *at = (const char *)from + f->offset;
		char full[RECORD_NAME_MAX + 1];
		const char *name = full_name(full, f->name, number);
		bool ok = true;

		if (f->form == FORM_FLAG)
			record_bool(out, name, *(const bool *)at);
		else if (f->form < FORM_FLAG)
			ok = write_number(out, f, name,
			    *(const int64_t *)(const void *)at);
		else
			ok = write_span(out, f, name,
			    *(const struct span *)(const void *)at);
		if (!ok || !buf_ok(out))
			return err_set(e, ERR_CONFIG_INVALID,
			    "cannot record this %s", name);
	}
	return 0;
}

/* --- Reading -------------------------------------------------------------- */

/* A struct that is being read: most records have its fields in its order. */
struct reading {
	const struct form_source *from;
	struct span suffix;		/* "_1", or empty */
	size_t next;			/* field of the record */
};

/* Is got this name with the suffix? */
static bool
is_named(struct span got, struct span name, struct span suffix)
{
	return got.len == name.len + suffix.len &&
	    memcmp(got.p, name.p, name.len) == 0 &&
	    memcmp(got.p + name.len, suffix.p, suffix.len) == 0;
}

static const struct record_field *
find(struct reading *r, const char *name)
{
	const struct record *record = r->from->record;
	struct span text = span_of(name);

	for (size_t i = 0; i < record->n; i++) {
		size_t at = (r->next + i) % record->n;

		if (is_named(record->field[at].name, text, r->suffix)) {
			r->next = at + 1;
			return &record->field[at];
		}
	}
	return NULL;
}

bool
form_has(const struct form_source *from, const char *name)
{
	char suffix[4];
	struct reading r = { from, suffix_of(suffix, from->number), 0 };

	return find(&r, name) != NULL;
}

static int
not_one(const char *name, struct err *e)
{
	return err_set(e, ERR_LEDGER_BROKEN, "a row whose '%s' is not one",
	    name);
}

static int
read_number(int64_t *n, const struct form_field *f,
    const struct record_field *got, struct err *e)
{
	bool time = f->form == FORM_TIME;

	if (record_check(got, f->name, time ? RECORD_STR : RECORD_INT, e)
	    != 0)
		return -1;
	*n = got->number;
	/* No escape is a part of a time. */
	if (time && utc_parse_iso(got->text, n) != 0)
		return not_one(f->name, e);
	if (f->form == FORM_COUNT && *n < 0)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "a row whose '%s' is negative", f->name);
	return 0;
}

static int
read_span(struct span *s, const struct form_field *f,
    const struct record_field *got, struct buf *scratch, struct err *e)
{
	if (record_check(got, f->name, RECORD_STR, e) != 0 ||
	    record_text(got, scratch, s, e) != 0)
		return -1;
	return form_fits(f->form, *s) ? 0 : not_one(f->name, e);
}

static int
read_flag(bool *flag, const struct form_field *f,
    const struct record_field *got, struct err *e)
{
	if (record_check(got, f->name, RECORD_BOOL, e) != 0)
		return -1;
	*flag = got->number != 0;
	return 0;
}

static void
set_absent(void *at, enum form form)
{
	if (form < FORM_FLAG)
		*(int64_t *)at = FORM_NONE;
	else
		*(struct span *)at = (struct span){ NULL, 0 };
}

int
form_read(void *into, const struct form_field *fields,
    const struct form_source *from, struct err *e)
{
	char suffix[4];
	struct reading r = { from, suffix_of(suffix, from->number), 0 };

	for (const struct form_field *f = fields; f->name != NULL; f++) {
		const struct record_field *got = find(&r, f->name);
		void *at = (char *)into + f->offset;
		int rc = 0;

		if (f->optional && got == NULL)
			set_absent(at, f->form);
		else if (f->form == FORM_FLAG)
			rc = read_flag(at, f, got, e);
		else if (f->form < FORM_FLAG)
			rc = read_number(at, f, got, e);
		else
			rc = read_span(at, f, got, from->scratch, e);
		if (rc != 0)
			return -1;
	}
	return 0;
}
