/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "checkpoint.h"
#include "key_file.h"
#include "keyring.h"
#include "rights.h"
#include "signer.h"

#include "doctor_internal.h"

/* Is the public half beside the key, and that of it? */
static void
check_public(struct doctor *d, const char *name, const struct key_file *k)
{
	uint8_t point[ECDSA_POINT_LEN];
	char path[PATH_MAX];
	struct err e = {0};

	if (key_file_path(path, d->archive->state, name, KEY_FILE_PUBLIC,
	    &e) != 0)
		return;
	if (key_file_read_public(point, path, &e) != 0 ||
	    memcmp(point, k->point, sizeof(point)) != 0)
		doctor_warn(d, "keys", "%s%s is not the public key of %s%s: "
		    "others cannot tell which key is here", name,
		    KEY_FILE_PUBLIC, name, KEY_FILE_PRIVATE);
	else
		doctor_ok(d, "keys", "%s: key %s, for nobody else to read",
		    name, k->id);
}

static void
check_key(struct doctor *d, const char *name)
{
	struct key_file k = {0};
	char path[PATH_MAX];
	struct rights r;
	struct err e = {0};

	if (key_file_path(path, d->archive->state, name, KEY_FILE_PRIVATE,
	    &e) == 0 && rights_look(&r, path, &e) == 0 && !r.readable)
		doctor_warn(d, "keys", "%s is not for this user to read",
		    name);
	else if (e.code != ERR_NONE || key_file_read(&k, path, &e) != 0)
		doctor_fail(d, "keys", &e);
	else
		check_public(d, name, &k);
	key_file_wipe(&k);
}

/* What the next run would do. */
static void
check_signer(struct doctor *d, size_t keys)
{
	struct signer s = { .signs = false };
	struct err e = {0};

	if (signer_open(&s, d->archive, d->app, &e) != 0) {
		/* Of another user, who looks only, no more is to be said. */
		if (e.sys != EACCES)
			doctor_fail(d, "writer", &e);
	} else if (s.signs) {
		doctor_ok(d, "writer", "runs sign history by %s", s.name);
	} else if (keys == 0) {
		doctor_ok(d, "writer", "none: history is not signed "
		    "(consign key new NAME)");
	}
	signer_close(&s);
}

void
doctor_keys_check(struct doctor *d)
{
	struct key_file_names names;
	struct err e = {0};

	if (key_file_list(&names, d->archive->state, KEY_FILE_PRIVATE,
	    &e) != 0) {
		doctor_fail(d, "keys", &e);
		return;
	}
	for (size_t i = 0; i < names.n; i++)
		check_key(d, names.name[i]);
	check_signer(d, names.n);
}

/* --- The last checkpoint -------------------------------------------------- */

void
doctor_keys_take(struct doctor_checkpoint *c, const struct row *row,
    const uint8_t previous[CHAIN_LEN])
{
	const struct row_checkpoint *of = &row->of.checkpoint;

	if (row->kind != ROW_CHECKPOINT)
		return;
	c->any = true;
	c->seq = row->seq;
	memcpy(c->previous, previous, CHAIN_LEN);
	memset(c->text.writer, 0, sizeof(c->text.writer));
	memcpy(c->text.writer, of->writer.p, of->writer.len);
	memset(c->text.sig, 0, sizeof(c->text.sig));
	memcpy(c->text.sig, of->sig.p, of->sig.len);
}

static void
judge(struct doctor *d, const struct doctor_checkpoint *c, int64_t rows,
    const struct keyring *ring)
{
	struct span id = span_of(c->text.writer);
	const uint8_t *point = keyring_find(ring, id);
	struct err e = {0};

	if (point == NULL) {
		doctor_warn(d, "signature", "that of row %lld is by the key "
		    "%s, which is not known here", (long long)c->seq,
		    c->text.writer);
	} else if (!checkpoint_verify(span_of(c->text.sig), point,
	    c->previous)) {
		err_set(&e, ERR_LEDGER_BROKEN, "ledger row %lld: its "
		    "signature is not that of the key %s",
		    (long long)c->seq, c->text.writer);
		err_advise(&e, "verify the ledger; restore it from a copy");
		doctor_fail(d, "signature", &e);
	} else if (c->seq + 1 < rows) {
		doctor_warn(d, "signature", "rows behind %lld are not signed "
		    "yet: by the next run, or by 'ledger checkpoint'",
		    (long long)c->seq);
	} else {
		doctor_ok(d, "signature", "the last row is signed by %s",
		    keyring_name(ring, id));
	}
}

void
doctor_keys_signature(struct doctor *d, const struct doctor_checkpoint *c,
    int64_t rows)
{
	struct keyring ring;
	struct err e = {0};

	if (!c->any)
		return;
	if (keyring_open(&ring, d->archive->state, NULL, &e) != 0)
		doctor_fail(d, "signature", &e);
	else
		judge(d, c, rows, &ring);
	keyring_close(&ring);
}
