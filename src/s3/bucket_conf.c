/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "xml.h"

#include "bucket_conf.h"

/* A thousand lifecycle rules, which is what a bucket may have, and more. */
#define ANSWER_MAX (1024 * 1024)

/* The refusals that are not about this one question. */
static bool
is_fatal(enum s3_class class)
{
	return class == S3ERR_AUTH || class == S3ERR_CLOCK ||
	    class == S3ERR_REDIRECT || class == S3ERR_NO_BUCKET;
}

static int
read_answer(struct client *c, struct buf *to, struct err *e)
{
	char piece[4096];
	ssize_t n;

	while ((n = client_read(c, piece, sizeof(piece), e)) > 0)
		buf_put(to, piece, (size_t)n);
	if (n < 0) {
		client_close(c);
		return -1;
	}
	client_end(c);
	return 0;
}

int
bucket_conf_ask(struct client *c, const char *setting, struct buf *answer,
    struct err *e)
{
	const struct sigv4_pair query = { span_of(setting), { "", 0 } };
	const struct client_request req = { .op = S3_LIFECYCLE,
	    .method = "GET", .query = &query, .nquery = 1 };

	for (unsigned failures = 1;; failures++) {
		buf_init(answer, ANSWER_MAX);
		if (client_begin(c, &req, e) == 0 &&
		    read_answer(c, answer, e) == 0) {
			if (!buf_ok(answer))
				buf_free(answer);
			return 1;
		}
		buf_free(answer);
		if (c->answered && !err_is_transient(e->code))
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	if (is_fatal(c->refusal.class))
		return -1;
	err_clear(e);
	return 0;
}

int
bucket_conf_lock(struct client *c, enum bucket_conf_lock *lock,
    struct err *e)
{
	struct buf answer;
	char text[16];
	int rc = bucket_conf_ask(c, "object-lock", &answer, e);

	*lock = BUCKET_CONF_LOCK_UNKNOWN;
	if (rc == 0 && strcmp(c->refusal.s3_code,
	    "ObjectLockConfigurationNotFoundError") == 0)
		*lock = BUCKET_CONF_LOCK_OFF;
	if (rc != 1)
		return rc;
	if (answer.len > 0 && xml_text(buf_as_span(&answer),
	    "ObjectLockConfiguration/ObjectLockEnabled", text,
	    sizeof(text)) == 1 && strcmp(text, "Enabled") == 0)
		*lock = BUCKET_CONF_LOCK_ON;
	buf_free(&answer);
	return 0;
}
