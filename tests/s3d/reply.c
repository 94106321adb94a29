/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reply.h"

#define BODY_MAX (16u << 20)	/* a page of 1000 keys of 1 KiB, escaped */
#define FIELDS_MAX (64u << 10)

static const struct {
	const char *code;
	int status;
	const char *message;
} errors[] = {
	{ "AccessDenied", 403, "Access Denied" },
	{ "AuthorizationHeaderMalformed", 400,
	    "The authorization header is malformed" },
	{ "BadDigest", 400, "The Content-MD5 you specified did not match what"
	    " we received." },
	{ "BadRequest", 400, "An error occurred when parsing the HTTP"
	    " request." },
	{ "BucketAlreadyOwnedByYou", 409, "Your previous request to create"
	    " the named bucket succeeded and you already own it." },
	{ "EntityTooLarge", 400,
	    "Your proposed upload exceeds the maximum allowed size" },
	{ "EntityTooSmall", 400,
	    "Your proposed upload is smaller than the minimum allowed size" },
	{ "IncompleteBody", 400, "You did not provide the number of bytes"
	    " specified by the Content-Length HTTP header" },
	{ "InternalError", 500,
	    "We encountered an internal error. Please try again." },
	{ "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does"
	    " not exist in our records." },
	{ "InvalidArgument", 400, "Invalid Argument" },
	{ "InvalidBucketName", 400, "The specified bucket is not valid." },
	{ "InvalidDigest", 400,
	    "The Content-MD5 you specified was invalid." },
	{ "InvalidPart", 400, "One or more of the specified parts could not"
	    " be found." },
	{ "InvalidPartOrder", 400,
	    "The list of parts was not in ascending order." },
	{ "InvalidRange", 416, "The requested range is not satisfiable" },
	{ "InvalidRequest", 400, "Missing required header for this request:"
	    " x-amz-content-sha256" },
	{ "InvalidToken", 400,
	    "The provided token is malformed or otherwise invalid." },
	{ "InvalidURI", 400, "Couldn't parse the specified URI." },
	{ "KeyTooLongError", 400, "Your key is too long" },
	{ "MalformedXML", 400, "The XML you provided was not well-formed or"
	    " did not validate against our published schema" },
	{ "MethodNotAllowed", 405,
	    "The specified method is not allowed against this resource." },
	{ "MissingContentLength", 411,
	    "You must provide the Content-Length HTTP header." },
	{ "NoSuchBucket", 404, "The specified bucket does not exist" },
	{ "NoSuchKey", 404, "The specified key does not exist." },
	{ "NoSuchLifecycleConfiguration", 404,
	    "The lifecycle configuration does not exist" },
	{ "NoSuchUpload", 404, "The specified multipart upload does not"
	    " exist." },
	{ "NoSuchVersion", 404, "The specified version does not exist." },
	{ "NotImplemented", 501, "A header or query you provided implies"
	    " functionality that is not implemented." },
	{ "ObjectLockConfigurationNotFoundError", 404, "Object Lock"
	    " configuration does not exist for this bucket" },
	{ "PreconditionFailed", 412, "At least one of the pre-conditions you"
	    " specified did not hold" },
	{ "RequestTimeTooSkewed", 403, "The difference between the request"
	    " time and the current time is too large." },
	{ "SignatureDoesNotMatch", 403, "The request signature we calculated"
	    " does not match the signature you provided." },
	{ "XAmzContentSHA256Mismatch", 400, "The provided"
	    " 'x-amz-content-sha256' header does not match what was"
	    " computed." },
};
#define NERRORS (sizeof(errors) / sizeof(errors[0]))

void
reply_init(struct reply *r)
{
	*r = (struct reply){ .fd = -1 };
	buf_init(&r->fields, FIELDS_MAX);
	buf_init(&r->body, BODY_MAX);
	reply_reset(r);
}

void
reply_reset(struct reply *r)
{
	r->status = 200;
	r->code = NULL;
	r->etag = NULL;
	r->at = r->size = 0;
	r->total = -1;
	r->close = false;
	buf_reset(&r->fields);
	buf_reset(&r->body);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

void
reply_free(struct reply *r)
{
	reply_reset(r);
	buf_free(&r->fields);
	buf_free(&r->body);
}

void
reply_field(struct reply *r, const char *name, const char *fmt, ...)
{
	char value[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	buf_printf(&r->fields, "%s: %s\r\n", name, value);
}

void
reply_etag(struct reply *r, const char *hex)
{
	snprintf(r->etag_text, sizeof(r->etag_text), "%s", hex);
	r->etag = r->etag_text;
}

struct buf *
reply_xml(struct reply *r)
{
	reply_field(r, "Content-Type", "application/xml");
	buf_puts(&r->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	return &r->body;
}

void
reply_error(struct reply *r, const char *code)
{
	bool ends = r->close;

	reply_reset(r);
	r->close = ends;
	r->code = code;
	r->status = 400;
	for (size_t i = 0; i < NERRORS; i++)
		if (strcmp(errors[i].code, code) == 0)
			r->status = errors[i].status;
}

const char *
reply_message(const char *code)
{
	for (size_t i = 0; i < NERRORS; i++)
		if (strcmp(errors[i].code, code) == 0)
			return errors[i].message;
	return code;
}
