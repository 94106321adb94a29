/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SEND_H
#define SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "file.h"
#include "object.h"
#include "sha256.h"
#include "span.h"

/*
 * One file by PUT, until it is there or cannot be.  What a PUT without a
 * clear answer has done is found out by looking, never by sending again.
 *
 * The last block of the file leaves only when the file is known to be the
 * one that was hashed, so that a file which changed never arrives whole:
 * ERR_LOCAL_BYTES_CHANGED.
 */
struct send {
	/* Filled in by the caller; all must outlive the call. */
	struct client *client;
	const struct file *file;
	struct span key;
	const uint8_t *digest;	/* the file's object id */
	bool unhashed;		/* digest was not made just now: hash the bytes
				   as they leave, and hold back the last ones
				   unless it was right.  Not for 0 bytes */
	bool conditional;	/* If-None-Match: * is worth a try; a 501
				   turns it off.  Without it there is a HEAD
				   right before each PUT */
	bool looked;		/* that HEAD has just been, for the first */
	const char *retain_until;	/* see object.h */
	const struct object *over;	/* the generation that the PUT is to
				   replace: unconditional.  NULL: none */

	/* Results. */
	struct object told;	/* exists: the PUT's answer named it */
	struct object seen;	/* exists: found there instead, by HEAD */
	unsigned attempts;	/* PUTs */
	bool doubtful;		/* one may have been done unheard */
};

/* 0: either told or seen exists. */
int send_file(struct send *s, struct err *e);

#endif
