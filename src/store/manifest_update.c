/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "file.h"

#include "manifest.h"
#include "sink.h"
#include "view.h"

#include "manifest_update.h"

#define MANIFEST_MODE 0644	/* everybody may read history */

/* All that an update needs, allocated once. */
struct work {
	struct manifest_update *args;
	struct view view;
	struct file_tmp tmp;
	struct sink sink;
	char head[MANIFEST_LINE_MAX + 2];
};

static int
put_line(struct work *w, struct span raw, struct err *e)
{
	if (sink_put(&w->sink, raw, e) != 0)
		return -1;
	return sink_put(&w->sink, (struct span){ "\n", 1 }, e);
}

static int
put_all(struct work *w, struct err *e)
{
	const struct view *v = &w->view;
	struct span raw;
	struct buf b;
	int rc;

	buf_fixed(&b, w->head, sizeof(w->head));
	if (manifest_write_head(&b, span_of(v->archive_id), &v->end.mark,
	    &v->facts, e) != 0 || sink_put(&w->sink, buf_as_span(&b), e) != 0)
		return -1;
	w->args->objects = 0;
	while ((rc = view_next_raw(&w->view, &raw, e)) == 1) {
		if (put_line(w, raw, e) != 0)
			return -1;
		w->args->objects++;
	}
	return rc;
}

static int
replace(struct work *w, struct err *e)
{
	const struct manifest_update *u = w->args;
	int rc = -1;

	if (file_tmp_create(&w->tmp, u->manifest, true, u->rng, e) != 0)
		return -1;
	sink_init(&w->sink, &w->tmp, u->guard);
	if (put_all(w, e) == 0 && sink_flush(&w->sink, e) == 0)
		rc = file_tmp_commit(&w->tmp, MANIFEST_MODE, e);
	file_tmp_discard(&w->tmp);
	return rc;
}

int
manifest_update(struct manifest_update *u, struct err *e)
{
	struct view_args args = { .manifest = u->manifest,
	    .ledger = u->ledger, .rng = u->rng, .beside = u->manifest,
	    .anew = u->anew };
	struct work *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the manifest");
	w->args = u;
	u->objects = FORM_NONE;
	rc = view_open(&w->view, &args, e);
	u->rows = w->view.end.mark.rows;
	if (rc == 1)
		rc = u->rows > w->view.manifest_rows ? replace(w, e) : 0;
	view_close(&w->view);
	free(w);
	return rc;
}
