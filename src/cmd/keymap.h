/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef KEYMAP_H
#define KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "sha256.h"
#include "span.h"

/*
 * Which object is at which key, as somebody says: a file of lines, each
 *
 *	sha256:HEX <tab> KEY
 *
 * or a JSON object with object_id and remote_key, among others, as this
 * program prints them.  Keys are in the %XX form of text.h.  A byte order
 * mark at the start and a carriage return before a line feed are passed over;
 * there are no comments and no empty lines.
 *
 * It holds as a whole or not at all: whatever is wrong with one line is wrong
 * with the map.  All of it is in memory, so it is bounded.
 */
#define KEYMAP_ROWS_MAX 200000
#define KEYMAP_BYTES_MAX (64 << 20)	/* of all keys */

struct keymap {
	size_t n;

	/* Private. */
	struct keymap_entry {
		uint8_t digest[SHA256_LEN];
		size_t at, len;		/* of the key */
		const char *key;	/* once all are there */
		int line;
	} *entry;			/* by digest, each once */
	size_t room;
	struct buf keys;
};

/*
 * ERR_CONFIG_INVALID, naming the line: not of that form, one object at two
 * keys, two objects at one key, too much.  ERR_PLAN_UNFIT: a key that cannot
 * be one of this object, see keymap_check().  Those of file.h.
 */
int keymap_load(struct keymap *map, const char *path, struct err *e);

/* The raw key of an object; false: it has none. */
bool keymap_find(const struct keymap *map, const uint8_t digest[SHA256_LEN],
    struct span *key);

/*
 * The binding rule.  ERR_PLAN_UNFIT for a key that bears a digest (64 hex
 * digits, no more) which is not this object's, that is among our own records,
 * or that no store takes.
 */
int keymap_check(struct span key, const uint8_t digest[SHA256_LEN],
    struct err *e);

void keymap_free(struct keymap *map);	/* a zeroed one, twice too */

#endif
