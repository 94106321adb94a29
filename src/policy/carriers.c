/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utc.h"

#include "carriers.h"

static const char *const kind_names[] = {
	"ledger", "receipts", "manifest", "sha256sums", "xattr",
	"free_text"
};
static const char *const criterion_names[] = {
	"restricted_writer", "immutability", "unique_binding",
	"artifact_link", "observer_independence", "retention"
};
static const char *const verdict_names[] = {
	"PROVEN", "STRONGEST_CANDIDATE_BUT_UNPROVEN",
	"SOURCE_UNPROVEN_FAIL_CLOSED", "NOT_FIT", "NOT_FIT_AS_AUTHORITY",
	"NOT_FIT_FOR_AUTHENTICITY", "OUT_OF_DOMAIN"
};
#define NAMED(names, count) \
	_Static_assert(sizeof(names) / sizeof(names[0]) == (count), #names)
NAMED(kind_names, CARRIERS__KINDS);
NAMED(criterion_names, CARRIERS__CRITERIA);
NAMED(verdict_names, CARRIERS__VERDICTS);

const char *
carriers_kind_name(enum carriers_kind k)
{
	return kind_names[k];
}

const char *
carriers_criterion_name(enum carriers_criterion c)
{
	return criterion_names[c];
}

const char *
carriers_verdict_name(enum carriers_verdict v)
{
	return verdict_names[v];
}

static void found(struct carriers_judged *j, enum carriers_criterion c,
    bool met, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void
found(struct carriers_judged *j, enum carriers_criterion c, bool met,
    const char *fmt, ...)
{
	struct carriers_finding *f = &j->of[c];
	va_list ap;

	f->met = met;
	va_start(ap, fmt);
	vsnprintf(f->fact, sizeof(f->fact), fmt, ap);
	va_end(ap);
}

/* The same of all criteria. */
static void
found_none(struct carriers_judged *j, const char *why)
{
	for (int c = 0; c < CARRIERS__CRITERIA; c++)
		found(j, (enum carriers_criterion)c, false, "%s", why);
}

/* --- The ledger ----------------------------------------------------------- */

/* Which criterion each of the resolver's codes speaks of. */
static const enum carriers_criterion criterion_of[] = {
	[RESOLVE_TRUSTED] = CARRIERS__CRITERIA,
	[RESOLVE_NON_CANONICAL_PATH] = CARRIERS_LINK,
	[RESOLVE_UNKNOWN_HASH_ALGO] = CARRIERS_LINK,
	[RESOLVE_CANONICALIZATION_UNSUPPORTED] = CARRIERS_LINK,
	[RESOLVE_SOURCE_UNPROVEN] = CARRIERS_IMMUTABLE,
	[RESOLVE_LEDGER_BROKEN] = CARRIERS_IMMUTABLE,
	[RESOLVE_ARTIFACT_HASH_NULL] = CARRIERS_LINK,
	[RESOLVE_CARRIER_WRITER_UNPROVEN] = CARRIERS_WRITER,
	[RESOLVE_BINDING_NOT_UNIQUE] = CARRIERS_BINDING,
	[RESOLVE_ORIGIN_MISMATCH] = CARRIERS_LINK,
	[RESOLVE_ARTIFACT_NOT_ADMITTED] = CARRIERS_LINK,
	[RESOLVE_ADMISSION_NOT_IMMUTABLE] = CARRIERS_IMMUTABLE,
	[RESOLVE_LEDGER_ROLLED_BACK] = CARRIERS_RETENTION,
	[RESOLVE_PROOF_EXPIRED] = CARRIERS_LINK,
	[RESOLVE_HASH_MISMATCH] = CARRIERS_LINK,
};
_Static_assert(sizeof(criterion_of) / sizeof(criterion_of[0]) ==
    RESOLVE__COUNT, "a criterion for every code");

static void
judge_writer(struct carriers_judged *j, const struct resolve_facts *l,
    const struct carrier_admit *a)
{
	const struct resolve_signature *const s[] = { &l->admit, &l->proof,
	    &l->last };
	bool known = true;

	for (int i = 0; i < 3; i++)
		known &= s[i]->writer != NULL;
	if (!a->by.there)
		found(j, CARRIERS_WRITER, false, "no writer has signed row %"
		    PRId64, a->seq);
	else if (!l->writers_good)
		found(j, CARRIERS_WRITER, false, "key %s signed row %" PRId64
		    "; there is no list of writers that user %ld, who writes "
		    "the ledger, could not write", a->by.writer, a->seq,
		    l->carrier->producer);
	else if (!known)
		found(j, CARRIERS_WRITER, false, "key %s signed row %" PRId64
		    ", and not all that signed are in the list of writers",
		    a->by.writer, a->seq);
	else
		found(j, CARRIERS_WRITER, true, "key %s, which the list of "
		    "writers calls %s, signed row %" PRId64, a->by.writer,
		    l->admit.writer->name, a->seq);
}

static void
judge_immutable(struct carriers_judged *j, const struct carriers_facts *f,
    const struct carrier_admit *a)
{
	const struct resolve_facts *l = f->ledger;
	const struct carrier *c = l->carrier;
	const char *grows = f->append_only ? "append-only" :
	    "not append-only";

	if (!a->by.there || !c->proof.by.there)
		found(j, CARRIERS_IMMUTABLE, false, "the chain of %" PRId64
		    " rows is whole, and no signature stands behind row %"
		    PRId64 "; the file is %s", c->rows,
		    a->by.there ? c->proof.seq : a->seq, grows);
	else
		found(j, CARRIERS_IMMUTABLE, l->admit.right &&
		    l->proof.right && l->last.right, "the chain of %" PRId64
		    " rows is whole; row %" PRId64 " stands under the "
		    "signature of row %" PRId64 "%s; the file is %s",
		    c->rows, a->seq, a->by.seq, l->admit.right ? "" :
		    ", which nobody vouches for", grows);
}

static void
judge_link(struct carriers_judged *j, const struct resolve_facts *l,
    const struct carrier_admit *a)
{
	const struct carrier_proof *p = &l->carrier->proof;
	char proposed[CARRIER_OBJECT_LEN + 1];

	if (a->null)
		found(j, CARRIERS_LINK, false, "row %" PRId64 " has no hash",
		    a->seq);
	else if (!span_is(l->request->origin, a->origin))
		found(j, CARRIERS_LINK, false, "row %" PRId64 " is of the "
		    "origin %s", a->seq, a->origin);
	else if (!resolve_rules_proposed(l->request, proposed) ||
	    strcmp(proposed, a->object_id) != 0)
		found(j, CARRIERS_LINK, false, "row %" PRId64 " has %s, which "
		    "is not the hash that is proposed", a->seq, a->object_id);
	else if (!p->there || p->refuted)
		found(j, CARRIERS_LINK, false, "row %" PRId64 " has %s, and "
		    "%s", a->seq, a->object_id, p->there ?
		    "a later row says that a store has other bytes" :
		    "no row proves that object");
	else
		found(j, CARRIERS_LINK, true, "row %" PRId64 " has %s, proven "
		    "by row %" PRId64, a->seq, a->object_id, p->seq);
}

static void
judge_observer(struct carriers_judged *j, const struct resolve_facts *l)
{
	const long producer = l->carrier->producer;
	size_t off_box = 0;

	for (size_t i = 0; i < l->nanchors; i++)
		off_box += l->anchor[i].off_box;
	found(j, CARRIERS_OBSERVER, l->writers_good &&
	    (producer != 0 || off_box > 0), "user %ld writes the ledger; the "
	    "list of writers is %s; anchors by a key that is not on this "
	    "machine: %zu", producer, !l->writers_good ?
	    "missing, wrong, or in the hands of that user" : producer == 0 ?
	    "what root can write, too" : "out of that user's hands", off_box);
}

static void
judge_retention(struct carriers_judged *j, const struct carriers_facts *f)
{
	const struct resolve_facts *l = f->ledger;
	int64_t rows = l->carrier->rows;
	size_t fit = 0;

	for (size_t i = 0; i < l->nanchors; i++)
		fit += !l->anchor[i].met.ahead && !l->anchor[i].met.differs;
	found(j, CARRIERS_RETENTION, rows >= f->rows_known &&
	    fit == l->nanchors, "the ledger has %" PRId64 " rows, from the "
	    "first on; the manifest knows of %" PRId64 "; %zu of %zu anchors "
	    "fit", rows, f->rows_known, fit, l->nanchors);
}

static enum carriers_verdict
judge_ledger(struct carriers_judged *j, const struct carriers_facts *f)
{
	const struct resolve_facts *l = f->ledger;
	const struct carrier_admit *a = l->carrier_state == 1 ?
	    resolve_rules_admit(l->carrier) : NULL;
	struct resolve_verdict v = resolve_rules_judge(l);
	enum carriers_criterion of = criterion_of[v.code];
	bool all = true;

	if (a == NULL) {
		found_none(j, v.code == RESOLVE_NON_CANONICAL_PATH ? v.why :
		    l->carrier_state == 1 ? "no row in force admits "
		    "a file at this path" : l->carrier_state == 0 ?
		    "there is no ledger" : l->damaged ?
		    "the ledger's chain does not hold" :
		    "the ledger cannot be read");
		return CARRIERS_SOURCE_UNPROVEN;
	}
	judge_writer(j, l, a);
	judge_immutable(j, f, a);
	found(j, CARRIERS_BINDING, !a->twice, "row %" PRId64 " admits it%s",
	    a->seq, a->twice ? ", and another that does not name the one in "
	    "force" : "; no other is in force");
	judge_link(j, l, a);
	judge_observer(j, l);
	judge_retention(j, f);
	/* The resolver knows better. */
	if (of != CARRIERS__CRITERIA && j->of[of].met)
		found(j, of, false, "%s", v.why);
	for (int c = 0; c < CARRIERS__CRITERIA; c++)
		all &= j->of[c].met;
	if (all)
		return CARRIERS_PROVEN;
	return j->of[CARRIERS_BINDING].met && j->of[CARRIERS_LINK].met &&
	    j->of[CARRIERS_RETENTION].met && v.code != RESOLVE_LEDGER_BROKEN ?
	    CARRIERS_STRONGEST_CANDIDATE : CARRIERS_SOURCE_UNPROVEN;
}

/* --- All others ----------------------------------------------------------- */

/* What each is at best, and what it is where it says nothing. */
static const struct {
	enum carriers_verdict best, empty;
	const char *unasked;
} classes[] = {
	[CARRIERS_LEDGER] = { CARRIERS_PROVEN, CARRIERS_SOURCE_UNPROVEN, "" },
	[CARRIERS_RECEIPTS] = { CARRIERS_NOT_FIT_AS_AUTHORITY,
	    CARRIERS_SOURCE_UNPROVEN, "" },
	[CARRIERS_MANIFEST] = { CARRIERS_NOT_FIT_AS_AUTHORITY,
	    CARRIERS_SOURCE_UNPROVEN, "" },
	[CARRIERS_SUMS] = { CARRIERS_NOT_FIT_FOR_AUTHENTICITY,
	    CARRIERS_OUT_OF_DOMAIN, "none is named, and there is no "
	    "SHA256SUMS beside the file" },
	[CARRIERS_XATTR] = { CARRIERS_NOT_FIT, CARRIERS_OUT_OF_DOMAIN,
	    "none is named, and the file has no user.sha256" },
	[CARRIERS_TEXT] = { CARRIERS_NOT_FIT, CARRIERS_OUT_OF_DOMAIN,
	    "none is named" },
};
NAMED(classes, CARRIERS__KINDS);

/* Receipts alone have something that watches over them: rows. */
static void
judge_receipts(struct carriers_judged *j, const struct carriers_facts *f,
    const struct carriers_judged *ledger)
{
	bool whole = f->receipts_whole == f->receipts;

	found(j, CARRIERS_IMMUTABLE, whole &&
	    ledger->of[CARRIERS_IMMUTABLE].met, "%" PRId64 " of %" PRId64
	    " have the digest that a row has of them; those rows are %s",
	    f->receipts_whole, f->receipts,
	    ledger->of[CARRIERS_IMMUTABLE].met ? "signed" : "not proven");
	found(j, CARRIERS_RETENTION, whole, "%" PRId64 " of %" PRId64
	    " that rows name are there", f->receipts_whole, f->receipts);
}

static enum carriers_verdict
judge_thing(struct carriers_judged *j, const struct carriers_facts *f,
    enum carriers_kind kind)
{
	const struct carriers_thing *t = &f->thing[kind];
	const struct resolve_facts *l = f->ledger;
	long producer = l->carrier_state == 1 ? l->carrier->producer : -1;
	char iso[UTC_ISO_LEN + 1];

	if (!t->there || t->hashes == 0) {
		found_none(j, !t->asked ? classes[kind].unasked : !t->there ?
		    "it is not there, or cannot be read" :
		    "it has no hash of the artifact");
		return classes[kind].empty;
	}
	utc_iso(iso, t->written);
	found(j, CARRIERS_WRITER, false, "user %ld may write it (mode %04o), "
	    "and nobody signs it", t->owner, t->mode);
	found(j, CARRIERS_IMMUTABLE, false, "nothing shows whether it was "
	    "changed; it was last written %s", iso);
	found(j, CARRIERS_BINDING, t->hashes == 1, "hashes that it has for "
	    "the artifact: %" PRId64, t->hashes);
	found(j, CARRIERS_LINK, t->agrees, "%s", t->agrees ?
	    "it has the artifact's hash" :
	    "it has another hash than the ledger, or than is proposed");
	found(j, CARRIERS_OBSERVER, producer >= 0 && t->owner != producer &&
	    (t->mode & 022) == 0, "user %ld may write it; the ledger's user "
	    "is %ld", t->owner, producer);
	found(j, CARRIERS_RETENTION, false, "what it said before %s is kept "
	    "nowhere", iso);
	return classes[kind].best;
}

void
carriers_judge(struct carriers_judged out[CARRIERS__KINDS],
    const struct carriers_facts *f)
{
	struct carriers_judged *ledger = &out[CARRIERS_LEDGER];

	memset(out, 0, CARRIERS__KINDS * sizeof(out[0]));
	ledger->verdict = judge_ledger(ledger, f);
	for (int k = CARRIERS_RECEIPTS; k < CARRIERS__KINDS; k++) {
		out[k].verdict = judge_thing(&out[k], f,
		    (enum carriers_kind)k);
		if (k == CARRIERS_RECEIPTS &&
		    out[k].verdict == classes[k].best)
			judge_receipts(&out[k], f, ledger);
	}
}

const char *
carriers_overall(const struct carriers_judged judged[CARRIERS__KINDS])
{
	return judged[CARRIERS_LEDGER].verdict == CARRIERS_PROVEN ?
	    "INTERFACE_F_CARRIER_PROVEN" :
	    "INTERFACE_F_CARRIER_SOURCE_UNPROVEN_FAIL_CLOSED";
}
