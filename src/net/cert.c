/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "text.h"
#include "utc.h"

#include "addr.h"

#include "cert.h"

/* Tags, X.690 section 8: universal ones, then context-specific. */
enum {
	BOOLEAN = 0x01,
	INTEGER = 0x02,
	BIT_STRING = 0x03,
	OCTET_STRING = 0x04,
	OID = 0x06,
	UTF8_STRING = 0x0c,
	PRINTABLE_STRING = 0x13,
	TELETEX_STRING = 0x14,
	IA5_STRING = 0x16,
	UTC_TIME = 0x17,
	GENERALIZED_TIME = 0x18,
	SEQUENCE = 0x30,
	SET = 0x31,

	VERSION = 0xa0,
	ISSUER_UNIQUE_ID = 0x81,
	SUBJECT_UNIQUE_ID = 0x82,
	EXTENSIONS = 0xa3,

	DNS_NAME = 0x82,
	IP_ADDRESS = 0x87
};

/* Object identifiers as they stand in a certificate. */
#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_ORGANISATION "\x55\x04\x0a"
#define OID_SUBJECT_ALT_NAME "\x55\x1d\x11"
#define OID_EXT_KEY_USAGE "\x55\x1d\x25"
#define OID_ANY_USAGE "\x55\x1d\x25\x00"
#define OID_SERVER_AUTH "\x2b\x06\x01\x05\x05\x07\x03\x01"

#define IS_OID(s, oid) \
	((s).len == sizeof(oid) - 1 && memcmp((s).p, (oid), (s).len) == 0)

struct element {
	unsigned tag;
	struct span body;	/* contents */
	struct span whole;	/* tag and length too */
};

/* The tag of what comes next; 0, which is no tag in use, at the end. */
static unsigned
peek(struct span s)
{
	return s.len > 0 ? (unsigned char)s.p[0] : 0;
}

/*
 * Cut the first element off *s.  DER: one-byte tags are all there is in a
 * certificate, and a length takes the fewest bytes that hold it.
 */
static int
take(struct span *s, struct element *el)
{
	const unsigned char *p = (const unsigned char *)s->p;
	size_t head = 2, len;

	if (s->len < 2 || (p[0] & 0x1f) == 0x1f)
		return -1;
	len = p[1];
	if (len >= 0x80) {
		size_t n = len & 0x7f;
		if (n < 1 || n > 3 || s->len < 2 + n || p[2] == 0)
			return -1;
		for (len = 0; head < 2 + n; head++)
			len = len << 8 | p[head];
		if (len < 0x80)
			return -1;
	}
	if (len > s->len - head)
		return -1;
	el->tag = p[0];
	el->body = (struct span){ s->p + head, len };
	el->whole = (struct span){ s->p, head + len };
	s->p += head + len;
	s->len -= head + len;
	return 0;
}

static int
take_as(struct span *s, unsigned tag, struct element *el)
{
	return take(s, el) == 0 && el->tag == tag ? 0 : -1;
}

/* The one element of that tag that is all of s: its contents. */
static int
only(struct span s, unsigned tag, struct span *body)
{
	struct element el;

	if (take_as(&s, tag, &el) != 0 || s.len != 0)
		return -1;
	*body = el.body;
	return 0;
}

/* Time, RFC 5280 section 4.1.2.5: YYMMDDHHMMSSZ before 2050, else YYYY... */
static int
take_time(struct span *s, int64_t *t)
{
	char text[UTC_AMZ_LEN + 1];
	struct element el;
	size_t year;

	if (take(s, &el) != 0)
		return -1;
	if (el.tag == UTC_TIME && el.body.len == 13) {
		year = 2;
		memcpy(text, el.body.p[0] < '5' ? "20" : "19", 2);
		memcpy(text + 2, el.body.p, 2);
	} else if (el.tag == GENERALIZED_TIME && el.body.len == 15) {
		year = 4;
		memcpy(text, el.body.p, 4);
	} else {
		return -1;
	}
	/* MMDD, T, HHMMSSZ */
	memcpy(text + 4, el.body.p + year, 4);
	text[8] = 'T';
	memcpy(text + 9, el.body.p + year + 4, 7);
	if (memcmp(text, "1970", 4) < 0) {
		*t = 0;
		return 0;
	}
	return utc_parse_amz((struct span){ text, UTC_AMZ_LEN }, t);
}

/* GeneralNames: looked through here, so that cert_names() may rely on them. */
static int
parse_san(struct cert *c, struct span value)
{
	struct element el;
	struct span s;

	if (c->san.p != NULL || only(value, SEQUENCE, &s) != 0 || s.len == 0)
		return -1;
	c->san = s;
	while (s.len > 0)
		if (take(&s, &el) != 0)
			return -1;
	return 0;
}

static int
parse_usage(struct cert *c, struct span value)
{
	struct element el;
	struct span s;

	if (only(value, SEQUENCE, &s) != 0 || s.len == 0)
		return -1;
	c->for_server = false;
	while (s.len > 0) {
		if (take_as(&s, OID, &el) != 0)
			return -1;
		if (IS_OID(el.body, OID_SERVER_AUTH) ||
		    IS_OID(el.body, OID_ANY_USAGE))
			c->for_server = true;
	}
	return 0;
}

static int
parse_extension(struct cert *c, struct span s)
{
	struct element id, el;

	if (take_as(&s, OID, &id) != 0)
		return -1;
	if (peek(s) == BOOLEAN && take(&s, &el) != 0)
		return -1;
	if (take_as(&s, OCTET_STRING, &el) != 0 || s.len != 0)
		return -1;
	if (IS_OID(id.body, OID_SUBJECT_ALT_NAME))
		return parse_san(c, el.body);
	if (IS_OID(id.body, OID_EXT_KEY_USAGE))
		return parse_usage(c, el.body);
	return 0;
}

static int
parse_extensions(struct cert *c, struct span s)
{
	struct element el;

	if (only(s, SEQUENCE, &s) != 0)
		return -1;
	while (s.len > 0)
		if (take_as(&s, SEQUENCE, &el) != 0 ||
		    parse_extension(c, el.body) != 0)
			return -1;
	return 0;
}

static int
parse_tbs(struct cert *c, struct span s)
{
	struct element el, dates;

	if (peek(s) == VERSION && take(&s, &el) != 0)
		return -1;
	if (take_as(&s, INTEGER, &el) != 0 ||	/* serial number */
	    take_as(&s, SEQUENCE, &el) != 0 ||	/* signature algorithm */
	    take_as(&s, SEQUENCE, &el) != 0)
		return -1;
	c->issuer = el.whole;
	if (take_as(&s, SEQUENCE, &dates) != 0 ||
	    take_time(&dates.body, &c->not_before) != 0 ||
	    take_time(&dates.body, &c->not_after) != 0 ||
	    dates.body.len != 0 || take_as(&s, SEQUENCE, &el) != 0)
		return -1;
	c->subject = el.whole;
	if (take_as(&s, SEQUENCE, &el) != 0)
		return -1;
	c->spki = el.whole;
	if (peek(s) == ISSUER_UNIQUE_ID && take(&s, &el) != 0)
		return -1;
	if (peek(s) == SUBJECT_UNIQUE_ID && take(&s, &el) != 0)
		return -1;
	if (s.len == 0)
		return 0;
	if (take_as(&s, EXTENSIONS, &el) != 0 || s.len != 0)
		return -1;
	return parse_extensions(c, el.body);
}

int
cert_parse(struct cert *c, struct span der)
{
	struct element tbs, el;
	struct span s;

	*c = (struct cert){ .for_server = true };
	if (only(der, SEQUENCE, &s) != 0 ||
	    take_as(&s, SEQUENCE, &tbs) != 0 ||
	    take_as(&s, SEQUENCE, &el) != 0 ||	/* signature algorithm */
	    take_as(&s, BIT_STRING, &el) != 0 || s.len != 0)
		return -1;
	return parse_tbs(c, tbs.body);
}

static bool
dns_name_covers(struct span name, const char *host)
{
	if (name.len >= 2 && name.p[0] == '*' && name.p[1] == '.') {
		host = strchr(host, '.');
		if (host == NULL)
			return false;
		name.p++;
		name.len--;
	}
	return span_is_nocase(name, host);
}

bool
cert_names(const struct cert *c, const struct endpoint *ep)
{
	struct span s = c->san;
	struct element el;
	uint8_t ip[16];
	size_t ip_len = addr_literal(ip, ep);

	while (s.len > 0 && take(&s, &el) == 0) {
		if (ip_len > 0 && el.tag == IP_ADDRESS &&
		    el.body.len == ip_len && memcmp(el.body.p, ip, ip_len) == 0)
			return true;
		if (ip_len == 0 && el.tag == DNS_NAME &&
		    dns_name_covers(el.body, ep->host))
			return true;
	}
	return false;
}

/* AttributeTypeAndValue with a type of text that we can print. */
static int
parse_attribute(struct span s, struct span *type, struct span *text)
{
	struct element id, value;

	if (take_as(&s, OID, &id) != 0 || take(&s, &value) != 0)
		return -1;
	if (value.tag != UTF8_STRING && value.tag != PRINTABLE_STRING &&
	    value.tag != TELETEX_STRING && value.tag != IA5_STRING)
		return -1;
	*type = id.body;
	*text = value.body;
	return 0;
}

void
cert_title(char out[CERT_TITLE_MAX + 1], struct span name)
{
	struct span common = span_of(""), organisation = span_of("");
	struct span s, type, text;
	struct element set, attribute;
	struct buf b;

	if (only(name, SEQUENCE, &s) != 0)
		s.len = 0;
	while (s.len > 0 && take_as(&s, SET, &set) == 0)
		while (set.body.len > 0 &&
		    take_as(&set.body, SEQUENCE, &attribute) == 0) {
			if (parse_attribute(attribute.body, &type, &text) != 0)
				continue;
			if (IS_OID(type, OID_COMMON_NAME))
				common = text;
			else if (IS_OID(type, OID_ORGANISATION))
				organisation = text;
		}
	buf_fixed(&b, out, CERT_TITLE_MAX + 1);
	text_escape(&b, common.len > 0 ? common : organisation);
	if (b.len == 0)
		buf_puts(&b, "(unnamed)");
}
