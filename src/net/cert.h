/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "endpoint.h"
#include "span.h"

/*
 * A walk over one certificate (RFC 5280 section 4.1), strict DER, for what
 * BearSSL's engine does not tell: which names it is for, its dates, whose
 * signature it bears.  It decides nothing about signatures.
 *
 * Pure: no allocation, no recursion, every length checked against what holds
 * it.  The spans point into der.
 */
struct cert {
	struct span issuer;	/* Name, whole element */
	struct span subject;	/* likewise */
	struct span spki;	/* SubjectPublicKeyInfo, whole element */
	struct span san;	/* inside of GeneralNames; {NULL, 0}: none */
	int64_t not_before;	/* seconds since 1970, may be negative */
	int64_t not_after;
};

/* 0; -1 for anything that is not one whole certificate of version 1 to 3. */
int cert_parse(struct cert *c, struct span der);

/*
 * Is the certificate for this host?  Only subject alternative names count,
 * never a common name (RFC 9525 section 2).  An IP literal must be there
 * as iPAddress, byte for byte; any other name as dNSName, ASCII case ignored,
 * where a whole first label may be "*" and stands for one label (RFC 9525
 * section 6.3).
 */
bool cert_is_for(const struct cert *c, const struct endpoint *ep);

/* Has it a dNSName or an iPAddress at all? */
bool cert_has_names(const struct cert *c);

/*
 * How to call the holder of a Name: its common name, else organisation, else
 * "(unnamed)", escaped as text.h says and cut to CERT_TITLE_MAX bytes.
 */
#define CERT_TITLE_MAX 64
void cert_title(char out[CERT_TITLE_MAX + 1], struct span name);

#endif
