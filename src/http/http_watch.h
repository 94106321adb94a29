/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HTTP_WATCH_H
#define HTTP_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "conn.h"
#include "err.h"

/*
 * The deadlines of one exchange.  Every wait goes through here, and ends with
 * ERR_TIMED_OUT in a sentence of its own, or with ERR_INTERRUPTED.
 *
 * Stalls: in stall_ms of waiting, min_rate bytes a second must move, and one
 * at the very least.  As soon as that many have moved the watch starts
 * afresh, so a silence is never found later than stall_ms.  Only waiting for
 * the peer counts: a slow disk or a bandwidth limit on our side is no stall.
 */
struct http_limits {	/* 0: no limit */
	int64_t first_byte_ms;	/* from the last byte sent to the first back */
	int64_t stall_ms;	/* over this time of waiting ... */
	uint64_t min_rate;	/* ... at least this many bytes a second move */
	int64_t whole_ms;	/* the whole exchange, bodies included */
};

struct http_watch {
	/* All private. */
	struct clock *clock;
	struct http_limits limits;
	int64_t deadline;	/* of the whole exchange, mono_ms */
	int64_t asked_at;	/* since when the first byte is awaited */
	uint64_t quota;		/* bytes that must move in stall_ms */
	int64_t waited_ms;	/* without them */
	uint64_t moved;		/* of them */
};

void http_watch_init(struct http_watch *w, struct clock *clock,
    const struct http_limits *limits);

/* An exchange begins. */
void http_watch_start(struct http_watch *w);

/* The request is out (or an interim answer in): from now on, silence. */
void http_watch_asked(struct http_watch *w);

/* Bytes went or came. */
void http_watch_moved(struct http_watch *w, ssize_t n);

/* For where nothing has to wait: -1 after a signal or the whole deadline. */
int http_watch_check(const struct http_watch *w, struct err *e);

/*
 * Wait for want: what is ready; 0 when it is not known to be, look and wait
 * again; -1.  silent: nothing but the first byte of an answer is awaited.  A
 * deadline counts only before a wait, so that what is there is looked at.
 */
int http_watch_wait(struct http_watch *w, struct conn *c, int want,
    bool silent, struct err *e);

#endif
