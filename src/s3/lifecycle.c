/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "bucket_conf.h"
#include "num.h"
#include "xml.h"

#include "lifecycle.h"

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

int
lifecycle_ask(struct client *c, struct lifecycle *l, struct err *e)
{
	struct buf answer;
	int rc = bucket_conf_ask(c, "lifecycle", &answer, e);

	if (rc < 0)
		return -1;
	if (rc == 1) {
		lifecycle_read(l, answer.len > 0 ? buf_as_span(&answer) :
		    (struct span){ "", 0 });
		buf_free(&answer);
		return 0;
	}
	*l = (struct lifecycle){ .verdict = strcmp(c->refusal.s3_code,
	    "NoSuchLifecycleConfiguration") == 0 ? LIFECYCLE_NONE :
	    LIFECYCLE_UNKNOWN };
	return 0;
}
