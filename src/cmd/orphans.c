/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ending.h"
#include "report.h"
#include "text.h"

#include "orphans.h"

/* What `put` and `prove` send is of no source: see archive_conf.h. */
static bool
is_of_a_source(const struct unfinished_upload *u)
{
	return !span_starts(u->path, "put/") &&
	    !span_starts(u->path, "prove/");
}

int
orphans_open(struct orphans *o, struct run *run, struct err *e)
{
	const struct unfinished_place here = { run->store.store_ref,
	    run->endpoint_url, run->store.bucket };

	*o = (struct orphans){ .run = run };
	if (unfinished_journals(&o->found, run->archive->state, e) != 0)
		return -1;
	if (o->found.damaged > 0 && out_warn(run->app->out, e,
	    "consign: %s: %s; the upload that it is of may be listed by "
	    "'consign abort'", err_word(o->found.damage.code),
	    o->found.damage.msg) != 0)
		return -1;
	if (o->found.n == 0)
		return 0;
	o->keep = calloc(o->found.n, sizeof(o->keep[0]));
	if (o->keep == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for uploads");
	for (size_t i = 0; i < o->found.n; i++)
		o->keep[i] = !unfinished_is_at(&o->found.upload[i], &here);
	return 0;
}

/* --- Which are wanted ----------------------------------------------------- */

/* Are these the bytes and, escaped, the key of that upload? */
static bool
is_same(const struct unfinished_upload *u, struct span object_id,
    struct span key)
{
	return span_eq(u->object_id, object_id) && span_eq(u->key, key);
}

void
orphans_wanted(struct orphans *o, const struct item *item)
{
	for (size_t i = 0; i < o->found.n; i++)
		o->keep[i] |= is_same(&o->found.upload[i],
		    span_of(item->object_id), item->key_text);
}

void
orphans_seen(struct orphans *o, const struct item *item)
{
	o->unsure |= item->kind == WALK_UNREADABLE ||
	    (item->kind == WALK_FILE && item->object_id[0] == '\0');
	/* What cannot be sent now may be, later. */
	if (item->plan.verdict == PLAN_BLOCKED)
		orphans_wanted(o, item);
}

/* --- Ending --------------------------------------------------------------- */

/* What says something of this upload alone is for people to mend. */
static bool
is_bearable(const struct err *why)
{
	switch (why->code) {
	case ERR_PERMISSION_DENIED:
	case ERR_STORE_REFUSED:
	case ERR_INDETERMINATE:
	case ERR_LEDGER_BROKEN:
		return true;
	default:
		return false;
	}
}

static int
end(struct orphans *o, size_t i, struct err *e)
{
	const struct unfinished_upload *u = &o->found.upload[i];
	struct out *out = o->run->app->out;
	struct err why = {0};

	o->keep[i] = true;		/* once is enough for a run */
	if (ending_do(o->run, u, &why) == 0)
		return u->over ? 0 : out_note(out, e, "ended the unfinished "
		    "upload of %s, whose bytes are no longer there",
		    u->path.p);
	if (why.code == ERR_IO_ERROR && why.sys == ENOENT)
		return 0;		/* it was gone on with, and ended */
	if (is_bearable(&why))
		return out_warn(out, e, "consign: %s: the unfinished upload of "
		    "%s: %s; see 'consign abort'", err_word(why.code),
		    u->path.p, why.msg);
	*e = why;
	return err_ctx(e, "the unfinished upload of %s", u->path.p);
}

int
orphans_replace(struct orphans *o, const struct job *job, struct err *e)
{
	char id[7 + SHA256_HEX_LEN + 1], key[3 * REPORT_KEY_MAX + 1];
	struct buf as_id, as_key;

	buf_fixed(&as_id, id, sizeof(id));
	buf_printf(&as_id, "sha256:%s", job->hex);
	buf_fixed(&as_key, key, sizeof(key));
	text_escape(&as_key, job->key);
	for (size_t i = 0; i < o->found.n; i++) {
		const struct unfinished_upload *u = &o->found.upload[i];

		if (!o->keep[i] && span_eq(u->path, job->path) &&
		    !is_same(u, buf_as_span(&as_id), buf_as_span(&as_key)) &&
		    end(o, i, e) != 0)
			return -1;
	}
	return 0;
}

int
orphans_end(struct orphans *o, struct err *e)
{
	const struct selection_options *select = &o->run->app->opt->selection;

	if (o->unsure || select->only.n > 0 || select->plan_from != NULL)
		return 0;
	for (size_t i = 0; i < o->found.n; i++)
		if (!o->keep[i] && is_of_a_source(&o->found.upload[i]) &&
		    end(o, i, e) != 0)
			return -1;
	return 0;
}

void
orphans_close(struct orphans *o)
{
	unfinished_free(&o->found);
	free(o->keep);
	o->keep = NULL;
}
