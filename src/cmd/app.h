/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef APP_H
#define APP_H

#include "clock.h"
#include "dialer.h"
#include "err.h"
#include "guard.h"
#include "options.h"
#include "out.h"
#include "progress.h"
#include "rng.h"

struct command;

/*
 * What a command is handed: the outside world as arguments, its own
 * arguments, and where it speaks.  main.c fills it in.
 */
struct app {
	struct clock *clock;
	struct rng *rng;
	struct guard *guard;
	struct out *out;
	struct progress *progress;
	const struct options *opt;
	const struct command *command;
	char **arg;
	int nargs;

	/*
	 * Make the dialer for one store; it lives as long as the app.  For a
	 * command that has no business on the network it is one that refuses.
	 */
	int (*make_dialer)(struct app *, const struct store_conf *,
	    const struct endpoint *, struct dialer **, struct err *);
	void *world;		/* for make_dialer */

	const char *roots_date;	/* of the compiled-in roots */
};

/* A command: one row, one file. */
struct command {
	const char *name;
	const char *arguments;		/* "FILE KEY" */
	const char *summary;		/* one line for --help */
	const char *details;		/* more lines for COMMAND --help */
	int min_args, max_args;
	bool network;			/* may it reach one at all? */
	size_t network_with;		/* a flag in struct options without
					   which it may not; 0: none */
	bool (*network_for)(const struct app *);  /* the arguments with which
					   it may; NULL: any */
	bool root_argument;		/* its one argument is the root */
	bool store;			/* takes the store's options, ... */
	bool names_store;		/* ... --store, */
	bool selects;			/* selection, with --store, */
	bool approves;			/* approval, */
	bool limits;			/* the bounds of a run */
	bool moves;			/* bytes, which can be watched */
	const struct field *fields;	/* its own options, or NULL */
	size_t offset;			/* where they go in struct options */
	int (*run)(struct app *, struct err *);
};

/* All commands, ended by a NULL name. */
#define APP_COMMANDS_MAX 32
extern const struct command commands[];

/* Options of one kind that a command takes. */
struct command_group {
	const char *title;		/* for --help */
	const struct field *fields;
	size_t offset;			/* of their struct in struct options */
};

/*
 * All kinds but its own that a command takes, in --help's order.  Returns how
 * many; those of all commands are among them, and are all where c is NULL.
 */
#define COMMANDS_GROUPS_MAX 7
size_t commands_groups(struct command_group group[COMMANDS_GROUPS_MAX],
    const struct command *c);

#endif
