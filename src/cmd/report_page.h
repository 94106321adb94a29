/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdint.h>

#include "manifest.h"
#include "page.h"
#include "report_past.h"
#include "status_internal.h"
#include "unfinished.h"

/*
 * The parts of a report, in the order in which they stand on the page; pure
 * but for what page.h does.
 */
struct report {
	struct page *page;
	const struct status *status;
	const struct report_past *past;
	const struct unfinished *uploads;
};

/* From the doctype to the chain's head: all but the objects. */
void report_page_begin(const struct report *r);

/* report_tables.c: what the past left open, the last runs, the head. */
void report_page_past(const struct report *r);

/* The table of objects: its begin, a row of each, its end. */
void report_page_table(const struct report *r);
void report_page_object(const struct report *r,
    const struct manifest_line *line);

/* How many were shown, what the page is not, and the end. */
void report_page_end(const struct report *r, int64_t shown);

#endif
