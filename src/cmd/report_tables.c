/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"
#include "plan.h"
#include "version.h"

#include "report_tables.h"

#define UPLOADS_MAX 100		/* that are listed */

/* --- Runs and failures ---------------------------------------------------- */

static void
run(const struct report *r, const struct report_run *run)
{
	struct page *p = r->page;
	bool well = strcmp(run->result, "ok") == 0;

	page_puts(p, "<tr>");
	page_cell(p, "Begun", "c");
	page_date(p, run->begun_at);
	page_cell(p, "Run", "");
	page_string(p, run->command);
	page_puts(p, " <span class=d>");
	page_string(p, run->store_ref);
	if (run->reviewed_by[0] != '\0') {
		page_puts(p, ", by ");
		page_string(p, run->reviewed_by);
	}
	page_puts(p, "</span>");
	page_cell(p, "Result", "");
	page_puts(p, "<span class=\"pill ");
	page_puts(p, well ? "good\">" : run->ended_at < 0 ? "warn\">" :
	    "bad\">");
	page_string(p, run->ended_at >= 0 ? run->result :
	    r->status->at_work ? "no end yet" : "no end");
	page_puts(p, "</span>");
	page_cell_int(p, "Uploaded", run->uploaded);
	page_cell_int(p, "Current", run->current + run->remote_same);
	page_cell_int(p, "Failed", run->failed);
	page_cell(p, "A / B / free", "r");
	page_int(p, run->class_a);
	page_puts(p, " / ");
	page_int(p, run->class_b);
	page_puts(p, " / ");
	page_int(p, run->free);
	page_cell(p, "Up", "r");
	page_size(p, run->bytes_up);
	page_cell(p, "Down", "r");
	page_size(p, run->bytes_down);
	page_puts(p, "\n");
}

static void
runs(const struct report *r)
{
	const struct report_past *past = r->past;

	page_section(r->page, "Last runs", -1);
	page_table(r->page, "<th>Begun<th>Run<th>Result<th class=r>Uploaded"
	    "<th class=r>Current<th class=r>Failed<th class=r>"
	    "A / B / free<th class=r>Up<th class=r>Down");
	for (size_t i = past->nruns; i-- > 0;)
		run(r, &past->run[i]);
	page_puts(r->page, "</table></div>\n<p class=d>");
	page_int(r->page, (int64_t)past->nruns);
	page_puts(r->page, " of ");
	page_count(r->page, past->runs, "run");
	page_puts(r->page, ". A, B, free: requests by price class.</p>\n");
}

static void
failures(const struct report *r)
{
	const struct report_past *past = r->past;
	struct page *p = r->page;

	if (past->nfailures == 0)
		return;
	page_section(p, "Failures that nothing has mended since", -1);
	page_table(p, "<th>Object<th>What<th>Store<th>When");
	for (size_t i = past->nfailures; i-- > 0;) {
		const struct report_failure *f = &past->failure[i];

		page_puts(p, "<tr>");
		page_cell(p, "Object", "o");
		page_puts(p, "<bdi>");
		page_string(p, f->path);
		page_puts(p, "</bdi><br><small><code>");
		page_string(p, f->receipt);
		page_puts(p, "</code></small>");
		page_cell(p, "What", "");
		page_puts(p, "<span class=\"pill bad\">");
		page_string(p, f->result_status);
		page_puts(p, "</span>");
		page_cell(p, "Store", "c");
		page_string(p, f->store_ref);
		page_cell(p, "When", "c");
		page_date(p, f->time);
		page_puts(p, "\n");
	}
	page_puts(p, past->more ? "</table></div>\n<p class=d>The last ones; "
	    "there were more.</p>\n" : "</table></div>\n");
}

static void
uploads(const struct report *r)
{
	const struct unfinished *u = r->uploads;
	struct page *p = r->page;

	if (u->n == 0)
		return;
	page_section(p, "Unfinished uploads", (int64_t)(u->n + u->beyond));
	page_table(p, "<th>Key<th>Store<th class=r>Parts<th class=r>There<th>"
	    "Begun");
	for (size_t i = 0; i < u->n && i < UPLOADS_MAX; i++) {
		const struct unfinished_upload *one = &u->upload[i];

		page_puts(p, "<tr>");
		page_cell(p, "Key", "o");
		page_puts(p, "<code>");
		page_text(p, one->key);
		page_puts(p, "</code>");
		page_cell(p, "Store", "c");
		page_text(p, one->store_ref);
		page_cell(p, "Parts", "r");
		page_int(p, one->landed < 0 ? 0 : one->landed);
		if (one->part_count >= 0) {
			page_puts(p, " of ");
			page_int(p, one->part_count);
		}
		page_cell(p, "There", "r");
		page_size(p, one->landed_bytes < 0 ? 0 : one->landed_bytes);
		page_cell(p, "Begun", "c");
		page_time(p, one->since, r->status->now);
		page_puts(p, "\n");
	}
	page_puts(p, "</table></div>\n<p class=d>The next push goes on with "
	    "them; <code>consign abort</code> ends them.</p>\n");
}

/* --- History -------------------------------------------------------------- */

static void
history(const struct report *r)
{
	const struct ledger_mark *end = &r->status->reader->view->end.mark;
	const struct report_past *past = r->past;
	char chain[CHAIN_HEX_LEN + 1];
	struct page *p = r->page;

	hex_encode(chain, end->chain, CHAIN_LEN);
	page_section(p, "History", -1);
	page_puts(p, "<div class=card><dl style=\"margin:0\"><dd hidden>");
	page_item(p, "Rows");
	page_int(p, end->rows);
	page_item(p, "Head");
	page_puts(p, "<code>");
	if (end->rows > 0) {
		char seq[24];
		struct buf b;

		buf_fixed(&b, seq, sizeof(seq));
		buf_printf(&b, "%" PRId64 ":", end->rows - 1);
		page_puts(p, seq);
		page_puts(p, chain);
	}
	page_puts(p, "</code>");
	page_item(p, "Signed");
	if (past->checkpoint >= 0) {
		page_puts(p, "up to row ");
		page_int(p, past->checkpoint);
		page_puts(p, ", by key <code>");
		page_string(p, past->writer);
		page_puts(p, "</code>");
	} else {
		page_puts(p, "no row is");
	}
	page_item(p, "Anchored");
	if (past->anchor >= 0) {
		page_puts(p, "up to row ");
		page_int(p, past->anchored_seq);
	} else {
		page_puts(p, "no row is");
	}
	page_puts(p, "</dd></dl></div>\n");
}

void
report_tables_past(const struct report *r)
{
	failures(r);
	uploads(r);
	if (r->past->nruns > 0)
		runs(r);
	history(r);
}

/* --- Objects -------------------------------------------------------------- */

static void
place(const struct report *r, const struct manifest_place *place)
{
	struct page *p = r->page;
	bool proven = plan_is_proven(place->availability, place->proof);

	page_puts(p, "<span class=\"pill ");
	page_puts(p, proven ? "good\">" : "warn\">");
	page_text(p, place->store);
	page_puts(p, ": ");
	if (proven) {
		page_text(p, place->proof);
		page_puts(p, ", ");
		page_time(p, place->proven_at, r->status->now);
	} else {
		page_text(p, place->availability);
	}
	page_puts(p, "</span> ");
}

void
report_tables_objects(const struct report *r)
{
	page_section(r->page, "Objects", r->status->all.objects);
	page_table(r->page, "<th>Object<th class=r>Size<th>Proof");
}

void
report_tables_object(const struct report *r, const struct manifest_line *line)
{
	struct page *p = r->page;

	page_puts(p, "<tr>");
	page_cell(p, "Object", "o");
	page_puts(p, "<bdi>");
	page_text(p, line->path);
	page_puts(p, "</bdi><br><small><code>");
	page_text(p, line->object_id);
	page_puts(p, "</code></small>");
	page_cell(p, "Size", "r");
	page_size(p, line->size_bytes);
	page_cell(p, "Proof", "");
	page_puts(p, "<span>");
	for (size_t i = 0; i < line->nplaces; i++)
		place(r, &line->place[i]);
	page_puts(p, line->nplaces == 0 ? "<span class=\"pill bad\">nowhere"
	    "</span></span>\n" : "</span>\n");
}

void
report_tables_end(const struct report *r, int64_t shown)
{
	struct page *p = r->page;

	page_puts(p, "</table></div>\n<p class=d>");
	page_int(p, shown);
	page_puts(p, " of ");
	page_count(p, r->status->all.objects, "object");
	page_puts(p, shown < r->status->all.objects ? ", the first by path; "
	    "<code>consign ls</code> lists all.</p>\n" : ".</p>\n");
	page_puts(p, "<footer class=card><h3>What this page is not</h3>\n"
	    "<p>A proof. It is a view of the ledger at one moment, and "
	    "whoever can write a file can write another. It says what was "
	    "read back and hashed then, not what a store holds now. "
	    "Signatures and anchors are named here, and not checked.</p>\n"
	    "<p>Keep the head above where this machine cannot reach it, and "
	    "check the ledger against it: <code>consign ledger verify "
	    "--head SEQ:CHAIN</code>. For a hash to rely on, ask "
	    "<code>consign resolve</code>.</p>\n"
	    "<p class=d>consign " VERSION "</p></footer>\n"
	    "</main></body></html>\n");
}
