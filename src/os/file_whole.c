/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "file_whole.h"

int
file_whole(char **text, size_t *n, const struct file *f, size_t max,
    struct err *e)
{
	ssize_t got;

	*text = NULL;
	if (f->id.size > (int64_t)max)
		return err_set(e, ERR_CONFIG_INVALID,
		    "%lld bytes are more than %zu", (long long)f->id.size,
		    max);
	*n = (size_t)f->id.size;
	*text = malloc(*n + 1);
	if (*text == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for '%s'",
		    f->path);
	/* One more than it had: should it grow, that is seen. */
	got = file_read_at(f, *text, *n + 1, 0, e);
	if (got < 0)
		return -1;
	return got == f->id.size ? 0 :
	    err_set(e, ERR_IO_ERROR, "it changes while it is read");
}
