/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "t.h"

#include "facts.h"
#include "form.h"
#include "record.h"

#define T0 1795316400	/* 2026-11-22T03:00:00Z; row n is n seconds later */
#define S(text) { text, sizeof(text) - 1 }
#define A64 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PROVE "consign/photos/prove/0123456789abcdef"

/* --- Rows, all of them of store "s" --------------------------------------- */

#define BEGIN { .kind = ROW_BEGIN, .of.begin = { .command = S("push"), \
	.store_ref = S("s"), .tool_version = S("0.2.0") } }
#define RESERVE(b, m, n) { .kind = ROW_RESERVE, .of.reserve = { \
	.begin_seq = b, .store_ref = S("s"), .month = S(m), \
	.class_a_requests = n } }
#define END_ROW(b, n, bad, cmd, word) { .kind = ROW_END, .of.end = { \
	.begin_seq = b, .command = S(cmd), .store_ref = S("s"), \
	.failed = bad, .class_a_requests = n, .result = S(word) } }
#define END(b, n) END_ROW(b, n, 1, "push", "ok")
#define PROBE_ROW(ep, bu, re, ver, k, word) { .kind = ROW_PROBE, \
	.of.probe = { .begin_seq = 0, .store_ref = S("s"), \
	.provider_kind = S("generic-s3"), .endpoint = S(ep), \
	.bucket = S(bu), .region = S(re), .remote_key = S(k), \
	.key_ref = S("0123456789abcdef"), .scope = S("public"), \
	.clock_skew_s = -3, .absence_visible = true, .versioned = ver, \
	.result = S(word) } }
#define OK PROBE_ROW("https://h", "b", "r", false, PROVE, "ok")
#define BEGUN(k) PROBE_ROW("https://x", "x", "x", true, k, "begun")
#define MISSED PROBE_ROW("https://x", "x", "x", true, PROVE, "timed_out")
#define UPLOAD(b, k, n) { .kind = ROW_UPLOAD, .of.upload = { .begin_seq = b, \
	.store_ref = S("s"), .remote_key = S(k), .part_count = n } }
#define OUTCOME(kind_, b, k, st, pr) { .kind = kind_, .of.outcome = { \
	.begin_seq = b, .store_ref = S("s"), .remote_key = S(k), \
	.result_status = S(st), .proof = S(pr) } }
#define PROOF(b, k) OUTCOME(ROW_PROOF, b, k, "uploaded", "rehash")
#define APPROVE(n) { .kind = ROW_APPROVE, .of.approve = { \
	.store_ref = S("s"), .tier = n } }
#define CONFIRM { .kind = ROW_CONFIRM, .of.confirm = { .store_ref = S("s") } }
#define PACK(from, to) { .kind = ROW_PACK, .of.pack = { .store_ref = S("s"), \
	.from_seq = from, .to_seq = to, .to_bytes = 10 * (to) } }
#define LAST { .kind = ROW__COUNT }

static const struct {
	const char *what;
	struct row row[9];		/* row 1 and on; ends with LAST */
	int64_t tier;
	bool confirmed;
	const char *month;
	int64_t month_class_a, open_begin, open_class_a;
	int complete_row;		/* 0: none */
	const char *pending_key;
} rows[] = {
	/* --- What is spent --- */
	{ "begun", { BEGIN, LAST },
	    -1, false, "", 0, 1, 0, 0, "" },
	{ "reserved", { BEGIN, RESERVE(1, "2026-11", 5), LAST },
	    -1, false, "2026-11", 5, 1, 5, 0, "" },
	{ "reserved twice", { BEGIN, RESERVE(1, "2026-11", 5),
	    RESERVE(1, "2026-11", 2), LAST },
	    -1, false, "2026-11", 7, 1, 7, 0, "" },
	{ "less was sent", { BEGIN, RESERVE(1, "2026-11", 5), END(1, 3),
	    LAST }, -1, false, "2026-11", 3, -1, 0, 0, "" },
	{ "all was sent", { BEGIN, RESERVE(1, "2026-11", 5), END(1, 5),
	    LAST }, -1, false, "2026-11", 5, -1, 0, 0, "" },
	{ "more was sent", { BEGIN, RESERVE(1, "2026-11", 5), END(1, 9),
	    LAST }, -1, false, "2026-11", 9, -1, 0, 0, "" },
	{ "died", { BEGIN, RESERVE(1, "2026-11", 5), BEGIN, LAST },
	    -1, false, "2026-11", 5, 3, 0, 0, "" },
	{ "died, and the next", { BEGIN, RESERVE(1, "2026-11", 5), BEGIN,
	    RESERVE(3, "2026-11", 4), END(3, 1), LAST },
	    -1, false, "2026-11", 6, -1, 0, 0, "" },
	{ "the end of one that died", { BEGIN, RESERVE(1, "2026-11", 5),
	    BEGIN, RESERVE(3, "2026-11", 4), END(1, 1), LAST },
	    -1, false, "2026-11", 9, 3, 4, 0, "" },
	{ "two ends", { BEGIN, RESERVE(1, "2026-11", 5), END(1, 3),
	    END(1, 0), LAST }, -1, false, "2026-11", 3, -1, 0, 0, "" },
	{ "an end alone", { END(0, 7), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "reserved by nobody", { RESERVE(9, "2026-11", 5), BEGIN,
	    RESERVE(1, "2026-11", 5), END(2, 0), LAST },
	    -1, false, "2026-11", 10, -1, 0, 0, "" },
	{ "the next month", { BEGIN, RESERVE(1, "2026-11", 5), END(1, 5),
	    BEGIN, RESERVE(4, "2026-12", 2), LAST },
	    -1, false, "2026-12", 2, 4, 2, 0, "" },
	{ "the month before counts in this one", { BEGIN,
	    RESERVE(1, "2026-11", 5), RESERVE(1, "2026-10", 2), LAST },
	    -1, false, "2026-11", 7, 1, 7, 0, "" },
	{ "midnight", { BEGIN, RESERVE(1, "2026-11", 5),
	    RESERVE(1, "2026-12", 4), LAST },
	    -1, false, "2026-12", 4, 1, -1, 0, "" },
	{ "midnight, all that was sent after it counts", { BEGIN,
	    RESERVE(1, "2026-11", 1000), RESERVE(1, "2026-12", 600),
	    END(1, 1000), LAST }, -1, false, "2026-12", 600, -1, 0, 0, "" },
	{ "midnight, nothing given back", { BEGIN, RESERVE(1, "2026-11", 5),
	    RESERVE(1, "2026-12", 1), END(1, 2), LAST },
	    -1, false, "2026-12", 1, -1, 0, 0, "" },
	{ "midnight, and more is reserved", { BEGIN,
	    RESERVE(1, "2026-11", 5), RESERVE(1, "2026-12", 1),
	    RESERVE(1, "2026-12", 3), END(1, 2), LAST },
	    -1, false, "2026-12", 4, -1, 0, 0, "" },
	{ "midnight before the first", { BEGIN, RESERVE(1, "2026-11", 5),
	    END(1, 5), BEGIN, RESERVE(4, "2026-12", 4), END(4, 1), LAST },
	    -1, false, "2026-12", 1, -1, 0, 0, "" },
	{ "midnight, and the next run", { BEGIN, RESERVE(1, "2026-11", 5),
	    RESERVE(1, "2026-12", 4), END(1, 9), BEGIN,
	    RESERVE(5, "2026-12", 3), END(5, 2), LAST },
	    -1, false, "2026-12", 6, -1, 0, 0, "" },
	{ "midnight by another's row", { BEGIN, RESERVE(1, "2026-11", 5),
	    RESERVE(9, "2026-12", 4), END(1, 0), LAST },
	    -1, false, "2026-12", 4, -1, 0, 0, "" },
	{ "no overflow", { BEGIN, RESERVE(1, "2026-11", INT64_MAX),
	    RESERVE(1, "2026-11", INT64_MAX), LAST },
	    -1, false, "2026-11", INT64_MAX, 1, INT64_MAX, 0, "" },
	{ "no overflow at the end", { BEGIN, RESERVE(1, "2026-11", 9),
	    BEGIN, END(3, INT64_MAX), LAST },
	    -1, false, "2026-11", INT64_MAX, -1, 0, 0, "" },

	/* --- Complete --- */
	{ "complete", { BEGIN, END_ROW(1, 0, 0, "push", "ok"), LAST },
	    -1, false, "", 0, -1, 0, 2, "" },
	{ "verified", { BEGIN, END_ROW(1, 0, 0, "verify", "ok"), LAST },
	    -1, false, "", 0, -1, 0, 2, "" },
	{ "proven is not complete", { BEGIN,
	    END_ROW(1, 0, 0, "prove", "ok"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "one failed", { BEGIN, END_ROW(1, 0, 1, "push", "ok"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "suspended", { BEGIN, END_ROW(1, 0, 0, "push", "suspended"),
	    LAST }, -1, false, "", 0, -1, 0, 0, "" },
	{ "complete once, then not", { BEGIN,
	    END_ROW(1, 0, 0, "push", "ok"), BEGIN, END(3, 0), LAST },
	    -1, false, "", 0, -1, 0, 2, "" },

	/* --- Tiers --- */
	{ "probed", { OK, LAST }, 0, false, "", 0, -1, 0, 0, "" },
	{ "not probed", { MISSED, LAST }, -1, false, "", 0, -1, 0, 0, "" },
	{ "one object", { OK, PROOF(0, "k"), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "one object, no probe", { PROOF(0, "k"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "one object by ranges", { OK,
	    OUTCOME(ROW_PROOF, 0, "k", "uploaded", "ranges"), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "it was there", { OK, OUTCOME(ROW_PROOF, 0, "k",
	    "skipped_remote_same", "rehash"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "presence", { OK,
	    OUTCOME(ROW_PROOF, 0, "k", "uploaded", "presence"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "failed", { OK,
	    OUTCOME(ROW_FAIL, 0, "k", "uploaded", "rehash"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "adopted", { OK,
	    OUTCOME(ROW_ADOPT, 0, "k", "uploaded", "rehash"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "two objects", { OK, PROOF(0, "k"), PROOF(0, "l"), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "in parts", { OK, PROOF(0, "k"), BEGIN, UPLOAD(3, "m", 2),
	    PROOF(3, "m"), LAST }, 2, false, "", 0, 3, 0, 0, "" },
	{ "in one part", { OK, PROOF(0, "k"), BEGIN, UPLOAD(3, "m", 1),
	    PROOF(3, "m"), LAST }, 1, false, "", 0, 3, 0, 0, "" },
	{ "in parts, another key", { OK, PROOF(0, "k"), BEGIN,
	    UPLOAD(3, "m", 2), PROOF(3, "n"), LAST },
	    1, false, "", 0, 3, 0, 0, "" },
	{ "in parts, another run", { OK, PROOF(0, "k"), BEGIN,
	    UPLOAD(3, "m", 2), BEGIN, PROOF(5, "m"), LAST },
	    1, false, "", 0, 5, 0, 0, "" },
	{ "in parts, of no run", { OK, PROOF(0, "k"), UPLOAD(0, "m", 2),
	    PROOF(0, "m"), LAST }, 1, false, "", 0, -1, 0, 0, "" },
	{ "in parts, after the end", { OK, PROOF(0, "k"), BEGIN,
	    UPLOAD(3, "m", 2), END(3, 0), PROOF(3, "m"), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "one step at a time", { OK, BEGIN, UPLOAD(2, "m", 2),
	    PROOF(2, "m"), LAST }, 1, false, "", 0, 2, 0, 0, "" },
	{ "all tiers", { OK, APPROVE(1), APPROVE(2), APPROVE(3), APPROVE(4),
	    LAST }, 4, false, "", 0, -1, 0, 0, "" },
	{ "none above", { OK, APPROVE(1), APPROVE(2), APPROVE(3),
	    APPROVE(4), APPROVE(5), LAST }, 4, false, "", 0, -1, 0, 0, "" },
	{ "none left out", { OK, APPROVE(2), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "none down", { OK, APPROVE(1), APPROVE(0), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "twice", { OK, APPROVE(1), APPROVE(1), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "no tier 0 by word", { APPROVE(0), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "hostile", { OK, APPROVE(INT64_MAX), LAST },
	    0, false, "", 0, -1, 0, 0, "" },

	/* --- Another store under the same name --- */
	{ "the same", { OK, APPROVE(1), CONFIRM, OK, LAST },
	    1, true, "", 0, -1, 0, 0, "" },
	{ "confirmed alone", { CONFIRM, LAST },
	    -1, true, "", 0, -1, 0, 0, "" },
	{ "another endpoint", { OK, APPROVE(1), CONFIRM,
	    PROBE_ROW("http://h", "b", "r", false, PROVE, "ok"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "another bucket", { OK, APPROVE(1), CONFIRM,
	    PROBE_ROW("https://h", "c", "r", false, PROVE, "ok"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "another region", { OK, APPROVE(1), CONFIRM,
	    PROBE_ROW("https://h", "b", "rr", false, PROVE, "ok"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "versioned now", { OK, APPROVE(1), CONFIRM,
	    PROBE_ROW("https://h", "b", "r", true, PROVE, "ok"), LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "another, not reached", { OK, APPROVE(1), CONFIRM, MISSED, LAST },
	    1, true, "", 0, -1, 0, 0, "" },
	{ "confirmed before the first probe", { CONFIRM, OK, LAST },
	    0, true, "", 0, -1, 0, 0, "" },

	/* --- The journal of probes --- */
	{ "pending", { OK, BEGUN(PROVE), LAST },
	    0, false, "", 0, -1, 0, 0, PROVE },
	{ "pending, below", { BEGUN(PROVE "/a"), LAST },
	    -1, false, "", 0, -1, 0, 0, PROVE "/a" },
	{ "done", { BEGUN(PROVE), OK, LAST },
	    0, false, "", 0, -1, 0, 0, "" },
	{ "failed and done", { BEGUN(PROVE), MISSED, LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "approved and done", { OK, BEGUN(PROVE), APPROVE(1), LAST },
	    1, false, "", 0, -1, 0, 0, "" },
	{ "a proof leaves it", { OK, BEGUN(PROVE), PROOF(0, PROVE), LAST },
	    1, false, "", 0, -1, 0, 0, PROVE },
	{ "a user's key", { BEGUN("sha256"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "all of ours", { BEGUN("consign"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "anchors", { BEGUN("consign/photos/anchors/0123456789abcdef"),
	    LAST }, -1, false, "", 0, -1, 0, 0, "" },
	{ "no archive", { BEGUN("consign//prove/0123456789abcdef"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "too short", { BEGUN("consign/photos/prove/0123456789abcde"),
	    LAST }, -1, false, "", 0, -1, 0, 0, "" },
	{ "too long", { BEGUN(PROVE "0"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "all probes", { BEGUN("consign/photos/prove/"), LAST },
	    -1, false, "", 0, -1, 0, 0, "" },
	{ "not ours keeps ours", { BEGUN(PROVE), BEGUN("sha256"), LAST },
	    -1, false, "", 0, -1, 0, 0, PROVE },
};

static struct facts_table table, other;		/* large */

static void
apply(struct facts_table *t, struct row row, int64_t seq)
{
	row.seq = seq;
	row.time = T0 + seq;
	facts_apply(t, &row);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct facts *f;
		int64_t seq = 1;

		t_row("%s", rows[i].what);
		table.n = 0;
		for (const struct row *r = rows[i].row;
		    r->kind != ROW__COUNT; r++)
			apply(&table, *r, seq++);
		f = facts_find(&table, span_of("s"));
		if (!CHECK(f != NULL))
			continue;
		CHECK_INT(f->tier, rows[i].tier);
		CHECK_INT(f->confirmed, rows[i].confirmed);
		CHECK_STR(f->month, rows[i].month);
		CHECK_INT(f->month_class_a, rows[i].month_class_a);
		CHECK_INT(f->open_begin, rows[i].open_begin);
		CHECK_INT(f->open_class_a, rows[i].open_class_a);
		CHECK_INT(f->complete_at, rows[i].complete_row == 0 ?
		    FORM_NONE : T0 + rows[i].complete_row);
		CHECK_STR(f->pending_key, rows[i].pending_key);
	}
}

/* The last run that saw it tells the line's rate; another store has another. */
static void
test_line_rate(void)
{
	struct row end = END(1, 0);

	table.n = 0;
	apply(&table, (struct row)OK, 0);
	CHECK_INT(table.store[0].line_rate, FORM_NONE);
	for (int64_t rate = 3; rate > 0; rate--) {
		apply(&table, (struct row)BEGIN, 1);
		end.of.end.line_rate = rate;
		apply(&table, end, 2);
		CHECK_INT(table.store[0].line_rate, rate);
	}
	apply(&table, (struct row)BEGIN, 1);
	end.of.end.line_rate = FORM_NONE;
	apply(&table, end, 2);
	CHECK_INT(table.store[0].line_rate, 1);
	apply(&table, (struct row)OK, 3);
	CHECK_INT(table.store[0].line_rate, 1);
	apply(&table, (struct row)PROBE_ROW("https://h", "c", "r",
	    false, PROVE, "ok"), 4);
	CHECK_INT(table.store[0].line_rate, FORM_NONE);
}

static void
test_packs(void)
{
	static const struct {
		const char *what;
		struct row row[6];	/* row 11 and on; ends with LAST */
		int64_t rows;
	} packs[] = {
		{ "none", { OK, LAST }, FORM_NONE },
		{ "one", { OK, PACK(0, 11), LAST }, 11 },
		{ "the next", { OK, PACK(0, 5), PACK(5, 11), LAST }, 11 },
		{ "over an earlier one", { OK, PACK(0, 5), PACK(2, 9), LAST },
		    9 },
		{ "a gap", { OK, PACK(0, 5), PACK(6, 11), LAST }, 5 },
		{ "a gap at the start", { OK, PACK(1, 5), LAST }, FORM_NONE },
		{ "nothing new", { OK, PACK(0, 5), PACK(0, 5), LAST }, 5 },
		{ "backwards", { OK, PACK(0, 5), PACK(5, 3), LAST }, 5 },
		{ "rows to come", { OK, PACK(0, 13), LAST }, FORM_NONE },
		{ "elsewhere", { OK, PACK(0, 5), PROBE_ROW("https://h", "c",
		    "r", false, PROVE, "ok"), LAST }, FORM_NONE },
		{ "probed again", { OK, PACK(0, 5), OK, LAST }, 5 },
	};

	for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++) {
		int64_t seq = 11, want = packs[i].rows;
		const struct facts *f;

		t_row("%s", packs[i].what);
		table.n = 0;
		for (const struct row *r = packs[i].row;
		    r->kind != ROW__COUNT; r++)
			apply(&table, *r, seq++);
		f = facts_find(&table, span_of("s"));
		if (!CHECK(f != NULL))
			continue;
		CHECK_INT(f->packed_rows, want);
		CHECK_INT(f->packed_bytes, want < 0 ? want : 10 * want);
	}
}

static void
test_findings(void)
{
	static const struct row ok = OK, missed = MISSED, none = {
	    .kind = ROW_BEGIN, .of.begin = { .command = S("init") } };
	struct row tls = OK;
	const struct facts *f;

	table.n = 0;
	apply(&table, none, 1);
	CHECK_INT(table.n, 0);
	apply(&table, missed, 2);
	f = facts_find(&table, span_of("s"));
	CHECK_INT(f->probed_at, FORM_NONE);
	CHECK_STR(f->endpoint, "");
	tls.of.probe.tls_spki_sha256 = span_of(A64);
	apply(&table, tls, 3);
	CHECK_INT(f->probed_at, T0 + 3);
	CHECK_STR(f->provider_kind, "generic-s3");
	CHECK_STR(f->endpoint, "https://h");
	CHECK_STR(f->key_ref, "0123456789abcdef");
	CHECK_STR(f->scope, "public");
	CHECK_STR(f->tls_spki_sha256, A64);
	CHECK_INT(f->clock_skew_s, -3);
	CHECK(f->absence_visible && !f->list_allowed);
	apply(&table, ok, 4);
	CHECK_STR(f->tls_spki_sha256, "");
	CHECK_INT(f->probed_at, T0 + 4);
}

/* --- The table, and its text ---------------------------------------------- */

static void
begin_store(const char *name)
{
	struct row row = BEGIN;

	row.of.begin.store_ref = span_of(name);
	apply(&table, row, 1);
}

static void
test_stores(void)
{
	char name[8];

	table.n = 0;
	for (int i = 0; i < FACTS_STORES + 4; i++) {
		snprintf(name, sizeof(name), "s%02d", i * 7 % 20);
		CHECK_INT(facts_has_room(&table, span_of(name)),
		    i < FACTS_STORES);
		begin_store(name);
		CHECK_INT(facts_find(&table, span_of(name)) != NULL,
		    i < FACTS_STORES);
	}
	CHECK_INT(table.n, FACTS_STORES);
	CHECK(facts_has_room(&table, span_of("s00")));
	for (size_t i = 1; i < table.n; i++)
		CHECK(strcmp(table.store[i - 1].store_ref,
		    table.store[i].store_ref) < 0);
}

/* Written and read, it is the same; whatever it holds. */
static void
test_text(void)
{
	static char text[2][RECORD_SIZE_MAX], scratch[RECORD_SIZE_MAX];
	struct record record;
	struct err e = {0};
	struct buf b, s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct form_source from = { &record, &s, 0 };
		int64_t seq = 1;

		t_row("%s", rows[i].what);
		table.n = 0;
		if (i % 2 == 0)
			begin_store("r");
		for (const struct row *r = rows[i].row;
		    r->kind != ROW__COUNT; r++)
			apply(&table, *r, seq++);
		if (i % 3 == 0)
			begin_store("t");
		for (int k = 0; k < 2; k++) {
			buf_fixed(&b, text[k], sizeof(text[k]));
			record_begin(&b);
			CHECK_INT(facts_write(&b, k == 0 ? &table : &other,
			    &e), 0);
			record_end(&b);
			CHECK(buf_ok(&b));
			buf_fixed(&s, scratch, sizeof(scratch));
			CHECK_INT(record_parse(&record, buf_as_span(&b), &e),
			    0);
			CHECK_INT(facts_read(&other, &from, &e), 0);
		}
		CHECK_INT(other.n, table.n);
		CHECK_STR(text[1], text[0]);
	}
}

static void
test_bad_text(void)
{
	static const struct {
		const char *from, *to;
	} bad[] = {
		{ "\"store_ref_1\":\"r\"", "\"store_ref_1\":\"t\"" },
		{ "\"store_ref_2\":\"s\"", "\"store_ref_2\":\"r\"" },
		{ "\"tier_2\":0", "\"tier_2\":-" },
		{ "\"versioned_2\":false", "\"versioned_3\":false" },
		{ "\"clock_skew_s_2\":-3", "\"clock_skew_s_2\":\"\"" },
		{ "https://h", "https\1//h" },
	};
	static char text[RECORD_SIZE_MAX], scratch[RECORD_SIZE_MAX];
	static const struct row ok = OK;
	struct record record;
	struct buf b, s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct form_source from = { &record, &s, 0 };
		struct err e = {0};
		char *at;

		t_row("%s", bad[i].to);
		table.n = 0;
		begin_store("r");
		apply(&table, ok, 2);
		buf_fixed(&b, text, sizeof(text));
		record_begin(&b);
		CHECK_INT(facts_write(&b, &table, &e), 0);
		record_end(&b);
		at = strstr(text, bad[i].from);
		if (!CHECK(at != NULL))
			continue;
		memcpy(at, bad[i].to, strlen(bad[i].to));
		buf_fixed(&s, scratch, sizeof(scratch));
		CHECK(record_parse(&record, buf_as_span(&b), &e) != 0 ||
		    facts_read(&other, &from, &e) != 0);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "packs", test_packs },
		{ "line_rate", test_line_rate },
		{ "findings", test_findings },
		{ "stores", test_stores },
		{ "text", test_text },
		{ "bad_text", test_bad_text },
		{ NULL, NULL }
	};

	return t_main("facts", cases);
}
