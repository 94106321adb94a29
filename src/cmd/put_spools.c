/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "buf.h"
#include "file_scratch.h"

#include "put_spools.h"

struct put_spools_file {
	struct file_tmp tmp;
	char target[PATH_MAX], path[PATH_MAX];
};

static int
make_room(struct put_spools *s, unsigned n, struct err *e)
{
	s->spool = calloc(n, sizeof(s->spool[0]));
	s->file = calloc(n, sizeof(s->file[0]));
	if (s->spool == NULL || s->file == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a pipe");
	for (s->n = 0; s->n < n; s->n++) {
		s->spool[s->n].tmp = &s->file[s->n].tmp;
		s->spool[s->n].path = s->file[s->n].path;
	}
	return 0;
}

static int
place(char path[PATH_MAX], const char *folder, const char *name,
    struct err *e)
{
	struct buf b;

	buf_fixed(&b, path, PATH_MAX);
	buf_printf(&b, "%s/%s", folder, name);
	return buf_ok(&b) ? 0 : err_set(e, ERR_IO_ERROR, "'%s' is too long",
	    folder);
}

static int
open_named(struct put_spools_file *f, const char *folder, struct rng *rng,
    struct err *e)
{
	if (file_tmp_create(&f->tmp, f->target, true, rng, e) != 0)
		return -1;
	return place(f->path, folder, f->tmp.name, e);
}

int
put_spools_open(struct put_spools *s, const char *folder, unsigned n,
    struct rng *rng, struct err *e)
{
	int rc = make_room(s, n, e);

	for (unsigned i = 0; rc == 0 && i < n; i++) {
		struct put_spools_file *f = &s->file[i];

		rc = place(f->target, folder, "spool", e);
		if (rc == 0)
			rc = n == 1 ? file_scratch_open(&f->tmp, f->target,
			    rng, e) : open_named(f, folder, rng, e);
	}
	return rc;
}

int
put_spools_memory(struct put_spools *s, struct rng *rng, struct err *e)
{
	if (make_room(s, 1, e) != 0)
		return -1;
	return file_scratch_memory(&s->file[0].tmp, "a part in memory", rng,
	    e);
}

void
put_spools_close(struct put_spools *s)
{
	for (unsigned i = 0; i < s->n; i++)
		file_tmp_discard(&s->file[i].tmp);
	free(s->spool);
	free(s->file);
	*s = (struct put_spools){ .n = 0 };
}
