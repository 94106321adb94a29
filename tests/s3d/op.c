/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <assert.h>

#include "op.h"

static const struct {
	const char *name, *price;
} ops[] = {
	[OP_PUT] = { "PUT", "A" },
	[OP_GET] = { "GET", "B" },
	[OP_HEAD] = { "HEAD", "B" },
	[OP_DELETE] = { "DELETE", "free" },
	[OP_CREATE] = { "CREATE", "A" },
	[OP_PART] = { "PART", "A" },
	[OP_COMPLETE] = { "COMPLETE", "A" },
	[OP_ABORT] = { "ABORT", "free" },
	[OP_LISTPARTS] = { "LISTPARTS", "A" },
	[OP_LIST] = { "LIST", "A" },
	[OP_LISTVERSIONS] = { "LISTVERSIONS", "A" },
	[OP_LISTUPLOADS] = { "LISTUPLOADS", "A" },
	[OP_LISTBUCKETS] = { "LISTBUCKETS", "A" },
	[OP_MAKEBUCKET] = { "MAKEBUCKET", "A" },
	[OP_HEADBUCKET] = { "HEADBUCKET", "B" },
	[OP_LOCATION] = { "LOCATION", "B" },
	[OP_VERSIONING] = { "VERSIONING", "B" },
	[OP_LIFECYCLE] = { "LIFECYCLE", "B" },
	[OP_LOCKCONF] = { "LOCKCONF", "B" },
	[OP_OTHER] = { "OTHER", "A" },
};
static_assert(sizeof(ops) / sizeof(ops[0]) == OP__COUNT, "one row an op");

const char *
op_name(enum op op)
{
	return ops[op].name;
}

enum op
op_by_name(struct span name)
{
	for (int i = 0; i < OP__COUNT; i++)
		if (span_is_nocase(name, ops[i].name))
			return (enum op)i;
	return OP__COUNT;
}

const char *
op_class(enum op op)
{
	return ops[op].price;
}
