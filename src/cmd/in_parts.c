/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "journal.h"
#include "parts_journal.h"
#include "report.h"
#include "speed.h"
#include "text.h"

#include "in_parts.h"

/* What the hooks work with. */
struct in_parts {
	struct run *run;
	const struct job *job;
	char object_id[7 + SHA256_HEX_LEN + 1];
	char key[3 * REPORT_KEY_MAX + 1];	/* escaped */
	struct parts_journal journal;
	bool settled;			/* it became an object: its journal
					   stays until that is on record */
	struct journal_reader reader;
};

int
in_parts_plan(struct parts_plan *plan, const struct provider *provider,
    const struct store_conf *sc, int64_t size, struct err *e)
{
	const struct parts_limits limits = { .put_max = provider->put_max,
	    .part_min = provider->part_min, .part_max = provider->part_max,
	    .object_max = provider->object_max,
	    .parts_max = provider->parts_max,
	    .expiry_days = provider->expiry_days };
	const struct parts_wish wish = { .size = size,
	    .threshold = sc->multipart_threshold,
	    .part_size = sc->multipart_part_size,
	    .allow_tiny = sc->allow_tiny_parts, .speed = sc->speed,
	    .lanes = sc->speed != 0 ? speed_jobs(sc) : 1,
	    .day_bytes = sc->day_bytes };

	return parts_plan(plan, &limits, &wish, e);
}

/* --- The hooks ------------------------------------------------------------ */

static int
intend(struct parts *p, struct err *e)
{
	struct in_parts *s = p->context;
	struct row_admit file;

	row_identify(&file, &p->file->id);
	return parts_journal_intend(&s->journal, &(struct journal_intent){
		.object_id = span_of(s->object_id),
		.remote_key = span_of(s->key),
		.size_bytes = p->size,
		.inode = file.inode,
		.mtime_ns = file.mtime_ns,
		.ctime_ns = file.ctime_ns,
		.part_size_bytes = p->part_size,
		.part_count = p->count,
	}, e);
}

static int
begun(struct parts *p, struct err *e)
{
	return parts_journal_begun(&((struct in_parts *)p->context)->journal,
	    p, e);
}

static int
landed(struct parts *p, unsigned number, struct err *e)
{
	struct in_parts *s = p->context;

	if (parts_journal_landed(&s->journal, p, number, e) != 0)
		return -1;
	return number < p->count ? parts_journal_window(&s->journal,
	    ERR_SUSPENDED, e) : 0;
}

static int
proven(struct parts *p, unsigned number, struct err *e)
{
	struct in_parts *s = p->context;

	if (parts_journal_generation(&s->journal, &p->there, number, e) != 0)
		return -1;
	return number < p->count ? parts_journal_window(&s->journal,
	    ERR_SUSPENDED, e) : 0;
}

static int
completed(struct parts *p, struct err *e)
{
	return parts_journal_generation(
	    &((struct in_parts *)p->context)->journal, &p->told, 0, e);
}

static int
suspended(struct parts *p, struct err *e)
{
	return parts_journal_note(&((struct in_parts *)p->context)->journal,
	    JOURNAL_SUSPENDED, e);
}

static int
completing(struct parts *p, struct err *e)
{
	return parts_journal_note(&((struct in_parts *)p->context)->journal,
	    JOURNAL_COMPLETING, e);
}

static int
ended(struct parts *p, enum parts_end end, struct err *e)
{
	struct in_parts *s = p->context;

	s->settled = end == PARTS_COMPLETED;
	return s->settled ? 0 : parts_journal_ended(&s->journal, p, end, e);
}

static void
phase(struct parts *p, enum upload_phase which)
{
	const struct in_parts *s = p->context;

	progress_phase(s->run->app->progress, progress_of_upload(which),
	    s->job->path);
}

/* --- What an earlier run has left ----------------------------------------- */

static bool
is_of_job(const struct in_parts *s, const struct journal_intent *i)
{
	return span_is(i->store_ref, s->run->store.store_ref) &&
	    span_is(i->endpoint, s->run->endpoint_url) &&
	    span_is(i->bucket, s->run->store.bucket) &&
	    span_is(i->remote_key, s->key) &&
	    span_is(i->object_id, s->object_id) &&
	    i->size_bytes == s->job->size && i->part_size_bytes > 0;
}

/* A text of a row, none of which is longer than its form allows. */
static void
copy(char *to, size_t size, struct span text)
{
	if (text.len >= size)
		text.len = 0;
	if (text.len > 0)
		memcpy(to, text.p, text.len);
	to[text.len] = '\0';
}

static void
recall_part(struct parts *p, const struct journal_landed *part)
{
	char etag[ETAG_MAX + 1];
	uint8_t digest[SHA256_LEN];

	copy(etag, sizeof(etag), part->etag);
	if (hex_decode(digest, SHA256_LEN, part->sha256) == 0)
		parts_known(p, (unsigned)part->number, digest, etag);
}

static struct object
recall_generation(const struct parts *p, const struct journal_generation *g)
{
	struct object o = { .exists = true, .size = p->size };

	copy(o.etag, sizeof(o.etag), g->etag);
	copy(o.version_id, sizeof(o.version_id), g->version_id);
	return o;
}

/* The rest of a journal, into the upload that it is about. */
static int
recall_rows(struct in_parts *s, struct parts *p, bool *over, struct err *e)
{
	struct journal_row row;
	struct object o;
	int rc;

	while ((rc = journal_read(&s->reader, &row, e)) == 1) {
		o = recall_generation(p, &row.generation);
		p->unsure = row.kind != JOURNAL_SUSPENDED;
		if (row.kind == JOURNAL_BEGUN)
			copy(p->upload_id, sizeof(p->upload_id),
			    row.upload_id);
		else if (row.kind == JOURNAL_PART)
			recall_part(p, &row.part);
		else if (row.kind == JOURNAL_COMPLETING)
			p->completing = true;
		else if (row.kind == JOURNAL_COMPLETED)
			p->told = o;
		else if (row.kind == JOURNAL_PROVEN)
			parts_proven(p, (unsigned)row.generation.number, &o);
		else if (row.kind == JOURNAL_ENDED)
			*over = true;
	}
	return rc;
}

/* Is the file as it was when the upload was begun? */
static bool
is_unchanged(const struct file *file, const struct journal_intent *i)
{
	struct row_admit now;

	row_identify(&now, &file->id);
	return i->inode == now.inode && i->mtime_ns == now.mtime_ns &&
	    i->ctime_ns == now.ctime_ns;
}

/* 1: it is the journal of this very upload, and p goes on from there. */
static int
recall(struct in_parts *s, struct parts *p, const char *name, struct err *e)
{
	struct journal_row row;
	bool over = false;
	int rc;

	if (journal_read_open(&s->reader, s->run->archive->state, name,
	    e) != 0)
		return -1;
	rc = journal_read(&s->reader, &row, e);
	if (rc == 1 && !is_of_job(s, &row.intent))
		rc = 0;
	if (rc == 1) {
		p->part_size = row.intent.part_size_bytes;
		p->intended_at = row.time;
		p->unchanged = is_unchanged(p->file, &row.intent);
		rc = parts_open(p, e) == 0 && recall_rows(s, p, &over,
		    e) == 0 && journal_reopen(&s->journal.file, &s->reader,
		    e) == 0 ? 1 : -1;
	}
	if (rc == 1 && p->upload_id[0] != '\0')
		p->intended_at = 0;
	journal_read_close(&s->reader);
	if (rc != 1 || !over)
		return rc;
	/* It ended; only its removal was cut off. */
	rc = journal_remove(&s->journal.file, e);
	journal_close(&s->journal.file);
	parts_close(p);
	p->upload_id[0] = '\0';
	p->completing = p->told.exists = p->unsure = false;
	p->intended_at = 0;
	return rc;
}

static int
find_journal(struct in_parts *s, struct parts *p, struct err *e)
{
	struct dir uploads = {0};
	int rc = journal_list(&uploads, s->run->archive->state, e);

	if (rc <= 0)
		return rc;
	rc = 0;
	for (size_t i = 0; i < uploads.n && rc == 0; i++) {
		if (journal_is_name(uploads.entry[i].name))
			rc = recall(s, p, uploads.entry[i].name, e);
		/* One that is damaged says nothing of the others. */
		if (rc < 0 && e->code == ERR_LEDGER_BROKEN &&
		    p->part == NULL) {
			err_clear(e);
			rc = 0;
		}
	}
	dir_close(&uploads);
	return rc;
}

/* --- All of it ------------------------------------------------------------ */

static int
name_texts(struct in_parts *s, struct err *e)
{
	struct buf b;

	buf_fixed(&b, s->object_id, sizeof(s->object_id));
	buf_printf(&b, "sha256:%s", s->job->hex);
	buf_fixed(&b, s->key, sizeof(s->key));
	text_escape(&b, s->job->key);
	return buf_ok(&b) ? 0 : err_set(e, ERR_PLAN_UNFIT,
	    "the key is too long");
}

int
in_parts_open(struct in_parts **in_parts, struct parts *p,
    struct in_parts_of of, struct err *e)
{
	static const struct parts_hooks hooks = { .intend = intend,
	    .begun = begun, .landed = landed, .completing = completing,
	    .completed = completed, .proven = proven,
	    .suspended = suspended, .ended = ended };
	const struct facts *f = of.run->history.facts;
	const struct job *job = of.job;
	struct in_parts *s = calloc(1, sizeof(*s));
	int rc;

	*in_parts = s;
	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a journal");
	s->run = of.run;
	s->job = job;
	parts_journal_init(&s->journal, of.run, job->path);
	*p = (struct parts){ .client = &of.run->session->client,
	    .file = of.file, .key = job->key,
	    .part_size = job->parts.part_size,
	    .hooks = &hooks, .phase = phase, .context = s,
	    .how = f->get_if_match ? PARTS_RANGES : PARTS_REHASH,
	    .keep = true, .force = job->force, .digest = job->digest,
	    .known = job->look ? &job->known : NULL,
	    .delete_if_match = f->delete_if_match,
	    .versioned = f->versioned };
	rc = name_texts(s, e) == 0 ? find_journal(s, p, e) : -1;
	if (rc == 0)
		rc = parts_open(p, e);
	return rc < 0 ? -1 : 0;
}

int
in_parts_settle(struct in_parts *in_parts, struct err *e)
{
	if (in_parts == NULL || !in_parts->settled)
		return 0;
	in_parts->settled = false;
	if (history_flush(&in_parts->run->history, e) != 0)
		return -1;
	return parts_journal_ended(&in_parts->journal, NULL, PARTS_COMPLETED,
	    e);
}

void
in_parts_close(struct in_parts *in_parts)
{
	if (in_parts != NULL)
		journal_close(&in_parts->journal.file);
	free(in_parts);
}
