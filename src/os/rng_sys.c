/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "rng_sys.h"

/*
 * 1: filled; 0: this kernel, or the sandbox, has no such call; -1.  The call
 * is made by number because libc's wrapper is younger than some libcs.
 */
static int
from_call(uint8_t *p, size_t n)
{
#ifdef SYS_getrandom
	while (n > 0) {
		/* Up to 256 bytes come whole once the pool is seeded. */
		long got = syscall(SYS_getrandom, p, n < 256 ? n : 256, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == ENOSYS || errno == EPERM))
			return 0;
		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 1;
#else
	(void)p;
	(void)n;
	return 0;
#endif
}

static int
read_all(int fd, const char *path, uint8_t *p, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, ERR_IO_ERROR, "cannot read '%s'",
			    path);
		if (got == 0)
			return err_set(e, ERR_IO_ERROR, "'%s' has an end",
			    path);
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

int
rng_sys_device(const char *path, void *p, size_t n, struct err *e)
{
	struct stat st;
	int r, fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return err_sys(e, ERR_IO_ERROR, "no random numbers: cannot "
		    "open '%s'", path);
	if (fstat(fd, &st) != 0)
		r = err_sys(e, ERR_IO_ERROR, "cannot stat '%s'", path);
	else if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 9))
		r = err_set(e, ERR_IO_ERROR, "no random numbers: '%s' is not "
		    "the kernel's random device", path);
	else
		r = read_all(fd, path, p, n, e);
	close(fd);
	return r;
}

static int
bytes(struct rng *r, void *p, size_t n, struct err *e)
{
	(void)r;
	switch (from_call(p, n)) {
	case 1:
		return 0;
	case 0:
		return rng_sys_device("/dev/urandom", p, n, e);
	default:
		return err_sys(e, ERR_IO_ERROR, "no random numbers");
	}
}

void
rng_sys_init(struct rng *r)
{
	r->bytes = bytes;
}
