/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef KEYRING_H
#define KEYRING_H

#include <stdbool.h>

#include "ecdsa.h"
#include "err.h"
#include "key_file.h"
#include "span.h"
#include "writers.h"

/*
 * The public keys that signatures are checked with: those of writers.yaml,
 * and those that are on this machine (keys/NAME.pub in the state folder).
 * Only the former say who may write what; see grant.h.  Large.
 */
struct keyring {
	bool has_writers;
	const char *path;		/* of writers.yaml */
	struct writers writers;
	struct key_file_ring here;
};

/*
 * state is the state folder, or one like it.  writers is a path, or NULL:
 * WRITERS_PATH, where it may be missing or not for this user to read.
 * ERR_IO_ERROR; ERR_CONFIG_INVALID "PATH: LINE:COLUMN: ...".  r is to be
 * closed in every case.
 */
int keyring_open(struct keyring *r, const char *state, const char *writers,
    struct err *e);

/* NULL: nobody knows that key. */
const uint8_t *keyring_find(const struct keyring *r, struct span id);

/* What people call it, or NULL. */
const char *keyring_name(const struct keyring *r, struct span id);

/* Is the private key on this machine, by its public one beside it? */
bool keyring_is_here(const struct keyring *r, struct span id);

void keyring_close(struct keyring *r);	/* a zeroed one, too */

#endif
