/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "clock_sys.h"
#include "hex.h"
#include "parts_rows.h"
#include "window.h"

#include "parts_journal.h"

static int64_t
now_of(const struct parts_journal *j)
{
	return j->run->app->clock->wall_s(j->run->app->clock);
}

static int
add(struct parts_journal *j, struct journal_row row, struct err *e)
{
	row.time = now_of(j);
	return journal_add(&j->file, &row, e);
}

void
parts_journal_init(struct parts_journal *j, struct run *run,
    struct span path)
{
	*j = (struct parts_journal){ .run = run, .path = path,
	    .file = { .guard = run->app->guard } };
}

int
parts_journal_intend(struct parts_journal *j,
    const struct journal_intent *intent, struct err *e)
{
	struct rng *rng = j->run->app->rng;
	uint8_t random[JOURNAL_RANDOM];
	char id[JOURNAL_ID_LEN + 1];
	const struct journal_at at = { j->run->archive->state, id,
	    now_of(j) };
	struct journal_intent all = *intent;

	if (rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	journal_make_id(id, at.now, random);
	all.schema = span_of(JOURNAL_SCHEMA);
	all.begin_seq = j->run->history.begin_seq;
	all.store_ref = span_of(j->run->store.store_ref);
	all.endpoint = span_of(j->run->endpoint_url);
	all.bucket = span_of(j->run->store.bucket);
	all.path = j->path;
	return journal_create(&j->file, &at, &all, e);
}

int
parts_journal_begun(struct parts_journal *j, const struct parts *p,
    struct err *e)
{
	if (add(j, (struct journal_row){ .kind = JOURNAL_BEGUN,
	    .upload_id = span_of(p->upload_id) }, e) != 0)
		return -1;
	return parts_rows_begun(&j->run->history, j->path, p, e);
}

int
parts_journal_landed(struct parts_journal *j, const struct parts *p,
    unsigned number, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];
	const struct journal_landed part = { number, { hex, SHA256_HEX_LEN },
	    span_of(parts_etag(p, number)),
	    p->offset != NULL ? parts_length(p, number) : FORM_NONE };

	hex_encode(hex, parts_digest(p, number), SHA256_LEN);
	return add(j, (struct journal_row){ .kind = JOURNAL_PART,
	    .part = part }, e);
}

int
parts_journal_note(struct parts_journal *j, enum journal_kind kind,
    struct err *e)
{
	return add(j, (struct journal_row){ .kind = kind }, e);
}

int
parts_journal_generation(struct parts_journal *j, const struct object *o,
    unsigned proven, struct err *e)
{
	struct journal_row row = { .kind = proven > 0 ? JOURNAL_PROVEN :
	    JOURNAL_COMPLETED, .generation.number = proven };

	if (o->etag[0] != '\0')
		row.generation.etag = span_of(o->etag);
	if (o->version_id[0] != '\0')
		row.generation.version_id = span_of(o->version_id);
	return add(j, row, e);
}

int
parts_journal_ended(struct parts_journal *j, const struct parts *p,
    enum parts_end end, struct err *e)
{
	if (end != PARTS_COMPLETED && parts_rows_aborted(&j->run->history,
	    p->key, p->upload_id, e) != 0)
		return -1;
	return journal_end(&j->file, parts_end_name(end), now_of(j), e);
}

int
parts_journal_window(const struct parts_journal *j, enum err_code code,
    struct err *e)
{
	const char *text = j->run->archive->conf.window;
	struct window w;

	if (text == NULL)
		return 0;
	if (window_parse(&w, span_of(text), e) != 0)
		return -1;
	return window_is_open(&w, clock_sys_minute(now_of(j))) ? 0 :
	    err_set(e, code, "the window has closed");
}
