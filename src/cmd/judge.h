/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef JUDGE_H
#define JUDGE_H

#include <limits.h>
#include <stdbool.h>

#include "err.h"
#include "items.h"
#include "manifest.h"
#include "plan.h"
#include "span.h"
#include "walk.h"

/*
 * What becomes of one file: what history says of its path, whether its bytes
 * are known, which key they get, and the verdict.  A part of items.h, whose
 * item it fills in.
 */
#define JUDGE_KEY_MAX 4096		/* more than any store takes */
#define JUDGE_CANONICAL_MAX (3 * PATH_MAX + WALK_PATH_MAX)

struct judge {
	struct plan_rules plan;

	/* Private. */
	const struct items_rules *rules;
	bool has_line, is_over;
	struct manifest_line line;	/* the next one, or that of an item */

	/* What an item points into. */
	char canonical[JUDGE_CANONICAL_MAX + 1];
	char raw[WALK_PATH_MAX + 1];	/* its path, as keys take it */
	char key[JUDGE_KEY_MAX + 1];
	char key_text[3 * JUDGE_KEY_MAX + 1];
};

void judge_init(struct judge *j, const struct items_rules *rules);

/*
 * Files come in order of paths, with kind, path, os_path, id and source set;
 * the rest is filled in.  One that cannot be hashed gets another kind.
 */
struct judge_ask {
	const char *root;		/* real folder of the source */
	bool follow_links;
	struct span object_id;		/* known from elsewhere, or empty */
};

int judge_item(struct judge *j, struct item *item,
    const struct judge_ask *ask, struct err *e);

#endif
