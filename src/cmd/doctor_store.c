/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "creds.h"
#include "file.h"
#include "session.h"

#include "doctor_internal.h"

/* A file that credentials are in: as private as it has to be? */
static int
check_file(const char *path, struct err *e)
{
	struct file f = {0};
	int rc = file_open(&f, path, 0, e);

	if (rc == 0)
		rc = file_check_private(&f, e);
	file_close(&f);
	return rc;
}

/* A file that is there is taken when the store has proven itself. */
static void
note_file(struct doctor *d, const struct store_conf *sc)
{
	const char *const refs[] = { sc->access_key_id_ref,
	    sc->secret_access_key_ref, sc->session_token_ref };
	const struct facts *f = facts_find(d->facts, span_of(sc->store_ref));
	bool any = false;

	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++)
		any |= refs[i] != NULL && strncmp(refs[i], "file:", 5) == 0;
	if (any && (f == NULL || f->tier == FORM_NONE || f->tier < 1))
		doctor_warn(d, "credentials", "%s: files are read once the "
		    "store has proven tier 1", sc->store_ref);
}

/* true where what ref names is there; its value is not looked at. */
static bool
check_ref(struct doctor *d, const char *ref, const char *what)
{
	const char *value;
	struct err e = {0};

	if (ref == NULL)
		return true;
	if (strncmp(ref, "file:", 5) == 0) {
		if (check_file(ref + 5, &e) == 0)
			return true;
	} else {
		value = getenv(ref + strlen("env:"));
		if (value != NULL && value[0] != '\0')
			return true;
		err_set(&e, ERR_CREDENTIAL_UNSET,
		    "the environment variable %s is not set",
		    ref + strlen("env:"));
	}
	err_ctx(&e, "%s", what);
	doctor_fail(d, "credentials", &e);
	return false;
}

static void
check_credentials(struct doctor *d, const struct store_conf *sc)
{
	bool there = check_ref(d, sc->access_key_id_ref, sc->store_ref);

	if (check_ref(d, sc->secret_access_key_ref, sc->store_ref) && there &&
	    check_ref(d, sc->session_token_ref, sc->store_ref))
		doctor_ok(d, "credentials", "%s: what %s and %s name is set",
		    sc->store_ref, sc->access_key_id_ref,
		    sc->secret_access_key_ref);
	note_file(d, sc);
}

/* One that is complete, and known to the provider's table: true. */
static bool
check_store(struct doctor *d, const struct store_conf *sc)
{
	const struct provider *provider;
	char host[ENDPOINT_HOSTPORT_MAX + 1];
	const char *region = NULL;
	struct endpoint ep;
	struct err e = {0};

	/* What is said from here on must not hold what they name. */
	creds_learn(sc, d->app->guard);
	if (store_conf_check(sc, &ep, &e) == 0) {
		provider = session_provider(sc, &e);
		if (provider != NULL)
			region = session_region(sc, provider, &e);
	}
	if (region == NULL) {
		if (sc->store_ref != NULL)
			err_ctx(&e, "%s", sc->store_ref);
		doctor_fail(d, "store", &e);
		return false;
	}
	endpoint_host_header(host, &ep);
	doctor_ok(d, "store", "%s: %s, bucket %s at %s://%s, region %s",
	    sc->store_ref, sc->provider_kind, sc->bucket,
	    ep.tls ? "https" : "http", host, region);
	check_credentials(d, sc);
	return true;
}

/* The only one: it may be asked, too. */
static void
check_one(struct doctor *d, const struct store_conf *sc)
{
	if (check_store(d, sc) && d->app->opt->doctor.live)
		doctor_live_check(d, sc);
}

/* All of consign.yaml; credentials of one are all that a process reads. */
static void
check_several(struct doctor *d)
{
	struct archive *a = d->archive;
	struct store_conf sc;
	struct endpoint ep;
	struct err e = {0};

	for (size_t i = 0; i < a->conf.nstores; i++) {
		archive_store_merge(&sc, a, d->app, &a->conf.store[i]);
		check_store(d, &sc);
	}
	if (d->app->opt->doctor.live &&
	    archive_store(&sc, a, d->app, &ep, &e) != 0)
		doctor_fail(d, "store", &e);
}

void
doctor_store_check(struct doctor *d)
{
	struct archive *a = d->archive;
	const struct options *opt = d->app->opt;
	struct store_conf sc;
	struct endpoint ep;
	struct err e = {0};

	if (opt->selection.store != NULL) {
		/* What is wrong with that one's settings is told below. */
		if (archive_store(&sc, a, d->app, &ep, &e) != 0 &&
		    e.code == ERR_USAGE)
			doctor_fail(d, "store", &e);
		else
			check_one(d, &sc);
		return;
	}
	if (a->conf.nstores > 1) {
		check_several(d);
		return;
	}
	archive_store_merge(&sc, a, d->app, a->conf.nstores == 1 ?
	    &a->conf.store[0] : NULL);
	if (sc.bucket == NULL && sc.endpoint == NULL &&
	    sc.endpoint_host == NULL)
		doctor_warn(d, "store", "none is named");
	else
		check_one(d, &sc);
}
