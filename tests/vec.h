/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VEC_H
#define VEC_H

#include <stdio.h>

#include "span.h"

/*
 * The reader of vectors/: cases of "key = value" lines, a blank line between
 * cases, '#' starts a comment line.  A value is taken as it stands after
 * "= " to the end of the line, unless it
 *	starts with "hex:"	hex digits, decoded
 *	starts with "str:"	backslash escapes \r \n \t \\ \" \xHH decoded
 *	starts with "rep:N:"	the rest (str: escapes) repeated N times
 *	is "file:NAME"		the bytes of that file, beside the vector file
 * A key may come several times.  The file's first comment must hold a line
 * "# SOURCE: ...": a vector file without one is an error.
 */
struct vec;

struct vec *vec_open(const char *path);		/* exits with a message */
int vec_next(struct vec *);			/* 1: a case is there; 0: end */
int vec_line(const struct vec *);		/* where the case starts */
bool vec_has(const struct vec *, const char *key);
struct span vec_get(const struct vec *, const char *key);  /* must be there */
struct span vec_opt(const struct vec *, const char *key);  /* or {NULL, 0} */
size_t vec_count(const struct vec *, const char *key);
struct span vec_nth(const struct vec *, const char *key, size_t i);
struct span vec_unasked(const struct vec *);	/* a key, or {NULL, 0} */
void vec_close(struct vec *);

/*
 * The driver build/tests/vectors KIND FILE...: a kind is one function that
 * checks the case at hand with CHECK() of t.h.  Keys that it never asked for
 * (whether they were there or not) are unknown to it, and fail the case, so
 * ask for all of them before anything else.  "name" belongs to the driver.
 *
 * A file that cannot be read as said above, and a key that must be there and
 * is not, or is there twice where one is asked for, end the run with status 2.
 */
struct vec_kind {
	const char *name;
	void (*check)(const struct vec *);
};

extern const struct vec_kind vec_sha256;
extern const struct vec_kind vec_hmac;
extern const struct vec_kind vec_md5;
extern const struct vec_kind vec_uri;
extern const struct vec_kind vec_sigv4;
extern const struct vec_kind vec_http;
extern const struct vec_kind vec_s3xml;
extern const struct vec_kind vec_s3err;
extern const struct vec_kind vec_config;
extern const struct vec_kind vec_ecdsa;
extern const struct vec_kind vec_writers;
extern const struct vec_kind vec_carriers;
extern const struct vec_kind vec_resolve;
extern const struct vec_kind vec_anchor;

#endif
