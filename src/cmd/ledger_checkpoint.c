/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>

#include "gate.h"
#include "history.h"
#include "record.h"

#include "ledger_verify.h"
#include "signer.h"

#include "ledger_checkpoint.h"

struct work {
	struct app *app;
	struct archive *archive;
	struct signer signer;
	struct ledger_verify ledger;
};

/* Approval, the lock, the key. */
static int
check(struct work *w, struct err *e)
{
	const struct approval_options *a = &w->app->opt->approval;
	const struct gate_facts facts = { .dry_run = a->dry_run,
	    .approve = a->approve, .reviewed_by = a->reviewed_by };
	struct archive *archive = w->archive;

	if (gate_check(GATE_MODE, &facts, e) != 0 ||
	    gate_check(GATE_REVIEWER, &facts, e) != 0 ||
	    archive_identify(archive, e) != 0)
		return -1;
	if (!archive->has_ledger)
		return 0;	/* which reading it says */
	if (a->approve && archive_lock(archive, w->app, a->wait, e) != 0)
		return -1;
	if (signer_open(&w->signer, archive, w->app, e) != 0)
		return -1;
	if (w->signer.signs)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "there is no key to sign with");
	return err_advise(e, "make one by 'consign key new NAME'");
}

/* With --json in every case, for people where something is new. */
static int
report(const struct work *w, const char *verdict, int64_t rows,
    struct err *e)
{
	struct app *app = w->app;
	char text[512];
	struct buf b;

	if (!app->opt->global.json)
		return (app->opt->approval.dry_run ? out_result : out_note)(
		    app->out, e, "%" PRId64 " rows %s by %s, with the key %s",
		    rows, verdict, w->signer.name, w->signer.key.id);
	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "verdict", span_of(verdict));
	record_int(&b, "rows", rows);
	record_str(&b, "name", span_of(w->signer.name));
	record_str(&b, "writer", span_of(w->signer.key.id));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

/* The rows begin, end and checkpoint, and the manifest. */
static int
write_rows(struct work *w, struct view *view, struct err *e)
{
	const struct archive *a = w->archive;
	const struct view_args args = { .manifest = a->manifest,
	    .ledger = a->ledger, .rng = w->app->rng, .beside = a->manifest };
	const struct row_begin begin = { .max_objects = FORM_NONE,
	    .max_puts = FORM_NONE, .max_puts_month = FORM_NONE,
	    .max_bytes_up = FORM_NONE, .max_bytes_down = FORM_NONE };
	struct history h = { .app = w->app, .archive = w->archive,
	    .command = "ledger", .view = view, .signer = w->signer };

	if (view_open(view, &args, e) == 1 && history_open(&h, e) == 0)
		(void)history_begin(&h, begin, NULL, e);
	(void)history_end(&h, e);
	history_close(&h);
	view_close(view);
	return e->code == ERR_NONE ? 0 : -1;
}

static int
make(struct work *w, struct err *e)
{
	const struct signatures *s = &w->ledger.signatures;
	int64_t rows = s->rows - 1 - s->last;
	struct view *view;
	int rc;

	if (rows == 0 && span_is(span_of(s->last_writer->id),
	    w->signer.key.id))
		return report(w, "were signed before", s->rows, e);
	if (w->app->opt->approval.dry_run)
		return report(w, "would be signed", rows, e);
	view = calloc(1, sizeof(*view));
	if (view == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	rc = write_rows(w, view, e);
	free(view);
	return rc == 0 ? report(w, "are signed", rows, e) : -1;
}

int
ledger_checkpoint_run(struct ledger_reading *r, struct err *e)
{
	struct work w = { .app = r->app, .archive = &r->archive };
	int rc = check(&w, e);

	if (rc == 0)
		rc = ledger_verify_read(&w.ledger, r, e);
	if (rc == 0)
		rc = make(&w, e);
	ledger_verify_close(&w.ledger);
	signer_close(&w.signer);
	return rc;
}
