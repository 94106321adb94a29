/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DIAL_H
#define DIAL_H

#include <stdbool.h>

#include "clock.h"
#include "dialer.h"
#include "peer.h"
#include "rng.h"
#include "tls.h"
#include "trust.h"

/*
 * The real dialer, and the only file that has sockets.
 *
 * struct dial is the caller's and holds all state of the one connection that
 * it may have open; nothing is allocated but what getaddrinfo() needs while
 * it runs.  It has 60 KiB, of which plain HTTP touches none; so make it
 * static and fill in its options one by one.  After dial_init() it must not
 * move, and what it points to must outlive it.
 *
 *	static struct dial d;
 *	d.clock = clock; ...
 *	dial_init(&d, ADDR_PUBLIC);
 *	... = d.dialer.dial(&d.dialer, &ep, 30000, &conn, e);
 *	...
 *	conn->ops->close(conn);
 *	dial_wipe(&d);
 *
 * Every wait ends early with ERR_INTERRUPTED when the clock knows of a stop
 * signal.  The resolver's own waits cannot be cut short: they last as long
 * as /etc/resolv.conf says (5 s an attempt unless set).
 *
 * A refused, unreachable or silent address leads to the next one; the last
 * one's error is reported.  A server that is reached but cannot be trusted
 * ends the attempt, and so does ERR_INTERRUPTED.
 *
 * Sockets are non-blocking and close-on-exec, with TCP_NODELAY (the
 * handshake takes 44 ms instead of 3 without) and SO_KEEPALIVE.
 */
struct dial_sock {
	struct conn conn;
	struct clock *clock;
	int fd;
};

struct dial {
	struct dialer dialer;

	/* Options, filled in by the caller. */
	struct clock *clock;
	struct rng *rng;		/* unused where nothing is https */
	const struct trust *trust;	/* unused with a pin */
	const struct peer_pin *pin;	/* NULL: none */
	bool ipv4_only;

	/* Private, but for tls.facts: who answered the last handshake. */
	struct tls tls;
	struct tls_session session;
	struct dial_sock sock;
};

void dial_init(struct dial *d, enum addr_scope widest);

/* Forget the session's keys; the connection must be closed. */
void dial_wipe(struct dial *d);

/*
 * A dialer for commands and modes that may not use the network: both calls
 * fail with ERR_APPROVAL_REQUIRED.
 */
void dial_init_refusing(struct dialer *d);

#endif
