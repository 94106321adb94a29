/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGV4_H
#define SIGV4_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "hmac.h"
#include "span.h"
#include "utc.h"

/*
 * AWS Signature Version 4 as S3 wants it (Amazon S3 API reference,
 * "Authenticating Requests (AWS Signature Version 4)"): a pure function of
 * request, credentials and time.  Nothing is allocated, nothing is kept, and
 * every key is wiped.
 *
 * To send a signed request:
 *
 *  1. List every header that goes out, but Authorization, in req.header:
 *     Host, x-amz-content-sha256, x-amz-date (utc_amz() of scope.time), with
 *     temporary credentials x-amz-security-token, and the rest.  All of them
 *     are signed.
 *  2. sigv4_target() writes what follows the method on the request line.
 *  3. sigv4_fields() writes the headers, Authorization last.
 *
 * Both write exactly the bytes that were signed.
 *
 * Presigned: sigv4_presign() writes the whole target; req.header holds Host.
 *
 * The steps between (sigv4_canonical and so on) are there for `consign sign`
 * and for tests.
 *
 * -1 is ERR_USAGE: what was given can not be signed (see each member), or
 * did not fit in out or in the bounds below.  out is of no use then.
 */

/* More than any request of S3 has: ListObjectsV2 has 8, presigning adds 6. */
#define SIGV4_QUERY_MAX 32
#define SIGV4_HEADER_MAX 32

/*
 * A canonical request: a key of 1024 bytes grows threefold, so does a prefix
 * in the query, and a session token takes up to some 4 KiB.
 */
#define SIGV4_CANONICAL_MAX 16384

#define SIGV4_NAME_MAX 64	/* region, service: real ones have up to 20 */
#define SIGV4_KEY_ID_MAX 256	/* AWS: 128; Swift: "account:user" */
#define SIGV4_SECRET_MAX 512	/* AWS: 40, R2: 64 */
#define SIGV4_EXPIRES_MAX 604800	/* seconds: a week, by AWS's rule */

/* date/region/service/aws4_request */
#define SIGV4_SCOPE_MAX (8 + 1 + 2 * (SIGV4_NAME_MAX + 1) + 12)

/* The string to sign: AWS4-HMAC-SHA256, time, scope, hash, a line each. */
#define SIGV4_STRING_MAX (16 + 1 + UTC_AMZ_LEN + 1 + \
    SIGV4_SCOPE_MAX + 1 + SHA256_HEX_LEN)

#define SIGV4_SIGNATURE_LEN (2 * HMAC_LEN)

#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"

struct sigv4_pair {
	struct span name;
	struct span value;
};

struct sigv4_request {
	const char *method;	/* an HTTP token: "GET" */

	/*
	 * The path as raw bytes, from its '/': it is encoded once and not
	 * normalised, so "//", "/./" and "%41" stay what they are.
	 * Empty means "/".
	 */
	struct span path;

	/*
	 * Raw too, in any order: sorted by encoded name, then encoded value.
	 * A value {NULL, 0} is an empty one.  A name may come twice, as the
	 * rules allow; S3 servers refuse that.
	 */
	const struct sigv4_pair *query;
	size_t nquery;

	/*
	 * Names are HTTP tokens in any case.  Values hold no control bytes;
	 * they are trimmed, and runs of spaces inside become one.  Equal
	 * names are joined with a comma, in order.
	 */
	const struct sigv4_pair *header;
	size_t nheader;

	/* The body's SHA-256 in hex, SIGV4_UNSIGNED, or other [A-Za-z0-9-]+. */
	struct span payload_hash;

	/* Presigned only: valid for so many seconds, 1..SIGV4_EXPIRES_MAX. */
	uint32_t expires;
};

struct sigv4_scope {
	int64_t time;		/* seconds since 1970, see utc.h */
	struct span region;	/* [A-Za-z0-9._-]+; "auto" is one like others */
	struct span service;	/* likewise; "s3" */
};

struct sigv4_creds {
	struct span key_id;	/* visible ASCII without ',' and '/' */
	struct span secret;
	struct span token;	/* {NULL, 0}: none.  Read by presign only */
};

/* The four stages of the signing key; secret, all of them. */
struct sigv4_keys {
	uint8_t date[HMAC_LEN];
	uint8_t region[HMAC_LEN];
	uint8_t service[HMAC_LEN];
	uint8_t signing[HMAC_LEN];
};

/* "/bucket/a%20b?list-type=2&prefix=x" */
int sigv4_target(struct buf *out, const struct sigv4_request *req,
    struct err *e);

/* "Host: example.org\r\n...Authorization: AWS4-HMAC-SHA256 ...\r\n" */
int sigv4_fields(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e);

/* The value of the Authorization header. */
int sigv4_authorization(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e);

/*
 * The target with the signature in its query (Amazon S3 API reference,
 * "Authenticating Requests: Using Query Parameters").  S3 wants
 * SIGV4_UNSIGNED as payload_hash.
 */
int sigv4_presign(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *scope, const struct sigv4_creds *creds,
    struct err *e);

/*
 * Step by step: the canonical request, the string to sign (from a canonical
 * request), the keys, the signature (of a string to sign).
 */
int sigv4_canonical(struct buf *out, const struct sigv4_request *req,
    struct err *e);
int sigv4_string_to_sign(struct buf *out, struct span canonical,
    const struct sigv4_scope *scope, struct err *e);
int sigv4_derive(struct sigv4_keys *out, struct span secret,
    const struct sigv4_scope *scope, struct err *e);
void sigv4_signature(char out[SIGV4_SIGNATURE_LEN + 1],
    const struct sigv4_keys *keys, struct span string_to_sign);

/*
 * The request that sigv4_presign() signs: req with the X-Amz- parameters
 * added to its query.  It points into itself, req and creds: not to be
 * copied, and to be used while those live.
 */
struct sigv4_presigned {
	struct sigv4_request req;

	/* Private from here on. */
	struct sigv4_pair query[SIGV4_QUERY_MAX];
	char credential[SIGV4_KEY_ID_MAX + 1 + SIGV4_SCOPE_MAX + 1];
	char date[UTC_AMZ_LEN + 1];
	char expires[sizeof("604800")];
	char names[1024];	/* of the signed headers */
};

int sigv4_presigned(struct sigv4_presigned *out,
    const struct sigv4_request *req, const struct sigv4_scope *scope,
    const struct sigv4_creds *creds, struct err *e);

#endif
