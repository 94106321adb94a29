/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "std.h"

int
std_write(int fd, const void *p, size_t n, struct err *e)
{
	const char *at = p;

	while (n > 0) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_sys(e, ERR_IO_ERROR, "cannot write to %s",
			    fd == STD_OUT ? "standard output" :
			    "standard error");
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

bool
std_is_terminal(int fd)
{
	return isatty(fd) == 1;
}

bool
std_can_redraw(int fd)
{
	const char *term = getenv("TERM");

	return std_is_terminal(fd) &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

size_t
std_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ?
	    size.ws_col : 80;
}

int
std_adopt(int fd)
{
	int flags = fcntl(fd, F_GETFD), mode = fcntl(fd, F_GETFL);

	/* What we open ourselves closes on exec; what we inherit did not. */
	if (flags == -1 || mode == -1 || (flags & FD_CLOEXEC) != 0 ||
	    (mode & O_ACCMODE) == O_RDONLY)
		return -1;
	return fcntl(fd, F_DUPFD_CLOEXEC, STD_ERR + 1);
}

/* A pipe that is ready has room for PIPE_BUF bytes (pipe(7)). */
_Static_assert(STD_TRY_MAX <= PIPE_BUF, "what may be tried fits");

int
std_try_write(int fd, const void *p, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t put;

	if (n > STD_TRY_MAX)
		return 0;
	if (poll(&ready, 1, 0) < 1)
		return 0;
	if ((ready.revents & POLLOUT) == 0)
		return -1;
	do
		put = write(fd, p, n);
	while (put < 0 && errno == EINTR);
	if (put < 0 && errno == EAGAIN)
		return 0;
	return put == (ssize_t)n ? 1 : -1;
}

mode_t
std_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int64_t
std_cpu_ms(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}
