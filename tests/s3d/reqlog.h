/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REQLOG_H
#define REQLOG_H

#include "exchange.h"

/*
 * The log: a JSON object a line, appended with one write(2), for each
 * request whose head came in.  Members, in this order:
 *
 *	seq	its number, from 1		conn	its connection's
 *	nth	on that connection, from 1	tls	true or false
 *	resumed	a TLS session was		method	of HTTP
 *	op	of S3, see op.h			bucket, key, query
 *	range	of a GET, or ""			status	0: none was sent
 *	code	S3's error code, or ""		bytes_in, bytes_out  of bodies
 *	class	"A", "B" or "free"		sig	verdict, see verify.h
 *	canonical  path and query came encoded as they are signed
 *	faults	names of those that acted
 *
 * Bytes that are no ASCII text stand as \u00XX, one for a byte.
 */
int reqlog_open(const char *path);

/* Writes the request's line, once. */
void reqlog_write(struct exchange *x);

#endif
