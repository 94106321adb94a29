/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "packet.h"

/* --- Writing -------------------------------------------------------------- */

static void
put(struct packet *p, const void *from, size_t n)
{
	if (p->bad || n > PACKET_MAX - p->len) {
		p->bad = true;
		return;
	}
	if (n > 0)
		memcpy(p->bytes + p->len, from, n);
	p->len += n;
}

void
packet_begin(struct packet *p, unsigned kind)
{
	p->len = PACKET_HEAD;
	p->at = PACKET_HEAD;
	p->bad = false;
	p->bytes[2] = (uint8_t)kind;
	p->bytes[3] = 0;
}

void
packet_put_int(struct packet *p, int64_t n)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	put(p, b, sizeof(b));
}

void
packet_put_text(struct packet *p, struct span text)
{
	const uint8_t n[2] = { (uint8_t)(text.len >> 8), (uint8_t)text.len };

	if (text.len > UINT16_MAX) {
		p->bad = true;
		return;
	}
	put(p, n, sizeof(n));
	put(p, text.p, text.len);
}

bool
packet_seal(struct packet *p)
{
	size_t n = p->len - PACKET_HEAD;

	p->bytes[0] = (uint8_t)(n >> 8);
	p->bytes[1] = (uint8_t)n;
	return !p->bad;
}

/* --- Reading -------------------------------------------------------------- */

int
packet_find(const uint8_t *bytes, size_t n)
{
	size_t len;

	if (n < PACKET_HEAD)
		return 0;
	len = PACKET_HEAD + ((size_t)bytes[0] << 8 | bytes[1]);
	if (len > PACKET_MAX || bytes[3] != 0)
		return -1;
	return len <= n ? (int)len : 0;
}

void
packet_open(struct packet *p, const uint8_t *bytes, size_t n)
{
	BUG_ON(n < PACKET_HEAD || n > PACKET_MAX);
	memcpy(p->bytes, bytes, n);
	p->len = n;
	p->at = PACKET_HEAD;
	p->bad = false;
}

unsigned
packet_kind(const struct packet *p)
{
	return p->bytes[2];
}

/* n bytes that are there, or NULL. */
static const uint8_t *
take(struct packet *p, size_t n)
{
	const uint8_t *at = p->bytes + p->at;

	if (p->bad || n > p->len - p->at) {
		p->bad = true;
		return NULL;
	}
	p->at += n;
	return at;
}

int64_t
packet_take_int(struct packet *p)
{
	const uint8_t *b = take(p, 8);
	uint64_t n = 0;

	for (int i = 0; b != NULL && i < 8; i++)
		n = n << 8 | b[i];
	return (int64_t)n;
}

int64_t
packet_take_within(struct packet *p, int64_t min, int64_t max)
{
	int64_t n = packet_take_int(p);

	if (n >= min && n <= max)
		return n;
	p->bad = true;
	return min;
}

struct span
packet_take_text(struct packet *p)
{
	const uint8_t *n = take(p, 2);
	size_t len = n == NULL ? 0 : (size_t)n[0] << 8 | n[1];
	const uint8_t *at = take(p, len);

	return (struct span){ at == NULL ? "" : (const char *)at,
	    at == NULL ? 0 : len };
}

void
packet_take_string(struct packet *p, char *to, size_t size)
{
	struct span text = packet_take_text(p);

	if (text.len >= size || memchr(text.p, '\0', text.len) != NULL) {
		p->bad = true;
		text.len = 0;
	}
	memcpy(to, text.p, text.len);
	to[text.len] = '\0';
}

int
packet_end(const struct packet *p, struct err *e)
{
	if (!p->bad && p->at == p->len)
		return 0;
	return err_set(e, ERR_IO_ERROR,
	    "a message of another process is malformed");
}
