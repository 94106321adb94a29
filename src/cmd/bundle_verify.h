/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BUNDLE_VERIFY_H
#define BUNDLE_VERIFY_H

#include "err.h"
#include "ledger_reading.h"

/*
 * `ledger verify --bundle DIR`: all that a bundle holds, checked without an
 * archive: every file against the index, the chain, each receipt against its
 * row, the signatures, and each anchor of a known key against the chain.
 *
 * Writers are those of --writers, or else the bundle's own, of which it says
 * that they prove nothing: whoever made the bundle wrote them.
 *
 * r has app, scratch, and no archive.  ERR_VERIFICATION_FAILED,
 * ERR_LEDGER_BROKEN (naming the first row that is wrong),
 * ERR_LEDGER_ROLLED_BACK.
 */
int bundle_verify_run(struct ledger_reading *r, struct err *e);

#endif
