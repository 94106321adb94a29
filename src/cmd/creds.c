/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
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

/* The first line of a file that is nobody else's. */
static int
read_first_line(char *out, size_t size, const char *path, struct err *e)
{
	struct file f;
	ssize_t n;
	char *end;

	if (file_open(&f, path, FILE_NOFOLLOW, e) != 0)
		return -1;
	n = file_check_private(&f, e) == 0 ?
	    file_read_at(&f, out, size - 1, 0, e) : -1;
	file_close(&f);
	if (n < 0)
		return -1;
	out[n] = '\0';
	end = strpbrk(out, "\r\n");
	/* Without an end it is too long, or a NUL cuts it short. */
	if (end == NULL && ((size_t)n == size - 1 ||
	    strlen(out) != (size_t)n))
		return err_set(e, ERR_CONFIG_INVALID,
		    "the first line of '%s' cannot be a credential", path);
	if (end != NULL)
		wipe_mem(end, size - (size_t)(end - out));
	if (out[0] == '\0')
		return err_set(e, ERR_CREDENTIAL_UNSET,
		    "the first line of '%s' is empty", path);
	return 0;
}

static int
read_variable(char *out, size_t size, const char *name, struct err *e)
{
	const char *value = getenv(name);
	size_t len;

	if (value == NULL || value[0] == '\0')
		return err_set(e, ERR_CREDENTIAL_UNSET,
		    "the environment variable %s is not set", name);
	len = strlen(value);
	if (len >= size)
		return err_set(e, ERR_CONFIG_INVALID,
		    "the value of %s cannot be a credential", name);
	memcpy(out, value, len + 1);
	return 0;
}

/* Where creds_read() reads from. */
struct source {
	bool files;
	struct guard *guard;
};

/* The value that ref names into out, known to the guard. */
static int
read_ref(char *out, size_t size, const char *ref, const struct source *from,
    struct err *e)
{
	bool file = strncmp(ref, "file:", 5) == 0;

	if (file && !from->files) {
		err_set(e, ERR_TIERED_GATE_UNMET,
		    "credentials in files need a store that has proven tier 1");
		return err_advise(e, "use a reference env:NAME");
	}
	if ((file ? read_first_line(out, size, ref + 5, e) :
	    read_variable(out, size, ref + 4, e)) != 0)
		return -1;
	if (!is_plausible(out))
		return err_set(e, ERR_CONFIG_INVALID,
		    "the value of %s cannot be a credential",
		    file ? ref : ref + 4);
	return guard_add(from->guard, span_of(out), e);
}

/* Two references may name one variable: cleared once all are read. */
static void
clear_ref(const char *ref)
{
	if (strncmp(ref, "env:", 4) == 0)
		proc_clear_env(ref + 4);
}

int
creds_read(struct creds *c, const struct store_conf *sc, bool files,
    struct guard *guard, struct err *e)
{
	const struct source from = { files, guard };
	const char *token_ref = sc->session_token_ref;
	const char *preset = getenv(&PRESET_TOKEN[4]);

	*c = (struct creds){0};
	if (token_ref == NULL && preset != NULL && preset[0] != '\0')
		token_ref = PRESET_TOKEN;
	if (read_ref(c->key_id, sizeof(c->key_id), sc->access_key_id_ref,
	    &from, e) != 0 ||
	    read_ref(c->secret, sizeof(c->secret), sc->secret_access_key_ref,
	    &from, e) != 0 ||
	    (token_ref != NULL && read_ref(c->token, sizeof(c->token),
	    token_ref, &from, e) != 0))
		return -1;
	clear_ref(sc->access_key_id_ref);
	clear_ref(sc->secret_access_key_ref);
	if (token_ref != NULL) {
		clear_ref(token_ref);
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
