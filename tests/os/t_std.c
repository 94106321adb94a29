/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "std.h"

/* Only what was handed to us, and can be written, is adopted. */
static void
test_adopt(void)
{
	static const struct {
		const char *name;
		int mode, flags;
		bool want;
	} rows[] = {
		{ "for writing", O_WRONLY, 0, true },
		{ "for both", O_RDWR, 0, true },
		{ "for reading", O_RDONLY, 0, false },
		{ "a file of our own", O_WRONLY, FD_CLOEXEC, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = open("/dev/null", rows[i].mode), own;

		t_row("%s", rows[i].name);
		CHECK_INT(fcntl(fd, F_SETFD, rows[i].flags), 0);
		own = std_adopt(fd);
		CHECK_INT(own > STD_ERR, rows[i].want);
		CHECK(own != fd);
		if (own >= 0) {
			CHECK_INT(fcntl(own, F_GETFD), FD_CLOEXEC);
			close(own);
		}
		close(fd);
		CHECK_INT(std_adopt(fd), -1);
	}
}

/* A pipe takes what it has room for, and nobody waits. */
static void
test_try_write(void)
{
	static const char text[STD_TRY_MAX + 1];
	char back[STD_TRY_MAX];
	unsigned wrote = 0;
	int fds[2], rc;

	signal(SIGPIPE, SIG_IGN);
	CHECK_INT(pipe(fds), 0);
	CHECK_INT(std_try_write(fds[1], text, sizeof(text)), 0);
	while ((rc = std_try_write(fds[1], text, STD_TRY_MAX)) == 1)
		wrote++;
	CHECK_INT(rc, 0);
	CHECK(wrote > 0);
	CHECK_INT(read(fds[0], back, sizeof(back)), sizeof(back));
	CHECK_INT(std_try_write(fds[1], text, STD_TRY_MAX), 1);
	close(fds[0]);
	CHECK_INT(std_try_write(fds[1], text, 1), -1);
	close(fds[1]);
	CHECK_INT(std_try_write(fds[1], text, 1), -1);
}

static void
test_columns(void)
{
	int fd = open("/dev/null", O_RDWR);

	CHECK(!std_is_terminal(fd));
	CHECK(!std_can_redraw(fd));
	CHECK_INT(std_columns(fd), 80);
	close(fd);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "adopt", test_adopt },
		{ "try_write", test_try_write },
		{ "columns", test_columns },
		{ NULL, NULL }
	};

	return t_main("std", cases);
}
