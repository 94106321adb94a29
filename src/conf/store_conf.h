/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STORE_CONF_H
#define STORE_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "err.h"
#include "field.h"

/* A store's settings: a bucket behind an endpoint, and how to talk to it. */

enum addressing {
	ADDRESSING_PATH,
	ADDRESSING_VIRTUAL,
	ADDRESSING_PROVIDER	/* not said: what the provider's row says */
};

/* How keys are made, as in keyname.h and in that order. */
enum key_strategy {
	KEY_STRATEGY_SHA256,
	KEY_STRATEGY_PREFIX,
	KEY_STRATEGY_PATH
};

/*
 * A part that is not the last, at least (Amazon S3 user guide, "Multipart
 * upload limits"; all providers that are known have it).
 */
#define STORE_CONF_PART_MIN ((uint64_t)5 << 20)

#define STORE_CONF_PREFIX_MAX 512	/* half of what a key may have */

struct store_conf {
	const char *name;		/* in consign.yaml; NULL: of options */
	const char *provider_kind;
	const char *store_ref;
	const char *endpoint;		/* a URL, or ... */
	const char *endpoint_host;	/* ... HOST[:PORT], https */
	const char *bucket;
	const char *region;		/* NULL: the provider's own */
	const char *access_key_id_ref;
	const char *secret_access_key_ref;
	const char *session_token_ref;	/* NULL: none */
	int addressing;			/* enum addressing */
	int key_strategy;		/* enum key_strategy */
	const char *key_prefix;		/* no '/' at its ends; NULL: none */
	bool key_append_extension;	/* to keys of KEY_STRATEGY_PREFIX */
	uint64_t multipart_threshold;	/* bytes: from here on in parts */
	uint64_t multipart_part_size;
	bool allow_tiny_parts;		/* smaller than STORE_CONF_PART_MIN */
	const char *bwlimit;		/* see bwlimit.h; NULL: no limit */
	const char *ca_file;		/* PEM, or "system"; NULL: Mozilla's */
	const char *pin;		/* sha256/BASE64 of the public key */
	bool allow_plain_http;
	uint64_t connect_timeout;	/* milliseconds, as all of these */
	uint64_t stall_timeout;
	uint64_t request_timeout;	/* 0: the default of each request */
	uint64_t min_rate;		/* bytes a second */
	uint64_t max_attempts;		/* 0: what the provider's row says */
	uint64_t backoff_base;
	uint64_t jobs;			/* workers; 0: as crew.h says */
	uint64_t max_puts;		/* INT64_MAX: no ceiling, as for ... */
	uint64_t max_bytes_up;
	uint64_t max_bytes_down;

	/* No settings: what follows from bwlimit and window, see speed.h. */
	uint64_t speed;			/* bytes a second; 0: not known */
	uint64_t day_bytes;		/* in a day; 0: not known */
};

extern const struct field store_conf_fields[];

/* All presets, nothing else set. */
void store_conf_init(struct store_conf *sc);

/*
 * What no single field can tell: that the endpoint is given once, that the
 * bucket's name can be one (the union of the providers' rules: 3 to 63 of
 * [a-z0-9.-] and, as old buckets have, [A-Z_]), that a dotted bucket is not
 * asked for in virtual style over TLS, that records can hold the store_ref (1
 * to 128 of [A-Za-z0-9._:/-]), the forms of references and pin, that the key
 * prefix fits the strategy and leaves alone what is ours ("consign/"), that
 * parts are as large as stores want them.
 * Fills in ep, with the bucket in front of the host in virtual style.
 * Reads no secret, sends nothing.
 */
int store_conf_check(const struct store_conf *sc, struct endpoint *ep,
    struct err *e);

#endif
