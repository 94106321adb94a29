/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/* What vectors/sigv4 does not show: headers as sent, and room. */
#include <string.h>

#include "sigv4.h"

#include "t.h"

static const struct sigv4_pair query[] = {
	{ { "prefix", 6 }, { "a b", 3 } },
	{ { "list-type", 9 }, { "2", 1 } },
};

static const struct sigv4_pair header[] = {
	{ { "Host", 4 }, { "h:9000", 6 } },
	{ { "X-Amz-Meta", 10 }, { "  a   b ", 8 } },
	{ { "x-amz-date", 10 }, { "20130524T000000Z", 16 } },
};

static struct sigv4_request
request(void)
{
	return (struct sigv4_request){
		.method = "GET", .path = span_of("/b"),
		.query = query, .nquery = 2,
		.header = header, .nheader = 3,
		.payload_hash = span_of(SIGV4_UNSIGNED),
		.expires = 60
	};
}

static const struct sigv4_scope scope = {
	.time = 1369353600, .region = { "auto", 4 }, .service = { "s3", 2 }
};

static const struct sigv4_creds creds = {
	.key_id = { "AKID", 4 }, .secret = { "0123456789abcdef", 16 }
};

typedef int (*writer_fn)(struct buf *, const struct sigv4_request *,
    const struct sigv4_scope *, const struct sigv4_creds *, struct err *);

static int
write_target(struct buf *out, const struct sigv4_request *req,
    const struct sigv4_scope *s, const struct sigv4_creds *c, struct err *e)
{
	(void)s;
	(void)c;
	return sigv4_target(out, req, e);
}

/* What is sent is what was signed: collapsed, in the caller's order. */
static void
test_fields(void)
{
	char text[1024], authorization[512];
	struct sigv4_request req = request();
	struct buf out, want;
	struct err e = { 0 };

	buf_fixed(&out, authorization, sizeof(authorization));
	CHECK_INT(sigv4_authorization(&out, &req, &scope, &creds, &e), 0);

	char expected[1024];
	buf_fixed(&want, expected, sizeof(expected));
	buf_printf(&want, "Host: h:9000\r\nX-Amz-Meta: a b\r\n"
	    "x-amz-date: 20130524T000000Z\r\nAuthorization: %s\r\n",
	    authorization);
	buf_fixed(&out, text, sizeof(text));
	CHECK_INT(sigv4_fields(&out, &req, &scope, &creds, &e), 0);
	CHECK_STR(text, expected);
}

/* Each writer with every size of buffer: refused until all of it fits. */
static void
test_room(void)
{
	static const struct {
		const char *name;
		writer_fn write;
	} row[] = {
		{ "target", write_target },
		{ "fields", sigv4_fields },
		{ "authorization", sigv4_authorization },
		{ "presign", sigv4_presign },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[1024];
		struct sigv4_request req = request();
		struct buf out;
		struct err e = { 0 };

		buf_fixed(&out, text, sizeof(text));
		t_row("%s", row[i].name);
		if (!CHECK_INT(row[i].write(&out, &req, &scope, &creds, &e),
		    0))
			continue;
		size_t need = out.len + 1;
		for (size_t size = 1; size <= need; size++) {
			t_row("%s in %zu of %zu bytes", row[i].name, size,
			    need);
			buf_fixed(&out, text, size);
			CHECK_INT(row[i].write(&out, &req, &scope, &creds,
			    &e), size < need ? -1 : 0);
		}
	}
}

static void
test_times(void)
{
	static const struct {
		int64_t time;
		int want;
	} row[] = {
		{ -1, -1 }, { 0, 0 }, { INT64_C(253402300799), 0 },
		{ INT64_C(253402300800), -1 }, { INT64_MIN, -1 },
		{ INT64_MAX, -1 },
	};
	struct sigv4_request req = request();
	writer_fn write[] = { sigv4_fields, sigv4_presign };

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (size_t j = 0; j < 2; j++) {
			char text[1024];
			struct sigv4_scope s = scope;
			struct buf out;
			struct err e = { 0 };

			t_row("time %lld", (long long)row[i].time);
			s.time = row[i].time;
			buf_fixed(&out, text, sizeof(text));
			CHECK_INT(write[j](&out, &req, &s, &creds, &e),
			    row[i].want);
			CHECK_INT(e.code, row[i].want != 0 ? ERR_USAGE :
			    ERR_NONE);
		}
	}
}

/* Messages name no secret and no bytes of the request. */
static void
test_messages(void)
{
	struct sigv4_request req = request();
	struct sigv4_pair bad[] = { header[0],
	    { { "x", 1 }, { "CANARY\n", 7 } } };
	char text[1024];
	struct buf out;
	struct err e = { 0 };

	req.header = bad;
	req.nheader = 2;
	buf_fixed(&out, text, sizeof(text));
	CHECK_INT(sigv4_fields(&out, &req, &scope, &creds, &e), -1);
	CHECK_STR(e.msg, "cannot sign a header with a control character");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "fields", test_fields },
		{ "room", test_room },
		{ "times", test_times },
		{ "messages", test_messages },
		{ NULL, NULL }
	};

	return t_main("sigv4", cases);
}
