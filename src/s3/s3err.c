/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "utc.h"

#include "s3err.h"
#include "xml.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- The classes --- */

static const struct {
	const char *name;
	enum err_code code;
} classes[] = {
	[S3ERR_ABSENT] = { "absent", ERR_NOT_FOUND },
	[S3ERR_NO_UPLOAD] = { "no_upload", ERR_INDETERMINATE },
	[S3ERR_NO_BUCKET] = { "no_bucket", ERR_NO_SUCH_BUCKET },
	[S3ERR_EXISTS] = { "exists", ERR_REMOTE_CONFLICT },
	[S3ERR_DIGEST_REFUSED] = { "digest_refused",
	    ERR_VERIFICATION_FAILED },
	[S3ERR_BROKEN] = { "broken", ERR_VERIFICATION_FAILED },
	[S3ERR_WIRE] = { "wire", ERR_UNREACHABLE },
	[S3ERR_BUSY] = { "busy", ERR_STORE_BUSY },
	[S3ERR_THROTTLED] = { "throttled", ERR_RATE_LIMITED },
	[S3ERR_CONFLICT] = { "conflict", ERR_STORE_BUSY },
	[S3ERR_REDIRECT] = { "redirect", ERR_WRONG_REGION },
	[S3ERR_AUTH] = { "auth", ERR_AUTH_REJECTED },
	[S3ERR_PERMISSION] = { "permission", ERR_PERMISSION_DENIED },
	[S3ERR_CLOCK] = { "clock", ERR_CLOCK_SKEWED },
	[S3ERR_QUOTA] = { "quota", ERR_QUOTA_EXCEEDED },
	[S3ERR_NOT_IMPLEMENTED] = { "not_implemented", ERR_STORE_REFUSED },
	[S3ERR_REFUSED] = { "refused", ERR_STORE_REFUSED },
	[S3ERR_UNCLEAR] = { "unclear", ERR_INDETERMINATE }
};

_Static_assert(COUNT(classes) == S3ERR__COUNT, "one row a class");

/* --- The table --- */

/* What a rule asks for beside status and code. */
enum when {
	ALWAYS,
	UPLOAD,			/* the request named an upload id */
	WRITE,			/* PUT or POST, without one */
	CAP			/* the message speaks of a cap */
};

/*
 * The first rule that matches decides.  Rules with a code hold for their
 * range of statuses and for an error inside a 200; rules without one come
 * last and hold for what has no code, or one that is not known.
 *
 * Sources: Amazon S3 API reference, "Error responses"; Cloudflare R2 docs,
 * "Error codes"; Ceph RGW 16.2.15, Swift 2.30.1 s3api and MinIO as measured
 * or read (codes that start with XMinio); Backblaze B2 docs, "S3-compatible
 * API", for caps.
 */
static const struct rule {
	short from, to;		/* statuses */
	const char *code;	/* NULL: any, or none */
	enum when when;
	enum s3_class class;
} rules[] = {
	/* A precondition, whatever its code: Swift sends InvalidRequest. */
	{ 412, 412, NULL, ALWAYS, S3ERR_EXISTS },
	{ 400, 499, "PreconditionFailed", ALWAYS, S3ERR_EXISTS },

	/* Who we are. */
	{ 400, 403, "SignatureDoesNotMatch", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "InvalidAccessKeyId", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "InvalidToken", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "ExpiredToken", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "TokenRefreshRequired", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "InvalidSecurity", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "MissingSecurityHeader", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "MissingAuthenticationToken", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "CredentialsNotSupported", ALWAYS, S3ERR_AUTH },
	{ 400, 403, "Unauthorized", ALWAYS, S3ERR_AUTH },

	/* The clock, or a signature that grew old. */
	{ 400, 403, "RequestTimeTooSkewed", ALWAYS, S3ERR_CLOCK },
	{ 400, 403, "ExpiredRequest", ALWAYS, S3ERR_CLOCK },
	{ 400, 403, "RequestExpired", ALWAYS, S3ERR_CLOCK },
	{ 400, 403, "RequestNotYetValid", ALWAYS, S3ERR_CLOCK },

	/* Space and caps; B2 says AccessDenied for them. */
	{ 403, 403, "AccessDenied", CAP, S3ERR_QUOTA },
	{ 400, 507, "QuotaExceeded", ALWAYS, S3ERR_QUOTA },
	{ 400, 507, "InsufficientStorage", ALWAYS, S3ERR_QUOTA },
	{ 400, 403, "NotEntitled", ALWAYS, S3ERR_QUOTA },
	{ 400, 507, "XMinioStorageFull", ALWAYS, S3ERR_QUOTA },
	{ 400, 507, "XMinioAdminBucketQuotaExceeded", ALWAYS, S3ERR_QUOTA },

	/* What we may. */
	{ 400, 403, "AccessDenied", ALWAYS, S3ERR_PERMISSION },
	{ 400, 403, "AllAccessDisabled", ALWAYS, S3ERR_PERMISSION },
	{ 400, 403, "AccountProblem", ALWAYS, S3ERR_PERMISSION },
	{ 400, 403, "InvalidObjectState", ALWAYS, S3ERR_REFUSED },

	/* The bytes did not arrive, or not as announced. */
	{ 400, 408, "RequestTimeout", ALWAYS, S3ERR_WIRE },
	{ 400, 408, "IncompleteBody", ALWAYS, S3ERR_WIRE },
	{ 400, 499, "ClientDisconnect", ALWAYS, S3ERR_WIRE },
	{ 400, 422, "BadDigest", ALWAYS, S3ERR_DIGEST_REFUSED },
	{ 400, 422, "XAmzContentSHA256Mismatch", ALWAYS,
	    S3ERR_DIGEST_REFUSED },

	/* Another place. */
	{ 300, 400, "PermanentRedirect", ALWAYS, S3ERR_REDIRECT },
	{ 300, 400, "TemporaryRedirect", ALWAYS, S3ERR_REDIRECT },
	{ 300, 400, "Redirect", ALWAYS, S3ERR_REDIRECT },
	{ 400, 403, "AuthorizationHeaderMalformed", ALWAYS, S3ERR_REDIRECT },
	{ 400, 403, "IncorrectEndpoint", ALWAYS, S3ERR_REDIRECT },
	{ 400, 403, "IllegalLocationConstraintException", ALWAYS,
	    S3ERR_REDIRECT },

	/* What is not there.  RGW says NoSuchKey of an upload, too. */
	{ 404, 404, "NoSuchBucket", ALWAYS, S3ERR_NO_BUCKET },
	{ 404, 404, "NoSuchUpload", ALWAYS, S3ERR_NO_UPLOAD },
	{ 404, 404, "NoSuchKey", UPLOAD, S3ERR_NO_UPLOAD },
	{ 404, 404, "NoSuchKey", WRITE, S3ERR_REFUSED },
	{ 404, 404, "NoSuchKey", ALWAYS, S3ERR_ABSENT },
	{ 404, 404, "NoSuchVersion", ALWAYS, S3ERR_ABSENT },

	/* Limits and faults of a plan; here for an error inside a 200. */
	{ 400, 400, "EntityTooSmall", ALWAYS, S3ERR_REFUSED },
	{ 400, 413, "EntityTooLarge", ALWAYS, S3ERR_REFUSED },
	{ 400, 400, "InvalidPart", ALWAYS, S3ERR_REFUSED },
	{ 400, 400, "InvalidPartOrder", ALWAYS, S3ERR_REFUSED },
	{ 400, 400, "MalformedXML", ALWAYS, S3ERR_REFUSED },
	{ 400, 400, "InvalidArgument", ALWAYS, S3ERR_REFUSED },
	{ 400, 499, "InvalidRequest", ALWAYS, S3ERR_REFUSED },

	/* 409: only these two pass by themselves. */
	{ 409, 409, "OperationAborted", ALWAYS, S3ERR_CONFLICT },
	{ 409, 409, "ConditionalRequestConflict", ALWAYS, S3ERR_CONFLICT },
	{ 409, 409, "BrokenMPU", ALWAYS, S3ERR_BROKEN },

	/* Too much for it just now. */
	{ 400, 503, "SlowDown", ALWAYS, S3ERR_THROTTLED },
	{ 400, 503, "TooManyRequests", ALWAYS, S3ERR_THROTTLED },
	{ 400, 503, "RequestLimitExceeded", ALWAYS, S3ERR_THROTTLED },
	{ 400, 503, "BandwidthLimitExceeded", ALWAYS, S3ERR_THROTTLED },
	{ 500, 504, "ServiceUnavailable", ALWAYS, S3ERR_BUSY },
	{ 500, 504, "InternalError", ALWAYS, S3ERR_BUSY },
	{ 400, 501, "NotImplemented", ALWAYS, S3ERR_NOT_IMPLEMENTED },

	/* By status alone.  An unknown 400 is never taken for auth. */
	{ 301, 303, NULL, ALWAYS, S3ERR_REDIRECT },
	{ 307, 308, NULL, ALWAYS, S3ERR_REDIRECT },
	{ 401, 401, NULL, ALWAYS, S3ERR_AUTH },
	{ 403, 403, NULL, ALWAYS, S3ERR_PERMISSION },
	{ 404, 404, NULL, UPLOAD, S3ERR_NO_UPLOAD },
	{ 404, 404, NULL, WRITE, S3ERR_REFUSED },
	{ 404, 404, NULL, ALWAYS, S3ERR_ABSENT },
	{ 408, 408, NULL, ALWAYS, S3ERR_WIRE },
	{ 429, 429, NULL, ALWAYS, S3ERR_THROTTLED },
	{ 400, 499, NULL, ALWAYS, S3ERR_REFUSED },
	{ 501, 501, NULL, ALWAYS, S3ERR_NOT_IMPLEMENTED },
	{ 507, 507, NULL, ALWAYS, S3ERR_QUOTA },
	{ 500, 599, NULL, ALWAYS, S3ERR_BUSY },
	{ 0, 999, NULL, ALWAYS, S3ERR_UNCLEAR }
};

/* What the rules look at. */
struct facts {
	int status;
	const char *code;
	bool upload_id;
	bool write;
	bool cap;
};

static bool
holds(const struct rule *r, const struct facts *f)
{
	bool inside = f->status == 200 && r->code != NULL;

	if (!inside && (f->status < r->from || f->status > r->to))
		return false;
	if (r->code != NULL && strcmp(r->code, f->code) != 0)
		return false;
	switch (r->when) {
	case UPLOAD:
		return f->upload_id;
	case WRITE:
		return f->write && !f->upload_id;
	case CAP:
		return f->cap;
	default:
		return true;
	}
}

static enum s3_class
decide(const struct facts *f)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (holds(&rules[i], f))
			return rules[i].class;
	return S3ERR_UNCLEAR;
}

/* --- The server's words, as far as they are taken --- */

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static void
take_code(char out[S3ERR_CODE_MAX + 1], struct span body)
{
	xml_text(body, "Error/Code", out, S3ERR_CODE_MAX + 1);
	for (size_t i = 0; out[i] != '\0'; i++)
		if (!is_alnum(out[i]))
			out[0] = '\0';
}

static bool
is_region(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return s.len > 0 && s.len <= S3ERR_REGION_MAX;
}

/* The header's, else the body's. */
static void
take_region(char out[S3ERR_REGION_MAX + 1], const struct s3err_answer *a)
{
	struct span header = span_trim(a->region);

	if (is_region(header)) {
		memcpy(out, header.p, header.len);
		out[header.len] = '\0';
		return;
	}
	xml_text(a->body, "Error/Region", out, S3ERR_REGION_MAX + 1);
	if (!is_region(span_of(out)))
		out[0] = '\0';
}

/* Is this B2's refusal because of a cap?  Looked at, never repeated. */
static bool
speaks_of_cap(struct span body)
{
	char message[512];

	return xml_text(body, "Error/Message", message,
	    sizeof(message)) == 1 && strstr(message, "cap exceeded") != NULL;
}

/* Digits only, cut at the maximum; -1 for anything else. */
static int64_t
delay_seconds(struct span s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		n = n * 10 + (s.p[i] - '0');
		if (n > S3ERR_RETRY_AFTER_MAX)
			n = S3ERR_RETRY_AFTER_MAX;
	}
	return s.len > 0 ? n : -1;
}

/* RFC 9110 section 10.2.3: seconds, or a date. */
static int
retry_after(const struct s3err_answer *a)
{
	struct span s = span_trim(a->retry_after);
	int64_t date, wait = delay_seconds(s);

	if (wait == -1 && utc_parse_http(s, &date) == 0)
		wait = date - a->now;
	if (wait < 0)
		return 0;
	return wait < S3ERR_RETRY_AFTER_MAX ? (int)wait :
	    S3ERR_RETRY_AFTER_MAX;
}

/* see s3err.h */
void
s3err_classify(struct s3err *out, const struct s3err_answer *a)
{
	struct facts f = { .status = a->status, .code = out->s3_code,
	    .upload_id = a->upload_id,
	    .write = strcmp(a->method, "PUT") == 0 ||
	    strcmp(a->method, "POST") == 0,
	    .cap = speaks_of_cap(a->body) };

	take_code(out->s3_code, a->body);
	take_region(out->region, a);
	out->class = decide(&f);
	out->code = classes[out->class].code;
	out->status = a->status;
	out->retry_after_s = retry_after(a);
}

/* see s3err.h */
int
s3err_report(const struct s3err *s, struct err *e)
{
	err_set(e, s->code, "the store answered %d%s%s", s->status,
	    s->s3_code[0] != '\0' ? " " : "", s->s3_code);
	e->status = s->status;
	e->retry_after_s = s->retry_after_s;
	if (s->class == S3ERR_REDIRECT && s->region[0] != '\0')
		err_advise(e, "the store names the region '%s'", s->region);
	return -1;
}

/* see s3err.h */
const char *
s3err_class_name(enum s3_class class)
{
	return classes[class].name;
}
