/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "t.h"

static void
test_fixed(void)
{
	char room[8];
	struct buf b;

	memset(room, '#', sizeof(room));
	buf_fixed(&b, room, sizeof(room));
	CHECK_STR(b.data, "");
	buf_puts(&b, "abc");
	buf_putc(&b, 'd');
	buf_span(&b, (struct span){ "efgh", 2 });
	buf_put(&b, "g", 1);
	CHECK(buf_ok(&b));
	CHECK_STR(room, "abcdefg");
	CHECK_INT(b.len, 7);

	/* Full; nothing of the next write, nor of those after it. */
	buf_putc(&b, 'h');
	CHECK(!buf_ok(&b));
	CHECK_STR(room, "abcdefg");
	buf_reset(&b);
	CHECK(buf_ok(&b));
	CHECK_STR(room, "");
	buf_puts(&b, "abcdefgh");
	buf_puts(&b, "a");
	CHECK(!buf_ok(&b));
	CHECK_STR(room, "");
	CHECK_INT(b.len, 0);
	buf_free(&b);
	CHECK(b.data == NULL);
}

static void
test_printf(void)
{
	char room[8];
	struct buf b;

	buf_fixed(&b, room, sizeof(room));
	buf_printf(&b, "%d-%s", 12, "abcd");
	CHECK(buf_ok(&b));
	CHECK_STR(room, "12-abcd");
	buf_reset(&b);
	buf_puts(&b, "x");
	buf_printf(&b, "%d-%s", 12, "abcd");
	CHECK(!buf_ok(&b));
	CHECK_STR(room, "x");
	CHECK_INT(b.len, 1);
}

static void
test_grows(void)
{
	struct buf b;
	bool same = true;

	buf_init(&b, 100000);
	CHECK(buf_as_span(&b).len == 0);
	for (int i = 0; i < 49999; i++)
		buf_put(&b, "ab", 2);
	CHECK(buf_ok(&b));
	CHECK_INT(b.len, 99998);
	for (size_t i = 0; i < b.len; i++)
		same &= b.data[i] == "ab"[i % 2];
	CHECK(same);
	CHECK(b.cap <= 100000);

	/* One more byte and the NUL fit; two do not. */
	buf_puts(&b, "yz");
	CHECK(!buf_ok(&b));
	CHECK_INT(b.len, 99998);
	buf_reset(&b);
	CHECK_INT(b.len, 0);
	CHECK_STR(b.data, "");
	buf_printf(&b, "%099999d", 1);
	CHECK(buf_ok(&b));
	CHECK_INT(b.len, 99999);
	buf_free(&b);
	buf_free(&b);
	CHECK(b.data == NULL);
}

static void
test_edges(void)
{
	struct buf b;
	char one[1];

	/* Room for the NUL alone. */
	buf_fixed(&b, one, 1);
	buf_put(&b, NULL, 0);
	CHECK(buf_ok(&b));
	buf_putc(&b, 'x');
	CHECK(!buf_ok(&b));

	/* A size that would wrap around. */
	buf_init(&b, SIZE_MAX);
	buf_puts(&b, "x");
	buf_put(&b, "y", SIZE_MAX - 1);
	CHECK(!buf_ok(&b));
	CHECK_STR(b.data, "x");
	buf_free(&b);

	buf_init(&b, 0);
	buf_put(&b, "", 0);
	CHECK(!buf_ok(&b));
	buf_free(&b);
	buf_free(&(struct buf){ .data = NULL });
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "fixed", test_fixed },
		{ "printf", test_printf },
		{ "grows", test_grows },
		{ "edges", test_edges },
		{ NULL, NULL }
	};

	return t_main("buf", cases);
}
