/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_scratch.h"

#define SHARED_MEMORY "/dev/shm/consign"
#define CLOSE_ON_EXEC 1U	/* MFD_CLOEXEC of linux/memfd.h */

static int
open_in_folder(struct file_tmp *t, const char *beside, struct rng *rng,
    struct err *e)
{
	if (file_tmp_create(t, beside, true, rng, e) != 0)
		return -1;
	if (file_tmp_hide(t, e) == 0)
		return 0;
	file_tmp_discard(t);
	return -1;
}

/* By its number: libc's wrapper is younger than some libcs. */
static int
open_in_memory(void)
{
#ifdef SYS_memfd_create
	return (int)syscall(SYS_memfd_create, "consign", CLOSE_ON_EXEC);
#else
	return -1;
#endif
}

int
file_scratch_memory(struct file_tmp *t, const char *name, struct rng *rng,
    struct err *e)
{
	int fd = open_in_memory();

	if (fd <= 0)
		return open_in_folder(t, SHARED_MEMORY, rng, e);
	*t = (struct file_tmp){ .fd = fd, .target = name };
	return 0;
}

int
file_scratch_open(struct file_tmp *t, const char *beside, struct rng *rng,
    struct err *e)
{
	struct err why = {0};

	if (open_in_folder(t, beside, rng, &why) == 0)
		return 0;
	if ((why.sys == EROFS || why.sys == EACCES || why.sys == EPERM) &&
	    file_scratch_memory(t, beside, rng, e) == 0)
		return 0;
	*e = why;
	return -1;
}
