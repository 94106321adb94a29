/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PART_SEND_H
#define PART_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "etag.h"
#include "file.h"
#include "multipart_list.h"
#include "sha256.h"
#include "span.h"

/*
 * One part of an upload, until it landed or cannot.  Sending it again does no
 * harm, whatever became of it before.
 *
 * Its last block leaves only when the file is known to be the one that was
 * hashed: ERR_LOCAL_BYTES_CHANGED.
 */
struct part_send {
	/* Filled in by the caller; all must outlive the call. */
	struct client *client;
	const struct file *file;
	struct span key;
	const char *upload_id;
	unsigned number;
	int64_t offset, size;
	const uint8_t *digest;		/* of these bytes */
	bool again;			/* it may have landed: look first */

	/* Results. */
	char etag[ETAG_MAX + 1];	/* "": it did not land */
	bool lost;			/* the store knows the upload no more */
	unsigned attempts;
};

/* 0: etag, or lost. */
int part_send(struct part_send *s, struct err *e);

/*
 * Is it what the store lists?  It is if it has that size, and if the ETag is
 * the MD5 of our bytes, which are read for that.  1 and etag; 0; -1.
 */
int part_send_is(struct part_send *s, const struct multipart_found *found,
    struct err *e);

/*
 * client_again(), for requests that may be sent again whatever became of them:
 * so an answer that was none is like any other failure of the line.
 */
bool part_send_again(struct client *c, unsigned failures, struct err *e);

#endif
