/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PART_STORE_H
#define PART_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "conn.h"
#include "dialer.h"
#include "rng.h"

/*
 * A store in memory for one object that is sent in parts, over a line that
 * breaks: HEAD, GET with Range, the five requests of multipart uploads, and
 * the list of unfinished ones.  Conditions are honoured, parts must be listed
 * with their ETags, and a request counts only when all of it came.
 *
 * It is dialer, connection, clock and random source in one; time passes in
 * sleeps and waits.
 */
#define PART_STORE_PARTS 100
#define PART_STORE_UPLOADS 64

struct part_store_upload {
	bool open;
	struct part_store_part {
		char *data;		/* NULL: it never came */
		size_t size;
		char etag[33];
	} part[PART_STORE_PARTS];
};

struct part_store {
	struct dialer dialer;
	struct conn conn;
	struct clock clock;
	struct rng rng;

	/*
	 * The line breaks when so many more bytes have moved on it, both
	 * ways; it can be made anew at once.  -1: never.
	 */
	int64_t cut_in;

	/* What there is. */
	char *object;			/* NULL: nothing */
	size_t size;
	char etag[64];
	size_t uploads;			/* begun; ids are u0, u1 ... */
	struct part_store_upload upload[PART_STORE_UPLOADS];

	/* What happened. */
	unsigned requests, parts, cuts;
	int64_t part_bytes;		/* of parts that came whole */

	/* Private. */
	char head[8192];
	size_t head_len;
	char *body;
	size_t body_size, body_len;
	char *out;
	size_t out_len, out_at;
	bool in_body, broken;
	int64_t mono;
};

void part_store_init(struct part_store *s);
void part_store_free(struct part_store *s);

/* Uploads that are neither completed nor aborted. */
size_t part_store_open(const struct part_store *s);

#endif
