/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "hex.h"
#include "probe_wire.h"
#include "xml.h"

#include "probe.h"

const char *const probe_names[] = {
	"probe", "small", "parts", "batch-0", "batch-1", "batch-2", "batch-3",
	"batch-4", "batch-5", "batch-6", "batch-7", "batch-8", "batch-9", NULL
};

/* An entity tag that looks like any, and is no object's. */
#define WRONG_ETAG "00000000000000000000000000000000"

struct work {
	struct probe *p;
	struct probe_wire w;
	char name[PROBE_PREFIX_MAX + sizeof("/probe")];
	struct probe_body first, second;
	const struct probe_body *there;	/* which was read back */
	char etag[ETAG_MAX + 1];	/* of what is there; "": none */
};

/* --- Store and read --- */

/* What the access key lacks, if that is why it was refused; -1. */
static int
refused(const struct work *k, const char *right, struct err *e)
{
	const struct client *c = k->w.c;

	if (c->answered && c->refusal.class == S3ERR_PERMISSION)
		err_advise(e, "grant the access key the right to %s", right);
	return -1;
}

static int
step_absent(struct work *k, struct err *e)
{
	const char *right = k->w.c->conf->provider->absence_right;
	int rc = probe_wire_get(&k->w, NULL, NULL, e);

	if (rc == 0)
		return err_set(e, ERR_INDETERMINATE, "the store sends an "
		    "object from a key that nobody wrote to");
	if (probe_wire_refused(&k->w, rc, S3ERR_ABSENT))
		return 0;
	if (probe_wire_refused(&k->w, rc, S3ERR_PERMISSION)) {
		e->code = ERR_ABSENCE_NOT_VISIBLE;
		err_advise(e, "grant the access key the right to read, and "
		    "%s, without which a missing object looks like a "
		    "forbidden one", right != NULL ? right :
		    "to list the bucket");
	}
	return -1;
}

static int
step_look(struct work *k, struct err *e)
{
	bool there;

	if (probe_wire_look(&k->w, &there, e) != 0)
		return -1;
	if (there)
		return err_set(e, ERR_INDETERMINATE, "the store shows an "
		    "object at a key that nobody wrote to");
	k->p->absence_visible = true;
	return 0;
}

/* A store that knows no conditional PUT is asked for a plain one. */
static int
step_store(struct work *k, struct err *e)
{
	struct probe_wire *w = &k->w;
	int rc = probe_wire_put(w, &k->first, true, e);

	/* 412: an earlier attempt was stored, and its answer lost. */
	if (rc == 0 || (probe_wire_refused(w, rc, S3ERR_EXISTS) && w->more)) {
		k->p->put_if_none_match = true;	/* to be seen */
		return 0;
	}
	if (probe_wire_refused(w, rc, S3ERR_NOT_IMPLEMENTED) ||
	    probe_wire_refused(w, rc, S3ERR_REFUSED))
		rc = probe_wire_put(w, &k->first, false, e);
	return rc == 0 ? 0 : refused(k, "store objects", e);
}

/* Honoured is 412; and step_read() must find the first bytes. */
static int
step_overwrite(struct work *k, struct err *e)
{
	int rc;

	if (!k->p->put_if_none_match)
		return 0;
	rc = probe_wire_put(&k->w, &k->second, true, e);
	k->p->put_if_none_match = probe_wire_refused(&k->w, rc, S3ERR_EXISTS);
	return rc < 0 ? -1 : 0;
}

static int
step_read(struct work *k, struct err *e)
{
	int rc = probe_wire_get(&k->w, NULL, NULL, e);

	if (probe_wire_refused(&k->w, rc, S3ERR_ABSENT))
		return err_set(e, ERR_INDETERMINATE,
		    "the store does not show what it just stored");
	if (rc != 0)
		return refused(k, "read objects", e);
	if (probe_wire_is(&k->w, &k->first))
		k->there = &k->first;
	else if (probe_wire_is(&k->w, &k->second))
		k->there = &k->second;
	else
		return err_set(e, ERR_VERIFICATION_FAILED,
		    "the store sends other bytes than it was sent");
	if (k->there != &k->first)
		k->p->put_if_none_match = false;
	etag_normal(k->etag, client_header(k->w.c, "etag"));
	return 0;
}

static int
step_read_if(struct work *k, struct err *e)
{
	int rc;

	if (k->etag[0] == '\0')
		return 0;	/* nothing to name a generation by */
	rc = probe_wire_get(&k->w, WRONG_ETAG, NULL, e);
	if (!probe_wire_refused(&k->w, rc, S3ERR_EXISTS))
		return rc < 0 ? -1 : 0;
	rc = probe_wire_get(&k->w, k->etag, NULL, e);
	k->p->get_if_match = rc == 0 && probe_wire_is(&k->w, k->there);
	return rc < 0 ? -1 : 0;
}

static int
step_range(struct work *k, struct err *e)
{
	const struct probe_wire *w = &k->w;
	char want[sizeof("bytes 8-15/") + 20];
	struct buf b;
	int rc = probe_wire_get(&k->w, k->p->get_if_match ? k->etag : NULL,
	    "bytes=8-15", e);

	if (rc != 0) {
		/* What is refused with a range is not to be relied on. */
		k->p->get_if_match = false;
		return rc < 0 ? -1 : 0;
	}
	buf_fixed(&b, want, sizeof(want));
	buf_printf(&b, "bytes 8-15/%d", PROBE_WIRE_BODY);
	k->p->get_range = w->c->http.status == 206 && w->len == 8 &&
	    memcmp(w->answer, k->there->text + 8, 8) == 0 &&
	    span_is(client_header(w->c, "content-range"), want);
	return 0;
}

/* The list must show our object: what it leaves out, it cannot prove. */
static int
step_list(struct work *k, struct err *e)
{
	const struct sigv4_pair query[] = {
		{ span_of("list-type"), span_of("2") },
		{ span_of("max-keys"), span_of("1") },
		{ span_of("prefix"), k->w.key }
	};
	struct client_request req = { .op = S3_LIST, .method = "GET",
	    .query = query, .nquery = 3 };
	char name[sizeof(k->name)];
	int rc = probe_wire_ask(&k->w, &req, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	k->p->list_allowed = !k->w.cut && xml_text((struct span){ k->w.answer,
	    k->w.len }, "ListBucketResult/Contents/Key", name,
	    sizeof(name)) == 1 && strcmp(name, k->name) == 0;
	return 0;
}

/* --- Remove --- */

/* All that may be there; *gone when it is. */
static int
sweep(struct work *k, bool *gone, struct err *e)
{
	struct probe_wire *w = &k->w;
	struct probe_cleanup rest = { .client = w->c,
	    .archive_id = k->p->archive_id, .versioned = true,
	    .prefix = span_of(k->p->prefix) };
	bool there, forbidden = false;
	int rc = 0;

	if (!w->versioned && !w->hidden)
		rc = probe_wire_delete(w, NULL, NULL, e);
	for (size_t i = 0; i < w->nversions && rc >= 0; i++) {
		rc = probe_wire_delete(w, NULL, w->version[i], e);
		forbidden |= rc == 1;
	}
	if (rc < 0)
		return -1;
	if ((w->hidden || (w->versioned && w->more)) &&
	    probe_cleanup(&rest, e) != 0)
		return -1;
	if (probe_wire_look(w, &there, e) != 0)
		return -1;
	*gone = !there && !forbidden && rest.left == 0;
	return 0;
}

/*
 * Is If-Match on DELETE honoured?  The wrong one must leave the object, the
 * right one must not: an answer alone proves nothing.
 */
static int
try_pair(struct work *k, bool *gone, struct err *e)
{
	bool there, held;
	int rc = probe_wire_delete(&k->w, WRONG_ETAG, NULL, e);

	held = probe_wire_refused(&k->w, rc, S3ERR_EXISTS);
	if (rc < 0 || probe_wire_look(&k->w, &there, e) != 0)
		return -1;
	if (held && there) {
		if (probe_wire_delete(&k->w, k->etag, NULL, e) < 0 ||
		    probe_wire_look(&k->w, &there, e) != 0)
			return -1;
		k->p->delete_if_match = !there;
	}
	*gone = !there && !k->w.hidden;
	return 0;
}

static int
step_delete(struct work *k, struct err *e)
{
	bool gone = false;

	if (!k->w.versioned && k->etag[0] != '\0' &&
	    try_pair(k, &gone, e) != 0)
		return -1;
	if (!gone && sweep(k, &gone, e) != 0)
		return -1;
	k->p->delete_allowed = k->p->clean = gone;
	return 0;
}

/* --- All of it --- */

static const struct {
	const char *name;
	int (*run)(struct work *, struct err *);
} steps[] = {
	[PROBE_ABSENT] = { "absent", step_absent },
	[PROBE_LOOK] = { "look", step_look },
	[PROBE_STORE] = { "store", step_store },
	[PROBE_OVERWRITE] = { "overwrite", step_overwrite },
	[PROBE_READ] = { "read", step_read },
	[PROBE_READ_IF] = { "read_if", step_read_if },
	[PROBE_RANGE] = { "range", step_range },
	[PROBE_LIST] = { "list", step_list },
	[PROBE_DELETE] = { "delete", step_delete }
};
_Static_assert(sizeof(steps) / sizeof(steps[0]) == PROBE__COUNT,
    "a row for each step");

const char *
probe_step_name(enum probe_step step)
{
	return steps[step].name;
}

/* Step by step; a finding leaves nothing in e. */
static int
walk(struct work *k, struct err *e)
{
	for (int i = 0; i < PROBE__COUNT; i++) {
		k->p->step = (enum probe_step)i;
		if (steps[i].run(k, e) != 0)
			return err_ctx(e, "probe (%s)", steps[i].name);
		err_clear(e);
	}
	return 0;
}

static int
start(struct work *k, struct err *e)
{
	struct probe *p = k->p;
	struct buf b;

	*p = (struct probe){ .client = p->client,
	    .archive_id = p->archive_id, .prefix = p->prefix, .clean = true };
	if (probe_cleanup_check(p->archive_id, span_of(p->prefix), e) != 0)
		return -1;
	buf_fixed(&b, k->name, sizeof(k->name));
	buf_printf(&b, "%s/%s", p->prefix, probe_names[0]);
	BUG_ON(!buf_ok(&b));
	k->w.c = p->client;
	k->w.key = buf_as_span(&b);
	if (probe_wire_body(&k->first, 1, p->client->rng, e) != 0)
		return -1;
	return probe_wire_body(&k->second, 2, p->client->rng, e);
}

int
probe_run(struct probe *p, struct err *e)
{
	struct work k = { .p = p };
	struct err ignored = {0};
	int rc = start(&k, e);

	if (rc == 0)
		rc = walk(&k, e);
	p->versioned = k.w.versioned;
	p->skew_known = p->client->skew_known;
	p->clock_skew_s = p->client->skew_s;
	if (rc != 0 && k.w.stored && (sweep(&k, &p->clean, &ignored) != 0))
		p->clean = false;
	return rc;
}

int
probe_prefix(char out[PROBE_PREFIX_MAX + 1], const char *archive_id,
    struct rng *rng, struct err *e)
{
	uint8_t random[PROBE_RANDOM];
	char hex[2 * sizeof(random) + 1];
	struct buf b;

	if (rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	hex_encode(hex, random, sizeof(random));
	buf_fixed(&b, out, PROBE_PREFIX_MAX + 1);
	buf_printf(&b, "consign/%s/prove/%s", archive_id, hex);
	BUG_ON(!buf_ok(&b));
	return 0;
}

/* Of HEADs and DELETEs, where If-Match is ignored by the second DELETE. */
void
probe_cost(const struct provider *p, uint64_t requests[PRICE__COUNT])
{
	static const struct {
		enum s3_op op;
		uint64_t n;
	} sent[] = {
		{ S3_GET, 5 }, { S3_HEAD, 4 }, { S3_PUT, 2 }, { S3_LIST, 1 },
		{ S3_DELETE, 3 }
	};

	memset(requests, 0, PRICE__COUNT * sizeof(requests[0]));
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++)
		requests[provider_class(p, sent[i].op)] += sent[i].n;
}
