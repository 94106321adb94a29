/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "pool.h"
#include "speed.h"
#include "text.h"
#include "wipe.h"

#include "session.h"

const struct provider *
session_provider(const struct store_conf *sc, struct err *e)
{
	const struct provider *found = provider_find(sc->provider_kind);
	const char *near;

	if (found != NULL)
		return found;
	err_set(e, ERR_CONFIG_INVALID, "unknown provider kind '%s'",
	    sc->provider_kind);
	near = text_nearest(span_of(sc->provider_kind), provider_names());
	if (near != NULL)
		err_advise(e, "did you mean %s?", near);
	else
		err_advise(e, "for any other store use generic-s3");
	return NULL;
}

const char *
session_region(const struct store_conf *sc, const struct provider *provider,
    struct err *e)
{
	if (sc->region != NULL)
		return sc->region;
	if (provider->region != NULL)
		return provider->region;
	err_set(e, ERR_CONFIG_INVALID,
	    "a store of kind %s has no region of its own", sc->provider_kind);
	err_advise(e, "give --region NAME");
	return NULL;
}

/* How far away the endpoint is; a resolver that fails is asked again. */
static int
find_scope(struct session *s, struct err *e)
{
	for (unsigned failures = 1;; failures++) {
		if (s->dialer->resolve(s->dialer, &s->endpoint, &s->scope,
		    e) == 0)
			return 0;
		if (!client_again(&s->client, failures, e))
			return -1;
	}
}

/* May this endpoint be talked to, from what its addresses are? */
static int
check_scope(struct session *s, const struct store_conf *sc,
    enum addr_scope widest, struct err *e)
{
	if (find_scope(s, e) != 0)
		return -1;
	if (s->scope > widest) {
		err_set(e, ERR_ROOT_REQUIRED,
		    "without an archive root only this machine is reached, "
		    "and %s is another", s->endpoint.host);
		return err_advise(e,
		    "name the archive root with --root DIR");
	}
	if (!s->endpoint.tls && s->scope > ADDR_LOOPBACK &&
	    !sc->allow_plain_http) {
		err_set(e, ERR_CONFIG_INVALID,
		    "plain http would show every byte on the way to %s",
		    s->endpoint.host);
		return err_advise(e, "use https://, or --allow-plain-http "
		    "where the whole way is yours");
	}
	/* What was checked is what will be reached, should the name move. */
	s->dialer->widest = s->scope;
	return 0;
}

static int
check_secret(const struct session *s, struct err *e)
{
	if (!s->creds.is_short || s->scope <= ADDR_PRIVATE)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "a secret key of fewer than %d bytes "
	    "is for test servers only", CREDS_SECRET_SHORT);
	return err_advise(e, "check the value of the secret's variable");
}

/*
 * Where nothing was said and the provider's own way is virtual-host style,
 * take it if the bucket's name can be a label; a path does for all others.
 */
static bool
prefers_virtual_host(struct session *s, const struct store_conf *sc)
{
	struct endpoint ep = s->endpoint;
	struct err ignored = {0};

	if (sc->addressing != ADDRESSING_PROVIDER ||
	    !s->provider->virtual_host || strchr(sc->bucket, '.') != NULL ||
	    endpoint_prepend(&ep, sc->bucket, &ignored) != 0)
		return false;
	s->endpoint = ep;
	return true;
}

/* All but the credentials. */
static int
configure(struct session *s, const struct store_conf *sc, struct err *e)
{
	struct client_config *c = &s->conf;

	c->endpoint = &s->endpoint;
	c->provider = s->provider;
	c->bucket = sc->bucket;
	c->virtual_host = sc->addressing == ADDRESSING_VIRTUAL ||
	    prefers_virtual_host(s, sc);
	c->connect_ms = (int64_t)sc->connect_timeout;
	c->stall_ms = (int64_t)sc->stall_timeout;
	c->request_ms = (int64_t)sc->request_timeout;
	c->max_attempts = sc->max_attempts != 0 ?
	    (unsigned)sc->max_attempts : s->provider->attempts;
	c->backoff_ms = (int64_t)sc->backoff_base;
	c->max_class_a = sc->max_puts;
	c->max_bytes_up = sc->max_bytes_up;
	c->max_bytes_down = sc->max_bytes_down;
	return speed_min_rate(&c->min_rate, sc, POOL_JOBS_MAX, e);
}

int
session_open(struct session *s, struct app *app, const struct store_conf *sc,
    struct session_terms terms, struct err *e)
{
	if (store_conf_check(sc, &s->endpoint, e) != 0 ||
	    (s->provider = session_provider(sc, e)) == NULL ||
	    (s->conf.region = session_region(sc, s->provider, e)) == NULL ||
	    configure(s, sc, e) != 0)
		return -1;
	if (app->make_dialer(app, sc, &s->endpoint, &s->dialer, e) != 0)
		return -1;
	client_init(&s->client, &s->conf, app->clock, app->rng, s->dialer);
	if (check_scope(s, sc, terms.widest, e) != 0)
		return -1;
	if (creds_read(&s->creds, sc, terms.files, app->guard, e) != 0 ||
	    check_secret(s, e) != 0 ||
	    creds_guard_keys(&s->creds, s->conf.region,
	    app->clock->wall_s(app->clock), app->guard, e) != 0)
		return -1;
	s->conf.creds = s->creds.as_sigv4;
	return 0;
}

void
session_close(struct session *s)
{
	client_close(&s->client);
	creds_wipe(&s->creds);
}
