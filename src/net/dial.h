/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DIAL_H
#define DIAL_H

#include <stdbool.h>

#include "clock.h"
#include "dialer.h"
#include "rng.h"
#include "tls.h"
#include "trust.h"

/*
 * The real dialer, and the only file that has sockets.
 *
 * struct dial is the caller's, is set to zeroes before its options are filled
 * in, and holds all state of the one connection it may have open; nothing is
 * allocated but what getaddrinfo() needs while it runs.  It must not move
 * once dial_init() was called, and everything it points to must outlive it.
 *
 *	struct dial d = { .clock = clock, .rng = rng, .trust = &trust };
 *	dial_init(&d, ADDR_PUBLIC);
 *	d.dialer.dial(&d.dialer, &ep, 30000, &conn, e);
 *	...
 *	conn->ops->close(conn);
 *	dial_wipe(&d);
 *
 * Every wait ends early with ERR_INTERRUPTED when the clock knows of a stop
 * signal; the resolver's own waits cannot be cut short and last as long as
 * /etc/resolv.conf says (5 s an attempt unless set).
 *
 * A refused, unreachable or silent address leads to the next one; when none
 * is left the error is the last one's.  A server that is reached but cannot
 * be trusted ends the attempt: another address would be no better.
 */
struct dial_sock {
	struct conn conn;
	int fd;
	struct clock *clock;
};

struct dial {
	struct dialer dialer;

	/* Options, filled in by the caller. */
	struct clock *clock;
	struct rng *rng;		/* unused where nothing is https */
	const struct trust *trust;	/* likewise */
	const struct peer_pin *pin;	/* NULL: none, see peer.h */
	bool ipv4_only;

	/* Private. */
	struct dial_sock sock;
	struct tls tls;
	struct tls_session session;
};

void dial_init(struct dial *d, enum addr_scope widest);

/*
 * What is known of the server of the last handshake; NULL before one.  It
 * stays valid until the next dial.
 */
const struct tls_facts *dial_facts(const struct dial *d);

/* Forget the session's keys.  The connection must be closed. */
void dial_wipe(struct dial *d);

/*
 * A dialer for commands and modes that may not use the network: both calls
 * fail with ERR_APPROVAL_REQUIRED, "this command may not use the network".
 */
void dial_init_refusing(struct dialer *d);

#endif
