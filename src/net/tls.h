/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "bearssl.h"

#include "clock.h"
#include "conn.h"
#include "endpoint.h"
#include "err.h"
#include "peer.h"
#include "rng.h"
#include "trust.h"

/*
 * A TLS 1.2 client (RFC 5246): a conn over a conn, by BearSSL's engine driven
 * by hand.  Each direction has its own buffer, so that what the server says
 * is heard while a body is being sent; a write that fails is an error of
 * write() and flush() alone, and reading goes on to the server's last byte.
 *
 * Offered: ECDHE with AES-GCM and ChaCha20-Poly1305, first the one that is
 * faster on this CPU; SNI (RFC 6066; not for IP literals); ALPN "http/1.1";
 * resumption by session id.  Not offered: anything older than TLS 1.2,
 * renegotiation (refused when asked for), tickets, client certificates.
 *
 * read() gives 0 at the server's close_notify, and also where the connection
 * ends between two records: whether everything came is for HTTP's framing to
 * tell, which never takes the end of a connection for the end of a body.  An
 * end inside a record is ERR_UNREACHABLE.
 */

/* Who answered: for the record.  A resumed session keeps what it knew. */
struct tls_facts {
	bool resumed;
	struct peer_pin key;	/* of the server's certificate */
	char issuer[CERT_TITLE_MAX + 1];	/* of the last one it sent */
	const char *suite;	/* "ECDHE-RSA-AES128-GCM-SHA256" */
};

/*
 * What one handshake leaves for the next to the same endpoint.  The caller's,
 * zeroed at first; for one set of trust anchors and pin.  It holds keys:
 * tls_session_wipe() at the end.  A session of another endpoint is not used,
 * but replaced.
 */
struct tls_session {
	bool valid;
	struct endpoint ep;
	struct tls_facts facts;
	br_ssl_session_parameters params;
};

void tls_session_wipe(struct tls_session *s);

/* All that is pointed to, but for ep, outlives the connection. */
struct tls_options {
	const struct endpoint *ep;
	const struct trust *trust;	/* see struct peer_check */
	const struct peer_pin *pin;
	struct clock *clock;
	struct rng *rng;
	struct tls_session *session;	/* NULL: no resumption */
};

/* The caller's, 57 KiB; need not be zeroed. */
struct tls {
	struct conn conn;
	struct tls_facts facts;

	/* Private. */
	struct conn *under;
	struct endpoint ep;
	const char *alpn;	/* BearSSL keeps a pointer to this pointer */
	bool ended;		/* under gave its end or an error ... */
	bool cut;		/* ... inside a record */
	bool write_failed;
	struct err read_err;	/* ERR_NONE at an orderly end */
	struct err write_err;
	br_ssl_client_context client;
	struct peer peer;
	uint8_t in[BR_SSL_BUFSIZE_INPUT];
	uint8_t out[BR_SSL_BUFSIZE_OUTPUT];
};

/*
 * Shake hands over under, until until_ms at most.  0: t->conn is ready, and
 * its close() closes under too.  -1: under is left for the caller to close;
 * ERR_TLS_UNTRUSTED where the server is not who it should be or no common
 * ground was found, ERR_UNREACHABLE and ERR_TIMED_OUT for the wire, and
 * whatever rng reports.
 */
int tls_open(struct tls *t, const struct tls_options *opt, struct conn *under,
    int64_t until_ms, struct err *e);

#endif
