/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESOLVE_REQUEST_H
#define RESOLVE_REQUEST_H

#include "err.h"
#include "options.h"
#include "record.h"
#include "resolve_rules.h"
#include "yaml_walk.h"

/*
 * What consign resolve is asked: from options, and what they leave open from
 * the file of --request: a flat JSON object, or a YAML mapping.  Fields of
 * other names are passed over, and so is null.  All of it is untrusted.
 */
#define RESOLVE_REQUEST_MAX 65535	/* bytes of the file */

/* Large. */
struct resolve_input {
	struct resolve_request request;

	/* Private. */
	char *text;
	struct yaml_texts texts;
	struct record record;
	char scratch[RECORD_SIZE_MAX];
};

/*
 * -1: the file is not there, cannot be read or is no request; what it would
 * have said is then absent.  in is to be closed in every case.
 */
int resolve_request_read(struct resolve_input *in,
    const struct resolve_options *opt, struct err *e);

void resolve_request_close(struct resolve_input *in);	/* a zeroed one, too */

#endif
