/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * Messages between processes of this program: a head of four bytes (length of
 * the rest, 16 bits, most significant first; kind; 0), then values in an order
 * that both sides know.  A number has eight bytes, a text two for its length.
 *
 *	packet_begin(p, kind); packet_put_...(); bytes, packet_size(p)
 *	packet_open(p, bytes, n) ... packet_take_...(); packet_end(p, e)
 *
 * Failure is sticky, as in buf.h: what does not fit, or is not there, fails
 * the packet.  A text that is taken points into the packet.
 */
#define PACKET_HEAD 4
#define PACKET_MAX 8192

struct packet {
	size_t len;		/* the head's included */
	size_t at;		/* of what is taken next */
	bool bad;
	uint8_t bytes[PACKET_MAX];
};

void packet_begin(struct packet *p, unsigned kind);
void packet_put_int(struct packet *p, int64_t n);
void packet_put_text(struct packet *p, struct span text);

/* The head is right after this; false: it did not fit. */
bool packet_seal(struct packet *p);

/*
 * Is there a whole packet at the start of n bytes?  Its length; 0: not yet;
 * -1: that is none.
 */
int packet_find(const uint8_t *bytes, size_t n);

/* Those bytes, as found. */
void packet_open(struct packet *p, const uint8_t *bytes, size_t n);
unsigned packet_kind(const struct packet *p);

/* 0 and an empty text where there is none. */
int64_t packet_take_int(struct packet *p);
struct span packet_take_text(struct packet *p);

/* A number within these bounds, else the packet is bad. */
int64_t packet_take_within(struct packet *p, int64_t min, int64_t max);

/* A text into an array, with a NUL; size is the array's. */
void packet_take_string(struct packet *p, char *to, size_t size);

/* Everything was there, and nothing is left: 0, or ERR_IO_ERROR. */
int packet_end(const struct packet *p, struct err *e);

#endif
