/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "err.h"
#include "etag.h"

/*
 * Objects: look, store, fetch.  What each answer proves is decided here, by
 * the rules of DESIGN.md ("Rules of the wire"); "cannot tell" is
 * ERR_INDETERMINATE and never success, absence or mismatch.
 */
#define OBJECT_VERSION_MAX 128

/* A generation: what one completed write left at a key. */
struct object {
	bool exists;
	int64_t size;
	char etag[ETAG_MAX + 1];		/* normal form; "": none */
	char version_id[OBJECT_VERSION_MAX + 1];	/* "": none */
};

/* Both describe the same write, as far as they name it at all. */
bool object_same_generation(const struct object *a, const struct object *b);

/* Has it an ETag or a version id, so that it can be told from others? */
bool object_is_named(const struct object *o);

/* The same, and named by both: by version id, or else by ETag. */
bool object_is_current(const struct object *known, const struct object *now);

/*
 * Now, by HEAD, is not what was wanted, or is but does not come: says which.
 * ERR_REPLACED_BY_OTHER where it is gone or another, ERR_INDETERMINATE where
 * the store contradicts itself.  Returns -1.
 */
int object_differs(const struct object *want, const struct object *now,
    struct err *e);

/*
 * HEAD, with retries.  404 is "does not exist"; a refusal, which has no code
 * in a HEAD, is asked again once as GET of one byte.  Where GET is refused
 * too, absence cannot be seen: ERR_ABSENCE_NOT_VISIBLE.
 */
int object_look(struct client *c, struct span key, struct object *o,
    struct err *e);

/*
 * One attempt to store body at key; whatever happens is for the caller to
 * judge (client.answered, client.refusal).  only_new asks the store to refuse
 * where the key exists (If-None-Match: *).  o has what the answer said of the
 * generation; HEAD is the reliable source.
 */
struct object_put {
	struct span key;
	struct client_body *body;
	const char *sha256_hex;		/* of the body */
	bool only_new;
	const char *retain_until;	/* NULL, or YYYY-MM-DDTHH:MM:SSZ: until
					   then nobody can remove it (object
					   lock, compliance mode), which only
					   a bucket made for that accepts */
};

int object_put(struct client *c, const struct object_put *put,
    struct object *o, struct err *e);

/*
 * Remove what generation names, with retries.  0: it is gone, or was never
 * there (404).  Each way removes:
 *
 *	OBJECT_BY_VERSION	that version id ("null" is one), for good.  Not
 *				together with If-Match, which AWS refuses
 *	OBJECT_BY_ETAG		what is at the key if it has that ETag; only
 *				where this store was seen to refuse another
 *				one: some ignore If-Match on DELETE and
 *				answer 204 all the same (Ceph RGW 16.2,
 *				minio#21677)
 *	OBJECT_PLAIN		whatever is at the key (in a versioned bucket
 *				a delete marker hides it): for keys that
 *				nobody else can know
 *
 * ERR_REPLACED_BY_OTHER: another generation is there (412), and stays.
 */
enum object_way {
	OBJECT_BY_VERSION,
	OBJECT_BY_ETAG,
	OBJECT_PLAIN
};

int object_delete(struct client *c, struct span key,
    const struct object *generation, enum object_way way, struct err *e);

/* Where fetched bytes go. */
struct object_sink {
	int (*write)(struct object_sink *, const void *p, size_t n,
	    struct err *);
	/* Forget everything: the bytes come again from the first. */
	int (*restart)(struct object_sink *, struct err *);
};

/*
 * GET of one generation, all of it, with retries: where the line breaks it
 * goes on from the byte reached (Range with If-Match or version id), and the
 * count of failures starts afresh when bytes have come.
 *
 * want names the generation by size and, where it has them, ETag and version
 * id; every answer must agree.  A name that it lacks is filled in from the
 * answers, and binds from then on.  Where want.size is -1 whatever is there
 * is taken, and its size filled in.
 *
 *	ERR_NOT_FOUND		nothing is there
 *	ERR_REPLACED_BY_OTHER	another generation is there
 *	ERR_INDETERMINATE	what came is no proper copy: an answer that
 *				names another generation or size than HEAD
 *				did, or is encoded
 */
int object_fetch(struct client *c, struct span key, struct object *want,
    struct object_sink *sink, struct err *e);

/*
 * The same for some bytes of a generation that is named and whose size is
 * known: one or more, and all within it.  Only 206 with exactly that range
 * and that total is taken.  restart() is never called: on a broken line it goes
 * on from the byte reached.
 */
struct object_part {
	struct span key;
	struct object *of;
	int64_t offset;
	int64_t size;
};

int object_fetch_part(struct client *c, const struct object_part *part,
    struct object_sink *sink, struct err *e);

#endif
