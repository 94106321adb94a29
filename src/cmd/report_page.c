/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "report_style.h"
#include "report_tables.h"
#include "tier.h"

#include "report_page.h"

/* --- The head ------------------------------------------------------------- */

/* Stores that count: those of consign.yaml, or all where that names none. */
static bool
counts(const struct status *s, const struct status_store *t)
{
	return s->reader->archive.conf.nstores == 0 || t->conf != NULL;
}

/* The worst of all, in a sentence. */
static void
verdict(const struct report *r)
{
	const struct status *s = r->status;
	struct page *p = r->page;
	int64_t copies = 0, missing = 0;
	const char *lapsed = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct status_store *t = &s->store[i];

		if (!counts(s, t))
			continue;
		if (t->lapsed != NULL)
			lapsed = t->ref;
		copies += s->all.objects;
		missing += t->absent.objects + t->declared.objects;
	}
	page_puts(p, "<p class=\"say ");
	if (s->all.objects == 0 || s->n == 0) {
		page_puts(p, "warn\">Nothing has been stored yet.");
	} else if (lapsed != NULL) {
		page_puts(p, "bad\">Store ");
		page_string(p, lapsed);
		page_puts(p, " is not the one that was proven.");
	} else if (missing > 0) {
		page_puts(p, "bad\">");
		page_int(p, missing);
		page_puts(p, " of ");
		page_int(p, copies);
		page_puts(p, copies == 1 ? " copy" : " copies");
		page_puts(p, missing == 1 ? " is" : " are");
		page_puts(p, " not proven: not in its store, or only said to "
		    "be.");
	} else if (r->past->nfailures > 0) {
		page_puts(p, "warn\">All objects were proven, and a later "
		    "attempt failed; see below.");
	} else {
		page_puts(p, "good\">Every object was read back from every "
		    "store, and is what it was.");
	}
	page_puts(p, "</p>\n");
}

static void
tile(struct page *p, const char *class, const char *name)
{
	page_puts(p, "</b></div>\n<div class=\"tile ");
	page_puts(p, class);
	page_puts(p, "\"><span class=d>");
	page_puts(p, name);
	page_puts(p, "</span><b>");
}

static void
tiles(const struct report *r)
{
	const struct status *s = r->status;
	struct page *p = r->page;
	int64_t oldest = FORM_NONE;

	for (size_t i = 0; i < s->n; i++)
		if (s->store[i].oldest_proof >= 0 && (oldest < 0 ||
		    s->store[i].oldest_proof < oldest))
			oldest = s->store[i].oldest_proof;
	page_puts(p, "<div class=tiles><div class=tile>"
	    "<span class=d>Objects</span><b>");
	page_int(p, s->all.objects);
	tile(p, "", "Together");
	page_size(p, s->all.bytes);
	tile(p, "", "Oldest proof");
	page_time(p, oldest, s->now);
	tile(p, r->uploads->n > 0 ? "warn" : "", "Unfinished uploads");
	page_int(p, (int64_t)r->uploads->n);
	tile(p, r->past->nfailures > 0 ? "bad" : "", "Open failures");
	page_int(p, (int64_t)r->past->nfailures);
	page_puts(p, "</b></div></div>\n");
}

static void
head(const struct report *r)
{
	const struct status *s = r->status;
	struct page *p = r->page;

	page_puts(p, PAGE_MARK "<html lang=en><head><meta charset=utf-8>\n"
	    "<meta name=viewport content=\"width=device-width,"
	    "initial-scale=1\">\n"
	    "<meta http-equiv=Content-Security-Policy content=\""
	    "default-src 'none';style-src 'unsafe-inline'\">\n"
	    "<meta name=referrer content=no-referrer>\n<title>");
	page_string(p, s->reader->archive.id);
	page_puts(p, ": consign report</title>\n<style>" REPORT_STYLE
	    "</style></head><body><main>\n<header><p class=d>Archive</p><h1>");
	page_string(p, s->reader->archive.id);
	page_puts(p, "</h1>\n");
	verdict(r);
	page_puts(p, "<p class=d>As of ");
	page_date(p, s->now);
	page_puts(p, " UTC; ages are those of that moment.");
	if (s->at_work) {
		page_puts(p, " A run was at work: ");
		page_string(p, s->holder);
		page_puts(p, ".");
	}
	page_puts(p, "</p></header>\n");
	tiles(r);
}

/* --- Stores --------------------------------------------------------------- */

/* A stretch of the bar, in per mille. */
static void
stretch(struct page *p, const char *class, int64_t part, int64_t all)
{
	char text[64];
	struct buf b;
	int share;

	if (part <= 0)
		return;
	share = (int)(part < INT64_MAX / 1000 ? part * 1000 / all :
	    part / (all / 1000));
	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "<i class=%s style=\"width:%d.%d%%\"></i>", class,
	    share / 10, share % 10);
	page_puts(p, text);
}

static void
sum(struct page *p, const char *name, const struct status_sum *sum)
{
	page_item(p, name);
	page_count(p, sum->objects, "object");
	page_puts(p, ", ");
	page_size(p, sum->bytes);
}

static void
store_place(struct page *p, const struct status_store *t)
{
	const struct store_conf *sc = t->conf;
	const struct facts *f = t->facts;

	page_puts(p, "<p class=d>");
	if (sc != NULL || f->bucket[0] != '\0') {
		page_puts(p, "bucket ");
		page_string(p, sc != NULL ? sc->bucket : f->bucket);
		page_puts(p, " at ");
		page_string(p, sc != NULL ? t->endpoint : f->endpoint);
	}
	if (sc == NULL)
		page_puts(p, ", known from the ledger only");
	page_puts(p, "</p>\n");
}

static void
store_tier(struct page *p, const struct status_store *t)
{
	page_puts(p, "<p><span class=steps>");
	for (int i = 0; i <= TIER_LAST; i++)
		page_puts(p, i <= t->tier ? "<i class=on></i>" : "<i></i>");
	page_puts(p, "</span>");
	if (t->tier >= 0) {
		page_puts(p, "tier ");
		page_int(p, t->tier);
		page_puts(p, " of 4 is proven; a run may send ");
	} else {
		page_puts(p, "no tier is proven; a run may send ");
	}
	page_puts(p, tier_rights(t->tier));
	page_puts(p, "</p>\n");
}

static void
store_notes(struct page *p, const struct status *s,
    const struct status_store *t)
{
	const struct facts *f = t->facts;
	bool live = f != NULL && f->confirmed && t->lapsed == NULL;

	page_puts(p, live ? "<span class=\"pill good\">seen live by a person"
	    "</span> " : "<span class=\"pill warn\">unproven against a live "
	    "provider</span> ");
	if (t->lapsed != NULL) {
		page_puts(p, "<span class=\"pill bad\">lapsed: ");
		page_puts(p, t->lapsed);
		page_puts(p, " is another</span> ");
	}
	if (f != NULL && f->open_begin >= 0 && !s->at_work)
		page_puts(p, "<span class=\"pill warn\">a run died</span>");
}

static void
store(const struct report *r, const struct status_store *t)
{
	const struct status *s = r->status;
	uint64_t ceiling = s->reader->archive.conf.max_puts_month;
	struct page *p = r->page;

	page_puts(p, "<div class=card><h3>");
	page_string(p, t->ref);
	page_puts(p, "</h3>");
	store_place(p, t);
	store_tier(p, t);
	store_notes(p, s, t);
	page_puts(p, "<div class=bar>");
	stretch(p, "good", t->proven.objects, s->all.objects);
	stretch(p, "warn", t->declared.objects, s->all.objects);
	page_puts(p, "</div><dl><dd hidden>");
	sum(p, "Proven", &t->proven);
	sum(p, "Only declared", &t->declared);
	sum(p, "Not there", &t->absent);
	page_item(p, "Oldest proof");
	page_time(p, t->oldest_proof, s->now);
	page_item(p, "Last complete run");
	page_time(p, t->facts != NULL ? t->facts->complete_at : FORM_NONE,
	    s->now);
	page_item(p, "Class A requests");
	page_int(p, t->class_a);
	page_puts(p, " in ");
	page_puts(p, t->month);
	if (ceiling < (uint64_t)INT64_MAX) {
		page_puts(p, ", at most ");
		page_int(p, (int64_t)ceiling);
	}
	page_puts(p, "</dd></dl></div>\n");
}

/* --- All of it ------------------------------------------------------------ */

void
report_page_begin(const struct report *r)
{
	const struct status *s = r->status;

	head(r);
	page_section(r->page, "Stores", -1);
	page_puts(r->page, s->n > 0 ? "<div class=cards>\n" :
	    "<div class=d>None yet.\n");
	for (size_t i = 0; i < s->n; i++)
		store(r, &s->store[i]);
	page_puts(r->page, "</div>\n");
	report_tables_past(r);
}
