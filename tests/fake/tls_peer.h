/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bearssl.h"

#include "pipe_conn.h"
#include "span.h"

/*
 * A TLS server for tests: BearSSL's, at the other end of a pipe_conn.  What
 * it does with the bytes of the application is the test's: app() is called
 * whenever records were moved, works with br_ssl_engine_*app_* on server.eng
 * and says whether it did anything.
 */
#define TLS_PEER_CHAIN_MAX 4

struct tls_peer {
	br_ssl_server_context server;
	bool (*app)(struct tls_peer *);
	bool stuck;		/* reads nothing more from the pipe */

	/* For app() to use. */
	size_t received, sent;
	uint32_t sum;
	bool done;

	/* Private. */
	br_x509_certificate chain[TLS_PEER_CHAIN_MAX];
	size_t chain_len;
	br_skey_decoder_context key;
	struct {
		uint8_t bytes[8192];
		size_t len;
	} der;
	uint8_t in[BR_SSL_BUFSIZE_INPUT];
	uint8_t out[BR_SSL_BUFSIZE_OUTPUT];
};

/* Chain and key as PEM; cache may be NULL.  It becomes p's server. */
void tls_peer_init(struct tls_peer *s, struct pipe_conn *p, struct span chain,
    struct span key, br_ssl_session_cache_lru *cache);

#endif
