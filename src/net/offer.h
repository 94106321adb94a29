/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OFFER_H
#define OFFER_H

#include "bearssl.h"

/*
 * What we offer in TLS, set into a fresh client: TLS 1.2 alone, without
 * renegotiation; ECDHE with ChaCha20-Poly1305 and AES-GCM (RFC 7905, RFC
 * 5289); signatures with SHA-256, SHA-384 and SHA-512.
 *
 * AES comes first where the CPU has instructions for it.  Without them it is
 * up to eight times as dear as ChaCha20, and comes last.
 */
void offer_init(br_ssl_client_context *client);

/* OpenSSL's name of an offered suite: "ECDHE-RSA-AES128-GCM-SHA256". */
const char *offer_suite_name(unsigned id);

#endif
