/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "signals.h"

#include "hash.h"

/* Read in blocks of this size: large enough that calls cost nothing. */
#define HASH_BLOCK 65536

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

int
hash_file(const struct file *f, uint8_t digest[SHA256_LEN], struct err *e)
{
	uint8_t block[HASH_BLOCK];
	struct sha256 h;
	int64_t offset = 0;
	ssize_t n;

	sha256_init(&h);
	while ((n = file_read_at(f, block, sizeof(block), offset, e)) > 0) {
		sha256_update(&h, block, (size_t)n);
		offset += n;
		if (signals_stop() != 0)
			return interrupted(signals_stop(), e);
	}
	if (n < 0)
		return -1;
	if (offset != f->id.size || !hash_still_holds(f))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was read");
	sha256_final(&h, digest);
	return 0;
}
