/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "drill.h"
#include "form.h"
#include "hex.h"
#include "relay.h"
#include "report.h"
#include "restore.h"
#include "speed.h"
#include "std.h"
#include "whereis.h"

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
	{ .name = "drill", .type = FIELD_FLAG, .offset = AT(drill),
	  .what = "fetch, prove and discard, and record it" },
	{ .name = NULL }
};

/* Large. */
struct get {
	struct app app;			/* with the options below */
	struct options opt;		/* those given, and the store found */
	const char *id, *path;		/* the argument; at most one */

	struct archive archive;
	struct run run;
	bool in_archive;
	bool found;			/* it is on record: where */
	struct whereis_found where;

	struct session *session;
	char place[ENDPOINT_URL_MAX + 256];	/* endpoint and bucket */
	struct span key;
	bool known;			/* what it must hash to: digest */
	uint8_t digest[SHA256_LEN];
};

/* --- What is asked for ---------------------------------------------------- */

static int
check_target(const struct get_options *opt, bool json, struct err *e)
{
	if (opt->drill && (opt->output != NULL || opt->force))
		return err_set(e, ERR_USAGE, "a drill leaves no file: %s is "
		    "given", opt->output != NULL ? "-o" : "--force");
	if (!opt->drill && opt->output == NULL) {
		err_set(e, ERR_USAGE, "no output is given");
		return err_advise(e,
		    "give -o FILE, or -o - for standard output");
	}
	if (json && opt->output != NULL && strcmp(opt->output, "-") == 0)
		return err_set(e, ERR_USAGE,
		    "--json and -o - would share standard output");
	return 0;
}

/* An object id, or else a path, which needs an archive to look it up in. */
static int
take_argument(struct get *g, struct err *e)
{
	const char *arg = g->app.nargs > 0 ? g->app.arg[0] : NULL;
	const char *key = g->opt.get.key;

	if (arg == NULL && key == NULL) {
		err_set(e, ERR_USAGE, "no key is given");
		return err_advise(e, "give --key KEY, or an object id or path "
		    "of an archive");
	}
	if (arg == NULL)
		return 0;
	if (strncmp(arg, "sha256:", 7) != 0 && key == NULL) {
		g->path = arg;
		return 0;
	}
	if (!form_fits(FORM_OBJECT, span_of(arg)))
		return err_set(e, ERR_USAGE, "'%s' is not an object id", arg);
	g->id = arg;
	g->known = true;
	BUG_ON(hex_decode(g->digest, SHA256_LEN, span_of(arg + 7)) != 0);
	return 0;
}

static int
check_options(struct get *g, struct err *e)
{
	const struct get_options *opt = &g->opt.get;

	g->in_archive = archive_is_meant(&g->app);
	if (take_argument(g, e) != 0 ||
	    check_target(opt, g->opt.global.json, e) != 0 ||
	    (opt->key != NULL && report_check_key(span_of(opt->key), e) != 0))
		return -1;
	if (g->in_archive || (opt->key != NULL && !opt->drill))
		return 0;
	err_set(e, ERR_USAGE, "there is no archive here to look up %s",
	    opt->drill && opt->key != NULL ? "a drill in" :
	    g->app.arg[0]);
	return err_advise(e, opt->drill ? "name it with --root DIR" :
	    "name it with --root DIR, or give --key KEY");
}

/* The digest that a key of the first strategy names. */
static void
digest_of_key(struct get *g)
{
	struct span key = g->key;

	g->known = key.len == 10 + SHA256_HEX_LEN &&
	    span_starts(key, "sha256/") && key.p[9] == '/' &&
	    memcmp(key.p + 7, key.p + 10, 2) == 0 &&
	    hex_decode(g->digest, SHA256_LEN,
	    (struct span){ key.p + 10, SHA256_HEX_LEN }) == 0;
}

/* --- Where it is ---------------------------------------------------------- */

static int
say_unknown(const struct get *g, struct err *e)
{
	const char *what = g->id != NULL ? g->id : g->path != NULL ? g->path :
	    g->opt.get.key;

	if (!g->where.known) {
		err_set(e, ERR_NOT_FOUND, "'%s' is not on record in any store "
		    "named here", what);
		return err_advise(e, "see 'consign ls' for what is, and give "
		    "it as that prints it");
	}
	err_set(e, ERR_NOT_FOUND, "'%s' is not on record in the store %s",
	    what, g->run.store.store_ref);
	return err_advise(e, "see 'consign ls' for where it is, and name that "
	    "with --store");
}

/* Of several stores, and no --store: the first that has it. */
static int
choose_store(struct get *g, const struct whereis *w, struct err *e)
{
	const char **store = &g->opt.selection.store;

	if (*store != NULL || g->archive.conf.nstores < 2)
		return 0;
	if (whereis_store(w, &g->archive, g->app.rng, store, e) != 0)
		return -1;
	/* A key alone may be in any of them: archive_store() asks. */
	return *store != NULL || g->opt.get.key != NULL ? 0 :
	    say_unknown(g, e);
}

/*
 * Where an id and a key are given, the id alone decides: a way to fetch from
 * where nothing is on record, or something else is.
 */
static int
look_up(struct get *g, struct err *e)
{
	const struct get_options *opt = &g->opt.get;
	const struct run_terms terms = { .command = "get",
	    .plans = !opt->drill };
	const struct whereis w = {
		.object_id = g->id != NULL ? span_of(g->id) : (struct span){0},
		.path = g->path != NULL ? span_of(g->path) : (struct span){0},
		.key = opt->key != NULL ? span_of(opt->key) : (struct span){0},
	};
	bool blind = g->id != NULL && opt->key != NULL && !opt->drill;
	int rc = 0;

	if (archive_open(&g->archive, &g->app, e) != 0 ||
	    (!blind && choose_store(g, &w, e) != 0) ||
	    run_open(&g->run, &g->app, &g->archive, terms, e) != 0)
		return -1;
	if (!blind)
		rc = whereis_place(&w, &g->run, &g->where, e);
	if (rc < 0)
		return -1;
	g->found = rc == 1;
	return g->found || (opt->key != NULL && !opt->drill) ? 0 :
	    say_unknown(g, e);
}

static int
find(struct get *g, struct err *e)
{
	if (g->in_archive && look_up(g, e) != 0)
		return -1;
	if (g->found) {
		g->key = g->where.held.key;
		g->known = true;
		memcpy(g->digest, g->where.held.digest, SHA256_LEN);
		return 0;
	}
	g->key = span_of(g->opt.get.key);
	if (!g->known)
		digest_of_key(g);
	return 0;
}

static int
open_session(struct get *g, struct err *e)
{
	const struct session_terms terms = { .widest = ADDR_PUBLIC,
	    .files = g->in_archive && g->run.tier >= 1 };
	const struct store_conf *sc = g->in_archive ? &g->run.store :
	    &g->opt.store;
	char url[ENDPOINT_URL_MAX + 1];
	struct buf b;

	g->session = calloc(1, sizeof(*g->session));
	if (g->session == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a session");
	if (session_open(g->session, &g->app, sc, terms, e) != 0 ||
	    guard_check(g->app.guard, NULL, g->key, e) != 0)
		return -1;
	endpoint_url(url, &g->session->endpoint);
	buf_fixed(&b, g->place, sizeof(g->place));
	buf_printf(&b, "%s/%s", url, sc->bucket);
	BUG_ON(!buf_ok(&b));
	return 0;
}

/* --- Fetching it ---------------------------------------------------------- */

static struct object
wanted(const struct get *g)
{
	return g->found ? g->where.held.known : (struct object){ .size = -1 };
}

static int
say_phase(struct restore *r, enum restore_phase phase, struct err *e)
{
	const struct get *g = r->context;

	if (phase == RESTORE_CHECK)
		progress_phase(g->app.progress, PROGRESS_HASH,
		    (struct span){ NULL, 0 });
	if (phase == RESTORE_GO_ON)
		return out_debug(g->app.out, e, "%s: %lld bytes",
		    restore_phase_name(phase), (long long)r->resumed);
	return out_debug(g->app.out, e, "%s", restore_phase_name(phase));
}

static int
report(struct get *g, const struct object *o, const uint8_t *digest,
    unsigned reads, struct err *e)
{
	char hex[SHA256_HEX_LEN + 1];
	struct report_object r = { .operation = "restore_object",
	    .key = g->key, .hex = hex, .size = o->size, .object = o,
	    .proof = g->known ? "rehash" : "none",
	    .bytes_verified = o->size, .attempts = reads };

	if (g->found)
		r.path = g->where.held.path;
	hex_encode(hex, digest, SHA256_LEN);
	if (report_object(&g->app, &r, e) != 0)
		return -1;
	return report_counts(&g->app, &g->session->client.counts, e);
}

static int
advise(const struct get *g, int64_t left, struct err *e)
{
	if (left > 0)
		return err_advise(e, "%s; the next get to this file goes on "
		    "behind the %lld bytes that wait beside it",
		    e->code == ERR_DISK_FULL ? "make room" : "run it again",
		    (long long)left);
	if (e->code == ERR_REPLACED_BY_OTHER && g->found)
		return err_advise(e, "give the object id and --key to take "
		    "what is there if it has that id");
	return -1;
}

static int
to_file(struct get *g, struct err *e)
{
	struct restore *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a restore");
	*r = (struct restore){
		.client = &g->session->client,
		.guard = g->app.guard,
		.key = g->key,
		.digest = g->known ? g->digest : NULL,
		.target = g->opt.get.output,
		.replace = g->opt.get.force,
		.end = { .mode = std_file_mode(), .mtime_known = g->found,
		    .mtime_ns = g->where.mtime_ns },
		.place = g->place,
		.phase = say_phase,
		.context = g,
		.conf = &g->session->conf,
		.jobs = speed_jobs(g->in_archive ? &g->run.store :
		    &g->opt.store),
		.object = wanted(g),
	};
	rc = restore_run(r, e);
	rc = rc == 0 ? report(g, &r->object, r->got, 1, e) :
	    advise(g, r->left, e);
	free(r);
	return rc;
}

static int
pass(struct relay *r, const void *p, size_t n, struct err *e)
{
	(void)r;
	return std_write(STD_OUT, p, n, e);
}

/* Nobody is left to believe that they were compared with something. */
static int
say_unproven(const struct get *g, struct err *e)
{
	static const char text[] = "what it must hash to is not known: its "
	    "bytes are passed on as they come";

	if (g->known)
		return 0;
	return std_is_terminal(STD_ERR) && !g->opt.global.quiet ?
	    out_warn(g->app.out, e, "consign: %s", text) :
	    out_debug(g->app.out, e, "%s", text);
}

static int
to_stream(struct get *g, struct err *e)
{
	struct relay r = {
		.client = &g->session->client,
		.key = g->key,
		.digest = g->known ? g->digest : NULL,
		.spool = g->in_archive ? g->archive.manifest : NULL,
		.rng = g->app.rng,
		.pass = pass,
		.object = wanted(g),
	};

	if (say_unproven(g, e) != 0)
		return -1;
	if (relay_run(&r, e) != 0)
		return advise(g, 0, e);
	return out_debug(g->app.out, e, "passed on %lld bytes after %u %s",
	    (long long)r.passed, r.reads, r.reads == 1 ? "read" : "reads");
}

static int
fetch(struct get *g, struct err *e)
{
	bool streams = strcmp(g->opt.get.output, "-") == 0;
	struct span name = g->found ? g->where.held.path : g->key;
	int64_t size = g->found ? g->where.held.size : PROGRESS_UNKNOWN;
	struct progress *p = g->app.progress;
	int rc;

	progress_begin(p, &(struct progress_plan){
	    .client = &g->session->client, .objects = 1, .bytes_down = size,
	    .fetches = true, .streams = streams });
	progress_phase(p, PROGRESS_LOOK, name);
	rc = streams ? to_stream(g, e) : to_file(g, e);
	progress_ended(p, name, rc == 0 ? "restored" :
	    report_failure(e->code), size);
	progress_end(p);
	return rc;
}

static int
run(struct get *g, struct err *e)
{
	if (check_options(g, e) != 0 || find(g, e) != 0)
		return -1;
	if (g->opt.get.drill)
		return drill_run(&g->run, &g->where.held, e);
	if (open_session(g, e) != 0)
		return -1;
	return fetch(g, e);
}

int
get_run(struct app *app, struct err *e)
{
	struct get *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory to get with");
	g->app = *app;
	g->opt = *app->opt;
	g->app.opt = &g->opt;
	rc = run(g, e);
	held_free(&g->where.held);
	if (g->session != NULL)
		session_close(g->session);
	free(g->session);
	run_close(&g->run);
	archive_close(&g->archive);
	free(g);
	return rc;
}
