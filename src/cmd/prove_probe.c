/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"
#include "record.h"

#include "prove_probe.h"

/* What probes are retried for: a few of their requests, one by one. */
#define SPARE 2

static const char *
scope_name(enum addr_scope scope)
{
	return scope == ADDR_LOOPBACK ? "loopback" :
	    scope == ADDR_PRIVATE ? "private" : "public";
}

/* All of a row but what was found. */
static void
describe(const struct run *run, struct row *row, int tier, const char *prefix,
    const char *result)
{
	row->kind = ROW_PROBE;
	row->of.probe = (struct row_probe){
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(run->history.store_ref),
		.tier = tier,
		.provider_kind = span_of(run->provider->name),
		.endpoint = span_of(run->endpoint_url),
		.bucket = span_of(run->store.bucket),
		.region = span_of(run->region),
		.remote_key = span_of(prefix),
		.key_ref = span_of(run->key_ref),
		.scope = span_of(scope_name(run->session->scope)),
		.result = span_of(result),
	};
}

int
prove_probe_begin(struct run *run, int tier,
    char prefix[PROBE_PREFIX_MAX + 1], struct err *e)
{
	struct row row = {0};

	if (probe_prefix(prefix, run->archive->id, run->app->rng, e) != 0)
		return -1;
	describe(run, &row, tier, prefix, "begun");
	if (history_append(&run->history, &row, e) != 0)
		return -1;
	return history_sync(&run->history, e);
}

static int
reserve(struct run *run, struct err *e)
{
	struct history_cost cost = { .bytes_up = PROBE_BYTES_MAX,
	    .bytes_down = PROBE_BYTES_MAX };

	probe_cost(run->provider, cost.requests);
	for (size_t i = 0; i < PRICE__COUNT; i++)
		cost.requests[i] += cost.requests[i] > 0 ? SPARE : 0;
	return history_reserve(&run->history, &cost, e);
}

/* The row that tells how it ended. */
static int
conclude(struct run *run, const struct probe *p, const char *result,
    struct err *e)
{
	const uint8_t *key = run->session->dialer->peer_key;
	char spki[2 * SHA256_LEN + 1];
	struct row row = {0};
	struct row_probe *r = &row.of.probe;

	describe(run, &row, 0, p->prefix, result);
	if (key != NULL) {
		hex_encode(spki, key, SHA256_LEN);
		r->tls_spki_sha256 = span_of(spki);
	}
	r->clock_skew_s = p->skew_known ? p->clock_skew_s : 0;
	r->absence_visible = p->absence_visible;
	r->put_if_none_match = p->put_if_none_match;
	r->get_if_match = p->get_if_match;
	r->delete_if_match = p->delete_if_match;
	r->versioned = p->versioned;
	r->list_allowed = p->list_allowed;
	if (history_append(&run->history, &row, e) != 0)
		return -1;
	return history_sync(&run->history, e);
}

/* --- Saying it --- */

static int
say_row(struct run *run, const struct probe *p, struct err *e)
{
	char storage[2048];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("probe"));
	record_str(&b, "store_ref", span_of(run->history.store_ref));
	record_bool(&b, "absence_visible", p->absence_visible);
	record_bool(&b, "put_if_none_match", p->put_if_none_match);
	record_bool(&b, "get_if_match", p->get_if_match);
	record_bool(&b, "get_range", p->get_range);
	record_bool(&b, "delete_if_match", p->delete_if_match);
	record_bool(&b, "versioned", p->versioned);
	record_bool(&b, "list_allowed", p->list_allowed);
	record_bool(&b, "delete_allowed", p->delete_allowed);
	if (p->skew_known)
		record_int(&b, "clock_skew_s", p->clock_skew_s);
	if (!p->clean)
		record_str(&b, "left", span_of(p->prefix));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(run->app->out, buf_as_span(&b), e);
}

/* A line a finding, and for each that is missing what follows from it. */
static int
say_lines(struct run *run, const struct probe *p, struct err *e)
{
	const struct {
		bool found;
		const char *yes, *no;
	} lines[] = {
		{ p->absence_visible, "a missing object is seen to be missing",
		  "a missing object looks like a forbidden one" },
		{ p->put_if_none_match,
		  "PUT honours If-None-Match: nothing is ever overwritten",
		  "PUT ignores or refuses If-None-Match: each key is looked "
		  "at right before" },
		{ p->get_if_match, "GET honours If-Match",
		  "GET does not honour If-Match: every answer is compared" },
		{ p->get_range, "ranges come as asked for",
		  "ranges are not honoured: objects are read as a whole" },
		{ p->delete_if_match || p->versioned, p->versioned ?
		  "old versions are kept, and removed by their ids" :
		  "DELETE honours If-Match",
		  "DELETE does not honour If-Match: nothing but what is below "
		  "consign/ is ever removed" },
		{ p->list_allowed, "objects are listed",
		  "objects are not listed: each is looked at by itself" },
		{ p->delete_allowed, "what the probe stored is removed",
		  "what the probe stored could not be removed" }
	};
	struct out *out = run->app->out;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (out_note(out, e, "%s %s", lines[i].found ? "yes" : "no ",
		    lines[i].found ? lines[i].yes : lines[i].no) != 0)
			return -1;
	if (p->skew_known && out_note(out, e, "the store's clock is %" PRId64
	    " s %s ours", p->clock_skew_s < 0 ? -p->clock_skew_s :
	    p->clock_skew_s, p->clock_skew_s < 0 ? "behind" : "ahead of") != 0)
		return -1;
	if (!p->clean && out_note(out, e, "left in the store: %s/%s",
	    p->prefix, probe_names[0]) != 0)
		return -1;
	return 0;
}

int
prove_probe(struct run *run, struct err *e)
{
	char prefix[PROBE_PREFIX_MAX + 1];
	struct probe p = { .client = &run->session->client,
	    .archive_id = run->archive->id, .prefix = prefix };
	struct err failed = {0};

	if (prove_probe_begin(run, 0, prefix, e) != 0 || reserve(run, e) != 0)
		return -1;
	if (probe_run(&p, e) != 0) {
		if (p.clean &&
		    conclude(run, &p, err_word(e->code), &failed) != 0)
			*e = failed;
		return -1;
	}
	if (conclude(run, &p, "ok", e) != 0)
		return -1;
	run->probed = true;
	if (run->tier < 0)
		run->tier = 0;
	return run->app->opt->global.json ? say_row(run, &p, e) :
	    say_lines(run, &p, e);
}

int
prove_probe_clean_up(struct run *run, struct err *e)
{
	const struct facts *f = run->history.facts;
	struct probe_cleanup c = { .client = &run->session->client,
	    .archive_id = run->archive->id };
	struct history_cost cost = { .objects = 0 };
	char prefix[FACTS_TEXT_MAX + 1];
	struct row row = {0};

	if (f->pending_key[0] == '\0')
		return 0;
	memcpy(prefix, f->pending_key, sizeof(prefix));
	c.prefix = span_of(prefix);
	c.versioned = f->probed_at != FORM_NONE && f->versioned;
	probe_cost(run->provider, cost.requests);
	if (history_reserve(&run->history, &cost, e) != 0 ||
	    probe_cleanup(&c, e) != 0)
		return err_ctx(e, "remove what a killed probe left");
	if (c.left > 0 && out_warn(run->app->out, e, "%s: this access key may "
	    "not remove what a killed probe left there", prefix) != 0)
		return -1;
	describe(run, &row, 0, prefix, err_word(ERR_INTERRUPTED));
	if (history_append(&run->history, &row, e) != 0)
		return -1;
	return history_sync(&run->history, e);
}
