/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "num.h"

#include "sha256.h"

#include "sigv4.h"

#include "t.h"
#include "vec.h"

#define TEXT_MAX 65536		/* more than the signer makes */

/* A case, and what it points at. */
struct input {
	struct sigv4_request req;
	struct sigv4_scope scope;
	struct sigv4_creds creds;

	struct sigv4_pair query[SIGV4_QUERY_MAX + 1];
	struct sigv4_pair header[SIGV4_HEADER_MAX + 1];
	char method[64];
	char payload_hash[SHA256_HEX_LEN + 1];
	bool presign;
};

/* What the case expects; {NULL, 0} where it does not say. */
struct want {
	struct span canonical, string_to_sign;
	struct span date, region, service, signing;
	struct span signature, authorization, target;
	bool reject;
};

/* Every "key = LEFT sep RIGHT", one more than there may be at most. */
static size_t
get_pairs(const struct vec *v, const char *key, char sep,
    struct sigv4_pair *pair, size_t max)
{
	size_t n = vec_count(v, key);

	for (size_t i = 0; i < n && i < max; i++)
		pair[i].value = span_cut(vec_nth(v, key, i), sep,
		    &pair[i].name);
	return n;
}

static void
get_request(const struct vec *v, struct input *in)
{
	struct sigv4_request *req = &in->req;
	struct span method = vec_opt(v, "method");
	struct span payload = vec_opt(v, "payload");
	struct span expires = vec_opt(v, "expires");
	uint8_t digest[SHA256_LEN];
	uint64_t n;

	if (!CHECK(method.len < sizeof(in->method)))
		return;
	if (method.len > 0)
		memcpy(in->method, method.p, method.len);
	req->method = in->method;
	req->path = vec_opt(v, "path");
	req->query = in->query;
	req->nquery = get_pairs(v, "query", '=', in->query,
	    SIGV4_QUERY_MAX + 1);
	req->header = in->header;
	req->nheader = get_pairs(v, "header", ':', in->header,
	    SIGV4_HEADER_MAX + 1);
	in->presign = expires.p != NULL;
	if (in->presign)
		req->expires = num_u64(expires, UINT32_MAX, &n) == 0 ?
		    (uint32_t)n : UINT32_MAX;

	sha256_of(digest, payload.p, payload.len);
	hex_encode(in->payload_hash, digest, sizeof(digest));
	req->payload_hash = vec_opt(v, "payload_hash");
	if (req->payload_hash.p == NULL)
		req->payload_hash = span_of(in->payload_hash);
}

static void
get_signer(const struct vec *v, struct input *in)
{
	struct span time = vec_opt(v, "time");

	if (time.p != NULL)
		CHECK_INT(utc_parse_amz(time, &in->scope.time), 0);
	in->scope.region = vec_opt(v, "region");
	in->scope.service = vec_opt(v, "service");
	in->creds.key_id = vec_opt(v, "key_id");
	in->creds.secret = vec_opt(v, "secret");
	in->creds.token = vec_opt(v, "token");
}

static void
get_want(const struct vec *v, struct want *want)
{
	want->canonical = vec_opt(v, "canonical");
	want->string_to_sign = vec_opt(v, "string_to_sign");
	want->date = vec_opt(v, "key_date");
	want->region = vec_opt(v, "key_region");
	want->service = vec_opt(v, "key_service");
	want->signing = vec_opt(v, "key_signing");
	want->signature = vec_opt(v, "signature");
	want->authorization = vec_opt(v, "authorization");
	want->target = vec_opt(v, "target");
	want->reject = vec_has(v, "reject");
}

static void
check_text(const char *what, struct span got, struct span want)
{
	if (want.p == NULL)
		return;
	t_row("%s", what);
	if (!CHECK_MEM(got.p, got.len, want.p, want.len))
		printf("    got  '%.*s'\n    want '%.*s'\n",
		    (int)got.len, got.p, (int)want.len, want.p);
	t_row("%s", "");
}

static void
check_key(const char *what, const uint8_t key[HMAC_LEN], struct span want)
{
	char hex[2 * HMAC_LEN + 1];

	hex_encode(hex, key, HMAC_LEN);
	check_text(what, span_of(hex), want);
}

/* From the string to sign on. */
static void
check_signature(const struct input *in, struct span string,
    const struct want *want)
{
	struct sigv4_keys keys;
	char signature[SIGV4_SIGNATURE_LEN + 1];
	struct err e = { 0 };

	if (!CHECK_INT(sigv4_derive(&keys, in->creds.secret, &in->scope, &e),
	    0))
		return;
	check_key("key_date", keys.date, want->date);
	check_key("key_region", keys.region, want->region);
	check_key("key_service", keys.service, want->service);
	check_key("key_signing", keys.signing, want->signing);
	sigv4_signature(signature, &keys, string);
	check_text("signature", span_of(signature), want->signature);
}

/* Every step of a request that is to be signed as it stands. */
static void
check_steps(const struct input *in, const struct sigv4_request *req,
    const struct want *want)
{
	static char canonical_text[TEXT_MAX];
	char string_text[SIGV4_STRING_MAX + 1];
	struct buf canonical, string;
	struct err e = { 0 };

	buf_fixed(&canonical, canonical_text, sizeof(canonical_text));
	buf_fixed(&string, string_text, sizeof(string_text));
	if (!CHECK_INT(sigv4_canonical(&canonical, req, &e), 0) ||
	    !CHECK_INT(sigv4_string_to_sign(&string, buf_as_span(&canonical),
	    &in->scope, &e), 0)) {
		printf("    %s\n", e.msg);
		return;
	}
	check_text("canonical", buf_as_span(&canonical), want->canonical);
	check_text("string_to_sign", buf_as_span(&string),
	    want->string_to_sign);
	check_signature(in, buf_as_span(&string), want);
}

static void
check_headers_signed(const struct input *in, const struct want *want)
{
	static char text[TEXT_MAX];
	struct buf out;
	struct err e = { 0 };

	check_steps(in, &in->req, want);
	buf_fixed(&out, text, sizeof(text));
	CHECK_INT(sigv4_authorization(&out, &in->req, &in->scope, &in->creds,
	    &e), 0);
	check_text("authorization", buf_as_span(&out), want->authorization);
	buf_reset(&out);
	CHECK_INT(sigv4_target(&out, &in->req, &e), 0);
	check_text("target", buf_as_span(&out), want->target);
}

static void
check_presigned(const struct input *in, const struct want *want)
{
	static char text[TEXT_MAX];
	struct sigv4_presigned presigned;
	struct buf out;
	struct err e = { 0 };

	if (!CHECK_INT(sigv4_presigned(&presigned, &in->req, &in->scope,
	    &in->creds, &e), 0))
		return;
	check_steps(in, &presigned.req, want);
	buf_fixed(&out, text, sizeof(text));
	CHECK_INT(sigv4_presign(&out, &in->req, &in->scope, &in->creds, &e),
	    0);
	check_text("target", buf_as_span(&out), want->target);
}

static void
check_reject(const struct input *in)
{
	static char text[TEXT_MAX];
	struct buf out;
	struct err e = { 0 };

	buf_fixed(&out, text, sizeof(text));
	if (in->presign)
		CHECK_INT(sigv4_presign(&out, &in->req, &in->scope,
		    &in->creds, &e), -1);
	else
		CHECK_INT(sigv4_fields(&out, &in->req, &in->scope,
		    &in->creds, &e), -1);
	CHECK_INT(e.code, ERR_USAGE);
	CHECK(e.msg[0] != '\0');
}

static void
check(const struct vec *v)
{
	struct input in = { .req = { .method = NULL } };
	struct want want;

	get_request(v, &in);
	get_signer(v, &in);
	get_want(v, &want);
	if (want.reject)
		check_reject(&in);
	else if (in.method[0] == '\0')
		check_signature(&in, vec_get(v, "string_to_sign"), &want);
	else if (in.presign)
		check_presigned(&in, &want);
	else
		check_headers_signed(&in, &want);
}

const struct vec_kind vec_sigv4 = { "sigv4", check };
