/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"
#include "opt.h"
#include "store_conf.h"

/*
 * Everything that a command line can set; presets where it does not.  Groups
 * that several commands share come first: struct command (app.h) says which
 * it takes.
 */

/* A number that was not given; no field takes it. */
#define OPTIONS_NONE UINT64_MAX

struct global_options {
	const char *root;
	const char *state;
	const char *writer;		/* whose key signs */
	bool json;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
};

/* Which store, and which objects (contract.md, "Selection"). */
struct selection_options {
	const char *store;		/* its name; NULL: the only one */
	struct field_list only;		/* sha256:HEX */
	const char *plan_from;
	uint64_t max_objects;		/* OPTIONS_NONE: not given */
	bool skip_uploaded;
	bool force_reupload;
	bool rehash;
	const char *git_commit;		/* of what is admitted; NULL: none */
};

/* Whose word a run has (contract.md, "approved"), and whether it waits. */
struct approval_options {
	bool dry_run;
	bool approve;
	const char *reviewed_by;
	uint64_t wait;			/* milliseconds, for the lock */
};

/* Bounds of a run in place of those in consign.yaml. */
struct limit_options {
	uint64_t max_puts_month;	/* OPTIONS_NONE: not given */
	const char *window;		/* NULL: not given */
};

/* Who else hears how far a run is. */
struct watch_options {
	uint64_t progress;		/* a descriptor; OPTIONS_NONE */
};

struct plan_options {
	const char *save;		/* a file */
};

struct init_options {
	const char *archive;		/* its id */
};

struct prove_options {
	uint64_t tier;			/* OPTIONS_NONE: not given */
	bool keep;
};

struct verify_options {
	int proof;			/* rehash, ranges, presence */
	const char *sample;		/* "50", "2%"; NULL: everything */
	bool rolling;
};

struct adopt_options {
	const char *key_map;		/* NULL: keys by the strategy */
	bool content_hash_verify;
};

struct abort_options {
	const char *upload_id;		/* and key: that one alone */
	const char *key;
	bool wrong;
};

struct doctor_options {
	bool live;
};

struct put_options {
	uint64_t expect_size;		/* OPTIONS_NONE: not given */
	uint64_t expect_exit;		/* a descriptor; OPTIONS_NONE */
};

struct get_options {
	const char *key;
	const char *output;
	bool force;
	bool drill;
};

struct ledger_options {
	uint64_t last;			/* OPTIONS_NONE: not given */
	const char *writers;		/* writers.yaml; NULL: the usual one */
	const char *head;		/* SEQ:CHAIN, kept from before */
	const char *output;		/* a folder that is to be made */
	const char *bundle;		/* a folder that export made */
	bool from_store;
	const char *archive_id;
	const char *key;		/* a file */
	uint64_t anchor_retention;	/* milliseconds; OPTIONS_NONE */
};

struct status_options {
	uint64_t max_age;		/* milliseconds; OPTIONS_NONE: none */
};

struct ls_options {
	const char *path;		/* what paths begin with */
};

struct receipts_options {
	bool all;
};

struct resolve_options {
	/* What is asked for; NULL: not given. */
	const char *artifact_path, *artifact_hash, *hash_algorithm;
	const char *canonicalization_version, *origin, *admission_ref;
	const char *request;		/* a file with the rest of it */
	const char *writers;		/* NULL: the usual place */
	bool verify_file, anchor;
	uint64_t proof_expires_after;	/* milliseconds; OPTIONS_NONE */
};

struct carriers_options {
	const char *artifact_path, *artifact_hash, *origin;
	const char *writers;		/* NULL: the usual place */
	const char *sums, *xattr, *text;
};

struct report_options {
	const char *output;		/* NULL, "-": standard output */
	bool force;
	uint64_t objects;		/* that are listed */
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
	bool store_given[OPT_FIELDS_MAX];	/* of store_conf_fields */
	struct selection_options selection;
	struct approval_options approval;
	struct limit_options limits;
	struct watch_options watch;
	struct init_options init;
	struct plan_options plan;
	struct prove_options prove;
	struct verify_options verify;
	struct adopt_options adopt;
	struct abort_options abort;
	struct doctor_options doctor;
	struct put_options put;
	struct get_options get;
	struct ledger_options ledger;
	struct status_options status;
	struct ls_options ls;
	struct receipts_options receipts;
	struct resolve_options resolve;
	struct carriers_options carriers;
	struct report_options report;
	struct sign_options sign;
};

extern const struct field options_global[];
extern const struct field options_store_name[];	/* of selection: --store */
extern const struct field options_selection[];	/* the rest of it */
extern const struct field options_approval[];
extern const struct field options_limits[];
extern const struct field options_watch[];

void options_init(struct options *opt);		/* presets */
void options_free(struct options *opt);		/* what lists hold */

#endif
