/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "options.h"

#define AT(member) offsetof(struct global_options, member)

const struct field options_global[] = {
	{ .name = "root", .type = FIELD_TEXT, .offset = AT(root),
	  .value = "DIR", .what = "the archive root" },
	{ .name = "state", .type = FIELD_TEXT, .offset = AT(state),
	  .value = "DIR", .what = "its state folder, seen from the root" },
	{ .name = "writer", .type = FIELD_TEXT, .offset = AT(writer),
	  .value = "NAME", .what = "the key that signs history" },
	{ .name = "json", .type = FIELD_FLAG, .offset = AT(json),
	  .what = "one flat JSON object a line, nothing else" },
	{ .name = "quiet", .type = FIELD_FLAG, .offset = AT(quiet),
	  .letter = 'q', .what = "results and failures only" },
	{ .name = "verbose", .type = FIELD_FLAG, .offset = AT(verbose),
	  .letter = 'v', .what = "say what is done, and how long it took" },
	{ .name = "help", .type = FIELD_FLAG, .offset = AT(help),
	  .letter = 'h', .what = "this text" },
	{ .name = "version", .type = FIELD_FLAG, .offset = AT(version),
	  .what = "version, date of the roots, what is proven" },
	{ .name = NULL }
};

#undef AT
#define AT(member) offsetof(struct selection_options, member)

const struct field options_store_name[] = {
	{ .name = "store", .type = FIELD_TEXT, .offset = AT(store),
	  .value = "NAME", .what = "the store of that name in consign.yaml" },
	{ .name = NULL }
};

const struct field options_selection[] = {
	{ .name = "only", .type = FIELD_LIST, .offset = AT(only),
	  .value = "sha256:HEX", .what = "objects of this id; repeatable" },
	{ .name = "plan_from", .type = FIELD_TEXT, .offset = AT(plan_from),
	  .value = "FILE", .what = "exactly this saved plan" },
	{ .name = "max_objects", .type = FIELD_COUNT,
	  .offset = AT(max_objects), .value = "N",
	  .what = "refuse a run of more objects" },
	{ .name = "skip_uploaded", .type = FIELD_FLAG,
	  .offset = AT(skip_uploaded),
	  .what = "leave out what the store is proven to hold" },
	{ .name = "force_reupload", .type = FIELD_FLAG,
	  .offset = AT(force_reupload),
	  .what = "send again what the store holds already" },
	{ .name = "rehash", .type = FIELD_FLAG, .offset = AT(rehash),
	  .what = "hash unchanged files again" },
	{ .name = NULL }
};

#undef AT
#define AT(member) offsetof(struct approval_options, member)

const struct field options_approval[] = {
	{ .name = "dry_run", .type = FIELD_FLAG, .offset = AT(dry_run),
	  .what = "say what would be done, and do nothing" },
	{ .name = "approve", .type = FIELD_FLAG, .offset = AT(approve),
	  .what = "do it" },
	{ .name = "reviewed_by", .type = FIELD_TEXT,
	  .offset = AT(reviewed_by), .value = "WHO",
	  .what = "who looked at it: [a-z0-9][a-z0-9._-]{0,62}" },
	{ .name = "wait", .type = FIELD_WAIT, .offset = AT(wait),
	  .max = (uint64_t)30 * 24 * 3600 * 1000, .value = "TIME",
	  .what = "for another run to end, so long (0); 5 is 5s" },
	{ .name = NULL }
};

#undef AT
#define AT(member) offsetof(struct limit_options, member)

const struct field options_limits[] = {
	{ .name = "max_puts_month", .type = FIELD_COUNT,
	  .offset = AT(max_puts_month), .value = "N",
	  .what = "ceiling of class A requests a month" },
	{ .name = "window", .type = FIELD_TEXT, .offset = AT(window),
	  .value = "HH:MM-HH:MM", .what = "send at this time of day only" },
	{ .name = NULL }
};

#undef AT
#define AT(member) offsetof(struct watch_options, member)

const struct field options_watch[] = {
	{ .name = "progress", .type = FIELD_COUNT, .offset = AT(progress),
	  .min = 1, .max = 65535, .value = "FD",
	  .what = "say how far it is there, as JSON rows" },
	{ .name = NULL }
};

/* See options.h. */
void
options_init(struct options *opt)
{
	*opt = (struct options){ .selection.max_objects = OPTIONS_NONE,
	    .limits.max_puts_month = OPTIONS_NONE,
	    .watch.progress = OPTIONS_NONE,
	    .prove.tier = OPTIONS_NONE,
	    .put = { OPTIONS_NONE, OPTIONS_NONE },
	    .status.max_age = OPTIONS_NONE,
	    .ledger.last = OPTIONS_NONE,
	    .ledger.anchor_retention = OPTIONS_NONE,
	    .resolve.proof_expires_after = OPTIONS_NONE,
	    .report.objects = 1000 };
	store_conf_init(&opt->store);
}

/* See options.h. */
void
options_free(struct options *opt)
{
	field_list_free(&opt->selection.only);
	field_list_free(&opt->sign.query);
	field_list_free(&opt->sign.header);
}
