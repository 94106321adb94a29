/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_SPOOLS_H
#define PUT_SPOOLS_H

#include "err.h"
#include "parts_stream.h"
#include "rng.h"

/*
 * Where parts of a pipe are kept until they have landed: one file for each
 * worker, or a single one.
 *
 * A worker opens its file by name, ".consign-XXXXXXXX.tmp" in the state folder,
 * for it has none of this process's descriptors.  What a kill leaves of them
 * the next start sweeps (archive_sweep()).  A single one has no name.
 */
struct put_spools {
	struct parts_spool *spool;
	unsigned n;

	/* Private. */
	struct put_spools_file *file;
};

/* n files in folder, which must stay. */
int put_spools_open(struct put_spools *s, const char *folder, unsigned n,
    struct rng *rng, struct err *e);

/* One, in memory, whatever there is on disks. */
int put_spools_memory(struct put_spools *s, struct rng *rng, struct err *e);

void put_spools_close(struct put_spools *s);	/* a zeroed one, twice too */

#endif
