/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "dir.h"
#include "folder.h"
#include "form.h"
#include "items.h"
#include "ledger.h"
#include "row.h"

/*
 * An archive of three files, "main/a" and "main/b" of the same bytes and an
 * empty "main/sub/c", and what history may know of the first.
 */
#define NOW 1795316400	/* 2026-11-22T03:00:00Z */
#define S(text) { text, sizeof(text) - 1 }
#define HELLO "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"

static char folder[128], a_path[256], plan_path[256];
static struct archive archive;
static struct guard guard;
static struct view view;		/* large */
static struct items *items;
static struct store_conf store;
static struct selection_options selection;
static struct field_list only;
static const char *only_item[2];

static void
write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/root/%s", folder, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		abort();
}

static void
begin(void)
{
	char made[] = "/tmp/t_items.XXXXXX", real[PATH_MAX], path[256];
	struct err e = {0};

	if (mkdtemp(made) == NULL || folder_real(real, made, &e) != 0)
		abort();
	snprintf(folder, sizeof(folder), "%.100s", real);
	snprintf(archive.root, PATH_MAX, "%s/root", folder);
	snprintf(archive.config, PATH_MAX, "%s/root/consign.yaml", folder);
	snprintf(archive.state, PATH_MAX, "%s/state", folder);
	snprintf(archive.ledger, PATH_MAX, "%s/ledger", folder);
	snprintf(archive.manifest, PATH_MAX, "%s/manifest", folder);
	snprintf(archive.id, sizeof(archive.id), "photos");
	snprintf(a_path, sizeof(a_path), "%s/root/a", folder);
	snprintf(plan_path, sizeof(plan_path), "%s/plan", folder);
	snprintf(path, sizeof(path), "%s/root/sub", folder);
	if (mkdir(archive.root, 0755) != 0 || mkdir(path, 0755) != 0)
		abort();
	write_file("a", "hello\n");
	write_file("b", "hello\n");
	write_file("sub/c", "");
	archive_conf_init(&archive.conf);
	guard_init(&guard);
	store_conf_init(&store);
	store.store_ref = "s";
	store.bucket = "backup";
	selection = (struct selection_options){ .store = NULL };
	only = (struct field_list){ 0, only_item };
}

static void
end(void)
{
	static const char *const names[] = { "root/sub/c", "root/sub",
	    "root/a", "root/b", "root", "ledger", "plan" };
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	archive_conf_free(&archive.conf);
	CHECK_INT(rmdir(folder), 0);
}

/* --- History -------------------------------------------------------------- */

static struct row
admit_row(const char *object_id)
{
	struct row row = { .kind = ROW_ADMIT, .of.admit = { .begin_seq = 1,
	    .path = S("main/a"), .canonical_path = S("/a"),
	    .canonicalization_version = S(ROW_CANONICALIZATION),
	    .origin = S("photos/main"), .supersedes = FORM_NONE } };
	struct dir_thing t;
	struct err e = {0};

	CHECK_INT(dir_look(&t, NULL, a_path, 0, &e), 0);
	row_identify(&row.of.admit, &t.id);
	row.of.admit.object_id = span_of(object_id);
	return row;
}

static struct row
outcome_row(enum row_kind kind, const char *availability, const char *proof)
{
	return (struct row){ .kind = kind, .of.outcome = { .begin_seq = 1,
	    .store_ref = S("s"), .object_id = S("sha256:" HELLO),
	    .path = S("main/a"), .remote_key = S("on%25record"),
	    .etag = S("e"), .size_bytes = 6,
	    .result_status = S("uploaded"),
	    .proof = { proof, strlen(proof) },
	    .availability = { availability, strlen(availability) },
	    .receipt = S("r"), .receipt_sha256 = S(OTHER) } };
}

static void
write_history(const struct row *rows, size_t n)
{
	static const struct row genesis = { .kind = ROW_GENESIS,
	    .of.genesis = { S(ROW_SCHEMA), S("photos"), S("0.2.0") } };
	struct ledger l = { .guard = &guard };
	struct err e = {0};

	CHECK_INT(ledger_create(&l, archive.ledger, &e), 0);
	CHECK_INT(row_append(&l, &genesis, NOW, &e), 0);
	for (size_t i = 0; i < n; i++)
		CHECK_INT(row_append(&l, &rows[i], NOW, &e), 0);
	CHECK_STR(e.msg, "");
	ledger_close(&l);
}

/* --- The stream ----------------------------------------------------------- */

static int
open_items(bool hash, bool check_plan, struct err *e)
{
	const struct view_args args = { archive.manifest, archive.ledger,
	    count_rng(), archive.manifest, false };
	const struct items_rules rules = { .archive = &archive,
	    .store = &store, .provider = provider_find("generic-s3"),
	    .endpoint_url = "https://s3.example.org", .region = "r",
	    .select = &selection, .view = &view, .now = NOW, .hash = hash,
	    .check_plan = check_plan };

	memset(&view, 0, sizeof(view));
	selection.only = only;
	if (view_open(&view, &args, e) < 0)
		return -1;
	return items_open(&items, &rules, e);
}

static void
close_items(void)
{
	items_close(items);
	items = NULL;
	view_close(&view);
}

/* The first item, which is to be main/a. */
static bool
first(struct item *item, bool hash)
{
	struct err e = {0};

	if (!CHECK_INT(open_items(hash, false, &e), 0) ||
	    !CHECK_INT(items_next(items, item, &e), 1))
		return false;
	return CHECK(span_is(item->path, "main/a"));
}

static void
test_new(void)
{
	static const struct { const char *path, *id; } want[] = {
		{ "main/a", HELLO }, { "main/b", HELLO },
		{ "main/sub/c", EMPTY }
	};
	char canonical[PATH_MAX + 16], key[128];
	struct item item;
	struct err e = {0};

	begin();
	CHECK_INT(open_items(true, false, &e), 0);
	for (size_t i = 0; i < 3; i++) {
		t_row("%s", want[i].path);
		if (!CHECK_INT(items_next(items, &item, &e), 1))
			break;
		snprintf(canonical, sizeof(canonical), "%s/%s", archive.root,
		    want[i].path + 5);
		snprintf(key, sizeof(key), "sha256/%.2s/%s", want[i].id,
		    want[i].id);
		CHECK(span_is(item.path, want[i].path));
		CHECK(span_is(item.canonical, canonical));
		CHECK_STR(item.os_path, canonical);
		CHECK_STR(item.source, "main");
		CHECK_STR(item.object_id + 7, want[i].id);
		CHECK(span_is(item.key, key));
		CHECK(span_is(item.key_text, key));
		CHECK(item.line == NULL && item.place == NULL);
		CHECK(!item.cached);
		CHECK_INT(item.plan.verdict, PLAN_UPLOAD);
		CHECK_INT(item.plan.reason, PLAN_NEW);
	}
	CHECK_INT(items_next(items, &item, &e), 0);
	CHECK_INT(items_finish(items, &e), 0);
	CHECK_INT(items_unreadable(items, &e), 0);
	CHECK_INT(plan_objects(items_sums(items)), 3);
	close_items();
	end();
}

/* What history says of main/a, what is asked, and what comes of it. */
struct row_case {
	const char *name;
	const char *admitted;		/* its object id; NULL: never */
	enum row_kind then;		/* ROW_ADMIT: no more than that */
	const char *availability, *proof;
	bool touched, rehash, hash;
	const char *want_id;		/* "": not known */
	bool want_cached;
	enum plan_verdict verdict;
	enum plan_reason reason;
	const char *want_key;		/* NULL: made of the digest */
};

static const struct row_case cases_of_a[] = {
	{ "never seen, not hashed", NULL, ROW_ADMIT, NULL, NULL,
	  false, false, false, "", false, PLAN_UPLOAD, PLAN_NEW, "" },
	{ "admitted", HELLO, ROW_ADMIT, NULL, NULL,
	  false, false, false, HELLO, true,
	  PLAN_UPLOAD, PLAN_NOT_IN_STORE, NULL },
	{ "proven", HELLO, ROW_PROOF, "consign_uploaded", "rehash",
	  false, false, false, HELLO, true,
	  PLAN_LOOK, PLAN_PROVEN, "on%record" },
	{ "seen there", HELLO, ROW_PROOF, "consign_uploaded", "presence",
	  false, false, false, HELLO, true,
	  PLAN_UPLOAD, PLAN_DECLARED_ONLY, "on%record" },
	{ "declared", HELLO, ROW_ADOPT, "declared_uploaded", "none",
	  false, false, false, HELLO, true,
	  PLAN_UPLOAD, PLAN_DECLARED_ONLY, "on%record" },
	{ "history is believed", OTHER, ROW_ADMIT, NULL, NULL,
	  false, false, true, OTHER, true,
	  PLAN_UPLOAD, PLAN_NOT_IN_STORE, NULL },
	{ "but for a rehash", OTHER, ROW_ADMIT, NULL, NULL,
	  false, true, true, HELLO, false, PLAN_UPLOAD, PLAN_CHANGED, NULL },
	{ "a rehash that agrees", HELLO, ROW_PROOF, "consign_uploaded",
	  "rehash", false, true, true, HELLO, true,
	  PLAN_LOOK, PLAN_PROVEN, "on%record" },
	{ "touched", HELLO, ROW_PROOF, "consign_uploaded", "rehash",
	  true, false, true, HELLO, false,
	  PLAN_LOOK, PLAN_PROVEN, "on%record" },
	{ "touched, not hashed", HELLO, ROW_PROOF, "consign_uploaded",
	  "rehash", true, false, false, "", false,
	  PLAN_UPLOAD, PLAN_CHANGED, "" },
	{ "touched, other bytes", OTHER, ROW_ADMIT, NULL, NULL,
	  true, false, true, HELLO, false, PLAN_UPLOAD, PLAN_CHANGED, NULL },
};

static void
check_case(const struct row_case *c)
{
	char id[80], key[128];
	struct item item;
	struct row rows[2];

	snprintf(id, sizeof(id), "sha256:%s",
	    c->admitted != NULL ? c->admitted : OTHER);
	rows[0] = admit_row(id);
	if (c->then != ROW_ADMIT)
		rows[1] = outcome_row(c->then, c->availability, c->proof);
	write_history(rows, c->admitted == NULL ? 0 :
	    c->then == ROW_ADMIT ? 1 : 2);
	if (c->touched) {
		unlink(a_path);
		write_file("a", "hello\n");
	}
	selection.rehash = c->rehash;
	if (first(&item, c->hash)) {
		snprintf(key, sizeof(key), "sha256/%.2s/%s", c->want_id,
		    c->want_id);
		CHECK_STR(item.object_id[0] != '\0' ? item.object_id + 7 : "",
		    c->want_id);
		CHECK_INT(item.cached, c->want_cached);
		CHECK_STR(plan_verdict_name(item.plan.verdict),
		    plan_verdict_name(c->verdict));
		CHECK_STR(plan_reason_name(item.plan.reason),
		    plan_reason_name(c->reason));
		CHECK_INT(item.key.len,
		    strlen(c->want_key != NULL ? c->want_key : key));
		CHECK(span_is(item.key,
		    c->want_key != NULL ? c->want_key : key) ||
		    item.key.len == 0);
	}
	close_items();
}

static void
test_history(void)
{
	for (size_t i = 0; i < sizeof(cases_of_a) / sizeof(cases_of_a[0]);
	    i++) {
		t_row("%s", cases_of_a[i].name);
		begin();
		check_case(&cases_of_a[i]);
		end();
	}
}

static void
test_only(void)
{
	struct item item;
	struct err e = {0};

	begin();
	only_item[0] = "sha256:" HELLO;
	only_item[1] = "sha256:" OTHER;
	only.n = 2;
	CHECK_INT(open_items(false, false, &e), 0);
	CHECK_INT(items_next(items, &item, &e), 1);
	CHECK(span_is(item.path, "main/a"));
	CHECK_INT(item.plan.tier, 0);
	CHECK_INT(items_next(items, &item, &e), 1);
	CHECK(span_is(item.path, "main/b"));
	CHECK_INT(items_next(items, &item, &e), 0);
	CHECK_INT(items_finish(items, &e), -1);
	CHECK_INT(e.code, ERR_NOT_FOUND);
	CHECK_STR(e.msg, "no object of the archive is sha256:" OTHER);
	close_items();
	end();
}

/* Save all there is. */
static void
save(void)
{
	static char text[ITEMS_LINE_MAX];
	FILE *f = fopen(plan_path, "w");
	struct item item;
	struct err e = {0};
	struct buf b;

	if (f == NULL)
		abort();
	buf_fixed(&b, text, sizeof(text));
	fputs("{\"schema\":\"consign.plan.v1\",\"archive_id\":\"photos\","
	    "\"store_ref\":\"s\",\"provider_kind\":\"generic-s3\","
	    "\"endpoint\":\"https://s3.example.org\","
	    "\"bucket\":\"backup\",\"region\":\"r\","
	    "\"key_strategy\":\"sha256\",\"key_append_extension\":false,"
	    "\"multipart_threshold\":67108864,"
	    "\"multipart_part_size\":67108864,"
	    "\"force_reupload\":false}\n", f);
	CHECK_INT(open_items(true, false, &e), 0);
	while (items_next(items, &item, &e) == 1)
		items_write_line(&item, &b);
	fputs(text, f);
	fputs("{\"objects\":3,\"size_bytes\":12,\"would_upload\":3,"
	    "\"already_uploaded\":0,\"class_a_requests\":3,"
	    "\"class_b_requests\":6,\"free_requests\":0,\"bytes_up\":12,"
	    "\"bytes_down\":12}\n", f);
	if (fclose(f) != 0)
		abort();
	close_items();
}

/* All items, or the error: how many. */
static int
follow(bool check, struct err *e)
{
	struct item item;
	int n = 0, rc;

	err_clear(e);
	selection.plan_from = plan_path;
	rc = open_items(false, check, e);
	while (rc == 0 && (rc = items_next(items, &item, e)) == 1) {
		CHECK_STR(item.object_id + 7, n < 2 ? HELLO : EMPTY);
		rc = 0;
		if (++n == 3)
			break;
	}
	if (n == 3) {
		CHECK_INT(items_next(items, &item, e), 0);
		CHECK_INT(strlen(items_plan_digest(items)), 64);
	}
	close_items();
	return n;
}

static void
test_plan(void)
{
	struct err e;

	begin();
	save();
	/* First everything is hashed; then what was found holds. */
	CHECK_INT(follow(true, &e), 3);
	CHECK_INT(follow(false, &e), 3);
	/* A file that changed is seen both times. */
	unlink(a_path);
	write_file("a", "HELLO\n");
	CHECK_INT(follow(true, &e), 0);
	CHECK_INT(e.code, ERR_PLAN_UNFIT);
	CHECK_INT(follow(false, &e), 0);
	CHECK_INT(e.code, ERR_PLAN_UNFIT);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "new", test_new },
		{ "history", test_history },
		{ "only", test_only },
		{ "plan", test_plan },
		{ NULL, NULL }
	};

	return t_main("items", cases);
}
