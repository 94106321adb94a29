/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "span.h"

#include "op.h"

struct link;

#define REQUEST_HEAD_MAX 32768
#define REQUEST_FIELDS_MAX 100
#define REQUEST_PARAMS_MAX 40
#define REQUEST_KEY_MAX 1024

/* One request: its head taken apart, its body read on demand. */
struct request {
	/* As received. */
	struct span line;		/* the request line */
	struct span method, path, query;
	struct request_field {
		struct span name, value;	/* value trimmed */
	} field[REQUEST_FIELDS_MAX];
	size_t nfields;

	/* Decoded; "+" in a query is a space. */
	struct request_param {
		struct span name, value;
	} param[REQUEST_PARAMS_MAX];
	size_t nparams;
	struct span bucket, key;	/* empty where there is none */
	enum op op;
	const char *bad;	/* S3 code of what is wrong with it, or NULL */

	bool keep_alive;
	int64_t body_size;	/* -1: no Content-Length */
	int64_t body_left;

	/* Set by the caller: what is done to the body on its way. */
	int64_t reset_at;	/* RST when so much of it was read; -1 */
	int64_t stall_ms;	/* stop reading for so long at its half; 0 */

	/* Private. */
	struct link *link;
	bool expect;		/* 100 Continue is still to be sent */
	char buffer[REQUEST_HEAD_MAX];	/* the head, then what follows it */
	size_t head_len, next, filled;
	char text[2 * REQUEST_HEAD_MAX];	/* holds what is decoded */
	size_t text_len;
};

/* Once a connection; then request_read() for each of its requests. */
void request_init(struct request *r, struct link *l);

/*
 * The next head.  1: a request, perhaps with bad set; 0: there is none; -1:
 * what came cannot be answered any better than with 400 and an end.
 * host is the base of virtual-host names.
 */
int request_read(struct request *r, const char *host);

/* Up to n next bytes of the body; 0 at its end; -1 when it is cut short. */
ssize_t request_body(struct request *r, void *p, size_t n);

/* Fills p unless the body ends before. */
ssize_t request_body_full(struct request *r, void *p, size_t n);

/*
 * Read and forget the rest of the body where that is cheap: at most most
 * bytes, and not when the client still waits for 100 Continue.  Whether the
 * connection stands at the next request then.
 */
bool request_drain(struct request *r, int64_t most);

/* The first such header; {NULL, 0}. */
struct span request_field(const struct request *r, const char *name);
/* The decoded value; {NULL, 0} where the query has no such name. */
struct span request_param(const struct request *r, const char *name);
bool request_has(const struct request *r, const char *name);

#endif
