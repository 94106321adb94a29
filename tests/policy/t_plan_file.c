/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "plan_file.h"

#define ID "sha256:0123456789012345678901234567890123456789012345678901234567" \
	"890123"

static const struct plan_decision send = { .verdict = PLAN_UPLOAD,
    .reason = PLAN_NEW, .tier = 1, .requests = { 1, 2, 3 },
    .bytes_up = 5, .bytes_down = 6 };

static const struct plan_file_line line = {
	.path = { "main/a%0A", 9 }, .object_id = { ID, 71 },
	.size_bytes = 5, .inode = -7, .mtime_ns = 8, .ctime_ns = 9,
	.remote_key = { "k", 1 }, .plan = &send
};

static struct span
written(const struct plan_file_line *l, char *room, size_t n)
{
	struct buf b;

	buf_fixed(&b, room, n);
	plan_file_write_line(&b, l);
	CHECK(buf_ok(&b));
	return buf_as_span(&b);
}

/* The formats, as consign-plan(5) has them. */
static void
test_written(void)
{
	struct plan_file_head head = { .archive_id = span_of("nas"),
	    .store_ref = span_of("offsite"),
	    .provider_kind = span_of("generic-s3"),
	    .endpoint = span_of("https://s3.example.org"),
	    .bucket = span_of("backup"), .region = span_of("r"),
	    .key_strategy = span_of("sha256"), .multipart_threshold = 64,
	    .multipart_part_size = 32 };
	struct plan_sums sums = { .count = { 2, 3, 0, 9 }, .bytes = 11,
	    .requests = { 2, 7, 0 }, .bytes_up = 4, .bytes_down = 5 };
	struct plan_file_line bare = line;
	char text[2048];
	struct buf b;

	written(&line, text, sizeof(text));
	CHECK_STR(text, "{\"path\":\"main/a%0A\",\"object_id\":\"" ID "\","
	    "\"size_bytes\":5,\"inode\":-7,\"mtime_ns\":8,\"ctime_ns\":9,"
	    "\"verdict\":\"would_upload\",\"reason\":\"new\","
	    "\"remote_key\":\"k\",\"tier_needed\":1,\"class_a_requests\":1,"
	    "\"class_b_requests\":2,\"free_requests\":3,\"bytes_up\":5,"
	    "\"bytes_down\":6}\n");
	bare.object_id = bare.remote_key = (struct span){ "", 0 };
	written(&bare, text, sizeof(text));
	CHECK_STR(text, "{\"path\":\"main/a%0A\","
	    "\"size_bytes\":5,\"inode\":-7,\"mtime_ns\":8,\"ctime_ns\":9,"
	    "\"verdict\":\"would_upload\",\"reason\":\"new\","
	    "\"tier_needed\":1,\"class_a_requests\":1,"
	    "\"class_b_requests\":2,\"free_requests\":3,\"bytes_up\":5,"
	    "\"bytes_down\":6}\n");

	buf_fixed(&b, text, sizeof(text));
	plan_file_write_head(&b, &head);
	CHECK_STR(text, "{\"schema\":\"consign.plan.v1\","
	    "\"archive_id\":\"nas\",\"store_ref\":\"offsite\","
	    "\"provider_kind\":\"generic-s3\","
	    "\"endpoint\":\"https://s3.example.org\",\"bucket\":\"backup\","
	    "\"region\":\"r\",\"key_strategy\":\"sha256\","
	    "\"key_append_extension\":false,\"multipart_threshold\":64,"
	    "\"multipart_part_size\":32,"
	    "\"force_reupload\":false}\n");
	buf_fixed(&b, text, sizeof(text));
	plan_file_write_end(&b, &sums);
	CHECK_STR(text, "{\"objects\":5,\"size_bytes\":11,"
	    "\"would_upload\":2,\"already_uploaded\":3,"
	    "\"class_a_requests\":2,\"class_b_requests\":7,"
	    "\"free_requests\":0,\"bytes_up\":4,\"bytes_down\":5}\n");
}

static void
test_read(void)
{
	static const char *const refused[] = {
		"", "x", "{}", "{\"path\":\"main/a\"}",
		"{\"object_id\":\"" ID "\"}", "{\"path\":1,\"object_id\":2}",
		"{\"path\":\"main/a\",\"object_id\":\"" ID "\"",
	};
	struct plan_file_entry entry;
	struct err e = {0};
	char text[2048], room[256];
	struct buf scratch;

	buf_fixed(&scratch, room, sizeof(room));
	CHECK_INT(plan_file_read(&entry, written(&line, text, sizeof(text)),
	    &scratch, &e), 0);
	CHECK_INT(entry.kind, PLAN_FILE_OBJECT);
	CHECK(span_is(entry.path, "main/a%0A"));
	CHECK(span_is(entry.object_id, ID));
	CHECK_INT(plan_file_read(&entry, span_of("{\"objects\":5}"),
	    &scratch, &e), 0);
	CHECK_INT(entry.kind, PLAN_FILE_END);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		t_row("'%s'", refused[i]);
		CHECK_INT(plan_file_read(&entry, span_of(refused[i]),
		    &scratch, &e), -1);
		CHECK_INT(e.code, ERR_PLAN_UNFIT);
	}
}

static void
test_compare(void)
{
	static const struct { const char *saved, *now, *want; } rows[] = {
		{ "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\"}", NULL },
		{ "{\"a\":1,\"b\":\"x\"}", "{\"a\":2,\"b\":\"y\"}",
		  "'a' is 2 now, and was planned as 1" },
		{ "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"y\"}",
		  "'b' is y now, and was planned as x" },
		{ "{\"a\":1}", "{\"a\":1,\"b\":true}",
		  "'b' was not planned" },
		{ "{\"a\":1,\"b\":true}", "{\"a\":1}",
		  "the line is written in another way than it is now" },
		{ "{\"a\": 1}", "{\"a\":1}",
		  "the line is written in another way than it is now" },
		{ "junk", "{\"a\":1}",
		  "the line is written in another way than it is now" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *want = rows[i].want;
		struct err e = {0};

		t_row("%s", rows[i].saved);
		CHECK_INT(plan_file_compare(span_of(rows[i].saved),
		    span_of(rows[i].now), &e), want != NULL ? -1 : 0);
		CHECK_INT(e.code, want != NULL ? ERR_PLAN_UNFIT : ERR_NONE);
		CHECK_STR(e.msg, want != NULL ? want : "");
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "written", test_written },
		{ "read", test_read },
		{ "compare", test_compare },
		{ NULL, NULL }
	};

	return t_main("plan_file", cases);
}
