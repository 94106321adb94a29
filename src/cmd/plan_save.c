/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>

#include "plan_file.h"
#include "std.h"

#include "plan_save.h"

/* How every saved plan begins. */
static const char beginning[] = "{\"schema\":\"" PLAN_FILE_SCHEMA "\",";

/* May what is there be replaced?  1; 0: there is nothing; -1. */
static int
find_old(const char *path, struct err *e)
{
	char text[sizeof(beginning)];
	struct file f = {0};
	ssize_t n;

	if (file_open(&f, path, 0, e) != 0) {
		if (e->sys != ENOENT)
			return -1;
		err_clear(e);
		return 0;
	}
	n = file_read_at(&f, text, sizeof(text) - 1, 0, e);
	file_close(&f);
	if (n < 0)
		return -1;
	if (span_is((struct span){ text, (size_t)n }, beginning))
		return 1;
	err_set(e, ERR_IO_ERROR, "'%s' is there, and is no saved plan", path);
	return err_advise(e, "choose another name");
}

int
plan_save_open(struct plan_save *s, const char *path, struct app *app,
    struct err *e)
{
	int old = find_old(path, e);

	if (old < 0 || file_tmp_create(&s->file, path, old == 1, app->rng,
	    e) != 0)
		return -1;
	sink_init(&s->sink, &s->file, app->guard);
	s->open = true;
	return 0;
}

int
plan_save_put(struct plan_save *s, struct span text, struct err *e)
{
	return s->open ? sink_put(&s->sink, text, e) : 0;
}

int
plan_save_commit(struct plan_save *s, struct err *e)
{
	if (!s->open)
		return 0;
	if (sink_flush(&s->sink, e) != 0)
		return -1;
	return file_tmp_commit(&s->file, std_file_mode(), e);
}

void
plan_save_discard(struct plan_save *s)
{
	file_tmp_discard(&s->file);
}
