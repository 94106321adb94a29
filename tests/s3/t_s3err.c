/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "s3err.h"
#include "t.h"

/* The table itself: vectors/s3err.  Here: what holds for all of it. */

static struct s3err
classify(const char *method, int status, const char *body)
{
	struct s3err_answer a = { .method = method, .status = status,
	    .body = span_of(body) };
	struct s3err out;

	s3err_classify(&out, &a);
	return out;
}

/* Which classes may be tried again blindly, and which end the run. */
static void
test_consequences(void)
{
	static const struct {
		enum s3_class class;
		int status;
		const char *code;
		bool transient, stops;
	} rows[] = {
		{ S3ERR_ABSENT, 404, "NoSuchKey", false, false },
		{ S3ERR_NO_BUCKET, 404, "NoSuchBucket", false, true },
		{ S3ERR_EXISTS, 412, "PreconditionFailed", false, false },
		{ S3ERR_DIGEST_REFUSED, 400, "BadDigest", false, false },
		{ S3ERR_BROKEN, 409, "BrokenMPU", false, false },
		{ S3ERR_WIRE, 400, "RequestTimeout", true, false },
		{ S3ERR_BUSY, 500, "InternalError", true, false },
		{ S3ERR_THROTTLED, 503, "SlowDown", true, false },
		{ S3ERR_CONFLICT, 409, "OperationAborted", true, false },
		{ S3ERR_REDIRECT, 301, "PermanentRedirect", false, true },
		{ S3ERR_AUTH, 403, "SignatureDoesNotMatch", false, true },
		{ S3ERR_CLOCK, 403, "RequestTimeTooSkewed", false, true },
		{ S3ERR_QUOTA, 403, "QuotaExceeded", false, true },
		{ S3ERR_NOT_IMPLEMENTED, 501, "NotImplemented", false,
		  false },
		{ S3ERR_REFUSED, 400, "EntityTooSmall", false, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char body[128] = "<Error><Code>";

		t_row("%s", rows[i].code);
		memcpy(body + 13, rows[i].code, strlen(rows[i].code));
		memcpy(body + 13 + strlen(rows[i].code), "</Code></Error>",
		    16);
		struct s3err s = classify("GET", rows[i].status, body);
		CHECK_STR(s3err_class_name(s.class),
		    s3err_class_name(rows[i].class));
		CHECK_INT(err_is_transient(s.code), rows[i].transient);
		CHECK_INT(err_stops_run(s.code), rows[i].stops);
	}
}

static void
test_names(void)
{
	for (int i = 0; i < S3ERR__COUNT; i++)
		for (int j = 0; j < i; j++)
			CHECK(strcmp(s3err_class_name((enum s3_class)i),
			    s3err_class_name((enum s3_class)j)) != 0);
}

/* Every status has an answer, and no status alone is a success. */
static void
test_every_status(void)
{
	for (int status = 100; status < 600; status++) {
		struct s3err s = classify("PUT", status, "");

		t_row("%d", status);
		CHECK(s.code != ERR_NONE);
		CHECK(s.class != S3ERR_ABSENT);
		CHECK_INT(s.class == S3ERR_BUSY, status >= 500 &&
		    status != 501 && status != 507);
	}
}

/* Error bodies hold key ids and strings to sign: none of that comes out. */
static void
test_body_is_not_quoted(void)
{
	static const char body[] = "<Error>"
	    "<Code>SignatureDoesNotMatch</Code>"
	    "<Message>CANARY</Message>"
	    "<AWSAccessKeyId>CANARY</AWSAccessKeyId>"
	    "<StringToSign>CANARY</StringToSign>"
	    "<CanonicalRequest>CANARY</CanonicalRequest>"
	    "<Region>CANARY</Region>"
	    "</Error>";
	struct s3err s = classify("PUT", 403, body);
	struct err e = {0};

	CHECK_INT(s3err_report(&s, &e), -1);
	CHECK_STR(e.msg, "the store answered 403 SignatureDoesNotMatch");
	CHECK_STR(e.advice, "");
	CHECK_STR(s.region, "");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "consequences", test_consequences },
		{ "names", test_names },
		{ "every_status", test_every_status },
		{ "body_is_not_quoted", test_body_is_not_quoted },
		{ NULL, NULL }
	};

	return t_main("s3err", cases);
}
