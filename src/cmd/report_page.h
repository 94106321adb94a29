/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "page.h"
#include "report_past.h"
#include "status_internal.h"
#include "unfinished.h"

/* All that a report is made of. */
struct report {
	struct page *page;
	const struct status *status;
	const struct report_past *past;
	const struct unfinished *uploads;
};

/* From the doctype to the chain's head: all but the objects. */
void report_page_begin(const struct report *r);

#endif
