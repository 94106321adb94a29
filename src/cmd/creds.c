/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "wipe.h"

#include "creds.h"

#define DAY_S 86400

/* Taken without being named, where it is set. */
#define PRESET_TOKEN "env:AWS_SESSION_TOKEN"

/* Visible ASCII, as HTTP header values and all known providers have it. */
static bool
is_plausible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= 0x20 || *s > 0x7e)
			return false;
	return true;
}

/* The value that ref names into out; *out is empty where unset is allowed. */
static int
read_ref(char *out, size_t size, const char *ref, struct guard *guard,
    struct err *e)
{
	const char *name = ref + strlen("env:");
	const char *value;
	size_t len;

	out[0] = '\0';
	if (strncmp(ref, "env:", 4) != 0) {
		err_set(e, ERR_TIERED_GATE_UNMET,
		    "credentials in files need a store that has proven tier 1");
		return err_advise(e, "use a reference env:NAME");
	}
	value = getenv(name);
	if (value == NULL || value[0] == '\0')
		return err_set(e, ERR_CREDENTIAL_UNSET,
		    "the environment variable %s is not set", name);
	len = strlen(value);
	if (len >= size || !is_plausible(value))
		return err_set(e, ERR_CONFIG_INVALID,
		    "the value of %s cannot be a credential", name);
	memcpy(out, value, len + 1);
	return guard_add(guard, (struct span){ out, len }, e);
}

int
creds_read(struct creds *c, const struct store_conf *sc,
    struct guard *guard, struct err *e)
{
	const char *token_ref = sc->session_token_ref;
	const char *preset = getenv(&PRESET_TOKEN[4]);

	*c = (struct creds){0};
	if (token_ref == NULL && preset != NULL && preset[0] != '\0')
		token_ref = PRESET_TOKEN;
	if (read_ref(c->key_id, sizeof(c->key_id), sc->access_key_id_ref,
	    guard, e) != 0 ||
	    read_ref(c->secret, sizeof(c->secret), sc->secret_access_key_ref,
	    guard, e) != 0 ||
	    (token_ref != NULL && read_ref(c->token, sizeof(c->token),
	    token_ref, guard, e) != 0))
		return -1;
	proc_clear_env(sc->access_key_id_ref + 4);
	proc_clear_env(sc->secret_access_key_ref + 4);
	if (token_ref != NULL) {
		proc_clear_env(token_ref + 4);
		c->as_sigv4.token = span_of(c->token);
	}
	c->as_sigv4.key_id = span_of(c->key_id);
	c->as_sigv4.secret = span_of(c->secret);
	c->is_short = strlen(c->secret) < CREDS_SECRET_SHORT;
	return 0;
}

void
creds_learn(const struct store_conf *sc, struct guard *guard)
{
	const char *const ref[] = { sc->access_key_id_ref,
	    sc->secret_access_key_ref, sc->session_token_ref, PRESET_TOKEN };
	struct err ignored = {0};

	/* What the guard will not take is refused when it is to be used. */
	for (size_t i = 0; i < sizeof(ref) / sizeof(ref[0]); i++) {
		const char *value = ref[i] != NULL &&
		    strncmp(ref[i], "env:", 4) == 0 ? getenv(ref[i] + 4) : NULL;

		if (value != NULL)
			guard_add(guard, span_of(value), &ignored);
	}
}

int
creds_guard_keys(const struct creds *c, const char *region, int64_t now,
    struct guard *guard, struct err *e)
{
	struct sigv4_keys keys;
	int rc = 0;

	for (int days = 0; days < 2 && rc == 0; days++) {
		struct sigv4_scope scope = { now - days * DAY_S,
		    span_of(region), span_of("s3") };

		rc = sigv4_derive(&keys, c->as_sigv4.secret, &scope, e);
		if (rc == 0)
			rc = guard_add(guard, (struct span){
			    (const char *)keys.signing, HMAC_LEN }, e);
	}
	wipe_mem(&keys, sizeof(keys));
	return rc;
}

void
creds_wipe(struct creds *c)
{
	wipe_mem(c, sizeof(*c));
}
