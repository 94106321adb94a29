/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "t.h"

#include "checkpoint.h"
#include "key_file.h"
#include "signatures.h"

#define TIME 1795316400		/* 2026-11-22T03:00:00Z */

static struct key_file key[2];	/* of which ring knows the first */
static struct keyring ring;
static struct signatures s;
static uint8_t previous[CHAIN_LEN];
static int64_t seq;

static struct writer
entry(const struct key_file *k)
{
	struct writer w = { .name = "nas1", .archive = "photos",
	    .grants = WRITERS_ADMIT | WRITERS_UPLOAD | WRITERS_VERIFY,
	    .valid_from = WRITERS_NONE, .valid_until = WRITERS_NONE,
	    .revoked = WRITERS_NONE };

	memcpy(w.point, k->point, sizeof(w.point));
	memcpy(w.id, k->id, sizeof(w.id));
	return w;
}

/* With writers.yaml, or with no more than the key on this machine. */
static void
begin(bool listed)
{
	memset(&ring, 0, sizeof(ring));
	for (size_t i = 0; i < 2; i++) {
		memset(key[i].key, (int)i + 1, sizeof(key[i].key));
		CHECK_INT(key_file_complete(&key[i]), 0);
	}
	ring.has_writers = listed;
	if (listed) {
		ring.writers.n = 1;
		ring.writers.writer[0] = entry(&key[0]);
	} else {
		ring.here.n = 1;
		memcpy(ring.here.key[0].point, key[0].point,
		    ECDSA_POINT_LEN);
		memcpy(ring.here.key[0].id, key[0].id, sizeof(key[0].id));
	}
	signatures_begin(&s, &ring);
	seq = 0;
}

static int
take(struct row row, struct err *e)
{
	row.seq = seq++;
	row.time = TIME;
	previous[0] = (uint8_t)seq;
	return signatures_take(&s, &row, previous, e);
}

static void
take_kind(enum row_kind kind)
{
	struct row row = { .kind = kind };
	struct err e = {0};

	if (kind == ROW_GENESIS)
		row.of.genesis.archive_id = span_of("photos");
	CHECK_INT(take(row, &e), 0);
}

/* A checkpoint by that key; bad: over something else. */
static int
take_signature(size_t by, bool bad, struct err *e)
{
	struct row row = { .kind = ROW_CHECKPOINT };
	struct checkpoint c;
	uint8_t what[CHAIN_LEN];

	memcpy(what, previous, sizeof(what));
	what[0] = (uint8_t)(seq + 1);
	what[1] ^= bad;
	checkpoint_sign(&c, &key[by], what);
	row.of.checkpoint.writer = span_of(c.writer);
	row.of.checkpoint.sig = span_of(c.sig);
	return take(row, e);
}

static void
test_covers(void)
{
	struct err e = {0};

	begin(true);
	CHECK_INT(signatures_judge(&s, &e), -1);
	CHECK_INT(e.code, ERR_VERIFICATION_FAILED);
	take_kind(ROW_GENESIS);
	take_kind(ROW_BEGIN);
	take_kind(ROW_ADMIT);
	take_kind(ROW_PROOF);
	take_kind(ROW_END);
	CHECK_INT(s.last, -1);
	CHECK_INT(take_signature(0, false, &e), 0);
	CHECK_INT(s.good, 6);
	CHECK_INT(s.last_good, 5);
	CHECK_INT(signatures_judge(&s, &e), 0);
	take_kind(ROW_BEGIN);
	CHECK_INT(s.good, 6);
	CHECK_INT(s.rows, 7);
	CHECK_INT(signatures_judge(&s, &e), 0);
	CHECK_INT(take_signature(0, false, &e), 0);
	CHECK_INT(s.good, 8);
	CHECK_INT(s.writer[0].good, 8);
	CHECK_INT(s.n, 1);
}

/* What a writer may do is held against the rows behind the one before. */
static void
test_grants(void)
{
	static const struct {
		const char *name;
		enum row_kind kind;
		const char *archive;
		int64_t from, until, revoked;
		enum grant_verdict want;
	} rows[] = {
		{ "granted", ROW_PROOF, "photos", WRITERS_NONE, WRITERS_NONE,
		  WRITERS_NONE, GRANT_GIVEN },
		{ "not granted", ROW_CONFIRM, "photos", WRITERS_NONE,
		  WRITERS_NONE, WRITERS_NONE, GRANT_MISSING },
		{ "another archive", ROW_PROOF, "photo", WRITERS_NONE,
		  WRITERS_NONE, WRITERS_NONE, GRANT_OTHER_ARCHIVE },
		{ "just valid", ROW_PROOF, "photos", TIME, TIME + 1,
		  WRITERS_NONE, GRANT_GIVEN },
		{ "just not yet", ROW_PROOF, "photos", TIME + 1, WRITERS_NONE,
		  WRITERS_NONE, GRANT_NOT_YET },
		{ "just not any more", ROW_PROOF, "photos", WRITERS_NONE,
		  TIME, WRITERS_NONE, GRANT_EXPIRED },
		{ "revoked", ROW_PROOF, "photos", WRITERS_NONE, WRITERS_NONE,
		  TIME + 1, GRANT_REVOKED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = rows[i].want == GRANT_GIVEN;
		struct writer *w = &ring.writers.writer[0];
		struct err e = {0};

		t_row("%s", rows[i].name);
		begin(true);
		w->archive = rows[i].archive;
		w->valid_from = rows[i].from;
		w->valid_until = rows[i].until;
		w->revoked = rows[i].revoked;
		take_kind(ROW_GENESIS);
		take_kind(rows[i].kind);
		CHECK_INT(take_signature(0, false, &e), 0);
		CHECK_INT(s.last_good, good ? 2 : -1);
		CHECK_INT(s.writer[0].good, good ? 3 : 0);
		CHECK_INT(s.writer[0].other, good ? 0 : 3);
		CHECK_INT(s.writer[0].why, good ? GRANT_GIVEN :
		    rows[i].want);
		CHECK_INT(signatures_judge(&s, &e), good ? 0 : -1);
		if (rows[i].want != GRANT_MISSING)
			continue;
		CHECK_INT(take_signature(0, false, &e), 0);
		CHECK_INT(s.last_good, 3);
		CHECK_INT(signatures_judge(&s, &e), 0);
	}
}

static void
test_wrong(void)
{
	for (int listed = 0; listed < 2; listed++) {
		struct err e = {0};

		begin(listed == 1);
		take_kind(ROW_GENESIS);
		CHECK_INT(take_signature(0, true, &e), -1);
		CHECK_INT(e.code, ERR_LEDGER_BROKEN);
		CHECK(strstr(e.msg, "ledger row 1: ") == e.msg);
	}
}

static void
test_unknown(void)
{
	for (int listed = 0; listed < 2; listed++) {
		struct err e = {0};

		begin(listed == 1);
		take_kind(ROW_GENESIS);
		CHECK_INT(take_signature(1, false, &e), 0);
		CHECK_INT(take_signature(1, true, &e), 0);
		CHECK_INT(s.last_good, -1);
		CHECK_INT(s.writer[0].other, 3);
		CHECK_INT(signatures_judge(&s, &e), -1);
		CHECK_INT(take_signature(0, false, &e), 0);
		CHECK_INT(s.n, 2);
		CHECK_INT(s.good, 1);
		CHECK_INT(s.last_good, 3);
		CHECK_INT(signatures_judge(&s, &e), 0);
	}
}

/* More writers than are told apart: the last stands for the rest. */
static void
test_many(void)
{
	char id[SPKI_ID_LEN + 1];
	struct err e = {0};

	begin(false);
	for (int i = 0; i < SIGNATURES_WRITERS + 10; i++) {
		struct row row = { .kind = ROW_CHECKPOINT };

		snprintf(id, sizeof(id), "%016x", (unsigned)i);
		row.of.checkpoint.writer = span_of(id);
		row.of.checkpoint.sig = span_of("");
		CHECK_INT(take(row, &e), 0);
	}
	CHECK_INT(s.n, SIGNATURES_WRITERS);
	CHECK_INT(s.writer[0].other, 1);
	CHECK_INT(s.writer[SIGNATURES_WRITERS - 1].other, 11);
}

/* --- Every bit of writers.yaml -------------------------------------------- */

/*
 * One bit of the file is another: it is refused; or the key, what it may
 * write, and when, are as before, or it may write less.
 */
static void
test_bits(void)
{
	char text[512], changed[512], spki[SPKI_BASE64_LEN + 1];
	size_t n, taken = 0;

	begin(true);
	spki_base64(spki, key[0].point);
	n = (size_t)snprintf(text, sizeof(text), "writers:\n  nas1:\n"
	    "    archive: photos\n    public_key: %s\n"
	    "    grants: [admit, upload, verify]\n", spki);
	for (size_t i = 0; i < 8 * n; i++) {
		const struct writer *w = &ring.writers.writer[0];
		struct err e = {0};
		bool same;

		memcpy(changed, text, n);
		changed[i / 8] = (char)(changed[i / 8] ^ 1 << i % 8);
		t_row("bit %zu", i);
		if (writers_load(&ring.writers, (struct span){ changed, n },
		    &e) != 0) {
			CHECK_INT(e.code, ERR_CONFIG_INVALID);
			writers_free(&ring.writers);
			continue;
		}
		same = memcmp(w->point, key[0].point, sizeof(w->point)) == 0;
		signatures_begin(&s, &ring);
		seq = 0;
		take_kind(ROW_GENESIS);
		CHECK_INT(take_signature(0, false, &e), 0);
		CHECK(same || s.last_good == -1);
		CHECK(s.last_good == -1 || strcmp(w->archive, "photos") == 0);
		CHECK((w->grants & ~7U) == 0 && w->revoked == WRITERS_NONE);
		taken++;
		writers_free(&ring.writers);
	}
	/* Names, of the writer and of the archive. */
	CHECK(taken > 20 && taken < 100);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "covers", test_covers },
		{ "grants", test_grants },
		{ "wrong", test_wrong },
		{ "unknown", test_unknown },
		{ "many", test_many },
		{ "bits", test_bits },
		{ NULL, NULL }
	};

	return t_main("signatures", cases);
}
