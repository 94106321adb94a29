/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hex.h"
#include "object.h"
#include "record.h"
#include "report.h"
#include "session.h"
#include "sha256.h"
#include "std.h"

#include "get.h"

#define AT(member) offsetof(struct get_options, member)

const struct field get_fields[] = {
	{ .name = "key", .type = FIELD_TEXT, .offset = AT(key),
	  .value = "KEY", .what = "the key to fetch" },
	{ .name = "output", .type = FIELD_TEXT, .offset = AT(output),
	  .letter = 'o', .value = "FILE",
	  .what = "where to, or - for standard output" },
	{ .name = "force", .type = FIELD_FLAG, .offset = AT(force),
	  .what = "replace FILE where it exists" },
	{ .name = NULL }
};

/* The target: a file that appears when it is whole, or a stream. */
struct target {
	struct object_sink sink;
	struct file_tmp tmp;
	bool stream;
	bool started;		/* bytes are out that cannot be taken back */
	const struct object *want;
	struct sha256 hash;
};

/* Asked once the size is known: is there room for all of it? */
static int
check_room(struct target *t, struct err *e)
{
	uint64_t room;

	if (file_tmp_room(&t->tmp, &room, e) != 0)
		return -1;
	if (t->want->size >= 0 && (uint64_t)t->want->size > room)
		return err_set(e, ERR_DISK_FULL,
		    "%lld bytes do not fit into the %llu that are free",
		    (long long)t->want->size, (unsigned long long)room);
	return 0;
}

static int
target_write(struct object_sink *sink, const void *p, size_t n,
    struct err *e)
{
	struct target *t = (struct target *)sink;

	sha256_update(&t->hash, p, n);
	if (t->stream) {
		t->started = true;
		return std_write(STD_OUT, p, n, e);
	}
	if (!t->started && check_room(t, e) != 0)
		return -1;
	t->started = true;
	return file_tmp_write(&t->tmp, p, n, e);
}

static int
target_restart(struct object_sink *sink, struct err *e)
{
	struct target *t = (struct target *)sink;

	if (t->stream && t->started)
		return err_set(e, ERR_INDETERMINATE, "the transfer broke, and "
		    "what was written cannot be taken back");
	sha256_restart(&t->hash);
	return t->stream ? 0 : file_tmp_restart(&t->tmp, e);
}

/* The digest that the bytes must have: said, or part of the key. */
static int
expected_digest(uint8_t digest[SHA256_LEN], bool *known, struct app *app,
    struct err *e)
{
	struct span key = span_of(app->opt->get.key);
	const char *id = app->nargs > 0 ? app->arg[0] : NULL;

	*known = true;
	if (id != NULL) {
		if (strncmp(id, "sha256:", 7) == 0 && hex_decode(digest,
		    SHA256_LEN, span_of(id + 7)) == 0)
			return 0;
		return err_set(e, ERR_USAGE, "'%s' is not an object id", id);
	}
	*known = key.len == 10 + SHA256_HEX_LEN &&
	    span_starts(key, "sha256/") && key.p[9] == '/' &&
	    memcmp(key.p + 7, key.p + 10, 2) == 0 &&
	    hex_decode(digest, SHA256_LEN,
	    (struct span){ key.p + 10, SHA256_HEX_LEN }) == 0;
	return 0;
}

/*
 * Fetch, and where the digest is known but not met, once more before the
 * store is accused: a bad line and bad memory look like a bad store.
 */
static int
fetch(struct session *s, struct target *t, struct span key,
    struct object *o, const uint8_t *want, struct err *e)
{
	uint8_t digest[SHA256_LEN];
	struct sha256 copy;

	for (int reads = 1;; reads++) {
		if (object_fetch(&s->client, key, o, &t->sink, e) != 0)
			return -1;
		copy = t->hash;
		sha256_final(&copy, digest);
		if (want == NULL || memcmp(digest, want, SHA256_LEN) == 0)
			return 0;
		if (reads == 2 || t->stream)
			return err_set(e, ERR_VERIFICATION_FAILED,
			    "the fetched bytes do not have the object id");
		if (target_restart(&t->sink, e) != 0)
			return -1;
	}
}

static int
transfer(struct app *app, struct session *s, struct target *t,
    const uint8_t *want, struct err *e)
{
	const struct get_options *opt = &app->opt->get;
	struct object o = { .size = -1 };
	uint8_t digest[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];

	t->want = &o;
	sha256_init(&t->hash);
	if (fetch(s, t, span_of(opt->key), &o, want, e) != 0)
		return -1;
	if (!t->stream &&
	    file_tmp_commit(&t->tmp, std_file_mode(), e) != 0)
		return -1;
	sha256_final(&t->hash, digest);
	hex_encode(hex, digest, SHA256_LEN);
	if (report_object(app, &(struct report_object){
	    .operation = "restore_object", .key = span_of(opt->key),
	    .hex = hex, .size = o.size, .object = &o,
	    .proof = want != NULL ? "rehash" : "none",
	    .bytes_verified = o.size, .attempts = 1 }, e) != 0)
		return -1;
	return report_counts(app, &s->client.counts, e);
}

static int
check_options(struct app *app, struct err *e)
{
	const struct get_options *opt = &app->opt->get;

	if (opt->key == NULL) {
		err_set(e, ERR_USAGE, "no key is given");
		return err_advise(e, "give --key KEY");
	}
	if (opt->output == NULL) {
		err_set(e, ERR_USAGE, "no output is given");
		return err_advise(e,
		    "give -o FILE, or -o - for standard output");
	}
	if (app->opt->global.json && strcmp(opt->output, "-") == 0)
		return err_set(e, ERR_USAGE,
		    "--json and -o - would share standard output");
	return report_check_key(span_of(opt->key), e);
}

int
get_run(struct app *app, struct err *e)
{
	const struct get_options *opt = &app->opt->get;
	struct target t = { .sink = { target_write, target_restart } };
	uint8_t digest[SHA256_LEN];
	struct session *s = NULL;
	bool known;
	int rc = -1;

	if (check_options(app, e) != 0 ||
	    expected_digest(digest, &known, app, e) != 0)
		return -1;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a session");
	t.stream = strcmp(opt->output, "-") == 0;
	if (!t.stream && file_tmp_create(&t.tmp, opt->output, opt->force,
	    app->rng, e) != 0)
		goto done;
	if (session_open(s, app, &app->opt->store,
	    (struct session_terms){ .widest = ADDR_PUBLIC }, e) != 0 ||
	    guard_check(app->guard, NULL, span_of(opt->key), e) != 0)
		goto done;
	rc = transfer(app, s, &t, known ? digest : NULL, e);
done:
	file_tmp_discard(&t.tmp);
	session_close(s);
	free(s);
	return rc;
}
