/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

#include <string.h>

#include "roots.h"
#include "t.h"

static uint8_t names[64 * 1024];

/* A cursor over the blob; ok falls and stays down at the first overrun. */
struct cursor {
	size_t at;
	bool ok;
};

struct root {
	const uint8_t *name;
	size_t name_len;
	size_t key_len;			/* of the modulus or the point */
	unsigned flags, type, curve;
};

static const uint8_t *
take(struct cursor *c, size_t len)
{
	const uint8_t *p = roots_blob + c->at;

	if (!c->ok || len > roots_blob_len - c->at) {
		c->ok = false;
		return (const uint8_t *)"\0\0";
	}
	c->at += len;
	return p;
}

static unsigned
take_byte(struct cursor *c)
{
	return *take(c, 1);
}

static size_t
take_length(struct cursor *c)
{
	const uint8_t *p = take(c, 2);

	return (size_t)p[0] << 8 | p[1];
}

/* An integer of the RSA kind: not empty, no leading zero. */
static size_t
check_integer(struct cursor *c)
{
	size_t len = take_length(c);
	const uint8_t *p = take(c, len);

	CHECK(c->ok && len > 0 && p[0] != 0);
	return len;
}

static void
check_entry(struct cursor *c, struct root *r)
{
	r->flags = take_byte(c);
	CHECK_INT(r->flags, ROOTS_CA);
	r->type = take_byte(c);
	if (r->type == ROOTS_RSA) {
		r->key_len = check_integer(c);
		CHECK(r->key_len >= 256 && r->key_len <= 512);
		CHECK(check_integer(c) <= 4);
	} else {
		CHECK_INT(r->type, ROOTS_EC);
		r->curve = take_byte(c);
		CHECK(r->curve == 23 || r->curve == 24);
		r->key_len = take_length(c);
		CHECK_INT(r->key_len, r->curve == 23 ? 65 : 97);
		CHECK_INT(take(c, r->key_len)[0], 4);
	}
}

/* From *at on; what lies there is a DER SEQUENCE that fills its length. */
static void
check_name(size_t *at, struct root *r)
{
	r->name_len = (size_t)names[*at] << 8 | names[*at + 1];
	r->name = names + *at + 2;
	CHECK(r->name_len > 2 && r->name[0] == 0x30);
	CHECK_INT(r->name_len, r->name[1] < 0x80 ? r->name[1] + 2 :
	    r->name[1] == 0x81 ? r->name[2] + 3 : -1);
	*at += 2 + r->name_len;
}

static void
test_format(void)
{
	struct cursor c = { 0, true };
	size_t name = 0;
	struct root last = { 0 };
	unsigned count = 0;

	for (; c.ok && c.at < roots_blob_len; count++) {
		struct root r = { 0 };

		t_row("root %u", count);
		check_name(&name, &r);
		check_entry(&c, &r);
		CHECK(r.name_len > last.name_len ||
		    (r.name_len == last.name_len &&
		    memcmp(last.name, r.name, r.name_len) <= 0));
		last = r;
	}
	CHECK(c.ok);
	CHECK_INT(count, roots_count);
	CHECK_INT(name, roots_names_len);
}

static void
test_count(void)
{
	CHECK(roots_count >= 100 && roots_count <= 200);
	CHECK(roots_blob_len < 80 * 1024);
}

static bool
has(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= roots_names_len; i++) {
		if (memcmp(names + i, text, len) == 0)
			return true;
	}
	return false;
}

/* Roots of the big stores, one that Debian adds, and one distrusted. */
static void
test_known(void)
{
	CHECK(has("ISRG Root X1"));
	CHECK(has("Amazon Root CA 1"));
	CHECK(has("GTS Root R4"));
	CHECK(has("Sectigo Public Server Authentication Root E46"));
	CHECK(!has("DigiNotar"));
}

static void
test_date(void)
{
	CHECK_INT(strlen(roots_date), strlen("2023-03-11"));
	CHECK(strcmp(roots_date, "2023-03-11") >= 0);
	CHECK(strchr(roots_version, '.') != NULL);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "format", test_format },
		{ "count", test_count },
		{ "known", test_known },
		{ "date", test_date },
		{ NULL, NULL }
	};

	if (roots_names_len > sizeof(names))
		return 1;
	roots_unpack(names);
	return t_main("roots", cases);
}
