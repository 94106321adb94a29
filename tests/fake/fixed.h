/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef FIXED_H
#define FIXED_H

#include "conn.h"
#include "dialer.h"
#include "rng.h"

struct clock;

/* The part of a stand-in world that is the same everywhere. */
int64_t fixed_wall(struct clock *clock);	/* 2013-05-24T00:00:00Z */
int fixed_bytes(struct rng *rng, void *p, size_t n, struct err *e);  /* 0x5a */
int fixed_resolve(struct dialer *d, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e);	/* loopback */
int fixed_flush(struct conn *conn, struct err *e);	/* nothing to do */

#endif
