/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "t.h"

#include "pages.h"

#define OTHERS 64

/* What is not wholly within is not touched. */
static void
test_drop(void)
{
	static char bytes[1 << 18];

	memset(bytes, 7, sizeof(bytes));
	pages_drop(bytes + 1, sizeof(bytes) - 2);
	CHECK_INT(bytes[0], 7);
	CHECK_INT(bytes[sizeof(bytes) - 1], 7);
	pages_drop(bytes, 1);
	CHECK_INT(bytes[0], 7);
	memset(bytes, 8, sizeof(bytes));
	CHECK_INT(bytes[sizeof(bytes) / 2], 8);
}

/* It goes on; and pages that lie between its segments are not its own. */
static void
test_drop_program(void)
{
	static const char constant[] = "a constant";
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *others[OTHERS];

	for (int i = 0; i < OTHERS; i++) {
		others[i] = mmap(NULL, page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (!CHECK(others[i] != MAP_FAILED))
			return;
		memset(others[i], i, page);
	}
	pages_drop_program();
	CHECK_STR(constant, "a constant");
	for (int i = 0; i < OTHERS; i++) {
		CHECK_INT(others[i][page / 2], i);
		munmap(others[i], page);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "drop", test_drop },
		{ "drop program", test_drop_program },
		{ NULL, NULL }
	};

	return t_main("pages", cases);
}
