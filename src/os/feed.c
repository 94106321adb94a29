/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "signals.h"

#include "feed.h"

/*
 * The longest single poll(): a stop signal that arrives just before one is
 * seen right after it.
 */
#define SLICE_MS 500

int
feed_check(int fd, const char *what, struct err *e)
{
	int flags = fcntl(fd, F_GETFD), mode = fcntl(fd, F_GETFL);

	/* All that we open closes on exec; what we inherit did not. */
	if (flags != -1 && mode != -1 && (flags & FD_CLOEXEC) == 0 &&
	    (mode & O_ACCMODE) != O_WRONLY)
		return 0;
	return err_set(e, ERR_IO_ERROR, "%s is not open for reading", what);
}

static int
interrupted(int sig, struct err *e)
{
	err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
	e->sys = sig;
	return -1;
}

int
feed_wait(int fd, int ms, const char *what, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int slice, n;

	for (;;) {
		if (signals_stop() != 0)
			return interrupted(signals_stop(), e);
		slice = ms < 0 || ms > SLICE_MS ? SLICE_MS : ms;
		n = poll(&p, 1, slice);
		if (n < 0 && errno != EINTR)
			return err_sys(e, ERR_IO_ERROR, "cannot read %s",
			    what);
		if (n > 0)
			return 1;
		if (n == 0 && ms >= 0 && (ms -= slice) == 0)
			return 0;
	}
}

ssize_t
feed_read(int fd, void *p, size_t n, const char *what, struct err *e)
{
	ssize_t got;

	for (;;) {
		if (feed_wait(fd, -1, what, e) < 0)
			return -1;
		got = read(fd, p, n);
		if (got >= 0)
			return got;
		/* Somebody may have made it non-blocking. */
		if (errno != EINTR && errno != EAGAIN)
			return err_sys(e, ERR_IO_ERROR, "cannot read %s",
			    what);
	}
}
