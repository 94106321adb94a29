/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROBE_WIRE_H
#define PROBE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "client.h"
#include "err.h"
#include "etag.h"
#include "object.h"
#include "rng.h"
#include "sha256.h"

#include "probe.h"

/*
 * The requests of a probe, for probe.c alone: sent again where a failure may
 * pass, and judged only so far that a refusal, which is a finding, is told
 * from what ends the probe.
 */

/* "consign probe 1 ", 32 hex digits, a line feed: the bytes of one PUT. */
#define PROBE_WIRE_BODY (16 + 32 + 1)

/* A list of one name and prefix of 96 bytes has some 700; more says enough. */
#define PROBE_WIRE_ANSWER_MAX 4096

/* Generations kept in mind; a probe makes two, unless PUTs fail. */
#define PROBE_WIRE_VERSIONS_MAX 8

struct probe_body {
	struct client_body body;
	size_t at;
	char text[PROBE_WIRE_BODY + 1];
	char hex[SHA256_HEX_LEN + 1];
};

int probe_wire_body(struct probe_body *b, int which, struct rng *rng,
    struct err *e);

/* One probe, and the latest answer to it. */
struct probe_wire {
	struct client *c;
	struct span key;

	/* What was stored. */
	bool stored;			/* a PUT was sent */
	bool versioned;			/* its answer named a version */
	bool more;			/* there may be versions beside these */
	bool hidden;			/* a DELETE left a marker on top */
	char version[PROBE_WIRE_VERSIONS_MAX][OBJECT_VERSION_MAX + 1];
	size_t nversions;

	char answer[PROBE_WIRE_ANSWER_MAX];
	size_t len;
	bool cut;			/* the answer was longer */
};

/*
 * Each of these returns 0 for a success, whose body is then in answer; 1 for
 * a refusal that says something of the store, with its words in e; -1 for
 * whatever else ends the probe, a clock that is wrong among it.
 *
 * NULL stands for: without the condition, all of it, what is there now.
 */
int probe_wire_ask(struct probe_wire *w, const struct client_request *req,
    struct err *e);
int probe_wire_get(struct probe_wire *w, const char *etag, const char *range,
    struct err *e);
int probe_wire_put(struct probe_wire *w, struct probe_body *b, bool only_new,
    struct err *e);
int probe_wire_delete(struct probe_wire *w, const char *etag,
    const char *version, struct err *e);

/* rc was a refusal of that class? */
bool probe_wire_refused(const struct probe_wire *w, int rc,
    enum s3_class class);

/* Was this body the answer? */
bool probe_wire_is(const struct probe_wire *w, const struct probe_body *b);

/* HEAD, as object_look(): is there an object at the key? */
int probe_wire_look(struct probe_wire *w, bool *there, struct err *e);

#endif
