/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bwlimit.h"
#include "clock_sys.h"
#include "creds.h"
#include "dial.h"
#include "file.h"
#include "help.h"
#include "opt.h"
#include "paced.h"
#include "proc.h"
#include "rng_sys.h"
#include "shm.h"
#include "signals.h"
#include "std.h"
#include "text.h"
#include "trust.h"

/*
 * From the command line to an exit status.  This file alone builds the real
 * dialer, and only for a command that may use the network.
 */

/* A limit of bytes a second, by this machine's local time. */
struct limit {
	struct paced_rate rate;
	struct bwlimit table;
	struct paced paced;
};

struct world {
	bool network;
	struct trust trust;
	struct peer_pin pin;
	struct dial *dial;		/* large, made where it is needed */
	struct limit limit;
	struct dialer refusing;
};

/* A file of certificates, in pieces. */
static int
load_pem(struct trust *trust, const char *path, bool lenient, struct err *e)
{
	struct trust_loader loader;
	struct file f = {0};
	char piece[4096];
	int64_t at = 0;
	ssize_t n;

	if (file_open(&f, path, 0, e) != 0)
		return -1;
	trust_pem_begin(&loader, lenient);
	while ((n = file_read_at(&f, piece, sizeof(piece), at, e)) > 0) {
		if (trust_pem_add(&loader,
		    (struct span){ piece, (size_t)n }, e) != 0)
			break;
		at += n;
	}
	file_close(&f);
	if (trust_pem_end(&loader, trust, e) != 0)
		return err_ctx(e, "%s", path);
	return 0;
}

static int
load_system(struct trust *trust, struct err *e)
{
	struct err missing = {0};
	struct file f = {0};

	for (size_t i = 0; trust_system_paths[i] != NULL; i++) {
		if (file_open(&f, trust_system_paths[i], 0, &missing) != 0)
			continue;
		file_close(&f);
		return load_pem(trust, trust_system_paths[i], true, e);
	}
	err_set(e, ERR_CONFIG_INVALID,
	    "this machine has no bundle of certificates");
	return err_advise(e, "leave --ca-file away, or name a file");
}

static int
load_trust(struct world *w, const struct store_conf *sc, struct err *e)
{
	if (sc->ca_file == NULL)
		return trust_roots(&w->trust, e);
	if (strcmp(sc->ca_file, "system") == 0)
		return load_system(&w->trust, e);
	return load_pem(&w->trust, sc->ca_file, false, e);
}

static uint64_t
rate_at(struct paced_rate *r, int64_t wall_s)
{
	const struct limit *l = (const struct limit *)(const void *)r;

	return bwlimit_rate(&l->table, clock_sys_minute(wall_s));
}

/* Over the real dialer one that keeps to bwlimit. */
static int
limit_dialer(struct limit *l, const struct app *app, const char *bwlimit,
    struct dialer **dialer, struct err *e)
{
	if (bwlimit_parse(&l->table, span_of(bwlimit), e) != 0)
		return -1;
	/* Of this process and all that it forks; it lives as long as they. */
	l->paced.buckets = shm_map(sizeof(*l->paced.buckets), e);
	if (l->paced.buckets == NULL)
		return -1;
	l->rate.at = rate_at;
	l->paced.rate = &l->rate;
	l->paced.clock = app->clock;
	l->paced.under = *dialer;
	paced_init(&l->paced);
	*dialer = &l->paced.dialer;
	return 0;
}

/* See app.h. */
static int
make_dialer(struct app *app, const struct store_conf *sc,
    const struct endpoint *ep, struct dialer **dialer, struct err *e)
{
	struct world *w = app->world;

	if (!w->network) {
		dial_init_refusing(&w->refusing);
		*dialer = &w->refusing;
		return 0;
	}
	w->dial = calloc(1, sizeof(*w->dial));
	if (w->dial == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a dialer");
	w->dial->clock = app->clock;
	w->dial->rng = app->rng;
	w->dial->trust = &w->trust;
	if (ep->tls && sc->pin != NULL) {
		if (peer_pin_parse(&w->pin, span_of(sc->pin), e) != 0)
			return -1;
		w->dial->pin = &w->pin;
	} else if (ep->tls && load_trust(w, sc, e) != 0) {
		return -1;
	}
	dial_init(w->dial, ADDR_PUBLIC);
	*dialer = &w->dial->dialer;
	return sc->bwlimit == NULL ? 0 :
	    limit_dialer(&w->limit, app, sc->bwlimit, dialer, e);
}

static const struct command *
find_command(const char *name, struct err *e)
{
	const char *names[APP_COMMANDS_MAX + 1];
	const char *near;
	size_t n = 0;

	for (const struct command *c = commands; c->name != NULL; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
		BUG_ON(n == APP_COMMANDS_MAX);
		names[n++] = c->name;
	}
	names[n] = NULL;
	err_set(e, ERR_USAGE, "unknown command '%s'", name);
	near = text_nearest(span_of(name), names);
	if (near != NULL)
		err_advise(e, "did you mean %s?", near);
	return NULL;
}

/* Options of all kinds that the command takes, then its arguments. */
static int
parse(struct app *app, struct options *opt, const struct command *c,
    char **argv, struct err *e)
{
	struct command_group group[COMMANDS_GROUPS_MAX];
	struct opt_set sets[OPT_SETS_MAX];
	size_t n = commands_groups(group, c);
	int argc = 0;

	_Static_assert(COMMANDS_GROUPS_MAX + 1 <= OPT_SETS_MAX,
	    "room for all groups and a command's own");
	for (size_t i = 0; i < n; i++) {
		sets[i] = (struct opt_set){ .fields = group[i].fields,
		    .base = (char *)opt + group[i].offset };
		if (group[i].fields == store_conf_fields)
			sets[i].given = opt->store_given;
	}
	if (c != NULL && c->fields != NULL)
		sets[n++] = (struct opt_set){ .fields = c->fields,
		    .base = (char *)opt + c->offset };
	while (argv[argc] != NULL)
		argc++;
	app->arg = argv;
	if (opt_parse(argc, argv, sets, n, &app->nargs, e) != 0)
		return -1;
	app->out->json = opt->global.json;
	app->out->quiet = opt->global.quiet;
	app->out->verbose = opt->global.verbose;
	return 0;
}

static int
check_arguments(const struct app *app, const struct command *c,
    struct err *e)
{
	if (app->nargs >= c->min_args && app->nargs <= c->max_args)
		return 0;
	err_set(e, ERR_USAGE, "%s takes %s, not %d argument%s", c->name,
	    c->arguments[0] != '\0' ? c->arguments : "no arguments",
	    app->nargs, app->nargs == 1 ? "" : "s");
	return err_advise(e, "see 'consign %s --help'", c->name);
}

/* "consign [--help | --version]", without a command. */
static int
run_bare(struct app *app, struct options *opt, char **argv, struct err *e)
{
	if (parse(app, opt, NULL, argv, e) != 0)
		return -1;
	if (opt->global.version)
		return help_version(app, e);
	if (opt->global.help)
		return help_all(app, e);
	return err_set(e, ERR_USAGE, app->nargs > 0 ?
	    "the command comes before its options" : "no command is given");
}

/* May this command use the network, as it was called? */
static bool
may_reach(const struct app *app)
{
	const struct command *c = app->command;

	return c->network && (c->network_with == 0 ||
	    *(const bool *)((const char *)app->opt + c->network_with)) &&
	    (c->network_for == NULL || c->network_for(app));
}

static int
run(struct app *app, struct options *opt, char **argv, struct err *e)
{
	struct world *w = app->world;
	const struct command *c;

	if (argv[0] == NULL || argv[0][0] == '-')
		return run_bare(app, opt, argv, e);
	c = find_command(argv[0], e);
	if (c == NULL || parse(app, opt, c, argv + 1, e) != 0)
		return -1;
	if (opt->global.help)
		return help_command(app, c, e);
	if (opt->global.version)
		return help_version(app, e);
	if (check_arguments(app, c, e) != 0)
		return -1;
	app->command = c;
	w->network = may_reach(app);
	progress_open(app->progress, c->name,
	    opt->watch.progress == OPTIONS_NONE ? -1 :
	    std_adopt((int)opt->watch.progress));
	return c->run(app, e);
}

int
main(int argc, char **argv)
{
	struct world world = {0};
	struct options opt;
	struct clock clock;
	struct guard guard;
	struct rng rng;
	struct out out;
	struct progress progress;
	struct app app = { .clock = &clock, .rng = &rng, .guard = &guard,
	    .out = &out, .progress = &progress, .opt = &opt,
	    .make_dialer = make_dialer, .world = &world,
	    .roots_date = trust_roots_date() };
	struct err e = {0};
	int status = 0;

	clock_sys_init(&clock);
	rng_sys_init(&rng);
	guard_init(&guard);
	out_init(&out, &guard);
	progress_init(&progress, &clock, &out);
	options_init(&opt);
	signals_init();
	if (proc_fix_std_fds(&e) != 0 || proc_harden(&e) != 0 ||
	    run(&app, &opt, argc > 0 ? argv + 1 : argv, &e) != 0) {
		progress_close(&progress);
		creds_learn(&opt.store, &guard);
		status = out_failure(&out, &e);
	}
	if (world.dial != NULL)
		dial_wipe(world.dial);
	free(world.dial);
	trust_free(&world.trust);
	options_free(&opt);
	guard_wipe(&guard);
	return status;
}
