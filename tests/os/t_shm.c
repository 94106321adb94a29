/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

#include "shm.h"

/* What a child writes, its parent reads. */
static void
test_common(void)
{
	struct err e = {0};
	unsigned char *p = shm_map(100, &e);
	int status = -1;
	pid_t pid;

	if (!CHECK(p != NULL))
		return;
	for (size_t i = 0; i < 100; i++)
		CHECK_INT(p[i], 0);
	pid = fork();
	if (pid == 0) {
		p[99] = 7;
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	CHECK_INT(p[99], 7);
	shm_unmap(p, 100);
	shm_unmap(NULL, 100);
}

static void
test_refused(void)
{
	struct err e = {0};

	CHECK(shm_map(0, &e) == NULL);
	CHECK_INT(e.code, ERR_NO_MEMORY);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "common", test_common },
		{ "refused", test_refused },
		{ NULL, NULL }
	};

	return t_main("shm", cases);
}
