/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "keyname.h"
#include "num.h"

#include "lookup.h"

/*
 * What a listing's page weighs against a HEAD where they are of different
 * price classes: 4.50 to 0.36 dollars a million on R2, 5.00 to 0.40 on AWS
 * (their price pages, 2026).
 */
#define WEIGHT_A 12

static uint64_t
page_weight(const struct provider *p)
{
	return provider_class(p, S3_LIST) == provider_class(p, S3_HEAD) ? 1 :
	    WEIGHT_A;
}

/* So many pages cost no more than a HEAD for each of n. */
static uint64_t
page_budget(const struct run *run, uint64_t n)
{
	uint64_t pages = n / page_weight(run->provider);

	return pages > UINT32_MAX ? UINT32_MAX : pages;
}

/* All keys of this strategy begin with it. */
static void
choose_prefix(struct lookup *l, const struct store_conf *sc)
{
	struct buf b;

	buf_fixed(&b, l->prefix, sizeof(l->prefix));
	if (sc->key_strategy == KEY_STRATEGY_SHA256)
		buf_puts(&b, "sha256/");
	else if (sc->key_prefix != NULL && sc->key_prefix[0] != '\0')
		buf_printf(&b, "%s/", sc->key_prefix);
	if (!buf_ok(&b))
		l->prefix[0] = '\0';
}

bool
lookup_pays(struct lookup *l, const struct run *run,
    const struct plan_sums *sums)
{
	uint64_t n = (uint64_t)sums->count[PLAN_LOOK];
	uint64_t pages = n / run->provider->list_page + 1;
	uint64_t left = run->max_puts - (uint64_t)sums->requests.a;

	choose_prefix(l, &run->store);
	if (!run->probed || !run->history.facts->list_allowed ||
	    pages > page_budget(run, n))
		return false;
	/* A ceiling that was given is for objects first. */
	return run->store.max_puts == (uint64_t)INT64_MAX ||
	    provider_class(run->provider, S3_LIST) != PRICE_A ||
	    (run->max_puts >= (uint64_t)sums->requests.a && left > pages);
}

/* --- Making --------------------------------------------------------------- */

/*
 * Is the item one to look for?  A key with an escaped byte sorts elsewhere
 * than the store has it.
 */
static bool
is_asked_for(const struct lookup *l, const struct item *item)
{
	struct span key;

	if (item->plan.verdict != PLAN_LOOK || item->place == NULL)
		return false;
	key = item->place->remote_key;
	return span_starts(key, l->prefix) &&
	    memchr(key.p, '%', key.len) == NULL;
}

/* "PATH TAB SIZE TAB ETAG": what is wanted at a key. */
static int
ask(struct sorter *wanted, const struct item *item, struct buf *text,
    struct err *e)
{
	buf_reset(text);
	buf_span(text, item->path);
	buf_printf(text, "\t%lld\t", (long long)item->id.size);
	buf_span(text, item->place->etag);
	if (!buf_ok(text))
		return err_set(e, ERR_NO_MEMORY, "no memory for a path");
	return sorter_add(wanted, item->place->remote_key, buf_as_span(text),
	    e);
}

static int
ask_for_all(struct lookup *l, struct items *items, struct sorter *wanted,
    struct err *e)
{
	struct item item;
	struct buf text;
	int rc;

	buf_init(&text, SORTER_LINE_MAX);
	while ((rc = items_next(items, &item, e)) == 1)
		if (is_asked_for(l, &item) &&
		    ask(wanted, &item, &text, e) != 0) {
			rc = -1;
			break;
		}
	buf_free(&text);
	return rc;
}

/* What was asked for, read back. */
struct wish {
	int rc;				/* 1: there is one */
	struct span key, path;
	struct object known;
};

static int
next_wish(struct wish *w, struct sorter *wanted, struct err *e)
{
	struct span text, size;
	uint64_t n;

	w->rc = sorter_next(wanted, &w->key, &text, e);
	if (w->rc != 1)
		return w->rc;
	text = span_cut(text, '\t', &w->path);
	text = span_cut(text, '\t', &size);
	w->known = (struct object){ .exists = true };
	if (num_u64(size, INT64_MAX, &n) != 0 ||
	    text.len >= sizeof(w->known.etag))
		return w->rc = err_set(e, ERR_LEDGER_BROKEN,
		    "a generation on record is malformed");
	w->known.size = (int64_t)n;
	if (text.len > 0)
		memcpy(w->known.etag, text.p, text.len);
	return 1;
}

/* Not current: "SIZE TAB ETAG", or "-" where nothing is. */
static int
keep_other(struct lookup *l, const struct wish *w,
    const struct list_entry *there, struct err *e)
{
	char text[ETAG_MAX + 32];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	if (there == NULL)
		buf_putc(&b, '-');
	else
		buf_printf(&b, "%lld\t%s", (long long)there->size,
		    there->etag);
	return sorter_add(l->others, w->path, buf_as_span(&b), e);
}

static int
compare_one(struct lookup *l, const struct wish *w,
    const struct list_entry *there, struct err *e)
{
	struct object now = { .exists = true, .size = there->size };

	memcpy(now.etag, there->etag, sizeof(now.etag));
	if (object_is_current(&w->known, &now))
		return 0;
	return keep_other(l, w, there, e);
}

/*
 * Merge what is wanted with what the store lists, as long as that is the
 * cheaper way; l->last then is the key up to which it was followed.
 */
static int
merge(struct lookup *l, struct sorter *wanted, struct list *list,
    uint64_t budget, struct err *e)
{
	struct list_entry there;
	struct wish w;
	int rc = list_next(list, &there, e);

	if (rc < 0 || next_wish(&w, wanted, e) < 0)
		return -1;
	while (w.rc == 1) {
		int c = rc == 1 ? span_compare(there.key, w.key) : 1;

		if (c < 0) {
			if (list->pages > budget) {
				buf_span(&l->last, there.key);
				return 0;
			}
			if ((rc = list_next(list, &there, e)) < 0)
				return -1;
			continue;
		}
		if ((c == 0 ? compare_one(l, &w, &there, e) :
		    keep_other(l, &w, NULL, e)) != 0 ||
		    next_wish(&w, wanted, e) < 0)
			return -1;
	}
	return w.rc;
}

static int
read_store(struct lookup *l, struct run *run, struct sorter *wanted,
    uint64_t budget, struct err *e)
{
	struct list *list = calloc(1, sizeof(*list));
	const struct list_query query = { .kind = LIST_OBJECTS,
	    .prefix = span_of(l->prefix) };
	struct history_cost cost = { .objects = 0 };
	int rc = -1;

	if (list == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a listing");
	cost.requests[provider_class(run->provider, S3_LIST)] = 1;
	list_open(list, &run->session->client, &query);
	if (history_reserve(&run->history, &cost, e) == 0)
		rc = merge(l, wanted, list, budget, e);
	list_close(list);
	free(list);
	return rc;
}

/* A store that does not list after all is looked at object by object. */
static bool
can_do_without(const struct err *e)
{
	return e->code == ERR_PERMISSION_DENIED ||
	    e->code == ERR_INDETERMINATE || e->code == ERR_STORE_REFUSED;
}

static int
look(struct lookup *l, struct run *run, struct items *items,
    struct sorter *wanted, struct err *e)
{
	uint64_t n = 0, budget;

	if (ask_for_all(l, items, wanted, e) != 0 ||
	    sorter_begin(wanted, e) != 0)
		return -1;
	n = (uint64_t)items_sums(items)->count[PLAN_LOOK];
	budget = page_budget(run, n);
	if (run->store.max_puts == (uint64_t)INT64_MAX)
		run->session->conf.max_class_a += budget + 1;
	if (read_store(l, run, wanted, budget, e) != 0) {
		if (!can_do_without(e))
			return -1;
		err_clear(e);
		return 0;
	}
	if (sorter_begin(l->others, e) != 0)
		return -1;
	l->rc = sorter_next(l->others, &l->path, &l->text, e);
	l->made = l->rc >= 0;
	return l->rc < 0 ? -1 : 0;
}

int
lookup_make(struct lookup *l, struct run *run, struct items *items,
    struct err *e)
{
	struct sorter *wanted = calloc(1, sizeof(*wanted));
	int rc = -1;

	l->others = calloc(1, sizeof(*l->others));
	if (wanted == NULL || l->others == NULL) {
		err_set(e, ERR_NO_MEMORY, "no memory for a listing");
	} else {
		buf_init(&l->last, REPORT_KEY_MAX + 1);
		sorter_init(wanted, run->archive->manifest, run->app->rng);
		sorter_init(l->others, run->archive->manifest, run->app->rng);
		rc = look(l, run, items, wanted, e);
		sorter_free(wanted);
	}
	free(wanted);
	return rc;
}

/* --- Finding -------------------------------------------------------------- */

static void
read_other(struct object *seen, struct span text)
{
	struct span size;
	uint64_t n;

	*seen = (struct object){ .exists = false };
	if (span_is(text, "-"))
		return;
	text = span_cut(text, '\t', &size);
	BUG_ON(num_u64(size, INT64_MAX, &n) != 0 ||
	    text.len >= sizeof(seen->etag));
	seen->exists = true;
	seen->size = (int64_t)n;
	if (text.len > 0)
		memcpy(seen->etag, text.p, text.len);
}

enum lookup_result
lookup_find(struct lookup *l, const struct item *item, struct object *seen,
    struct err *e)
{
	int c;

	if (!l->made || !is_asked_for(l, item) || (l->last.len > 0 &&
	    span_compare(item->place->remote_key, buf_as_span(&l->last)) > 0))
		return LOOKUP_UNKNOWN;
	while (l->rc == 1) {
		c = span_compare(l->path, item->path);
		if (c == 0) {
			read_other(seen, l->text);
			return LOOKUP_SEEN;
		}
		if (c > 0)
			break;
		l->rc = sorter_next(l->others, &l->path, &l->text, e);
	}
	return l->rc < 0 ? LOOKUP_FAILED : LOOKUP_CURRENT;
}

void
lookup_free(struct lookup *l)
{
	buf_free(&l->last);
	if (l->others != NULL)
		sorter_free(l->others);
	free(l->others);
	*l = (struct lookup){ .made = false };
}
