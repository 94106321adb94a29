/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "dialer.h"
#include "endpoint.h"
#include "err.h"
#include "http.h"
#include "provider.h"
#include "rng.h"
#include "s3err.h"
#include "sigv4.h"

/*
 * One bucket of one store, and one kept connection to it: signs a request
 * when it is sent, counts it in its price class before it is sent, and
 * classes the answer.
 *
 *  1. client_init() with the configuration, which must outlive the client.
 *  2. client_begin() sends one request and returns when the head of a
 *     success is in.  client_read() gives the body, client_end() ends it.
 *  3. Where that failed, client_again() says whether the same request may be
 *     tried once more, after the pause that it makes.
 *  4. client_close().
 *
 * Everything that could be retried blindly is decided by the caller, who
 * knows what the request may have done: see object.h.
 */

/* An answer that is not a success is read up to here, and no further. */
#define CLIENT_CONTROL_MAX 65536

struct client_config {
	const struct endpoint *endpoint;
	const struct provider *provider;
	const char *bucket;
	const char *region;
	bool virtual_host;	/* the endpoint's host begins with the bucket */
	struct sigv4_creds creds;
	int64_t connect_ms;
	int64_t stall_ms;
	int64_t request_ms;	/* 0: none for a GET, CLIENT_SIGNED_MS else */
	uint64_t min_rate;
	unsigned max_attempts;	/* failures in a row of one request */
	int64_t backoff_ms;	/* the first pause is up to this long */
	int64_t ends_at;	/* when the window closes, by wall_s; 0: it
				   does not */
	uint64_t max_class_a;	/* ceilings of this client's life */
	uint64_t max_bytes_up;
	uint64_t max_bytes_down;
};

/*
 * A signature is good for 15 minutes (Amazon S3 API reference, "Authenticating
 * Requests", time stamp requirement); a body that takes longer is refused.
 */
#define CLIENT_SIGNED_MS (14 * 60 * 1000)

/* What was sent and fetched; equal to what the server counts. */
struct client_counts {
	uint64_t requests[PRICE__COUNT];
	uint64_t bytes_up;	/* of bodies */
	uint64_t bytes_down;
	uint64_t retries;
	uint64_t backoff_ms;
};

/*
 * What may be sent before more is asked for: by whoever keeps a record of
 * requests before they are sent.  more() is called before a request of a class
 * whose allowance is used up, and before any once it is out of date: it raises
 * the allowance above what was sent, puts off that time, or fails.
 */
struct client_allowance {
	uint64_t requests[PRICE__COUNT];
	int64_t until;			/* by wall_s; 0: for ever */
	int (*more)(struct client_allowance *, enum price_class,
	    struct err *);
};

/* A body that can be sent again from its start. */
struct client_body {
	struct http_source source;
	int (*rewind)(struct client_body *, struct err *);
};

struct client_request {
	enum s3_op op;
	const char *method;
	struct span key;		/* {NULL, 0}: the bucket itself */
	const struct sigv4_pair *query;
	size_t nquery;
	const struct sigv4_pair *header;	/* beside those always sent */
	size_t nheader;
	struct client_body *body;	/* NULL: none */
	const char *payload_hash;	/* hex; NULL: UNSIGNED-PAYLOAD */
	bool upload_id;			/* the query names an upload */
};

struct client {
	const struct client_config *conf;
	struct clock *clock;
	struct rng *rng;
	struct dialer *dialer;
	struct client_counts counts;
	struct client_allowance *allowance;	/* NULL: none is kept */

	/* The latest answer. */
	struct http http;
	struct s3err refusal;	/* why client_begin() failed, if answered */
	bool answered;		/* client_begin() failed by an answer */
	bool resent;		/* it was sent twice, see client_begin() */
	bool skew_known;
	int64_t skew_s;		/* the store's clock less ours */

	/* Private from here on. */
	bool sending;		/* http.sent is not in counts yet */
	struct conn *conn;
	int64_t idle_since;
	char host[ENDPOINT_HOSTPORT_MAX + 1];
	char control[CLIENT_CONTROL_MAX];
};

void client_init(struct client *c, const struct client_config *conf,
    struct clock *clock, struct rng *rng, struct dialer *dialer);

/*
 * 0 when a 2xx is in.  -1 otherwise: with answered set, refusal says what the
 * store said; without, no proper answer came, and what the request did is not
 * known.  A kept connection that ended before a byte of the answer is replaced
 * once, and the request sent again (resent): but never one that begins or
 * completes an upload, nor one whose body was sent to its end.
 * ERR_PUT_CEILING_EXCEEDED and ERR_SUSPENDED (bytes) come before anything is
 * sent.
 */
int client_begin(struct client *c, const struct client_request *req,
    struct err *e);

/* As http_read().  Counts against max_bytes_down. */
ssize_t client_read(struct client *c, void *p, size_t n, struct err *e);

/* Does the allowance hold, without asking for more? */
bool client_allowed(const struct client *c, enum price_class class);

/* The answer was read as far as anybody wants it. */
void client_end(struct client *c);

/* counts.bytes_up, and what was sent of the body that is on its way. */
static inline uint64_t
client_bytes_up(const struct client *c)
{
	return c->counts.bytes_up + (c->sending ? (uint64_t)c->http.sent : 0);
}

/* A field of the answer, see http_header(). */
struct span client_header(const struct client *c, const char *name);

/*
 * After a failure e, the failures-th in a row of one request: may it be tried
 * again?  Only where e is transient and fewer than max_attempts failed.  Then
 * the pause has been made (exponential, full jitter, Retry-After honoured up
 * to CLIENT_PAUSE_MAX_MS) and the old connection is gone.  A stop signal
 * turns e into ERR_INTERRUPTED; a pause beyond ends_at is not made, and e is
 * ERR_SUSPENDED.
 */
#define CLIENT_PAUSE_MAX_MS 60000
bool client_again(struct client *c, unsigned failures, struct err *e);

/* The pause itself, pure: random is any 64 random bits. */
int64_t client_pause_ms(int64_t base_ms, unsigned failures,
    int retry_after_s, uint64_t random);

/* More than 5 minutes between the clocks, as last seen: ERR_CLOCK_SKEWED. */
#define CLIENT_SKEW_MAX_S 300
int client_check_clock(const struct client *c, struct err *e);

void client_close(struct client *c);

#endif
