/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MANIFEST_UPDATE_H
#define MANIFEST_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "guard.h"

struct rng;

/*
 * Write the manifest as it is at the ledger's end (view.h): it replaces the
 * old one at once, or, where there was no new row, that is left alone.
 *
 * rows and objects are set: how many are in it.  objects is FORM_NONE where
 * it was left alone.
 *
 * Errors are those of view_open(), and ERR_SECRET_GUARD; the manifest is then
 * as it was.
 */
struct manifest_update {
	const char *manifest, *ledger;	/* paths */
	const struct guard *guard;
	struct rng *rng;
	bool anew;		/* as if there were no manifest */

	int64_t rows, objects;
};

int manifest_update(struct manifest_update *u, struct err *e);

#endif
