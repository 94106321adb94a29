/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef WHEREIS_H
#define WHEREIS_H

#include <stdbool.h>
#include <stdint.h>

#include "archive.h"
#include "err.h"
#include "held.h"
#include "manifest.h"
#include "run.h"
#include "span.h"

/*
 * Where an object is on record: by its id, its path, or the key of a place.
 * Of several places that would do, one that is proven comes before one that is
 * only declared, this before one of which it could not be told, and then the
 * first by path.
 */
struct whereis {
	/* One of these; the others without pointer. */
	struct span object_id;		/* sha256:HEX */
	struct span path;		/* as ls prints it */
	struct span key;		/* raw */
};

/*
 * For an archive of several stores: which of them has it, in their order in
 * consign.yaml, proven before declared.  *name is NULL where none has.
 */
int whereis_store(const struct whereis *w, const struct archive *a,
    struct rng *rng, const char **name, struct err *e);

/*
 * Its place in run's store.  1, and held is to be freed; 0 where there is none,
 * with known set where the object is on record all the same; -1.
 */
struct whereis_found {
	struct held held;
	int64_t mtime_ns;		/* of the file that was admitted */
	bool known;
};

int whereis_place(const struct whereis *w, const struct run *run,
    struct whereis_found *found, struct err *e);

#endif
