/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVE_TIERS_H
#define PROVE_TIERS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "prove_object.h"
#include "run.h"

/*
 * How each tier is proven (contract.md, "Tiers"), and what that costs.  Tier
 * 0 is prove_probe.h's.
 */
#define PROVE_TIERS_LAST 4

/* Large; zeroed at first.  run has begun. */
struct prove_tiers {
	struct run *run;
	char prefix[PROBE_PREFIX_MAX + 1];
	char beside[PATH_MAX];		/* in the state folder */
	struct prove_object object[PROBE_BATCH];
	bool left;			/* some of it may not be removed */
};

/* "an upload in parts": what the tier is proven by. */
const char *prove_tiers_what(int tier);

/* Where nothing has to be sent twice; as gates and reserves want it. */
struct prove_tiers_cost {
	int64_t objects;
	int64_t bytes;			/* each way */
	uint64_t requests[PRICE__COUNT];
};

void prove_tiers_cost(struct prove_tiers_cost *cost, int tier,
    const struct provider *provider);

/*
 * Tier 1 to 4.  0: its objects are sent, proven and on record, and what the
 * tier asks for was seen.  -1: not; what can be removed is removed.
 */
int prove_tiers_run(struct prove_tiers *p, int tier, struct err *e);

/* Remove the objects again. */
int prove_tiers_remove(struct prove_tiers *p, struct err *e);

void prove_tiers_free(struct prove_tiers *p);	/* a zeroed one, twice too */

#endif
