/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WRONG_H
#define WRONG_H

#include <stdbool.h>

#include "client.h"
#include "err.h"
#include "object.h"
#include "span.h"

/*
 * A generation of ours that was proven wrong, and the file is still what was
 * sent.  It is removed where that can touch nobody else's: the answer to our
 * own write has to name it in a way that this store's DELETE honours, which
 * is a version id in a versioned bucket, and elsewhere an ETag if the store
 * was seen to refuse another one.
 */
struct wrong {
	/* Filled in by the caller. */
	struct client *client;
	struct span key;
	const struct object *told;	/* by the answer to our own write */
	bool versioned;
	bool delete_if_match;

	/* Results. */
	bool deleted;		/* it was removed, */
	bool left;		/* or it may still be there */
};

/* Whatever becomes of it: ERR_VERIFICATION_FAILED, and -1. */
int wrong_remove(struct wrong *w, struct err *e);

#endif
