/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PLANNED_H
#define PLANNED_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "lines.h"
#include "plan_file.h"
#include "record.h"
#include "sha256.h"
#include "span.h"

/*
 * A saved plan (consign-plan(5)) that is followed: read beside the walk, a
 * line at a time, each compared with what it would be now.
 *
 * Every fault is ERR_PLAN_UNFIT, naming the plan; else those of file.h.
 */
struct planned {
	/* The next object; at its end has is false. */
	bool has;
	struct plan_file_entry entry;

	char digest[SHA256_HEX_LEN + 1];	/* of the file, at its end */

	/* Private. */
	struct file file;
	struct lines lines;
	struct sha256 hash;
	struct span line;
	struct buf scratch;
	char window[RECORD_SIZE_MAX + 1];
	char scratch_bytes[RECORD_SIZE_MAX];
};

/* head is what its first line would be now. */
int planned_open(struct planned *p, const char *path, struct span head,
    struct err *e);

/* The next line has to be this one; go on to the one behind it. */
int planned_follow(struct planned *p, struct span now, struct err *e);

/* What was planned is not so any more: why, in a few words. */
int planned_unfit(const struct planned *p, const char *why, struct err *e);

void planned_close(struct planned *p);	/* a zeroed one, twice too */

#endif
