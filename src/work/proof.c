/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "pages.h"

#include "proof.h"

struct hash_sink {
	struct object_sink sink;
	struct sha256 h;
	bool long_one;
};

static int
hash_write(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	struct hash_sink *hs = (struct hash_sink *)s;

	(void)e;
	if (hs->long_one && hs->h.total == 0)
		pages_drop_program();
	sha256_update(&hs->h, p, n);
	return 0;
}

static int
hash_restart(struct object_sink *s, struct err *e)
{
	(void)e;
	sha256_restart(&((struct hash_sink *)s)->h);
	return 0;
}

static int
read_once(struct proof_read *r, uint8_t digest[SHA256_LEN], struct err *e)
{
	struct hash_sink hs = { .sink = { hash_write, hash_restart },
	    .long_one = r->long_one };

	sha256_init(&hs.h);
	if (r->fetch(r, &hs.sink, e) != 0)
		return -1;
	sha256_final(&hs.h, digest);
	return 0;
}

enum proof_verdict
proof_twice(struct proof_read *r, struct err *e)
{
	uint8_t first[SHA256_LEN], second[SHA256_LEN];

	if (read_once(r, first, e) != 0)
		return PROOF_UNTOLD;
	if (memcmp(first, r->digest, SHA256_LEN) == 0)
		return PROOF_EQUAL;
	if (read_once(r, second, e) != 0)
		return PROOF_UNTOLD;
	if (memcmp(second, r->digest, SHA256_LEN) == 0)
		return PROOF_EQUAL;
	if (memcmp(first, second, SHA256_LEN) == 0)
		return PROOF_OTHER;
	err_set(e, ERR_INDETERMINATE,
	    "two reads of one %s gave different bytes", r->what);
	return PROOF_UNTOLD;
}

/* --- The generation that an object names ---------------------------------- */

struct whole {
	struct proof_read read;
	struct proof *p;
	struct object *object;
};

static int
fetch_whole(struct proof_read *r, struct object_sink *sink, struct err *e)
{
	struct whole *w = (struct whole *)r;
	struct proof *p = w->p;

	if (object_fetch(p->client, p->key, w->object, sink, e) != 0)
		return -1;
	p->bytes += w->object->size;
	return 0;
}

enum proof_verdict
proof_rehash(struct proof *p, struct object *object, struct err *e)
{
	struct whole w = { { fetch_whole, p->digest, "generation",
	    false }, p, object };

	return proof_twice(&w.read, e);
}
