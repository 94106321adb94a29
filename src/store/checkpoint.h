/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "chain.h"
#include "ecdsa.h"
#include "row.h"
#include "span.h"
#include "spki.h"

/*
 * Signatures of a chain: of checkpoint rows, and of anchors.  What is signed
 * is SHA-256 of the 32 raw bytes of a chain value: that before the row.  As
 * this stands for all rows up to there, so does the signature.
 *
 * Rows are covered by the first checkpoint behind them: its writer is theirs.
 */
#define CHECKPOINT_SIG_HEX_LEN (2 * ECDSA_SIG_LEN)

struct key_file;

/* The texts that a row_checkpoint points to. */
struct checkpoint {
	char writer[SPKI_ID_LEN + 1];
	char sig[CHECKPOINT_SIG_HEX_LEN + 1];
};

/* Sign the chain value: that of l->mark, where a row is to be appended. */
void checkpoint_sign(struct checkpoint *c, const struct key_file *key,
    const uint8_t previous[CHAIN_LEN]);

/*
 * Did the key of that point sign the chain value?  sig is as a row has it:
 * anything but 128 lowercase hex digits is false.
 */
bool checkpoint_verify(struct span sig, const uint8_t point[ECDSA_POINT_LEN],
    const uint8_t previous[CHAIN_LEN]);

#endif
