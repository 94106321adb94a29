/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "wipe.h"

#include "t.h"

static void
test_only_what_was_named(void)
{
	char text[] = "abcdef";

	wipe_mem(text + 1, 4);
	CHECK_MEM(text, 6, "a\0\0\0\0f", 6);
	wipe_mem(text, 0);
	wipe_mem(NULL, 0);
	CHECK_MEM(text, 6, "a\0\0\0\0f", 6);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "only_what_was_named", test_only_what_was_named },
		{ NULL, NULL }
	};

	return t_main("wipe", cases);
}
