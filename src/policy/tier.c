/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>

#include "buf.h"

#include "tier.h"

int
tier_needed(const struct tier_ask *ask)
{
	if (ask->objects == 0)
		return TIER_NONE;
	if (ask->objects == 1)
		return ask->named && ask->small ? 0 : 1;
	if (ask->objects <= TIER_BATCH)
		return 2;
	if (ask->skip_uploaded && ask->unproven <= TIER_BATCH)
		return 3;
	return TIER_LAST;
}

bool
tier_allows(int tier, const struct tier_ask *ask)
{
	/* The probe comes by itself. */
	return tier_needed(ask) <= (tier < 0 ? 0 : tier);
}

int
tier_refuse(int tier, int needed, const char *what, const char *store,
    struct err *e)
{
	if (tier < 0)
		err_set(e, ERR_TIERED_GATE_UNMET, "%s needs tier %d, and "
		    "this store has proven nothing", what, needed);
	else
		err_set(e, ERR_TIERED_GATE_UNMET, "%s needs tier %d, and "
		    "this store has proven tier %d", what, needed, tier);
	return err_advise(e, "next comes: consign prove --tier %d%s%s "
	    "--approve --reviewed-by WHO", tier < 0 ? 0 : tier + 1,
	    store != NULL ? " --store " : "", store != NULL ? store : "");
}

int
tier_check(int tier, const struct tier_ask *ask, const char *store,
    struct err *e)
{
	char what[64];
	struct buf b;

	if (tier_allows(tier, ask))
		return 0;
	buf_fixed(&b, what, sizeof(what));
	if (ask->objects > 1)
		buf_printf(&b, "a run of %lld objects",
		    (long long)ask->objects);
	else
		buf_puts(&b, ask->small ? "an object not named by --only" :
		    "an object to be sent in parts");
	return tier_refuse(tier, tier_needed(ask), what, store, e);
}
