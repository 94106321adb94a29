/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PRODUCER_H
#define PRODUCER_H

#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * Whoever makes our standard input, and how it ended.  The end of a pipe does
 * not tell: a program that was killed closes it, too.  So a script may write
 * exit statuses to a descriptor of its own (--expect-exit), as decimal
 * numbers, one or several.
 */

/* How long the first is waited for, once the input has ended. */
#define PRODUCER_WAIT_MS 60000

/* Was that descriptor handed to us, for reading?  ERR_IO_ERROR. */
int producer_check(uint64_t fd, struct err *e);

/*
 * Read them: 0 where there is one at least, and all are 0.  ERR_IO_ERROR, and
 * ERR_INTERRUPTED.
 */
int producer_ask(uint64_t fd, struct err *e);

/* What was read there; as producer_ask(). */
int producer_judge(struct span text, struct err *e);

#endif
