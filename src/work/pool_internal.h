/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef POOL_INTERNAL_H
#define POOL_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "child.h"
#include "client.h"
#include "err.h"
#include "packet.h"
#include "pool.h"

/* Between the files pool*.c only. */

/* What a worker may use, and nobody else meanwhile. */
struct pool_loan {
	uint64_t requests[PRICE__COUNT];
	uint64_t bytes_up, bytes_down;	/* INT64_MAX: no bound */
};

struct pool_worker {
	struct child child;		/* first: child_wait() goes by it */
	bool busy;
	void *tag;
	struct packet task;
	struct pool_need need;
	struct pool_loan loan;
	struct client_counts told;	/* by the attempt at hand */
	struct client_counts counts;	/* of all attempts */
	unsigned deaths;		/* attempts that ended in one */
	bool put;			/* one of these sent something */
	int64_t heard_at, patience_ms;
	size_t len;
	uint8_t in[CHILD_ATOMIC];	/* what came and is not yet a packet */
};

struct pool {
	struct client *client;
	struct client_config *conf;
	unsigned njobs;
	unsigned mourned;		/* deaths since the latest result */
	int64_t left_at;		/* pool_wait() was */
	int stopped;			/* the signal that was passed on */
	struct pool_worker worker[];
};

/* --- pool_loan.c ---------------------------------------------------------- */

/*
 * Lend what need says, and a share of what else there is where bytes are
 * bounded.  1; 0: there is no room now; -1: nor will there be.
 */
int pool_loan_begin(struct pool *p, struct pool_worker *w, struct err *e);

/* More requests of one class: how many; 0: see e. */
uint64_t pool_loan_more(struct pool *p, struct pool_worker *w,
    enum price_class class, struct err *e);

/* A request was sent; false: it was not lent. */
bool pool_loan_count(struct pool *p, struct pool_worker *w,
    enum price_class class);

/* The attempt has moved so much so far. */
void pool_loan_moved(struct pool *p, struct pool_worker *w,
    const struct client_counts *now);

/* What was not used is for others again. */
void pool_loan_end(struct pool *p, struct pool_worker *w);

#endif
