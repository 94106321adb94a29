/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchors.h"
#include "gate.h"
#include "grant.h"
#include "list.h"
#include "manifest_update.h"
#include "packs.h"
#include "record.h"
#include "session.h"

#include "recover_ledger.h"
#include "recover_say.h"

#include "recover.h"

/* A pack of one row and one receipt may pass the bound of those that do not. */
#define SIZE_MAX_OF_PACK (PACKS_SIZE_MAX + 4 * (int64_t)RECORD_SIZE_MAX)

/* Large. */
struct recovery {
	struct app *app;
	struct archive archive;
	struct store_conf store;
	struct endpoint endpoint;
	struct session session;
	struct keyring ring;
	struct anchors_search search;
	struct recover_ledger ledger;
	struct recover_end end;

	/* The pack at hand. */
	struct object_sink sink;
	struct file_tmp tmp;
	char folder[PACK_KEY_MAX + 1];
	char key[LIST_KEY_MAX + 1];
};

/* --- Before --------------------------------------------------------------- */

static int
name_archive(struct archive *a, const char *id, struct err *e)
{
	if (id == NULL)
		return archive_identify(a, e);
	if (!archive_conf_is_name(id))
		return err_set(e, ERR_USAGE, "'%s' is no archive id", id);
	if (a->conf.archive != NULL && strcmp(a->conf.archive, id) != 0)
		return err_set(e, ERR_CONFIG_INVALID,
		    "%s calls this archive '%s'", ARCHIVE_CONFIG,
		    a->conf.archive);
	memcpy(a->id, id, strlen(id) + 1);
	return 0;
}

/* History that is there is never replaced. */
static int
check_empty(const struct archive *a, struct err *e)
{
	const char *there = file_exists(a->ledger) ? a->ledger :
	    file_exists(a->manifest) ? a->manifest : NULL;

	if (there == NULL)
		return 0;
	err_set(e, ERR_USAGE, "there is a history already: '%s'", there);
	return err_advise(e, "name another --state, or move it away");
}

static int
check_words(const struct app *app, struct err *e)
{
	const struct approval_options *a = &app->opt->approval;
	const struct gate_facts facts = { .dry_run = a->dry_run,
	    .approve = a->approve, .reviewed_by = a->reviewed_by };

	return gate_check(GATE_MODE, &facts, e) == 0 ?
	    gate_check(GATE_REVIEWER, &facts, e) : -1;
}

static int
prepare(struct recovery *r, struct err *e)
{
	const struct ledger_options *opt = &r->app->opt->ledger;
	struct archive *a = &r->archive;
	struct buf b;

	if (check_words(r->app, e) != 0 ||
	    archive_locate(a, r->app, e) != 0 || check_empty(a, e) != 0 ||
	    name_archive(a, opt->archive_id, e) != 0 ||
	    archive_store(&r->store, a, r->app, &r->endpoint, e) != 0 ||
	    keyring_open(&r->ring, a->state, opt->writers, e) != 0)
		return -1;
	buf_fixed(&b, r->folder, sizeof(r->folder));
	pack_put_folder(&b, a->id);
	return 0;
}

/* --- The newest anchor ---------------------------------------------------- */

static enum anchors_verdict
judge_anchor(struct anchors_search *s, const struct anchors_found *f,
    struct err *e)
{
	const struct keyring *ring = &((struct recovery *)s->context)->ring;
	struct span id = span_of(f->anchor.by.writer);
	const struct writer *w = writers_find(&ring->writers, id);
	const uint8_t *point = keyring_find(ring, id);
	const struct grant_claim claim = { .archive = s->archive_id,
	    .time = f->anchor.time };

	(void)e;
	return point != NULL && anchor_is_by(&f->anchor, point) &&
	    (w == NULL || grant_judge(w, &claim) == GRANT_GIVEN) ?
	    ANCHORS_TAKE : ANCHORS_PASS;
}

static int
find_anchor(struct recovery *r, struct err *e)
{
	int rc;

	r->search = (struct anchors_search){ .archive_id = r->archive.id,
	    .judge = judge_anchor, .context = r };
	rc = anchors_in_store(&r->search, &r->session.client, e);
	if (rc == 1)
		r->ledger.anchor = &r->search.found.anchor;
	return rc < 0 ? -1 : 0;
}

/* --- Packs ---------------------------------------------------------------- */

static int
sink_write(struct object_sink *s, const void *p, size_t n, struct err *e)
{
	struct recovery *r = (struct recovery *)(void *)((char *)s -
	    offsetof(struct recovery, sink));

	return file_tmp_write(&r->tmp, p, n, e);
}

static int
sink_restart(struct object_sink *s, struct err *e)
{
	struct recovery *r = (struct recovery *)(void *)((char *)s -
	    offsetof(struct recovery, sink));

	return file_tmp_restart(&r->tmp, e);
}

static int
fetch(struct recovery *r, const struct list_entry *entry, struct err *e)
{
	struct object want = { .exists = true, .size = entry->size };

	memcpy(want.etag, entry->etag, sizeof(want.etag));
	if (entry->size > SIZE_MAX_OF_PACK)
		return err_set(e, ERR_LEDGER_BROKEN, "no pack is so large");
	r->sink = (struct object_sink){ sink_write, sink_restart };
	if (file_tmp_create(&r->tmp, r->archive.manifest, true, r->app->rng,
	    e) != 0)
		return -1;
	return file_tmp_hide(&r->tmp, e) == 0 ? object_fetch(
	    &r->session.client, span_of(r->key), &want, &r->sink, e) : -1;
}

/* Not there, or not the pack that it should be: what follows may be. */
static bool
may_go_on(const struct err *e)
{
	return e->code == ERR_LEDGER_BROKEN || e->code == ERR_NOT_FOUND ||
	    e->code == ERR_REPLACED_BY_OTHER;
}

static int
take(struct recovery *r, const struct list_entry *entry, int64_t from,
    int64_t to, struct err *e)
{
	struct err why = {0};
	struct file file;
	int rc = fetch(r, entry, &why);

	if (rc == 0) {
		file = file_tmp_reader(&r->tmp);
		file.path = r->key;
		rc = recover_ledger_take(&r->ledger, &file, from, to, &why);
	} else if (may_go_on(&why)) {
		rc = 0;
	}
	file_tmp_discard(&r->tmp);
	if (rc == 1) {
		r->end.why = RECOVER_COMPLETE;
		return out_debug(r->app->out, e, "%s: taken", r->key);
	}
	err_ctx(&why, "%s", r->key);
	if (rc < 0) {
		*e = why;
		return -1;
	}
	r->end.why = RECOVER_DAMAGED;
	return out_warn(r->app->out, e, "consign: %s: %s",
	    err_word(why.code), why.msg);
}

/* The next in the listing, which has them in order of their first rows. */
static int
consider(struct recovery *r, const struct list_entry *entry, struct err *e)
{
	size_t n = strlen(r->folder);
	struct span name = { entry->key.p + n, entry->key.len - n };
	struct clock *clock = r->app->clock;
	int64_t from, to;
	int sig = clock->stop_signal(clock);

	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return -1;
	}
	if (pack_parse_name(name, &from, &to) != 0 ||
	    to <= r->ledger.mark.rows)
		return 0;
	r->end.seen = to > r->end.seen ? to : r->end.seen;
	if (from > r->ledger.mark.rows) {
		if (r->end.why == RECOVER_COMPLETE) {
			r->end.why = RECOVER_GAP;
			r->end.gap_to = from;
		}
		return 0;
	}
	memcpy(r->key, entry->key.p, entry->key.len);
	r->key[entry->key.len] = '\0';
	return take(r, entry, from, to, e);
}

static int
none(const struct recovery *r, struct err *e)
{
	err_set(e, ERR_NOT_FOUND, "there is no history pack below %s",
	    r->folder);
	return err_advise(e, "name the archive by --archive-id; packs are made "
	    "with 'remote_receipts: true'");
}

static int
read_packs(struct recovery *r, struct err *e)
{
	const struct list_query query = { .kind = LIST_OBJECTS,
	    .prefix = span_of(r->folder) };
	struct list *list = calloc(1, sizeof(*list));
	struct list_entry entry;
	int rc;

	if (list == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a listing");
	list_open(list, &r->session.client, &query);
	/* Nothing is written before there is something to write. */
	rc = list_next(list, &entry, e);
	if (rc == 0)
		rc = none(r, e);
	else if (rc == 1 && (archive_make_state(&r->archive, e) != 0 ||
	    archive_lock(&r->archive, r->app, r->app->opt->approval.wait,
	    e) != 0 || check_empty(&r->archive, e) != 0 ||
	    archive_sweep(&r->archive, true, e) != 0 ||
	    recover_ledger_open(&r->ledger, e) != 0))
		rc = -1;
	for (; rc == 1; rc = list_next(list, &entry, e))
		if (consider(r, &entry, e) != 0) {
			rc = -1;
			break;
		}
	list_close(list);
	free(list);
	return rc;
}

/* --- All of it ------------------------------------------------------------ */

static int
write_all(struct recovery *r, struct err *e)
{
	const struct archive *a = &r->archive;
	struct manifest_update u = { .manifest = a->manifest,
	    .ledger = a->ledger, .guard = r->app->guard,
	    .rng = r->app->rng, .anew = true };

	if (r->ledger.mark.rows == 0)
		return err_set(e, ERR_VERIFICATION_FAILED, "no pack of row 0 "
		    "is what it should be: nothing is rebuilt");
	if (recover_ledger_commit(&r->ledger, e) != 0 ||
	    manifest_update(&u, e) != 0)
		return -1;
	r->end.objects = u.objects;
	return r->ledger.anchor == NULL ? 0 : anchors_keep(&r->search.found,
	    a->state, r->app, e);
}

static int
act(struct recovery *r, struct err *e)
{
	const struct session_terms terms = { .widest = ADDR_PUBLIC };

	r->ledger.app = r->app;
	r->ledger.archive = &r->archive;
	r->ledger.ring = &r->ring;
	if (session_open(&r->session, r->app, &r->store, terms, e) != 0 ||
	    find_anchor(r, e) != 0 || read_packs(r, e) != 0 ||
	    write_all(r, e) != 0)
		return -1;
	if (recover_say(r->app, &r->ledger, &r->end,
	    &r->session.client.counts, e) != 0)
		return -1;
	return recover_say_why(&r->ledger, &r->end, e);
}

static int
say_dry(struct recovery *r, struct err *e)
{
	struct app *app = r->app;
	char storage[8192];
	struct buf b;

	if (!app->opt->global.json)
		return out_result(app->out, e, "would look for the history of "
		    "'%s' below %s in %s, and write it to %s", r->archive.id,
		    r->folder, r->store.store_ref, r->archive.state);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "archive_id", span_of(r->archive.id));
	record_str(&b, "store_ref", span_of(r->store.store_ref));
	record_str(&b, "remote_key", span_of(r->folder));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

int
recover_run(struct app *app, struct err *e)
{
	struct recovery *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a history");
	r->app = app;
	rc = prepare(r, e);
	if (rc == 0 && app->opt->approval.dry_run)
		rc = say_dry(r, e);
	else if (rc == 0)
		rc = act(r, e);
	recover_ledger_close(&r->ledger);
	session_close(&r->session);
	keyring_close(&r->ring);
	archive_close(&r->archive);
	free(r);
	return rc;
}
