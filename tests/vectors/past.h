/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PAST_H
#define PAST_H

#include <stdint.h>

#include "anchor.h"
#include "buf.h"
#include "key_file.h"
#include "span.h"
#include "vec.h"

/*
 * A small history, made of the rows of a case in vectors/resolve/ (see
 * vectors/README), with numbers, chain and signatures as they have to be.
 */
#define PAST_ROWS 64

struct past {
	size_t n;
	size_t at[PAST_ROWS + 1];	/* where each row begins in text */
	uint8_t chain[PAST_ROWS + 1][CHAIN_LEN];	/* before each */
	int64_t admitted;		/* the last admit row of PAST_PATH */
	struct buf text;
	char bytes[65536];
};

#define PAST_PATH "/srv/a"
#define PAST_TIME "2026-11-22T03:00:00Z"

/* The value of NAME=VALUE among words, or preset. */
struct span past_word(struct span words, const char *name,
    const char *preset);

/* The key NAME: 32 times its first byte. */
void past_key(struct key_file *k, struct span name);

/* sha256: and 64 times that hex digit. */
void past_object(char id[72], char digit);

void past_make(struct past *p, const struct vec *v);

/* The anchor that these words describe, of that history. */
void past_anchor(struct anchor *a, const struct past *p, struct span words);

#endif
