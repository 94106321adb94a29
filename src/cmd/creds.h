/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CREDS_H
#define CREDS_H

#include <stdbool.h>

#include "err.h"
#include "guard.h"
#include "sigv4.h"
#include "store_conf.h"

/*
 * The credentials of one store, read by reference, once.  Each value is made
 * known to the guard before anything else is done with it, and taken out of
 * the environment.  creds_wipe() on every path out.
 */
#define CREDS_TOKEN_MAX 8192	/* AWS: some 1 KiB; no limit is promised */

/*
 * Shorter secrets can be guessed, and cannot be told from ordinary words by
 * the guard: they are for test servers on the own machine or network.
 */
#define CREDS_SECRET_SHORT 16

struct creds {
	char key_id[SIGV4_KEY_ID_MAX + 1];
	char secret[SIGV4_SECRET_MAX + 1];
	char token[CREDS_TOKEN_MAX + 1];
	struct sigv4_creds as_sigv4;	/* points into the above */
	bool is_short;			/* the secret is */
};

/*
 * files: a reference may name a file, whose first line is the value.  It has
 * to be a regular file of this user's that nobody else may read.
 *
 * ERR_CREDENTIAL_UNSET where a variable is not set or empty, or a file's
 * first line is; ERR_TIERED_GATE_UNMET for a file: reference without files;
 * ERR_CONFIG_INVALID for a value that no provider would give; those of
 * file.h.
 */
int creds_read(struct creds *c, const struct store_conf *sc, bool files,
    struct guard *guard, struct err *e);

/*
 * For what is said before creds_read(), or by a command that needs none of
 * them: it may quote a name that holds a credential, so let the guard know
 * what the references env:NAME name, as far as it is there.
 */
void creds_learn(const struct store_conf *sc, struct guard *guard);

/* The guard learns the signing keys of today and yesterday too. */
int creds_guard_keys(const struct creds *c, const char *region, int64_t now,
    struct guard *guard, struct err *e);

void creds_wipe(struct creds *c);

#endif
