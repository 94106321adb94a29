/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TLSD_H
#define TLSD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "options.h"

struct link;
struct tlsd;

/*
 * TLS 1.2 by BearSSL's server side.  One of these is made before the first
 * connection, from the options' certificate, key and suites; each child then
 * uses its own copy for its one connection.  NULL after saying why.
 */
struct tlsd *tlsd_new(const struct options *o);
void tlsd_free(struct tlsd *t);

/* Shakes hands over the link: 0 or -1. */
int tlsd_start(struct tlsd *t, struct link *l);

/* Whether that resumed an earlier session. */
bool tlsd_resumed(const struct tlsd *t);

/* For link.c: as link_read(), but writes may take less than n. */
ssize_t tlsd_read(struct tlsd *t, void *p, size_t n);
ssize_t tlsd_write(struct tlsd *t, const void *p, size_t n);
int tlsd_flush(struct tlsd *t);
void tlsd_end(struct tlsd *t);		/* close_notify */

#endif
