/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "feed.h"
#include "num.h"

#include "producer.h"

#define WHAT "the descriptor of --expect-exit"
#define TEXT_MAX 1024		/* far more than any pipeline's */

int
producer_check(uint64_t fd, struct err *e)
{
	return feed_check((int)fd, WHAT, e);
}

static int
fail(struct err *e, const char *what)
{
	err_set(e, ERR_IO_ERROR, "%s; nothing was stored", what);
	return err_advise(e, "see why the program that makes the input "
	    "failed, and run both again");
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int
producer_judge(struct span text, struct err *e)
{
	size_t at = 0;
	bool any = false;

	while (at < text.len) {
		size_t start = at;
		uint64_t status;

		if (is_space(text.p[at])) {
			at++;
			continue;
		}
		while (at < text.len && !is_space(text.p[at]))
			at++;
		if (num_u64((struct span){ text.p + start, at - start },
		    255, &status) != 0)
			return fail(e, "no exit status of the input's "
			    "producer came");
		if (status != 0) {
			err_set(e, ERR_IO_ERROR, "the program that makes the "
			    "input ended with status %d; nothing was stored",
			    (int)status);
			return err_advise(e, "see why it failed, and run "
			    "both again");
		}
		any = true;
	}
	return any ? 0 : fail(e, "the input's producer left no exit status");
}

/*
 * Whoever wrote to our standard input before it ended has written here, too.
 * So after the first line only what is there already is read: the script that
 * started us may hold the other end open for good.
 */
int
producer_ask(uint64_t fd, struct err *e)
{
	char text[TEXT_MAX];
	size_t len = 0;
	ssize_t n;
	int rc;

	for (;;) {
		bool line = len > 0 && text[len - 1] == '\n';

		rc = feed_wait((int)fd, line ? 0 : PRODUCER_WAIT_MS, WHAT, e);
		if (rc < 0)
			return -1;
		if (rc == 0)
			break;
		if (len == sizeof(text))
			return fail(e, "no exit status, but much else came");
		n = feed_read((int)fd, text + len, sizeof(text) - len, WHAT,
		    e);
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return producer_judge((struct span){ text, len }, e);
}
