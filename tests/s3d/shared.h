/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SHARED_H
#define SHARED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the processes of one store share: locks, counters, TLS sessions.
 * Each connection is a process of its own; all map one file, DIR/shared,
 * and lock ranges of it, so nothing outlives a process that dies.
 */
enum shared_lock {
	SHARED_COUNTERS,	/* held for a few instructions only */
	SHARED_VAULT		/* everything in the buckets */
};

#define SHARED_RULES 256
#define SHARED_SESSIONS 64

struct shared {
	uint32_t seq;		/* of the last request */
	struct {
		uint64_t id;	/* 0: free */
		uint32_t hits;
	} rule[SHARED_RULES];
	uint32_t next_session;
	struct {
		unsigned char id[32];
		unsigned char secret[48];
		uint16_t version, suite;
		bool used;
	} session[SHARED_SESSIONS];
};

/* Makes and maps the file, all zeroes; before the first fork. */
int shared_open(const char *dir);

/* The memory; only under SHARED_COUNTERS. */
struct shared *shared_get(void);

/* Blocks until held.  A process takes each lock once, never twice. */
void shared_lock(enum shared_lock which);
void shared_unlock(enum shared_lock which);

/* The next request's number, from 1. */
uint32_t shared_next_seq(void);

/* Counts one more match of a rule; the number of matches before this one. */
uint32_t shared_count(uint64_t rule_id);

#endif
