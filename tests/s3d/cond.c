/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "cond.h"

/* Is etag in a list of them?  A weak one equals none. */
static bool
matches(struct span list, const struct object *now)
{
	struct span one;

	if (now == NULL)
		return false;
	while (list.p != NULL) {
		list = span_cut(list, ',', &one);
		one = span_trim(one);
		if (span_is(one, "*"))
			return true;
		if (one.len >= 2 && one.p[0] == '"' &&
		    one.p[one.len - 1] == '"')
			one = (struct span){ one.p + 1, one.len - 2 };
		if (span_is(one, now->etag))
			return true;
	}
	return false;
}

int
cond_check(const struct exchange *x, const struct object *now)
{
	enum op op = x->request.op == OP_HEAD ? OP_GET : x->request.op;
	struct span match = request_field(&x->request, "If-Match");
	struct span none = request_field(&x->request, "If-None-Match");

	if (match.p == NULL && none.p == NULL)
		return 0;
	if (x->options->cond[op] == COND_REFUSE)
		return 501;
	if (x->options->cond[op] == COND_IGNORE ||
	    x->faults.on[FAULT_IGNORE_IF_MATCH])
		return 0;
	if (match.p != NULL && !matches(match, now))
		return now == NULL ? 404 : 412;
	if (none.p != NULL && matches(none, now))
		return op == OP_GET ? 304 : 412;
	return 0;
}

const char *
cond_code(int status)
{
	return status == 501 ? "NotImplemented" :
	    status == 404 ? "NoSuchKey" : "PreconditionFailed";
}

void
cond_refuse(struct exchange *x, int status)
{
	if (status == 304)
		x->reply.status = 304;
	else
		reply_error(&x->reply, cond_code(status));
}
