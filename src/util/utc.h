/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UTC_H
#define UTC_H

#include <stdint.h>

#include "span.h"

/*
 * Times are seconds since 1970-01-01T00:00:00Z in an int64_t, on every
 * machine; years 1970 to 9999.  Pure arithmetic: no time zone, no libc.
 */
#define UTC_AMZ_LEN 16		/* 20130524T000000Z */
#define UTC_ISO_LEN 20		/* 2013-05-24T00:00:00Z */

/* Each writes its length and a NUL; times out of range are clamped. */
void utc_amz(char out[UTC_AMZ_LEN + 1], int64_t t);
void utc_iso(char out[UTC_ISO_LEN + 1], int64_t t);

/* Exactly the forms above, real dates only; -1 for anything else. */
int utc_parse_amz(struct span s, int64_t *t);
int utc_parse_iso(struct span s, int64_t *t);

/*
 * The Date header: the three forms of RFC 9110 section 5.6.7 (IMF-fixdate,
 * RFC 850, asctime).  The weekday's name must be one, but is not checked
 * against the date.
 */
int utc_parse_http(struct span s, int64_t *t);

#endif
