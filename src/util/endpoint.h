/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

#define ENDPOINT_HOST_MAX 253	/* RFC 1035 section 2.3.4, without the dot */

/* Where to connect, and how. */
struct endpoint {
	char host[ENDPOINT_HOST_MAX + 1];	/* lower case, no brackets */
	uint16_t port;
	bool tls;
	bool ipv6;		/* host is an IPv6 literal */
	bool ipv4;		/* host is a dotted IPv4 literal */
};

/*
 * "https://host[:port][/]" or "http://...": no user, path, query, fragment
 * or zone id.  ERR_CONFIG_INVALID with a sentence that says what is wrong.
 */
int endpoint_parse_url(struct endpoint *ep, struct span url, struct err *e);

/* "HOST[:PORT]", which is https.  IPv6 literals stand in brackets. */
int endpoint_parse_host(struct endpoint *ep, struct span host, struct err *e);

/*
 * The value of the Host header: brackets around IPv6, no default port.
 * prefix, where not NULL, is put in front with a dot (virtual-host style).
 */
#define ENDPOINT_HOSTPORT_MAX (63 + 1 + ENDPOINT_HOST_MAX + 2 + 6)
void endpoint_host_header(char out[ENDPOINT_HOSTPORT_MAX + 1],
    const struct endpoint *ep, const char *prefix);

#endif
