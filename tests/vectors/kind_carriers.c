/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "carriers.h"

#include "t.h"
#include "vec.h"

#define NOW 1795316400		/* 2026-11-22T03:00:00Z */
#define USER 1000		/* who writes the ledger */
#define ID \
	"sha256:" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_ID \
	"sha256:" \
	"f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* All that a case is made of; what is not said is well. */
struct scene {
	struct writer writer;
	struct resolve_request request;
	struct carrier carrier;
	struct resolve_facts ledger;
	struct carriers_facts facts;
	struct carriers_judged judged[CARRIERS__KINDS];
};

static void
begin(struct scene *s)
{
	const struct carrier_seal seal = { .there = true, .seq = 9,
	    .time = NOW - 60, .writer = "0123456789abcdef" };

	memset(s, 0, sizeof(*s));
	s->writer = (struct writer){ .name = "nas1", .archive = "photos",
	    .id = "0123456789abcdef",
	    .grants = WRITERS_ADMIT | WRITERS_UPLOAD | WRITERS_VERIFY,
	    .valid_from = WRITERS_NONE, .valid_until = WRITERS_NONE,
	    .revoked = WRITERS_NONE };
	s->request = (struct resolve_request){
	    .artifact_path = span_of("/srv/photos/a"),
	    .artifact_hash = span_of(ID), .hash_algorithm = span_of("sha256"),
	    .canonicalization_version = span_of("consign-path-1"),
	    .origin = span_of("photos/main"),
	    .admission_ref = span_of("5:00000000000000000000000000000000"
	    "00000000000000000000000000000000") };
	s->carrier = (struct carrier){ .archive_id = "photos", .rows = 10,
	    .producer = USER, .admit = { .there = true, .seq = 5,
	    .origin = "photos/main", .object_id = ID, .by = seal },
	    .proof = { .there = true, .seq = 7, .time = NOW - 60,
	    .by = seal }, .last = seal };
	s->ledger = (struct resolve_facts){ .request = &s->request,
	    .now = NOW, .carrier_state = 1, .carrier = &s->carrier,
	    .writers_good = true, .admit = { &s->writer, true },
	    .proof = { &s->writer, true }, .last = { &s->writer, true },
	    .proof_expires_after = WRITERS_NO_EXPIRY };
	s->facts = (struct carriers_facts){ .ledger = &s->ledger,
	    .rows_known = 10, .receipts = 1, .receipts_whole = 1 };
	for (int k = CARRIERS_RECEIPTS; k <= CARRIERS_MANIFEST; k++)
		s->facts.thing[k] = (struct carriers_thing){ true, true,
		    USER, 0644, NOW, 1, true };
}

static struct resolve_anchor *
add_anchor(struct scene *s)
{
	struct resolve_anchor *a = &s->ledger.anchor[s->ledger.nanchors++];

	a->seq = 9;
	return a;
}

static void
end_of_ledger(struct scene *s, int state, bool damaged)
{
	s->ledger.carrier_state = state;
	s->ledger.damaged = damaged;
}

/* What is otherwise: of the rows, of the signatures, of all else. */
static bool
take_row_word(struct scene *s, struct span w)
{
	struct carrier *c = &s->carrier;

	if (span_is(w, "no-ledger"))
		end_of_ledger(s, 0, false);
	else if (span_is(w, "broken"))
		end_of_ledger(s, -1, true);
	else if (span_is(w, "unreadable"))
		end_of_ledger(s, -1, false);
	else if (span_is(w, "no-row"))
		c->admit.there = false;
	else if (span_is(w, "null"))
		c->admit.null = true;
	else if (span_is(w, "twice"))
		c->admit.twice = true;
	else if (span_is(w, "unproven"))
		c->proof.there = false;
	else if (span_is(w, "refuted"))
		c->proof.refuted = true;
	else if (span_is(w, "old-proof"))
		s->ledger.proof_expires_after = 1000;
	else if (span_is(w, "proof-to-come"))
		c->proof.time = NOW + 3600;
	else if (span_is(w, "other-hash"))
		s->request.artifact_hash = span_of(OTHER_ID);
	else if (span_is(w, "other-origin"))
		s->request.origin = span_of("photos/else");
	else if (span_is(w, "alias"))
		c->alias = true;
	else if (span_is(w, "no-path"))
		s->request.artifact_path = (struct span){ NULL, 0 };
	else
		return false;
	return true;
}

static bool
take_signature_word(struct scene *s, struct span w)
{
	struct carrier *c = &s->carrier;

	if (span_is(w, "unsigned"))
		c->admit.by.there = c->proof.by.there = c->last.there = false;
	else if (span_is(w, "proof-unsigned"))
		c->proof.by.there = false;
	else if (span_is(w, "forged"))
		s->ledger.admit.right = false;
	else if (span_is(w, "end-forged"))
		s->ledger.last.right = false;
	else if (span_is(w, "unlisted"))
		s->ledger.admit.writer = s->ledger.proof.writer =
		    s->ledger.last.writer = NULL;
	else if (span_is(w, "granted-otherwise"))
		s->writer.grants = WRITERS_ANCHOR;
	else if (span_is(w, "may-not-verify"))
		s->writer.grants = WRITERS_ADMIT;
	else if (span_is(w, "revoked"))
		s->writer.revoked = NOW;
	else if (span_is(w, "other-archive"))
		s->writer.archive = "music";
	else if (span_is(w, "no-list"))
		s->ledger.writers_good = false;
	else
		return false;
	return true;
}

static bool
take_word(struct scene *s, struct span w)
{
	if (span_is(w, "root"))
		s->carrier.producer = 0;
	else if (span_is(w, "anchor"))
		add_anchor(s);
	else if (span_is(w, "off-box-anchor"))
		add_anchor(s)->off_box = true;
	else if (span_is(w, "early-off-box-anchor"))
		*add_anchor(s) = (struct resolve_anchor){ .seq = 3,
		    .off_box = true };
	else if (span_is(w, "anchor-ahead"))
		add_anchor(s)->met.ahead = true;
	else if (span_is(w, "anchor-differs"))
		add_anchor(s)->met.differs = true;
	else if (span_is(w, "manifest-ahead"))
		s->facts.rows_known = 11;
	else if (span_is(w, "receipt-lost"))
		s->facts.receipts = 2;
	else if (span_is(w, "no-receipts"))
		s->facts.thing[CARRIERS_RECEIPTS].hashes = 0;
	else if (span_is(w, "no-manifest"))
		s->facts.thing[CARRIERS_MANIFEST].there = false;
	else
		return take_row_word(s, w) || take_signature_word(s, w);
	return true;
}

/* Of one who is named: "missing", "silent", "other", "two", or "same". */
static void
take_thing(struct carriers_thing *t, struct span words)
{
	struct span w;

	*t = (struct carriers_thing){ true, true, 0, 0644, NOW, 1, true };
	while (words.p != NULL) {
		words = span_cut(words, ' ', &w);
		t->there &= !span_is(w, "missing");
		t->agrees &= !span_is(w, "other");
		if (span_is(w, "silent"))
			t->hashes = 0;
		else if (span_is(w, "two"))
			t->hashes = 2;
		else if (span_is(w, "producer"))
			t->owner = USER;
		else if (span_is(w, "open"))
			t->mode = 0666;
		else
			CHECK(span_is(w, "same") || !t->there || !t->agrees);
	}
}

/* The verdict, and the criteria that are not met. */
static void
compare(const struct scene *s, enum carriers_kind k, struct span want)
{
	const struct carriers_judged *j = &s->judged[k];
	char got[512];
	struct buf b;

	if (want.p == NULL)
		return;
	buf_fixed(&b, got, sizeof(got));
	buf_puts(&b, carriers_verdict_name(j->verdict));
	for (int c = 0; c < CARRIERS__CRITERIA; c++) {
		CHECK(j->of[c].fact[0] != '\0');
		if (!j->of[c].met)
			buf_printf(&b, " %s", carriers_criterion_name(
			    (enum carriers_criterion)c));
	}
	t_row("%s", carriers_kind_name(k));
	CHECK_MEM(got, b.len, want.p, want.len);
}

static bool
is_said(const struct carriers_judged *j, struct span fact)
{
	for (int c = 0; c < CARRIERS__CRITERIA; c++)
		if (span_is(fact, j->of[c].fact))
			return true;
	return false;
}

static void
check(const struct vec *v)
{
	struct span words = vec_opt(v, "facts"), fact = vec_opt(v, "fact"), w;
	struct span want[CARRIERS__KINDS], thing[CARRIERS__KINDS];
	struct span proven = vec_opt(v, "proven");
	static struct scene s;		/* large */
	char name[32];
	struct buf b;

	for (int k = 0; k < CARRIERS__KINDS; k++) {
		const char *kind = carriers_kind_name((enum carriers_kind)k);

		want[k] = vec_opt(v, kind);
		buf_fixed(&b, name, sizeof(name));
		buf_printf(&b, "given_%s", kind);
		thing[k] = vec_opt(v, name);
	}
	begin(&s);
	while (words.p != NULL) {
		words = span_cut(words, ' ', &w);
		t_row("%.*s", (int)w.len, w.p);
		CHECK(take_word(&s, w));
	}
	for (int k = CARRIERS_SUMS; k < CARRIERS__KINDS; k++)
		if (thing[k].p != NULL)
			take_thing(&s.facts.thing[k], thing[k]);
	carriers_judge(s.judged, &s.facts);
	for (int k = 0; k < CARRIERS__KINDS; k++)
		compare(&s, (enum carriers_kind)k, want[k]);
	CHECK_STR(carriers_overall(s.judged), proven.p != NULL ?
	    "INTERFACE_F_CARRIER_PROVEN" :
	    "INTERFACE_F_CARRIER_SOURCE_UNPROVEN_FAIL_CLOSED");
	/* Never another than the resolver's. */
	CHECK_INT(s.judged[CARRIERS_LEDGER].verdict == CARRIERS_PROVEN,
	    resolve_rules_judge(&s.ledger).code == RESOLVE_TRUSTED &&
	    s.judged[CARRIERS_LEDGER].of[CARRIERS_RETENTION].met);
	CHECK(fact.p == NULL || is_said(&s.judged[CARRIERS_LEDGER], fact));
}

const struct vec_kind vec_carriers = { "carriers", check };
