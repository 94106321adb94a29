/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialer.h"
#include "endpoint.h"
#include "err.h"

/*
 * From a host's name to addresses.  Pure but for the lookup that is handed
 * in, so that each way in which name servers fail can be tested from a table.
 */
struct addr {
	bool ipv6;
	uint8_t ip[16];		/* network order; the first 4 for IPv4 */
	uint32_t zone;		/* IPv6 scope id of a looked-up address; or 0 */
};

#define ADDR_LIST_MAX 32	/* more are ignored */

struct addr_list {
	struct addr at[ADDR_LIST_MAX];
	size_t count;
};

enum addr_family { ADDR_ANY, ADDR_IPV4, ADDR_IPV6 };

/*
 * Asks the resolver for host and appends what it says.  Returns 0, or the
 * resolver's own error number, for which strerror() here has the text.
 */
struct addr_lookup {
	int (*ask)(struct addr_lookup *, const char *host,
	    enum addr_family, struct addr_list *);
	const char *(*strerror)(int);
};

/*
 * The addresses of ep, in the order in which to try them; with ipv4_only
 * none of IPv6.
 *
 * Literals need no lookup.  "localhost" and names below it are the loopback
 * addresses and are never asked for (RFC 6761 section 6.3).  Every other name
 * is asked for in both families at once; when that fails, for IPv4 and then
 * for IPv6 alone, because many home routers answer a question for AAAA with
 * an error that hides a good A record.
 *
 * ERR_UNRESOLVED when there is no address; ERR_CONFIG_INVALID for an IPv6
 * literal with ipv4_only.
 */
int addr_resolve(struct addr_list *list, const struct endpoint *ep,
    bool ipv4_only, struct addr_lookup *lookup, struct err *e);

/*
 * How far away an address is (RFC 1918, RFC 3927, RFC 4193, RFC 4291); an
 * IPv4-mapped address counts as the one inside.  What is none of these is
 * public, the unspecified address too.
 */
enum addr_scope addr_scope_of(const struct addr *a);

/* A host that is an IP literal: its bytes (4 or 16); 0 for a name. */
size_t addr_literal(uint8_t ip[16], const struct endpoint *ep);

#endif
