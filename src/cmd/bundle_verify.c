/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anchor.h"
#include "bundle.h"
#include "dir.h"
#include "folder.h"
#include "hex.h"
#include "keyring.h"
#include "receipt.h"
#include "signatures.h"

#include "bundle_verify.h"

/* One a run, as a rule. */
#define ANCHORS_MAX 100000

/* Large. */
struct verifying {
	struct ledger_reading *r;
	struct bundle_found found;
	struct keyring ring;
	const char *writers;		/* "given", "bundle", "usual", "none" */
	struct signatures signatures;

	struct anchor *anchor;		/* of known keys, in order of seq */
	size_t n, next;
	int64_t unknown;		/* of other keys */

	int64_t receipts;		/* that rows name */
	int64_t lost;			/* of these */
	struct receipt_room room;
	char writers_path[PATH_MAX];
};

/* --- Anchors -------------------------------------------------------------- */

static int
take_anchor(struct verifying *v, const char *folder, const char *name,
    struct err *e)
{
	struct anchor *a = &v->anchor[v->n];
	char text[ANCHOR_SIZE_MAX], path[PATH_MAX];
	const uint8_t *point;
	struct file f;
	ssize_t n;

	if (archive_place(path, folder, name, e) != 0 ||
	    file_open(&f, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	n = file_read_at(&f, text, sizeof(text), 0, e);
	file_close(&f);
	if (n < 0 || anchor_parse(a, (struct span){ text, (size_t)n }, e) != 0)
		return err_ctx(e, "anchors/%s", name);
	if (strcmp(a->archive_id, v->found.head.archive_id) != 0 ||
	    a->seq != anchor_name_seq(span_of(name), NULL))
		return err_set(e, ERR_VERIFICATION_FAILED, "anchors/%s is not "
		    "what its name says", name);
	point = keyring_find(&v->ring, span_of(a->by.writer));
	if (point == NULL) {
		v->unknown++;
		return 0;
	}
	if (!anchor_is_by(a, point))
		return err_set(e, ERR_VERIFICATION_FAILED, "anchors/%s is not "
		    "signed by the key %s", name, a->by.writer);
	v->n++;
	return 0;
}

static int
by_seq(const void *a, const void *b)
{
	int64_t one = ((const struct anchor *)a)->seq;
	int64_t other = ((const struct anchor *)b)->seq;

	return (one > other) - (one < other);
}

static int
read_anchors(struct verifying *v, struct err *e)
{
	char folder[PATH_MAX];
	struct dir d = {0};
	int rc;

	if (archive_place(folder, v->r->archive.state, "anchors", e) != 0)
		return -1;
	if (!file_exists(folder))
		return 0;
	rc = dir_open(&d, NULL, folder, 0, e);
	if (rc == 0)
		rc = dir_read(&d, 0, e);
	if (rc == 0 && d.n > ANCHORS_MAX)
		rc = err_set(e, ERR_VERIFICATION_FAILED,
		    "there are more than %d anchors", ANCHORS_MAX);
	if (rc == 0)
		v->anchor = calloc(d.n + 1, sizeof(*v->anchor));
	if (rc == 0 && v->anchor == NULL)
		rc = err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	for (size_t i = 0; rc == 0 && i < d.n; i++)
		rc = take_anchor(v, folder, d.entry[i].name, e);
	dir_close(&d);
	if (rc == 0 && v->n > 0)
		qsort(v->anchor, v->n, sizeof(*v->anchor), by_seq);
	return rc;
}

/* Those that stand at the mark. */
static int
meet_anchors(struct verifying *v, struct err *e)
{
	const struct ledger_mark *mark = &v->r->scan.mark;

	while (v->next < v->n &&
	    anchor_meet(&v->anchor[v->next], mark) == ANCHOR_FITS)
		v->next++;
	if (v->next < v->n &&
	    anchor_meet(&v->anchor[v->next], mark) == ANCHOR_DIFFERS)
		return anchor_refuse(&v->anchor[v->next], mark, e);
	return 0;
}

/* --- Rows ----------------------------------------------------------------- */

static int
check_receipt(struct verifying *v, struct err *e)
{
	const struct row_outcome *o = &v->r->row.of.outcome;
	char hex[SHA256_HEX_LEN + 1];
	uint8_t digest[SHA256_LEN];
	struct err why = {0};
	struct span text;

	v->receipts++;
	if (receipt_load(&text, v->r->archive.state, o->receipt, &v->room,
	    digest, &why) != 0) {
		v->lost++;
		return 0;
	}
	hex_encode(hex, digest, SHA256_LEN);
	return span_is(o->receipt_sha256, hex) ? 0 : err_set(e,
	    ERR_VERIFICATION_FAILED, "ledger row %" PRId64 ": its receipt %.*s "
	    "is another", v->r->row.seq, (int)o->receipt.len, o->receipt.p);
}

static int
read_rows(struct verifying *v, struct err *e)
{
	struct ledger_reading *r = v->r;
	int rc;

	if (ledger_reading_open(r, e) != 0)
		return -1;
	while ((rc = ledger_reading_next(r, e)) == 1)
		if (signatures_take(&v->signatures, &r->row, r->previous,
		    e) != 0 || meet_anchors(v, e) != 0 ||
		    (row_has_receipt(&r->row) && check_receipt(v, e) != 0))
			return -1;
	if (rc == 0 && v->next < v->n)
		rc = anchor_refuse(&v->anchor[v->next], &r->scan.mark, e);
	return rc;
}

/* What the index says of the ledger, and what that says of receipts. */
static int
check_sums(const struct verifying *v, struct err *e)
{
	const struct bundle_found *f = &v->found;
	const struct ledger_mark *mark = &v->r->scan.mark;

	if (mark->rows != f->head.rows || v->r->scan.torn > 0 ||
	    memcmp(mark->chain, f->head.chain, CHAIN_LEN) != 0)
		return err_set(e, ERR_VERIFICATION_FAILED, "the index is not "
		    "of this ledger, which ends with row %" PRId64,
		    mark->rows - 1);
	if (strcmp(v->signatures.archive_id, f->head.archive_id) != 0)
		return err_set(e, ERR_VERIFICATION_FAILED, "the index is of "
		    "another archive, '%s'", f->head.archive_id);
	if (v->receipts != f->receipts + f->lost || v->lost != f->lost)
		return err_set(e, ERR_VERIFICATION_FAILED, "rows name %" PRId64
		    " receipts, and the index has %" PRId64, v->receipts,
		    f->receipts + f->lost);
	return 0;
}

/* --- What was found ------------------------------------------------------- */

static int
say_json(struct verifying *v, const char *chain, struct err *e)
{
	char storage[512];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "archive_id", span_of(v->found.head.archive_id));
	record_int(&b, "rows", v->found.head.rows);
	record_str(&b, "chain", span_of(chain));
	record_int(&b, "receipts", v->receipts);
	record_int(&b, "receipts_lost", v->lost);
	record_int(&b, "anchors", (int64_t)v->n);
	record_int(&b, "anchors_unknown", v->unknown);
	record_str(&b, "writers", span_of(v->writers));
	record_int(&b, "good_rows", v->signatures.good);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(v->r->app->out, buf_as_span(&b), e);
}

static int
say(struct verifying *v, struct err *e)
{
	const struct bundle_head *head = &v->found.head;
	struct app *app = v->r->app;
	char hex[CHAIN_HEX_LEN + 1];

	hex_encode(hex, head->chain, CHAIN_LEN);
	if (app->opt->global.json)
		return say_json(v, hex, e) == 0 ?
		    signatures_say(&v->signatures, app, e) : -1;
	if (out_result(app->out, e, "%s: %" PRId64 " rows, chain %s, %" PRId64
	    " receipts, %" PRId64 " of them lost", head->archive_id,
	    head->rows, hex, v->receipts, v->lost) != 0 ||
	    signatures_say(&v->signatures, app, e) != 0)
		return -1;
	if (v->n + (size_t)v->unknown > 0 && out_result(app->out, e,
	    "%zu anchors agree; %" PRId64 " are of keys that nobody here "
	    "knows", v->n, v->unknown) != 0)
		return -1;
	return strcmp(v->writers, "bundle") != 0 ? 0 : out_result(app->out,
	    e, "the writers are those of the bundle itself, which proves "
	    "nothing about who wrote it: give --writers FILE");
}

static int
judge(const struct verifying *v, struct err *e)
{
	if (v->lost > 0) {
		err_set(e, ERR_VERIFICATION_FAILED, "%" PRId64 " receipts "
		    "were lost when the bundle was made", v->lost);
		return err_advise(e, "the rest is well; bundle.jsonl says "
		    "which");
	}
	/* The usual file may be there for other archives. */
	return strcmp(v->writers, "given") == 0 ||
	    strcmp(v->writers, "bundle") == 0 ?
	    signatures_judge(&v->signatures, e) : 0;
}

/* --- All of it ------------------------------------------------------------ */

static int
find_writers(struct verifying *v, struct err *e)
{
	const char *file = v->r->app->opt->ledger.writers;
	const char *folder = v->r->archive.state;

	v->writers = "given";
	if (file == NULL && v->found.has_writers) {
		if (archive_place(v->writers_path, folder, BUNDLE_WRITERS,
		    e) != 0)
			return -1;
		file = v->writers_path;
		v->writers = "bundle";
	}
	if (keyring_open(&v->ring, folder, file, e) != 0)
		return -1;
	if (file == NULL)
		v->writers = v->ring.has_writers ? "usual" : "none";
	signatures_begin(&v->signatures, &v->ring);
	return 0;
}

/* The folder, laid out as a state folder is. */
static int
locate(struct archive *a, const char *folder, struct err *e)
{
	return folder_real(a->state, folder, e) == 0 &&
	    archive_place(a->ledger, a->state, "ledger.jsonl", e) == 0 &&
	    archive_place(a->manifest, a->state, "manifest.jsonl", e) == 0 ?
	    0 : -1;
}

/*
 * Rows before files, so that damage is named by its row.  What cannot even be
 * read may be so because it is not the file of the index.
 */
static int
verify(struct verifying *v, struct err *e)
{
	const char *folder = v->r->archive.state;
	struct err why = {0};

	if (find_writers(v, e) == 0 && read_anchors(v, e) == 0 &&
	    read_rows(v, e) == 0)
		return bundle_check_files(folder, e) == 0 &&
		    check_sums(v, e) == 0 && say(v, e) == 0 ?
		    judge(v, e) : -1;
	if (e->code != ERR_LEDGER_BROKEN && e->code != ERR_INTERRUPTED &&
	    e->code != ERR_LEDGER_ROLLED_BACK &&
	    bundle_check_files(folder, &why) != 0 &&
	    why.code == ERR_VERIFICATION_FAILED)
		*e = why;
	return -1;
}

int
bundle_verify_run(struct ledger_reading *r, struct err *e)
{
	struct verifying *v = calloc(1, sizeof(*v));
	int rc = -1;

	if (v == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a bundle");
	v->r = r;
	if (locate(&r->archive, r->app->opt->ledger.bundle, e) == 0 &&
	    bundle_check_index(&v->found, r->archive.state, e) == 0)
		rc = verify(v, e);
	keyring_close(&v->ring);
	free(v->anchor);
	free(v);
	return rc;
}
