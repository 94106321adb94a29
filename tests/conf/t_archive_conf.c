/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "t.h"

#include "archive_conf.h"

/* What documents mean is in vectors/config; here is what is not theirs. */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_list(const struct field_list *a, const struct field_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

static bool
same_field(const struct field *f, const void *a, const void *b)
{
	const char *pa = (const char *)a + f->offset;
	const char *pb = (const char *)b + f->offset;

	switch (f->type) {
	case FIELD_TEXT:
		return same_text(*(const char *const *)(const void *)pa,
		    *(const char *const *)(const void *)pb);
	case FIELD_LIST:
		return same_list((const void *)pa, (const void *)pb);
	case FIELD_CHOICE:
		return memcmp(pa, pb, sizeof(int)) == 0;
	case FIELD_COUNT:
	case FIELD_SIZE:
	case FIELD_MS:
	case FIELD_WAIT:
		return memcmp(pa, pb, sizeof(uint64_t)) == 0;
	case FIELD_FLAG:
		return memcmp(pa, pb, sizeof(bool)) == 0;
	}
	return false;
}

static void
check_same(const struct field *table, const void *a, const void *b)
{
	for (const struct field *f = table; f->name != NULL; f++) {
		t_row("%s", f->name);
		CHECK(same_field(f, a, b));
	}
}

static void
check_same_conf(const struct archive_conf *a, const struct archive_conf *b)
{
	check_same(archive_conf_fields, a, b);
	CHECK_INT(a->nsources, b->nsources);
	for (size_t i = 0; i < a->nsources && i < b->nsources; i++) {
		CHECK_STR(a->source[i].name, b->source[i].name);
		check_same(archive_conf_source_fields, &a->source[i],
		    &b->source[i]);
	}
	CHECK_INT(a->nstores, b->nstores);
	for (size_t i = 0; i < a->nstores && i < b->nstores; i++)
		check_same(store_conf_fields, &a->store[i], &b->store[i]);
}

static void
make_sample(struct buf *b, const char *archive, const char *state)
{
	buf_init(b, ARCHIVE_CONF_SAMPLE_MAX);
	archive_conf_sample(b, archive, state);
	CHECK(buf_ok(b));
}

/* The sample means what no file means, but for what it was told. */
static void
test_sample(void)
{
	struct archive_conf conf, none;
	struct err e = {0};
	struct buf b;

	archive_conf_init(&none);
	none.archive = "photos";
	make_sample(&b, "photos", NULL);
	CHECK_INT(archive_conf_load(&conf, buf_as_span(&b), &e), 0);
	CHECK_STR(e.msg, "");
	check_same_conf(&conf, &none);
	archive_conf_free(&conf);
	buf_free(&b);

	/* More than half of the room is left for rows to come. */
	make_sample(&b, "photos", NULL);
	CHECK(b.len < ARCHIVE_CONF_SAMPLE_MAX / 2);
	buf_free(&b);
}

/* The row of a table that a line of the sample is about, or NULL. */
static const struct field *
field_of_line(struct span line)
{
	static const struct field *const tables[] = { archive_conf_fields,
	    archive_conf_source_fields, store_conf_fields };
	struct span name;

	(void)span_cut(line, ':', &name);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct field *f = tables[i]; f->name != NULL; f++)
			if (span_is(name, f->name))
				return f;
	return NULL;
}

/* One line of the sample as an owner turns it on who wants all presets. */
static void
turn_on(struct buf *out, struct span line)
{
	struct span rest = span_trim(line);
	size_t indent = (size_t)(rest.p - line.p);
	struct span name = { rest.p + 1, rest.len - 1 };
	const struct field *f;

	if (!span_starts(rest, "#") || span_starts(rest, "# ") ||
	    rest.len == 1) {
		buf_span(out, line);
		return;
	}
	buf_put(out, line.p, indent);
	f = field_of_line(name);
	if (span_starts(name, "endpoint:"))
		buf_puts(out, "endpoint: https://localhost");
	else if (span_starts(name, "bucket:"))
		buf_puts(out, "bucket: abc");
	else if (f == NULL || f->type == FIELD_FLAG || (f->preset != NULL &&
	    strcmp(f->preset, FIELD_NO_LIMIT) != 0))
		buf_span(out, name);
	else
		buf_span(out, rest);
}

/* Turned on as they stand, presets change nothing. */
static void
test_sample_turned_on(void)
{
	struct archive_conf conf, none;
	struct buf b, on;
	struct span rest, line;
	struct err e = {0};

	archive_conf_init(&none);
	none.archive = "photos";
	none.nstores = 1;
	store_conf_init(&none.store[0]);
	none.store[0].store_ref = "offsite";
	none.store[0].endpoint = "https://localhost";
	none.store[0].bucket = "abc";
	make_sample(&b, "photos", NULL);
	buf_init(&on, ARCHIVE_CONF_SAMPLE_MAX);
	for (rest = buf_as_span(&b); rest.len > 0; ) {
		rest = span_cut(rest, '\n', &line);
		turn_on(&on, line);
		buf_putc(&on, '\n');
	}
	CHECK(buf_ok(&on));
	CHECK_INT(archive_conf_load(&conf, buf_as_span(&on), &e), 0);
	CHECK_STR(e.msg, "");
	check_same_conf(&conf, &none);
	archive_conf_free(&conf);
	buf_free(&on);
	buf_free(&b);
}

/* Every text comes back from a sample, or the sample is no document. */
static void
test_sample_state(void)
{
	static const struct {
		const char *state;
		bool taken;
	} rows[] = {
		{ "/var/lib/consign", true },
		{ ".consign", true },
		{ "..", true },
		{ "null", true },
		{ "~", true },
		{ "-", true },
		{ "a b", true },
		{ " a ", true },
		{ "it's", true },
		{ "'", true },
		{ "\"a\\b\"", true },
		{ "a: b # c", true },
		{ "*&!%@`[]{},?|>", true },
		{ "\xc3\xa4", true },
		{ "", false },
		{ "a\nb", false },
		{ "a\tb", false },
		{ "a\x01", false },
		{ "\xe4", false },
		{ "a\xe2\x80\xa8" "b", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct archive_conf conf;
		struct err e = {0};
		struct buf b;

		t_row("%s", rows[i].state);
		make_sample(&b, "null", rows[i].state);
		CHECK_INT(archive_conf_load(&conf, buf_as_span(&b), &e),
		    rows[i].taken ? 0 : -1);
		if (rows[i].taken) {
			CHECK_STR(conf.archive, "null");
			CHECK_STR(conf.state, rows[i].state);
		}
		archive_conf_free(&conf);
		archive_conf_free(&conf);
		buf_free(&b);
	}
}

static void
test_make_id(void)
{
	static const char x63[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxx";
	static const struct {
		const char *folder, *want;
	} rows[] = {
		{ "photos", "photos" },
		{ "Photos 2026", "photos-2026" },
		{ "my_photos.d", "my-photos-d" },
		{ "--a--b--", "a--b" },
		{ ".hidden", "hidden" },
		{ "7", "7" },
		{ "B\xc3\xbc" "cher", "b-cher" },
		{ "\xff" "a\xff" "b", "a-b" },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxx", x63 },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxx y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
		{ "", NULL },
		{ "---", NULL },
		{ "\xe5\xa4\x89", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char id[ARCHIVE_CONF_NAME_MAX + 1];

		t_row("%s", rows[i].folder);
		CHECK_INT(archive_conf_make_id(id, span_of(rows[i].folder)),
		    rows[i].want != NULL ? 0 : -1);
		CHECK_STR(id, rows[i].want != NULL ? rows[i].want : "");
		CHECK(archive_conf_is_name(id) == (rows[i].want != NULL));
	}
}

static void
test_find_store(void)
{
	struct archive_conf conf;
	struct err e = {0};

	CHECK_INT(archive_conf_load(&conf, span_of("stores:\n"
	    "  near: {endpoint: 'http://127.0.0.1', bucket: one}\n"
	    "  far: {endpoint_host: far.example.org, bucket: two}\n"), &e),
	    0);
	CHECK(archive_conf_find_store(&conf, "near") == &conf.store[0]);
	CHECK(archive_conf_find_store(&conf, "far") == &conf.store[1]);
	CHECK(archive_conf_find_store(&conf, "fa") == NULL);
	archive_conf_free(&conf);
	CHECK(archive_conf_find_store(&conf, "near") == NULL);
}

/* n keys with the same settings under one mapping. */
static int
load_many(const char *mapping, size_t n, const char *settings,
    struct archive_conf *conf, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, YAML_WALK_SIZE);
	buf_printf(&b, "%s:\n", mapping);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "  n%zu: {%s}\n", i, settings);
	rc = archive_conf_load(conf, buf_as_span(&b), e);
	buf_free(&b);
	return rc;
}

static void
test_numbers(void)
{
	static const char store[] = "endpoint: 'https://h', bucket: abc";
	struct archive_conf conf;
	struct err e = {0};

	CHECK_INT(load_many("sources", ARCHIVE_CONF_SOURCES, "path: x",
	    &conf, &e), 0);
	CHECK_INT(conf.nsources, ARCHIVE_CONF_SOURCES);
	archive_conf_free(&conf);
	CHECK_INT(load_many("sources", ARCHIVE_CONF_SOURCES + 1, "path: x",
	    &conf, &e), -1);
	CHECK_STR(e.msg, "66:3: more than 64 sources");
	archive_conf_free(&conf);
	CHECK_INT(load_many("stores", ARCHIVE_CONF_STORES, store, &conf, &e),
	    0);
	CHECK_INT(conf.nstores, ARCHIVE_CONF_STORES);
	archive_conf_free(&conf);
	CHECK_INT(load_many("stores", ARCHIVE_CONF_STORES + 1, store, &conf,
	    &e), -1);
	CHECK_STR(e.msg, "8:3: more than 6 stores");
	archive_conf_free(&conf);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "sample", test_sample },
		{ "sample_turned_on", test_sample_turned_on },
		{ "sample_state", test_sample_state },
		{ "make_id", test_make_id },
		{ "find_store", test_find_store },
		{ "numbers", test_numbers },
		{ NULL, NULL }
	};

	return t_main("archive_conf", cases);
}
