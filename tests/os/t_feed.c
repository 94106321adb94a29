/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "feed.h"

static void
test_reads(void)
{
	struct err e = {0};
	char got[8] = "";
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(feed_check(fd[0], "x", &e), 0);
	CHECK_INT(feed_wait(fd[0], 0, "x", &e), 0);
	CHECK_INT(feed_wait(fd[0], 20, "x", &e), 0);
	CHECK_INT(write(fd[1], "hello", 5), 5);
	CHECK_INT(feed_wait(fd[0], 0, "x", &e), 1);
	CHECK_INT(feed_read(fd[0], got, 3, "x", &e), 3);
	CHECK_MEM(got, 3, "hel", 3);
	CHECK_INT(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	CHECK_INT(feed_read(fd[0], got, sizeof(got), "x", &e), 2);
	CHECK_MEM(got, 2, "lo", 2);
	close(fd[1]);
	CHECK_INT(feed_wait(fd[0], -1, "x", &e), 1);
	CHECK_INT(feed_read(fd[0], got, sizeof(got), "x", &e), 0);
	close(fd[0]);
}

static void
test_refuses(void)
{
	struct err e = {0};
	char got[1];
	int fd[2], folder = open("/", O_RDONLY);

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(feed_check(fd[1], "x", &e), -1);
	CHECK_STR(e.msg, "x is not open for reading");
	CHECK_INT(fcntl(fd[0], F_SETFD, FD_CLOEXEC), 0);
	CHECK_INT(feed_check(fd[0], "x", &e), -1);
	CHECK_INT(feed_read(folder, got, 1, "x", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	close(fd[0]);
	close(fd[1]);
	close(folder);
	CHECK_INT(feed_check(fd[0], "x", &e), -1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "reads", test_reads },
		{ "refuses", test_refuses },
		{ NULL, NULL }
	};

	return t_main("feed", cases);
}
