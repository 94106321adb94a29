/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "part_send.h"

#include "parts_internal.h"

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
