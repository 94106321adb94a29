/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PUT_OBJECT_H
#define PUT_OBJECT_H

#include <limits.h>

#include "app.h"
#include "archive.h"
#include "items.h"
#include "job.h"
#include "report.h"
#include "run.h"

/*
 * One object put/KEY of an archive, whether it comes from a file or from
 * standard input:
 *
 *	put_object_open(p, app, e);
 *	... item.canonical, item.id, item.object_id: the caller's, once known
 *	put_object_recall(p, e);
 *	put_object_count(p, parts, size, unfit);	and run_gate()
 *	put_object_live(p, send, e);
 *	put_object_close(p);				in every case
 */
#define PUT_OBJECT_SOURCE "put"	/* no source has the name */

/* Large: allocate it. */
struct put_object {
	struct app *app;
	struct archive archive;
	struct run run;
	struct item item;		/* its path and key are set */
	struct plan_sums sums;
	struct job job;			/* job_free() is done here */
	bool endless;			/* nobody knows how long it gets */

	/* Private. */
	struct view *view;		/* holds the line of the path */
	struct manifest_line line;
	char path[sizeof(PUT_OBJECT_SOURCE) + 3 * REPORT_KEY_MAX + 1];
	char canonical[3 * PATH_MAX + 1];
};

int put_object_open(struct put_object *p, struct app *app, struct err *e);

/* Where its bytes come from, on this machine: consign-path-1, escaped. */
void put_object_from(struct put_object *p, const char *real);

/* What history says of the path and, by item.object_id, of these bytes. */
int put_object_recall(struct put_object *p, struct err *e);

/*
 * Into sums, as a plan of one object; whether it is there already is not
 * known yet.  parts is NULL where it cannot be sent, as unfit says.
 */
void put_object_count(struct put_object *p, const struct parts_plan *parts,
    int64_t size, const struct err *unfit);

/* An earlier upload of other bytes than the job's, of its name, ends first. */
int put_object_end_earlier(struct put_object *p, struct err *e);

/* The run, from its first row to its last, with send() in between. */
int put_object_live(struct put_object *p,
    int (*send)(struct put_object *, struct err *), struct err *e);

void put_object_close(struct put_object *p);

#endif
