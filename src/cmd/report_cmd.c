/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "report_page.h"
#include "report_tables.h"

#include "report_cmd.h"

#define AT(member) offsetof(struct report_options, member)

const struct field report_cmd_fields[] = {
	{ .name = "output", .type = FIELD_TEXT, .offset = AT(output),
	  .letter = 'o', .value = "FILE",
	  .what = "the page; an older report there is replaced" },
	{ .name = "force", .type = FIELD_FLAG, .offset = AT(force),
	  .what = "replace FILE whatever it is" },
	{ .name = "objects", .type = FIELD_COUNT, .offset = AT(objects),
	  .value = "N",
	  .what = "list the first N objects (preset 1000)" },
	{ .name = NULL }
};

/* Large. */
struct making {
	struct app *app;
	struct status status;
	struct report_past past;
	struct unfinished uploads;
	struct page page;
	struct view *first;		/* which facts of stores are in */
};

static int
list_objects(struct making *m, const struct report *r, int64_t *shown,
    struct err *e)
{
	uint64_t most = m->app->opt->report.objects;
	struct manifest_line line;
	int rc = 1;

	/* The second reading; what the first found stays as it is. */
	m->first = m->status.reader->view;
	m->status.reader->view = NULL;
	*shown = 0;
	if (reader_view(m->status.reader, e) != 0)
		return -1;
	report_tables_objects(r);
	while ((uint64_t)*shown < most &&
	    (rc = reader_next(m->status.reader, &line, e)) == 1) {
		report_tables_object(r, &line);
		++*shown;
	}
	return rc < 0 ? -1 : 0;
}

static int
say(struct making *m, const char *target, int64_t shown, struct err *e)
{
	char text[8192];
	struct buf b;

	if (!m->app->opt->global.json)
		return 0;
	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "file", span_of(target));
	record_int(&b, "objects", m->status.all.objects);
	record_int(&b, "shown", shown);
	record_end(&b);
	if (!buf_ok(&b))
		return err_set(e, ERR_USAGE, "-o: the name cannot be said as "
		    "a row");
	return out_bytes(m->app->out, buf_as_span(&b), e);
}

static int
make(struct making *m, struct err *e)
{
	const struct report_options *opt = &m->app->opt->report;
	const struct report r = { &m->page, &m->status, &m->past,
	    &m->uploads };
	const char *target = opt->output;
	int64_t shown;

	if (target != NULL && strcmp(target, "-") == 0)
		target = NULL;
	if (target == NULL && m->app->opt->global.json)
		return err_set(e, ERR_USAGE, "--json leaves no room for the "
		    "page: give -o FILE");
	/* All that can fail before there is a page. */
	if (status_find(&m->status, m->app, e) != 0 ||
	    report_past_read(&m->past, m->status.reader, e) != 0 ||
	    unfinished_journals(&m->uploads,
	    m->status.reader->archive.state, e) != 0 ||
	    page_open(&m->page, m->app, target, opt->force, e) != 0)
		return -1;
	report_page_begin(&r);
	if (list_objects(m, &r, &shown, e) != 0)
		return -1;
	report_tables_end(&r, shown);
	if (page_commit(&m->page, e) != 0)
		return -1;
	return target == NULL ? 0 : say(m, target, shown, e);
}

int
report_cmd_run(struct app *app, struct err *e)
{
	struct making *m = calloc(1, sizeof(*m));
	int rc;

	if (m == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a report");
	m->app = app;
	rc = make(m, e);
	page_discard(&m->page);
	unfinished_free(&m->uploads);
	if (m->first != NULL)
		view_close(m->first);
	free(m->first);
	reader_close(m->status.reader);
	free(m);
	return rc;
}
