/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PLAN_FILE_H
#define PLAN_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "plan.h"
#include "span.h"

/*
 * The text of a saved plan: a head, a line an object in order of paths, and
 * an end with the sums.  Its format is in consign-plan(5).
 *
 * Nothing in it comes from a clock: of the same files, settings and history
 * the same bytes are made.  So whether a plan still holds is one comparison
 * a line.
 */
#define PLAN_FILE_SCHEMA "consign.plan.v1"

/* What all lines depend on. */
struct plan_file_head {
	struct span archive_id, store_ref, provider_kind;
	struct span endpoint;		/* URL */
	struct span bucket, region, key_strategy;
	struct span key_prefix;		/* without pointer: none */
	bool key_append_extension;
	int64_t multipart_threshold, multipart_part_size;
	bool force_reupload;
};

/* One object.  Also what plan --json prints. */
struct plan_file_line {
	struct span path;
	struct span object_id;		/* empty: not known */
	int64_t size_bytes, inode, mtime_ns, ctime_ns;	/* row_identify() */
	struct span remote_key;		/* escaped; empty: not known */
	const struct plan_decision *plan;
};

/* Each adds one line to out; whether it fitted, buf_ok() tells. */
void plan_file_write_head(struct buf *out, const struct plan_file_head *h);
void plan_file_write_line(struct buf *out, const struct plan_file_line *l);
void plan_file_write_end(struct buf *out, const struct plan_sums *sums);

/* What selects: the path of a line of a saved plan, and its object id. */
enum plan_file_kind {
	PLAN_FILE_OBJECT,
	PLAN_FILE_END
};

struct plan_file_entry {
	enum plan_file_kind kind;
	struct span path, object_id;	/* in the line, or in scratch */
};

/* ERR_PLAN_UNFIT for what is neither an object's line nor the end's. */
int plan_file_read(struct plan_file_entry *entry, struct span line,
    struct buf *scratch, struct err *e);

/*
 * ERR_PLAN_UNFIT, naming the first field that differs, where the line of a
 * saved plan is not, byte by byte, what it would be now.
 */
int plan_file_compare(struct span saved, struct span now, struct err *e);

#endif
