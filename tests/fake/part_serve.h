/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PART_SERVE_H
#define PART_SERVE_H

#include "part_store.h"

/* What the store in memory (part_store.h) does; for part_store.c only. */

/* The request at hand is complete: do it, and have the answer ready. */
void part_serve(struct part_store *s);

/* What follows name in the head, up to any of the ends; "" for none. */
const char *part_serve_value(const struct part_store *s, const char *name,
    const char *ends, char out[80]);

/* The upload is over: its parts go. */
void part_serve_close(struct part_store_upload *u);

#endif
