/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "spki.h"
#include "utc.h"

#include "archive_conf.h"
#include "field.h"

#include "writers.h"

_Static_assert(WRITERS_POINT_LEN == ECDSA_POINT_LEN, "a point");
_Static_assert(WRITERS_ID_LEN == SPKI_ID_LEN, "a key's id");

#define TOP "writers"

static const struct field expiry = {
	.name = "proof_expires_after", .type = FIELD_MS,
	.offset = offsetof(struct writers, proof_expires_after), .min = 1
};

/* What is being read. */
struct reading {
	struct writers *w;
	struct writer *writer;		/* the last one */
	int (*take)(struct reading *, const char *, struct err *);
	bool list;			/* take is of a list's members */
	struct yaml_place at[WRITERS_MAX];
};

/* --- The settings of a writer --------------------------------------------- */

static int
refuse(const char *what, const char *text, const char *advice, struct err *e)
{
	err_set(e, ERR_CONFIG_INVALID, "'%s' cannot be %s", text, what);
	return err_advise(e, "%s", advice);
}

static int
check_name(const char *what, const char *text, struct err *e)
{
	return archive_conf_is_name(text) ? 0 : refuse(what, text,
	    "give 1 to 63 of a-z, 0-9 and '-', not first", e);
}

static int
take_archive(struct reading *r, const char *text, struct err *e)
{
	r->writer->archive = text;
	return check_name("an archive's id", text, e);
}

static int
take_public_key(struct reading *r, const char *text, struct err *e)
{
	struct writer *new = r->writer;

	if (spki_parse_base64(new->point, span_of(text)) != 0) {
		err_set(e, ERR_CONFIG_INVALID,
		    "public_key is not that of a P-256 key");
		return err_advise(e, "give the %d characters that 'consign "
		    "key show' prints", SPKI_BASE64_LEN);
	}
	spki_id(new->id, new->point);
	for (const struct writer *w = r->w->writer; w != new; w++)
		if (memcmp(w->point, new->point, sizeof(w->point)) == 0)
			return err_set(e, ERR_CONFIG_INVALID,
			    "this is the key of '%s', too", w->name);
	return 0;
}

static int
take_grant(struct reading *r, const char *text, struct err *e)
{
	static const char *const grants[] = { "admit", "upload", "verify",
	    "anchor", "confirm", NULL };

	for (unsigned i = 0; grants[i] != NULL; i++) {
		if (strcmp(grants[i], text) != 0)
			continue;
		if ((r->writer->grants & 1U << i) != 0)
			return err_set(e, ERR_CONFIG_INVALID,
			    "'%s' is granted twice", text);
		r->writer->grants |= 1U << i;
		return 0;
	}
	return refuse("a grant", text,
	    "give some of: admit, upload, verify, anchor, confirm", e);
}

static int
take_time(int64_t *out, const char *text, struct err *e)
{
	return utc_parse_iso(span_of(text), out) == 0 ? 0 :
	    refuse("a time", text, "give one such as 2026-01-31T00:00:00Z", e);
}

static int
take_valid_from(struct reading *r, const char *text, struct err *e)
{
	return take_time(&r->writer->valid_from, text, e);
}

static int
take_valid_until(struct reading *r, const char *text, struct err *e)
{
	return take_time(&r->writer->valid_until, text, e);
}

static int
take_revoked(struct reading *r, const char *text, struct err *e)
{
	return take_time(&r->writer->revoked, text, e);
}

static const struct setting {
	const char *name;
	int (*take)(struct reading *, const char *, struct err *);
} settings[] = {
	{ "archive", take_archive },
	{ "public_key", take_public_key },
	{ "grants", take_grant },
	{ "valid_from", take_valid_from },
	{ "valid_until", take_valid_until },
	{ "revoked", take_revoked },
};

/* --- The document --------------------------------------------------------- */

static int
take_expiry(struct reading *r, const char *text, struct err *e)
{
	return field_set(&expiry, r->w, text, "", e);
}

static int
unknown_key(const char *key, struct err *e)
{
	err_set(e, ERR_CONFIG_INVALID, "unknown key '%s'", key);
	return err_advise(e, "see consign-writers(5) for what there is");
}

static int
add_writer(struct reading *r, const struct yaml_place *at, struct err *e)
{
	struct writers *w = r->w;

	if (check_name("a writer's name", at->key[1], e) != 0)
		return -1;
	if (w->n == WRITERS_MAX)
		return err_set(e, ERR_CONFIG_INVALID, "more than %d writers",
		    WRITERS_MAX);
	r->at[w->n] = *at;
	r->writer = &w->writer[w->n++];
	*r->writer = (struct writer){ .name = at->key[1],
	    .valid_from = WRITERS_NONE, .valid_until = WRITERS_NONE,
	    .revoked = WRITERS_NONE };
	return 0;
}

static int
take_key(void *context, const struct yaml_place *at, struct err *e)
{
	struct reading *r = context;
	const char *key = at->key[at->depth - 1];

	r->take = NULL;
	r->list = false;
	if (at->depth == 2)
		return add_writer(r, at, e);
	if (at->depth == 1) {
		if (strcmp(key, expiry.name) == 0)
			r->take = take_expiry;
		return r->take != NULL || strcmp(key, TOP) == 0 ? 0 :
		    unknown_key(key, e);
	}
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(settings[i].name, key) == 0)
			r->take = settings[i].take;
	r->list = r->take == take_grant;
	return r->take != NULL ? 0 : unknown_key(key, e);
}

static int
take_mapping(void *context, const struct yaml_place *at, struct err *e)
{
	const struct reading *r = context;

	return r->take == NULL ? 0 : err_set(e, ERR_CONFIG_INVALID,
	    "%s takes no mapping", at->key[at->depth - 1]);
}

static int
take_list(void *context, const struct yaml_place *at, struct err *e)
{
	const struct reading *r = context;

	return r->list ? 0 : err_set(e, ERR_CONFIG_INVALID,
	    "%s takes no list", at->key[at->depth - 1]);
}

static int
take_scalar(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	struct reading *r = context;

	return r->take != NULL ? r->take(r, text, e) :
	    err_set(e, ERR_CONFIG_INVALID,
	    "%s takes a mapping, not a value", at->key[at->depth - 1]);
}

/* What can only be told when all of it was read. */
static int
check_writer(const struct writer *w, struct err *e)
{
	const char *lacks = w->archive == NULL ? "archive" :
	    w->id[0] == '\0' ? "public_key" :
	    w->grants == 0 ? "grants" : NULL;

	if (lacks != NULL)
		return err_set(e, ERR_CONFIG_INVALID, "%s is missing", lacks);
	if (w->valid_from != WRITERS_NONE && w->valid_until != WRITERS_NONE &&
	    w->valid_from >= w->valid_until)
		return err_set(e, ERR_CONFIG_INVALID,
		    "valid_until is not behind valid_from");
	return 0;
}

int
writers_load(struct writers *w, struct span document, struct err *e)
{
	struct reading r = { .w = w };
	const struct yaml_visitor visitor = { .key = take_key,
	    .mapping = take_mapping, .list = take_list,
	    .scalar = take_scalar, .context = &r };

	*w = (struct writers){ .proof_expires_after = WRITERS_NO_EXPIRY };
	if (yaml_walk(document, &visitor, &w->texts, e) != 0)
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (check_writer(&w->writer[i], e) != 0)
			return err_ctx(e, "%zu:%zu: %s", r.at[i].line,
			    r.at[i].column, w->writer[i].name);
	return w->n > 0 ? 0 : err_set(e, ERR_CONFIG_INVALID,
	    "1:1: no writer is listed");
}

void
writers_free(struct writers *w)
{
	yaml_walk_free(&w->texts);
	w->n = 0;
}

const struct writer *
writers_find(const struct writers *w, struct span id)
{
	for (size_t i = 0; i < w->n; i++)
		if (span_is(id, w->writer[i].id))
			return &w->writer[i];
	return NULL;
}
