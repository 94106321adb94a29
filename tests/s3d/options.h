/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/* How a server takes If-Match and If-None-Match; they differ by operation. */
enum cond_mode {
	COND_HONOUR,
	COND_IGNORE,		/* as if it were not there: Ceph's DELETE */
	COND_REFUSE		/* 501: Swift's PUT */
};

#define OPTIONS_LIST_MAX 64

struct options {
	const char *dir;
	const char *bucket[OPTIONS_LIST_MAX];
	size_t nbuckets;
	const char *region;
	const char *host;	/* base of virtual-host names */
	const char *access_key, *secret_key;
	const char *session_token;	/* NULL: a token is not looked at */

	uint64_t port;			/* 0: any free one */
	const char *port_file, *pid_file, *log, *cert, *key, *suites;
	bool no_sessions;
	uint64_t lifetime_s, idle_s;
	int64_t now_offset;

	const char *fault[OPTIONS_LIST_MAX];
	size_t nfaults;
	const char *fault_file, *held_file;
	bool deny[OP__COUNT];
	enum cond_mode cond[OP__COUNT];	/* HEAD's is GET's */

	uint64_t max_put, min_part, max_parts;
	bool equal_parts;	/* Cloudflare R2's rule */
	bool versioned;
	bool object_lock;	/* then versioned, too */
	const char *lifecycle;	/* days, or days and a prefix; NULL: none */
	bool trust_digests;
	bool echo_secrets;
};

/*
 * Reads the command line.  Returns 0; 1 when --help was asked for (the text
 * is printed); -1 after printing what is wrong.  Strings stay argv's, which
 * is cut in places.
 */
int options_parse(struct options *o, int argc, char **argv);

#endif
