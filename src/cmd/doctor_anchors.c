/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
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

/* --- May this access key delete? ------------------------------------------ */

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
	for (unsigned failures = 1;; failures++) {
		if (client_begin(c, &req, e) == 0) {
			client_close(c);
			return 1;
		}
		if (c->answered && !err_is_transient(e->code))
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	err_clear(e);
	return c->refusal.class == S3ERR_PERMISSION ? 0 : 1;
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
	else if (rc == 0)
		doctor_ok(d, "anchors", "%s: this access key may not delete "
		    "%s", sc->store_ref, versioned ? "versions" : "objects");
	else
		doctor_warn(d, "anchors", "%s: this access key may delete %s, "
		    "and so may whoever takes it; one that can neither delete "
		    "nor write over is safer", sc->store_ref,
		    versioned ? "versions" : "objects");
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
	if (f != NULL && f->probed_at != FORM_NONE)
		say_delete(d, s, sc, f->versioned);
}
