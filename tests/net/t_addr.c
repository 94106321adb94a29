/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "addr.h"

static struct endpoint
host_of(const char *host)
{
	struct endpoint ep;
	struct err e;

	CHECK_INT(endpoint_parse_host(&ep, span_of(host), &e), 0);
	return ep;
}

static void
test_scope(void)
{
	static const struct {
		const char *address;
		enum addr_scope want;
	} rows[] = {
		{ "127.0.0.1", ADDR_LOOPBACK },
		{ "127.255.255.255", ADDR_LOOPBACK },
		{ "126.255.255.255", ADDR_PUBLIC },
		{ "128.0.0.0", ADDR_PUBLIC },
		{ "0.0.0.0", ADDR_PUBLIC },
		{ "10.0.0.0", ADDR_PRIVATE },
		{ "10.255.255.255", ADDR_PRIVATE },
		{ "11.0.0.0", ADDR_PUBLIC },
		{ "172.15.255.255", ADDR_PUBLIC },
		{ "172.16.0.0", ADDR_PRIVATE },
		{ "172.31.255.255", ADDR_PRIVATE },
		{ "172.32.0.0", ADDR_PUBLIC },
		{ "192.167.255.255", ADDR_PUBLIC },
		{ "192.168.0.0", ADDR_PRIVATE },
		{ "192.169.0.0", ADDR_PUBLIC },
		{ "169.254.1.1", ADDR_PRIVATE },
		{ "169.253.1.1", ADDR_PUBLIC },
		{ "100.64.0.1", ADDR_PUBLIC },
		{ "255.255.255.255", ADDR_PUBLIC },
		{ "[::1]", ADDR_LOOPBACK },
		{ "[::]", ADDR_PUBLIC },
		{ "[::2]", ADDR_PUBLIC },
		{ "[::ffff:127.0.0.1]", ADDR_LOOPBACK },
		{ "[::ffff:10.1.2.3]", ADDR_PRIVATE },
		{ "[::ffff:9.1.2.3]", ADDR_PUBLIC },
		{ "[::127.0.0.1]", ADDR_PUBLIC },
		{ "[fc00::1]", ADDR_PRIVATE },
		{ "[fdff::1]", ADDR_PRIVATE },
		{ "[fe00::1]", ADDR_PUBLIC },
		{ "[fbff::1]", ADDR_PUBLIC },
		{ "[fe80::1]", ADDR_PRIVATE },
		{ "[febf::1]", ADDR_PRIVATE },
		{ "[fec0::1]", ADDR_PUBLIC },
		{ "[2001:db8::1]", ADDR_PUBLIC },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endpoint ep = host_of(rows[i].address);
		struct addr a = { .ipv6 = ep.ipv6 };
		t_row("%s", rows[i].address);
		CHECK_INT(addr_literal(a.ip, &ep), ep.ipv6 ? 16 : 4);
		CHECK_INT(addr_scope_of(&a), rows[i].want);
	}
}

static void
test_literal(void)
{
	uint8_t ip[16];
	struct endpoint ep = host_of("1.2.3.4");

	CHECK_INT(addr_literal(ip, &ep), 4);
	CHECK_MEM(ip, 4, "\1\2\3\4", 4);
	ep = host_of("[1:2::]");
	CHECK_INT(addr_literal(ip, &ep), 16);
	CHECK_MEM(ip, 16, "\0\1\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	ep = host_of("store.example");
	CHECK_INT(addr_literal(ip, &ep), 0);
}

/* --- Resolving, with name servers of all sorts --- */

/* What a resolver says to each family: addresses of 4 and of 6, or an error. */
struct answer {
	int v4, v6, error;
};

struct fake {
	struct addr_lookup lookup;
	const struct answer *answers;	/* by family */
	int asked[3];
};

static void
add(struct addr_list *list, bool ipv6, int n)
{
	while (n-- > 0 && list->count < ADDR_LIST_MAX)
		list->at[list->count++] = (struct addr){ .ipv6 = ipv6,
		    .ip = { 10 } };
}

static int
ask(struct addr_lookup *lookup, const char *host, enum addr_family family,
    struct addr_list *list)
{
	struct fake *f = (struct fake *)(void *)lookup;

	(void)host;
	f->asked[family]++;
	add(list, true, f->answers[family].v6);
	add(list, false, f->answers[family].v4);
	return f->answers[family].error;
}

static const char *
words(int error)
{
	return error == 1 ? "no such name" : "try again";
}

static void
test_lookup(void)
{
	static const struct {
		const char *name, *host;
		bool ipv4_only;
		struct answer answers[3];	/* any, IPv4, IPv6 */
		size_t count;
		int asked[3];
		const char *says;	/* NULL: resolved */
	} rows[] = {
		{ "both", "store.example", false,
		    { { 1, 1, 0 }, { 0 }, { 0 } }, 2, { 1, 0, 0 }, NULL },
		{ "both, IPv4 only", "store.example", true,
		    { { 1, 1, 0 }, { 1, 0, 0 }, { 0 } }, 1, { 0, 1, 0 },
		    NULL },
		/* AAAA answered with NXDOMAIN, SERVFAIL, or not at all. */
		{ "broken AAAA", "store.example", false,
		    { { 0, 0, 1 }, { 2, 0, 0 }, { 0, 0, 1 } }, 2,
		    { 1, 1, 0 }, NULL },
		{ "slow AAAA", "store.example", false,
		    { { 0, 0, 2 }, { 1, 0, 0 }, { 0, 0, 2 } }, 1,
		    { 1, 1, 0 }, NULL },
		{ "broken A", "store.example", false,
		    { { 0, 0, 2 }, { 0, 0, 2 }, { 0, 3, 0 } }, 3,
		    { 1, 1, 1 }, NULL },
		{ "unknown", "store.example", false,
		    { { 0, 0, 1 }, { 0, 0, 1 }, { 0, 0, 1 } }, 0,
		    { 1, 1, 1 },
		    "cannot resolve 'store.example': no such name" },
		{ "unknown, IPv4 only", "store.example", true,
		    { { 0, 0, 1 }, { 0, 0, 2 }, { 0, 0, 1 } }, 0,
		    { 0, 1, 0 }, "cannot resolve 'store.example': try again" },
		{ "nothing", "store.example", false,
		    { { 0 }, { 0 }, { 0 } }, 0, { 1, 1, 1 },
		    "cannot resolve 'store.example': the name has no "
		    "address" },
		{ "many", "store.example", false,
		    { { 50, 50, 0 }, { 0 }, { 0 } }, ADDR_LIST_MAX,
		    { 1, 0, 0 }, NULL },
		{ "localhost", "localhost", false,
		    { { 0 }, { 0 }, { 0 } }, 2, { 0, 0, 0 }, NULL },
		{ "below localhost", "bucket.LocalHost", false,
		    { { 0 }, { 0 }, { 0 } }, 2, { 0, 0, 0 }, NULL },
		{ "localhost, IPv4 only", "localhost", true,
		    { { 0 }, { 0 }, { 0 } }, 1, { 0, 0, 0 }, NULL },
		{ "not localhost", "notlocalhost", false,
		    { { 1, 0, 0 }, { 0 }, { 0 } }, 1, { 1, 0, 0 }, NULL },
		{ "not localhost either", "localhost.example", false,
		    { { 1, 0, 0 }, { 0 }, { 0 } }, 1, { 1, 0, 0 }, NULL },
		{ "IPv4 literal", "192.0.2.1", true,
		    { { 0 }, { 0 }, { 0 } }, 1, { 0, 0, 0 }, NULL },
		{ "IPv6 literal", "[2001:db8::1]", false,
		    { { 0 }, { 0 }, { 0 } }, 1, { 0, 0, 0 }, NULL },
		{ "IPv6 literal, IPv4 only", "[2001:db8::1]", true,
		    { { 0 }, { 0 }, { 0 } }, 0, { 0, 0, 0 },
		    "'2001:db8::1' is an IPv6 address, and only IPv4 may be "
		    "used" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake f = { .lookup = { ask, words },
		    .answers = rows[i].answers };
		struct endpoint ep = host_of(rows[i].host);
		struct addr_list list;
		struct err e = { 0 };
		t_row("%s", rows[i].name);
		int r = addr_resolve(&list, &ep, rows[i].ipv4_only,
		    &f.lookup, &e);
		CHECK_INT(r, rows[i].says != NULL ? -1 : 0);
		CHECK_INT(list.count, rows[i].count);
		CHECK_MEM(f.asked, sizeof(f.asked), rows[i].asked,
		    sizeof(f.asked));
		CHECK_STR(e.msg, rows[i].says != NULL ? rows[i].says : "");
	}
}

static void
test_localhost(void)
{
	struct endpoint ep = host_of("localhost");
	struct addr_list list;
	struct err e;

	CHECK_INT(addr_resolve(&list, &ep, false, NULL, &e), 0);
	for (size_t i = 0; i < list.count; i++)
		CHECK_INT(addr_scope_of(&list.at[i]), ADDR_LOOPBACK);
	CHECK(!list.at[0].ipv6);
	CHECK(list.at[1].ipv6);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "scope", test_scope },
		{ "literal", test_literal },
		{ "lookup", test_lookup },
		{ "localhost", test_localhost },
		{ NULL, NULL }
	};

	return t_main("addr", cases);
}
