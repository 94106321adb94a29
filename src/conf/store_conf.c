/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "span.h"
#include "text.h"

#include "store_conf.h"

#define AT(member) offsetof(struct store_conf, member)

static const char *const addressing_names[] = { "path", "virtual", NULL };
static const char *const key_strategies[] = {
	[KEY_STRATEGY_SHA256] = "sha256",
	[KEY_STRATEGY_PREFIX] = "prefix",
	[KEY_STRATEGY_PATH] = "path",
	NULL
};

const struct field store_conf_fields[] = {
	{ .name = "provider_kind", .type = FIELD_TEXT,
	  .offset = AT(provider_kind), .preset = "generic-s3",
	  .value = "KIND",
	  .what = "cloudflare-r2, aws-s3, backblaze-b2, ... (see consign(1))" },
	{ .name = "store_ref", .type = FIELD_TEXT, .offset = AT(store_ref),
	  .value = "NAME", .what = "what records call this store" },
	{ .name = "endpoint", .type = FIELD_TEXT, .offset = AT(endpoint),
	  .value = "URL", .what = "https://HOST[:PORT]" },
	{ .name = "endpoint_host", .type = FIELD_TEXT,
	  .offset = AT(endpoint_host), .value = "HOST[:PORT]",
	  .what = "the same, always https" },
	{ .name = "bucket", .type = FIELD_TEXT, .offset = AT(bucket),
	  .value = "NAME", .what = "the bucket" },
	{ .name = "region", .type = FIELD_TEXT, .offset = AT(region),
	  .value = "NAME", .what = "the region that requests are signed for" },
	{ .name = "access_key_id_ref", .type = FIELD_TEXT,
	  .offset = AT(access_key_id_ref), .preset = "env:AWS_ACCESS_KEY_ID",
	  .value = "REF", .what = "where the key id is: env:NAME" },
	{ .name = "secret_access_key_ref", .type = FIELD_TEXT,
	  .offset = AT(secret_access_key_ref),
	  .preset = "env:AWS_SECRET_ACCESS_KEY",
	  .value = "REF", .what = "where the secret key is: env:NAME" },
	{ .name = "session_token_ref", .type = FIELD_TEXT,
	  .offset = AT(session_token_ref), .value = "REF",
	  .what = "where a session token is (env:AWS_SESSION_TOKEN, if set)" },
	{ .name = "addressing", .type = FIELD_CHOICE, .offset = AT(addressing),
	  .choices = addressing_names, .value = "path|virtual",
	  .what = "where the bucket's name goes: into the path or the host" },
	{ .name = "key_strategy", .type = FIELD_CHOICE,
	  .offset = AT(key_strategy), .preset = "sha256",
	  .choices = key_strategies, .value = "sha256|prefix|path",
	  .what = "what keys are made of" },
	{ .name = "key_prefix", .type = FIELD_TEXT, .offset = AT(key_prefix),
	  .value = "PREFIX", .what = "what stands before keys that are not "
	  "sha256/..." },
	{ .name = "key_append_extension", .type = FIELD_FLAG,
	  .offset = AT(key_append_extension),
	  .what = "end keys of the strategy prefix like the file's name" },
	{ .name = "multipart_threshold", .type = FIELD_SIZE,
	  .offset = AT(multipart_threshold), .preset = "64M", .min = 1,
	  .value = "BYTES", .what = "send objects of this size in parts" },
	{ .name = "multipart_part_size", .type = FIELD_SIZE,
	  .offset = AT(multipart_part_size), .preset = "64M", .min = 1,
	  .max = (uint64_t)5 << 30, .value = "BYTES",
	  .what = "of one part; at least 5M" },
	{ .name = "allow_tiny_parts", .type = FIELD_FLAG,
	  .offset = AT(allow_tiny_parts),
	  .what = "permit smaller parts, for stores that take them" },
	{ .name = "bwlimit", .type = FIELD_TEXT, .offset = AT(bwlimit),
	  .value = "RATE", .what = "bytes a second, each way; or times with "
	  "rates" },
	{ .name = "ca_file", .type = FIELD_TEXT, .offset = AT(ca_file),
	  .value = "FILE", .what = "trust only these roots (PEM), or: system" },
	{ .name = "pin", .type = FIELD_TEXT, .offset = AT(pin),
	  .value = "sha256/BASE64", .what = "trust only this public key" },
	{ .name = "allow_plain_http", .type = FIELD_FLAG,
	  .offset = AT(allow_plain_http),
	  .what = "permit http:// beyond this machine" },
	{ .name = "connect_timeout", .type = FIELD_MS,
	  .offset = AT(connect_timeout), .preset = "30s",
	  .min = 1, .max = 3600000, .value = "TIME",
	  .what = "for one address's TCP and TLS handshake" },
	{ .name = "stall_timeout", .type = FIELD_MS,
	  .offset = AT(stall_timeout), .preset = "60s",
	  .min = 1, .max = 86400000, .value = "TIME",
	  .what = "end a transfer slower than the minimum for this long" },
	{ .name = "min_rate", .type = FIELD_SIZE, .offset = AT(min_rate),
	  .preset = "128", .min = 1, .max = (uint64_t)1 << 40,
	  .value = "BYTES", .what = "a second: the minimum that is no stall" },
	{ .name = "request_timeout", .type = FIELD_MS,
	  .offset = AT(request_timeout), .max = 604800000, .value = "TIME",
	  .what = "for a whole request (none for GET, else 14m)" },
	{ .name = "max_attempts", .type = FIELD_COUNT,
	  .offset = AT(max_attempts), .min = 1, .max = 100,
	  .value = "N", .what = "failures in a row of one request (4)" },
	{ .name = "backoff_base", .type = FIELD_MS,
	  .offset = AT(backoff_base), .preset = "500ms", .max = 600000,
	  .value = "TIME",
	  .what = "the first pause is up to this, then doubles" },
	{ .name = "jobs", .type = FIELD_COUNT, .offset = AT(jobs),
	  .min = 1, .max = 32, .value = "N",
	  .what = "so many at once (processors, but at most 4)" },
	{ .name = "max_puts", .type = FIELD_COUNT, .offset = AT(max_puts),
	  .preset = FIELD_NO_LIMIT, .value = "N",
	  .what = "ceiling of class A requests, retries included" },
	{ .name = "max_bytes_up", .type = FIELD_SIZE,
	  .offset = AT(max_bytes_up), .preset = FIELD_NO_LIMIT,
	  .value = "BYTES", .what = "ceiling of bytes sent" },
	{ .name = "max_bytes_down", .type = FIELD_SIZE,
	  .offset = AT(max_bytes_down), .preset = FIELD_NO_LIMIT,
	  .value = "BYTES", .what = "ceiling of bytes fetched" },
	{ .name = NULL }
};

void
store_conf_init(struct store_conf *sc)
{
	*sc = (struct store_conf){ .addressing = ADDRESSING_PROVIDER };
	field_presets(store_conf_fields, sc);
}

static bool
has_only(const char *s, const char *allowed)
{
	return s[strspn(s, allowed)] == '\0';
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

static int
check_endpoint(const struct store_conf *sc, struct endpoint *ep, struct err *e)
{
	if (sc->endpoint != NULL && sc->endpoint_host != NULL)
		return err_set(e, ERR_CONFIG_INVALID,
		    "both endpoint and endpoint_host are given");
	if (sc->endpoint != NULL)
		return endpoint_parse_url(ep, span_of(sc->endpoint), e);
	if (sc->endpoint_host != NULL)
		return endpoint_parse_host(ep, span_of(sc->endpoint_host), e);
	err_set(e, ERR_CONFIG_INVALID, "no endpoint is given");
	return err_advise(e, "give --endpoint https://HOST[:PORT]");
}

static int
check_bucket(const struct store_conf *sc, const struct endpoint *ep,
    struct err *e)
{
	const char *b = sc->bucket;

	if (b == NULL) {
		err_set(e, ERR_CONFIG_INVALID, "no bucket is given");
		return err_advise(e, "give --bucket NAME");
	}
	if (strlen(b) < 3 || strlen(b) > 63 ||
	    !has_only(b, LOWER UPPER DIGIT "._-") || strstr(b, "..") != NULL ||
	    strchr(".-", b[0]) != NULL)
		return err_set(e, ERR_CONFIG_INVALID,
		    "'%s' cannot be a bucket's name", b);
	if (sc->addressing == ADDRESSING_VIRTUAL && ep->tls &&
	    strchr(b, '.') != NULL) {
		/* A wildcard covers one label (RFC 6125 section 6.4.3). */
		err_set(e, ERR_CONFIG_INVALID,
		    "no certificate covers the dotted bucket '%s' as a host",
		    b);
		return err_advise(e, "use --addressing path");
	}
	return 0;
}

/* References only: that a credential was typed here must not be echoed. */
static int
check_ref(const char *ref, const char *name, struct err *e)
{
	const char *v;

	if (ref == NULL)
		return 0;
	if (strncmp(ref, "file:", 5) == 0 && ref[5] != '\0')
		return 0;
	if (strncmp(ref, "env:", 4) == 0) {
		v = ref + 4;
		if (strlen(v) >= 3 && strlen(v) <= 81 &&
		    v[0] >= 'A' && v[0] <= 'Z' && has_only(v, UPPER DIGIT "_"))
			return 0;
	}
	err_set(e, ERR_CONFIG_INVALID, "%s is not a reference", name);
	return err_advise(e, "give env:NAME, where NAME is an environment "
	    "variable in capitals; never the credential itself");
}

static int
check_pin(const char *pin, struct err *e)
{
	uint8_t digest[32];

	if (pin == NULL)
		return 0;
	if (strncmp(pin, "sha256/", 7) != 0 ||
	    base64_decode(digest, sizeof(digest), span_of(pin + 7)) != 0) {
		err_set(e, ERR_CONFIG_INVALID, "the pin is malformed");
		return err_advise(e,
		    "give sha256/ and 44 characters of base64");
	}
	return 0;
}

/* Not one that ends up as another key, nor where our own records are. */
static bool
is_prefix(const char *p)
{
	struct span rest = span_of(p), segment;

	if (rest.len > STORE_CONF_PREFIX_MAX || !text_is_utf8(rest) ||
	    strcmp(p, "consign") == 0 || span_starts(rest, "consign/"))
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			return false;
	do {
		rest = span_cut(rest, '/', &segment);
		if (segment.len == 0 || span_is(segment, ".") ||
		    span_is(segment, ".."))
			return false;
	} while (rest.p != NULL);
	return true;
}

static int
check_keys(const struct store_conf *sc, struct err *e)
{
	bool has = sc->key_prefix != NULL;

	if (has && sc->key_strategy == KEY_STRATEGY_SHA256) {
		err_set(e, ERR_CONFIG_INVALID,
		    "keys of the strategy sha256 have no prefix");
		return err_advise(e, "choose key_strategy prefix or path");
	}
	if (!has && sc->key_strategy == KEY_STRATEGY_PREFIX) {
		err_set(e, ERR_CONFIG_INVALID,
		    "the key strategy prefix needs a prefix");
		return err_advise(e, "give key_prefix");
	}
	if (sc->key_append_extension &&
	    sc->key_strategy != KEY_STRATEGY_PREFIX)
		return err_set(e, ERR_CONFIG_INVALID,
		    "only keys of the strategy prefix take an extension");
	if (has && !is_prefix(sc->key_prefix)) {
		err_set(e, ERR_CONFIG_INVALID,
		    "'%s' cannot be what keys begin with", sc->key_prefix);
		return err_advise(e, "give names with '/' between, at most %d "
		    "bytes, not below consign/", STORE_CONF_PREFIX_MAX);
	}
	return 0;
}

static int
check_parts(const struct store_conf *sc, struct err *e)
{
	if (sc->multipart_part_size >= STORE_CONF_PART_MIN ||
	    sc->allow_tiny_parts)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "stores want parts of at least 5M, "
	    "not of %llu bytes", (unsigned long long)sc->multipart_part_size);
	return err_advise(e, "give multipart_part_size 5M or more");
}

int
store_conf_check(const struct store_conf *sc, struct endpoint *ep,
    struct err *e)
{
	if (check_endpoint(sc, ep, e) != 0 || check_bucket(sc, ep, e) != 0)
		return -1;
	if (sc->region != NULL && (strlen(sc->region) < 1 ||
	    strlen(sc->region) > 63 ||
	    !has_only(sc->region, LOWER UPPER DIGIT "_-")))
		return err_set(e, ERR_CONFIG_INVALID,
		    "'%s' cannot be a region's name", sc->region);
	if (sc->store_ref != NULL && (strlen(sc->store_ref) < 1 ||
	    strlen(sc->store_ref) > 128 ||
	    !has_only(sc->store_ref, LOWER UPPER DIGIT "._:/-")))
		return err_set(e, ERR_CONFIG_INVALID,
		    "records cannot call a store '%s'", sc->store_ref);
	if (check_ref(sc->access_key_id_ref, "access_key_id_ref", e) != 0 ||
	    check_ref(sc->secret_access_key_ref, "secret_access_key_ref",
	    e) != 0 ||
	    check_ref(sc->session_token_ref, "session_token_ref", e) != 0)
		return -1;
	if (sc->addressing == ADDRESSING_VIRTUAL &&
	    endpoint_prepend(ep, sc->bucket, e) != 0)
		return -1;
	if (check_pin(sc->pin, e) != 0 || check_keys(sc, e) != 0)
		return -1;
	return check_parts(sc, e);
}
