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
#include "manifest.h"
#include "manifest_update.h"
#include "row.h"
#include "sorter.h"
#include "view.h"

#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define A64 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define OA "sha256:" A64
#define OB "sha256:" B64

static char folder[32], ledger_path[64], path[64], other_path[64];
static struct guard guard;
static struct manifest_update did;		/* by update() */
static struct manifest manifest;		/* large */
static struct view view;			/* large */

static void
begin(struct ledger *l)
{
	static const struct row genesis = { .kind = ROW_GENESIS,
	    .of.genesis = { S(ROW_SCHEMA), S("photos"), S("0.2.0") } };
	struct err e = {0};

	snprintf(folder, sizeof(folder), "/tmp/t_manifest.XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(ledger_path, sizeof(ledger_path), "%s/ledger.jsonl", folder);
	snprintf(path, sizeof(path), "%s/manifest.jsonl", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	guard_init(&guard);
	*l = (struct ledger){ .guard = &guard };
	CHECK_INT(ledger_create(l, ledger_path, &e), 0);
	CHECK_INT(row_append(l, &genesis, NOW, &e), 0);
}

static void
end(struct ledger *l)
{
	ledger_close(l);
	unlink(ledger_path);
	unlink(path);
	unlink(other_path);
	CHECK_INT(rmdir(folder), 0);
}

static int
update(const char *to, bool anew, struct err *e)
{
	did = (struct manifest_update){ .manifest = to,
	    .ledger = ledger_path, .guard = &guard, .rng = count_rng(),
	    .anew = anew };
	err_clear(e);
	return manifest_update(&did, e);
}

/* All of a file, to be freed. */
static char *
slurp(const char *name, size_t *n)
{
	FILE *f = fopen(name, "r");
	char *text;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 ||
	    (size = ftell(f)) < 0 || (text = malloc((size_t)size + 1)) == NULL)
		abort();
	rewind(f);
	*n = fread(text, 1, (size_t)size, f);
	text[*n] = '\0';
	fclose(f);
	return text;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		abort();
}

/* --- What rows do --------------------------------------------------------- */

#define ADMIT(p, o) { .kind = ROW_ADMIT, .of.admit = { 1, S(p), S("/" p), \
	S(ROW_CANONICALIZATION), S("photos/main"), S(o), 5, 6, 7, 8, \
	FORM_NONE } }
#define OUTCOME(k, p, s, o, e, pr, av) { .kind = k, .of.outcome = { 1, S(s), \
	S(o), S(p), S("key"), S(e), { NULL, 0 }, 5, S("x"), S(pr), S(av), \
	S("id"), S(A64) } }
#define PROOF(p, s, o, e) \
	OUTCOME(ROW_PROOF, p, s, o, e, "rehash", "consign_uploaded")
#define FAIL(p, s, o, av) OUTCOME(ROW_FAIL, p, s, o, "e", "none", av)
#define CLAIM(p, s, o, e) \
	OUTCOME(ROW_ADOPT, p, s, o, e, "presence", "declared_uploaded")
#define DELETE(p, s, o, e) { .kind = ROW_DELETE, .of.delete = { 1, S(s), S(o), \
	S(p), S("key"), S(e), { NULL, 0 }, S("wrong") } }

#define LINE(p, o, seq) "{\"path\":\"" p "\",\"object_id\":\"sha256:" o \
	"\",\"size_bytes\":5,\"inode\":6,\"mtime_ns\":7,\"ctime_ns\":8," \
	"\"admit_seq\":" seq
#define PROVEN(n, s, e) ",\"store_" n "\":\"" s "\",\"remote_key_" n \
	"\":\"key\",\"etag_" n "\":\"" e "\",\"availability_" n \
	"\":\"consign_uploaded\",\"proof_" n "\":\"rehash\",\"proven_at_" n \
	"\":\"2026-11-22T03:00:00Z\",\"receipt_" n "\":\"id\""
#define CLAIMED(n, s, e) ",\"store_" n "\":\"" s "\",\"remote_key_" n \
	"\":\"key\",\"etag_" n "\":\"" e "\",\"availability_" n \
	"\":\"declared_uploaded\",\"proof_" n "\":\"presence\"," \
	"\"receipt_" n "\":\"id\""
#define END "}\n"

static void
test_rows(void)
{
	static const struct {
		const char *what;
		struct row row[5];	/* ends with a genesis */
		const char *want;
	} rows[] = {
		{ "admitted", { ADMIT("m/a", OA) }, LINE("m/a", A64, "1") END },
		{ "never admitted", { PROOF("m/a", "s", OA, "e") }, "" },
		{ "proven", { ADMIT("m/a", OA), PROOF("m/a", "s", OA, "e") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "e") END },
		{ "other bytes proven", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OB, "e") }, LINE("m/a", A64, "1") END },
		{ "proven again", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OA, "e"), PROOF("m/a", "s", OA, "f") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "f") END },
		{ "in order of stores", { ADMIT("m/a", OA),
		    PROOF("m/a", "t", OA, "e"), PROOF("m/a", "s", OA, "f"),
		    PROOF("m/a", "st", OA, "g") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "f")
		    PROVEN("2", "st", "g") PROVEN("3", "t", "e") END },
		{ "touched", { ADMIT("m/a", OA), PROOF("m/a", "s", OA, "e"),
		    ADMIT("m/a", OA) },
		    LINE("m/a", A64, "3") PROVEN("1", "s", "e") END },
		{ "changed", { ADMIT("m/a", OA), PROOF("m/a", "s", OA, "e"),
		    ADMIT("m/a", OB) }, LINE("m/a", B64, "3") END },
		{ "failed, still there", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OA, "e"),
		    FAIL("m/a", "s", OA, "consign_uploaded") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "e") END },
		{ "failed, gone", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OA, "e"), PROOF("m/a", "t", OA, "e"),
		    FAIL("m/a", "s", OA, "none") },
		    LINE("m/a", A64, "1") PROVEN("1", "t", "e") END },
		{ "claimed", { ADMIT("m/a", OA), CLAIM("m/a", "s", OA, "e") },
		    LINE("m/a", A64, "1") CLAIMED("1", "s", "e") END },
		{ "claimed, then proven", { ADMIT("m/a", OA),
		    CLAIM("m/a", "s", OA, "e"), PROOF("m/a", "s", OA, "f") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "f") END },
		{ "proven, then claimed", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OA, "f"), CLAIM("m/a", "s", OA, "e") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "f") END },
		{ "deleted", { ADMIT("m/a", OA), PROOF("m/a", "s", OA, "e"),
		    DELETE("m/a", "s", OA, "e") }, LINE("m/a", A64, "1") END },
		{ "another generation deleted", { ADMIT("m/a", OA),
		    PROOF("m/a", "s", OA, "e"), DELETE("m/a", "s", OA, "f") },
		    LINE("m/a", A64, "1") PROVEN("1", "s", "e") END },
		{ "sorted", { ADMIT("m/b", OA), ADMIT("m/a/b", OB),
		    ADMIT("m/a-b", OA), ADMIT("m/a\"", OA) },
		    LINE("m/a\\\"", A64, "4") END LINE("m/a-b", A64, "3") END
		    LINE("m/a/b", B64, "2") END LINE("m/b", A64, "1") END },
	};
	struct ledger l;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		char *text;
		size_t n;

		t_row("%s", rows[i].what);
		begin(&l);
		for (const struct row *r = rows[i].row; r->kind; r++)
			CHECK_INT(row_append(&l, r, NOW, &e), 0);
		CHECK_INT(update(path, false, &e), 0);
		CHECK_STR(e.msg, "");
		text = slurp(path, &n);
		CHECK_STR(strchr(text, '\n') + 1, rows[i].want);
		free(text);
		end(&l);
	}
}

static void
test_head(void)
{
	static const struct row row = ADMIT("m/a", OA);
	static const struct row end_row = { .kind = ROW_END, .of.end = {
	    1, S("push"), { NULL, 0 }, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    FORM_NONE, S("ok") } };
	struct manifest_line line;
	struct stat st, again;
	struct ledger l;
	struct err e = {0};

	begin(&l);
	CHECK_INT(manifest_open(&manifest, path, &e), 0);
	CHECK_INT(row_append(&l, &row, NOW, &e), 0);
	CHECK_INT(row_append(&l, &end_row, NOW, &e), 0);
	CHECK_INT(update(path, false, &e), 0);
	CHECK_INT(manifest_open(&manifest, path, &e), 1);
	CHECK_STR(manifest.archive_id, "photos");
	CHECK_INT(manifest.mark.rows, 3);
	CHECK_INT(manifest.mark.at, l.mark.at);
	CHECK_MEM(manifest.mark.chain, CHAIN_LEN, l.mark.chain, CHAIN_LEN);
	CHECK_INT(manifest.facts.n, 0);
	CHECK_INT(did.rows, 3);
	CHECK_INT(did.objects, 1);
	CHECK_INT(manifest_next(&manifest, &line, &e), 1);
	CHECK(span_is(line.path, "m/a"));
	CHECK_INT(line.admit_seq, 1);
	CHECK_INT(manifest_next(&manifest, &line, &e), 0);
	manifest_close(&manifest);

	/* Nothing new: the very same file, and where the ledger ends. */
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(update(path, false, &e), 0);
	CHECK_INT(stat(path, &again), 0);
	CHECK(st.st_ino == again.st_ino);
	CHECK_INT(did.rows, 3);
	CHECK_INT(did.objects, FORM_NONE);
	end(&l);
}

/* --- Histories of chance -------------------------------------------------- */

static uint32_t seed;

static uint32_t
chance(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* A row that facts follow from. */
static void
append_any_fact(struct ledger *l)
{
	static const struct span stores[] = { S("s"), S("t"), S("ss") },
	    months[] = { S("2026-10"), S("2026-11"), S("2026-12") },
	    results[] = { S("ok"), S("begun"), S("timed_out") },
	    keys[] = { S("key"), S("consign/a/prove/0123456789abcdef") };
	static int64_t begin_seq;
	struct span store = stores[chance(3)], key = keys[chance(2)];
	struct row row = { .kind = ROW_BEGIN };
	struct err e = {0};

	switch (chance(7)) {
	case 0:
		begin_seq = l->mark.rows;
		row.of.begin = (struct row_begin){ .command = S("push"),
		    .store_ref = store, .tool_version = S("0.2.0") };
		break;
	case 1:
		row.kind = ROW_RESERVE;
		row.of.reserve = (struct row_reserve){ .begin_seq = begin_seq,
		    .store_ref = store, .month = months[chance(3)],
		    .class_a_requests = chance(9) };
		break;
	case 2:
		row.kind = ROW_UPLOAD;
		row.of.upload = (struct row_upload){ begin_seq, store, S(OA),
		    S("m/a"), key, S("u"), 5, chance(4) };
		break;
	case 3:
		row.kind = ROW_APPROVE;
		row.of.approve = (struct row_approve){ begin_seq, store,
		    chance(5), S("kim") };
		break;
	case 4:
		row.kind = ROW_PROBE;
		row.of.probe = (struct row_probe){ .begin_seq = begin_seq,
		    .store_ref = store, .provider_kind = S("generic-s3"),
		    .endpoint = S("https://\"h\\"), .bucket = S("b"),
		    .region = stores[chance(20) / 19], .remote_key = key,
		    .key_ref = S("0123456789abcdef"), .scope = S("public"),
		    .clock_skew_s = -3, .result = results[chance(3)] };
		break;
	case 5:
		row.kind = ROW_CONFIRM;
		row.of.confirm = (struct row_confirm){ begin_seq, store,
		    S("generic-s3"), S("id"), S(A64), S("kim") };
		break;
	default:
		row.kind = ROW_END;
		row.of.end = (struct row_end){ .begin_seq = begin_seq,
		    .command = S("push"), .store_ref = store,
		    .class_a_requests = chance(9),
		    .line_rate = (int64_t)chance(9) + FORM_NONE,
		    .result = S("ok") };
	}
	CHECK_INT(row_append(l, &row, NOW + chance(1000), &e), 0);
}

/* A row about one of npaths paths. */
static void
append_any(struct ledger *l, uint32_t npaths)
{
	static const enum row_kind kinds[] = {
		ROW_ADMIT, ROW_ADMIT, ROW_PROOF, ROW_PROOF, ROW_FAIL,
		ROW_ADOPT, ROW_DELETE
	};
	static const struct span objects[] = { S(OA), S(OB) },
	    stores[] = { S("s"), S("t"), S("ss") },
	    etags[] = { S("e"), { NULL, 0 }, S("f") },
	    status[] = { S("none"), S("consign_uploaded") },
	    result[] = { S("failed_network"), S("uploaded") };
	static const char *const odd[] = { "a-", "a/", "a\"", "%0A", "\\" };
	struct row row = { .kind = kinds[chance(7)] };
	struct row_outcome *o = &row.of.outcome;
	struct row_admit *a = &row.of.admit;
	struct row_delete *d = &row.of.delete;
	struct err e = {0};
	char name[32];
	uint32_t n = chance(npaths);

	if (chance(4) == 0) {
		append_any_fact(l);
		return;
	}
	snprintf(name, sizeof(name), "m/%s%u", odd[n % 5], (unsigned)n);
	if (row.kind == ROW_ADMIT) {
		*a = (struct row_admit){ 1, span_of(name), span_of(name),
		    S(ROW_CANONICALIZATION), S("photos/main"),
		    objects[chance(2)], chance(9), 6, 7, 8, FORM_NONE };
	} else if (row.kind == ROW_DELETE) {
		*d = (struct row_delete){ 1, stores[chance(3)],
		    objects[chance(2)], span_of(name), S("key"),
		    etags[chance(3)], { NULL, 0 }, S("wrong") };
	} else {
		*o = (struct row_outcome){ 1, stores[chance(3)],
		    objects[chance(2)], span_of(name), S("key"),
		    etags[chance(3)], { NULL, 0 }, 5, result[chance(2)],
		    row.kind == ROW_PROOF ? span_of("rehash") :
		    span_of("presence"), row.kind == ROW_FAIL ?
		    status[chance(2)] : status[1], S("id"), S(A64) };
	}
	CHECK_INT(row_append(l, &row, NOW + chance(1000), &e), 0);
}

/* As text: behind the end of a text, a struct may hold anything. */
static void
write_facts(struct buf *b, const struct facts_table *facts)
{
	struct err e = {0};

	buf_init(b, 1 << 17);
	record_begin(b);
	CHECK_INT(facts_write(b, facts, &e), 0);
}

/* A view shows what the file then says, and that again. */
static void
update_as_viewed(bool anew)
{
	struct view_args args = { path, ledger_path, count_rng(), path, anew };
	struct manifest_line line;
	struct span raw;
	struct buf said, facts, again;
	struct err e = {0};
	char *text;
	size_t n;
	int rc;

	buf_init(&said, 1 << 22);
	memset(&view, 0, sizeof(view));
	CHECK_INT(view_open(&view, &args, &e), 1);
	write_facts(&facts, &view.facts);
	while ((rc = view_next_raw(&view, &raw, &e)) == 1) {
		buf_span(&said, raw);
		buf_putc(&said, '\n');
	}
	CHECK_INT(rc, 0);
	view_close(&view);
	CHECK_INT(update(path, anew, &e), 0);
	CHECK_STR(e.msg, "");
	text = slurp(path, &n);
	CHECK_STR(said.data != NULL ? said.data : "",
	    strchr(text, '\n') + 1);
	free(text);
	buf_free(&said);

	memset(&view, 0, sizeof(view));
	args.anew = false;
	CHECK_INT(view_open(&view, &args, &e), 1);
	write_facts(&again, &view.facts);
	CHECK_STR(again.data, facts.data);
	buf_free(&facts);
	buf_free(&again);
	while ((rc = view_next(&view, &line, &e)) == 1)
		did.objects -= did.objects > 0;
	CHECK_INT(rc, 0);
	CHECK(did.objects <= 0);
	view_close(&view);
}

/* However often it is brought up to date, it is what one pass makes. */
static void
test_random(void)
{
	static const struct {
		uint32_t rows, paths, updates;
	} rows[] = {
		{ 30, 5, 10 },
		{ 300, 20, 30 },
		{ 300, 300, 3 },
		{ 2000, 1, 5 },
		{ 3000, 500, 20 },
		{ 2 * SORTER_CHUNK + 9, 700, 2 },
	};
	struct ledger l;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		size_t n, m;
		char *one, *two;

		t_row("%zu", i);
		seed = (uint32_t)i;
		begin(&l);
		for (uint32_t k = 0; k < rows[i].rows; k++) {
			append_any(&l, rows[i].paths);
			if (chance(rows[i].rows / rows[i].updates) == 0)
				update_as_viewed(false);
		}
		update_as_viewed(false);
		update_as_viewed(true);
		CHECK_INT(update(other_path, true, &e), 0);
		CHECK_STR(e.msg, "");
		one = slurp(path, &n);
		two = slurp(other_path, &m);
		CHECK(n > 200 && n == m && memcmp(one, two, n) == 0);
		free(one);
		free(two);
		CHECK_INT(update(path, true, &e), 0);	/* over itself */
		one = slurp(path, &n);
		CHECK_INT(n, m);
		free(one);
		end(&l);
	}
}

/* --- What is wrong -------------------------------------------------------- */

static void
test_broken(void)
{
	static const struct {
		const char *what, *from, *to;
	} rows[] = {
		{ "not a manifest", "{\"schema\"", "[\"schema\"" },
		{ "another schema", "manifest.v1", "manifest.v2" },
		{ "another chain", "\"ledger_chain\":\"", NULL },
		{ "another row", "\"ledger_rows\":3", "\"ledger_rows\":4" },
		{ "another place", "\"ledger_at\":", "\"ledger_at\":-" },
		{ "another id", "\"archive_id\":\"", NULL },
		{ "another digest", "\"head_sha256\":\"", NULL },
		{ "no digest", "\"head_sha256", "\"head_sha257" },
		{ "order", "m/b", "m/A" },
		{ "no end", "}\n", " }" },
		{ "a line", "{\"path\"", "{\"bath\"" },
	};
	static const struct row first = ADMIT("m/a", OA),
	    second = ADMIT("m/b", OA), third = ADMIT("m/b", OB);
	struct ledger l;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		char *text, *after, *at;
		size_t n, m;

		t_row("%s", rows[i].what);
		begin(&l);
		CHECK_INT(row_append(&l, &first, NOW, &e), 0);
		CHECK_INT(row_append(&l, &second, NOW, &e), 0);
		CHECK_INT(update(path, false, &e), 0);
		text = slurp(path, &n);
		at = strstr(text, rows[i].from);
		if (strcmp(rows[i].what, "no end") == 0)
			at = text + n - 2;
		if (rows[i].to == NULL)
			at[strlen(rows[i].from)] ^= 1;
		else
			memcpy(at, rows[i].to, strlen(rows[i].to));
		put(path, text);
		CHECK_INT(row_append(&l, &third, NOW, &e), 0);
		CHECK_INT(update(path, false, &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
		after = slurp(path, &m);
		CHECK_STR(after, text);
		free(text);
		free(after);
		CHECK_INT(update(path, true, &e), 0);
		end(&l);
	}
}

static void
test_guard(void)
{
	static const struct row row = ADMIT("m/abcdefghijklmnop", OA);
	struct ledger l;
	struct err e = {0};

	begin(&l);
	CHECK_INT(row_append(&l, &row, NOW, &e), 0);
	CHECK_INT(guard_add(&guard, span_of("abcdefghijklmnop"), &e), 0);
	CHECK_INT(update(path, false, &e), -1);
	CHECK_INT(e.code, ERR_SECRET_GUARD);
	CHECK(!file_exists(path));
	end(&l);
}

static void
test_no_genesis(void)
{
	static const struct row row = ADMIT("m/a", OA);
	struct ledger l;
	struct err e = {0};

	begin(&l);
	ledger_close(&l);
	unlink(ledger_path);
	CHECK_INT(update(path, false, &e), 0);
	CHECK(!file_exists(path));
	CHECK_INT(ledger_create(&l, ledger_path, &e), 0);
	CHECK_INT(update(path, false, &e), 0);
	CHECK(!file_exists(path));
	CHECK_INT(row_append(&l, &row, NOW, &e), 0);
	CHECK_INT(update(path, false, &e), -1);
	CHECK_INT(e.code, ERR_LEDGER_BROKEN);
	end(&l);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "head", test_head },
		{ "random", test_random },
		{ "broken", test_broken },
		{ "guard", test_guard },
		{ "no_genesis", test_no_genesis },
		{ NULL, NULL }
	};

	return t_main("manifest", cases);
}
