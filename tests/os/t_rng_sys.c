/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "rng_sys.h"

/* All-zero by chance: once in 2^8000. */
static bool
is_zero(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0)
		n--;
	return n == 0;
}

static void
test_bytes(void)
{
	static const size_t sizes[] = { 1, 32, 256, 257, 1000 };
	uint8_t a[1001], b[1001];
	struct rng r;
	struct err e;

	rng_sys_init(&r);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i];
		t_row("%zu bytes", n);
		memset(a, 0, sizeof(a));
		memset(b, 0, sizeof(b));
		CHECK_INT(r.bytes(&r, a, n, &e), 0);
		CHECK_INT(r.bytes(&r, b, n, &e), 0);
		CHECK_INT(a[n], 0);
		CHECK(n < 32 || memcmp(a, b, n) != 0);
		/* Not only the front is filled. */
		CHECK(n < 256 || !is_zero(a + n - 32, 32));
	}
}

static void
test_device(void)
{
	static const struct {
		const char *path;
		int want;
	} rows[] = {
		{ "/dev/urandom", 0 },
		{ "/dev/zero", -1 },		/* a device, but not that one */
		{ "/dev/null", -1 },
		{ "/proc/self/status", -1 },	/* a regular file */
		{ "/proc/self/exe", -1 },	/* a link */
		{ "/dev", -1 },
		{ "/nonexistent/urandom", -1 },
	};
	uint8_t a[1000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = { 0 };
		t_row("%s", rows[i].path);
		memset(a, 0, sizeof(a));
		CHECK_INT(rng_sys_device(rows[i].path, a, sizeof(a), &e),
		    rows[i].want);
		CHECK_INT(e.code, rows[i].want == 0 ? ERR_NONE :
		    ERR_IO_ERROR);
		CHECK_INT(is_zero(a, sizeof(a)), rows[i].want != 0);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "bytes", test_bytes },
		{ "device", test_device },
		{ NULL, NULL }
	};

	return t_main("rng_sys", cases);
}
