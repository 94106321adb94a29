/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RECOVER_H
#define RECOVER_H

#include "app.h"
#include "err.h"

/*
 * `ledger rebuild --from-store`: the history of a box that is lost, from the
 * packs (pack.h) that its runs left in a store.  It goes from row 0 as far as
 * packs follow one another, chain and signatures are right, and says where
 * that ends, and why.  Only where there is no ledger; the archive is the one
 * of --archive-id, of consign.yaml, or of the folder's name.
 *
 * 0 where all packs of the store are in it, and an anchor of a known key, if
 * there is one, is not ahead.  ERR_VERIFICATION_FAILED, and what is proven is
 * there all the same, where a pack is missing, is not what it should be, or is
 * not signed; ERR_LEDGER_ROLLED_BACK where an anchor knows more rows, and,
 * with nothing written, where it knows other ones.
 */
int recover_run(struct app *app, struct err *e);

#endif
