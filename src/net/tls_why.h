/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TLS_WHY_H
#define TLS_WHY_H

#include <stdbool.h>

#include "endpoint.h"
#include "err.h"

/*
 * The sentence and the advice for an error of BearSSL's TLS engine: its own
 * numbers (bearssl_ssl.h), 256 + n for an alert that was received, 512 + n
 * for one that was sent (RFC 5246 section 7.2).  Errors about certificates
 * are peer_explain()'s.
 *
 * ERR_TLS_UNTRUSTED for what another attempt will not change, else
 * ERR_UNREACHABLE.  shaking: the handshake was not yet done.  Returns -1.
 */
int tls_why(const struct endpoint *ep, int br_err, bool shaking,
    struct err *e);

#endif
