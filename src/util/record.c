/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"
#include "num.h"
#include "text.h"

#include "record.h"

/* The escapes of two characters (RFC 8259 section 7), and their bytes. */
static const char escape_name[] = "\"\\/bfnrt";
static const char escape_byte[] = "\"\\/\b\f\n\r\t";

static bool
is_name_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '_';
}

/* --- Writing -------------------------------------------------------------- */

void
record_begin(struct buf *out)
{
	buf_putc(out, '{');
}

/* The comma, where one is due, and the name. */
static void
put_name(struct buf *out, const char *name)
{
	/* No value ends with a brace, so this is record_begin()'s. */
	bool first = out->len > 0 && out->data[out->len - 1] == '{';

	buf_printf(out, first ? "\"%s\":" : ",\"%s\":", name);
}

static void
put_escaped(struct buf *out, char c)
{
	const char *at = memchr(escape_byte, c, sizeof(escape_byte) - 1);

	if (at != NULL)
		buf_printf(out, "\\%c", escape_name[at - escape_byte]);
	else
		buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
}

/* RFC 8259 section 7: what a string can not hold as it is. */
static bool
needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

void
record_str(struct buf *out, const char *name, struct span value)
{
	size_t plain = 0;

	if (!text_is_utf8(value) ||
	    (value.len > 0 && memchr(value.p, '\0', value.len) != NULL)) {
		out->failed = true;
		return;
	}
	put_name(out, name);
	buf_putc(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (!needs_escape(value.p[i]))
			continue;
		buf_put(out, value.p + plain, i - plain);
		put_escaped(out, value.p[i]);
		plain = i + 1;
	}
	if (plain < value.len)
		buf_put(out, value.p + plain, value.len - plain);
	buf_putc(out, '"');
}

void
record_int(struct buf *out, const char *name, int64_t value)
{
	put_name(out, name);
	buf_printf(out, "%" PRId64, value);
}

void
record_bool(struct buf *out, const char *name, bool value)
{
	put_name(out, name);
	buf_puts(out, value ? "true" : "false");
}

void
record_end(struct buf *out)
{
	buf_puts(out, "}\n");
}

/* --- Reading -------------------------------------------------------------- */

static struct span
skip(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

static void
skip_space(struct span *s)
{
	while (s->len > 0 && (*s->p == ' ' || *s->p == '\t' ||
	    *s->p == '\n' || *s->p == '\r'))
		*s = skip(*s, 1);
}

/* Take c, with white space on both sides. */
static bool
take(struct span *s, char c)
{
	skip_space(s);
	if (s->len == 0 || *s->p != c)
		return false;
	*s = skip(*s, 1);
	skip_space(s);
	return true;
}

/* Four hex digits; -1 where there are fewer. */
static int32_t
take_hex4(struct span *s)
{
	int32_t v = 0;

	if (s->len < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = hex_digit(s->p[i]);
		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	*s = skip(*s, 4);
	return v;
}

/* What follows "\u": one unit of UTF-16, or two that belong together. */
static int32_t
take_unicode(struct span *s)
{
	int32_t high = take_hex4(s);

	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || !span_starts(*s, "\\u"))
		return -1;
	*s = skip(*s, 2);
	int32_t low = take_hex4(s);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
}

/* The bytes of a character in UTF-8, 1 to 4. */
static size_t
encode(int32_t v, char out[4])
{
	static const int first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = v < 0x80 ? 1 : v < 0x800 ? 2 : v < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (v & 0x3f));
		v >>= 6;
	}
	out[0] = (char)(first[n] | v);
	return n;
}

/*
 * Take one escape, at whose backslash s stands; its bytes go to out.  Their
 * number, or 0 where there is no such escape, or its character is NUL.
 */
static size_t
take_escape(struct span *s, char out[4])
{
	if (s->len < 2)
		return 0;
	char kind = s->p[1];
	const char *at = memchr(escape_name, kind, sizeof(escape_name) - 1);
	*s = skip(*s, 2);
	if (at != NULL) {
		out[0] = escape_byte[at - escape_name];
		return 1;
	}
	int32_t v = kind == 'u' ? take_unicode(s) : -1;
	return v > 0 ? encode(v, out) : 0;
}

/* A string behind its opening quote; text is what its quotes enclose. */
static bool
take_string(struct span *s, struct span *text)
{
	char bytes[4];

	text->p = s->p;
	for (;;) {
		size_t n = 0;

		while (n < s->len && !needs_escape(s->p[n]))
			n++;
		*s = skip(*s, n);
		if (s->len == 0 || (*s->p != '"' && *s->p != '\\'))
			return false;
		if (*s->p == '"')
			break;
		if (take_escape(s, bytes) == 0)
			return false;
	}
	text->len = (size_t)(s->p - text->p);
	*s = skip(*s, 1);
	return true;
}

static bool
take_name(struct span *s, struct span *name)
{
	size_t n = 0;

	if (s->len == 0 || *s->p != '"')
		return false;
	*s = skip(*s, 1);
	while (n < s->len && is_name_char(s->p[n]))
		n++;
	*name = (struct span){ s->p, n };
	if (n < 1 || n > RECORD_NAME_MAX || n == s->len || s->p[n] != '"')
		return false;
	*s = skip(*s, n + 1);
	return true;
}

static bool
take_int(struct span *s, struct record_field *f)
{
	bool minus = s->len > 0 && *s->p == '-';
	uint64_t most = (uint64_t)INT64_MAX + minus;
	uint64_t v;
	size_t n = minus;

	while (n < s->len && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	f->kind = RECORD_INT;
	f->text = (struct span){ s->p, n };
	if (n == minus || num_u64(skip(f->text, minus), most, &v) != 0 ||
	    (minus && v == 0))
		return false;
	/* -(v - 1) - 1, as -v of the smallest would not fit. */
	f->number = minus ? -(int64_t)(v - 1) - 1 : (int64_t)v;
	*s = skip(*s, n);
	return true;
}

static bool
take_bool(struct span *s, struct record_field *f)
{
	bool yes = span_starts(*s, "true");

	if (!yes && !span_starts(*s, "false"))
		return false;
	f->kind = RECORD_BOOL;
	f->number = yes;
	f->text = (struct span){ s->p, yes ? 4 : 5 };
	*s = skip(*s, f->text.len);
	return true;
}

static bool
take_value(struct span *s, struct record_field *f)
{
	if (s->len > 0 && *s->p == '"') {
		*s = skip(*s, 1);
		f->kind = RECORD_STR;
		return take_string(s, &f->text);
	}
	return take_bool(s, f) || take_int(s, f);
}

static bool
is_known(const struct record *r, struct span name)
{
	/* Most differ in length or at the end: store_1, store_2. */
	for (size_t i = 0; i < r->n; i++) {
		struct span other = r->field[i].name;

		if (other.len == name.len &&
		    other.p[name.len - 1] == name.p[name.len - 1] &&
		    memcmp(other.p, name.p, name.len) == 0)
			return true;
	}
	return false;
}

/* The fields and the closing brace; NULL, or what is wrong. */
static const char *
take_fields(struct record *r, struct span *s)
{
	do {
		struct record_field f = { .kind = RECORD_STR };
		if (!take_name(s, &f.name))
			return "no proper name";
		if (is_known(r, f.name))
			return "a name for the second time";
		if (!take(s, ':'))
			return "no colon";
		if (!take_value(s, &f))
			return "no proper value";
		if (r->n == RECORD_FIELDS_MAX)
			return "too many fields";
		r->field[r->n++] = f;
	} while (take(s, ','));
	return take(s, '}') ? NULL : "neither a comma nor an end";
}

int
record_parse(struct record *r, struct span line, struct err *e)
{
	struct span s = line;
	const char *wrong;

	r->n = 0;
	if (line.len > RECORD_SIZE_MAX)
		return err_set(e, ERR_LEDGER_BROKEN, "a row of more than %d "
		    "bytes", RECORD_SIZE_MAX);
	if (!text_is_utf8(line))
		return err_set(e, ERR_LEDGER_BROKEN, "a row that is not UTF-8");
	if (!take(&s, '{'))
		wrong = "no object";
	else if (take(&s, '}'))
		wrong = NULL;
	else
		wrong = take_fields(r, &s);
	if (wrong == NULL && s.len > 0)
		wrong = "something behind the end";
	if (wrong == NULL)
		return 0;
	r->n = 0;
	return err_set(e, ERR_LEDGER_BROKEN, "a row with %s at byte %zu",
	    wrong, line.len - s.len);
}

const struct record_field *
record_find(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (span_is(r->field[i].name, name))
			return &r->field[i];
	return NULL;
}

int
record_check(const struct record_field *f, const char *name,
    enum record_kind kind, struct err *e)
{
	static const char *const words[] = {
		[RECORD_STR] = "a string",
		[RECORD_INT] = "an integer",
		[RECORD_BOOL] = "a boolean",
	};

	if (f == NULL)
		return err_set(e, ERR_LEDGER_BROKEN, "a row without '%s'",
		    name);
	if (f->kind != kind)
		return err_set(e, ERR_LEDGER_BROKEN,
		    "a row whose '%s' is not %s", name, words[kind]);
	return 0;
}

int
record_text(const struct record_field *f, struct buf *scratch,
    struct span *value, struct err *e)
{
	struct span s = f->text;
	size_t start = scratch->len;

	BUG_ON(!scratch->fixed);
	*value = s;
	if (s.len == 0 || memchr(s.p, '\\', s.len) == NULL)
		return 0;
	while (s.len > 0) {
		char bytes[4] = { *s.p };
		size_t n = 1;
		if (*s.p == '\\')
			n = take_escape(&s, bytes);
		else
			s = skip(s, 1);
		buf_put(scratch, bytes, n);
	}
	if (!buf_ok(scratch))
		return err_set(e, ERR_NO_MEMORY, "no room for '%.*s' of a row",
		    (int)f->name.len, f->name.p);
	*value = (struct span){ scratch->data + start, scratch->len - start };
	return 0;
}

int
record_get_str(const struct record *r, const char *name,
    struct buf *scratch, struct span *value, struct err *e)
{
	const struct record_field *f = record_find(r, name);

	if (record_check(f, name, RECORD_STR, e) != 0)
		return -1;
	return record_text(f, scratch, value, e);
}

int
record_get_int(const struct record *r, const char *name, int64_t *value,
    struct err *e)
{
	const struct record_field *f = record_find(r, name);

	if (record_check(f, name, RECORD_INT, e) != 0)
		return -1;
	*value = f->number;
	return 0;
}

int
record_get_bool(const struct record *r, const char *name, bool *value,
    struct err *e)
{
	const struct record_field *f = record_find(r, name);

	if (record_check(f, name, RECORD_BOOL, e) != 0)
		return -1;
	*value = f->number != 0;
	return 0;
}
