/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "err.h"
#include "ledger_reading.h"

/*
 * consign ledger checkpoint: sign the rows that are not signed yet, such as
 * those from before there was a key.  That vouches for them, and so takes a
 * person's word, and a ledger that is read and well: then it writes the rows
 * begin, end and checkpoint.
 */
int ledger_checkpoint_run(struct ledger_reading *r, struct err *e);

#endif
