/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "form.h"
#include "manifest_update.h"
#include "row.h"
#include "view.h"

/*
 * Where a view begins and ends.  That it equals the file is tested in
 * t_manifest.c, with histories of chance.
 */

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define A64 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct row genesis = { .kind = ROW_GENESIS, .of.genesis = {
    S(ROW_SCHEMA), S("photos"), S("0.2.0") } };
static const struct row begin_row = { .kind = ROW_BEGIN, .of.begin = {
    .command = S("push"), .store_ref = S("s"), .max_objects = FORM_NONE,
    .max_puts = FORM_NONE, .max_puts_month = FORM_NONE,
    .max_bytes_up = FORM_NONE, .max_bytes_down = FORM_NONE,
    .tool_version = S("0.2.0") } };

static char folder[32], ledger_path[64], manifest_path[64];
static struct guard guard;
static struct view view;		/* large */

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/t_view.XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(ledger_path, sizeof(ledger_path), "%s/ledger", folder);
	snprintf(manifest_path, sizeof(manifest_path), "%s/manifest", folder);
	guard_init(&guard);
}

/* Nothing but these was ever made. */
static void
end(void)
{
	unlink(ledger_path);
	unlink(manifest_path);
	CHECK_INT(rmdir(folder), 0);
}

/* A ledger that is new: with that row, and others like it of other paths. */
static void
write_rows(const struct row *row, int n)
{
	struct ledger l = { .guard = &guard };
	struct row one = *row;
	struct err e = {0};
	char name[32];

	CHECK_INT(ledger_create(&l, ledger_path, &e), 0);
	CHECK_INT(row_append(&l, &genesis, NOW, &e), 0);
	for (int i = 0; i < n; i++) {
		/* Not in order. */
		snprintf(name, sizeof(name), "m/%d", i * 7919 % 100000);
		if (one.kind == ROW_ADMIT)
			one.of.admit.path = span_of(name);
		CHECK_INT(row_append(&l, &one, NOW, &e), 0);
	}
	ledger_close(&l);
}

static const struct row admit = { .kind = ROW_ADMIT, .of.admit = { 1,
    S("m/a"), S("/m/a"), S(ROW_CANONICALIZATION), S("photos/m"),
    S("sha256:" A64), 5, 6, 7, 8, FORM_NONE } };

static void
add_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "a");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		abort();
}

static int
open_view(struct err *e)
{
	struct view_args args = { manifest_path, ledger_path, count_rng(),
	    manifest_path, false };

	memset(&view, 0, sizeof(view));
	err_clear(e);
	return view_open(&view, &args, e);
}

static int
update(void)
{
	struct manifest_update u = { .manifest = manifest_path,
	    .ledger = ledger_path, .guard = &guard, .rng = count_rng() };
	struct err e = {0};

	return manifest_update(&u, &e);
}

/* All lines: how many, in order. */
static int64_t
count(struct err *e)
{
	struct manifest_line line;
	char last[64] = "";
	int64_t n = 0;
	int rc;

	while ((rc = view_next(&view, &line, e)) == 1) {
		CHECK(span_compare(span_of(last), line.path) < 0);
		CHECK(line.path.len < sizeof(last));
		memcpy(last, line.path.p, line.path.len);
		last[line.path.len] = '\0';
		n++;
	}
	return rc < 0 ? -1 : n;
}

static void
test_nothing(void)
{
	struct ledger l = { .guard = &guard };
	char aside[80];
	struct err e = {0};

	begin();
	CHECK_INT(open_view(&e), 0);
	CHECK(!view.has_ledger);
	CHECK_STR(view.archive_id, "");
	CHECK_INT(count(&e), 0);
	CHECK(view_facts(&view, span_of("s")) == NULL);
	view_close(&view);
	view_close(&view);

	t_row("an empty file");
	add_text(ledger_path, "");
	CHECK_INT(open_view(&e), 0);
	CHECK(view.has_ledger);
	CHECK_INT(count(&e), 0);
	view_close(&view);

	t_row("a torn first row");
	add_text(ledger_path, "{\"seq\":0,");
	CHECK_INT(open_view(&e), 0);
	CHECK_INT(view.end.torn, 9);
	CHECK_INT(ledger_open(&l, ledger_path, &view.end, NOW, &e), 0);
	CHECK_INT(row_append(&l, &genesis, NOW, &e), 0);
	ledger_close(&l);
	view_close(&view);
	CHECK_INT(open_view(&e), 1);
	CHECK_STR(view.archive_id, "photos");
	view_close(&view);
	snprintf(aside, sizeof(aside), "%s.torn-0", ledger_path);
	CHECK_INT(unlink(aside), 0);
	end();
}

static void
test_tail(void)
{
	struct ledger l = { .guard = &guard };
	const struct facts *f;
	struct err e = {0};

	begin();
	write_rows(&admit, 10);
	CHECK_INT(open_view(&e), 1);
	CHECK_STR(view.archive_id, "photos");
	CHECK_INT(view.manifest_rows, 0);
	CHECK_INT(count(&e), 10);
	view_close(&view);
	CHECK_INT(access(manifest_path, F_OK), -1);
	CHECK_INT(update(), 0);

	t_row("a row behind it, and a torn one");
	CHECK_INT(open_view(&e), 1);
	CHECK_INT(view.manifest_rows, 11);
	CHECK_INT(ledger_open(&l, ledger_path, &view.end, NOW, &e), 0);
	view_close(&view);
	CHECK_INT(row_append(&l, &begin_row, NOW, &e), 0);
	CHECK_INT(row_append(&l, &admit, NOW, &e), 0);
	ledger_close(&l);
	add_text(ledger_path, "{\"seq\":13,");
	CHECK_INT(open_view(&e), 1);
	CHECK_INT(view.end.mark.rows, 13);
	CHECK_INT(view.end.torn, 10);
	CHECK_INT(count(&e), 11);
	f = view_facts(&view, span_of("s"));
	CHECK(f != NULL && f->open_begin == 11);
	CHECK(view_facts(&view, span_of("t")) == NULL);
	view_close(&view);
	end();
}

/* More than is sorted in memory: beside it, and nothing is left there. */
static void
test_long_tail(void)
{
	enum { N = SORTER_CHUNK * 2 + 100 };
	struct view_args args = { manifest_path, ledger_path, count_rng(),
	    NULL, false };
	char elsewhere[] = "/tmp/t_viewtmp.XXXXXX", beside[64];
	struct err e = {0};

	begin();
	if (mkdtemp(elsewhere) == NULL)
		abort();
	snprintf(beside, sizeof(beside), "%s/x", elsewhere);
	args.beside = beside;
	write_rows(&admit, N);
	memset(&view, 0, sizeof(view));
	CHECK_INT(view_open(&view, &args, &e), 1);
	CHECK_INT(count(&e), N);
	view_close(&view);
	CHECK_INT(rmdir(elsewhere), 0);

	t_row("given up half way");
	memset(&view, 0, sizeof(view));
	args.beside = manifest_path;
	CHECK_INT(view_open(&view, &args, &e), 1);
	view_close(&view);
	end();
}

static void
test_broken(void)
{
	struct err e = {0};
	struct stat st;

	begin();
	write_rows(&admit, 10);
	CHECK_INT(update(), 0);
	t_row("no ledger");
	unlink(ledger_path);
	CHECK_INT(open_view(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	view_close(&view);

	t_row("a shorter one");
	write_rows(&admit, 9);
	CHECK_INT(open_view(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	view_close(&view);
	unlink(ledger_path);

	t_row("another one");
	write_rows(&begin_row, 20);
	CHECK_INT(open_view(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	view_close(&view);
	unlink(ledger_path);

	t_row("a manifest that is cut off");
	write_rows(&admit, 10);
	CHECK_INT(stat(manifest_path, &st), 0);
	CHECK_INT(truncate(manifest_path, st.st_size - 5), 0);
	CHECK_INT(open_view(&e), 1);
	CHECK_INT(count(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	view_close(&view);

	t_row("a ledger that does not begin");
	unlink(manifest_path);
	unlink(ledger_path);
	add_text(ledger_path, "{}\n");
	CHECK_INT(open_view(&e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	view_close(&view);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "nothing", test_nothing },
		{ "tail", test_tail },
		{ "long_tail", test_long_tail },
		{ "broken", test_broken },
		{ NULL, NULL }
	};

	return t_main("view", cases);
}
