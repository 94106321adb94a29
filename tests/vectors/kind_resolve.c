/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "carrier.h"
#include "grant.h"
#include "hex.h"
#include "num.h"
#include "resolve_rules.h"
#include "resolve_seals.h"
#include "spki.h"
#include "utc.h"
#include "writers.h"

#include "t.h"

#include "past.h"

/* A case at work: what is asked, the history, and what is known of it. */
struct trial {
	const struct vec *v;
	struct past past;
	char ledger[64];
	struct resolve_request request;
	char ref[128], hash[72];
	struct writers writers;
	struct anchor anchor[CARRIER_ANCHORS];
	struct carrier carrier;
	struct resolve_facts facts;
};

static bool
is(const struct vec *v, const char *key, const char *value)
{
	struct span s = vec_opt(v, key);

	return s.p != NULL && span_is(s, value);
}

/* A field of the request: its preset, what the case says, or nothing. */
static struct span
asked(const struct vec *v, const char *key, const char *preset)
{
	struct span s = vec_opt(v, key);

	if (s.p == NULL)
		return span_of(preset);
	return span_is(s, "-") ? (struct span){ NULL, 0 } : s;
}

/* The preset is the row that admits the path; N, or N and other digits. */
static struct span
reference(struct trial *t)
{
	struct span digits, given = vec_opt(t->v, "ref");
	uint64_t seq = (uint64_t)t->past.admitted;
	char hex[CHAIN_HEX_LEN + 1];

	if (given.p != NULL) {
		span_cut(given, ' ', &digits);
		if (num_u64(digits, PAST_ROWS - 1, &seq) != 0)
			return asked(t->v, "ref", "");
	}
	hex_encode(hex, t->past.chain[seq + 1], CHAIN_LEN);
	if (given.p != NULL && memchr(given.p, ' ', given.len) != NULL)
		hex[9] = hex[9] == '1' ? '2' : '1';
	snprintf(t->ref, sizeof(t->ref), "%" PRIu64 ":%s", seq, hex);
	return span_of(t->ref);
}

static void
make_request(struct trial *t)
{
	const struct vec *v = t->v;
	struct span hash = asked(v, "hash", "a");

	if (hash.len == 1) {
		past_object(t->hash, hash.p[0]);
		hash = span_of(t->hash);
	}
	t->request = (struct resolve_request){
		.artifact_path = asked(v, "path", PAST_PATH),
		.artifact_hash = hash,
		.hash_algorithm = asked(v, "algorithm", "sha256"),
		.canonicalization_version = asked(v, "canonicalization",
		    "consign-path-1"),
		.origin = asked(v, "origin", "photos/main"),
		.admission_ref = reference(t),
	};
}

/* Cut, damaged and torn, as the case wants it. */
static void
write_ledger(struct trial *t)
{
	struct past *p = &t->past;
	uint64_t n = 0;
	FILE *f;
	int fd;

	snprintf(t->ledger, sizeof(t->ledger), "/tmp/resolve.XXXXXX");
	fd = mkstemp(t->ledger);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL)
		abort();
	if (vec_has(t->v, "damage")) {
		CHECK_INT(num_u64(vec_get(t->v, "damage"), p->n - 1, &n), 0);
		/* A digit of the row's time. */
		p->text.data[p->at[n] + 26] ^= 1;
	}
	n = p->n;
	if (vec_has(t->v, "cut"))
		CHECK_INT(num_u64(vec_get(t->v, "cut"), p->n, &n), 0);
	fwrite(p->text.data, 1, p->at[n], f);
	if (vec_has(t->v, "torn"))
		fputs("{\"seq\":", f);
	fclose(f);
	if (is(t->v, "ledger", "absent"))
		unlink(t->ledger);
}

/* --- Facts that a program finds outside of the ledger -------------------- */

static void
put_writer(struct buf *doc, struct span words)
{
	static const char *const times[] = { "valid_from", "valid_until",
	    "revoked" };
	char spki[SPKI_BASE64_LEN + 1];
	struct span name, rest = span_cut(words, ' ', &name);
	struct span archive = past_word(rest, "archive", "photos");
	struct span grants = past_word(rest, "grants", "admit,verify");
	struct key_file k;

	past_key(&k, name);
	spki_base64(spki, k.point);
	buf_printf(doc, "  %.*s:\n    archive: %.*s\n    public_key: %s\n"
	    "    grants: [%.*s]\n", (int)name.len, name.p, (int)archive.len,
	    archive.p, spki, (int)grants.len, grants.p);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct span at = past_word(rest, times[i], "");

		if (at.len > 0)
			buf_printf(doc, "    %s: %.*s\n", times[i],
			    (int)at.len, at.p);
	}
}

static void
load_writers(struct trial *t)
{
	char text[8192];
	struct err e = {0};
	struct buf doc;

	t->facts.proof_expires_after = WRITERS_NO_EXPIRY;
	if (!vec_has(t->v, "writer"))
		return;
	buf_fixed(&doc, text, sizeof(text));
	if (vec_has(t->v, "expires"))
		buf_printf(&doc, "proof_expires_after: %.*s\n",
		    (int)vec_get(t->v, "expires").len,
		    vec_get(t->v, "expires").p);
	buf_puts(&doc, "writers:\n");
	for (size_t i = 0; i < vec_count(t->v, "writer"); i++)
		put_writer(&doc, vec_nth(t->v, "writer", i));
	CHECK_INT(writers_load(&t->writers, buf_as_span(&doc), &e), 0);
	CHECK_STR(e.msg, "");
	t->facts.writers_good = !is(t->v, "custody", "producer");
	t->facts.proof_expires_after = t->writers.proof_expires_after;
}

/* Only those that a listed key, which may, has signed. */
static void
take_anchors(struct trial *t, struct carrier_ask *ask,
    const struct anchor **list)
{
	struct resolve_facts *f = &t->facts;

	for (size_t i = 0; i < vec_count(t->v, "anchor"); i++) {
		struct span words = vec_nth(t->v, "anchor", i);
		struct anchor *a = &t->anchor[f->nanchors];
		const struct grant_claim claim = { .archive = "photos",
		    .grants = WRITERS_ANCHOR };
		const struct writer *w;

		past_anchor(a, &t->past, words);
		w = writers_find(&t->writers, span_of(a->by.writer));
		if (grant_judge(w, &claim) != GRANT_GIVEN ||
		    !CHECK(anchor_is_by(a, w->point)))
			continue;
		f->anchor[f->nanchors].seq = a->seq;
		f->anchor[f->nanchors].off_box = true;
		f->anchor[f->nanchors].asked =
		    span_is(past_word(words, "asked", ""), "yes");
		list[f->nanchors++] = a;
	}
	ask->anchor = list;
	ask->nanchors = f->nanchors;
}

static enum resolve_file
file_of(const struct vec *v)
{
	static const char *const names[] = { "absent", "plain", "link",
	    "special", "unknown", "replaced" };

	for (int i = 0; i < 6; i++)
		if (is(v, "file", names[i]))
			return (enum resolve_file)i;
	return RESOLVE_FILE_ABSENT;
}

/* The case names the one path at which the same file stands. */
static bool
is_same(void *context, struct span canonical)
{
	const struct trial *t = context;

	return span_eq(canonical, vec_get(t->v, "same"));
}

static void
read_ledger(struct trial *t)
{
	const struct anchor *anchors[CARRIER_ANCHORS];
	char id[CARRIER_OBJECT_LEN + 1] = "";
	struct resolve_facts *f = &t->facts;
	struct carrier_ask ask = { .ledger = t->ledger,
	    .canonical = t->request.artifact_path,
	    .origin = t->request.origin, .context = t,
	    .is_same = vec_has(t->v, "same") ? is_same : NULL,
	    .inode = 7, .many_links = is(t->v, "links", "many") };
	const struct carrier_admit *a;
	struct err e = {0};

	take_anchors(t, &ask, anchors);
	resolve_rules_proposed(&t->request, id);
	for (int pass = 0; pass < 2; pass++) {
		ask.object_id = span_of(id);
		err_clear(&e);
		f->carrier_state = carrier_read(&t->carrier, &ask, &e);
		a = f->carrier_state == 1 ?
		    resolve_rules_admit(&t->carrier) : NULL;
		if (a == NULL || a->null)
			break;
		memcpy(id, a->object_id, sizeof(id));
	}
	f->damaged = e.code == ERR_LEDGER_BROKEN;
	if (vec_has(t->v, "why"))
		CHECK_STR(e.msg, vec_get(t->v, "why").p);
	for (size_t i = 0; i < f->nanchors; i++) {
		f->anchor[i].met = t->carrier.anchor[i];
		f->anchor[i].off_box &= !t->carrier.anchor[i].by_writer;
	}
	t->carrier.producer = is(t->v, "producer", "root") ? 0 : 1000;
}

static void
gather(struct trial *t)
{
	struct resolve_facts *f = &t->facts;
	struct span now = asked(t->v, "now", "2026-11-23T03:00:00Z");
	struct span hashed = vec_opt(t->v, "file_hash");

	f->request = &t->request;
	f->carrier = &t->carrier;
	CHECK_INT(utc_parse_iso(now, &f->now), 0);
	f->file = file_of(t->v);
	f->anchor_asked = is(t->v, "anchors", "asked");
	if (hashed.p != NULL) {
		f->verify_file = true;
		if (!span_is(hashed, "-"))
			past_object(f->file_hash, hashed.p[0]);
	}
	load_writers(t);
	read_ledger(t);
	if (f->writers_good)
		resolve_seals_check(f, &t->writers);
}

static void
check(const struct vec *v)
{
	static const char *const keys[] = { "custody", "producer", "expires",
	    "anchors", "same", "links", "why", "writer", "anchor", "damage",
	    "cut", "torn", "ledger" };
	struct trial *t = calloc(1, sizeof(*t));
	struct span want = vec_get(v, "code");
	struct resolve_verdict got;

	if (t == NULL)
		abort();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		(void)vec_count(v, keys[i]);
	t->v = v;
	past_make(&t->past, v);
	make_request(t);
	write_ledger(t);
	gather(t);
	got = resolve_rules_judge(&t->facts);
	CHECK_STR(resolve_rules_name(got.code), want.p);
	CHECK((got.code == RESOLVE_TRUSTED) == (got.why[0] == '\0'));
	CHECK(resolve_rules_advice(got.code)[0] != '\0');
	unlink(t->ledger);
	writers_free(&t->writers);
	free(t);
}

const struct vec_kind vec_resolve = { "resolve", check };
