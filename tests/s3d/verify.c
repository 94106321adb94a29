/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include <bearssl.h>

#include "hex.h"
#include "num.h"
#include "utc.h"

#include "canon.h"
#include "uri.h"

#include "verify.h"

#define WINDOW_S (15 * 60)
#define PRESIGNED_MAX_S (7 * 24 * 3600)

static const char empty_sha256[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* What a request says of its own signature. */
struct claim {
	bool presigned;
	struct span key_id, day, region, service, terminator;
	struct span headers, signature, date, token;
};

void
verify_init(struct verdict *v)
{
	*v = (struct verdict){ .word = "none" };
	buf_init(&v->request, CANON_MAX);
	buf_init(&v->to_sign, CANON_MAX);
}

void
verify_free(struct verdict *v)
{
	buf_free(&v->request);
	buf_free(&v->to_sign);
}

/* Takes the part behind the last c off the end of *s. */
static struct span
cut_last(struct span *s, char c)
{
	for (size_t i = s->len; i > 0; i--)
		if (s->p[i - 1] == c) {
			struct span end = { s->p + i, s->len - i };
			s->len = i - 1;
			return end;
		}
	return (struct span){ NULL, 0 };
}

/* KEYID/20130524/us-east-1/s3/aws4_request; a key id may hold anything. */
static bool
parse_credential(struct claim *c, struct span s)
{
	c->terminator = cut_last(&s, '/');
	c->service = cut_last(&s, '/');
	c->region = cut_last(&s, '/');
	c->day = cut_last(&s, '/');
	c->key_id = s;
	return c->day.p != NULL && s.len > 0;
}

static bool
parse_header(struct claim *c, const struct request *r)
{
	struct span scheme, part, name, value, credential = { NULL, 0 };
	struct span rest = span_cut(request_field(r, "Authorization"), ' ',
	    &scheme);

	if (!span_is(scheme, "AWS4-HMAC-SHA256"))
		return false;
	while (rest.p != NULL) {
		rest = span_cut(rest, ',', &part);
		value = span_cut(span_trim(part), '=', &name);
		if (span_is(name, "Credential"))
			credential = value;
		else if (span_is(name, "SignedHeaders"))
			c->headers = value;
		else if (span_is(name, "Signature"))
			c->signature = value;
	}
	c->date = request_field(r, "x-amz-date");
	c->token = request_field(r, "x-amz-security-token");
	return c->headers.p != NULL && c->signature.p != NULL &&
	    parse_credential(c, credential);
}

static bool
parse_query(struct claim *c, const struct request *r)
{
	c->presigned = true;
	c->headers = request_param(r, "X-Amz-SignedHeaders");
	c->signature = request_param(r, "X-Amz-Signature");
	c->date = request_param(r, "X-Amz-Date");
	c->token = request_param(r, "X-Amz-Security-Token");
	return c->headers.p != NULL && c->signature.p != NULL &&
	    parse_credential(c, request_param(r, "X-Amz-Credential"));
}

static bool
is_signed(const struct claim *c, struct span name)
{
	struct span one, rest = c->headers;

	while (rest.p != NULL) {
		rest = span_cut(rest, ';', &one);
		if (one.len != name.len)
			continue;
		size_t i = 0;
		/* Signed names stand in lower case. */
		while (i < one.len && (one.p[i] == name.p[i] ||
		    (name.p[i] >= 'A' && name.p[i] <= 'Z' &&
		    one.p[i] == name.p[i] + 32)))
			i++;
		if (i == one.len)
			return true;
	}
	return false;
}

/* Host, and every x-amz- header that is there, must be signed. */
static bool
signs_enough(const struct claim *c, const struct request *r)
{
	if (!is_signed(c, span_of("host")))
		return false;
	for (size_t i = 0; i < r->nfields; i++) {
		struct span start = r->field[i].name;
		if (start.len > 6)
			start.len = 6;
		if (span_is_nocase(start, "x-amz-") &&
		    !is_signed(c, r->field[i].name))
			return false;
	}
	return true;
}

static void
sha256_hex(char out[65], const void *p, size_t n)
{
	br_sha256_context c;
	unsigned char digest[32];

	br_sha256_init(&c);
	br_sha256_update(&c, p, n);
	br_sha256_out(&c, digest);
	hex_encode(out, digest, sizeof(digest));
}

static int
build_texts(struct verdict *v, const struct claim *c, const struct request *r,
    struct span date)
{
	struct buf *b = &v->request, *t = &v->to_sign;
	char digest[65];

	buf_reset(b);
	int status = canon_request(b, r, c->headers, v->payload);
	sha256_hex(digest, b->data, b->len);
	buf_reset(t);
	buf_puts(t, "AWS4-HMAC-SHA256\n");
	buf_span(t, date);
	buf_putc(t, '\n');
	buf_span(t, c->day);
	buf_putc(t, '/');
	buf_span(t, c->region);
	buf_puts(t, "/s3/aws4_request\n");
	buf_puts(t, digest);
	return buf_ok(b) && buf_ok(t) ? status : -1;
}

static void
hmac(unsigned char out[32], const void *key, size_t key_len, struct span text)
{
	br_hmac_key_context k;
	br_hmac_context c;

	br_hmac_key_init(&k, &br_sha256_vtable, key, key_len);
	br_hmac_init(&c, &k, 32);
	br_hmac_update(&c, text.p, text.len);
	br_hmac_out(&c, out);
}

static bool
signature_fits(const struct verdict *v, const struct claim *c,
    const char *secret)
{
	char first[1024], text[65];
	unsigned char key[32];
	struct buf b;

	buf_fixed(&b, first, sizeof(first));
	buf_printf(&b, "AWS4%s", secret);
	hmac(key, first, b.len, c->day);
	hmac(key, key, sizeof(key), c->region);
	hmac(key, key, sizeof(key), span_of("s3"));
	hmac(key, key, sizeof(key), span_of("aws4_request"));
	hmac(key, key, sizeof(key), buf_as_span(&v->to_sign));
	hex_encode(text, key, sizeof(key));
	return buf_ok(&b) && span_is(c->signature, text);
}

/* The time of signing, in both of its forms; refused where it is not now. */
static const char *
check_time(const struct claim *c, const struct request *r, int64_t now,
    char date[UTC_AMZ_LEN + 1])
{
	uint64_t expires = 0;
	int64_t t;

	if (utc_parse_amz(c->date, &t) != 0 && (c->date.p != NULL ||
	    utc_parse_http(request_field(r, "Date"), &t) != 0))
		return "AccessDenied";
	utc_amz(date, t);
	if (c->presigned) {
		if (num_u64(request_param(r, "X-Amz-Expires"),
		    PRESIGNED_MAX_S, &expires) != 0)
			return "AuthorizationQueryParametersError";
		return now > t + (int64_t)expires || now < t - WINDOW_S ?
		    "AccessDenied" : NULL;
	}
	return now > t + WINDOW_S || now < t - WINDOW_S ?
	    "RequestTimeTooSkewed" : NULL;
}

static const char *
check_scope(const struct claim *c, const struct options *o)
{
	bool any = span_is(span_of(o->region), "auto") &&
	    span_is(c->region, "us-east-1");	/* R2: an alias of auto */

	if (!span_is(c->key_id, o->access_key))
		return "InvalidAccessKeyId";
	if (!span_is(c->service, "s3") ||
	    !span_is(c->terminator, "aws4_request") ||
	    (!any && !span_is(c->region, o->region)))
		return "AuthorizationHeaderMalformed";
	if (o->session_token != NULL && !span_is(c->token, o->session_token))
		return "InvalidToken";
	return NULL;
}

static const char *
check_payload(struct verdict *v, const struct claim *c,
    const struct request *r)
{
	uint8_t digest[32];

	v->payload = request_field(r, "x-amz-content-sha256");
	if (c->presigned && v->payload.p == NULL)
		v->payload = span_of(VERIFY_UNSIGNED);
	if (v->payload.p == NULL)
		return "InvalidRequest";
	if (span_is(v->payload, VERIFY_UNSIGNED))
		return NULL;
	if (span_starts(v->payload, "STREAMING-"))
		return "NotImplemented";
	if (hex_decode(digest, sizeof(digest), v->payload) != 0)
		return "InvalidArgument";
	if (r->body_size <= 0 && !span_is(v->payload, empty_sha256))
		return "XAmzContentSHA256Mismatch";
	return NULL;
}

const char *
verify_request(struct verdict *v, const struct request *r,
    const struct options *o, int64_t now)
{
	struct claim c = { .presigned = false };
	char date[UTC_AMZ_LEN + 1];
	const char *refused;

	v->word = "none";
	v->payload = (struct span){ NULL, 0 };
	buf_reset(&v->request);
	buf_reset(&v->to_sign);
	v->canonical = uri_is_canonical(r->path, "/") &&
	    uri_is_canonical(r->query, "&=");
	bool header = request_field(r, "Authorization").p != NULL;
	if (!header && !request_has(r, "X-Amz-Algorithm"))
		return "AccessDenied";
	v->word = "malformed";
	if (!(header ? parse_header(&c, r) : parse_query(&c, r)))
		return "AuthorizationHeaderMalformed";
	v->word = "scope";
	if ((refused = check_scope(&c, o)) != NULL)
		return refused;
	v->word = "time";
	if ((refused = check_time(&c, r, now, date)) != NULL)
		return refused;
	v->word = "payload";
	if ((refused = check_payload(v, &c, r)) != NULL)
		return refused;
	v->word = "unsigned-headers";
	if (!signs_enough(&c, r))
		return "AccessDenied";
	v->word = "mismatch";
	if (build_texts(v, &c, r, span_of(date)) != 0 ||
	    c.day.len != 8 || memcmp(c.day.p, date, 8) != 0 ||
	    !signature_fits(v, &c, o->secret_key))
		return "SignatureDoesNotMatch";
	v->word = header ? "ok" : "presigned";
	return NULL;
}
