/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"
#include "vec.h"
#include "xml.h"

/* Kind s3xml: a document, and what is read from it; see vectors/README. */
#define NAME_MAX_LEN 200
#define TEXT_MAX 8192

static char text[TEXT_MAX];

/* A value as a C string: names and paths. */
static const char *
name_of(struct span s, char out[NAME_MAX_LEN])
{
	if (!CHECK(s.len < NAME_MAX_LEN))
		s.len = 0;
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
	return out;
}

/* Every "text = PATH: VALUE". */
static void
check_texts(const struct vec *v, struct span doc)
{
	for (size_t i = 0; i < vec_count(v, "text"); i++) {
		char path[NAME_MAX_LEN];
		struct span head;
		struct span want = span_cut(vec_nth(v, "text", i), ':',
		    &head);

		if (want.len > 0 && want.p[0] == ' ')
			want = (struct span){ want.p + 1, want.len - 1 };
		CHECK_INT(xml_text(doc, name_of(head, path), text,
		    sizeof(text)), 1);
		CHECK_MEM(text, strlen(text), want.p, want.len);

		/* It must fit, with its NUL, and not a byte less. */
		CHECK_INT(xml_text(doc, path, text, want.len + 1), 1);
		if (want.len > 0)
			CHECK_INT(xml_text(doc, path, text, want.len), -1);
	}
}

/* Paths at which xml_text() gives rc and nothing else. */
static void
check_no_texts(const struct vec *v, struct span doc, const char *key, int rc)
{
	for (size_t i = 0; i < vec_count(v, key); i++) {
		char path[NAME_MAX_LEN];

		CHECK_INT(xml_text(doc, name_of(vec_nth(v, key, i), path),
		    text, sizeof(text)), rc);
		CHECK_STR(text, "");
	}
}

/* The text at "item" in each element at "each". */
static void
check_items(const struct vec *v, struct span doc)
{
	char each[NAME_MAX_LEN], item[NAME_MAX_LEN];
	struct span element, path = vec_opt(v, "each");
	struct span sub = vec_opt(v, "item");
	size_t n = 0, count = vec_count(v, "want_item");
	struct xml x;

	if (path.p == NULL || !CHECK(xml_open(&x, doc) == 0))
		return;
	while (xml_each(&x, name_of(path, each), &element) == 1) {
		if (n++ >= count)
			continue;
		struct span want = vec_nth(v, "want_item", n - 1);
		CHECK_INT(xml_text(element, name_of(sub, item), text,
		    sizeof(text)), 1);
		CHECK_MEM(text, strlen(text), want.p, want.len);
	}
	CHECK_INT(n, count);
}

/* No proper beginning of a document is one. */
static void
check_cuts(struct span doc)
{
	for (size_t n = 0; n < doc.len; n++) {
		struct xml x;

		t_row("cut after %zu", n);
		CHECK_INT(xml_open(&x, (struct span){ doc.p, n }), -1);
	}
}

static void
check(const struct vec *v)
{
	struct span doc = vec_get(v, "doc"), root = vec_opt(v, "root");
	struct span other = vec_opt(v, "not_root");
	bool bad = vec_has(v, "bad"), cut = vec_has(v, "cut");
	char name[NAME_MAX_LEN];
	struct xml x;

	CHECK_INT(xml_open(&x, doc), bad ? -1 : 0);
	if (root.p != NULL)
		CHECK(xml_root(doc, name_of(root, name)));
	if (other.p != NULL)
		CHECK(!xml_root(doc, name_of(other, name)));
	check_texts(v, doc);
	check_no_texts(v, doc, "no_text", 0);
	check_no_texts(v, doc, "bad_text", -1);
	check_items(v, doc);
	if (cut)
		check_cuts(doc);
}

const struct vec_kind vec_s3xml = { "s3xml", check };
