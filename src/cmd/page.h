/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "buf.h"
#include "err.h"
#include "file.h"
#include "guard.h"
#include "span.h"

/*
 * An HTML page, on its way to a file that appears whole or not at all, or to
 * standard output; every byte of it past the secret guard first, as the name
 * that it is of and as it stands in the page.
 *
 *	rc = page_open(p, app, "report.html", false, e);
 *	if (rc == 0) {
 *		page_puts(p, "<p>"); ...	never fail; the first failure
 *		rc = page_commit(p, e);		is told here
 *	}
 *	page_discard(p);			in every case
 */

/* What a page of ours begins with. */
#define PAGE_MARK "<!doctype html>\n<!-- consign report -->\n"

struct page {
	struct app *app;
	struct err err;			/* the first failure */

	/* Private. */
	bool to_file;
	struct file_tmp tmp;
	struct guard_stream stream;
	struct buf b;
	char bytes[8192];
};

/*
 * p is zeroed.  target NULL is standard output.  A file that exists is
 * replaced only if it begins with PAGE_MARK, or by force: ERR_IO_ERROR.
 */
int page_open(struct page *p, struct app *app, const char *target, bool force,
    struct err *e);

void page_puts(struct page *p, const char *markup);
void page_text(struct page *p, struct span text);	/* escaped */
void page_string(struct page *p, const char *text);	/* the same */
void page_int(struct page *p, int64_t n);		/* 1 234 567 */

/* "1.4 GiB", and the exact number where a reader asks for it. */
void page_size(struct page *p, int64_t bytes);

/* "2026-11-22 03:00", which is UTC. */
void page_date(struct page *p, int64_t time);

/* "3 days ago", and when; "never" for a time below 0. */
void page_time(struct page *p, int64_t time, int64_t now);

void page_count(struct page *p, int64_t n, const char *what); /* "3 objects" */

/* Of markup alone, as page_puts(): a heading, with a number unless n < 0, */
void page_section(struct page *p, const char *title, int64_t n);

/* the begin of a definition, behind the one before it, */
void page_item(struct page *p, const char *name);

/* a table up to its first row; heads are "<th>..." for each column, */
void page_table(struct page *p, const char *heads);

/* the begin of a cell; on a narrow screen its label stands before it. */
void page_cell(struct page *p, const char *label, const char *class);
void page_cell_int(struct page *p, const char *label, int64_t n);

/* Durable under its name.  The first failure of all calls. */
int page_commit(struct page *p, struct err *e);

void page_discard(struct page *p);	/* accepts a zeroed one, twice too */

#endif
