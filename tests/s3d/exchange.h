/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "link.h"
#include "options.h"
#include "reply.h"
#include "request.h"
#include "verify.h"

/* One request and its answer, with all that bears on them. */
struct exchange {
	const struct options *options;
	struct link *link;
	struct request request;
	struct reply reply;
	struct faults faults;
	struct verdict verdict;
	uint32_t seq;		/* of all requests of this server */
	unsigned conn, nth;	/* connection, and request on it, from 1 */
	bool resumed;		/* the connection's TLS session */
	int64_t bytes_out;	/* of the answer's body */
	bool silent;		/* nothing was answered */
	bool logged;
};

/* The server's clock, with its offset. */
int64_t exchange_now(const struct exchange *x);

/* Wed, 21 Oct 2015 07:28:00 GMT */
#define EXCHANGE_DATE_MAX 80
void exchange_date(char out[EXCHANGE_DATE_MAX], int64_t t);

/*
 * How an ETag is sent: quoted, or as a fault has it.  Empty text with
 * *absent set where the header must not be there.
 */
#define EXCHANGE_ETAG_MAX (FAULT_ARG_MAX + 64)
void exchange_etag(const struct exchange *x, char out[EXCHANGE_ETAG_MAX],
    const char *hex, bool *absent);

/* The XML body of the error that the answer is. */
void exchange_put_error(struct exchange *x);

#endif
