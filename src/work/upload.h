/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "file.h"
#include "object.h"
#include "sha256.h"

/*
 * One file to one key, proven: hash, look, send, prove.
 *
 *	hash	one pass over the file: its object id
 *	look	HEAD.  Other bytes there end the matter; the same number of
 *		bytes are read and hashed, and equal ones are the object.
 *	send	one PUT, with the real digest signed; the file's identity is
 *		checked before its last block leaves, so that a file which
 *		changed meanwhile never arrives as a whole
 *	prove	HEAD, then GET of that very generation, hashed
 *
 * Whatever a PUT has done is found out by looking, never by sending again.
 */
enum upload_outcome {
	UPLOAD_FAILED,		/* see err */
	UPLOAD_UPLOADED,	/* sent and proven */
	UPLOAD_REMOTE_SAME	/* was there already: read, hashed, equal */
};

enum upload_phase {
	UPLOAD_HASH,
	UPLOAD_LOOK,
	UPLOAD_SEND,
	UPLOAD_PROVE,
	UPLOAD_PHASE__COUNT
};

struct upload {
	/* Filled in by the caller; all must outlive the run. */
	struct client *client;
	struct file *file;
	struct span key;
	void (*phase)(struct upload *, enum upload_phase);  /* or NULL */
	void *context;			/* for phase */

	/* Results, as far as the run came. */
	enum upload_outcome outcome;
	uint8_t digest[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];
	int64_t size;
	struct object object;		/* the proven generation */
	unsigned attempts;		/* PUTs sent */
	int64_t bytes_verified;

	/* Private. */
	bool no_condition;		/* If-None-Match is not to be had */
	bool doubtful;			/* a PUT may have been done unheard */
};

int upload_run(struct upload *u, struct err *e);

/* "hash", "look", "send", "prove". */
const char *upload_phase_name(enum upload_phase phase);

/* The largest object that one PUT of this store takes: ERR_PLAN_UNFIT. */
int upload_check_size(const struct upload *u, int64_t size, struct err *e);

#endif
