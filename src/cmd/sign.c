/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "creds.h"
#include "file.h"
#include "hex.h"
#include "provider.h"
#include "record.h"
#include "sha256.h"
#include "utc.h"
#include "wipe.h"

#include "sign.h"

#define AT(member) offsetof(struct sign_options, member)

const struct field sign_fields[] = {
	{ .name = "query", .type = FIELD_LIST, .offset = AT(query),
	  .value = "NAME[=VALUE]", .what = "a query parameter, raw" },
	{ .name = "header", .type = FIELD_LIST, .offset = AT(header),
	  .value = "'NAME: VALUE'", .what = "a header to sign, beside "
	  "host and x-amz-*" },
	{ .name = "payload", .type = FIELD_TEXT, .offset = AT(payload),
	  .value = "FILE", .what = "the body" },
	{ .name = "payload_hash", .type = FIELD_TEXT,
	  .offset = AT(payload_hash), .value = "HEX",
	  .what = "its SHA-256, or UNSIGNED-PAYLOAD" },
	{ .name = "time", .type = FIELD_TEXT, .offset = AT(time),
	  .value = "YYYYMMDDTHHMMSSZ", .what = "sign for this time (now)" },
	{ .name = "presign", .type = FIELD_COUNT, .offset = AT(presign),
	  .min = 1, .max = SIGV4_EXPIRES_MAX, .value = "SECONDS",
	  .what = "sign the query instead, for so long" },
	{ .name = NULL }
};

/* What key id and session token are replaced by where a text is shown. */
#define HIDDEN "[hidden]"

#define LIST_MAX 24		/* parameters, or headers, of the user's */

struct signing {
	struct endpoint endpoint;
	struct creds creds;
	struct sigv4_scope scope;
	struct sigv4_request req;
	struct sigv4_pair query[LIST_MAX];
	struct sigv4_pair header[LIST_MAX + 4];
	char host[ENDPOINT_HOSTPORT_MAX + 1];
	char date[UTC_AMZ_LEN + 1];
	char hash[SHA256_HEX_LEN + 1];
	struct sigv4_presigned presigned;
	char canonical[SIGV4_CANONICAL_MAX];
	char shown[SIGV4_CANONICAL_MAX];
	char string_to_sign[SIGV4_STRING_MAX + 1];
	char signature[SIGV4_SIGNATURE_LEN + 1];
};

static int
take_query(struct signing *s, const struct field_list *list, struct err *e)
{
	if (list->n > LIST_MAX)
		return err_set(e, ERR_USAGE, "more than %d --query", LIST_MAX);
	for (size_t i = 0; i < list->n; i++) {
		struct sigv4_pair *q = &s->query[i];

		q->value = span_cut(span_of(list->item[i]), '=', &q->name);
	}
	s->req.query = s->query;
	s->req.nquery = list->n;
	return 0;
}

static int
take_headers(struct signing *s, const struct field_list *list,
    struct err *e)
{
	if (list->n > LIST_MAX)
		return err_set(e, ERR_USAGE, "more than %d --header",
		    LIST_MAX);
	for (size_t i = 0; i < list->n; i++) {
		struct sigv4_pair *h = &s->header[s->req.nheader++];

		h->value = span_cut(span_of(list->item[i]), ':', &h->name);
		if (h->value.p == NULL)
			return err_set(e, ERR_USAGE,
			    "'%s' is not NAME: VALUE", list->item[i]);
		h->value = span_trim(h->value);
	}
	s->req.header = s->header;
	return 0;
}

static void
add_header(struct signing *s, const char *name, struct span value)
{
	s->header[s->req.nheader++] = (struct sigv4_pair){ span_of(name),
	    value };
}

static int
hash_file(const char *path, char hex[SHA256_HEX_LEN + 1], struct err *e)
{
	struct file f = {0};
	uint8_t block[4096], digest[SHA256_LEN];
	struct sha256 h;
	int64_t at = 0;
	ssize_t n;

	if (file_open(&f, path, 0, e) != 0)
		return -1;
	sha256_init(&h);
	while ((n = file_read_at(&f, block, sizeof(block), at, e)) > 0) {
		sha256_update(&h, block, (size_t)n);
		at += n;
	}
	file_close(&f);
	sha256_final(&h, digest);
	hex_encode(hex, digest, SHA256_LEN);
	return n < 0 ? -1 : 0;
}

static int
take_payload(struct signing *s, const struct sign_options *opt,
    struct err *e)
{
	uint8_t digest[SHA256_LEN];

	if (opt->payload != NULL && opt->payload_hash != NULL)
		return err_set(e, ERR_USAGE,
		    "both --payload and --payload-hash are given");
	if (opt->payload_hash != NULL) {
		s->req.payload_hash = span_of(opt->payload_hash);
		return 0;
	}
	if (opt->payload != NULL) {
		if (hash_file(opt->payload, s->hash, e) != 0)
			return -1;
	} else {
		sha256_of(digest, "", 0);
		hex_encode(s->hash, digest, SHA256_LEN);
	}
	s->req.payload_hash = span_of(s->hash);
	return 0;
}

static int
take_scope(struct signing *s, struct app *app, struct err *e)
{
	const struct store_conf *sc = &app->opt->store;
	const struct provider *p = provider_find(sc->provider_kind);
	const char *region = sc->region;

	if (region == NULL && p != NULL)
		region = p->region;
	if (region == NULL)
		return err_set(e, ERR_CONFIG_INVALID, "no region is given");
	s->scope.region = span_of(region);
	s->scope.service = span_of("s3");
	s->scope.time = app->clock->wall_s(app->clock);
	if (app->opt->sign.time != NULL && utc_parse_amz(
	    span_of(app->opt->sign.time), &s->scope.time) != 0)
		return err_set(e, ERR_USAGE, "'%s' is not a time such as "
		    "20130524T000000Z", app->opt->sign.time);
	utc_amz(s->date, s->scope.time);
	return 0;
}

static int
take_endpoint(struct signing *s, const struct store_conf *sc, struct err *e)
{
	int rc;

	if (sc->endpoint != NULL)
		rc = endpoint_parse_url(&s->endpoint, span_of(sc->endpoint), e);
	else if (sc->endpoint_host != NULL)
		rc = endpoint_parse_host(&s->endpoint,
		    span_of(sc->endpoint_host), e);
	else
		rc = err_set(e, ERR_CONFIG_INVALID, "no endpoint is given");
	if (rc == 0 && sc->addressing == ADDRESSING_VIRTUAL &&
	    sc->bucket != NULL)
		rc = endpoint_prepend(&s->endpoint, sc->bucket, e);
	if (rc == 0)
		endpoint_host_header(s->host, &s->endpoint);
	return rc;
}

/*
 * The canonical request for creds: once with the real ones, to be signed, and
 * once with hidden ones, to be shown.
 */
static int
write_canonical(struct signing *s, struct buf *out, uint32_t expires,
    const struct sigv4_creds *creds, struct err *e)
{
	size_t given = s->req.nheader;
	int rc;

	add_header(s, "Host", span_of(s->host));
	if (expires > 0) {
		s->req.expires = expires;
		rc = sigv4_presigned(&s->presigned, &s->req, &s->scope, creds,
		    e);
		if (rc == 0)
			rc = sigv4_canonical(out, &s->presigned.req, e);
	} else {
		add_header(s, "x-amz-content-sha256", s->req.payload_hash);
		add_header(s, "x-amz-date", span_of(s->date));
		if (creds->token.p != NULL)
			add_header(s, "x-amz-security-token", creds->token);
		rc = sigv4_canonical(out, &s->req, e);
	}
	s->req.nheader = given;
	return rc;
}

static int
compute(struct signing *s, uint32_t expires, struct err *e)
{
	struct sigv4_creds hidden = { .key_id = span_of(HIDDEN),
	    .secret = s->creds.as_sigv4.secret };
	struct sigv4_keys keys;
	struct buf canonical, shown, string;
	int rc = -1;

	if (s->creds.as_sigv4.token.p != NULL)
		hidden.token = span_of(HIDDEN);
	buf_fixed(&canonical, s->canonical, sizeof(s->canonical));
	buf_fixed(&shown, s->shown, sizeof(s->shown));
	buf_fixed(&string, s->string_to_sign, sizeof(s->string_to_sign));
	if (write_canonical(s, &canonical, expires, &s->creds.as_sigv4,
	    e) == 0 &&
	    write_canonical(s, &shown, expires, &hidden, e) == 0 &&
	    sigv4_string_to_sign(&string, buf_as_span(&canonical), &s->scope,
	    e) == 0 &&
	    sigv4_derive(&keys, s->creds.as_sigv4.secret, &s->scope, e) == 0) {
		sigv4_signature(s->signature, &keys, buf_as_span(&string));
		rc = 0;
	}
	wipe_mem(&keys, sizeof(keys));
	wipe_mem(s->canonical, sizeof(s->canonical));
	return rc;
}

static int
show(struct app *app, const struct signing *s, struct err *e)
{
	char storage[3 * SIGV4_CANONICAL_MAX];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	if (app->opt->global.json) {
		record_begin(&b);
		record_str(&b, "canonical_request", span_of(s->shown));
		record_str(&b, "string_to_sign", span_of(s->string_to_sign));
		record_str(&b, "signature", span_of(s->signature));
		record_end(&b);
	} else {
		buf_printf(&b, "canonical request:\n%s\n\n"
		    "string to sign:\n%s\n\nsignature:\n%s\n",
		    s->shown, s->string_to_sign, s->signature);
	}
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

static int
sign(struct signing *s, struct app *app, struct err *e)
{
	const struct sign_options *opt = &app->opt->sign;

	s->req.method = app->arg[0];
	s->req.path = span_of(app->arg[1]);
	if (take_endpoint(s, &app->opt->store, e) != 0 ||
	    take_scope(s, app, e) != 0 ||
	    take_query(s, &opt->query, e) != 0 ||
	    take_headers(s, &opt->header, e) != 0 ||
	    take_payload(s, opt, e) != 0 ||
	    creds_read(&s->creds, &app->opt->store, false, app->guard,
	    e) != 0 ||
	    creds_guard_keys(&s->creds, s->scope.region.p, s->scope.time,
	    app->guard, e) != 0 ||
	    compute(s, (uint32_t)opt->presign, e) != 0)
		return -1;
	return show(app, s, e);
}

int
sign_run(struct app *app, struct err *e)
{
	struct signing *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for signing");
	rc = sign(s, app, e);
	creds_wipe(&s->creds);
	free(s);
	return rc;
}
