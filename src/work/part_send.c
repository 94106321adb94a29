/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "hash.h"
#include "hex.h"
#include "md5.h"
#include "multipart.h"
#include "pages.h"

#include "part_send.h"

/* What became of one attempt. */
enum step {
	STEP_FAILED = -1,	/* see err */
	STEP_LOST,
	STEP_AGAIN
};

/* A part of the file as a body. */
struct part_body {
	struct client_body body;
	const struct file *file;
	int64_t start, at;
};

static ssize_t
body_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct part_body *b = (struct part_body *)s;
	int64_t left = b->start + s->size - b->at;
	ssize_t got;

	/* The way here, a handshake perhaps, was longer than what comes. */
	if (b->at == b->start)
		pages_drop_program();
	if ((int64_t)n > left)
		n = (size_t)left;
	got = file_read_at(b->file, p, n, b->at, e);
	if (got < 0)
		return -1;
	/* The last block stays until the file is known not to have changed. */
	if (got == 0 || (got == left && !hash_still_holds(b->file)))
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file changed while it was sent");
	b->at += got;
	return got;
}

static int
body_rewind(struct client_body *body, struct err *e)
{
	struct part_body *b = (struct part_body *)body;

	(void)e;
	b->at = b->start;
	return 0;
}

/* The store says that the bytes are not those of the digest: is it so? */
static enum step
judge_digest(struct part_send *s, bool *refused, struct err *e)
{
	uint8_t now[SHA256_LEN];

	if (hash_file_range(s->file, s->offset, s->size, now, e) != 0)
		return STEP_FAILED;
	if (memcmp(now, s->digest, SHA256_LEN) != 0)
		return err_set(e, ERR_LOCAL_BYTES_CHANGED,
		    "the file is no longer the object");
	if (*refused)
		return STEP_FAILED;
	*refused = true;
	err_clear(e);
	return STEP_AGAIN;
}

bool
part_send_again(struct client *c, unsigned failures, struct err *e)
{
	bool garbled = !c->answered && e->code == ERR_INDETERMINATE;

	if (garbled)
		e->code = ERR_UNREACHABLE;
	if (client_again(c, failures, e))
		return true;
	if (garbled && e->code == ERR_UNREACHABLE)
		e->code = ERR_INDETERMINATE;
	return false;
}

/* It was not taken. */
static enum step
judge(struct part_send *s, unsigned failures, struct err *e)
{
	struct client *c = s->client;
	struct err ignored = {0};

	if (c->answered && c->refusal.class == S3ERR_NO_UPLOAD)
		return STEP_LOST;
	if (c->answered && c->refusal.class == S3ERR_CLOCK &&
	    client_check_clock(c, &ignored) == 0)
		err_advise(e, "the signature grew old while a part was sent: "
		    "make --multipart-part-size smaller");
	return part_send_again(c, failures, e) ? STEP_AGAIN : STEP_FAILED;
}

int
part_send_is(struct part_send *s, const struct multipart_found *found,
    struct err *e)
{
	uint8_t digest[SHA256_LEN], md5[MD5_LEN];
	char hex[2 * MD5_LEN + 1];

	if (found->number != s->number || found->size != s->size ||
	    strlen(found->etag) != 2 * MD5_LEN)
		return 0;
	if (hash_file_range_md5(s->file, s->offset, s->size, digest, md5,
	    e) != 0)
		return -1;
	hex_encode(hex, md5, MD5_LEN);
	if (strcmp(hex, found->etag) != 0 ||
	    memcmp(digest, s->digest, SHA256_LEN) != 0)
		return 0;
	memcpy(s->etag, hex, sizeof(hex));
	return 1;
}

/* By a list, which this key may not be allowed to see: 1, 0, -1. */
static int
look(struct part_send *s, struct err *e)
{
	const struct multipart up = { s->key, s->upload_id };
	struct multipart_list_parts list;
	struct multipart_found found;
	int rc;

	multipart_list_parts_open(&list, s->client, &up, s->number - 1);
	rc = multipart_list_parts_next(&list, &found, e);
	multipart_list_parts_close(&list);
	if (rc == 1)
		return part_send_is(s, &found, e);
	if (rc < 0 && (!s->client->answered || err_is_transient(e->code)))
		return -1;
	err_clear(e);
	return 0;
}

int
part_send(struct part_send *s, struct err *e)
{
	struct multipart up = { s->key, s->upload_id };
	char hex[SHA256_HEX_LEN + 1];
	struct part_body b = { .body = { .source = { s->size, body_read },
	    .rewind = body_rewind }, .file = s->file, .start = s->offset };
	struct multipart_part part = { s->number, &b.body, hex };
	enum step step = STEP_AGAIN;
	unsigned failures = 0;
	bool refused = false;
	int found;

	hex_encode(hex, s->digest, SHA256_LEN);
	s->etag[0] = '\0';
	s->lost = false;
	if (s->again && (found = look(s, e)) != 0)
		return found < 0 ? -1 : 0;
	while (step == STEP_AGAIN) {
		s->attempts++;
		if (multipart_send(s->client, &up, &part, s->etag, e) == 0)
			return 0;
		s->etag[0] = '\0';
		step = s->client->answered &&
		    s->client->refusal.class == S3ERR_DIGEST_REFUSED ?
		    judge_digest(s, &refused, e) : judge(s, ++failures, e);
	}
	if (step == STEP_FAILED)
		return err_ctx(e, "part %u", s->number);
	s->lost = true;
	err_clear(e);
	return 0;
}
