/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PLAN_SAVE_H
#define PLAN_SAVE_H

#include <stdbool.h>

#include "app.h"
#include "err.h"
#include "file.h"
#include "sink.h"
#include "span.h"

/*
 * The file of a saved plan while it is made: it appears, whole, with
 * plan_save_commit().  One that is there is replaced if it is a saved plan;
 * any other file is left alone.
 */
struct plan_save {
	/* Private. */
	bool open;
	struct file_tmp file;
	struct sink sink;
};

/* ERR_IO_ERROR; those of file.h. */
int plan_save_open(struct plan_save *s, const char *path, struct app *app,
    struct err *e);

/* What was not opened takes everything, and keeps nothing. */
int plan_save_put(struct plan_save *s, struct span text, struct err *e);
int plan_save_commit(struct plan_save *s, struct err *e);

void plan_save_discard(struct plan_save *s);	/* a zeroed one, twice too */

#endif
