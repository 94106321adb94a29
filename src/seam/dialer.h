/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DIALER_H
#define DIALER_H

#include <stdint.h>

#include "conn.h"
#include "endpoint.h"
#include "err.h"

/* How far away an address is; each includes the ones before it. */
enum addr_scope {
	ADDR_LOOPBACK,	/* 127.0.0.0/8, ::1 */
	ADDR_PRIVATE,	/* RFC 1918, RFC 4193, link-local */
	ADDR_PUBLIC
};

/*
 * Makes connections.  main.c alone builds the real one, and only for a
 * command and mode that may use the network; every other command is handed
 * one that refuses.  One connection is open at a time: dial() needs the
 * earlier one closed.
 */
struct dialer {
	/*
	 * Look the name up without connecting; *scope is that of the
	 * farthest address found.  ERR_UNRESOLVED.
	 */
	int (*resolve)(struct dialer *, const struct endpoint *,
	    enum addr_scope *scope, struct err *);

	/*
	 * Resolve, try every address that is no farther than widest, and for
	 * an https endpoint shake hands.  connect_ms bounds one address's
	 * connect and handshake.  ERR_UNRESOLVED, ERR_UNREACHABLE,
	 * ERR_TIMED_OUT, ERR_TLS_UNTRUSTED; ERR_ROOT_REQUIRED where every
	 * address is too far.
	 */
	int (*dial)(struct dialer *, const struct endpoint *,
	    int64_t connect_ms, struct conn **, struct err *);

	enum addr_scope widest;

	/*
	 * SHA-256 of the public key (SubjectPublicKeyInfo) that the server of
	 * the latest dial() showed; NULL where that was not TLS.
	 */
	const uint8_t *peer_key;
};

#endif
