/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>

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

void
tier_next(struct buf *out, int tier, const char *store)
{
	buf_printf(out, "consign prove --tier %d%s%s --approve "
	    "--reviewed-by WHO", tier < 0 ? 0 : tier + 1,
	    store != NULL ? " --store " : "", store != NULL ? store : "");
}

const char *
tier_rights(int tier)
{
	static const char *const rights[] = {
		"one small object, named",
		"one object",
		"up to 10 objects",
		"up to 10 objects, and skip what is proven",
		"everything",
	};
	_Static_assert(sizeof(rights) / sizeof(rights[0]) == TIER_LAST + 1,
	    "rights of every tier");

	return rights[tier < 0 ? 0 : tier];
}

int
tier_refuse(int tier, int needed, const char *what, const char *store,
    struct err *e)
{
	char storage[192];
	struct buf next;

	if (tier < 0)
		err_set(e, ERR_TIERED_GATE_UNMET, "%s needs tier %d, and "
		    "this store has proven nothing", what, needed);
	else
		err_set(e, ERR_TIERED_GATE_UNMET, "%s needs tier %d, and "
		    "this store has proven tier %d", what, needed, tier);
	buf_fixed(&next, storage, sizeof(storage));
	tier_next(&next, tier, store);
	return err_advise(e, "next comes: %s", next.data);
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
