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
 * Put a label and a dot in front of the host: the bucket, in virtual-host
 * style.  ERR_CONFIG_INVALID where the host is an address, or gets too long,
 * or the label is none (RFC 1123 section 2.1: [a-z0-9-] and, for old buckets,
 * dots).
 */
int endpoint_prepend(struct endpoint *ep, const char *label, struct err *e);

/* The value of the Host header: brackets around IPv6, no default port. */
#define ENDPOINT_HOSTPORT_MAX (ENDPOINT_HOST_MAX + 2 + 6)
void endpoint_host_header(char out[ENDPOINT_HOSTPORT_MAX + 1],
    const struct endpoint *ep);

/* "https://host[:port]", the same for all that mean the same. */
#define ENDPOINT_URL_MAX (8 + ENDPOINT_HOSTPORT_MAX)
void endpoint_url(char out[ENDPOINT_URL_MAX + 1], const struct endpoint *ep);

#endif
