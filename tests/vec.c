/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "num.h"

#include "vec.h"

#define FILE_MAX ((size_t)64 << 20)	/* of a vector file */
#define VALUE_MAX ((size_t)64 << 20)	/* of a value, decoded */
#define FIELDS_MAX 4096			/* of a case */

struct field {
	struct span key;	/* in the file's text */
	struct buf value;	/* decoded */
	bool asked;		/* the check looked at it */
};

struct vec {
	const char *path;
	struct buf text;
	struct span rest;	/* of text, not read yet */
	int line;		/* of the line read last */
	int start;		/* of the case */
	struct field *field;
	size_t nfields;
};

/* A broken vector file proves nothing: the run is over. */
static _Noreturn void __attribute__((format(printf, 2, 3)))
die(const struct vec *v, const char *fmt, ...)
{
	va_list ap;

	printf("FAIL %s:%d: ", v->path, v->line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(2);
}

static void
read_file(const struct vec *v, const char *path, struct buf *out)
{
	char piece[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		die(v, "cannot open '%s'", path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(out, piece, n);
	if (ferror(f) || !buf_ok(out))
		die(v, "cannot read '%s'", path);
	fclose(f);
}

/* The next line without its end; {NULL, 0} at the end of the file. */
static struct span
next_line(struct vec *v)
{
	struct span line = { NULL, 0 };

	if (v->rest.len > 0) {
		v->rest = span_cut(v->rest, '\n', &line);
		v->line++;
	}
	return line;
}

static bool
names_source(struct vec *v)
{
	struct span line;

	while ((line = next_line(v)).p != NULL && span_starts(line, "#")) {
		if (span_starts(line, "# SOURCE: "))
			return true;
	}
	return false;
}

/* see vec.h */
struct vec *
vec_open(const char *path)
{
	struct vec *v = calloc(1, sizeof(*v));

	if (v == NULL || (v->field = calloc(FIELDS_MAX,
	    sizeof(*v->field))) == NULL)
		abort();
	v->path = path;
	buf_init(&v->text, FILE_MAX);
	read_file(v, path, &v->text);
	v->rest = buf_as_span(&v->text);
	if (!names_source(v))
		die(v, "the first comment has no '# SOURCE: ' line");
	return v;
}

static struct span
behind(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.len - n };
}

/* Two hex digits in either case, at the start of s. */
static char
hex_byte(const struct vec *v, struct span s)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int value = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *at = i < s.len && s.p[i] != '\0' ?
		    strchr(digits, s.p[i]) : NULL;

		if (at == NULL)
			die(v, "expected two hex digits");
		value = value * 16 + (int)((at - digits) % 16);
	}
	return (char)value;
}

static void
put_hex(const struct vec *v, struct buf *out, struct span s)
{
	for (; s.len > 0; s = behind(s, 2))
		buf_putc(out, hex_byte(v, s));
}

/* \r \n \t \\ \" \xHH */
static void
put_escaped(const struct vec *v, struct buf *out, struct span s)
{
	static const char from[] = "rnt\\\"", to[] = "\r\n\t\\\"";
	struct span plain;

	while (s.len > 0) {
		s = span_cut(s, '\\', &plain);
		buf_span(out, plain);
		if (s.p == NULL)
			return;
		char c = s.len > 0 ? s.p[0] : '\0';
		const char *at = c != '\0' ? strchr(from, c) : NULL;
		if (at == NULL && c != 'x')
			die(v, "bad escape");
		s = behind(s, 1);
		if (at != NULL) {
			buf_putc(out, to[at - from]);
		} else {
			buf_putc(out, hex_byte(v, s));
			s = behind(s, 2);
		}
	}
}

/* "N:TEXT" */
static void
put_repeated(const struct vec *v, struct buf *out, struct span s)
{
	struct buf once;
	struct span count, text = span_cut(s, ':', &count);
	uint64_t n;

	if (text.p == NULL || num_u64(count, VALUE_MAX, &n) != 0)
		die(v, "bad rep:N:");
	buf_init(&once, VALUE_MAX);
	put_escaped(v, &once, text);
	for (; n > 0 && buf_ok(out); n--)
		buf_span(out, buf_as_span(&once));
	buf_free(&once);
}

/* The bytes of a file in the folder of the vector file. */
static void
put_file(const struct vec *v, struct buf *out, struct span name)
{
	const char *slash = strrchr(v->path, '/');
	struct buf path;

	if (name.len == 0 || memchr(name.p, '/', name.len) != NULL)
		die(v, "bad file:NAME");
	buf_init(&path, 4096);
	if (slash != NULL)
		buf_put(&path, v->path, (size_t)(slash - v->path) + 1);
	buf_span(&path, name);
	if (!buf_ok(&path))
		die(v, "bad file:NAME");
	read_file(v, path.data, out);
	buf_free(&path);
}

static void
decode(const struct vec *v, struct buf *out, struct span s)
{
	buf_init(out, VALUE_MAX);
	if (span_starts(s, "hex:"))
		put_hex(v, out, behind(s, 4));
	else if (span_starts(s, "str:"))
		put_escaped(v, out, behind(s, 4));
	else if (span_starts(s, "rep:"))
		put_repeated(v, out, behind(s, 4));
	else if (span_starts(s, "file:"))
		put_file(v, out, behind(s, 5));
	else
		buf_span(out, s);
	if (!buf_ok(out))
		die(v, "value is too long");
}

static void
add_field(struct vec *v, struct span line)
{
	struct field *f = &v->field[v->nfields];
	struct span value = span_cut(line, '=', &f->key);

	if (v->nfields == FIELDS_MAX)
		die(v, "too many lines in one case");
	if (value.p == NULL || !(value.len == 0 || value.p[0] == ' ') ||
	    f->key.len < 2 || f->key.p[f->key.len - 1] != ' ')
		die(v, "expected 'key = value'");
	f->key.len--;
	f->asked = false;
	decode(v, &f->value, value.len > 0 ? behind(value, 1) : value);
	v->nfields++;
}

static void
clear(struct vec *v)
{
	while (v->nfields > 0)
		buf_free(&v->field[--v->nfields].value);
}

/* see vec.h */
int
vec_next(struct vec *v)
{
	struct span line;

	clear(v);
	while ((line = next_line(v)).p != NULL) {
		if (line.len == 0 && v->nfields > 0)
			break;
		if (line.len == 0 || line.p[0] == '#')
			continue;
		if (v->nfields == 0)
			v->start = v->line;
		add_field(v, line);
	}
	return v->nfields > 0;
}

/* see vec.h */
int
vec_line(const struct vec *v)
{
	return v->start;
}

/* The i-th field of that key, or NULL; all of that key become asked. */
static const struct field *
find(const struct vec *v, const char *key, size_t i)
{
	const struct field *found = NULL;

	for (size_t n = 0; n < v->nfields; n++) {
		struct field *f = &v->field[n];

		if (!span_is(f->key, key))
			continue;
		f->asked = true;
		if (i-- == 0)
			found = f;
	}
	return found;
}

/* see vec.h */
bool
vec_has(const struct vec *v, const char *key)
{
	return find(v, key, 0) != NULL;
}

/* see vec.h */
struct span
vec_get(const struct vec *v, const char *key)
{
	struct span value = vec_opt(v, key);

	if (value.p == NULL)
		die(v, "the case has no '%s'", key);
	return value;
}

/* see vec.h */
struct span
vec_opt(const struct vec *v, const char *key)
{
	if (find(v, key, 1) != NULL)
		die(v, "the case has '%s' twice", key);
	return vec_has(v, key) ? vec_nth(v, key, 0) : (struct span){ NULL, 0 };
}

/* see vec.h */
size_t
vec_count(const struct vec *v, const char *key)
{
	size_t n = 0;

	while (find(v, key, n) != NULL)
		n++;
	return n;
}

/* see vec.h */
struct span
vec_nth(const struct vec *v, const char *key, size_t i)
{
	const struct field *f = find(v, key, i);

	if (f == NULL)
		die(v, "the case has no '%s' number %zu", key, i);
	/* An empty value is there all the same. */
	if (f->value.len == 0)
		return (struct span){ "", 0 };
	return buf_as_span(&f->value);
}

/* see vec.h */
struct span
vec_unasked(const struct vec *v)
{
	for (size_t n = 0; n < v->nfields; n++) {
		if (!v->field[n].asked)
			return v->field[n].key;
	}
	return (struct span){ NULL, 0 };
}

/* see vec.h */
void
vec_close(struct vec *v)
{
	clear(v);
	buf_free(&v->text);
	free(v->field);
	free(v);
}
