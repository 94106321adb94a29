/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "buf.h"
#include "hex.h"

#include "origin.h"

#define GIT "@git:"

const struct field origin_fields[] = {
	{ .name = "git_commit", .type = FIELD_TEXT,
	  .offset = offsetof(struct selection_options, git_commit),
	  .value = "HEX", .what = "files that are admitted are of this "
	  "commit" },
	{ .name = NULL }
};

int
origin_check(const struct selection_options *select, struct err *e)
{
	struct span commit;
	uint8_t bytes[ORIGIN_COMMIT_MAX / 2];

	if (select->git_commit == NULL)
		return 0;
	commit = span_of(select->git_commit);
	/* SHA-1, or SHA-256. */
	if ((commit.len == 40 || commit.len == ORIGIN_COMMIT_MAX) &&
	    hex_decode(bytes, commit.len / 2, commit) == 0)
		return 0;
	err_set(e, ERR_USAGE, "--git-commit cannot be '%s'",
	    select->git_commit);
	return err_advise(e, "give what 'git rev-parse HEAD' prints");
}

struct span
origin_make(char out[ORIGIN_MAX + 1], const char *archive_id,
    const char *source, const struct selection_options *select)
{
	struct buf b;

	buf_fixed(&b, out, ORIGIN_MAX + 1);
	buf_printf(&b, "%s/%s", archive_id, source);
	if (select->git_commit != NULL)
		buf_printf(&b, GIT "%s", select->git_commit);
	BUG_ON(!buf_ok(&b));
	return buf_as_span(&b);
}
