/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "hex.h"
#include "record.h"
#include "text.h"
#include "tier.h"
#include "utc.h"

#include "status_internal.h"

/* More than the texts of one store's facts together, escaped. */
#define TEXT_SIZE 16384

/* What a probe finds; the names are those of rows. */
#define FOUND(member) { #member, offsetof(struct facts, member) }
static const struct {
	const char *name;
	size_t offset;
} findings[] = {
	FOUND(absence_visible), FOUND(put_if_none_match),
	FOUND(get_if_match), FOUND(delete_if_match), FOUND(versioned),
	FOUND(list_allowed),
};
#define FINDINGS (sizeof(findings) / sizeof(findings[0]))

static bool
found(const struct facts *f, size_t i)
{
	return *(const bool *)((const char *)f + findings[i].offset);
}

static bool
is_proven_live(const struct status_store *t)
{
	return t->facts != NULL && t->facts->confirmed && t->lapsed == NULL;
}

static bool
is_probed(const struct status_store *t)
{
	return t->facts != NULL && t->facts->probed_at >= 0;
}

/* What options call the store; NULL where they need no name. */
static const char *
option_of(const struct status_store *t)
{
	return t->conf != NULL ? t->conf->name : NULL;
}

/* --- For people ----------------------------------------------------------- */

static void line(struct buf *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A line, without what a terminal would act on. */
static void
line(struct buf *out, const char *fmt, ...)
{
	char raw[2 * FACTS_TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(raw))
		n = n < 0 ? 0 : (int)sizeof(raw) - 1;
	text_clean(out, (struct span){ raw, (size_t)n });
	buf_putc(out, '\n');
}

static void
line_of_sum(struct buf *out, const char *name, const struct status_sum *sum)
{
	line(out, "%s: %" PRId64 " object%s, %" PRId64 " bytes", name,
	    sum->objects, sum->objects == 1 ? "" : "s", sum->bytes);
}

static void
line_of_time(struct buf *out, const char *name, int64_t time)
{
	char iso[UTC_ISO_LEN + 1];

	if (time >= 0)
		utc_iso(iso, time);
	line(out, "%s: %s", name, time >= 0 ? iso : "never");
}

static void
lines_of_place(struct buf *out, const struct status_store *t)
{
	const struct store_conf *sc = t->conf;
	const struct facts *f = t->facts;

	if (sc != NULL)
		line(out, "where: bucket %s at %s, region %s, %s", sc->bucket,
		    t->endpoint, t->region != NULL ? t->region : "not named",
		    sc->provider_kind);
	else if (is_probed(t))
		line(out, "where: bucket %s at %s, region %s, %s; it is not "
		    "in %s", f->bucket, f->endpoint, f->region,
		    f->provider_kind, ARCHIVE_CONFIG);
	if (t->lapsed != NULL)
		line(out, "lapsed: %s is not the one that was proven: bucket "
		    "%s at %s, region %s", t->lapsed, f->bucket, f->endpoint,
		    f->region);
}

static void
lines_of_tier(struct buf *out, const struct status_store *t)
{
	char storage[256];
	struct buf next;

	buf_fixed(&next, storage, sizeof(storage));
	if (t->tier >= 0)
		line(out, "tier: %d; a run may send %s", t->tier,
		    tier_rights(t->tier));
	else
		line(out, "tier: none; a run may send %s, after a probe",
		    tier_rights(t->tier));
	if (t->tier == TIER_LAST)
		return;
	tier_next(&next, t->tier, option_of(t));
	line(out, "next: %s", next.data);
}

static void
lines_of_probe(struct buf *out, const struct status_store *t)
{
	const struct facts *f = t->facts;
	char iso[UTC_ISO_LEN + 1], storage[512];
	struct buf b;

	if (!is_probed(t)) {
		line(out, "probe: never");
		return;
	}
	utc_iso(iso, f->probed_at);
	buf_fixed(&b, storage, sizeof(storage));
	for (size_t i = 0; i < FINDINGS; i++)
		buf_printf(&b, ", %s %s", findings[i].name,
		    found(f, i) ? "yes" : "no");
	line(out, "probe: %s, %s address, its clock %+" PRId64 " s%s", iso,
	    f->scope, f->clock_skew_s, b.data);
}

/* What waits for the next run. */
static void
lines_of_open_work(struct buf *out, const struct status *s,
    const struct status_store *t)
{
	const struct facts *f = t->facts;

	if (f == NULL)
		return;
	if (f->open_begin >= 0 && !s->at_work)
		line(out, "died: the run that row %" PRId64 " began has no "
		    "end; the next one takes up what it left", f->open_begin);
	if (f->pending_key[0] != '\0' && !s->at_work)
		line(out, "pending: a probe left %s, which the next run "
		    "removes", f->pending_key);
}

static void
lines_of_store(struct buf *out, const struct status *s,
    const struct status_store *t)
{
	uint64_t ceiling = s->reader->archive.conf.max_puts_month;

	buf_putc(out, '\n');
	line(out, "store: %s", t->ref);
	lines_of_place(out, t);
	lines_of_tier(out, t);
	lines_of_probe(out, t);
	line_of_sum(out, "proven", &t->proven);
	line_of_sum(out, "declared", &t->declared);
	line_of_sum(out, "not there", &t->absent);
	if (t->proven.objects > 0)
		line_of_time(out, "oldest proof", t->oldest_proof);
	line_of_time(out, "complete", t->facts != NULL ?
	    t->facts->complete_at : FORM_NONE);
	if (ceiling < (uint64_t)INT64_MAX)
		line(out, "requests: %" PRId64 " of class A in %s, at most "
		    "%" PRIu64, t->class_a, t->month, ceiling);
	else
		line(out, "requests: %" PRId64 " of class A in %s, no "
		    "ceiling", t->class_a, t->month);
	line(out, "unfinished uploads: %s%" PRId64 ", parts: %" PRId64
	    ", bytes: %" PRId64, s->unreadable > 0 ? "at least " : "",
	    t->uploads, t->parts, t->bytes);
	lines_of_open_work(out, s, t);
	if (is_proven_live(t))
		line(out, "proven_against_live_provider: %s, %" PRId64
		    " objects", t->facts->provider_kind, t->proven.objects);
	else
		line(out, "unproven_against_live_provider");
}

static void
lines_of_archive(struct buf *out, const struct status *s)
{
	line(out, "archive: %s", s->reader->archive.id);
	line_of_sum(out, "all", &s->all);
	if (s->at_work)
		line(out, "at work: a run, %s", s->holder);
	if (s->unreadable > 0)
		line(out, "journals: not all can be read: %s",
		    s->why_unreadable.msg);
	if (s->n == 0)
		line(out, "store: none yet");
}

/* --- As rows -------------------------------------------------------------- */

static void
text_of(struct buf *out, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		record_str(out, name, span_of(text));
}

static void
time_of(struct buf *out, const char *name, int64_t time)
{
	char iso[UTC_ISO_LEN + 1];

	if (time < 0)
		return;
	utc_iso(iso, time);
	record_str(out, name, span_of(iso));
}

static void
count_of(struct buf *out, const char *name, int64_t count)
{
	if (count >= 0)
		record_int(out, name, count);
}

static void
sum_of(struct buf *out, const char *kind, const struct status_sum *sum)
{
	char name[32];
	struct buf b;

	buf_fixed(&b, name, sizeof(name));
	buf_printf(&b, "%s_objects", kind);
	record_int(out, name, sum->objects);
	buf_reset(&b);
	buf_printf(&b, "%s_bytes", kind);
	record_int(out, name, sum->bytes);
}

static void
row_of_archive(struct buf *out, const struct status *s)
{
	record_begin(out);
	record_str(out, "kind", span_of("archive"));
	record_str(out, "archive_id", span_of(s->reader->archive.id));
	sum_of(out, "all", &s->all);
	record_bool(out, "at_work", s->at_work);
	if (s->unreadable > 0)
		record_int(out, "unreadable_journals",
		    (int64_t)s->unreadable);
	record_end(out);
}

static void
fields_of_facts(struct buf *out, const struct facts *f)
{
	if (f->probed_at >= 0) {
		time_of(out, "probed_at", f->probed_at);
		text_of(out, "scope", f->scope);
		record_int(out, "clock_skew_s", f->clock_skew_s);
		for (size_t i = 0; i < FINDINGS; i++)
			record_bool(out, findings[i].name, found(f, i));
	}
	time_of(out, "complete_at", f->complete_at);
	count_of(out, "open_begin", f->open_begin);
	text_of(out, "pending_key", f->pending_key);
}

static void
row_of_store(struct buf *out, const struct status *s,
    const struct status_store *t)
{
	uint64_t ceiling = s->reader->archive.conf.max_puts_month;
	const struct store_conf *sc = t->conf;
	const struct facts *f = t->facts;

	record_begin(out);
	record_str(out, "kind", span_of("store"));
	record_str(out, "store_ref", span_of(t->ref));
	text_of(out, "store", option_of(t));
	text_of(out, "provider_kind", sc != NULL ? sc->provider_kind :
	    f->provider_kind);
	text_of(out, "endpoint", sc != NULL ? t->endpoint : f->endpoint);
	text_of(out, "bucket", sc != NULL ? sc->bucket : f->bucket);
	text_of(out, "region", sc != NULL ? t->region : f->region);
	text_of(out, "lapsed", t->lapsed);
	count_of(out, "tier", t->tier);
	if (f != NULL)
		fields_of_facts(out, f);
	sum_of(out, "proven", &t->proven);
	sum_of(out, "declared", &t->declared);
	sum_of(out, "absent", &t->absent);
	time_of(out, "oldest_proof_at", t->oldest_proof);
	record_int(out, "unfinished_uploads", t->uploads);
	record_int(out, "unfinished_parts", t->parts);
	record_int(out, "unfinished_bytes", t->bytes);
	record_str(out, "month", span_of(t->month));
	record_int(out, "month_class_a", t->class_a);
	if (ceiling < (uint64_t)INT64_MAX)
		record_int(out, "max_puts_month", (int64_t)ceiling);
	record_bool(out, "unproven_against_live_provider",
	    !is_proven_live(t));
	record_end(out);
}

/* --- Both ----------------------------------------------------------------- */

/* The chain's head stands for all of history: for a mail or a notebook. */
static void
put_head(struct buf *out, const struct status *s, bool json)
{
	const struct ledger_mark *end = &s->reader->view->end.mark;
	char hex[CHAIN_HEX_LEN + 1];

	hex_encode(hex, end->chain, CHAIN_LEN);
	if (!json) {
		buf_putc(out, '\n');
		if (end->rows > 0)
			line(out, "head: %" PRId64 ":%s", end->rows - 1, hex);
		else
			line(out, "head: none yet");
		return;
	}
	record_begin(out);
	record_str(out, "kind", span_of("head"));
	if (end->rows > 0) {
		record_int(out, "seq", end->rows - 1);
		record_str(out, "chain", span_of(hex));
	}
	record_end(out);
}

static int
put(const struct status *s, struct buf *b, struct err *e)
{
	struct span text = buf_as_span(b);

	if (!buf_ok(b))
		return err_set(e, ERR_CONFIG_INVALID, "the settings of a "
		    "store are too long to be shown");
	if (out_bytes(s->reader->app->out, text, e) != 0)
		return -1;
	buf_reset(b);
	return 0;
}

int
status_say(const struct status *s, struct err *e)
{
	const struct global_options *opt = &s->reader->app->opt->global;
	char text[TEXT_SIZE];
	struct buf b;

	if (opt->quiet && !opt->json)
		return 0;
	buf_fixed(&b, text, sizeof(text));
	if (opt->json)
		row_of_archive(&b, s);
	else
		lines_of_archive(&b, s);
	if (put(s, &b, e) != 0)
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		if (opt->json)
			row_of_store(&b, s, &s->store[i]);
		else
			lines_of_store(&b, s, &s->store[i]);
		if (put(s, &b, e) != 0)
			return -1;
	}
	put_head(&b, s, opt->json);
	return put(s, &b, e);
}
