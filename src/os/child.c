/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "signals.h"

#include "child.h"

#define WAIT_MAX 64	/* children at once */

static void
close_pair(int pair[2])
{
	for (int i = 0; i < 2; i++)
		if (pair[i] > 0)
			close(pair[i]);
}

/* --- The child's side ----------------------------------------------------- */

/* Nothing is open but the two pipes. */
static int
forsake(const struct child *c)
{
	struct err ignored = {0};

	for (int fd = 0; fd < CHILD_FDS; fd++)
		if (fd != c->to && fd != c->from)
			close(fd);
	return proc_fix_std_fds(&ignored);
}

static int
begin(struct child *c, pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return -1;
	/* It may have died before that was asked for. */
	if (getppid() != parent)
		return -1;
	return forsake(c);
}

_Noreturn void
child_leave(void)
{
	_exit(0);
}

/* --- Forking -------------------------------------------------------------- */

int
child_fork(struct child *c, struct err *e)
{
	int down[2] = { 0, 0 }, up[2] = { 0, 0 };
	pid_t parent = getpid(), pid;

	*c = (struct child){ .pid = 0 };
	if (pipe(down) != 0 || pipe(up) != 0) {
		err_sys(e, ERR_IO_ERROR, "cannot make a pipe");
		goto fail;
	}
	for (int i = 0; i < 2; i++)
		if (fcntl(down[i], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(up[i], F_SETFD, FD_CLOEXEC) != 0) {
			err_sys(e, ERR_IO_ERROR, "cannot make a pipe");
			goto fail;
		}
	pid = fork();
	if (pid < 0) {
		err_sys(e, ERR_NO_MEMORY, "cannot begin a worker process");
		goto fail;
	}
	if (pid == 0) {
		*c = (struct child){ .pid = parent, .to = up[1],
		    .from = down[0] };
		signals_watch(NULL);
		if (begin(c, parent) != 0)
			child_leave();
		return 1;
	}
	close(down[0]);
	close(up[1]);
	*c = (struct child){ .pid = pid, .to = down[1], .from = up[0] };
	return 0;

fail:
	close_pair(down);
	close_pair(up);
	return -1;
}

/* --- Talking -------------------------------------------------------------- */

int
child_send(const struct child *c, const void *p, size_t n, struct err *e)
{
	const char *at = p;

	while (n > 0) {
		ssize_t put = write(c->to, at, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return err_sys(e, ERR_IO_ERROR,
			    "cannot talk to another process");
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

bool
child_try_send(const struct child *c, const void *p, size_t n)
{
	struct pollfd ready = { .fd = c->to, .events = POLLOUT };
	struct err ignored = {0};

	BUG_ON(n > CHILD_ATOMIC);
	/* A pipe that is ready has room for that much (pipe(7)). */
	return poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0 &&
	    child_send(c, p, n, &ignored) == 0;
}

ssize_t
child_receive(const struct child *c, void *p, size_t n, struct err *e)
{
	ssize_t got;

	do
		got = read(c->from, p, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(e, ERR_IO_ERROR,
		    "cannot hear another process");
	return got;
}

void
child_wait(const struct child *c, size_t stride, size_t n, bool *ready,
    int64_t ms)
{
	struct pollfd p[WAIT_MAX];

	BUG_ON(n > WAIT_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct child *one = (const struct child *)
		    ((const char *)c + i * stride);

		p[i] = (struct pollfd){ .fd = one->pid != 0 ? one->from : -1,
		    .events = POLLIN };
		ready[i] = false;
	}
	if (poll(p, (nfds_t)n, ms < INT32_MAX ? (int)ms : INT32_MAX) <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		ready[i] = p[i].revents != 0;
}

/* --- Ending --------------------------------------------------------------- */

void
child_signal(const struct child *c, int sig)
{
	if (c->pid != 0)
		kill(c->pid, sig);
}

void
child_end(struct child *c, int *sig)
{
	int status = 0;
	pid_t got;

	if (sig != NULL)
		*sig = 0;
	if (c->pid == 0)
		return;
	/* One that is dying already keeps its own end note. */
	kill(c->pid, SIGKILL);
	close(c->to);
	close(c->from);
	do
		got = waitpid(c->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got == c->pid && sig != NULL && WIFSIGNALED(status))
		*sig = WTERMSIG(status);
	*c = (struct child){ .pid = 0 };
}

unsigned
child_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 1024 ? 1024 : (unsigned)n;
}
