/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "bundle.h"
#include "dir.h"
#include "folder.h"
#include "folder_tmp.h"
#include "hex.h"
#include "key_file.h"
#include "receipt.h"
#include "record.h"
#include "row.h"
#include "writers.h"

#include "export.h"

#define MODE 0644
#define SMALL_MAX YAML_WALK_SIZE	/* writers.yaml; others are smaller */

#define SAID_MAX 20		/* receipts; the index has all of them */

/* Large. */
struct exporting {
	struct app *app;
	const struct archive *archive;
	struct folder_tmp folder;
	struct bundle_head head;
	struct bundle_index index;
	char index_path[PATH_MAX];
	int64_t receipts;

	struct ledger_scan scan;
	struct chain_row raw;
	struct row row;
	struct buf scratch;
	struct receipt_batch batch;
	struct receipt_room room;
	struct file_tmp ledger;
	struct sha256 hash;
	struct sink sink;
	char scratch_bytes[RECORD_SIZE_MAX];
	char small[SMALL_MAX + 1];
};

static int
add(struct exporting *x, const char *name, int64_t size,
    const uint8_t digest[SHA256_LEN], struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];

	hex_encode(hex, digest, SHA256_LEN);
	return bundle_index_add(&x->index, &(struct bundle_file){
	    .name = span_of(name), .size_bytes = size,
	    .sha256 = span_of(hex) }, e);
}

/* --- Receipts ------------------------------------------------------------- */

static int
lose(struct exporting *x, const char *name, const char *how, struct err *e)
{
	if (bundle_index_add(&x->index, &(struct bundle_file){
	    .name = span_of(name), .size_bytes = FORM_NONE,
	    .sha256 = x->row.of.outcome.receipt_sha256,
	    .lost = span_of(how) }, e) != 0)
		return -1;
	return x->index.lost > SAID_MAX ? 0 :
	    out_warn(x->app->out, e, "consign: %s is %s", name, how);
}

static int
copy_receipt(struct exporting *x, struct err *e)
{
	const struct row_outcome *o = &x->row.of.outcome;
	const struct receipt_place place = { x->folder.path, x->app->guard,
	    x->app->rng };
	char name[RECEIPT_NAME_MAX], hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct err why = {0};
	struct span text;

	if (receipt_name(name, o->receipt) != 0)
		return err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64
		    " names no receipt", x->row.seq);
	if (receipt_load(&text, x->archive->state, o->receipt, &x->room,
	    digest, &why) != 0)
		return lose(x, name, "missing", e);
	hex_encode(hex, digest, SHA256_LEN);
	if (!span_is(o->receipt_sha256, hex))
		return lose(x, name, "changed", e);
	x->receipts++;
	if (guard_check(x->app->guard, NULL, text, e) != 0 ||
	    receipt_batch_copy(&x->batch, &place, o->receipt, text, e) != 0)
		return -1;
	return add(x, name, (int64_t)text.len, digest, e);
}

/* --- The ledger ----------------------------------------------------------- */

static int
put(struct exporting *x, struct span text, struct err *e)
{
	sha256_update(&x->hash, text.p, text.len);
	return sink_put(&x->sink, text, e);
}

static int
copy_row(struct exporting *x, struct err *e)
{
	static const struct span feed = { "\n", 1 };
	int sig = x->app->clock->stop_signal(x->app->clock);

	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return -1;
	}
	if (row_read(&x->row, &x->raw, &x->scratch, e) != 0)
		return -1;
	if (x->row.kind == ROW_GENESIS) {
		struct span id = x->row.of.genesis.archive_id;
		struct buf b;

		buf_fixed(&b, x->head.archive_id, sizeof(x->head.archive_id));
		buf_span(&b, id);
	}
	if (row_has_receipt(&x->row) && copy_receipt(x, e) != 0)
		return -1;
	return put(x, x->raw.line, e) == 0 ? put(x, feed, e) : -1;
}

/* The rows that stand now; those that come meanwhile are left. */
static int
copy_rows(struct exporting *x, struct err *e)
{
	int64_t end = x->scan.file.id.size;
	int rc = 0;

	while (x->scan.mark.at < end &&
	    (rc = ledger_scan_next(&x->scan, &x->raw, e)) == 1)
		if (copy_row(x, e) != 0)
			return -1;
	return rc < 0 || sink_flush(&x->sink, e) != 0 ? -1 :
	    receipt_batch_commit(&x->batch, e);
}

static int
copy_ledger(struct exporting *x, struct err *e)
{
	uint8_t digest[SHA256_LEN];
	char path[PATH_MAX];
	int rc;

	if (archive_place(path, x->folder.path, "ledger.jsonl", e) != 0 ||
	    ledger_scan_open(&x->scan, x->archive->ledger, NULL, e) != 0 ||
	    file_tmp_create(&x->ledger, path, false, x->app->rng, e) != 0)
		return -1;
	sha256_init(&x->hash);
	sink_init(&x->sink, &x->ledger, x->app->guard);
	rc = copy_rows(x, e);
	if (rc == 0)
		rc = file_tmp_commit(&x->ledger, MODE, e);
	file_tmp_discard(&x->ledger);
	if (rc != 0)
		return -1;
	sha256_final(&x->hash, digest);
	x->head.rows = x->scan.mark.rows;
	memcpy(x->head.chain, x->scan.mark.chain, CHAIN_LEN);
	return x->head.rows > 0 ?
	    add(x, "ledger.jsonl", x->scan.mark.at, digest, e) :
	    err_set(e, ERR_NOT_FOUND, "there is no row in '%s'",
	    x->archive->ledger);
}

/* --- What goes with it ---------------------------------------------------- */

/* Copy a small file whole. */
static int
copy_small(struct exporting *x, const char *from, const char *name,
    struct err *e)
{
	uint8_t digest[SHA256_LEN];
	char path[PATH_MAX];
	struct file_tmp t;
	struct file f;
	ssize_t n;
	int rc = -1;

	if (archive_place(path, x->folder.path, name, e) != 0 ||
	    file_open(&f, from, 0, e) != 0)
		return -1;
	n = file_read_at(&f, x->small, sizeof(x->small), 0, e);
	file_close(&f);
	if (n < 0)
		return -1;
	if ((size_t)n == sizeof(x->small))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", from);
	sha256_of(digest, x->small, (size_t)n);
	if (guard_check(x->app->guard, NULL, (struct span){ x->small,
	    (size_t)n }, e) != 0 ||
	    file_tmp_create(&t, path, false, x->app->rng, e) != 0)
		return -1;
	if (file_tmp_write(&t, x->small, (size_t)n, e) == 0)
		rc = file_tmp_commit(&t, MODE, e);
	file_tmp_discard(&t);
	return rc == 0 ? add(x, name, n, digest, e) : -1;
}

static bool
is_key(const char *name)
{
	size_t n = strlen(name), m = strlen(KEY_FILE_PUBLIC);

	return n > m && strcmp(name + n - m, KEY_FILE_PUBLIC) == 0;
}

static bool
is_anchor(const char *name)
{
	return anchor_name_seq(span_of(name), NULL) >= 0;
}

/* The files of a folder of the state folder that belong here. */
static int
copy_folder(struct exporting *x, const char *folder,
    bool (*belongs)(const char *), struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX], name[320];
	struct dir d = {0};
	struct buf b;
	int rc;

	if (archive_place(from, x->archive->state, folder, e) != 0 ||
	    archive_place(to, x->folder.path, folder, e) != 0)
		return -1;
	if (!file_exists(from))
		return 0;
	rc = dir_open(&d, NULL, from, 0, e);
	if (rc == 0)
		rc = dir_read(&d, 0, e);
	if (rc == 0)
		rc = folder_make(to, ARCHIVE_STATE_MODE, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		if (d.entry[i].kind != DIR_FILE ||
		    !belongs(d.entry[i].name))
			continue;
		buf_fixed(&b, name, sizeof(name));
		buf_printf(&b, "%s/%s", folder, d.entry[i].name);
		rc = archive_place(from, x->archive->state, name, e);
		if (rc == 0)
			rc = copy_small(x, from, name, e);
	}
	dir_close(&d);
	return rc;
}

/* The one that is named has to be there; the usual one may not be. */
static int
copy_writers(struct exporting *x, struct err *e)
{
	const char *given = x->app->opt->ledger.writers;

	if (given == NULL && !file_exists(WRITERS_PATH))
		return 0;
	return copy_small(x, given != NULL ? given : WRITERS_PATH,
	    BUNDLE_WRITERS, e);
}

/* --- The command ---------------------------------------------------------- */

static int
report(struct exporting *x, struct err *e)
{
	char hex[CHAIN_HEX_LEN + 1], storage[512];
	struct buf b;

	hex_encode(hex, x->head.chain, CHAIN_LEN);
	if (!x->app->opt->global.json)
		return out_result(x->app->out, e, "%" PRId64 " rows, chain "
		    "%s, and %" PRId64 " receipts", x->head.rows, hex,
		    x->receipts);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_int(&b, "rows", x->head.rows);
	record_str(&b, "chain", span_of(hex));
	record_int(&b, "receipts", x->receipts);
	record_int(&b, "receipts_lost", x->index.lost);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(x->app->out, buf_as_span(&b), e);
}

static int
make(struct exporting *x, struct err *e)
{
	if (copy_ledger(x, e) != 0 || copy_writers(x, e) != 0 ||
	    copy_folder(x, KEY_FILE_FOLDER, is_key, e) != 0 ||
	    copy_folder(x, "anchors", is_anchor, e) != 0)
		return -1;
	if (bundle_index_write(&x->index, x->folder.path, &x->head,
	    x->app->guard, e) != 0 || folder_tmp_commit(&x->folder, e) != 0 ||
	    report(x, e) != 0)
		return -1;
	if (x->index.lost == 0)
		return 0;
	err_set(e, ERR_VERIFICATION_FAILED, "%" PRId64 " receipts that rows "
	    "name are missing or changed", x->index.lost);
	return err_advise(e, "the index of the bundle says which; restore "
	    "them from a copy");
}

int
export_run(struct app *app, const struct archive *a, struct err *e)
{
	const char *target = app->opt->ledger.output;
	struct exporting *x;
	int rc = -1;

	if (target == NULL)
		return err_set(e, ERR_USAGE, "'ledger export' needs -o DIR");
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a bundle");
	x->app = app;
	x->archive = a;
	x->head.time = app->clock->wall_s(app->clock);
	buf_fixed(&x->scratch, x->scratch_bytes, sizeof(x->scratch_bytes));
	if (folder_tmp_make(&x->folder, target, ARCHIVE_STATE_MODE, app->rng,
	    e) == 0 && archive_place(x->index_path, x->folder.path,
	    BUNDLE_INDEX, e) == 0) {
		bundle_index_init(&x->index, x->index_path, app->rng);
		rc = make(x, e);
		receipt_batch_discard(&x->batch);
		bundle_index_free(&x->index);
	}
	folder_tmp_discard(&x->folder);
	ledger_scan_close(&x->scan);
	free(x);
	return rc;
}
