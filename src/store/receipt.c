/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "hex.h"
#include "record.h"
#include "utc.h"

#include "form.h"

#include "receipt.h"

/* Everybody may read history, see the contract. */
#define RECEIPT_MODE 0644
#define RECEIPT_FOLDER_MODE 0755

static const struct form_field fields[] = {
	FORM_NEED(receipt, schema, FORM_WORD),
	FORM_NEED(receipt, receipt_id, FORM_WORD),
	FORM_NEED(receipt, archive_id, FORM_WORD),
	FORM_NEED(receipt, operation, FORM_WORD),
	FORM_NEED(receipt, object_id, FORM_OBJECT),
	FORM_NEED(receipt, size_bytes, FORM_COUNT),
	FORM_NEED(receipt, path, FORM_PATH),
	FORM_NEED(receipt, provider_kind, FORM_WORD),
	FORM_NEED(receipt, store_ref, FORM_WORD),
	FORM_NEED(receipt, key_strategy, FORM_WORD),
	FORM_NEED(receipt, key_hint, FORM_WORD),
	FORM_NEED(receipt, remote_key, FORM_PATH),
	FORM_MAY(receipt, etag, FORM_TAG),
	FORM_MAY(receipt, version_id, FORM_TAG),
	FORM_NEED(receipt, result_status, FORM_WORD),
	FORM_NEED(receipt, proof, FORM_WORD),
	FORM_NEED(receipt, bytes_uploaded, FORM_COUNT),
	FORM_NEED(receipt, bytes_verified, FORM_COUNT),
	FORM_NEED(receipt, class_a_requests, FORM_COUNT),
	FORM_NEED(receipt, class_b_requests, FORM_COUNT),
	FORM_NEED(receipt, free_requests, FORM_COUNT),
	FORM_MAY(receipt, part_count, FORM_COUNT),
	FORM_MAY(receipt, part_size_bytes, FORM_COUNT),
	FORM_NEED(receipt, attempts, FORM_COUNT),
	FORM_NEED(receipt, backoff_ms_total, FORM_COUNT),
	FORM_MAY(receipt, last_status_class, FORM_WORD),
	FORM_NEED(receipt, started_at, FORM_TIME),
	FORM_MAY(receipt, proven_at, FORM_TIME),
	FORM_MAY(receipt, reviewed_by, FORM_WORD),
	FORM_NEED(receipt, approved, FORM_FLAG),
	FORM_NEED(receipt, availability_from, FORM_WORD),
	FORM_NEED(receipt, availability_to, FORM_WORD),
	FORM_NEED(receipt, forced_reupload, FORM_FLAG),
	FORM_NEED(receipt, unproven_against_live_provider, FORM_FLAG),
	FORM_NEED(receipt, ledger_seq, FORM_COUNT),
	FORM_NEED(receipt, tool_version, FORM_WORD),
	{ .name = NULL }
};

void
receipt_make_id(char id[RECEIPT_ID_LEN + 1], int64_t now,
    struct span object_id, const uint8_t random[RECEIPT_RANDOM])
{
	char time[UTC_AMZ_LEN + 1], hex[2 * RECEIPT_RANDOM + 1];
	struct buf b;

	BUG_ON(!form_fits(FORM_OBJECT, object_id));
	utc_amz(time, now);
	for (char *p = time; *p != '\0'; p++)
		*p = *p == 'T' ? 't' : *p == 'Z' ? 'z' : *p;
	hex_encode(hex, random, RECEIPT_RANDOM);
	buf_fixed(&b, id, RECEIPT_ID_LEN + 1);
	buf_printf(&b, "%s-%.12s-%s", time,
	    object_id.p + strlen("sha256:"), hex);
	BUG_ON(!buf_ok(&b));
}

/* "receipts/YYYY-MM", for an id that is one. */
static int
put_folder(struct buf *out, struct span id)
{
	char month[] = "YYYY-MM";

	for (size_t i = 0; i < id.len; i++)
		if (!(id.p[i] >= 'a' && id.p[i] <= 'z') &&
		    !(id.p[i] >= '0' && id.p[i] <= '9') && id.p[i] != '-')
			return -1;
	if (id.len < 6)
		return -1;
	memcpy(month, id.p, 4);
	memcpy(month + 5, id.p + 4, 2);
	if (!form_fits(FORM_MONTH, span_of(month)))
		return -1;
	buf_printf(out, "receipts/%s", month);
	return 0;
}

int
receipt_name(char name[RECEIPT_NAME_MAX], struct span id)
{
	struct buf b;

	buf_fixed(&b, name, RECEIPT_NAME_MAX);
	if (put_folder(&b, id) != 0)
		return -1;
	buf_printf(&b, "/%.*s.json", (int)id.len, id.p);
	return buf_ok(&b) ? 0 : -1;
}

/* --- Writing -------------------------------------------------------------- */

/* Have the folders that a receipt of that path, below state, is in. */
static int
make_folders(const char *path, size_t state_len, struct err *e)
{
	char folder[PATH_MAX];
	const char *slash = path + state_len;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		size_t n = (size_t)(slash - path);

		memcpy(folder, path, n);
		folder[n] = '\0';
		if (folder_make(folder, RECEIPT_FOLDER_MODE, e) != 0 &&
		    e->sys != EEXIST)
			return -1;
		err_clear(e);
	}
	return 0;
}

static int
path_of(char path[PATH_MAX], const char *state, struct span id,
    struct err *e)
{
	char name[RECEIPT_NAME_MAX];
	struct buf b;

	if (receipt_name(name, id) != 0)
		return err_set(e, ERR_USAGE, "'%.*s' is no receipt's id",
		    (int)id.len, id.p);
	buf_fixed(&b, path, PATH_MAX);
	buf_printf(&b, "%s/%s", state, name);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", state);
	return 0;
}

int
receipt_put(struct buf *out, const struct receipt *r, struct err *e)
{
	struct receipt whole = *r;

	whole.schema = span_of(RECEIPT_SCHEMA);
	if (form_write(out, fields, &whole, 0, e) != 0)
		return err_ctx(e, "receipt");
	return 0;
}

/* All that is to be written, and where to. */
struct ready {
	char path[PATH_MAX];
	struct span text;
	char bytes[RECEIPT_MAX];
};

static int
prepare(struct ready *to, const struct receipt_place *place,
    const struct receipt *r, struct err *e)
{
	struct buf b;

	buf_fixed(&b, to->bytes, sizeof(to->bytes));
	record_begin(&b);
	if (receipt_put(&b, r, e) != 0)
		return -1;
	record_end(&b);
	if (!buf_ok(&b))
		return err_set(e, ERR_CONFIG_INVALID, "a receipt of more than "
		    "%d bytes", RECEIPT_MAX);
	to->text = buf_as_span(&b);
	if (guard_check(place->guard, NULL, to->text, e) != 0)
		return -1;
	return path_of(to->path, place->state, r->receipt_id, e);
}

int
receipt_write(const struct receipt_place *place, const struct receipt *r,
    uint8_t digest[SHA256_LEN], struct err *e)
{
	struct ready one;
	struct file_tmp t;
	int rc = -1;

	if (prepare(&one, place, r, e) != 0 ||
	    make_folders(one.path, strlen(place->state), e) != 0)
		return -1;
	sha256_of(digest, one.text.p, one.text.len);
	if (file_tmp_create(&t, one.path, false, place->rng, e) != 0)
		return -1;
	if (file_tmp_write(&t, one.text.p, one.text.len, e) == 0)
		rc = file_tmp_commit(&t, RECEIPT_MODE, e);
	file_tmp_discard(&t);
	return rc;
}

/* --- Writing many --------------------------------------------------------- */

/*
 * Have the batch open in the folder of the receipt at path, the first len
 * bytes of it, with room for one more.
 */
static int
batch_turn(struct receipt_batch *b, const char *path, size_t len,
    size_t state_len, struct err *e)
{
	bool same = strlen(b->folder) == len &&
	    memcmp(b->folder, path, len) == 0;

	if (same && b->files.n < FILE_BATCH_MAX)
		return 0;
	if (receipt_batch_commit(b, e) != 0)
		return -1;
	if (same)
		return 0;
	receipt_batch_discard(b);
	if (make_folders(path, state_len, e) != 0)
		return -1;
	memcpy(b->folder, path, len);
	b->folder[len] = '\0';
	if (file_batch_open(&b->files, b->folder, e) == 0)
		return 0;
	b->folder[0] = '\0';
	return -1;
}

static int
batch_take(struct receipt_batch *b, const struct receipt_place *place,
    const char *path, struct span text, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const struct file_batch_file f = { .name = slash + 1, .text = text,
	    .mode = RECEIPT_MODE };

	if (batch_turn(b, path, (size_t)(slash - path),
	    strlen(place->state), e) != 0)
		return -1;
	return file_batch_add(&b->files, &f, place->rng, e);
}

int
receipt_batch_add(struct receipt_batch *b, const struct receipt_place *place,
    const struct receipt *r, uint8_t digest[SHA256_LEN], struct err *e)
{
	struct ready one;

	if (prepare(&one, place, r, e) != 0)
		return -1;
	sha256_of(digest, one.text.p, one.text.len);
	return batch_take(b, place, one.path, one.text, e);
}

int
receipt_batch_commit(struct receipt_batch *b, struct err *e)
{
	return file_batch_commit(&b->files, e);
}

void
receipt_batch_discard(struct receipt_batch *b)
{
	file_batch_discard(&b->files);
	b->folder[0] = '\0';
}

/* --- Reading -------------------------------------------------------------- */

/* All of the file, its bytes and their digest. */
static int
read_text(struct span *text, const char *path, struct receipt_room *room,
    struct err *e)
{
	struct file f;
	ssize_t n;

	if (file_open(&f, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	n = file_read_at(&f, room->text, sizeof(room->text), 0, e);
	file_close(&f);
	if (n < 0)
		return -1;
	if (n == sizeof(room->text))
		return err_set(e, ERR_LEDGER_BROKEN, "it is too long");
	*text = (struct span){ room->text, (size_t)n };
	return 0;
}

static int
parse(struct receipt *r, struct span text, struct receipt_room *room,
    struct err *e)
{
	struct record record;
	struct buf scratch;
	struct form_source from = { &record, &scratch, 0 };

	buf_fixed(&scratch, room->scratch, sizeof(room->scratch));
	if (record_parse(&record, text, e) != 0 ||
	    form_read(r, fields, &from, e) != 0)
		return -1;
	if (!span_is(r->schema, RECEIPT_SCHEMA))
		return err_set(e, ERR_LEDGER_BROKEN, "another schema");
	return 0;
}

int
receipt_load(struct span *text, const char *state, struct span id,
    struct receipt_room *room, uint8_t digest[SHA256_LEN], struct err *e)
{
	char path[PATH_MAX];

	if (path_of(path, state, id, e) != 0)
		return -1;
	if (read_text(text, path, room, e) != 0)
		return err_ctx(e, "receipt %.*s", (int)id.len, id.p);
	sha256_of(digest, text->p, text->len);
	return 0;
}

int
receipt_batch_copy(struct receipt_batch *b, const struct receipt_place *place,
    struct span id, struct span text, struct err *e)
{
	struct receipt_room there;
	char path[PATH_MAX];
	struct span old;

	if (path_of(path, place->state, id, e) != 0)
		return -1;
	if (!file_exists(path))
		return batch_take(b, place, path, text, e);
	if (read_text(&old, path, &there, e) != 0)
		return -1;
	return span_eq(old, text) ? 0 : err_set(e, ERR_LEDGER_BROKEN,
	    "'%s' is there, with other bytes", path);
}

int
receipt_read(struct receipt *r, const char *state, struct span id,
    struct receipt_room *room, uint8_t digest[SHA256_LEN], struct err *e)
{
	struct span text;

	if (receipt_load(&text, state, id, room, digest, e) != 0)
		return -1;
	if (parse(r, text, room, e) != 0)
		goto fail;
	if (span_eq(r->receipt_id, id))
		return 0;
	err_set(e, ERR_LEDGER_BROKEN, "it has another id");
fail:
	return err_ctx(e, "receipt %.*s", (int)id.len, id.p);
}
