/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "manifest_update.h"
#include "record.h"
#include "text.h"
#include "utc.h"

#include "bundle_verify.h"
#include "ledger_anchor.h"
#include "ledger_checkpoint.h"
#include "ledger_reading.h"
#include "ledger_verify.h"
#include "recover.h"

#include "ledger_cmd.h"

#define AT(member) offsetof(struct ledger_options, member)

const struct field ledger_cmd_fields[] = {
	{ .name = "last", .type = FIELD_COUNT, .offset = AT(last),
	  .value = "N", .what = "show: only the last N rows" },
	{ .name = "writers", .type = FIELD_TEXT, .offset = AT(writers),
	  .value = "FILE", .what = "who may write history (" WRITERS_PATH
	  ")" },
	{ .name = "head", .type = FIELD_TEXT, .offset = AT(head),
	  .value = "SEQ:CHAIN", .what = "verify: is this row still there? "
	  "as status printed it" },
	{ .name = "output", .type = FIELD_TEXT, .offset = AT(output),
	  .value = "DIR", .letter = 'o',
	  .what = "export: a folder that does not exist yet" },
	{ .name = "bundle", .type = FIELD_TEXT, .offset = AT(bundle),
	  .value = "DIR", .what = "what export made, in place of an archive" },
	{ .name = "from_store", .type = FIELD_FLAG,
	  .offset = AT(from_store),
	  .what = "rebuild: a lost ledger, from its packs in a store" },
	{ .name = "archive_id", .type = FIELD_TEXT,
	  .offset = AT(archive_id), .value = "ID",
	  .what = "rebuild: of that archive" },
	{ .name = "key", .type = FIELD_TEXT, .offset = AT(key),
	  .value = "FILE", .what = "anchor: that of a bundle, by this key" },
	{ .name = "anchor_retention", .type = FIELD_MS,
	  .offset = AT(anchor_retention), .value = "TIME",
	  .max = (uint64_t)10 * 366 * 24 * 3600 * 1000,
	  .what = "anchor: kept by the bucket's object lock so long" },
	{ .name = NULL }
};

/* --- show ----------------------------------------------------------------- */

/* What people are shown of a row; all of it is in --json. */
static bool
is_shown(struct span name)
{
	static const char *const names[] = {
		"archive_id", "command", "store_ref", "path", "tier", "month",
		"class_a_requests", "uploaded", "current", "remote_same",
		"failed", "result_status", "proof", "result", "reason",
		"bytes", "writer", "anchored_seq", "reviewed_by"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

static int
show_line(struct ledger_reading *r, struct err *e)
{
	const struct record *fields = &r->raw.fields;
	char time[UTC_ISO_LEN + 1];
	struct buf b;

	utc_iso(time, r->row.time);
	buf_fixed(&b, r->line, sizeof(r->line));
	buf_printf(&b, "%" PRId64 " %s %s", r->row.seq, time,
	    row_kind_name(r->row.kind));
	buf_reset(&r->scratch);
	for (size_t i = 0; i < fields->n; i++) {
		const struct record_field *f = &fields->field[i];
		struct span value = f->text;

		if (!is_shown(f->name))
			continue;
		if (f->kind == RECORD_STR &&
		    record_text(f, &r->scratch, &value, e) != 0)
			return -1;
		buf_printf(&b, " %.*s=", (int)f->name.len, f->name.p);
		text_clean(&b, value);
	}
	buf_putc(&b, '\n');
	BUG_ON(!buf_ok(&b));
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

static int
show_json(struct ledger_reading *r, struct err *e)
{
	struct buf b;

	buf_fixed(&b, r->line, sizeof(r->line));
	buf_span(&b, r->raw.line);
	buf_putc(&b, '\n');
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

/* How many rows stand before the last ones that are asked for. */
static int
count_before(struct ledger_reading *r, int64_t *before, struct err *e)
{
	uint64_t last = r->app->opt->ledger.last;
	int rc;

	*before = 0;
	if (last == OPTIONS_NONE)
		return 0;
	if (ledger_reading_open(r, e) != 0)
		return -1;
	while ((rc = ledger_reading_next(r, e)) == 1)
		continue;
	if ((uint64_t)r->scan.mark.rows > last)
		*before = r->scan.mark.rows - (int64_t)last;
	ledger_scan_close(&r->scan);
	return rc;
}

static int
show(struct ledger_reading *r, struct err *e)
{
	bool json = r->app->opt->global.json;
	int64_t before;
	int rc;

	if (count_before(r, &before, e) != 0 || ledger_reading_open(r, e) != 0)
		return -1;
	while ((rc = ledger_reading_next(r, e)) == 1) {
		if (r->row.seq < before)
			continue;
		if ((json ? show_json(r, e) : show_line(r, e)) != 0)
			return -1;
	}
	return rc;
}

/* --- rebuild -------------------------------------------------------------- */

static int
rebuild(struct ledger_reading *r, struct err *e)
{
	struct archive *a = &r->archive;
	struct manifest_update u = { .manifest = a->manifest,
	    .ledger = a->ledger, .guard = r->app->guard, .rng = r->app->rng,
	    .anew = true };
	struct buf b;

	/* Whether there is a ledger at all, before a lock is made. */
	if (ledger_reading_open(r, e) != 0 ||
	    archive_lock(a, r->app, 0, e) != 0 ||
	    ledger_reading_known(r, e) != 0 || manifest_update(&u, e) != 0)
		return -1;
	if (u.rows == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no row in '%s'",
		    a->ledger);
	if (u.rows < r->known.rows && out_warn(r->app->out, e, "consign: the "
	    "manifest knew %" PRId64 " rows, which the ledger has no more",
	    r->known.rows) != 0)
		return -1;
	if (!r->app->opt->global.json)
		return out_result(r->app->out, e, "the manifest has %" PRId64
		    " objects, from %" PRId64 " rows", u.objects, u.rows);
	buf_fixed(&b, r->line, sizeof(r->line));
	record_begin(&b);
	record_int(&b, "objects", u.objects);
	record_int(&b, "rows", u.rows);
	record_end(&b);
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

/* --- The command ---------------------------------------------------------- */

static int
export_bundle(struct ledger_reading *r, struct err *e)
{
	return export_run(r->app, &r->archive, e);
}

/* Which options a verb takes. */
enum {
	LAST = 1,
	WRITERS = 2,
	OUTPUT = 4,
	APPROVAL = 8,
	BUNDLE = 16,
	KEY = 32,
	RETENTION = 64,
	FROM_STORE = 128,
	HEAD = 256
};

static const struct verb {
	const char *name;
	int (*run)(struct ledger_reading *, struct err *);
	int (*apart)(struct app *, struct err *);	/* instead of run */
	unsigned takes;
} verbs[] = {
	{ "verify", ledger_verify_run, NULL, WRITERS | BUNDLE | HEAD },
	{ "show", show, NULL, LAST },
	{ "checkpoint", ledger_checkpoint_run, NULL, WRITERS | APPROVAL },
	{ "anchor", NULL, ledger_anchor_run,
	  APPROVAL | BUNDLE | KEY | RETENTION },
	{ "export", export_bundle, NULL, OUTPUT | WRITERS },
	{ "rebuild", rebuild, NULL, 0 },
};

/* rebuild --from-store */
static const struct verb from_store = { "rebuild", NULL, recover_run,
    WRITERS | APPROVAL | FROM_STORE };

bool
ledger_cmd_reaches(const struct app *app)
{
	return app->opt->ledger.from_store ||
	    strcmp(app->arg[0], "anchor") == 0;
}

static const struct verb *
find_verb(const char *name, struct err *e)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	err_set(e, ERR_USAGE, "this version has no 'ledger %s'", name);
	err_advise(e, "give verify, show, checkpoint, anchor, export or "
	    "rebuild");
	return NULL;
}

static int
check_options(const struct verb *verb, const struct options *all,
    struct err *e)
{
	const struct ledger_options *opt = &all->ledger;
	const struct {
		const char *name;
		bool given;
		unsigned bit;
	} options[] = {
		{ "last", opt->last != OPTIONS_NONE, LAST },
		{ "writers", opt->writers != NULL, WRITERS },
		{ "head", opt->head != NULL, HEAD },
		{ "output", opt->output != NULL, OUTPUT },
		{ "dry-run", all->approval.dry_run, APPROVAL },
		{ "approve", all->approval.approve, APPROVAL },
		{ "bundle", opt->bundle != NULL, BUNDLE },
		{ "key", opt->key != NULL, KEY },
		{ "from-store", opt->from_store, FROM_STORE },
		{ "archive-id", opt->archive_id != NULL, FROM_STORE },
		{ "anchor-retention", opt->anchor_retention != OPTIONS_NONE,
		  RETENTION },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].given && (verb->takes & options[i].bit) == 0)
			return err_set(e, ERR_USAGE, "--%s does not go with "
			    "'ledger %s'", options[i].name, verb->name);
	return 0;
}

int
ledger_cmd_run(struct app *app, struct err *e)
{
	const struct verb *verb = find_verb(app->arg[0], e);
	struct ledger_reading *r;
	int rc = -1;

	if (verb != NULL && verb->run == rebuild &&
	    app->opt->ledger.from_store)
		verb = &from_store;
	if (verb == NULL || check_options(verb, app->opt, e) != 0)
		return -1;
	if (verb->apart != NULL)
		return verb->apart(app, e);
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the ledger");
	r->app = app;
	buf_fixed(&r->scratch, r->scratch_bytes, sizeof(r->scratch_bytes));
	if (ledger_reading_expect(r, app->opt->ledger.head, e) != 0)
		rc = -1;
	else if (app->opt->ledger.bundle != NULL)
		rc = bundle_verify_run(r, e);
	else if (archive_locate(&r->archive, app, e) == 0)
		rc = verb->run(r, e);
	ledger_scan_close(&r->scan);
	archive_close(&r->archive);
	free(r);
	return rc;
}
