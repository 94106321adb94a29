/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "producer.h"

static const struct {
	const char *text;
	bool want_well;
} rows[] = {
	{ "0", true }, { "0\n", true }, { " 0 \n", true },
	{ "0\n0\n0\n", true }, { "0 0\t0\r\n", true },
	{ "", false }, { "\n", false }, { "  ", false },
	{ "1", false }, { "255\n", false }, { "0\n1\n", false },
	{ "1\n0\n", false }, { "-0", false }, { "00", false },
	{ "256", false }, { "0x0", false }, { "ok", false }, { "0,0", false },
	{ "0\n0;", false },
};

static void
test_judges(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("'%s'", rows[i].text);
		CHECK_INT(producer_judge(span_of(rows[i].text), &e),
		    rows[i].want_well ? 0 : -1);
		CHECK_INT(e.code, rows[i].want_well ? ERR_NONE :
		    ERR_IO_ERROR);
	}
}

/* What comes through a pipe, whose other end may stay open. */
static void
test_pipes(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].text);
		bool line = n > 0 && rows[i].text[n - 1] == '\n';
		struct err e = {0};
		int fd[2];

		t_row("'%s'", rows[i].text);
		if (!CHECK_INT(pipe(fd), 0))
			return;
		CHECK_INT(producer_check((uint64_t)fd[0], &e), 0);
		CHECK_INT(write(fd[1], rows[i].text, n), n);
		if (!line)
			close(fd[1]);
		CHECK_INT(producer_ask((uint64_t)fd[0], &e),
		    rows[i].want_well ? 0 : -1);
		close(fd[0]);
		if (line)
			close(fd[1]);
	}
}

static void
test_too_much(void)
{
	static char text[3000];
	struct err e = {0};
	int fd[2];

	memset(text, ' ', sizeof(text));
	CHECK_INT(pipe(fd), 0);
	CHECK_INT(write(fd[1], text, sizeof(text)), sizeof(text));
	close(fd[1]);
	CHECK_INT(producer_ask((uint64_t)fd[0], &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	close(fd[0]);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "judges", test_judges },
		{ "pipes", test_pipes },
		{ "too_much", test_too_much },
		{ NULL, NULL }
	};

	return t_main("producer", cases);
}
