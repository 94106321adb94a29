/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "t.h"
#include "utc.h"
#include "vec.h"

#include "cert.h"

#define BYTES(s) { (s), sizeof(s) - 1 }

static struct endpoint
host_of(struct span host)
{
	struct endpoint ep;
	struct err e;

	CHECK_INT(endpoint_parse_host(&ep, host, &e), 0);
	return ep;
}

/* --- Whole certificates --- */

static void
check_time(int64_t got, struct span want)
{
	char text[UTC_ISO_LEN + 1];

	utc_iso(text, got);
	CHECK_MEM(text, UTC_ISO_LEN, want.p, want.len);
}

static void
check_title(struct span name, struct span want)
{
	char title[CERT_TITLE_MAX + 1];

	cert_title(title, name);
	CHECK_MEM(title, strlen(title), want.p, want.len);
}

static void
check_hosts(const struct vec *v, const char *field, const struct cert *c,
    bool want)
{
	for (size_t i = 0; i < vec_count(v, field); i++) {
		struct span host = vec_nth(v, field, i);
		struct endpoint ep = host_of(host);
		t_row("line %d: %s %.*s", vec_line(v), field, (int)host.len,
		    host.p);
		CHECK_INT(cert_names(c, &ep), want);
	}
}

static void
test_whole(void)
{
	struct vec *v = vec_open("vectors/tls/certs.txt");

	while (vec_next(v)) {
		struct cert c;

		t_row("line %d", vec_line(v));
		CHECK_INT(cert_parse(&c, vec_get(v, "der")), 0);
		check_title(c.subject, vec_get(v, "subject"));
		check_title(c.issuer, vec_get(v, "issuer"));
		check_time(c.not_before, vec_get(v, "from"));
		check_time(c.not_after, vec_get(v, "to"));
		CHECK_INT(c.for_server, span_is(vec_get(v, "server"), "yes"));
		check_hosts(v, "names", &c, true);
		check_hosts(v, "not", &c, false);
	}
	vec_close(v);
}

/* In memory of its own, so that a sanitizer sees the first byte too far. */
static int
parse_copy(struct cert *c, const char *der, size_t len)
{
	char title[CERT_TITLE_MAX + 1];
	struct endpoint ep = host_of(span_of("store.example"));
	char *copy = malloc(len > 0 ? len : 1);
	int r;

	BUG_ON(copy == NULL);
	memcpy(copy, der, len);
	r = cert_parse(c, (struct span){ copy, len });
	if (r == 0) {
		cert_names(c, &ep);
		cert_title(title, c->subject);
		cert_title(title, c->issuer);
	}
	free(copy);
	return r;
}

static void
test_mutations(void)
{
	struct vec *v = vec_open("vectors/tls/certs.txt");
	char der[2048];

	while (vec_next(v)) {
		struct span good = vec_get(v, "der");
		struct cert c;

		BUG_ON(good.len >= sizeof(der));
		t_row("line %d, cut", vec_line(v));
		for (size_t n = 0; n < good.len; n++)
			CHECK_INT(parse_copy(&c, good.p, n), -1);
		t_row("line %d, a byte more", vec_line(v));
		memcpy(der, good.p, good.len);
		der[good.len] = 0;
		CHECK_INT(parse_copy(&c, der, good.len + 1), -1);
		t_row("line %d, flipped", vec_line(v));
		for (size_t i = 0; i < good.len * 8; i++) {
			der[i / 8] ^= (char)(1 << i % 8);
			parse_copy(&c, der, good.len);
			der[i / 8] ^= (char)(1 << i % 8);
		}
		CHECK_INT(parse_copy(&c, der, good.len), 0);
	}
	vec_close(v);
}

/* --- Structure: one part at a time is made wrong --- */

/*
 * The parts of a certificate as small as can be; what the table does not
 * give is taken from the first row.
 */
struct parts {
	const char *name;
	struct span version, serial, issuer, dates, rest, extensions;
	int want;
	bool server;
};

#define OK_SAN "\x30\x0d\x06\x03\x55\x1d\x11\x04\x06\x30\x04\x82\x02\x61\x62"

static const struct parts rows[] = {
	{ "good", BYTES("\xa0\x03\x02\x01\x02"), BYTES("\x02\x01\x01"),
	    BYTES("\x30\x00"), BYTES("\x17\x0d" "200101000000Z"
	    "\x18\x0f" "20700101000000Z"), BYTES(""), BYTES(OK_SAN), 0, true },
	{ .name = "no version", .version = BYTES(""), .server = true },
	{ .name = "serial is no integer", .serial = BYTES("\x04\x01\x01"),
	    .want = -1 },
	{ .name = "length in two forms", .want = -1,
	    .serial = BYTES("\x02\x81\x01\x01") },
	{ .name = "length with a leading zero", .want = -1,
	    .serial = BYTES("\x02\x82\x00\x01\x01") },
	{ .name = "indefinite length", .want = -1,
	    .issuer = BYTES("\x30\x80\x00\x00") },
	{ .name = "length of four bytes", .want = -1,
	    .issuer = BYTES("\x30\x84\x00\x00\x00\x00") },
	{ .name = "length past the end", .want = -1,
	    .issuer = BYTES("\x30\x83\xff\xff\xff") },
	{ .name = "tag of two bytes", .want = -1,
	    .issuer = BYTES("\x3f\x81\x00\x00") },
	{ .name = "one date", .dates = BYTES("\x17\x0d" "200101000000Z"),
	    .want = -1 },
	{ .name = "date without a zone", .want = -1,
	    .dates = BYTES("\x17\x0c" "200101000000"
	    "\x17\x0d" "200101000000Z") },
	{ .name = "no such day", .want = -1,
	    .dates = BYTES("\x17\x0d" "210229000000Z"
	    "\x17\x0d" "220101000000Z") },
	{ .name = "a third date", .want = -1,
	    .dates = BYTES("\x17\x0d" "200101000000Z"
	    "\x17\x0d" "200101000000Z" "\x17\x0d" "200101000000Z") },
	{ .name = "dates before 1970", .server = true,
	    .dates = BYTES("\x17\x0d" "500101000000Z"
	    "\x17\x0d" "991231235959Z") },
	{ .name = "unique ids", .server = true,
	    .rest = BYTES("\x81\x01\x00\x82\x01\x00") },
	{ .name = "unique ids the wrong way round", .want = -1,
	    .rest = BYTES("\x82\x01\x00\x81\x01\x00") },
	{ .name = "two lists of names", .extensions = BYTES(OK_SAN OK_SAN),
	    .want = -1 },
	{ .name = "no name in the list", .want = -1, .extensions =
	    BYTES("\x30\x09\x06\x03\x55\x1d\x11\x04\x02\x30\x00") },
	{ .name = "a name cut short", .want = -1, .extensions =
	    BYTES("\x30\x0c\x06\x03\x55\x1d\x11\x04\x05\x30\x03\x82\x02\x61") },
	{ .name = "something after the list", .want = -1, .extensions =
	    BYTES("\x30\x0e\x06\x03\x55\x1d\x11\x04\x07\x30\x04\x82\x02\x61"
	    "\x62\x00") },
	{ .name = "extension without a value", .want = -1,
	    .extensions = BYTES("\x30\x05\x06\x03\x55\x1d\x11") },
	{ .name = "critical extension we do not look at", .server = true,
	    .extensions = BYTES("\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04"
	    "\x02\x30\x00") },
	{ .name = "any usage", .server = true, .extensions =
	    BYTES("\x30\x0f\x06\x03\x55\x1d\x25\x04\x08\x30\x06\x06\x04\x55"
	    "\x1d\x25\x00") },
	{ .name = "another usage", .extensions =
	    BYTES("\x30\x0f\x06\x03\x55\x1d\x25\x04\x08\x30\x06\x06\x04\x55"
	    "\x1d\x25\x01") },
	{ .name = "no usage", .want = -1, .extensions =
	    BYTES("\x30\x09\x06\x03\x55\x1d\x25\x04\x02\x30\x00") },
};

/* Lengths below 256 are enough here. */
static void
put_element(struct buf *b, char tag, struct span body)
{
	buf_putc(b, tag);
	if (body.len >= 0x80)
		buf_putc(b, '\x81');
	buf_putc(b, (char)body.len);
	buf_span(b, body);
}

static void
put_part(struct buf *b, struct span own, struct span good)
{
	buf_span(b, own.p != NULL ? own : good);
}

static void
make_cert(struct buf *out, const struct parts *p)
{
	char tbs_bytes[300], part_bytes[200], list_bytes[200];
	struct buf tbs, part, list;

	buf_fixed(&tbs, tbs_bytes, sizeof(tbs_bytes));
	buf_fixed(&part, part_bytes, sizeof(part_bytes));
	buf_fixed(&list, list_bytes, sizeof(list_bytes));
	put_part(&tbs, p->version, rows[0].version);
	put_part(&tbs, p->serial, rows[0].serial);
	put_element(&tbs, '\x30', span_of(""));		/* algorithm */
	put_part(&tbs, p->issuer, rows[0].issuer);
	put_part(&part, p->dates, rows[0].dates);
	put_element(&tbs, '\x30', buf_as_span(&part));
	put_element(&tbs, '\x30', span_of(""));		/* subject */
	put_element(&tbs, '\x30', span_of("key"));
	put_part(&tbs, p->rest, rows[0].rest);
	buf_reset(&part);
	put_part(&part, p->extensions, rows[0].extensions);
	put_element(&list, '\x30', buf_as_span(&part));
	put_element(&tbs, '\xa3', buf_as_span(&list));

	buf_reset(&part);
	put_element(&part, '\x30', buf_as_span(&tbs));
	put_element(&part, '\x30', span_of(""));	/* algorithm */
	put_element(&part, '\x03', span_of("signature"));
	put_element(out, '\x30', buf_as_span(&part));
	CHECK(buf_ok(&part) && buf_ok(out));
}

static void
test_structure(void)
{
	char bytes[400];
	struct buf b;
	struct cert c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].name);
		buf_fixed(&b, bytes, sizeof(bytes));
		make_cert(&b, &rows[i]);
		CHECK_INT(parse_copy(&c, b.data, b.len), rows[i].want);
		if (rows[i].want == 0)
			CHECK_INT(c.for_server, rows[i].server);
	}
}

/* --- Names --- */

static void
test_names(void)
{
	static const struct {
		struct span san;
		const char *host;
		bool want;
	} cases[] = {
		{ BYTES("\x82\x03" "a.b"), "a.b", true },
		{ BYTES("\x82\x03" "A.b"), "a.B", true },
		{ BYTES("\x82\x03" "a.b"), "a.c", false },
		{ BYTES("\x82\x04" "a.b."), "a.b", false },
		{ BYTES("\x82\x05" "a.b\0c"), "a.b", false },
		{ BYTES("\x82\x05" "*.b.c"), "a.b.c", true },
		{ BYTES("\x82\x05" "*.b.c"), "b.c", false },
		{ BYTES("\x82\x05" "*.b.c"), "x.a.b.c", false },
		{ BYTES("\x82\x06" "x*.b.c"), "xa.b.c", false },
		{ BYTES("\x82\x05" "a.*.c"), "a.b.c", false },
		{ BYTES("\x82\x01" "*"), "a", false },
		{ BYTES("\x82\x02" "*."), "a", false },
		{ BYTES("\x82\x00"), "a", false },
		/* Of other kinds: an e-mail address, a URI. */
		{ BYTES("\x81\x03" "a.b"), "a.b", false },
		{ BYTES("\x86\x03" "a.b"), "a.b", false },
		{ BYTES("\x81\x01" "x" "\x82\x03" "a.b"), "a.b", true },
		/* An address is no name, and a name no address. */
		{ BYTES("\x82\x07" "1.2.3.4"), "1.2.3.4", false },
		{ BYTES("\x87\x04\x01\x02\x03\x04"), "1.2.3.4", true },
		{ BYTES("\x87\x04\x01\x02\x03\x05"), "1.2.3.4", false },
		{ BYTES("\x87\x08\x01\x02\x03\x04\xff\xff\xff\xff"),
		    "1.2.3.4", false },
		{ BYTES("\x87\x04\x31\x2e\x61\x62"), "1.ab", false },
		{ BYTES("\x87\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04"),
		    "1.2.3.4", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cert c = { .san = cases[i].san };
		struct endpoint ep = host_of(span_of(cases[i].host));
		t_row("row %zu, %s", i, cases[i].host);
		CHECK_INT(cert_names(&c, &ep), cases[i].want);
	}
}

#define CN "\x06\x03\x55\x04\x03"
#define ORG "\x06\x03\x55\x04\x0a"

static void
test_titles(void)
{
	static const struct {
		struct span name;
		const char *want;
	} cases[] = {
		{ BYTES("\x30\x00"), "(unnamed)" },
		{ BYTES(""), "(unnamed)" },
		{ BYTES("\x30\x0c\x31\x0a\x30\x08" CN "\x0c\x01" "a"), "a" },
		{ BYTES("\x30\x0c\x31\x0a\x30\x08" ORG "\x13\x01" "o"), "o" },
		{ BYTES("\x30\x18\x31\x0a\x30\x08" CN "\x0c\x01" "a"
		    "\x31\x0a\x30\x08" ORG "\x13\x01" "o"), "a" },
		{ BYTES("\x30\x18\x31\x0a\x30\x08" CN "\x1e\x01" "a"
		    "\x31\x0a\x30\x08" ORG "\x16\x01" "o"), "o" },
		{ BYTES("\x30\x0e\x31\x0c\x30\x0a" CN "\x0c\x03" "a\x1b%"),
		    "a%1B%25" },
		{ BYTES("\x30\x0e\x31\x0c\x30\x0a" CN "\x0c\x03" "a\xff\n"),
		    "a%FF%0A" },
		{ BYTES("\x30\x0c\x31\x0a\x30\x09" CN "\x0c\x01" "a"),
		    "(unnamed)" },
	};
	char long_name[11 + 100] = "\x30\x6d\x31\x6b\x30\x69" CN;
	char title[CERT_TITLE_MAX + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t_row("row %zu", i);
		cert_title(title, cases[i].name);
		CHECK_STR(title, cases[i].want);
	}
	t_row("cut");
	memcpy(long_name + 11, "\x0c\x62", 2);
	memset(long_name + 13, 'x', 98);
	cert_title(title, (struct span){ long_name, sizeof(long_name) });
	CHECK_INT(strspn(title, "x"), CERT_TITLE_MAX);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "whole", test_whole },
		{ "mutations", test_mutations },
		{ "structure", test_structure },
		{ "names", test_names },
		{ "titles", test_titles },
		{ NULL, NULL }
	};

	return t_main("cert", cases);
}
