/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "part_send.h"

#include "parts_internal.h"

int
parts_open(struct parts *p, struct err *e)
{
	int64_t count;

	p->size = p->file->id.size;
	BUG_ON(p->part_size <= 0);
	count = p->size / p->part_size + (p->size % p->part_size != 0);
	if (count < 1 || count > MULTIPART_PARTS_MAX)
		return err_set(e, ERR_PLAN_UNFIT,
		    "%lld bytes do not make 1 to %d parts of %lld bytes",
		    (long long)p->size, MULTIPART_PARTS_MAX,
		    (long long)p->part_size);
	p->count = (unsigned)count;
	return parts_make_room(p, p->count, e);
}

int
parts_make_room(struct parts *p, unsigned count, struct err *e)
{
	p->part = calloc(count, sizeof(p->part[0]));
	buf_init(&p->tags, 2 + (size_t)count * (ETAG_MAX + 1));
	buf_putc(&p->tags, '\0');	/* place 0 is that of none */
	if (p->part != NULL && buf_ok(&p->tags))
		return 0;
	parts_close(p);
	return err_set(e, ERR_NO_MEMORY, "no memory for %u parts", count);
}

void
parts_close(struct parts *p)
{
	free(p->part);
	buf_free(&p->tags);
	p->part = NULL;
}

void
parts_remember(struct parts *p, unsigned number, const char *etag)
{
	BUG_ON(number < 1 || number > p->count || etag[0] == '\0');
	p->part[number - 1].tag_at = (uint32_t)p->tags.len;
	buf_put(&p->tags, etag, strlen(etag) + 1);
	if (!buf_ok(&p->tags))
		p->part[number - 1].tag_at = 0;
}

void
parts_known(struct parts *p, unsigned number,
    const uint8_t digest[SHA256_LEN], const char *etag)
{
	if (number < 1 || number > p->count || etag[0] == '\0' ||
	    p->part[number - 1].tag_at != 0) {
		p->stale = true;	/* not parts of this file */
		return;
	}
	memcpy(p->part[number - 1].digest, digest, SHA256_LEN);
	parts_remember(p, number, etag);
	p->kept++;
}

void
parts_unprove(struct parts *p)
{
	for (unsigned i = 0; i < p->count; i++)
		p->part[i].proven = false;
}

void
parts_proven(struct parts *p, unsigned number, const struct object *of)
{
	if (!object_is_current(&p->proven_of, of))
		parts_unprove(p);
	p->proven_of = *of;
	if (number >= 1 && number <= p->count)
		p->part[number - 1].proven = true;
}

void
parts_forget(struct parts *p)
{
	for (unsigned i = 0; i < p->count; i++)
		p->part[i].tag_at = 0;
	parts_unprove(p);
	p->proven_of.exists = false;
	buf_reset(&p->tags);
	buf_putc(&p->tags, '\0');
	p->kept = 0;
	p->told.exists = false;
	p->stale = p->completing = p->doubtful = p->unsure = false;
}

const uint8_t *
parts_digest(const struct parts *p, unsigned number)
{
	return p->part[number - 1].digest;
}

const char *
parts_etag(const struct parts *p, unsigned number)
{
	return p->tags.data + p->part[number - 1].tag_at;
}

int64_t
parts_offset(const struct parts *p, unsigned number)
{
	if (p->offset != NULL)
		return p->offset(p, number);
	return (int64_t)(number - 1) * p->part_size;
}

int64_t
parts_length(const struct parts *p, unsigned number)
{
	int64_t start = parts_offset(p, number);
	int64_t end = parts_offset(p, number + 1);

	return (end < p->size ? end : p->size) - start;
}

/* --- What may have landed ------------------------------------------------- */

/* A part as the store lists it: is it ours, and not known yet? */
static int
take_found(struct parts *p, const struct multipart_found *found, struct err *e)
{
	unsigned n = found->number;
	struct part_send s = { .file = p->file, .number = n };
	int rc;

	if (n > p->count || parts_etag(p, n)[0] != '\0')
		return 0;
	s.offset = parts_offset(p, n);
	s.size = parts_length(p, n);
	s.digest = parts_digest(p, n);
	rc = part_send_is(&s, found, e);
	if (rc != 1)
		return rc;
	parts_remember(p, n, s.etag);
	p->kept++;
	return p->hooks->landed(p, n, e);
}

int
parts_look(struct parts *p, struct err *e)
{
	const struct multipart up = { p->key, p->upload_id };
	struct multipart_list_parts list;
	struct multipart_found found;
	unsigned first = 1;
	int rc;

	while (first <= p->count && parts_etag(p, first)[0] != '\0')
		first++;
	if (!p->unsure || p->completing || first > p->count)
		return 0;
	multipart_list_parts_open(&list, p->client, &up, first - 1);
	while ((rc = multipart_list_parts_next(&list, &found, e)) == 1 &&
	    take_found(p, &found, e) == 0)
		;
	multipart_list_parts_close(&list);
	p->unsure = rc != 0;
	if (rc < 0 && p->client->answered && !err_is_transient(e->code)) {
		/* This key may not list, or there is no such upload. */
		err_clear(e);
		return 0;
	}
	return rc == 0 ? 0 : -1;
}
