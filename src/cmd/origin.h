/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "archive_conf.h"
#include "err.h"
#include "options.h"
#include "span.h"

/*
 * Where an admitted file comes from, as its row says it: ARCHIVE-ID/SOURCE,
 * and @git:COMMIT behind it where the run names a commit.
 */
#define ORIGIN_COMMIT_MAX 64
#define ORIGIN_MAX (2 * ARCHIVE_CONF_NAME_MAX + 1 + 5 + ORIGIN_COMMIT_MAX)

/* ERR_USAGE where --git-commit is not 40 or 64 lowercase hex digits. */
int origin_check(const struct selection_options *select, struct err *e);

/* Returns out. */
struct span origin_make(char out[ORIGIN_MAX + 1], const char *archive_id,
    const char *source, const struct selection_options *select);

extern const struct field origin_fields[];	/* of selection_options */

#endif
