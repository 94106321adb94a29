/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include <stdint.h>

#include "manifest.h"
#include "report_page.h"

/* What the past left open, the last runs, and the chain's head. */
void report_tables_past(const struct report *r);

/* The table of objects: its begin, and a row of each. */
void report_tables_objects(const struct report *r);
void report_tables_object(const struct report *r,
    const struct manifest_line *line);

/* How many were shown, what the page is not, and its end. */
void report_tables_end(const struct report *r, int64_t shown);

#endif
