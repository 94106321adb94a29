/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "carriers_look.h"
#include "hex.h"
#include "record.h"
#include "resolve_facts.h"
#include "text.h"

#include "carriers_cmd.h"

#define AT(member) offsetof(struct carriers_options, member)

const struct field carriers_cmd_fields[] = {
	{ .name = "artifact_path", .type = FIELD_TEXT,
	  .offset = AT(artifact_path), .value = "PATH",
	  .what = "where the file is deployed, or will be" },
	{ .name = "artifact_hash", .type = FIELD_TEXT,
	  .offset = AT(artifact_hash), .value = "sha256:HEX",
	  .what = "a hash that is proposed for it" },
	{ .name = "origin", .type = FIELD_TEXT, .offset = AT(origin),
	  .value = "ORIGIN", .what = "as ls --json prints it; else that of "
	  "the newest row" },
	{ .name = "writers", .type = FIELD_TEXT, .offset = AT(writers),
	  .value = "FILE", .what = "who may write history "
	  "(" WRITERS_PATH ")" },
	{ .name = "sums", .type = FIELD_TEXT, .offset = AT(sums),
	  .value = "FILE", .what = "checksums (SHA256SUMS beside the file)" },
	{ .name = "xattr", .type = FIELD_TEXT, .offset = AT(xattr),
	  .value = "NAME", .what = "an extended attribute (user.sha256)" },
	{ .name = "text", .type = FIELD_TEXT, .offset = AT(text),
	  .value = "FILE", .what = "free text that has a hash in it" },
	{ .name = NULL }
};

/* Large. */
struct carrying {
	struct app *app;
	struct archive archive;
	bool known;			/* what it is called, by its ledger */
	struct resolve_request request;
	char ref[24 + CARRIER_CHAIN_LEN * 2 + 1];
	char hex[CARRIER_OBJECT_LEN + 1];	/* to be compared with */
	struct resolve_gathered gathered;
	struct carriers_facts facts;
	struct carriers_judged judged[CARRIERS__KINDS];
};

/* What is absent or odd is no error here, either: it fails its criterion. */
static void
take_request(const struct carriers_options *opt, struct resolve_request *q)
{
	static const struct span none = { NULL, 0 };

	*q = (struct resolve_request){
		.artifact_path = opt->artifact_path != NULL ?
		    span_of(opt->artifact_path) : none,
		.artifact_hash = opt->artifact_hash != NULL ?
		    span_of(opt->artifact_hash) : none,
		.hash_algorithm = span_of(RESOLVE_ALGORITHM),
		.canonicalization_version = span_of(RESOLVE_CANONICALIZATION),
		.origin = opt->origin != NULL ? span_of(opt->origin) : none
	};
}

/*
 * What the caller does not say is what the row says: here the carrier is
 * judged, and not whether the caller knows what is in it.
 */
static void
complete(struct carrying *c, const struct carrier_admit *a)
{
	struct resolve_request *q = &c->request;
	char hex[2 * CARRIER_CHAIN_LEN + 1];
	struct buf b;

	if (a != NULL) {
		hex_encode(hex, a->chain, CARRIER_CHAIN_LEN);
		buf_fixed(&b, c->ref, sizeof(c->ref));
		buf_printf(&b, "%" PRId64 ":%s", a->seq, hex);
		q->admission_ref = buf_as_span(&b);
		if (q->origin.p == NULL)
			q->origin = span_of(a->origin);
		if (q->artifact_hash.p == NULL && !a->null)
			q->artifact_hash = span_of(a->object_id);
	}
	if (a != NULL && !a->null)
		memcpy(c->hex, a->object_id, sizeof(c->hex));
	else
		(void)resolve_rules_proposed(q, c->hex);
}

static int
find_out(struct carrying *c, struct err *e)
{
	const struct carriers_options *opt = &c->app->opt->carriers;
	const struct resolve_ask ask = { .request = &c->request,
	    .ledger = c->archive.ledger, .state = c->archive.state,
	    .archive_id = c->known ? c->archive.id : "",
	    .writers = opt->writers,
	    .proof_expires_after = WRITERS_NO_EXPIRY,
	    .clock = c->app->clock };
	struct resolve_facts *f = &c->gathered.facts;
	struct carriers_look look = { .archive = &c->archive,
	    .artifact = resolve_rules_is_canonical(c->request.artifact_path) ?
	    opt->artifact_path : "", .sums = opt->sums,
	    .xattr = opt->xattr, .text = opt->text, .facts = &c->facts };

	if (resolve_facts_gather(&c->gathered, &ask, e) != 0)
		return -1;
	look.admit = f->carrier_state == 1 ?
	    resolve_rules_admit(f->carrier) : NULL;
	complete(c, look.admit);
	look.hex = c->hex[0] != '\0' ? strchr(c->hex, ':') + 1 : "";
	c->facts.ledger = f;
	if (carriers_look(&look, e) != 0)
		return -1;
	carriers_judge(c->judged, &c->facts);
	return 0;
}

/* --- What is said --------------------------------------------------------- */

static void
put_row(struct buf *b, const struct carriers_judged *j,
    enum carriers_kind kind)
{
	char fact[3 * CARRIERS_FACT_MAX], name[64];
	struct buf f, n;

	record_begin(b);
	record_str(b, "carrier", span_of(carriers_kind_name(kind)));
	record_str(b, "verdict", span_of(carriers_verdict_name(j->verdict)));
	for (int c = 0; c < CARRIERS__CRITERIA; c++) {
		buf_fixed(&n, name, sizeof(name));
		buf_puts(&n, carriers_criterion_name(
		    (enum carriers_criterion)c));
		record_bool(b, name, j->of[c].met);
		buf_puts(&n, "_fact");
		buf_fixed(&f, fact, sizeof(fact));
		text_clean(&f, span_of(j->of[c].fact));
		record_str(b, name, buf_as_span(&f));
	}
	record_end(b);
}

/* Is it one fact that settles all criteria? */
static bool
is_one_fact(const struct carriers_judged *j)
{
	for (int c = 1; c < CARRIERS__CRITERIA; c++)
		if (strcmp(j->of[c].fact, j->of[0].fact) != 0)
			return false;
	return true;
}

static void
put_lines(struct buf *b, const struct carriers_judged *j,
    enum carriers_kind kind)
{
	buf_printf(b, "%s: %s\n", carriers_kind_name(kind),
	    carriers_verdict_name(j->verdict));
	if (is_one_fact(j)) {
		buf_puts(b, "  no  all criteria: ");
		text_clean(b, span_of(j->of[0].fact));
		buf_puts(b, "\n\n");
		return;
	}
	for (int c = 0; c < CARRIERS__CRITERIA; c++) {
		buf_printf(b, "  %-3s %s: ", j->of[c].met ? "yes" : "no",
		    carriers_criterion_name((enum carriers_criterion)c));
		text_clean(b, span_of(j->of[c].fact));
		buf_putc(b, '\n');
	}
	buf_putc(b, '\n');
}

static int
say(const struct carrying *c, struct err *e)
{
	const char *overall = carriers_overall(c->judged);
	bool json = c->app->opt->global.json;
	char text[CARRIERS__CRITERIA * 3 * CARRIERS_FACT_MAX + 1024];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	for (int k = 0; k < CARRIERS__KINDS; k++) {
		(json ? put_row : put_lines)(&b, &c->judged[k],
		    (enum carriers_kind)k);
		BUG_ON(!buf_ok(&b));
		if (out_bytes(c->app->out, buf_as_span(&b), e) != 0)
			return -1;
		buf_reset(&b);
	}
	if (!json)
		return out_result(c->app->out, e, "%s", overall);
	record_begin(&b);
	record_str(&b, "overall", span_of(overall));
	record_end(&b);
	return out_bytes(c->app->out, buf_as_span(&b), e);
}

int
carriers_cmd_run(struct app *app, struct err *e)
{
	struct carrying *c = calloc(1, sizeof(*c));
	struct err ignored = {0};
	int rc;

	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for carriers");
	c->app = app;
	take_request(&app->opt->carriers, &c->request);
	rc = archive_locate(&c->archive, app, e);
	if (rc == 0) {
		c->known = archive_identify(&c->archive, &ignored) == 0 &&
		    c->archive.has_ledger;
		rc = find_out(c, e);
	}
	if (rc == 0)
		rc = say(c, e);
	resolve_facts_close(&c->gathered);
	archive_close(&c->archive);
	free(c);
	return rc;
}
