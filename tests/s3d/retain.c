/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "base64.h"
#include "hex.h"
#include "utc.h"

#include "markup.h"

#include "retain.h"

#define MODE "x-amz-object-lock-mode"
#define UNTIL "x-amz-object-lock-retain-until-date"
#define CHECKSUM "x-amz-checksum-sha256"

/* A checksum that is there is the body's, as far as we know that. */
static const char *
check_sum(const struct request *r, struct span payload)
{
	struct span sum = request_field(r, CHECKSUM);
	uint8_t said[32], seen[32];

	if (sum.p == NULL)
		return NULL;
	if (base64_decode(said, sizeof(said), sum) != 0)
		return "InvalidRequest";
	if (hex_decode(seen, sizeof(seen), payload) != 0)
		return NULL;		/* the payload was not signed */
	for (size_t i = 0; i < sizeof(said); i++)
		if (said[i] != seen[i])
			return "BadDigest";
	return NULL;
}

const char *
retain_take(struct object *o, const struct exchange *x)
{
	const struct request *r = &x->request;
	struct span mode = request_field(r, MODE);
	struct span until = request_field(r, UNTIL);
	const char *wrong = check_sum(r, x->verdict.payload);

	o->retain_until = 0;
	if (wrong != NULL || (mode.p == NULL && until.p == NULL))
		return wrong;
	if (!x->options->object_lock)
		return "InvalidRequest";
	if ((!span_is(mode, "COMPLIANCE") && !span_is(mode, "GOVERNANCE")) ||
	    utc_parse_iso(until, &o->retain_until) != 0 ||
	    o->retain_until <= exchange_now(x))
		return "InvalidArgument";
	return request_field(r, CHECKSUM).p == NULL &&
	    request_field(r, "Content-MD5").p == NULL ? "InvalidRequest" :
	    NULL;
}

bool
retain_holds(const struct object *o, const struct exchange *x)
{
	return o->retain_until > exchange_now(x);
}

void
retain_reply(struct reply *r, const struct object *o)
{
	char until[UTC_ISO_LEN + 1];

	if (o->retain_until == 0)
		return;
	utc_iso(until, o->retain_until);
	reply_field(r, MODE, "COMPLIANCE");
	reply_field(r, UNTIL, "%s", until);
}

void
retain_config(struct exchange *x)
{
	if (!x->options->object_lock) {
		reply_error(&x->reply,
		    "ObjectLockConfigurationNotFoundError");
		return;
	}
	buf_puts(reply_xml(&x->reply), "<ObjectLockConfiguration" MARKUP_XMLNS
	    "><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
	    "</ObjectLockConfiguration>");
}
