/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "markup.h"

#include "exchange.h"

int64_t
exchange_now(const struct exchange *x)
{
	return (int64_t)time(NULL) + x->options->now_offset;
}

void
exchange_date(char out[EXCHANGE_DATE_MAX], int64_t t)
{
	static const char day[] = "SunMonTueWedThuFriSat";
	static const char month[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t when = (time_t)t;
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	snprintf(out, EXCHANGE_DATE_MAX,
	    "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", day + 3 * tm.tm_wday,
	    tm.tm_mday, month + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
}

void
exchange_etag(const struct exchange *x, char out[EXCHANGE_ETAG_MAX],
    const char *hex, bool *absent)
{
	const char *how = x->faults.arg[FAULT_ETAG];
	const char *before = "\"", *after = "\"";

	*absent = false;
	if (x->faults.on[FAULT_ETAG]) {
		if (strcmp(how, "none") == 0) {
			*absent = true;
			before = after = hex = "";
		} else if (strcmp(how, "empty") == 0) {
			before = after = hex = "";
		} else if (strcmp(how, "weak") == 0) {
			before = "W/\"";
		} else if (strcmp(how, "unquoted") == 0) {
			before = after = "";
		} else if (strcmp(how, "entity") == 0) {
			before = after = "&quot;";
		} else {
			before = after = "";
			hex = how;
		}
	}
	snprintf(out, EXCHANGE_ETAG_MAX, "%s%s%s", before, hex, after);
}

/* What a nasty provider repeats in its errors. */
static void
echo_secrets(struct exchange *x, struct buf *b)
{
	const char *extra = getenv("S3D_ECHO");
	struct span authorization = request_field(&x->request,
	    "Authorization");

	markup_element(b, "AWSAccessKeyId",
	    span_of(x->options->access_key));
	markup_element(b, "StringToSign", buf_as_span(&x->verdict.to_sign));
	markup_element(b, "CanonicalRequest",
	    buf_as_span(&x->verdict.request));
	markup_element(b, "Authorization", authorization);
	markup_element(b, "Extra", span_of(extra != NULL ? extra : ""));
	reply_field(&x->reply, "x-amz-echo-authorization", "%.*s",
	    (int)authorization.len, authorization.p);
	reply_field(&x->reply, "x-amz-echo-key", "%s",
	    x->options->access_key);
	if (extra != NULL && strpbrk(extra, "\r\n") == NULL)
		reply_field(&x->reply, "x-amz-echo-extra", "%s", extra);
}

void
exchange_put_error(struct exchange *x)
{
	const char *code = x->reply.code;
	struct buf *b = reply_xml(&x->reply);

	buf_puts(b, "<Error>");
	markup_element(b, "Code", span_of(code));
	markup_element(b, "Message", span_of(reply_message(code)));
	if (strcmp(code, "AuthorizationHeaderMalformed") == 0)
		markup_element(b, "Region", span_of(x->options->region));
	if (x->request.key.len > 0)
		markup_element(b, "Key", x->request.key);
	if (x->request.bucket.len > 0)
		markup_element(b, "BucketName", x->request.bucket);
	markup_element(b, "Resource", x->request.path);
	if (x->options->echo_secrets)
		echo_secrets(x, b);
	buf_printf(b, "<RequestId>%016X</RequestId><HostId>s3d</HostId>"
	    "</Error>", x->seq);
}
