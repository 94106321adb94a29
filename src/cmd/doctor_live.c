/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "hex.h"
#include "lifecycle.h"
#include "probe.h"
#include "session.h"
#include "sha256.h"

#include "doctor_internal.h"

/* Under what name a failure on the way to an answer is told. */
static const char *
name_of(const struct err *why)
{
	switch (why->code) {
	case ERR_UNRESOLVED:
		return "dns";
	case ERR_TLS_UNTRUSTED:
		return "tls";
	case ERR_CLOCK_SKEWED:
		return "clock";
	case ERR_AUTH_REJECTED:
	case ERR_CREDENTIAL_UNSET:
	case ERR_PERMISSION_DENIED:
	case ERR_ABSENCE_NOT_VISIBLE:
		return "credentials";
	case ERR_WRONG_REGION:
	case ERR_NO_SUCH_BUCKET:
		return "bucket";
	default:
		return "connection";
	}
}

static void
fail(struct doctor *d, const struct store_conf *sc, struct err *why)
{
	const char *name = name_of(why);

	err_ctx(why, "%s", sc->store_ref);
	doctor_fail(d, name, why);
}

/* --- The absent object ---------------------------------------------------- */

/*
 * GET of a key that nobody can have written: 0 where that is told to be
 * absent, as the probe's first step wants it.
 */
static int
ask_absent(struct client *c, struct span key, struct err *e)
{
	const struct client_request req = { .op = S3_GET, .method = "GET",
	    .key = key };

	for (unsigned failures = 1;; failures++) {
		if (client_begin(c, &req, e) == 0) {
			client_close(c);
			return err_set(e, ERR_INDETERMINATE, "the store sends "
			    "an object from a key that nobody wrote to");
		}
		if (c->answered && client_check_clock(c, e) != 0)
			return -1;
		if (c->answered && !err_is_transient(e->code))
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	if (c->refusal.class == S3ERR_ABSENT) {
		err_clear(e);
		return 0;
	}
	if (c->refusal.class != S3ERR_PERMISSION)
		return -1;
	err_set(e, ERR_ABSENCE_NOT_VISIBLE, "a missing object looks like a "
	    "forbidden one");
	return err_advise(e, "grant the access key the right to read, and %s",
	    c->conf->provider->absence_right != NULL ?
	    c->conf->provider->absence_right : "to list the bucket");
}

static void
say_connection(struct doctor *d, const struct session *s,
    const struct store_conf *sc)
{
	static const char *const scopes[] = { [ADDR_LOOPBACK] = "this machine",
	    [ADDR_PRIVATE] = "a private network", [ADDR_PUBLIC] =
	    "the public network" };
	const uint8_t *key = s->dialer->peer_key;
	char hex[2 * SHA256_LEN + 1];

	doctor_ok(d, "dns", "%s: %s is on %s", sc->store_ref,
	    s->endpoint.host, scopes[s->scope]);
	if (key == NULL) {
		doctor_warn(d, "tls", "%s: none; who listens sees everything",
		    sc->store_ref);
		return;
	}
	hex_encode(hex, key, SHA256_LEN);
	doctor_ok(d, "tls", "%s: %s; the server's key is sha256:%s",
	    sc->store_ref, sc->pin != NULL ? "the pin fits" :
	    "the chain ends in a root that is trusted", hex);
}

static void
say_clock(struct doctor *d, const struct client *c,
    const struct store_conf *sc)
{
	long long skew = c->skew_s;

	if (!c->skew_known)
		doctor_warn(d, "clock", "%s: the store does not tell the time",
		    sc->store_ref);
	else
		doctor_ok(d, "clock", "%s: the store's is %lld s %s ours",
		    sc->store_ref, skew < 0 ? -skew : skew,
		    skew < 0 ? "behind" : "ahead of");
}

/* --- Unfinished uploads --------------------------------------------------- */

static void
say_lifecycle(struct doctor *d, struct session *s,
    const struct store_conf *sc)
{
	unsigned expiry = s->provider->expiry_days;
	struct lifecycle l;
	struct err e = {0};

	if (lifecycle_ask(&s->client, &l, &e) != 0)
		fail(d, sc, &e);
	else if (l.verdict == LIFECYCLE_ENDS && !l.partly)
		doctor_ok(d, "uploads", "%s: a rule of the bucket ends "
		    "unfinished ones after %lld day%s", sc->store_ref,
		    (long long)l.days, l.days == 1 ? "" : "s");
	else if (l.verdict == LIFECYCLE_ENDS)
		doctor_warn(d, "uploads", "%s: a rule of the bucket ends "
		    "unfinished ones, of some keys only", sc->store_ref);
	else if (expiry > 0)
		doctor_ok(d, "uploads", "%s: this provider ends unfinished "
		    "ones after %u days", sc->store_ref, expiry);
	else if (l.verdict == LIFECYCLE_NONE)
		doctor_warn(d, "uploads", "%s: no rule of the bucket ends "
		    "unfinished ones; they are kept, and billed, until "
		    "'consign abort' or a push ends them", sc->store_ref);
	else
		doctor_warn(d, "uploads", "%s: the store does not tell "
		    "whether a rule ends unfinished ones", sc->store_ref);
}

/* --- All of it ------------------------------------------------------------ */

static void
ask(struct doctor *d, struct session *s, const struct store_conf *sc)
{
	const struct facts *f = facts_find(d->facts, span_of(sc->store_ref));
	const struct session_terms terms = { .widest = ADDR_PUBLIC,
	    .files = f != NULL && f->tier >= 1 };
	char key[PROBE_PREFIX_MAX + 1];
	struct err e = {0};
	bool absent;

	if (session_open(s, d->app, sc, terms, &e) != 0 ||
	    probe_prefix(key, d->archive->id, d->app->rng, &e) != 0) {
		fail(d, sc, &e);
		return;
	}
	absent = ask_absent(&s->client, span_of(key), &e) == 0;
	if (absent || s->client.answered)
		say_connection(d, s, sc);
	if (!absent) {
		fail(d, sc, &e);
		return;
	}
	say_clock(d, &s->client, sc);
	doctor_ok(d, "credentials", "%s: the store takes them, and shows that "
	    "a missing object is missing", sc->store_ref);
	say_lifecycle(d, s, sc);
	doctor_anchors_live(d, s, sc, f);
}

void
doctor_live_check(struct doctor *d, const struct store_conf *sc)
{
	struct session *s;
	struct err e = {0};

	if (d->archive->id[0] == '\0') {
		doctor_warn(d, "connection", "%s: not tried, for what this "
		    "archive is called is not known", sc->store_ref);
		return;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		err_set(&e, ERR_NO_MEMORY, "no memory for a session");
		fail(d, sc, &e);
		return;
	}
	ask(d, s, sc);
	session_close(s);
	free(s);
}
