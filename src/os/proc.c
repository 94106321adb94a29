/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proc.h"

extern char **environ;	/* POSIX has no header that declares it */

int
proc_fix_std_fds(struct err *e)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		/* Those below are open, so this takes the free number. */
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
		if (open("/dev/null", mode) < 0 && open("/", O_RDONLY) < 0)
			return err_sys(e, ERR_IO_ERROR,
			    "cannot stand in for a closed stream");
	}
	return 0;
}

int
proc_harden(struct err *e)
{
	static const struct rlimit none = { 0, 0 };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot forbid debugging");
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot forbid core files");
	sigemptyset(&ignore.sa_mask);
	if (sigaction(SIGXFSZ, &ignore, NULL) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot ignore SIGXFSZ");
	return 0;
}

long
proc_id(void)
{
	return (long)getpid();
}

void
proc_clear_env(const char *name)
{
	size_t n = strlen(name);

	/* A variable can be there more than once. */
	for (char **v = environ; v != NULL && *v != NULL; v++) {
		if (strncmp(*v, name, n) != 0 || (*v)[n] != '=')
			continue;
		for (volatile char *p = *v + n + 1; *p != '\0'; p++)
			*p = '\0';
	}
	unsetenv(name);
}
