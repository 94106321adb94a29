/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "grant.h"
#include "hex.h"
#include "num.h"

#include "resolve_rules.h"

#define PATH_BYTES_MAX 4095	/* what a system call takes */
#define REF_CHAIN_LEN (2 * CARRIER_CHAIN_LEN)

static const struct {
	const char *name, *advice;
} codes[] = {
	[RESOLVE_TRUSTED] = { "TRUSTED", "nothing to do" },
	[RESOLVE_NON_CANONICAL_PATH] = { "NON_CANONICAL_PATH",
	    "give the one absolute path of the file itself" },
	[RESOLVE_UNKNOWN_HASH_ALGO] = { "UNKNOWN_HASH_ALGO",
	    "give sha256 as hash_algorithm" },
	[RESOLVE_CANONICALIZATION_UNSUPPORTED] = {
	    "CANONICALIZATION_UNSUPPORTED",
	    "give consign-path-1 as canonicalization_version" },
	[RESOLVE_SOURCE_UNPROVEN] = { "SOURCE_UNPROVEN_FAIL_CLOSED",
	    "do not use the file; admit and prove it with 'consign push'" },
	[RESOLVE_LEDGER_BROKEN] = { "LEDGER_BROKEN",
	    "see 'consign ledger verify', and restore the state folder" },
	[RESOLVE_ARTIFACT_HASH_NULL] = { "ARTIFACT_HASH_NULL",
	    "do not use the file; admit it anew with 'consign push'" },
	[RESOLVE_CARRIER_WRITER_UNPROVEN] = { "CARRIER_WRITER_UNPROVEN",
	    "see consign-writers(5) for who may write what, and where the "
	    "list may lie" },
	[RESOLVE_BINDING_NOT_UNIQUE] = { "BINDING_NOT_UNIQUE",
	    "find out who admitted the path twice, with 'consign ledger "
	    "show'" },
	[RESOLVE_ORIGIN_MISMATCH] = { "ORIGIN_MISMATCH",
	    "give the origin that 'consign ls --json' prints" },
	[RESOLVE_ARTIFACT_NOT_ADMITTED] = { "ARTIFACT_NOT_ADMITTED",
	    "give the admission_ref that 'consign ls --json' prints" },
	[RESOLVE_ADMISSION_NOT_IMMUTABLE] = { "ADMISSION_NOT_IMMUTABLE",
	    "find out what became of the row, or anchor the ledger anew" },
	[RESOLVE_LEDGER_ROLLED_BACK] = { "LEDGER_ROLLED_BACK",
	    "find out who replaced the ledger by an older one or another" },
	[RESOLVE_PROOF_EXPIRED] = { "PROOF_EXPIRED",
	    "prove the object again with 'consign verify'" },
	[RESOLVE_HASH_MISMATCH] = { "HASH_MISMATCH",
	    "do not use the file; fetch it anew with 'consign get'" },
};
_Static_assert(sizeof(codes) / sizeof(codes[0]) == RESOLVE__COUNT,
    "a name for every code");

const char *
resolve_rules_name(enum resolve_code code)
{
	return codes[code].name;
}

const char *
resolve_rules_advice(enum resolve_code code)
{
	return codes[code].advice;
}

static const struct resolve_verdict met = { RESOLVE_TRUSTED, "" };

static struct resolve_verdict
fail(enum resolve_code code, const char *why)
{
	return (struct resolve_verdict){ code, why };
}

/* --- R1 to R3: what is asked for ------------------------------------------ */

bool
resolve_rules_is_canonical(struct span path)
{
	struct span rest = path, segment;

	if (path.len < 2 || path.len > PATH_BYTES_MAX || path.p[0] != '/' ||
	    memchr(path.p, '\0', path.len) != NULL)
		return false;
	rest = span_cut(rest, '/', &segment);
	while (rest.p != NULL) {
		rest = span_cut(rest, '/', &segment);
		if (segment.len == 0 || span_is(segment, ".") ||
		    span_is(segment, ".."))
			return false;
	}
	return true;
}

static struct resolve_verdict
judge_path(const struct resolve_facts *f)
{
	static const char *const why[] = {
		[RESOLVE_FILE_ABSENT] = NULL,
		[RESOLVE_FILE_PLAIN] = NULL,
		[RESOLVE_FILE_LINK] = "there is a symbolic link on the way",
		[RESOLVE_FILE_SPECIAL] = "what is there is not a regular file",
		[RESOLVE_FILE_UNKNOWN] = "what is there may not be looked at",
		[RESOLVE_FILE_REPLACED] = "what is there became another file "
		    "meanwhile",
	};

	if (!resolve_rules_is_canonical(f->request->artifact_path))
		return fail(RESOLVE_NON_CANONICAL_PATH, "artifact_path is not "
		    "an absolute path without empty, '.' or '..' segments");
	if (why[f->file] != NULL)
		return fail(RESOLVE_NON_CANONICAL_PATH, why[f->file]);
	if (f->carrier_state == 1 && f->carrier->alias)
		return fail(RESOLVE_NON_CANONICAL_PATH, "the file has another "
		    "name, which was admitted too");
	return met;
}

static struct resolve_verdict
judge_terms(const struct resolve_request *q)
{
	if (!span_is(q->hash_algorithm, RESOLVE_ALGORITHM))
		return fail(RESOLVE_UNKNOWN_HASH_ALGO, "hash_algorithm is "
		    "not one that is allowed");
	if (!span_is(q->canonicalization_version, RESOLVE_CANONICALIZATION))
		return fail(RESOLVE_CANONICALIZATION_UNSUPPORTED,
		    "canonicalization_version is not one that is supported");
	return met;
}

/* --- R4: what the carrier says -------------------------------------------- */

const struct carrier_admit *
resolve_rules_admit(const struct carrier *c)
{
	return c->admit.there ? &c->admit : c->other.there ? &c->other : NULL;
}

static struct resolve_verdict
judge_rows(const struct resolve_facts *f)
{
	const struct carrier_admit *a;
	const struct carrier *c = f->carrier;

	if (f->carrier_state < 0)
		return f->damaged ? fail(RESOLVE_LEDGER_BROKEN,
		    "the ledger's chain does not hold") :
		    fail(RESOLVE_SOURCE_UNPROVEN,
		    "the ledger cannot be read");
	if (f->carrier_state == 0)
		return fail(RESOLVE_SOURCE_UNPROVEN, "there is no ledger");
	a = resolve_rules_admit(c);
	if (a == NULL)
		return fail(RESOLVE_SOURCE_UNPROVEN,
		    "no row in force admits a file at this path");
	if (a->null)
		return fail(RESOLVE_ARTIFACT_HASH_NULL,
		    "the row that admits it has no object id");
	if (!c->proof.there || c->proof.refuted)
		return fail(RESOLVE_SOURCE_UNPROVEN, c->proof.there ?
		    "a later row says that a store has other bytes" :
		    "no row proves its object");
	if (!a->by.there || !c->proof.by.there)
		return fail(RESOLVE_SOURCE_UNPROVEN,
		    "no signature stands behind its rows");
	return met;
}

/* May the writer of this signature have written what it covers? */
static bool
is_granted(const struct resolve_facts *f, const struct resolve_signature *s,
    const struct carrier_seal *by, unsigned grants)
{
	const struct grant_claim claim = { .grants = grants,
	    .archive = f->carrier->archive_id, .time = by->time };

	return grant_judge(s->writer, &claim) == GRANT_GIVEN;
}

/* One that nobody with power over the box could have made. */
static bool
has_off_box(const struct resolve_facts *f)
{
	for (size_t i = 0; i < f->nanchors; i++)
		if (f->anchor[i].off_box)
			return true;
	return false;
}

static struct resolve_verdict
judge_writers(const struct resolve_facts *f)
{
	const struct carrier *c = f->carrier;
	const struct carrier_admit *a = resolve_rules_admit(c);

	if (!f->writers_good)
		return fail(RESOLVE_CARRIER_WRITER_UNPROVEN, "there is no list "
		    "of writers that the ledger's owner could not write");
	if (!is_granted(f, &f->admit, &a->by, WRITERS_ADMIT))
		return fail(RESOLVE_CARRIER_WRITER_UNPROVEN, "the key that "
		    "signed the admission may not admit");
	if (!is_granted(f, &f->proof, &c->proof.by, WRITERS_VERIFY))
		return fail(RESOLVE_CARRIER_WRITER_UNPROVEN, "the key that "
		    "signed the proof may not verify");
	if (!is_granted(f, &f->last, &c->last, 0))
		return fail(RESOLVE_CARRIER_WRITER_UNPROVEN, "the key that "
		    "signed last may not write this ledger");
	if (!f->admit.right || !f->proof.right || !f->last.right)
		return fail(RESOLVE_LEDGER_BROKEN,
		    "a signature over its rows is wrong");
	if (c->producer == 0 && !has_off_box(f))
		return fail(RESOLVE_CARRIER_WRITER_UNPROVEN, "root writes the "
		    "ledger, and no anchor is signed by a key that is not on "
		    "this machine");
	return met;
}

static struct resolve_verdict
judge_carrier(const struct resolve_facts *f)
{
	struct resolve_verdict v = judge_rows(f);

	if (v.code == RESOLVE_TRUSTED)
		v = judge_writers(f);
	if (v.code == RESOLVE_TRUSTED &&
	    resolve_rules_admit(f->carrier)->twice)
		return fail(RESOLVE_BINDING_NOT_UNIQUE, "a row admits the "
		    "path again and does not name the one in force");
	return v;
}

/* --- R5 to R7: the admission ---------------------------------------------- */

/* seq and chain of a reference; false for what is none. */
static bool
read_reference(struct span ref, int64_t *seq,
    uint8_t chain[CARRIER_CHAIN_LEN])
{
	struct span digits, hex = span_cut(ref, ':', &digits);
	uint64_t n;

	if (hex.len != REF_CHAIN_LEN || num_u64(digits, INT64_MAX, &n) != 0)
		return false;
	*seq = (int64_t)n;
	return hex_decode(chain, CARRIER_CHAIN_LEN, hex) == 0;
}

static struct resolve_verdict
judge_anchors(const struct resolve_facts *f, const struct carrier_admit *a)
{
	bool root = f->carrier->producer == 0;
	bool reached_asked = false, reached_off_box = false;

	for (size_t i = 0; i < f->nanchors; i++) {
		const struct resolve_anchor *n = &f->anchor[i];

		if (n->met.ahead || n->met.differs)
			return fail(RESOLVE_LEDGER_ROLLED_BACK, n->met.ahead ?
			    "an anchor knows rows that the ledger has not" :
			    "an anchor knows other rows");
		if (n->seq <= a->seq || n->seq <= f->carrier->proof.seq)
			continue;
		reached_asked |= n->asked;
		reached_off_box |= n->off_box;
	}
	if ((f->anchor_asked && !reached_asked) ||
	    (root && !reached_off_box))
		return fail(RESOLVE_ADMISSION_NOT_IMMUTABLE,
		    "no anchor stands behind its rows");
	return met;
}

static struct resolve_verdict
judge_age(const struct resolve_facts *f)
{
	int64_t proven = f->carrier->proof.time;
	uint64_t age_ms;

	if (proven > f->now && proven - f->now > RESOLVE_AHEAD_S)
		return fail(RESOLVE_PROOF_EXPIRED,
		    "the proof is dated in the future");
	/* Times are those of utc.h: a product cannot overflow. */
	age_ms = proven > f->now ? 0 : (uint64_t)(f->now - proven) * 1000;
	if (age_ms > f->proof_expires_after)
		return fail(RESOLVE_PROOF_EXPIRED, "the proof is too old");
	return met;
}

/* An origin of this very archive: a copy of another's history is not. */
static bool
is_of_archive(struct span origin, const char *archive_id)
{
	struct span archive;

	return span_cut(origin, '/', &archive).len > 0 &&
	    span_is(archive, archive_id);
}

static struct resolve_verdict
judge_admission(const struct resolve_facts *f)
{
	const struct carrier_admit *a = resolve_rules_admit(f->carrier);
	struct resolve_verdict v;
	uint8_t chain[CARRIER_CHAIN_LEN];
	int64_t seq;

	if (!span_is(f->request->origin, a->origin) ||
	    !is_of_archive(f->request->origin, f->carrier->archive_id))
		return fail(RESOLVE_ORIGIN_MISMATCH,
		    "the path was admitted under another origin");
	if (!read_reference(f->request->admission_ref, &seq, chain) ||
	    seq != a->seq)
		return fail(RESOLVE_ARTIFACT_NOT_ADMITTED, "admission_ref "
		    "does not name the row in force");
	if (memcmp(chain, a->chain, sizeof(chain)) != 0)
		return fail(RESOLVE_ADMISSION_NOT_IMMUTABLE, "the row has not "
		    "the chain value that admission_ref has");
	v = judge_anchors(f, a);
	return v.code == RESOLVE_TRUSTED ? judge_age(f) : v;
}

/* --- R8: drift ------------------------------------------------------------ */

bool
resolve_rules_proposed(const struct resolve_request *q,
    char id[CARRIER_OBJECT_LEN + 1])
{
	static const char prefix[] = RESOLVE_ALGORITHM ":";
	const size_t n = sizeof(prefix) - 1;
	struct span hex = q->artifact_hash;
	uint8_t digest[(CARRIER_OBJECT_LEN - (sizeof(prefix) - 1)) / 2];

	if (span_starts(hex, prefix))
		hex = (struct span){ hex.p + n, hex.len - n };
	if (hex_decode(digest, sizeof(digest), hex) != 0)
		return false;
	memcpy(id, prefix, n);
	memcpy(id + n, hex.p, hex.len);
	id[CARRIER_OBJECT_LEN] = '\0';
	return true;
}

static struct resolve_verdict
judge_drift(const struct resolve_facts *f)
{
	const struct carrier_admit *a = resolve_rules_admit(f->carrier);
	char proposed[CARRIER_OBJECT_LEN + 1];

	if (!resolve_rules_proposed(f->request, proposed))
		return fail(RESOLVE_HASH_MISMATCH,
		    "artifact_hash is not a SHA-256");
	if (strcmp(proposed, a->object_id) != 0)
		return fail(RESOLVE_HASH_MISMATCH,
		    "artifact_hash is not the hash that was admitted");
	if (f->verify_file && strcmp(f->file_hash, a->object_id) != 0)
		return fail(RESOLVE_HASH_MISMATCH,
		    f->file_hash[0] != '\0' ?
		    "the file has not the hash that was admitted" :
		    "the file cannot be hashed");
	return met;
}

struct resolve_verdict
resolve_rules_judge(const struct resolve_facts *f)
{
	struct resolve_verdict v = judge_path(f);

	if (v.code == RESOLVE_TRUSTED)
		v = judge_terms(f->request);
	if (v.code == RESOLVE_TRUSTED)
		v = judge_carrier(f);
	if (v.code == RESOLVE_TRUSTED)
		v = judge_admission(f);
	if (v.code == RESOLVE_TRUSTED)
		v = judge_drift(f);
	return v;
}
