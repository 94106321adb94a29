/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "t.h"

extern char **environ;

/* Run in a process of its own; its result, or 100 + the signal. */
static int
in_child(int (*run)(int), int arg)
{
	int status;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(run(arg));
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    100 + WTERMSIG(status);
}

/* Streams whose bit is set in closed are closed, the others a pipe each. */
static int
with_closed(int closed)
{
	struct err e;
	int ends[2];
	char c;

	for (int fd = 0; fd <= 2; fd++) {
		close(fd);
		if ((closed >> fd & 1) == 0 && open("/dev/zero", O_RDWR) != fd)
			return 1;
		/* Stands in for the while, so that the next has its number. */
		if ((closed >> fd & 1) != 0 && open("/", O_RDONLY) != fd)
			return 2;
	}
	for (int fd = 0; fd <= 2; fd++)
		if ((closed >> fd & 1) != 0)
			close(fd);
	if (proc_fix_std_fds(&e) != 0)
		return 3;
	for (int fd = 0; fd <= 2; fd++) {
		bool was_closed = (closed >> fd & 1) != 0;
		ssize_t r = fd == 0 ? read(fd, &c, 1) : write(fd, "x", 1);
		if (was_closed ? r != -1 || errno != EBADF : r != 1)
			return 4;
	}
	if (pipe(ends) != 0 || ends[0] < 3 || ends[1] < 3)
		return 5;
	return 0;
}

static void
test_std_fds(void)
{
	for (int closed = 0; closed < 8; closed++) {
		t_row("closed %d", closed);
		CHECK_INT(in_child(with_closed, closed), 0);
	}
}

static int
hardened(int arg)
{
	struct rlimit core, size = { 1, 1 };
	struct sigaction xfsz;
	struct err e;
	char name[] = "/tmp/t_proc.XXXXXX";

	(void)arg;
	if (proc_harden(&e) != 0)
		return 1;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 2;
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return 3;
	if (sigaction(SIGXFSZ, NULL, &xfsz) != 0 ||
	    xfsz.sa_handler != SIG_IGN)
		return 4;
	int fd = mkstemp(name);
	unlink(name);
	if (setrlimit(RLIMIT_FSIZE, &size) != 0 || write(fd, "a", 1) != 1)
		return 5;
	return write(fd, "b", 1) == -1 && errno == EFBIG ? 0 : 6;
}

static void
test_harden(void)
{
	CHECK_INT(in_child(hardened, 0), 0);
}

static void
test_clear_env(void)
{
	static char first[] = "T_SECRET=value one";
	static char longer[] = "T_SECRET_ID=kept";
	static char again[] = "T_SECRET=two";
	static char empty[] = "T_EMPTY=";
	static char no_value[] = "T_SECRET";
	static const char nothing[20];
	char *mine[] = { first, longer, again, empty, no_value, NULL };
	char **before = environ;

	environ = mine;
	proc_clear_env("T_SECRET");
	CHECK(getenv("T_SECRET") == NULL);
	CHECK_STR(getenv("T_SECRET_ID"), "kept");
	CHECK_MEM(first + 9, 9, nothing, 9);
	CHECK_MEM(again + 9, 3, nothing, 3);
	CHECK_STR(first, "T_SECRET=");
	proc_clear_env("T_EMPTY");
	CHECK(getenv("T_EMPTY") == NULL);
	proc_clear_env("T_NEVER_THERE");
	CHECK_STR(getenv("T_SECRET_ID"), "kept");
	environ = before;
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "std_fds", test_std_fds },
		{ "harden", test_harden },
		{ "clear_env", test_clear_env },
		{ NULL, NULL }
	};

	return t_main("proc", cases);
}
