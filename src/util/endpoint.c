/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "hex.h"
#include "num.h"

#include "endpoint.h"

#define LABEL_MAX 63	/* RFC 1035 section 2.3.4 */

/*
 * No sentence here quotes its subject: what was given may hold a password,
 * as in "https://user:password@host".
 */
static int
refuse(struct err *e, const char *why)
{
	return err_set(e, ERR_CONFIG_INVALID, "%s", why);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Four decimal numbers, written in the one way that all resolvers share. */
static bool
is_ipv4(struct span s)
{
	struct span head;
	uint64_t n;

	for (int i = 0; i < 4; i++) {
		s = span_cut(s, '.', &head);
		if ((s.p == NULL) != (i == 3) || num_u64(head, 255, &n) != 0)
			return false;
	}
	return true;
}

/* RFC 4291 section 2.2; no zone id. */
static bool
is_ipv6(struct span s)
{
	size_t i = 0, groups = 0;
	bool gap = false;

	if (s.len >= 2 && s.p[0] == ':' && s.p[1] == ':') {
		gap = true;
		i = 2;
	}
	while (i < s.len) {
		size_t digits = 0;
		while (i + digits < s.len && hex_digit(s.p[i + digits]) >= 0)
			digits++;
		if (i + digits < s.len && s.p[i + digits] == '.') {
			/* The last four bytes as IPv4. */
			groups += 2;
			if (!is_ipv4((struct span){ s.p + i, s.len - i }))
				return false;
			break;
		}
		if (digits < 1 || digits > 4 || ++groups > 8)
			return false;
		i += digits;
		if (i == s.len)
			break;
		if (s.p[i++] != ':' || i == s.len)
			return false;
		if (s.p[i] == ':') {
			if (gap)
				return false;
			gap = true;
			i++;
		}
	}
	return gap ? groups < 8 : groups == 8;
}

/* A name's label: letters, digits, inner hyphens; "_" is common in LANs. */
static bool
is_label(struct span s)
{
	if (s.len < 1 || s.len > LABEL_MAX || s.p[0] == '-' ||
	    s.p[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

/*
 * Would inet_aton() take the name for an address?  Names that end in a
 * number ("127.1", "0x7f000001", "010.0.0.1") are read as addresses by some
 * resolvers, so only the dotted quad is let through.
 */
static bool
ends_in_number(struct span last)
{
	if (span_starts(last, "0x") || span_starts(last, "0X"))
		return true;
	for (size_t i = 0; i < last.len; i++)
		if (!is_digit(last.p[i]))
			return false;
	return true;
}

static bool
is_name(struct span s)
{
	struct span label;

	do {
		s = span_cut(s, '.', &label);
		if (!is_label(label))
			return false;
	} while (s.p != NULL);
	return !ends_in_number(label);
}

static int
take_host(struct endpoint *ep, struct span host, struct err *e)
{
	if (host.len == 0)
		return refuse(e, "the endpoint has no host");
	if (host.len > ENDPOINT_HOST_MAX)
		return refuse(e, "the endpoint's host name is too long");
	ep->ipv4 = is_ipv4(host);
	if (!ep->ipv4 && !ep->ipv6 && !is_name(host))
		return refuse(e, "the endpoint's host is neither a DNS name "
		    "(ASCII, no trailing dot) nor an IP address");
	for (size_t i = 0; i < host.len; i++) {
		char c = host.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		ep->host[i] = c;
	}
	ep->host[host.len] = '\0';
	return 0;
}

static int
take_port(struct endpoint *ep, struct span port, struct err *e)
{
	uint64_t n;

	if (num_u64(port, UINT16_MAX, &n) != 0 || n == 0)
		return refuse(e, "the endpoint's port is not a number "
		    "from 1 to 65535");
	ep->port = (uint16_t)n;
	return 0;
}

/* "[" IPv6 "]": *s is left at what follows. */
static int
cut_ipv6(struct endpoint *ep, struct span *s, struct span *host,
    struct err *e)
{
	struct span inner = { s->p + 1, s->len - 1 };
	struct span rest = span_cut(inner, ']', host);

	if (rest.p == NULL)
		return refuse(e, "the endpoint's '[' has no ']'");
	if (memchr(host->p, '%', host->len) != NULL)
		return refuse(e, "the endpoint's address has a zone id, "
		    "which is not supported");
	if (!is_ipv6(*host))
		return refuse(e, "what stands in the endpoint's brackets is "
		    "not an IPv6 address");
	if (rest.len > 0 && rest.p[0] != ':')
		return refuse(e, "something other than a port follows the "
		    "endpoint's ']'");
	ep->ipv6 = true;
	*s = rest.len == 0 ? (struct span){ NULL, 0 } :
	    (struct span){ rest.p + 1, rest.len - 1 };
	return 0;
}

/* "HOST[:PORT]"; the port that goes without saying follows from tls. */
static int
take_authority(struct endpoint *ep, struct span s, struct err *e)
{
	struct span host;

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '@')
			return refuse(e, "the endpoint holds a user name or "
			    "password");
	ep->port = ep->tls ? 443 : 80;
	if (s.len > 0 && s.p[0] == '[') {
		if (cut_ipv6(ep, &s, &host, e) != 0)
			return -1;
	} else {
		s = span_cut(s, ':', &host);
	}
	/* An IPv6 address without brackets cannot be told from a port. */
	if (s.p != NULL && memchr(s.p, ':', s.len) != NULL)
		return refuse(e, "the endpoint has more than one ':'; an IPv6 "
		    "address stands in brackets");
	if (take_host(ep, host, e) != 0)
		return -1;
	return s.p != NULL ? take_port(ep, s, e) : 0;
}

int
endpoint_parse_url(struct endpoint *ep, struct span url, struct err *e)
{
	struct span scheme, s = span_cut(url, ':', &scheme);
	size_t n;

	*ep = (struct endpoint){ .tls = span_is_nocase(scheme, "https") };
	if ((!ep->tls && !span_is_nocase(scheme, "http")) ||
	    !span_starts(s, "//"))
		return refuse(e, "the endpoint's URL begins with neither "
		    "https:// nor http://");
	s = (struct span){ s.p + 2, s.len - 2 };

	for (n = 0; n < s.len; n++)
		if (s.p[n] == '/' || s.p[n] == '?' || s.p[n] == '#')
			break;
	if (n + 1 < s.len || (n < s.len && s.p[n] != '/'))
		return refuse(e, "the endpoint's URL has a path or a query; "
		    "give the bucket with --bucket");
	return take_authority(ep, (struct span){ s.p, n }, e);
}

int
endpoint_parse_host(struct endpoint *ep, struct span host, struct err *e)
{
	*ep = (struct endpoint){ .tls = true };
	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] == '/')
			return refuse(e, "the endpoint's host holds a '/'; "
			    "a URL is given with --endpoint");
	return take_authority(ep, host, e);
}

int
endpoint_prepend(struct endpoint *ep, const char *label, struct err *e)
{
	char host[ENDPOINT_HOST_MAX + 1];
	struct buf b;

	if (ep->ipv4 || ep->ipv6) {
		err_set(e, ERR_CONFIG_INVALID,
		    "a bucket cannot go in front of an IP address");
		return err_advise(e, "use --addressing path");
	}
	buf_fixed(&b, host, sizeof(host));
	buf_printf(&b, "%s.%s", label, ep->host);
	if (!buf_ok(&b) || label[strspn(label,
	    "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0') {
		err_set(e, ERR_CONFIG_INVALID,
		    "the bucket '%s' cannot be part of a host's name", label);
		return err_advise(e, "use --addressing path");
	}
	memcpy(ep->host, host, b.len + 1);
	return 0;
}

void
endpoint_host_header(char out[ENDPOINT_HOSTPORT_MAX + 1],
    const struct endpoint *ep)
{
	struct buf b;

	buf_fixed(&b, out, ENDPOINT_HOSTPORT_MAX + 1);
	buf_printf(&b, ep->ipv6 ? "[%s]" : "%s", ep->host);
	if (ep->port != (ep->tls ? 443 : 80))
		buf_printf(&b, ":%u", (unsigned)ep->port);
	BUG_ON(!buf_ok(&b));
}

void
endpoint_url(char out[ENDPOINT_URL_MAX + 1], const struct endpoint *ep)
{
	char host[ENDPOINT_HOSTPORT_MAX + 1];
	struct buf b;

	endpoint_host_header(host, ep);
	buf_fixed(&b, out, ENDPOINT_URL_MAX + 1);
	buf_printf(&b, "http%s://%s", ep->tls ? "s" : "", host);
	BUG_ON(!buf_ok(&b));
}
