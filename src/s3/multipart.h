/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MULTIPART_H
#define MULTIPART_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "etag.h"
#include "object.h"

/*
 * Multipart uploads (Amazon S3 API reference, CreateMultipartUpload,
 * UploadPart, CompleteMultipartUpload, AbortMultipartUpload; what stores make
 * of them was measured with Ceph RGW 16.2.15 and Swift 2.30.1).
 *
 * Those that create, send and complete are one attempt each: whatever
 * happened is for the caller to judge (client.answered, client.refusal).
 * For the lists of parts and of unfinished uploads see multipart_list.h.
 */
#define MULTIPART_ID_MAX 1024
#define MULTIPART_PARTS_MAX 10000	/* numbers go from 1; S3's limit */

/* An upload that was begun; both must outlive its use. */
struct multipart {
	struct span key;
	const char *id;		/* as told by the store: form of an ETag,
				   up to MULTIPART_ID_MAX characters */
};

/* Is it an upload id that records may hold? */
bool multipart_is_id(const char *id);

/*
 * Begin an upload.  Told with Content-Type application/octet-stream, lest a
 * store guesses one.  The id is taken only from an answer that is complete; any
 * other 200 is ERR_INDETERMINATE.  One that records could not hold is ended
 * at once: ERR_STORE_REFUSED.  Where no proper answer came, an upload may have
 * been begun whose id nobody knows: look for it (multipart_list.h) before
 * another.
 */
int multipart_create(struct client *c, struct span key,
    char id[MULTIPART_ID_MAX + 1], struct err *e);

struct multipart_part {
	unsigned number;		/* from 1 */
	struct client_body *body;
	const char *sha256_hex;		/* of the body */
};

/*
 * Send a part.  The same part may be sent again until Complete was asked for;
 * never after it, for on Swift a late part destroys the finished object.
 * etag is what names it in Complete: a 200 without one is ERR_STORE_REFUSED.
 */
int multipart_send(struct client *c, const struct multipart *up,
    const struct multipart_part *part, char etag[ETAG_MAX + 1],
    struct err *e);

/* The parts of an upload, 1 to count, in order. */
struct multipart_tags {
	unsigned count;
	const char *(*etag)(const struct multipart_tags *, unsigned number);
};

/*
 * Make the object of its parts.  only_new asks the store to refuse where the
 * key exists (If-None-Match: *).
 *
 * 0 only where the answer ends in the result element: o then has the ETag and
 * version id that it named, if it did, and size -1; HEAD is the reliable
 * source.  A 200 that holds an Error is that error, as if it had come with
 * its status (client.answered).  Everything else, silence of more than ten
 * minutes among it, tells nothing: the object may be there.  Never resend
 * it blindly: look first.
 */
int multipart_complete(struct client *c, const struct multipart *up,
    const struct multipart_tags *tags, bool only_new, struct object *o,
    struct err *e);

/*
 * End an upload and free its parts, with retries, again and again until the
 * store says that it is gone (NoSuchUpload or, with an upload id,
 * NoSuchKey); where it never says so but takes each Abort, a list of its
 * parts decides.  No part of it may be under way: close those connections.
 */
int multipart_abort(struct client *c, const struct multipart *up,
    struct err *e);

#endif
