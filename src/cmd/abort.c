/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>

#include "abort_wrong.h"
#include "ending.h"
#include "form.h"
#include "multipart.h"
#include "plan.h"
#include "report.h"
#include "text.h"
#include "utc.h"

#include "abort.h"

#define ROW_TEXT_MAX 65536

#define AT(member) offsetof(struct options, member)

const struct field abort_fields[] = {
	{ .name = "upload_id", .type = FIELD_TEXT,
	  .offset = AT(abort.upload_id), .value = "ID",
	  .what = "this upload alone, whoever began it; with --key" },
	{ .name = "key", .type = FIELD_TEXT, .offset = AT(abort.key),
	  .value = "KEY", .what = "that it is of" },
	{ .name = "wrong", .type = FIELD_FLAG, .offset = AT(abort.wrong),
	  .what = "objects instead, that were proven wrong and left" },
	{ .name = NULL }
};

struct cleaning {
	struct app *app;
	struct archive archive;
	struct run run;
	struct unfinished_place here;
	struct unfinished uploads;	/* of this store, to be ended */
	struct abort_wrong wrong;	/* with --wrong: these instead */
};

/* --- What there is -------------------------------------------------------- */

/* That one, which our records may know or not. */
static int
choose(struct cleaning *c, struct err *e)
{
	const struct abort_options *opt = &c->app->opt->abort;
	char text[3 * REPORT_KEY_MAX + 1];
	struct buf b;
	struct unfinished_upload named = { .size = FORM_NONE,
	    .part_size = FORM_NONE, .part_count = FORM_NONE,
	    .landed = FORM_NONE, .landed_bytes = FORM_NONE,
	    .since = FORM_NONE, .upload_id = span_of(opt->upload_id),
	    .store_ref = span_of(c->here.store_ref) };
	struct unfinished *u = &c->uploads;

	buf_fixed(&b, text, sizeof(text));
	text_escape(&b, span_of(opt->key));
	named.key = buf_as_span(&b);
	for (size_t i = u->n; i-- > 0;)
		if (!span_eq(u->upload[i].key, named.key) ||
		    !span_eq(u->upload[i].upload_id, named.upload_id))
			unfinished_drop(u, i);
	return u->n > 0 ? 0 : unfinished_add(u, &named, e);
}

static int
find(struct cleaning *c, struct err *e)
{
	const struct archive *a = &c->archive;
	struct unfinished *u = &c->uploads;

	if (c->app->opt->abort.wrong)
		return a->has_ledger ? abort_wrong_find(&c->wrong, a->ledger,
		    &c->here, e) : 0;
	if (unfinished_journals(u, a->state, e) != 0 || (a->has_ledger &&
	    unfinished_ledger(u, a->ledger, e) != 0))
		return -1;
	for (size_t i = u->n; i-- > 0;)
		if (u->upload[i].completed ||
		    !span_is(u->upload[i].store_ref, c->here.store_ref))
			unfinished_drop(u, i);
	if (u->damaged > 0 && out_warn(c->app->out, e, "consign: %s: %s; the "
	    "upload that it is of is listed by the ledger, if it was begun",
	    err_word(u->damage.code), u->damage.msg) != 0)
		return -1;
	return c->app->opt->abort.upload_id != NULL ? choose(c, e) : 0;
}

/* --- Saying it ------------------------------------------------------------ */

static void
optional(struct buf *b, const char *name, struct span text)
{
	if (text.len > 0)
		record_str(b, name, text);
}

static void
number(struct buf *b, const char *name, int64_t n)
{
	if (n >= 0)
		record_int(b, name, n);
}

static void
time_of(struct buf *b, const char *name, int64_t time)
{
	char iso[UTC_ISO_LEN + 1];

	if (time < 0)
		return;
	utc_iso(iso, time);
	record_str(b, name, span_of(iso));
}

static void
row_of_upload(struct buf *b, const struct cleaning *c,
    const struct unfinished_upload *u, const char *kind)
{
	record_begin(b);
	record_str(b, "kind", span_of(kind));
	record_str(b, "store_ref", u->store_ref);
	record_str(b, "remote_key", u->key);
	optional(b, "upload_id", u->upload_id);
	optional(b, "path", u->path);
	optional(b, "object_id", u->object_id);
	time_of(b, "begun_at", u->since);
	number(b, "size_bytes", u->size);
	if (u->part_count >= 0) {
		record_int(b, "part_size_bytes", u->part_size);
		record_int(b, "part_count", u->part_count);
	}
	number(b, "parts_landed", u->landed);
	number(b, "bytes_landed", u->landed_bytes);
	record_bool(b, "journal", u->journal.p != NULL);
	record_bool(b, "elsewhere", !unfinished_is_at(u, &c->here));
	record_end(b);
}

static void
line_of_upload(struct buf *b, const struct cleaning *c,
    const struct unfinished_upload *u, const char *kind)
{
	char iso[UTC_ISO_LEN + 1];

	buf_printf(b, "%s: %s", kind, u->key.p);
	if (u->path.len > 0)
		buf_printf(b, ", of %s", u->path.p);
	if (u->landed >= 0 && u->part_count < 0)
		buf_printf(b, ", %" PRId64 " parts, %" PRId64 " bytes, of "
		    "standard input", u->landed, u->landed_bytes);
	else if (u->landed >= 0)
		buf_printf(b, ", %" PRId64 " of %" PRId64 " parts, %" PRId64
		    " of %" PRId64 " bytes", u->landed, u->part_count,
		    u->landed_bytes, u->size);
	else if (u->part_count >= 0)
		buf_printf(b, ", up to %" PRId64 " parts of %" PRId64
		    " bytes", u->part_count, u->part_size);
	if (u->since >= 0) {
		utc_iso(iso, u->since);
		buf_printf(b, ", begun %s", iso);
	}
	if (u->upload_id.len > 0)
		buf_printf(b, ", upload %s", u->upload_id.p);
	else
		buf_puts(b, ", without an answer that had its id");
	if (!unfinished_is_at(u, &c->here))
		buf_printf(b, ", at %s, bucket %s", u->endpoint.p,
		    u->bucket.p);
	buf_putc(b, '\n');
}

static void
row_of_wrong(struct buf *b, const struct cleaning *c,
    const struct abort_wrong_one *one, const char *kind)
{
	struct err why = {0};
	enum object_way way;

	record_begin(b);
	record_str(b, "kind", span_of(kind));
	record_str(b, "store_ref", span_of(c->here.store_ref));
	record_str(b, "remote_key", one->key);
	record_str(b, "path", one->path);
	record_str(b, "object_id", one->object_id);
	optional(b, "etag", span_of(one->generation.etag));
	optional(b, "version_id", span_of(one->generation.version_id));
	record_int(b, "size_bytes", one->generation.size);
	time_of(b, "failed_at", one->failed_at);
	record_bool(b, "removable", abort_wrong_way(&c->run, one, &way,
	    &why) == 0);
	record_end(b);
}

static void
line_of_wrong(struct buf *b, const struct cleaning *c,
    const struct abort_wrong_one *one, const char *kind)
{
	const struct object *g = &one->generation;
	struct err why = {0};
	enum object_way way;

	buf_printf(b, "%s: %s, of %s, %" PRId64 " bytes, %s %s", kind,
	    one->key.p, one->path.p, g->size,
	    g->version_id[0] != '\0' ? "version" : "ETag",
	    g->version_id[0] != '\0' ? g->version_id : g->etag);
	if (abort_wrong_way(&c->run, one, &way, &why) != 0)
		buf_printf(b, ", stays: %s", why.msg);
	buf_putc(b, '\n');
}

/* The i-th of what there is: as it stands, or done. */
static int
say(const struct cleaning *c, size_t i, bool done, struct err *e)
{
	bool wrong = c->app->opt->abort.wrong;
	bool json = c->app->opt->global.json;
	const char *kind = wrong ? (done ? "removed" : "wrong") :
	    done ? "ended" : "unfinished";
	char text[ROW_TEXT_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	if (wrong)
		(json ? row_of_wrong : line_of_wrong)(&b, c,
		    &c->wrong.one[i], kind);
	else
		(json ? row_of_upload : line_of_upload)(&b, c,
		    &c->uploads.upload[i], kind);
	BUG_ON(!buf_ok(&b));
	return out_bytes(c->app->out, buf_as_span(&b), e);
}

/* --- Doing it ------------------------------------------------------------- */

static size_t
count(const struct cleaning *c)
{
	return c->app->opt->abort.wrong ? c->wrong.n : c->uploads.n;
}

static int
do_one(struct cleaning *c, size_t i, struct err *e)
{
	struct clock *clock = c->app->clock;
	int sig = clock->stop_signal(clock);

	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return -1;
	}
	return c->app->opt->abort.wrong ?
	    abort_wrong_remove(&c->run, &c->wrong.one[i], e) :
	    ending_do(&c->run, &c->uploads.upload[i], e);
}

/* That one may not be ended is no store's business. */
static bool
ends_run(const struct err *why)
{
	return why->code != ERR_PERMISSION_DENIED && history_ends_run(why);
}

/* Each by itself: one that may not be ended is reported, and stays. */
static int
do_all(struct cleaning *c, struct err *e)
{
	bool wrong = c->app->opt->abort.wrong;

	for (size_t i = 0; i < count(c); i++) {
		struct err why = {0};
		struct span key = wrong ? c->wrong.one[i].key :
		    c->uploads.upload[i].key;

		if (do_one(c, i, &why) == 0) {
			if (say(c, i, true, e) != 0)
				return -1;
		} else if (ends_run(&why)) {
			*e = why;
			return err_ctx(e, "%s", key.p);
		} else if (history_fail(&c->run.history, key, &why, e) != 0) {
			return -1;
		}
	}
	return 0;
}

/* Aborts and deletes are plain requests: no object is sent. */
static int
check_gates(struct cleaning *c, struct err *e)
{
	struct plan_sums sums = {0};
	struct history_cost cost = { .objects = 0 };

	for (size_t i = 0; i < c->uploads.n; i++)
		ending_cost(&c->run, &c->uploads.upload[i], &cost);
	cost.requests[provider_class(c->run.provider, S3_DELETE)] +=
	    c->wrong.n;
	sums.requests = (struct plan_requests){
	    .a = (int64_t)cost.requests[PRICE_A],
	    .b = (int64_t)cost.requests[PRICE_B],
	    .free = (int64_t)cost.requests[PRICE_FREE] };
	return run_gate(&c->run, &(struct run_plan){ .sums = &sums }, e);
}

static int
run_live(struct cleaning *c, struct err *e)
{
	struct err said = {0};

	if (run_begin(&c->run, (struct span){ NULL, 0 }, e) == 0)
		do_all(c, e);
	run_end(&c->run, e);
	if (c->run.session != NULL && report_counts(c->app,
	    &c->run.session->client.counts, &said) != 0 &&
	    e->code == ERR_NONE)
		*e = said;
	return e->code == ERR_NONE ? 0 : -1;
}

static int
clean(struct cleaning *c, struct err *e)
{
	const struct run_terms terms = { .command = "abort",
	    .approval = true };

	if (archive_open(&c->archive, c->app, e) != 0 ||
	    run_open(&c->run, c->app, &c->archive, terms, e) != 0)
		return -1;
	c->here = (struct unfinished_place){ c->run.store.store_ref,
	    c->run.endpoint_url, c->run.store.bucket };
	if (find(c, e) != 0 || check_gates(c, e) != 0)
		return -1;
	if (count(c) == 0)
		return out_note(c->app->out, e, c->app->opt->abort.wrong ?
		    "nothing that was proven wrong was left there" :
		    "no unfinished uploads are known");
	for (size_t i = 0; run_is_dry(&c->run) && i < count(c); i++)
		if (say(c, i, false, e) != 0)
			return -1;
	return run_is_dry(&c->run) ? 0 : run_live(c, e);
}

static int
check_options(const struct abort_options *opt, struct err *e)
{
	if ((opt->upload_id != NULL) != (opt->key != NULL))
		return err_set(e, ERR_USAGE,
		    "--upload-id and --key go together");
	if (opt->upload_id == NULL)
		return 0;
	if (opt->wrong)
		return err_set(e, ERR_USAGE,
		    "--wrong is about objects, --upload-id about an upload");
	if (!multipart_is_id(opt->upload_id))
		return err_set(e, ERR_USAGE, "'%s' is no upload id",
		    opt->upload_id);
	return report_check_key(span_of(opt->key), e);
}

int
abort_run(struct app *app, struct err *e)
{
	struct cleaning *c;
	int rc;

	if (check_options(&app->opt->abort, e) != 0)
		return -1;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a run");
	c->app = app;
	rc = clean(c, e);
	unfinished_free(&c->uploads);
	abort_wrong_free(&c->wrong);
	run_close(&c->run);
	archive_close(&c->archive);
	free(c);
	return rc;
}
