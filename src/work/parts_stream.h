/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PARTS_STREAM_H
#define PARTS_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "file.h"
#include "parts.h"
#include "parts_hands.h"
#include "sha256.h"

/*
 * Bytes that can be read once, and nobody knows how many, to one key, proven.
 * There is no copy of the whole: a spool file holds one part at a time, and
 * there is one for each worker.
 *
 *	read	a part into a spool; object id and the part's digest are
 *		computed on the way
 *	whole	the input ends with it, or is empty: it is sent by one PUT
 *		and proven as a file is (upload.h)
 *	parts	one more byte is there.  If the key is free, an upload is
 *		begun, and parts are sent while the next ones are read into
 *		spools that are free; after the last one come Complete and
 *		the proof (parts.h)
 *	compare	something is at the key: the input is read to its end, and
 *		that is read and compared with its object id.  Nothing is
 *		sent
 *
 * No zero-byte part is ever sent, and no Complete without parts (field.md
 * 6.14).  Nothing can be gone on with, as the input is gone: whatever keeps
 * the upload from its end ends it, and only what cannot be ended (the line is
 * down, a signal came) keeps its id.
 */
#define PARTS_STREAM_BLOCK 65536

struct parts_stream;

struct parts_spool {
	struct file_tmp *tmp;		/* empty, nobody else's */
	const char *path;		/* by which a worker opens it */

	/* Private. */
	struct file file;		/* as it is read */
	unsigned number;		/* of the part in it; 0: none */
};

struct parts_stream_source {
	/* Wait so long for bytes or the end: 1; 0: not in time; -1. */
	int (*wait)(struct parts_stream *, int ms, struct err *);

	/* Up to n bytes, waiting for them; 0: the end; -1. */
	ssize_t (*read)(struct parts_stream *, void *p, size_t n,
	    struct err *);

	/*
	 * The input has ended; parts.object_id, hex and size are known.  Only
	 * after 0 may any of it become an object.
	 */
	int (*ended)(struct parts_stream *, struct err *);
};

/* Large: 80 KiB; allocate it. */
struct parts_stream {
	/* Filled in by the caller; all must outlive the run. */
	const struct parts_stream_source *source;
	struct parts_spool *spool;
	unsigned nspools;		/* 1; with a pool, one a worker */
	struct pool *pool;		/* NULL: this process does it all */
	int64_t room;			/* bytes in spools; one part fits */
	int64_t reach;			/* bytes: one more is ERR_PLAN_UNFIT */
	unsigned parts_max;		/* that reach may take */
	bool put_if_none_match;		/* as in upload.h */

	/*
	 * The caller's: client, key, hooks, phase, context, how, offset (which
	 * tells the size of each part, and of a single PUT at most), and what
	 * the store was seen to do.  Results are here, too; attempts counts
	 * PUTs where there are no parts.
	 */
	struct parts parts;

	/* Results. */
	bool whole;			/* by one PUT, or nothing was sent */
	bool stored;			/* something may have been */

	/* Private. */
	struct parts_hands hands;
	struct sha256 of_all, of_part;
	size_t at, have;		/* of block: not yet taken */
	uint8_t block[PARTS_STREAM_BLOCK];
};

/*
 * 0, or -1 with the outcome UPLOAD_FAILED and the errors of upload_run(); also
 * ERR_PLAN_UNFIT, and what source and spool report.  An upload that could not
 * be ended has parts.upload_id.
 */
int parts_stream_run(struct parts_stream *s, struct err *e);

void parts_stream_close(struct parts_stream *s);   /* a zeroed one, twice too */

#endif
