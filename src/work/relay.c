/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "relay.h"

/* Bytes of a block; twice as many, and again, for more than so many blocks. */
#define BLOCK_SIZE (1024 * 1024)
#define BLOCKS_MAX 65536
#define SPOOL_BLOCK 65536

/* --- Bytes that come ------------------------------------------------------ */

static int
pass(struct relay *r, const void *p, size_t n, struct err *e)
{
	r->passed += (int64_t)n;
	return r->pass(r, p, n, e);
}

static int
check_room(struct relay *r, struct err *e)
{
	uint64_t room;

	if (file_tmp_room(&r->file, &room, e) != 0)
		return -1;
	if (r->object.size < 0 || (uint64_t)r->object.size <= room)
		return 0;
	err_set(e, ERR_DISK_FULL, "%lld bytes have to wait until they are "
	    "proven, and only %llu are free", (long long)r->object.size,
	    (unsigned long long)room);
	return err_advise(e, "make room in the state folder, or fetch to a "
	    "file elsewhere");
}

/* A block is there: note its digest, or compare it and let it out. */
static int
end_block(struct relay *r, struct err *e)
{
	size_t end = r->in_block, index = (size_t)((r->at - 1) /
	    (int64_t)r->block_size) * SHA256_LEN;
	uint8_t digest[SHA256_LEN];

	sha256_of(digest, r->block, end);
	r->in_block = 0;
	if (r->way == RELAY_MEASURE) {
		buf_span(&r->digests, (struct span){ (char *)digest,
		    SHA256_LEN });
		return buf_ok(&r->digests) ? 0 : err_set(e, ERR_NO_MEMORY,
		    "too many blocks to compare");
	}
	if (index + SHA256_LEN > r->digests.len ||
	    memcmp(digest, r->digests.data + index, SHA256_LEN) != 0)
		return err_set(e, ERR_VERIFICATION_FAILED,
		    "a second read gave other bytes than the first");
	/* What is out already came again, of a generation without a name. */
	if (r->at <= r->passed)
		return 0;
	return pass(r, r->block, end, e);
}

/*
 * A full block ends when there is more, or by finish(): so the bytes of an
 * object of one block are still there when it was measured.
 */
static int
fill_blocks(struct relay *r, const uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		size_t room = r->block_size - r->in_block;

		if (room == 0) {
			if (end_block(r, e) != 0)
				return -1;
			continue;
		}
		if (room > n)
			room = n;
		memcpy(r->block + r->in_block, p, room);
		r->in_block += room;
		r->at += (int64_t)room;
		p += room;
		n -= room;
	}
	return 0;
}

static int
relay_write(struct object_sink *sink, const void *p, size_t n, struct err *e)
{
	struct relay *r = (struct relay *)sink;

	sha256_update(&r->hash, p, n);
	switch (r->way) {
	case RELAY_STRAIGHT:
		return pass(r, p, n, e);
	case RELAY_SPOOL:
		if (r->at == 0 && check_room(r, e) != 0)
			return -1;
		r->at += (int64_t)n;
		return file_tmp_write(&r->file, p, n, e);
	default:
		return fill_blocks(r, p, n, e);
	}
}

static int
relay_restart(struct object_sink *sink, struct err *e)
{
	struct relay *r = (struct relay *)sink;

	sha256_restart(&r->hash);
	r->at = 0;
	r->in_block = 0;
	switch (r->way) {
	case RELAY_STRAIGHT:
		return r->passed == 0 ? 0 : err_set(e, ERR_INDETERMINATE,
		    "the transfer broke, and what was written cannot be "
		    "taken back");
	case RELAY_SPOOL:
		return file_tmp_restart(&r->file, e);
	case RELAY_MEASURE:
		buf_reset(&r->digests);
		return 0;
	default:
		return 0;
	}
}

/* --- Reading -------------------------------------------------------------- */

static int
read_once(struct relay *r, struct err *e)
{
	r->reads++;
	if (object_fetch(r->client, r->key, &r->object, &r->sink, e) != 0)
		return -1;
	sha256_final(&r->hash, r->got);
	return 0;
}

/* As fetch_right() of restore.c, which says why. */
static int
read_right(struct relay *r, struct err *e)
{
	uint8_t first[SHA256_LEN];

	for (int reads = 1;; reads++) {
		if (read_once(r, e) != 0)
			return -1;
		if (memcmp(r->got, r->digest, SHA256_LEN) == 0)
			return 0;
		if (reads == 2)
			break;
		memcpy(first, r->got, SHA256_LEN);
		if (relay_restart(&r->sink, e) != 0)
			return -1;
	}
	if (memcmp(first, r->got, SHA256_LEN) != 0)
		return err_set(e, ERR_INDETERMINATE,
		    "two reads of one generation gave different bytes");
	return err_set(e, ERR_VERIFICATION_FAILED,
	    "the fetched bytes do not have the object id");
}

/* --- By a spool ----------------------------------------------------------- */

static int
pass_spooled(struct relay *r, struct err *e)
{
	struct file f = file_tmp_reader(&r->file);
	char block[SPOOL_BLOCK];
	int64_t at = 0;

	while (at < r->object.size) {
		ssize_t n = file_read_at(&f, block, sizeof(block), at, e);

		if (n <= 0)
			return n < 0 ? -1 : err_set(e, ERR_IO_ERROR,
			    "the bytes that waited are not all there");
		if (pass(r, block, (size_t)n, e) != 0)
			return -1;
		at += n;
	}
	return 0;
}

/* 1; 0 where no file may be made there. */
static int
open_spool(struct relay *r, struct err *e)
{
	if (r->spool == NULL)
		return 0;
	if (file_tmp_create(&r->file, r->spool, true, r->rng, e) == 0)
		return file_tmp_hide(&r->file, e) == 0 ? 1 : -1;
	if (e->sys != EROFS && e->sys != EACCES && e->sys != EPERM &&
	    e->sys != ENOENT)
		return -1;
	err_clear(e);
	return 0;
}

/* --- By two reads --------------------------------------------------------- */

static int
open_blocks(struct relay *r, struct err *e)
{
	r->block_size = BLOCK_SIZE;
	while (r->object.size / (int64_t)r->block_size >= BLOCKS_MAX)
		r->block_size *= 2;
	buf_init(&r->digests, (size_t)BLOCKS_MAX * SHA256_LEN);
	r->block = malloc(r->block_size);
	return r->block != NULL ? 0 :
	    err_set(e, ERR_NO_MEMORY, "no memory for a block");
}

static int
pass_compared(struct relay *r, struct err *e)
{
	/* All of it is still here. */
	if (r->digests.len == 0)
		return r->in_block == 0 ? 0 :
		    pass(r, r->block, r->in_block, e);
	if (r->in_block > 0 && end_block(r, e) != 0)
		return -1;
	r->way = RELAY_COMPARE;
	if (relay_restart(&r->sink, e) != 0 || read_once(r, e) != 0)
		return -1;
	return r->in_block == 0 ? 0 : end_block(r, e);
}

int
relay_run(struct relay *r, struct err *e)
{
	int rc;

	r->sink = (struct object_sink){ relay_write, relay_restart };
	sha256_init(&r->hash);
	if (r->digest == NULL) {
		r->way = RELAY_STRAIGHT;
		return read_once(r, e);
	}
	r->way = RELAY_SPOOL;
	rc = open_spool(r, e);
	if (rc == 1) {
		rc = read_right(r, e) == 0 ? pass_spooled(r, e) : -1;
	} else if (rc == 0) {
		r->way = RELAY_MEASURE;
		rc = open_blocks(r, e);
		if (rc == 0)
			rc = read_right(r, e) == 0 ? pass_compared(r, e) : -1;
	}
	file_tmp_discard(&r->file);
	buf_free(&r->digests);
	free(r->block);
	r->block = NULL;
	return rc;
}
