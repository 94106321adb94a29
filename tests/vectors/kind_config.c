/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "archive_conf.h"

#include "t.h"
#include "vec.h"

/* Everything is looked at as texts of at most this length. */
#define TEXT_SIZE 4096

/* A name to look for: a span as a C string. */
static const char *
as_text(char out[TEXT_SIZE], struct span s)
{
	struct buf b;

	buf_fixed(&b, out, TEXT_SIZE);
	buf_span(&b, s);
	CHECK(buf_ok(&b));
	return out;
}

static void
put_value(struct buf *out, const struct field *f, const void *base)
{
	const void *at = (const char *)base + f->offset;
	const struct field_list *list = at;
	int choice;

	switch (f->type) {
	case FIELD_TEXT:
		buf_puts(out, *(const char *const *)at != NULL ?
		    *(const char *const *)at : "-");
		return;
	case FIELD_LIST:
		for (size_t i = 0; i < list->n; i++)
			buf_printf(out, "%s%s", i > 0 ? " " : "",
			    list->item[i]);
		return;
	case FIELD_CHOICE:
		choice = *(const int *)at;
		for (int i = 0; f->choices[i] != NULL; i++)
			if (i == choice)
				buf_puts(out, f->choices[i]);
		return;
	case FIELD_COUNT:
	case FIELD_SIZE:
	case FIELD_MS:
	case FIELD_WAIT:
		buf_printf(out, "%" PRIu64, *(const uint64_t *)at);
		return;
	case FIELD_FLAG:
		buf_puts(out, *(const bool *)at ? "true" : "false");
		return;
	}
}

/* The table and the struct that hold "archive", "sources/main/path" ... */
static const struct field *
find_table(const struct archive_conf *conf, struct span *path,
    const void **base)
{
	char text[TEXT_SIZE];
	struct span section, name, rest;

	rest = span_cut(*path, '/', &section);
	*base = conf;
	if (rest.p == NULL)
		return archive_conf_fields;
	*path = span_cut(rest, '/', &name);
	if (span_is(section, "stores")) {
		*base = archive_conf_find_store(conf, as_text(text, name));
		return store_conf_fields;
	}
	*base = NULL;
	for (size_t i = 0; i < conf->nsources; i++)
		if (span_is(name, conf->source[i].name))
			*base = &conf->source[i];
	return archive_conf_source_fields;
}

static void
check_value(const struct archive_conf *conf, struct span want)
{
	char text[TEXT_SIZE], got[TEXT_SIZE];
	struct span path, value = span_trim(span_cut(want, ':', &path));
	const struct field *f;
	const void *base;
	struct buf b;

	t_row("%s", as_text(text, want));
	f = find_table(conf, &path, &base);
	while (f->name != NULL && !span_is(path, f->name))
		f++;
	if (!CHECK(base != NULL) || !CHECK(f->name != NULL))
		return;
	buf_fixed(&b, got, sizeof(got));
	put_value(&b, f, base);
	CHECK(buf_ok(&b));
	CHECK_STR(got, as_text(text, value));
}

static void
check_names(const struct vec *v, const char *key, const struct buf *got)
{
	char want[TEXT_SIZE];

	CHECK(buf_ok(got));
	if (vec_has(v, key))
		CHECK_STR(got->data, as_text(want, vec_get(v, key)));
}

static void
check_conf(const struct vec *v, const struct archive_conf *conf)
{
	char text[TEXT_SIZE];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	for (size_t i = 0; i < conf->nsources; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "",
		    conf->source[i].name);
	check_names(v, "sources", &b);
	buf_reset(&b);
	for (size_t i = 0; i < conf->nstores; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "",
		    conf->store[i].name);
	check_names(v, "stores", &b);
	for (size_t i = 0; i < vec_count(v, "want"); i++)
		check_value(conf, vec_nth(v, "want", i));
}

static void
check(const struct vec *v)
{
	char want[TEXT_SIZE];
	struct archive_conf conf;
	struct err e = {0};
	bool bad = vec_has(v, "want_error");

	CHECK_INT(archive_conf_load(&conf, vec_get(v, "doc"), &e),
	    bad ? -1 : 0);
	CHECK_STR(e.msg, as_text(want, vec_opt(v, "want_error")));
	CHECK_INT(e.code, bad ? ERR_CONFIG_INVALID : ERR_NONE);
	if (vec_has(v, "want_advice"))
		CHECK_STR(err_advice(&e),
		    as_text(want, vec_get(v, "want_advice")));
	if (!bad)
		check_conf(v, &conf);
	archive_conf_free(&conf);
}

const struct vec_kind vec_config = { "config", check };
