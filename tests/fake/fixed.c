/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "fixed.h"

int64_t
fixed_wall(struct clock *clock)
{
	(void)clock;
	return 1369353600;
}

int
fixed_bytes(struct rng *rng, void *p, size_t n, struct err *e)
{
	(void)rng;
	(void)e;
	memset(p, 0x5a, n);
	return 0;
}

int
fixed_resolve(struct dialer *d, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e)
{
	(void)d;
	(void)ep;
	(void)e;
	*scope = ADDR_LOOPBACK;
	return 0;
}

int
fixed_flush(struct conn *conn, struct err *e)
{
	(void)conn;
	(void)e;
	return 0;
}
