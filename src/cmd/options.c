/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "options.h"

#define AT(member) offsetof(struct global_options, member)

const struct field options_global[] = {
	{ .name = "root", .type = FIELD_TEXT, .offset = AT(root),
	  .value = "DIR", .what = "the archive root" },
	{ .name = "state", .type = FIELD_TEXT, .offset = AT(state),
	  .value = "DIR", .what = "its state folder, seen from the root" },
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
