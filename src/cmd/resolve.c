/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>

#include "archive.h"
#include "hex.h"
#include "record.h"
#include "resolve_facts.h"
#include "resolve_request.h"
#include "session.h"
#include "text.h"

#include "resolve.h"

#define AT(member) offsetof(struct resolve_options, member)
_Static_assert(OPTIONS_NONE == WRITERS_NO_EXPIRY, "no expiry is none");

const struct field resolve_fields[] = {
	{ .name = "artifact_path", .type = FIELD_TEXT,
	  .offset = AT(artifact_path), .value = "PATH",
	  .what = "where the file is deployed, or will be" },
	{ .name = "artifact_hash", .type = FIELD_TEXT,
	  .offset = AT(artifact_hash), .value = "sha256:HEX",
	  .what = "the hash that is proposed" },
	{ .name = "hash_algorithm", .type = FIELD_TEXT,
	  .offset = AT(hash_algorithm), .value = "NAME",
	  .what = "of that hash: sha256" },
	{ .name = "canonicalization_version", .type = FIELD_TEXT,
	  .offset = AT(canonicalization_version), .value = "NAME",
	  .what = "of that path: " RESOLVE_CANONICALIZATION },
	{ .name = "origin", .type = FIELD_TEXT, .offset = AT(origin),
	  .value = "ORIGIN", .what = "as ls --json prints it" },
	{ .name = "admission_ref", .type = FIELD_TEXT,
	  .offset = AT(admission_ref), .value = "SEQ:CHAIN",
	  .what = "the same" },
	{ .name = "request", .type = FIELD_TEXT, .offset = AT(request),
	  .value = "FILE", .what = "all of these, as JSON or YAML" },
	{ .name = "writers", .type = FIELD_TEXT, .offset = AT(writers),
	  .value = "FILE", .what = "who may write history "
	  "(" WRITERS_PATH ")" },
	{ .name = "verify_file", .type = FIELD_FLAG,
	  .offset = AT(verify_file), .what = "hash the file, too" },
	{ .name = "proof_expires_after", .type = FIELD_MS,
	  .offset = AT(proof_expires_after), .min = 1, .value = "TIME",
	  .what = "how old a proof may be" },
	{ .name = "anchor", .type = FIELD_FLAG, .offset = AT(anchor),
	  .what = "hold the ledger against the newest anchor in the store" },
	{ .name = NULL }
};

/* Large. */
struct resolving {
	struct app *app;
	struct archive archive;
	struct session *session;
	struct resolve_input input;
	struct resolve_ask ask;
	struct resolve_gathered gathered;
	char text[RECORD_SIZE_MAX];
};

/* --- Where it all is ------------------------------------------------------ */

/* A ledger that cannot be found is a fact.  -1: that is not what is wrong. */
static int
find_ledger(struct resolving *r, struct err *e)
{
	struct archive *a = &r->archive;
	struct err *why = &r->gathered.cause[RESOLVE_SOURCE_UNPROVEN];
	struct err damage = {0};

	if (archive_locate(a, r->app, why) != 0) {
		if (why->code != ERR_USAGE && why->code != ERR_NO_MEMORY)
			return 0;
		*e = *why;
		return -1;
	}
	r->ask.ledger = a->ledger;
	r->ask.state = a->state;
	/* Of a ledger whose first row is damaged there are no anchors. */
	if (archive_identify(a, &damage) == 0 && a->has_ledger)
		r->ask.archive_id = a->id;
	return 0;
}

/* For whom the store is asked; without it, that no anchor is there. */
static int
connect(struct resolving *r, struct err *e)
{
	const struct session_terms terms = { .widest = ADDR_PUBLIC };
	struct endpoint ep;
	struct store_conf sc;

	r->session = calloc(1, sizeof(*r->session));
	if (r->session == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a session");
	if (archive_store(&sc, &r->archive, r->app, &ep, e) != 0 ||
	    session_open(r->session, r->app, &sc, terms, e) != 0)
		return -1;
	r->ask.client = &r->session->client;
	return 0;
}

/* --- What is said --------------------------------------------------------- */

static void
put_reference(struct buf *out, const struct carrier_admit *a)
{
	char hex[2 * CARRIER_CHAIN_LEN + 1], ref[sizeof(hex) + 24];
	struct buf b;

	hex_encode(hex, a->chain, CARRIER_CHAIN_LEN);
	buf_fixed(&b, ref, sizeof(ref));
	buf_printf(&b, "%" PRId64 ":%s", a->seq, hex);
	record_str(out, "source_carrier_ref", buf_as_span(&b));
}

static int
say_trusted(struct resolving *r, struct err *e)
{
	const struct resolve_facts *f = &r->gathered.facts;
	const struct carrier_admit *a = resolve_rules_admit(f->carrier);
	char path[3 * PATH_MAX + 1];
	struct buf b, p;

	buf_fixed(&p, path, sizeof(path));
	text_escape(&p, f->request->artifact_path);
	buf_fixed(&b, r->text, sizeof(r->text));
	record_begin(&b);
	record_str(&b, "trusted_attested.artifact_hash",
	    span_of(a->object_id));
	record_str(&b, "canonical_path", buf_as_span(&p));
	record_str(&b, "origin", span_of(a->origin));
	record_str(&b, "drift_state", span_of("NONE"));
	put_reference(&b, a);
	record_str(&b, "hash_algorithm", span_of(RESOLVE_ALGORITHM));
	record_str(&b, "canonicalization_version",
	    span_of(RESOLVE_CANONICALIZATION));
	record_str(&b, "path_checked", span_of(
	    f->file == RESOLVE_FILE_PLAIN ? "file" : "lexical"));
	if (f->verify_file)
		record_bool(&b, "file_verified", true);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(r->app->out, buf_as_span(&b), e);
}

static int
say_refused(struct resolving *r, const struct resolve_verdict *v,
    struct err *e)
{
	const struct err *cause = &r->gathered.cause[v->code];
	const char *name = resolve_rules_name(v->code);
	struct buf b;

	buf_fixed(&b, r->text, sizeof(r->text));
	record_begin(&b);
	record_str(&b, "result", span_of("FAIL_CLOSED"));
	record_str(&b, "code", span_of(name));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	if (out_bytes(r->app->out, buf_as_span(&b), e) != 0)
		return -1;
	err_set(e, ERR_FAIL_CLOSED, "%s: %s", name,
	    cause->code != ERR_NONE ? cause->msg : v->why);
	return err_advise(e, "%s", resolve_rules_advice(v->code));
}

static int
resolve(struct resolving *r, struct err *e)
{
	const struct resolve_options *opt = &r->app->opt->resolve;
	struct resolve_gathered *g = &r->gathered;
	struct resolve_verdict v;

	r->ask = (struct resolve_ask){ .request = &r->input.request,
	    .archive_id = "", .writers = opt->writers,
	    .proof_expires_after = opt->proof_expires_after,
	    .verify_file = opt->verify_file, .anchor = opt->anchor,
	    .clock = r->app->clock };
	/* One that cannot be read has no path, which is what fails first. */
	(void)resolve_request_read(&r->input, opt,
	    &g->cause[RESOLVE_NON_CANONICAL_PATH]);
	if (find_ledger(r, e) != 0)
		return -1;
	if (opt->anchor && r->ask.archive_id[0] != '\0')
		(void)connect(r, &g->cause[RESOLVE_ADMISSION_NOT_IMMUTABLE]);
	if (resolve_facts_gather(g, &r->ask, e) != 0)
		return -1;
	v = resolve_rules_judge(&g->facts);
	return v.code == RESOLVE_TRUSTED ? say_trusted(r, e) :
	    say_refused(r, &v, e);
}

int
resolve_run(struct app *app, struct err *e)
{
	struct resolving *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory to resolve with");
	r->app = app;
	rc = resolve(r, e);
	if (r->session != NULL)
		session_close(r->session);
	free(r->session);
	resolve_facts_close(&r->gathered);
	resolve_request_close(&r->input);
	archive_close(&r->archive);
	free(r);
	return rc;
}
