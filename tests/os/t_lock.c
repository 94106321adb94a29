/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "lock.h"

static char path[] = "/tmp/t_lock.XXXXXX";

static void
make_path(void)
{
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	if (fd < 0)
		abort();
	close(fd);
}

/* A child that takes the lock, tells, and waits; its process id. */
static pid_t
holder(const char *words)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		struct lock l;
		struct err e = {0};

		if (lock_take(&l, path, span_of(words), &e) != 0 ||
		    write(ready[1], "y", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	CHECK_INT(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void
test_excludes(void)
{
	char words[LOCK_HOLDER_MAX + 1];
	struct lock l;
	struct err e = {0};
	pid_t pid;

	make_path();
	pid = holder("pid 12 since then\n");
	CHECK_INT(lock_take(&l, path, span_of("me\n"), &e), -1);
	CHECK_INT(e.code, ERR_LOCKED);
	CHECK_INT(err_exit_status(&e), 7);
	CHECK(strstr(e.msg, "pid 12 since then") != NULL);

	CHECK_INT(lock_look(path, words, &e), 1);
	CHECK_STR(words, "pid 12 since then");

	/* It dies with its holder, however that ends. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	err_clear(&e);
	CHECK_INT(lock_look(path, words, &e), 0);
	CHECK_INT(lock_take(&l, path, span_of("me\n"), &e), 0);
	lock_release(&l);
	lock_release(&l);
	unlink(path);
}

/* A child of the holder does not hold it, and cannot lose it. */
static void
test_not_inherited(void)
{
	struct lock l;
	struct err e = {0};
	int status = -1;
	pid_t pid;

	make_path();
	CHECK_INT(lock_take(&l, path, span_of("parent\n"), &e), 0);
	pid = fork();
	if (pid == 0) {
		struct lock other;

		lock_release(&l);
		_exit(lock_take(&other, path, span_of("child\n"), &e) == 0);
	}
	waitpid(pid, &status, 0);
	CHECK_INT(status, 0);
	lock_release(&l);
	unlink(path);
}

static void
test_bad_places(void)
{
	char words[LOCK_HOLDER_MAX + 1];
	struct lock l;
	struct err e = {0};

	CHECK_INT(lock_take(&l, "/nowhere/lock", span_of("x"), &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	err_clear(&e);
	CHECK_INT(lock_take(&l, "/tmp", span_of("x"), &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(lock_look("/nowhere/lock", words, &e), 0);
	CHECK_INT(lock_look("/dev/null/lock", words, &e), -1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "excludes", test_excludes },
		{ "not inherited", test_not_inherited },
		{ "bad places", test_bad_places },
		{ NULL, NULL }
	};

	return t_main("lock", cases);
}
