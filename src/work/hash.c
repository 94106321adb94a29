/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "signals.h"

#include "hash.h"

/* Read in blocks of this size: large enough that calls cost nothing. */
#define HASH_BLOCK 16384

bool
hash_still_holds(const struct file *f)
{
	struct err ignored = {0};
	struct file_id now;

	return file_identity(f, &now, &ignored) == 0 &&
	    file_same_identity(&f->id, &now);
}

static int
interrupted(int sig, struct err *e)
{
	err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
	e->sys = sig;
	return -1;
}

/* A pass over bytes of a file, by one hash or by two at once. */
struct pass {
	const struct file *file;
	int64_t offset, end;
	struct hash_parts *parts;	/* NULL: none */
	struct md5 *md5;		/* NULL: none */
	struct sha256 whole, part;
	int64_t left;			/* of the part at hand */
	unsigned number;		/* of it */
};

static void
end_part(struct pass *p)
{
	uint8_t digest[SHA256_LEN];

	sha256_final(&p->part, digest);
	p->parts->tell(p->parts, p->number++, digest);
	p->left = p->parts->part_size;
}

static void
update(struct pass *p, const uint8_t *block, size_t n)
{
	if (p->md5 != NULL)
		md5_update(p->md5, block, n);
	if (p->parts == NULL)
		sha256_update(&p->whole, block, n);
	while (p->parts != NULL && n > 0) {
		size_t some = (int64_t)n > p->left ? (size_t)p->left : n;

		sha256_update_both(&p->whole, &p->part, block, some);
		block += some;
		n -= some;
		p->left -= (int64_t)some;
		if (p->left == 0)
			end_part(p);
	}
}

static int
run(struct pass *p, uint8_t digest[SHA256_LEN], struct err *e)
{
	uint8_t block[HASH_BLOCK];
	ssize_t n = 0;

	sha256_init(&p->whole);
	if (p->parts != NULL) {
		sha256_init(&p->part);
		p->left = p->parts->part_size;
		p->number = 1;
	}
	while (p->offset < p->end) {
		int64_t left = p->end - p->offset;

		n = file_read_at(p->file, block, left < HASH_BLOCK ?
		    (size_t)left : HASH_BLOCK, p->offset, e);
		if (n <= 0)
			break;
		update(p, block, (size_t)n);
		p->offset += n;
		if (signals_stop() != 0)
			return interrupted(signals_stop(), e);
	}
	if (n < 0)
		return -1;
	if (p->offset != p->end || !hash_still_holds(p->file))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was read");
	if (p->parts != NULL && p->left < p->parts->part_size)
		end_part(p);
	sha256_final(&p->whole, digest);
	return 0;
}

int
hash_file(const struct file *f, uint8_t digest[SHA256_LEN], struct err *e)
{
	struct pass p = { .file = f, .end = f->id.size };

	return run(&p, digest, e);
}

int
hash_file_parts(const struct file *f, struct hash_parts *parts,
    uint8_t digest[SHA256_LEN], struct err *e)
{
	struct pass p = { .file = f, .end = f->id.size, .parts = parts };

	return run(&p, digest, e);
}

int
hash_file_range(const struct file *f, int64_t offset, int64_t size,
    uint8_t digest[SHA256_LEN], struct err *e)
{
	struct pass p = { .file = f, .offset = offset, .end = offset + size };

	return run(&p, digest, e);
}

int
hash_file_range_md5(const struct file *f, int64_t offset, int64_t size,
    uint8_t digest[SHA256_LEN], uint8_t md5[MD5_LEN], struct err *e)
{
	struct md5 h;
	struct pass p = { .file = f, .offset = offset, .end = offset + size,
	    .md5 = &h };

	md5_init(&h);
	if (run(&p, digest, e) != 0)
		return -1;
	md5_final(&h, md5);
	return 0;
}

int
hash_check(const struct file *f, const uint8_t digest[SHA256_LEN],
    struct err *e)
{
	uint8_t now[SHA256_LEN];

	if (hash_file(f, now, e) != 0)
		return -1;
	if (memcmp(now, digest, SHA256_LEN) == 0)
		return 0;
	return err_set(e, ERR_LOCAL_BYTES_CHANGED,
	    "the file is no longer the object");
}
