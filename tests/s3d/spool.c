/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base64.h"
#include "hex.h"

#include "sparse.h"
#include "verify.h"

#include "spool.h"

#define CHUNK (256u << 10)

int
spool_open(struct spool *s, const char *dir)
{
	*s = (struct spool){ .fd = -1 };
	br_md5_init(&s->md5);
	if (snprintf(s->path, sizeof(s->path), "%s/tmp/XXXXXX", dir) >=
	    (int)sizeof(s->path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	s->fd = mkstemp(s->path);
	if (s->fd < 0)
		s->path[0] = '\0';
	return s->fd < 0 ? -1 : 0;
}

int
spool_write(struct spool *s, const void *p, size_t n)
{
	if (s->hashes)
		br_md5_update(&s->md5, p, n);
	if (sparse_write(s->fd, p, n, s->size) != 0)
		return -1;
	s->size += (int64_t)n;
	return 0;
}

int
spool_copy(struct spool *s, int from, int64_t n)
{
	char *chunk = malloc(CHUNK);
	int64_t at = 0;
	int status = chunk != NULL ? 0 : -1;

	while (status == 0 && at < n) {
		size_t want = n - at < CHUNK ? (size_t)(n - at) : CHUNK;
		ssize_t got = sparse_read(from, chunk, want, at);
		if (got <= 0 || spool_write(s, chunk, (size_t)got) != 0)
			status = -1;
		else
			at += got;
	}
	free(chunk);
	return status;
}

int
spool_end(struct spool *s)
{
	unsigned char digest[16];

	if (s->hashes) {
		br_md5_out(&s->md5, digest);
		hex_encode(s->md5_hex, digest, sizeof(digest));
	}
	int status = ftruncate(s->fd, (off_t)s->size);
	if (close(s->fd) != 0)
		status = -1;
	s->fd = -1;
	return status;
}

void
spool_drop(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->path[0] != '\0')
		unlink(s->path);
	s->path[0] = '\0';
}

/* Reads the body through the hashes into the file. */
static const char *
receive(struct spool *s, struct request *r, br_sha256_context *sha)
{
	const char *wrong = NULL;
	char *chunk = malloc(CHUNK);
	ssize_t got = 0;

	if (chunk == NULL)
		return "InternalError";
	while (wrong == NULL &&
	    (got = request_body_full(r, chunk, CHUNK)) > 0) {
		if (sha != NULL)
			br_sha256_update(sha, chunk, (size_t)got);
		if (spool_write(s, chunk, (size_t)got) != 0)
			wrong = "InternalError";
	}
	free(chunk);
	return got < 0 ? "IncompleteBody" : wrong;
}

/*
 * A stand-in that costs nothing and differs between bodies that differ.  The
 * dash tells a client that it is no MD5 to compare with, as in the ETags of
 * multipart uploads: s3cmd would send the body again and again.
 */
static void
invent_md5(struct spool *s, struct span payload)
{
	snprintf(s->md5_hex, sizeof(s->md5_hex), "%032jx-0",
	    (uintmax_t)s->size);
	if (payload.len == 64)
		memcpy(s->md5_hex, payload.p, 32);
}

const char *
spool_body(struct spool *s, struct request *r, struct span payload,
    bool trust)
{
	struct span md5 = request_field(r, "Content-MD5");
	br_sha256_context sha;
	unsigned char digest[32];
	char hex[65];
	bool check_sha = !trust && !span_is(payload, VERIFY_UNSIGNED);
	const char *wrong;

	s->hashes = !trust;
	br_sha256_init(&sha);
	if ((wrong = receive(s, r, check_sha ? &sha : NULL)) != NULL)
		return wrong;
	if (spool_end(s) != 0)
		return "InternalError";
	if (trust)
		invent_md5(s, payload);
	br_sha256_out(&sha, digest);
	hex_encode(hex, digest, 32);
	if (check_sha && !span_is(payload, hex))
		return "XAmzContentSHA256Mismatch";
	if (md5.p == NULL || trust)
		return NULL;
	if (base64_decode(digest, 16, md5) != 0)
		return "InvalidDigest";
	hex_encode(hex, digest, 16);
	return strcmp(hex, s->md5_hex) == 0 ? NULL : "BadDigest";
}
