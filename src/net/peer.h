/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bearssl.h"

#include "cert.h"
#include "endpoint.h"
#include "err.h"
#include "span.h"
#include "trust.h"

/*
 * Is the server who it should be?  An X.509 engine for BearSSL that decides
 * by one of two rules, and by nothing else; no option turns it off.
 *
 * Without a pin: the chain is validated by BearSSL's minimal engine against
 * the trust anchors at the given time (RSA of 2048 bits or more, SHA-2 only),
 * and the first certificate must name the host (cert_names()) and be usable
 * by a server.
 *
 * With a pin: the first certificate's public key must be the pinned one.
 * The pin stands in place of chain, name and dates, as RFC 7671 section 5.1
 * has it for a bare key: what is trusted is the key, which the handshake
 * proves the server to hold.
 *
 * Not checked, because the engine cannot: revocation, and name constraints
 * that an authority did not mark as critical (critical ones are refused).
 */
#define PEER_CERT_MAX 16384	/* bytes of one certificate */
#define PEER_CHAIN_MAX 16	/* certificates */

/* SHA-256 of the SubjectPublicKeyInfo, as RFC 7469 section 2.4 has it. */
struct peer_pin {
	uint8_t sha256[32];
};

/* "sha256/" and 44 characters of base64; ERR_CONFIG_INVALID for others. */
#define PEER_PIN_LEN (7 + 44)
int peer_pin_parse(struct peer_pin *pin, struct span text, struct err *e);
void peer_pin_text(char out[PEER_PIN_LEN + 1], const struct peer_pin *pin);

/* What to check; all that it points to outlives the handshake. */
struct peer_check {
	const struct endpoint *ep;
	const struct trust *trust;	/* unused with a pin */
	const struct peer_pin *pin;	/* NULL: none */
	int64_t now_s;			/* since 1970 */
};

/* The caller's; a br_x509_class by its first member. */
struct peer {
	const br_x509_class *vtable;
	struct peer_check check;
	struct peer_pin seen;		/* the key of the first certificate */
	size_t count;			/* certificates seen; 0: no handshake,
					   or a resumed one */
	char issuer[CERT_TITLE_MAX + 1];	/* who issued the last one */

	/* Private. */
	union {
		br_x509_minimal_context chain;	/* without a pin */
		br_x509_decoder_context leaf;	/* with one */
	} engine;
	uint8_t der[PEER_CERT_MAX];	/* the certificate at hand */
	size_t der_len;
	unsigned status;		/* our own BR_ERR_X509_*, or 0 */
	bool has_names;			/* the first has alternative names */
	bool is_named;			/* the host is among them */
	bool for_server;
	bool self_signed;		/* by its names */
	char title[CERT_TITLE_MAX + 1];	/* whose the first is */
	struct {
		bool found;		/* one that is out of its dates */
		char title[CERT_TITLE_MAX + 1];
		int64_t not_before, not_after;
	} stale;
};

void peer_init(struct peer *p, const struct peer_check *check);

/*
 * The sentence and the advice for a BearSSL error of the X.509 range, 33 to
 * 63: ERR_TLS_UNTRUSTED, with what was seen of the chain.  Returns -1.
 */
int peer_explain(const struct peer *p, int br_err, struct err *e);

#endif
