/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "num.h"
#include "xml.h"

#include "lifecycle.h"

/* A thousand rules, which is what a bucket may have, and then some. */
#define ANSWER_MAX (1024 * 1024)

#define DAYS_MAX 36500
#define KEY_MAX_LEN 1024

/* --- Reading -------------------------------------------------------------- */

/* After how many days this rule ends uploads; 0: it does not. */
static int64_t
days_of(struct span rule)
{
	char text[32];
	uint64_t days;

	if (xml_text(rule, "Rule/Status", text, sizeof(text)) != 1 ||
	    strcmp(text, "Enabled") != 0 ||
	    xml_text(rule, "Rule/AbortIncompleteMultipartUpload/"
	    "DaysAfterInitiation", text, sizeof(text)) != 1 ||
	    num_u64(span_trim(span_of(text)), DAYS_MAX, &days) != 0)
		return 0;
	return (int64_t)days;
}

/* Is it for some keys, tags or sizes only?  What cannot be told is. */
static bool
is_partial(struct span rule)
{
	static const char *const filters[] = { "Rule/Prefix",
	    "Rule/Filter/Prefix", "Rule/Filter/Tag", "Rule/Filter/And",
	    "Rule/Filter/ObjectSizeGreaterThan",
	    "Rule/Filter/ObjectSizeLessThan" };
	char text[KEY_MAX_LEN + 1];

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		int rc = xml_text(rule, filters[i], text, sizeof(text));

		if (rc < 0 || (rc == 1 && text[0] != '\0'))
			return true;
	}
	return false;
}

void
lifecycle_read(struct lifecycle *l, struct span doc)
{
	struct xml x;
	struct span rule;

	*l = (struct lifecycle){ .verdict = LIFECYCLE_UNKNOWN };
	if (!xml_root(doc, "LifecycleConfiguration") ||
	    xml_open(&x, doc) != 0)
		return;
	l->verdict = LIFECYCLE_NONE;
	while (xml_each(&x, "LifecycleConfiguration/Rule", &rule)) {
		int64_t days = days_of(rule);
		bool partly = is_partial(rule);

		/* One for all keys says more than any that is not. */
		if (days == 0 || (l->verdict == LIFECYCLE_ENDS &&
		    (partly != l->partly ? partly : days >= l->days)))
			continue;
		*l = (struct lifecycle){ LIFECYCLE_ENDS, days, partly };
	}
}

/* --- Asking --------------------------------------------------------------- */

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
lifecycle_ask(struct client *c, struct lifecycle *l, struct err *e)
{
	static const struct sigv4_pair query = { { "lifecycle", 9 },
	    { "", 0 } };
	const struct client_request req = { .op = S3_LIFECYCLE,
	    .method = "GET", .query = &query, .nquery = 1 };
	struct buf answer;

	for (unsigned failures = 1;; failures++) {
		buf_init(&answer, ANSWER_MAX);
		if (client_begin(c, &req, e) == 0 &&
		    read_answer(c, &answer, e) == 0) {
			lifecycle_read(l, buf_ok(&answer) ?
			    buf_as_span(&answer) : (struct span){ "", 0 });
			buf_free(&answer);
			return 0;
		}
		buf_free(&answer);
		if (c->answered && !err_is_transient(e->code))
			break;
		if (!client_again(c, failures, e))
			return -1;
	}
	if (is_fatal(c->refusal.class))
		return -1;
	err_clear(e);
	*l = (struct lifecycle){ .verdict = strcmp(c->refusal.s3_code,
	    "NoSuchLifecycleConfiguration") == 0 ? LIFECYCLE_NONE :
	    LIFECYCLE_UNKNOWN };
	return 0;
}
