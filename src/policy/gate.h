/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "plan.h"

/*
 * The gates that a run passes before any secret is read and before the first
 * request, in this order.  Each has its own words; the first that stops
 * decides.  None of them sees a secret: only references to them.
 */
enum gate {
	GATE_MODE,		/* exactly one of --dry-run and --approve */
	GATE_REVIEWER,		/* --approve goes with --reviewed-by */
	GATE_CREDENTIALS,	/* references; env: only before tier 1 */
	GATE_STORE,		/* kind, endpoint, bucket and region known */
	GATE_OBJECTS,		/* max_objects; all of them can be sent */
	GATE_CEILINGS,		/* requests and bytes */
	GATE_WINDOW,
	GATE_TIER,
	GATE__COUNT
};

#define GATE_REFS 3

/* What is judged.  Ceilings of INT64_MAX are none. */
struct gate_facts {
	bool dry_run, approve;
	const char *reviewed_by;	/* NULL: not given */

	const char *ref[GATE_REFS];	/* of credentials; NULL: none */
	const struct err *settings;	/* what is wrong with the store's;
					   NULL or ERR_NONE: nothing is */

	const struct plan_sums *sums;	/* NULL: no objects, no cost */
	uint64_t max_objects;
	uint64_t max_puts;		/* class A requests of the run */
	uint64_t max_puts_month;
	int64_t month_class_a;		/* counted so far this month */
	uint64_t max_bytes_up, max_bytes_down;

	const char *window;		/* NULL: any time */
	int minute;			/* of the local day */

	int tier;			/* proven: -1 to 4 */
	const char *store;		/* its name for --store, or NULL */
	uint64_t multipart_threshold;	/* smaller objects are small ones */
	bool named, skip_uploaded;	/* see tier.h */
	bool reads;			/* it sends no object: tier 0 will do */
};

/* "mode", "reviewer", ... */
const char *gate_name(enum gate gate);

/*
 * One gate: 0 lets pass, -1 stops, with
 *
 *	MODE		ERR_APPROVAL_REQUIRED; ERR_USAGE for both modes
 *	REVIEWER	ERR_REVIEWER_REQUIRED
 *	CREDENTIALS	ERR_CONFIG_INVALID; ERR_TIERED_GATE_UNMET for file:
 *	STORE		what facts->settings says
 *	OBJECTS		ERR_MAX_OBJECTS_EXCEEDED, ERR_PLAN_UNFIT
 *	CEILINGS	ERR_PUT_CEILING_EXCEEDED
 *	WINDOW		ERR_OUTSIDE_WINDOW, ERR_CONFIG_INVALID
 *	TIER		ERR_TIERED_GATE_UNMET
 */
int gate_check(enum gate gate, const struct gate_facts *facts,
    struct err *e);

/* From first on, all of them: -1 and the first that stops. */
int gate_check_all(enum gate first, const struct gate_facts *facts,
    struct err *e);

#endif
