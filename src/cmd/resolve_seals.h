/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESOLVE_SEALS_H
#define RESOLVE_SEALS_H

#include "resolve_rules.h"
#include "writers.h"

/*
 * The signatures over the rows that are used, and the last one: sets admit,
 * proof and last of the facts, whose carrier was read.
 */
void resolve_seals_check(struct resolve_facts *f, const struct writers *w);

#endif
