/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "span.h"

/*
 * A walk over one certificate (RFC 5280 section 4.1), strict DER, for what
 * BearSSL's engine does not tell or look at: whom it names, its dates, whose
 * signature it bears, what it may be used for.  It does not check signatures.
 *
 * Pure: no allocation, no recursion, every length checked against what holds
 * it.  The spans point into the certificate.
 */
struct cert {
	struct span issuer;	/* Name: the whole element */
	struct span subject;	/* likewise */
	struct span spki;	/* SubjectPublicKeyInfo: the whole element */
	struct span san;	/* GeneralNames, contents; {NULL, 0}: none */
	int64_t not_before;	/* since 1970; 0 for what is before */
	int64_t not_after;
	bool for_server;	/* its extended key usage allows it, or there
				   is none (RFC 5280 section 4.2.1.12) */
};

/* 0; -1 for what is not exactly one certificate. */
int cert_parse(struct cert *c, struct span der);

/*
 * Does the certificate name this host?  Only subject alternative names count,
 * never a common name (RFC 9525 section 2).  An IP literal must stand there
 * as iPAddress, byte for byte; any other name as dNSName, ASCII case ignored,
 * where "*" may be the whole first label and stands for one label (RFC 9525
 * section 6.3).
 */
bool cert_names(const struct cert *c, const struct endpoint *ep);

/*
 * How to call whom a Name means: its common name, else its organisation, else
 * "(unnamed)"; escaped as text.h says and cut to CERT_TITLE_MAX bytes.  It is
 * the peer's text, for messages about whom not to trust.
 */
#define CERT_TITLE_MAX 64
void cert_title(char out[CERT_TITLE_MAX + 1], struct span name);

#endif
