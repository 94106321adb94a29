/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef URI_H
#define URI_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "span.h"

/*
 * Percent-encoding.  Decoding needs at most in.len bytes at out; the length,
 * or -1 for a '%' without two hex digits.  plus: '+' stands for a space.
 */
ssize_t uri_decode(char *out, struct span in, bool plus);

/*
 * AWS Signature Version 4's canonical form: all but A-Z a-z 0-9 - . _ ~ is
 * %XX in upper case; slash: '/' stays too.
 */
void uri_encode(struct buf *out, struct span in, bool slash);

/* Whether in, as it stands, has that form; also has as well. */
bool uri_is_canonical(struct span in, const char *also);

#endif
