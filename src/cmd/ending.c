/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "journal.h"
#include "multipart_list.h"
#include "parts.h"
#include "parts_rows.h"
#include "report.h"
#include "text.h"

#include "ending.h"

/*
 * A Create takes effect while its signature holds, as far as clocks can be
 * read: a list tells whole seconds.
 */
#define LOST_BEFORE_S 2
#define LOST_AFTER_S (CLIENT_SIGNED_MS / 1000 + 60 + LOST_BEFORE_S)

#define ENDING_TRIES 2		/* Aborts that an upload mostly takes */

void
ending_cost(const struct run *run, const struct unfinished_upload *u,
    struct history_cost *cost)
{
	if (u->over)
		return;
	if (u->upload_id.len > 0)
		cost->requests[provider_class(run->provider,
		    S3_ABORT)] += ENDING_TRIES;
	else
		cost->requests[provider_class(run->provider,
		    S3_LISTUPLOADS)]++;
}

/* --- Its journal ---------------------------------------------------------- */

/* Behind its last row, that it is over; then it goes. */
static int
conclude(struct run *run, struct journal_reader *r, const char *name,
    enum parts_end end, struct err *e)
{
	struct clock *clock = run->app->clock;
	struct journal j = { .guard = run->app->guard };
	enum journal_kind last = JOURNAL_NONE;
	struct journal_row row;
	int rc;

	if (journal_read_open(r, run->archive->state, name, e) != 0)
		return -1;
	while ((rc = journal_read(r, &row, e)) == 1)
		last = row.kind;
	if (rc == 0)
		rc = journal_reopen(&j, r, e);
	journal_read_close(r);
	if (rc == 0)
		rc = last == JOURNAL_ENDED || last == JOURNAL_NONE ?
		    journal_remove(&j, e) : journal_end(&j,
		    parts_end_name(end), clock->wall_s(clock), e);
	journal_close(&j);
	return rc;
}

static int
end_journal(struct run *run, const struct unfinished_upload *u,
    enum parts_end end, struct err *e)
{
	struct journal_reader *r;
	int rc;

	if (u->journal.p == NULL)
		return 0;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a journal");
	rc = conclude(run, r, u->journal.p, end, e);
	free(r);
	return rc;
}

/* --- One whose id nobody knows -------------------------------------------- */

/* Began it when that Create of ours may have? */
static bool
may_be_ours(const struct multipart_entry *entry,
    const struct unfinished_upload *u, const struct client *c)
{
	int64_t since = u->since + (c->skew_known ? c->skew_s : 0);

	return entry->begun_at == 0 ||
	    (entry->begun_at >= since - LOST_BEFORE_S &&
	    entry->begun_at <= since + LOST_AFTER_S);
}

static int
end_lost(struct run *run, const struct unfinished_upload *u, struct span key,
    struct err *e)
{
	struct client *c = &run->session->client;
	struct multipart_list_uploads list;
	struct multipart_entry entry;
	unsigned found = 0;
	int rc;

	multipart_list_uploads_open(&list, c, key, true);
	while ((rc = multipart_list_uploads_next(&list, &entry, e)) == 1) {
		if (!may_be_ours(&entry, u, c))
			continue;
		found++;
		rc = out_warn(run->app->out, e, "%s: perhaps ours: upload %s",
		    u->key.p, entry.id);
		if (rc != 0)
			break;
	}
	multipart_list_uploads_close(&list);
	if (rc != 0)
		return -1;
	if (found == 0)
		return end_journal(run, u, PARTS_GONE, e);
	err_set(e, ERR_INDETERMINATE, "the answer that had the upload's id was "
	    "lost, and %u of this key may be it", found);
	return err_advise(e, "where it is no other box's, end it: consign "
	    "abort --upload-id ID --key KEY");
}

/* --- All of it ------------------------------------------------------------ */

static int
end_known(struct run *run, const struct unfinished_upload *u, struct span key,
    struct err *e)
{
	const struct multipart up = { key, u->upload_id.p };

	/* No part of it may be under way (field.md 6.16). */
	client_close(&run->session->client);
	if (multipart_abort(&run->session->client, &up, e) != 0 ||
	    parts_rows_aborted(&run->history, key, u->upload_id.p, e) != 0)
		return -1;
	return end_journal(run, u, PARTS_ABORTED, e);
}

int
ending_do(struct run *run, const struct unfinished_upload *u, struct err *e)
{
	const struct unfinished_place here = { run->store.store_ref,
	    run->endpoint_url, run->store.bucket };
	struct history_cost cost = { .objects = 0 };
	char raw[REPORT_KEY_MAX + 1];
	struct buf key;

	if (u->over)
		return end_journal(run, u, PARTS_GONE, e);
	if (!unfinished_is_at(u, &here)) {
		err_set(e, ERR_CONFIG_INVALID, "its store was at %s, bucket "
		    "%s, then", u->endpoint.p, u->bucket.p);
		return err_advise(e, "name that place by --endpoint and "
		    "--bucket");
	}
	buf_fixed(&key, raw, sizeof(raw));
	if (text_unescape(&key, u->key) != 0 || !buf_ok(&key) ||
	    (u->upload_id.len > 0 && !multipart_is_id(u->upload_id.p)))
		return err_set(e, ERR_LEDGER_BROKEN, "no store can have such "
		    "a key or upload id");
	ending_cost(run, u, &cost);
	if (history_reserve(&run->history, &cost, e) != 0)
		return -1;
	return (u->upload_id.len > 0 ? end_known : end_lost)(run, u,
	    buf_as_span(&key), e);
}
