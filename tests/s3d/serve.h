/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SERVE_H
#define SERVE_H

#include "options.h"

struct tlsd;

/*
 * Serves one connection until it ends, and closes it.  number counts
 * connections from 1; tls is NULL for plain HTTP.
 */
void serve_connection(const struct options *o, struct tlsd *tls, int fd,
    unsigned number);

#endif
