/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hex.h"

#include "guard.h"

/*
 * How it is fast.  The first `window` bytes of every form of every value are
 * cut into all their runs of GRAM bytes, and each run's hash sets a bit of
 * `seen`.  A text that shows a value has window - GRAM + 1 such runs in a row,
 * so it is enough to look at every (window - GRAM + 1)th place; where a bit
 * is set there, the bits of the places around it must be set too, and only
 * then is the text compared.
 */
#define GRAM 4

/* What a value may look like. */
enum form {
	FORM_RAW,
	FORM_HEX,
	FORM_HEX_UPPER,
	FORM_BASE64,
	FORM_BASE64URL,
	FORM_BASE64_1,		/* behind one byte of something else */
	FORM_BASE64URL_1,
	FORM_BASE64_2,		/* behind two */
	FORM_BASE64URL_2,
	FORM__COUNT
};

/* Which digits, and which bit of the value the first of them begins with. */
static const struct form_row {
	const char *digits;
	unsigned bits;		/* a digit stands for */
	unsigned first_bit;
} forms[FORM__COUNT] = {
#define HEX "0123456789abcdef"
#define HEX_UPPER "0123456789ABCDEF"
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	[FORM_RAW] = { NULL, 8, 0 },
	[FORM_HEX] = { HEX, 4, 0 },
	[FORM_HEX_UPPER] = { HEX_UPPER, 4, 0 },
	[FORM_BASE64] = { ALNUM "+/", 6, 0 },
	[FORM_BASE64URL] = { ALNUM "-_", 6, 0 },
	[FORM_BASE64_1] = { ALNUM "+/", 6, 4 },
	[FORM_BASE64URL_1] = { ALNUM "-_", 6, 4 },
	[FORM_BASE64_2] = { ALNUM "+/", 6, 2 },
	[FORM_BASE64URL_2] = { ALNUM "-_", 6, 2 },
};

/*
 * The length of a form.  A last digit that other bytes have a share in is
 * left out, but for a whole word, where nothing follows; for the same reason
 * a whole word stands behind nothing: length 0.
 */
static size_t
form_len(const struct guard_value *v, enum form form)
{
	const struct form_row *f = &forms[form];
	size_t bits = 8 * v->len - f->first_bit;

	if (!v->whole_word)
		return bits / f->bits;
	return f->first_bit > 0 ? 0 : (bits + f->bits - 1) / f->bits;
}

/* The character of a form at i. */
static uint8_t
form_char(const struct guard_value *v, enum form form, size_t i)
{
	const struct form_row *f = &forms[form];

	if (form == FORM_RAW)
		return v->bytes[i];

	size_t bit = f->first_bit + i * f->bits;
	size_t at = bit / 8;
	unsigned two = (unsigned)v->bytes[at] << 8;
	if (at + 1 < v->len)
		two |= v->bytes[at + 1];
	two >>= 16 - f->bits - bit % 8;
	return (uint8_t)f->digits[two & ((1u << f->bits) - 1)];
}

/* --- The filter ----------------------------------------------------------- */

static uint32_t
hash(const uint8_t *gram)
{
	uint32_t x;

	memcpy(&x, gram, GRAM);
	return (x * UINT32_C(2654435761)) >> 16;	/* Knuth's factor */
}

static bool
is_seen(const struct guard *g, const uint8_t *gram)
{
	uint32_t h = hash(gram);

	return (g->seen[h / 32] >> (h % 32) & 1) != 0;
}

static void
see(struct guard *g, const struct guard_value *v, enum form form)
{
	size_t n = form_len(v, form);
	uint8_t gram[GRAM];

	if (n > g->window)
		n = g->window;
	for (size_t i = 0; i + GRAM <= n; i++) {
		for (size_t k = 0; k < GRAM; k++)
			gram[k] = form_char(v, form, i + k);
		uint32_t h = hash(gram);
		g->seen[h / 32] |= UINT32_C(1) << h % 32;
	}
}

/* --- The search ----------------------------------------------------------- */

/*
 * A piece of text.  Where it is only a part, the rest of a word may lie
 * beyond its ends; the caller sees to it that another part shows that word
 * whole.
 */
struct piece {
	const uint8_t *p;
	size_t n;
	bool cut_front;
	bool cut_back;
};

static bool
is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '_';
}

/* Do the n bytes at `at` stand alone? */
static bool
is_whole_word(const struct piece *t, size_t at, size_t n)
{
	bool before = at == 0 ? t->cut_front : is_word(t->p[at - 1]);
	bool after = at + n == t->n ? t->cut_back : is_word(t->p[at + n]);

	return !before && !after;
}

static bool
shows_form(const struct guard_value *v, enum form form, const struct piece *t,
    size_t at)
{
	size_t n = form_len(v, form);

	if (n == 0 || n > t->n - at)
		return false;
	for (size_t i = 0; i < n; i++)
		if (t->p[at + i] != form_char(v, form, i))
			return false;
	return !v->whole_word || is_whole_word(t, at, n);
}

static bool
shows_any(const struct guard *g, const struct piece *t, size_t at)
{
	for (size_t i = 0; i < g->n; i++)
		for (enum form form = 0; form < FORM__COUNT; form++)
			if (shows_form(&g->value[i], form, t, at))
				return true;
	return false;
}

/*
 * The bit of place i is set: does a value begin there, or up to stride - 1
 * bytes before?  Each such beginning needs stride bits in a row.
 */
static bool
look_around(const struct guard *g, const struct piece *t, size_t i,
    size_t stride)
{
	size_t first = i, end = i + 1;

	while (first > 0 && i - first < stride - 1 &&
	    is_seen(g, t->p + first - 1))
		first--;
	while (end - i < stride && end + GRAM <= t->n &&
	    is_seen(g, t->p + end))
		end++;
	for (; first + stride <= end; first++)
		if (shows_any(g, t, first))
			return true;
	return false;
}

static bool
search(const struct guard *g, const struct piece *t)
{
	size_t stride = g->window - GRAM + 1;

	for (size_t i = 0; i + GRAM <= t->n; i += stride)
		if (is_seen(g, t->p + i) && look_around(g, t, i, stride))
			return true;
	return false;
}

/* --- Escapes -------------------------------------------------------------- */

/* The value of n hex digits, -1 where there are fewer. */
static int
hex_number(struct piece from, size_t skip, size_t n)
{
	int value = 0;

	if (from.n < skip + n)
		return -1;
	for (size_t i = skip; i < skip + n; i++) {
		int digit = hex_digit((char)from.p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The byte that a JSON escape of *used bytes stands for; -1: none does. */
static int
json_escape(struct piece from, size_t *used)
{
	static const char name[] = "\"\\/bfnrt";
	static const char byte[] = "\"\\/\b\f\n\r\t";
	const char *at;
	int v;

	if (from.n < 2)
		return -1;
	if (from.p[1] == 'u') {
		*used = 6;
		v = hex_number(from, 2, 4);
		return v < 0x80 ? v : -1;	/* above, it is not one byte */
	}
	*used = 2;
	at = memchr(name, from.p[1], sizeof(name) - 1);
	return at != NULL ? byte[at - name] : -1;
}

/*
 * Take one character, escaped or not; mark is the '%' or '\' that begins an
 * escape.  What is not a proper escape stands for itself.
 */
static uint8_t
next_char(struct piece *from, char mark)
{
	uint8_t c = from->p[0];
	size_t used = 3;
	int v = -1;

	if (c == (uint8_t)mark)
		v = mark == '%' ? hex_number(*from, 1, 2) :
		    json_escape(*from, &used);
	if (v < 0) {
		v = c;
		used = 1;
	}
	from->p += used;
	from->n -= used;
	return (uint8_t)v;
}

/* Search the text with its escapes undone, a block at a time. */
static bool
search_unescaped(const struct guard *g, const struct piece *t, char mark)
{
	const size_t keep = 2 * GUARD_KEPT + 1;	/* the longest form, and one */
	uint8_t block[2048];
	struct piece from = *t;
	struct piece to = { block, 0, t->cut_front, false };

	if (t->n == 0 || memchr(t->p, mark, t->n) == NULL)
		return false;
	while (from.n > 0) {
		while (to.n < sizeof(block) && from.n > 0)
			block[to.n++] = next_char(&from, mark);
		to.cut_back = from.n > 0 || t->cut_back;
		if (search(g, &to))
			return true;
		if (to.n > keep) {
			memmove(block, block + to.n - keep, keep);
			to.n = keep;
			to.cut_front = true;
		}
	}
	return false;
}

static bool
shows_secret(const struct guard *g, const struct piece *t)
{
	return search(g, t) || search_unescaped(g, t, '%') ||
	    search_unescaped(g, t, '\\');
}

/* --- See guard.h ---------------------------------------------------------- */

void
guard_init(struct guard *g)
{
	*g = (struct guard){ .window = GUARD_ANYWHERE };
}

int
guard_add(struct guard *g, struct span value, struct err *e)
{
	size_t len = value.len < GUARD_KEPT ? value.len : GUARD_KEPT;
	struct guard_value *v = &g->value[g->n];

	if (len < GUARD_MIN)
		return err_set(e, ERR_CONFIG_INVALID,
		    "a credential has fewer than %d bytes", GUARD_MIN);
	for (size_t i = 0; i < g->n; i++)
		if (g->value[i].len == len &&
		    memcmp(g->value[i].bytes, value.p, len) == 0)
			return 0;
	if (g->n == GUARD_VALUES_MAX)
		return err_set(e, ERR_CONFIG_INVALID,
		    "there are too many credentials");
	memcpy(v->bytes, value.p, len);
	v->len = len;
	v->whole_word = len < GUARD_ANYWHERE;
	g->n++;

	/* What was seen under a wider window stays true under this one. */
	if (len < g->window)
		g->window = len;
	for (enum form form = 0; form < FORM__COUNT; form++)
		see(g, v, form);
	return 0;
}

/* The stream's last bytes become those of its tail and text. */
static void
remember(struct guard_stream *s, struct span text)
{
	if (text.len >= GUARD_TAIL) {
		memcpy(s->tail, text.p + text.len - GUARD_TAIL, GUARD_TAIL);
		s->len = GUARD_TAIL;
		return;
	}
	size_t keep = GUARD_TAIL - text.len;
	if (keep > s->len)
		keep = s->len;
	memmove(s->tail, s->tail + s->len - keep, keep);
	memcpy(s->tail + keep, text.p, text.len);
	s->len = keep + text.len;
}

/* Is there a value that begins in the stream's tail and ends in text? */
static bool
shows_across(const struct guard *g, const struct guard_stream *s,
    struct span text)
{
	uint8_t both[2 * GUARD_TAIL];
	size_t n = text.len < GUARD_TAIL ? text.len : GUARD_TAIL;
	struct piece t = { both, s->len + n, s->len == GUARD_TAIL,
	    n < text.len };

	memcpy(both, s->tail, s->len);
	memcpy(both + s->len, text.p, n);
	return shows_secret(g, &t);
}

int
guard_check(const struct guard *g, struct guard_stream *s, struct span text,
    struct err *e)
{
	bool across = s != NULL && s->len > 0;
	struct piece alone = { (const uint8_t *)text.p, text.len, across,
	    false };

	if (text.len == 0)
		return 0;
	if (g->n > 0 && ((across && shows_across(g, s, text)) ||
	    shows_secret(g, &alone)))
		return err_set(e, ERR_SECRET_GUARD,
		    "stopped an output that held a credential");
	if (s != NULL)
		remember(s, text);
	return 0;
}

void
guard_wipe(struct guard *g)
{
	volatile uint8_t *p = (volatile uint8_t *)g;

	for (size_t i = 0; i < sizeof(*g); i++)
		p[i] = 0;
	guard_init(g);
}
