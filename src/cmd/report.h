/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_H
#define REPORT_H

#include "app.h"
#include "client.h"
#include "history.h"
#include "object.h"

/*
 * How a command says what became of an object: as a line for people, or with
 * --json as a row with the names that receipts use, followed by a row of the
 * run's counters.
 */
struct report_object {
	const char *operation;		/* "upload_object" */
	const char *result_status;	/* "uploaded"; NULL: none */
	struct span path;		/* in its archive; empty: none */
	struct span key;
	const char *hex;		/* of the object id; NULL: not known */
	int64_t size;
	const struct object *object;	/* its generation */
	const char *proof;		/* "rehash", "none" */
	unsigned attempts;
	int64_t bytes_verified;
};

int report_object(struct app *app, const struct report_object *r,
    struct err *e);

/* What receipts call a failure of that kind: "failed_network". */
const char *report_failure(enum err_code code);

/*
 * How a run on an archive ended: with --json a row with its counts and
 * counters; for people a line.
 */
int report_end(struct app *app, const struct history *h, struct err *e);

/* The counters; with --json only. */
int report_counts(struct app *app, const struct client_counts *c,
    struct err *e);

/*
 * A key that can be sent: 1 to 1024 bytes of UTF-8 (Amazon S3 user guide,
 * "Creating object key names"), no control bytes, which some stores and XML
 * listings cannot carry.  ERR_USAGE.
 */
#define REPORT_KEY_MAX 1024
int report_check_key(struct span key, struct err *e);

#endif
