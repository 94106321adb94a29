/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "hex.h"
#include "rng.h"

#include "dir.h"
#include "file.h"
#include "folder.h"

#include "folder_tmp.h"

/* Without "/" at its end; what is left then has to be new. */
static int
take_target(struct folder_tmp *t, const char *target, struct err *e)
{
	size_t n = strlen(target);

	while (n > 1 && target[n - 1] == '/')
		n--;
	if (n >= sizeof(t->target))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", target);
	memcpy(t->target, target, n);
	t->target[n] = '\0';
	if (n > 0 && !file_exists(t->target))
		return 0;
	err_set(e, ERR_IO_ERROR, "'%s' exists already", target);
	return err_advise(e, "name a folder that does not");
}

int
folder_tmp_make(struct folder_tmp *t, const char *target, mode_t mode,
    struct rng *rng, struct err *e)
{
	uint8_t random[4];
	char hex[2 * sizeof(random) + 1];
	const char *slash;
	struct buf b;

	t->there = false;
	if (take_target(t, target, e) != 0 ||
	    rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	hex_encode(hex, random, sizeof(random));
	slash = strrchr(t->target, '/');
	buf_fixed(&b, t->path, sizeof(t->path));
	if (slash != NULL)
		buf_put(&b, t->target, (size_t)(slash + 1 - t->target));
	buf_printf(&b, ".consign-%s.tmp", hex);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", target);
	if (folder_make(t->path, mode, e) != 0)
		return -1;
	t->there = true;
	return 0;
}

int
folder_tmp_commit(struct folder_tmp *t, struct err *e)
{
	/* What came there meanwhile and is empty is no loss. */
	if (rename(t->path, t->target) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot make the folder '%s'",
		    t->target);
	t->there = false;
	if (folder_sync_parent(t->target) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot sync the folder of "
		    "'%s'", t->target);
	return 0;
}

/* Remove the files of a folder; a folder in it becomes path, then: 1. */
static int
empty(char path[PATH_MAX])
{
	struct err ignored = {0};
	struct dir d = {0};
	struct buf b;
	int rc = -1;

	if (dir_open(&d, NULL, path, 0, &ignored) == 0 &&
	    dir_read(&d, 0, &ignored) == 0)
		rc = 0;
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		const char *name = d.entry[i].name;

		if (d.entry[i].kind != DIR_FOLDER) {
			(void)unlinkat(d.fd, name, 0);
			continue;
		}
		buf_fixed(&b, path + strlen(path), PATH_MAX - strlen(path));
		buf_printf(&b, "/%.*s", (int)strlen(name) - 1, name);
		rc = buf_ok(&b) ? 1 : -1;
	}
	dir_close(&d);
	return rc;
}

void
folder_tmp_discard(struct folder_tmp *t)
{
	while (t->there) {
		char path[PATH_MAX];

		memcpy(path, t->path, sizeof(path));
		while (empty(path) == 1)
			continue;
		/* What cannot be removed stays. */
		if (rmdir(path) != 0 || strcmp(path, t->path) == 0)
			t->there = false;
	}
}
