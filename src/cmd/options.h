/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"
#include "store_conf.h"

/* Everything that a command line can set; presets where it does not. */
struct global_options {
	const char *root;
	const char *state;
	bool json;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

struct init_options {
	const char *archive;		/* its id */
};

struct put_options {
	bool dry_run;
	bool approve;
	const char *reviewed_by;
};

struct get_options {
	const char *key;
	const char *output;
	bool force;
};

struct sign_options {
	struct field_list query;	/* NAME=VALUE, raw */
	struct field_list header;	/* NAME: VALUE */
	const char *payload;		/* a file that is the body */
	const char *payload_hash;
	const char *time;		/* 20130524T000000Z */
	uint64_t presign;		/* seconds; 0: sign by header */
};

struct options {
	struct global_options global;
	struct store_conf store;
	struct init_options init;
	struct put_options put;
	struct get_options get;
	struct sign_options sign;
};

extern const struct field options_global[];

#endif
