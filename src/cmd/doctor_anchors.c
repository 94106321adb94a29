/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "anchors.h"
#include "bucket_conf.h"
#include "etag.h"
#include "probe.h"
#include "session.h"

#include "doctor_internal.h"

/* Of no object: an ETag that nothing was ever stored with. */
#define NO_ETAG "00000000000000000000000000000000"

static void
fail(struct doctor *d, const struct store_conf *sc, struct err *why)
{
	err_ctx(why, "%s", sc->store_ref);
	doctor_fail(d, "anchors", why);
}

/* --- Object lock ---------------------------------------------------------- */

static void
say_lock(struct doctor *d, struct session *s, const struct store_conf *sc)
{
	bool wanted = d->archive->conf.anchor_retention > 0;
	enum bucket_conf_lock lock;
	struct err e = {0};

	if (bucket_conf_lock(&s->client, &lock, &e) != 0) {
		fail(d, sc, &e);
	} else if (lock == BUCKET_CONF_LOCK_UNKNOWN) {
		doctor_warn(d, "anchors", "%s: the store does not tell "
		    "whether the bucket has object lock", sc->store_ref);
	} else if (lock == BUCKET_CONF_LOCK_ON && wanted) {
		doctor_ok(d, "anchors", "%s: the bucket has object lock, and "
		    "keeps them", sc->store_ref);
	} else if (lock == BUCKET_CONF_LOCK_ON) {
		doctor_warn(d, "anchors", "%s: the bucket has object lock; "
		    "anchor_retention would make use of it", sc->store_ref);
	} else if (wanted) {
		err_set(&e, ERR_CONFIG_INVALID, "the bucket has no object "
		    "lock for anchor_retention");
		err_advise(&e, "take that away, or make a bucket with it");
		fail(d, sc, &e);
	} else {
		doctor_warn(d, "anchors", "%s: the bucket has no object lock",
		    sc->store_ref);
	}
}

/* --- May this access key do that? ----------------------------------------- */

/* -1: there was no answer. */
enum {
	MAY_NOT,
	MAY,			/* it was even done, to no effect */
	MAY_AS_REFUSED		/* but not for want of rights: see c->refusal */
};

/* A request that can do nothing: would it be allowed? */
static int
ask(struct client *c, const struct client_request *req, struct err *e)
{
	for (unsigned failures = 1;; failures++) {
		if (client_begin(c, req, e) == 0) {
			client_close(c);
			return MAY;
		}
		if (c->answered && !err_is_transient(e->code))
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	err_clear(e);
	return c->refusal.class == S3ERR_PERMISSION ? MAY_NOT :
	    MAY_AS_REFUSED;
}

/* --- Delete? -------------------------------------------------------------- */

/*
 * Asked so that nothing can be deleted, nor anything be made: a random key at
 * which there is no object, and a condition that none meets; but where
 * versions are kept a version, as a DELETE without one leaves a marker.
 */
static int
try_delete(struct client *c, bool versioned, struct span key, struct err *e)
{
	char if_match[ETAG_MAX + 3];
	struct sigv4_pair header = { span_of("If-Match"), { NULL, 0 } };
	const struct sigv4_pair query = { span_of("versionId"),
	    span_of("null") };
	const struct client_request req = { .op = S3_DELETE,
	    .method = "DELETE", .key = key, .header = &header,
	    .nheader = !versioned, .query = &query, .nquery = versioned };

	etag_if_match(if_match, NO_ETAG);
	header.value = span_of(if_match);
	return ask(c, &req, e);
}

static void
say_delete(struct doctor *d, struct session *s, const struct store_conf *sc,
    bool versioned)
{
	char key[PROBE_PREFIX_MAX + 1];
	struct err e = {0};
	int rc = probe_prefix(key, d->archive->id, d->app->rng, &e);

	if (rc == 0)
		rc = try_delete(&s->client, versioned, span_of(key), &e);
	if (rc < 0)
		fail(d, sc, &e);
	else if (rc == MAY_NOT)
		doctor_ok(d, "anchors", "%s: this access key may not delete "
		    "%s", sc->store_ref, versioned ? "versions" : "objects");
	else
		doctor_warn(d, "anchors", "%s: this access key may delete %s, "
		    "and so may whoever takes it; one that may not is safer",
		    sc->store_ref, versioned ? "versions" : "objects");
}

/* --- Write over them? ----------------------------------------------------- */

struct text_body {
	struct client_body body;
	const char *text;
	size_t at;
};

static ssize_t
text_read(struct http_source *s, void *p, size_t n, struct err *e)
{
	struct text_body *b = (struct text_body *)(void *)s;
	size_t left = (size_t)s->size - b->at;

	(void)e;
	if (n > left)
		n = left;
	memcpy(p, b->text + b->at, n);
	b->at += n;
	return (ssize_t)n;
}

static int
text_rewind(struct client_body *body, struct err *e)
{
	(void)e;
	((struct text_body *)(void *)body)->at = 0;
	return 0;
}

/*
 * Asked so that nothing changes, whatever a store makes of it: under a
 * condition that the anchor does not meet, with a digest that its body has
 * not, and with the very bytes that are there.  As ask(); *told says whether
 * the answer was about that.
 */
static int
try_write_over(struct client *c, const struct anchors_found *anchor,
    bool *told, struct err *e)
{
	static const char no_hash[] = "00000000000000000000000000000000"
	    "00000000000000000000000000000000";
	struct text_body b = { .body = { .rewind = text_rewind,
	    .source = { (int64_t)anchor->len, text_read } },
	    .text = anchor->text };
	char if_match[ETAG_MAX + 3];
	struct sigv4_pair header = { span_of("If-Match"), { NULL, 0 } };
	const struct client_request req = { .op = S3_PUT, .method = "PUT",
	    .key = span_of(anchor->key), .header = &header, .nheader = 1,
	    .body = &b.body, .payload_hash = no_hash };
	int rc;

	etag_if_match(if_match, NO_ETAG);
	header.value = span_of(if_match);
	rc = ask(c, &req, e);
	*told = rc != MAY_AS_REFUSED || c->refusal.class == S3ERR_EXISTS ||
	    c->refusal.class == S3ERR_DIGEST_REFUSED;
	return rc;
}

static enum anchors_verdict
any_will_do(struct anchors_search *s, const struct anchors_found *found,
    struct err *e)
{
	(void)s, (void)found, (void)e;
	return ANCHORS_TAKE;
}

static void
say_write_over(struct doctor *d, struct session *s,
    const struct store_conf *sc, bool versioned)
{
	struct anchors_search search = { .archive_id = d->archive->id,
	    .judge = any_will_do };
	struct err e = {0};
	bool told = false;
	int rc = anchors_in_store(&search, &s->client, &e);

	if (rc == 0)
		return;			/* there is none yet */
	if (rc > 0)
		rc = try_write_over(&s->client, &search.found, &told, &e);
	if (rc < 0)
		fail(d, sc, &e);
	else if (!told)
		doctor_warn(d, "anchors", "%s: the store does not tell "
		    "whether this access key may write over them",
		    sc->store_ref);
	else if (rc == MAY_NOT)
		doctor_ok(d, "anchors", "%s: this access key may not write "
		    "over them", sc->store_ref);
	else
		doctor_warn(d, "anchors", "%s: this access key may write over "
		    "them, and so may whoever takes it; %s", sc->store_ref,
		    versioned ? "their versions stay" :
		    "one that may not is safer");
}

void
doctor_anchors_live(struct doctor *d, struct session *s,
    const struct store_conf *sc, const struct facts *f)
{
	const struct archive_conf *conf = &d->archive->conf;

	if (conf->anchor == ARCHIVE_CONF_ANCHOR_OFF &&
	    conf->anchor_retention == 0)
		return;
	say_lock(d, s, sc);
	if (f == NULL || f->probed_at == FORM_NONE)
		return;
	say_delete(d, s, sc, f->versioned);
	say_write_over(d, s, sc, f->versioned);
}
