/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "keyring.h"
#include "ledger_reading.h"
#include "signatures.h"

/*
 * consign ledger verify: the chain, the signatures, and how far the manifest
 * knows the ledger.
 */
int ledger_verify_run(struct ledger_reading *r, struct err *e);

/* The same for others: v is zeroed, and to be closed.  13 KiB. */
struct ledger_verify {
	struct keyring ring;
	struct signatures signatures;
};

/* Read and check all of it, without a word; r->scan is at its end then. */
int ledger_verify_read(struct ledger_verify *v, struct ledger_reading *r,
    struct err *e);

void ledger_verify_close(struct ledger_verify *v);

#endif
