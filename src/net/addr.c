/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <arpa/inet.h>
#include <string.h>

#include "span.h"

#include "addr.h"

static const uint8_t mapped[12] = {	/* ::ffff:0:0/96 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
};

static const uint8_t loopback6[16] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
};

size_t
addr_literal(uint8_t ip[16], const struct endpoint *ep)
{
	if (ep->ipv4 && inet_pton(AF_INET, ep->host, ip) == 1)
		return 4;
	if (ep->ipv6 && inet_pton(AF_INET6, ep->host, ip) == 1)
		return 16;
	return 0;
}

static enum addr_scope
scope_ipv4(const uint8_t ip[4])
{
	if (ip[0] == 127)
		return ADDR_LOOPBACK;
	if (ip[0] == 10 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) ||
	    (ip[0] == 192 && ip[1] == 168) || (ip[0] == 169 && ip[1] == 254))
		return ADDR_PRIVATE;
	return ADDR_PUBLIC;
}

enum addr_scope
addr_scope_of(const struct addr *a)
{
	if (!a->ipv6)
		return scope_ipv4(a->ip);
	if (memcmp(a->ip, mapped, sizeof(mapped)) == 0)
		return scope_ipv4(a->ip + sizeof(mapped));
	if (memcmp(a->ip, loopback6, sizeof(loopback6)) == 0)
		return ADDR_LOOPBACK;
	/* fc00::/7 and fe80::/10 */
	if ((a->ip[0] & 0xfe) == 0xfc ||
	    (a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80))
		return ADDR_PRIVATE;
	return ADDR_PUBLIC;
}

static bool
is_localhost(const char *host)
{
	static const char suffix[] = ".localhost";
	size_t n = strlen(host), m = sizeof(suffix) - 1;

	return strcmp(host, suffix + 1) == 0 ||
	    (n > m && strcmp(host + n - m, suffix) == 0);
}

static void
add_loopback(struct addr_list *list, bool ipv4_only)
{
	list->at[list->count++] = (struct addr){ .ip = { 127, 0, 0, 1 } };
	if (!ipv4_only) {
		struct addr *a = &list->at[list->count++];
		*a = (struct addr){ .ipv6 = true };
		memcpy(a->ip, loopback6, sizeof(a->ip));
	}
}

static int
look_up(struct addr_list *list, const char *host, bool ipv4_only,
    struct addr_lookup *lookup, struct err *e)
{
	static const enum addr_family order[] = {
		ADDR_ANY, ADDR_IPV4, ADDR_IPV6
	};
	int first_error = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (ipv4_only && order[i] != ADDR_IPV4)
			continue;
		list->count = 0;
		int r = lookup->ask(lookup, host, order[i], list);
		if (list->count > 0)
			return 0;
		if (first_error == 0)
			first_error = r;
	}
	return err_set(e, ERR_UNRESOLVED, "cannot resolve '%s': %s", host,
	    first_error != 0 ? lookup->strerror(first_error) :
	    "the name has no address");
}

int
addr_resolve(struct addr_list *list, const struct endpoint *ep,
    bool ipv4_only, struct addr_lookup *lookup, struct err *e)
{
	struct addr literal = { .ipv6 = ep->ipv6 };

	list->count = 0;
	if (addr_literal(literal.ip, ep) > 0) {
		if (ipv4_only && literal.ipv6)
			return err_set(e, ERR_CONFIG_INVALID, "'%s' is an IPv6 "
			    "address, and only IPv4 may be used", ep->host);
		list->at[list->count++] = literal;
		return 0;
	}
	if (is_localhost(ep->host)) {
		add_loopback(list, ipv4_only);
		return 0;
	}
	return look_up(list, ep->host, ipv4_only, lookup, e);
}
