/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "child.h"
#include "pages.h"

/* What children do: each is told a byte first. */
static void
echo(const struct child *c)
{
	struct err e = {0};
	char b[16];
	ssize_t n;

	while ((n = child_receive(c, b, sizeof(b), &e)) > 0)
		if (child_send(c, b, (size_t)n, &e) != 0)
			break;
}

static int
begin(struct child *c)
{
	struct err e = {0};
	int rc = child_fork(c, &e);

	if (rc == 1) {
		echo(c);
		child_leave();
	}
	return rc;
}

static void
test_talk(void)
{
	struct child c[3];
	struct err e = {0};
	bool ready[3];
	char b[8] = "";
	int sig;

	CHECK_INT(begin(&c[0]), 0);
	c[1] = (struct child){ .pid = 0 };
	CHECK_INT(begin(&c[2]), 0);
	CHECK_INT(child_send(&c[2], "two", 3, &e), 0);
	do
		child_wait(c, sizeof(c[0]), 3, ready, 1000);
	while (!ready[2]);
	CHECK(!ready[0] && !ready[1]);
	CHECK_INT(child_receive(&c[2], b, sizeof(b), &e), 3);
	CHECK_STR(b, "two");
	CHECK(child_try_send(&c[0], "x", 1));
	CHECK_INT(child_receive(&c[0], b, sizeof(b), &e), 1);
	for (int i = 0; i < 3; i++) {
		child_end(&c[i], &sig);
		child_end(&c[i], NULL);
		CHECK_INT(c[i].pid, 0);
	}
}

/* Its pipe ends: it does, too, by itself. */
static void
test_end_of_pipe(void)
{
	struct err e = {0};
	struct child c;
	char b;
	int sig;

	CHECK_INT(begin(&c), 0);
	close(c.to);
	CHECK_INT(child_receive(&c, &b, 1, &e), 0);
	c.to = open("/dev/null", O_WRONLY);
	child_end(&c, &sig);
	CHECK(sig == 0 || sig == SIGKILL);
}

static void
test_killed(void)
{
	struct err e = {0};
	struct child c;
	char b;
	int sig;

	CHECK_INT(begin(&c), 0);
	child_signal(&c, SIGTERM);
	CHECK_INT(child_receive(&c, &b, 1, &e), 0);
	signal(SIGPIPE, SIG_IGN);
	/* It closes one end after the other. */
	for (int i = 0; i < 50 && child_send(&c, "x", 1, &e) == 0; i++)
		usleep(100000);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK(!child_try_send(&c, "x", 1));
	child_end(&c, &sig);
	CHECK_INT(sig, SIGTERM);
}

/* Of a pipe that nobody reads, no more is taken than fits. */
static void
test_full(void)
{
	static char block[CHILD_ATOMIC];
	struct err e = {0};
	struct child c;
	int n = 0;

	switch (child_fork(&c, &e)) {
	case 1:
		for (;;)
			pause();
	case 0:
		break;
	default:
		CHECK(false);
		return;
	}
	while (n < 10000 && child_try_send(&c, block, sizeof(block)))
		n++;
	CHECK(n > 0 && n < 10000);
	child_end(&c, NULL);
}

/* What was open is not; standard streams refuse. */
static void
test_forsaken(void)
{
	int fd = open("/dev/null", O_RDWR);
	struct err e = {0};
	struct child c;
	char said[4] = "";

	CHECK(fd > 2);
	if (child_fork(&c, &e) == 1) {
		said[0] = fcntl(fd, F_GETFD) == -1 ? 'c' : 'o';
		said[1] = write(STDOUT_FILENO, "x", 1) == -1 ? 'c' : 'o';
		said[2] = write(STDERR_FILENO, "x", 1) == -1 ? 'c' : 'o';
		child_send(&c, said, 3, &e);
		child_leave();
	}
	CHECK_INT(child_receive(&c, said, 3, &e), 3);
	CHECK_STR(said, "ccc");
	child_end(&c, NULL);
	close(fd);
}

/*
 * Pages that are kept from children are not theirs: the child dies of them.
 * (An emulator that cannot do that copies them, as ever.)
 */
static void
test_keep_from(void)
{
	static char large[1 << 20];
	struct err e = {0};
	struct child c;
	char said = 'x';
	bool copied;
	int rc, sig;

	memset(large, 7, sizeof(large));
	pages_keep(large, sizeof(large));
	pages_keep(&said, 1);	/* not one whole page */
	rc = child_fork(&c, &e);
	if (rc == 1) {
		signal(SIGSEGV, SIG_DFL);
		said = large[sizeof(large) / 2];
		child_send(&c, &said, 1, &e);
		child_leave();
	}
	copied = child_receive(&c, &said, 1, &e) == 1;
	child_end(&c, &sig);
	CHECK(copied ? said == 7 : sig == SIGSEGV);
	CHECK_INT(large[sizeof(large) / 2], 7);
}

/* A parent that is killed takes its children with it. */
static void
test_orphan(void)
{
	int up[2];
	struct err e = {0};
	struct child c;
	pid_t between, grandchild = 0;

	CHECK_INT(pipe(up), 0);
	between = fork();
	if (between == 0) {
		if (child_fork(&c, &e) == 1)
			for (;;)
				pause();
		if (write(up[1], &c.pid, sizeof(c.pid)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	close(up[1]);
	CHECK_INT(read(up[0], &grandchild, sizeof(grandchild)),
	    sizeof(grandchild));
	CHECK_INT(kill(grandchild, 0), 0);
	kill(between, SIGKILL);
	CHECK_INT(waitpid(between, NULL, 0), between);
	/* Who inherits it may take a while to bury it. */
	for (int i = 0; i < 50 && kill(grandchild, 0) == 0; i++)
		usleep(100000);
	CHECK_INT(kill(grandchild, 0), -1);
	close(up[0]);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "talk", test_talk },
		{ "end-of-pipe", test_end_of_pipe },
		{ "killed", test_killed },
		{ "full", test_full },
		{ "forsaken", test_forsaken },
		{ "keep-from", test_keep_from },
		{ "orphan", test_orphan },
		{ NULL, NULL }
	};

	return t_main("child", cases);
}
