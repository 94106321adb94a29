/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"
#include "utc.h"

#include "sha256.h"
#include "wipe.h"

#include "sigv4_internal.h"

#include "sigv4.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

#define PRESIGN_QUERY 6		/* parameters that presigning adds */

#define TIME_MAX INT64_C(253402300799)	/* 9999-12-31T23:59:59Z */

/* A region or a service. */
static bool
is_name(struct span s)
{
	return s.len <= SIGV4_NAME_MAX && sigv4_canonical_word(s, "._-");
}

static int
check_scope(const struct sigv4_scope *scope, struct err *e)
{
	if (scope->time < 0 || scope->time > TIME_MAX)
		return err_set(e, ERR_USAGE, "cannot sign at that time");
	if (!is_name(scope->region) || !is_name(scope->service))
		return err_set(e, ERR_USAGE,
		    "cannot sign for that region or service");
	return 0;
}

static int
check_key_id(struct span key_id, struct err *e)
{
	bool ok = key_id.len > 0 && key_id.len <= SIGV4_KEY_ID_MAX;

	for (size_t i = 0; i < key_id.len; i++) {
		char c = key_id.p[i];

		ok = ok && c > 0x20 && c < 0x7f && c != ',' && c != '/';
	}
	if (!ok)
		return err_set(e, ERR_USAGE,
		    "cannot sign with an access key id of that form");
	return 0;
}

/* "20130524/us-east-1/s3/aws4_request" */
static void
put_scope(struct buf *out, const struct sigv4_scope *scope)
{
	char date[UTC_AMZ_LEN + 1];

	utc_amz(date, scope->time);
	buf_put(out, date, 8);
	buf_putc(out, '/');
	buf_span(out, scope->region);
	buf_putc(out, '/');
	buf_span(out, scope->service);
	buf_puts(out, "/aws4_request");
}

/* see sigv4.h */
int
sigv4_string_to_sign(struct buf *out, struct span canonical,
    const struct sigv4_scope *scope, struct err *e)
{
	char date[UTC_AMZ_LEN + 1];
	uint8_t digest[SHA256_LEN];
	char hex[SHA256_HEX_LEN + 1];

	if (check_scope(scope, e) != 0)
		return -1;
	utc_amz(date, scope->time);
	sha256_of(digest, canonical.p, canonical.len);
	hex_encode(hex, digest, sizeof(digest));

	buf_puts(out, ALGORITHM "\n");
	buf_puts(out, date);
	buf_putc(out, '\n');
	put_scope(out, scope);
	buf_putc(out, '\n');
	buf_puts(out, hex);
	return sigv4_canonical_fit(out, e);
}

/* out = HMAC(key, text); out may be key. */
static void
derive(struct hmac *m, uint8_t out[HMAC_LEN], const uint8_t key[HMAC_LEN],
    struct span text)
{
	hmac_rekey(m, key, HMAC_LEN);
	hmac_update(m, text.p, text.len);
	hmac_final(m, out);
}

/* see sigv4.h */
int
sigv4_derive(struct sigv4_keys *out, struct span secret,
    const struct sigv4_scope *scope, struct err *e)
{
	static const char prefix[] = "AWS4";
	char first[sizeof(prefix) - 1 + SIGV4_SECRET_MAX];
	char date[UTC_AMZ_LEN + 1];
	struct hmac m;

	if (check_scope(scope, e) != 0)
		return -1;
	if (secret.len == 0 || secret.len > SIGV4_SECRET_MAX)
		return err_set(e, ERR_USAGE,
		    "cannot sign with a secret of that length");
	memcpy(first, prefix, sizeof(prefix) - 1);
	memcpy(first + sizeof(prefix) - 1, secret.p, secret.len);
	utc_amz(date, scope->time);

	hmac_init(&m, first, sizeof(prefix) - 1 + secret.len);
	hmac_update(&m, date, 8);
	hmac_final(&m, out->date);
	derive(&m, out->region, out->date, scope->region);
	derive(&m, out->service, out->region, scope->service);
	derive(&m, out->signing, out->service, span_of("aws4_request"));
	wipe_mem(first, sizeof(first));
	return 0;
}

/* see sigv4.h */
void
sigv4_signature(char out[SIGV4_SIGNATURE_LEN + 1],
    const struct sigv4_keys *keys, struct span string_to_sign)
{
	uint8_t mac[HMAC_LEN];

	hmac_of(mac, keys->signing, sizeof(keys->signing),
	    string_to_sign.p, string_to_sign.len);
	hex_encode(out, mac, sizeof(mac));
}

/* All the steps.  Wiped: the keys, and a session token among the headers. */
static int
sign(char out[SIGV4_SIGNATURE_LEN + 1], const struct sigv4_request *req,
    const struct sigv4_scope *scope, struct span secret, struct err *e)
{
	char canonical_text[SIGV4_CANONICAL_MAX];
	char string_text[SIGV4_STRING_MAX + 1];
	struct buf canonical, string;
	struct sigv4_keys keys;
	int rc = -1;

	buf_fixed(&canonical, canonical_text, sizeof(canonical_text));
	buf_fixed(&string, string_text, sizeof(string_text));
	if (sigv4_canonical(&canonical, req, e) != 0 ||
	    sigv4_string_to_sign(&string, buf_as_span(&canonical), scope,
	    e) != 0 || sigv4_derive(&keys, secret, scope, e) != 0)
		goto done;
	sigv4_signature(out, &keys, buf_as_span(&string));
	rc = 0;
done:
	wipe_mem(&keys, sizeof(keys));
	wipe_mem(canonical_text, canonical.len);
	return rc;
}

/* see sigv4.h */
int
sigv4_target(struct buf *out, const struct sigv4_request *req, struct err *e)
{
	return sigv4_canonical_target(out, req, e);
}

/* see sigv4.h */
int
sigv4_authorization(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e)
{
	char signature[SIGV4_SIGNATURE_LEN + 1];

	if (check_key_id(creds->key_id, e) != 0 ||
	    sign(signature, req, scope, creds->secret, e) != 0)
		return -1;
	buf_puts(out, ALGORITHM " Credential=");
	buf_span(out, creds->key_id);
	buf_putc(out, '/');
	put_scope(out, scope);
	buf_puts(out, ", SignedHeaders=");
	sigv4_canonical_put_names(out, req);
	buf_puts(out, ", Signature=");
	buf_puts(out, signature);
	return sigv4_canonical_fit(out, e);
}

/* see sigv4.h */
int
sigv4_fields(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e)
{
	if (sigv4_canonical_check_headers(req, e) != 0)
		return -1;
	for (size_t i = 0; i < req->nheader; i++) {
		buf_span(out, req->header[i].name);
		buf_puts(out, ": ");
		sigv4_canonical_put_value(out, req->header[i].value);
		buf_puts(out, "\r\n");
	}
	buf_puts(out, "Authorization: ");
	if (sigv4_authorization(out, req, scope, creds, e) != 0)
		return -1;
	buf_puts(out, "\r\n");
	return sigv4_canonical_fit(out, e);
}

static void
add(struct sigv4_presigned *p, const char *name, struct span value)
{
	p->query[p->req.nquery++] = (struct sigv4_pair){
	    span_of(name), value };
}

/* see sigv4.h */
int
sigv4_presigned(struct sigv4_presigned *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e)
{
	struct buf credential, expires, names;

	if (check_scope(scope, e) != 0 || check_key_id(creds->key_id, e) != 0 ||
	    sigv4_canonical_check_headers(req, e) != 0)
		return -1;
	if (req->expires == 0 || req->expires > SIGV4_EXPIRES_MAX)
		return err_set(e, ERR_USAGE,
		    "cannot sign for %" PRIu32 " seconds", req->expires);
	if (req->nquery > SIGV4_QUERY_MAX - PRESIGN_QUERY)
		return err_set(e, ERR_USAGE,
		    "cannot sign more than %d query parameters",
		    SIGV4_QUERY_MAX - PRESIGN_QUERY);

	buf_fixed(&credential, out->credential, sizeof(out->credential));
	buf_span(&credential, creds->key_id);
	buf_putc(&credential, '/');
	put_scope(&credential, scope);
	utc_amz(out->date, scope->time);
	buf_fixed(&expires, out->expires, sizeof(out->expires));
	buf_printf(&expires, "%" PRIu32, req->expires);
	buf_fixed(&names, out->names, sizeof(out->names));
	sigv4_canonical_put_names(&names, req);

	out->req = *req;
	out->req.query = out->query;
	if (req->nquery > 0)
		memcpy(out->query, req->query,
		    req->nquery * sizeof(*req->query));
	add(out, "X-Amz-Algorithm", span_of(ALGORITHM));
	add(out, "X-Amz-Credential", buf_as_span(&credential));
	add(out, "X-Amz-Date", span_of(out->date));
	add(out, "X-Amz-Expires", buf_as_span(&expires));
	add(out, "X-Amz-SignedHeaders", buf_as_span(&names));
	if (creds->token.len > 0)
		add(out, "X-Amz-Security-Token", creds->token);
	return sigv4_canonical_fit(&names, e);
}

/* see sigv4.h */
int
sigv4_presign(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e)
{
	struct sigv4_presigned presigned;
	char signature[SIGV4_SIGNATURE_LEN + 1];

	if (sigv4_presigned(&presigned, req, scope, creds, e) != 0 ||
	    sign(signature, &presigned.req, scope, creds->secret, e) != 0 ||
	    sigv4_canonical_target(out, &presigned.req, e) != 0)
		return -1;
	buf_puts(out, "&X-Amz-Signature=");
	buf_puts(out, signature);
	return sigv4_canonical_fit(out, e);
}
