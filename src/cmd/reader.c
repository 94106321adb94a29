/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "file.h"
#include "form.h"

#include "reader.h"

#define OBJECT_PREFIX "sha256:"

/* The ids that are meant: of --only, and one in place of ROOT. */
static int
take_ids(struct reader *r, const char *argument, struct err *e)
{
	const struct field_list *only = &r->app->opt->selection.only;

	r->only = calloc(only->n + 1, sizeof(*r->only));
	r->met = calloc(only->n + 1, sizeof(*r->met));
	if (r->only == NULL || r->met == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for object ids");
	for (size_t i = 0; i < only->n; i++)
		r->only[r->nonly++] = only->item[i];
	if (argument != NULL)
		r->only[r->nonly++] = argument;
	for (size_t i = 0; i < r->nonly; i++)
		if (!form_fits(FORM_OBJECT, span_of(r->only[i]))) {
			err_set(e, ERR_USAGE, "'%s' is no object id",
			    r->only[i]);
			return err_advise(e, "give sha256: and 64 lowercase "
			    "hex digits");
		}
	return 0;
}

int
reader_open(struct reader **out, struct app *app, struct err *e)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct app located = *app;
	const char *id = NULL;

	*out = r;
	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an archive");
	r->app = app;
	if (app->nargs == 1 && span_starts(span_of(app->arg[0]),
	    OBJECT_PREFIX)) {
		id = app->arg[0];
		located.nargs = 0;	/* it is not the root */
	}
	if (take_ids(r, id, e) != 0)
		return -1;
	return archive_open(&r->archive, &located, e);
}

int
reader_view(struct reader *r, struct err *e)
{
	const struct view_args args = { .manifest = r->archive.manifest,
	    .ledger = r->archive.ledger, .rng = r->app->rng,
	    .beside = r->archive.manifest };

	r->view = calloc(1, sizeof(*r->view));
	if (r->view == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	return view_open(r->view, &args, e) < 0 ? -1 : 0;
}

static int
check_stop(const struct reader *r, struct err *e)
{
	struct clock *clock = r->app->clock;
	int sig = clock->stop_signal(clock);

	if (sig == 0)
		return 0;
	err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
	e->sys = sig;
	return -1;
}

int
reader_next(struct reader *r, struct manifest_line *line, struct err *e)
{
	return check_stop(r, e) == 0 ? view_next(r->view, line, e) : -1;
}

int
reader_next_row(struct reader *r, struct chain_row *row, struct err *e)
{
	const char *path = r->archive.ledger;

	if (!r->scanning) {
		if (!file_exists(path))
			return 0;
		if (ledger_scan_open(&r->scan, path, NULL, e) != 0)
			return -1;
		r->scanning = true;
	}
	return check_stop(r, e) == 0 ? ledger_scan_next(&r->scan, row, e) :
	    -1;
}

bool
reader_means(const struct reader *r, struct span object_id)
{
	for (size_t i = 0; i < r->nonly; i++)
		if (span_is(object_id, r->only[i]))
			return true;
	return r->nonly == 0;
}

void
reader_met(struct reader *r, struct span object_id)
{
	for (size_t i = 0; i < r->nonly; i++)
		if (span_is(object_id, r->only[i]))
			r->met[i] = true;
}

const char *
reader_store(const struct reader *r)
{
	const char *name = r->app->opt->selection.store;
	const struct store_conf *sc;

	if (name == NULL)
		return NULL;
	sc = archive_conf_find_store(&r->archive.conf, name);
	return sc != NULL ? sc->store_ref : name;
}

int
reader_finish(const struct reader *r, struct err *e)
{
	for (size_t i = 0; i < r->nonly; i++)
		if (!r->met[i]) {
			err_set(e, ERR_NOT_FOUND, "nothing is recorded of %s",
			    r->only[i]);
			return err_advise(e, "see 'consign ls' for what is");
		}
	return 0;
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	if (r->view != NULL)
		view_close(r->view);
	free(r->view);
	ledger_scan_close(&r->scan);
	archive_close(&r->archive);
	free(r->only);
	free(r->met);
	free(r);
}
