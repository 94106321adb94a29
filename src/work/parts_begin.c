/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "multipart_list.h"
#include "part_send.h"

#include "parts_internal.h"

/* A second is all that a list tells, and clocks are read before requests. */
#define SLACK_S 2

/* This moment, or one of ours, by the store's clock. */
static int64_t
store_time(const struct client *c, int64_t ours)
{
	return ours + (c->skew_known ? c->skew_s : 0);
}

/*
 * Count the uploads of this key that were begun since then; *id is the last
 * one's.  One whose time the store does not tell is no candidate.
 */
static int
find_since(struct parts *p, int64_t since, char id[MULTIPART_ID_MAX + 1],
    struct err *e)
{
	struct multipart_list_uploads list;
	struct multipart_entry entry;
	int rc;

	p->strays = 0;
	multipart_list_uploads_open(&list, p->client, p->key, true);
	while ((rc = multipart_list_uploads_next(&list, &entry, e)) == 1) {
		if (entry.begun_at == 0 || entry.begun_at < since)
			continue;
		p->strays++;
		memcpy(id, entry.id, sizeof(entry.id));
	}
	multipart_list_uploads_close(&list);
	return rc;
}

/*
 * A Create of ours, at the time since, had no answer: did it begin an upload?
 * The only one of this key since then is taken for it.  (Should another box
 * have begun it in those very seconds: parts of other bytes than ours do
 * not pass Complete, which names the ETag of each.)  Of several, none is
 * taken: they stay, and are counted.
 */
static int
find_lost(struct parts *p, int64_t since, struct err *e)
{
	char id[MULTIPART_ID_MAX + 1];

	if (find_since(p, store_time(p->client, since) - SLACK_S, id,
	    e) != 0) {
		if (p->client->answered && !err_is_transient(e->code)) {
			/* This key may not list, or the store cannot. */
			err_clear(e);
			p->strays = 1;
			return 0;
		}
		return -1;
	}
	if (p->strays != 1)
		return 0;
	p->strays = 0;
	memcpy(p->upload_id, id, sizeof(id));
	return 0;
}

static int
create(struct parts *p, struct err *e)
{
	struct client *c = p->client;

	for (unsigned failures = 1; p->upload_id[0] == '\0'; failures++) {
		int64_t now = c->clock->wall_s(c->clock);

		if (multipart_create(c, p->key, p->upload_id, e) == 0)
			break;
		if (!part_send_again(c, failures, e))
			return err_ctx(e, "begin an upload");
		if (find_lost(p, now, e) != 0)
			return -1;
	}
	return 0;
}

int
parts_begin(struct parts *p, struct err *e)
{
	if (p->upload_id[0] != '\0')
		return 0;
	if (p->intended_at != 0) {
		if (find_lost(p, p->intended_at, e) != 0)
			return -1;
	} else if (p->hooks->intend(p, e) != 0) {
		return -1;
	}
	p->intended_at = 0;
	if (create(p, e) != 0)
		return -1;
	return p->hooks->begun(p, e);
}
