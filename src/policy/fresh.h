/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FRESH_H
#define FRESH_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/*
 * Is what is known of a store fresh enough to be relied on?  contract.md:
 * "status --max-age".  Times are since 1970; -1 is never.
 */
#define FRESH_AHEAD_S 300	/* by how much clocks may differ */

struct fresh {
	const char *store;	/* what messages call it */
	const char *lapsed;	/* what of its settings is not as it was
				   proven: "the bucket"; NULL: nothing */
	int64_t complete_at;	/* the last run that found every selected
				   object current or proven ended then */
	int64_t newest_proof;	/* of any object */
};

/*
 * 0 where a complete run ended within max_age_ms before now, at the same
 * place, and no time is more than FRESH_AHEAD_S ahead.  Else ERR_NOT_FOUND.
 */
int fresh_check(const struct fresh *f, int64_t now, uint64_t max_age_ms,
    struct err *e);

#endif
