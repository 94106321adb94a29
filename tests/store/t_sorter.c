/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count_rng.h"
#include "t.h"

#include "sorter.h"

static struct sorter sorter;	/* large */
static char folder[32], beside[48];

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/t_sorter.XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(beside, sizeof(beside), "%s/x", folder);
	sorter_init(&sorter, beside, count_rng());
}

static void
end(void)
{
	sorter_free(&sorter);
	sorter_free(&sorter);
	/* Nothing is left, nor was there ever anything to be seen. */
	CHECK_INT(rmdir(folder), 0);
}

/* n texts under a few thousand keys: sorted, and each key's in order. */
static void
test_sizes(void)
{
	static const int sizes[] = {
		0, 1, SORTER_CHUNK - 1, SORTER_CHUNK, SORTER_CHUNK + 1,
		10 * SORTER_CHUNK, (SORTER_FAN * SORTER_FAN + 9) * SORTER_CHUNK
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char key_text[32], text_text[32], last_key[32] = "";
		struct span key, text;
		struct err e = {0};
		uint32_t seed = 1;
		int last = -1, n = 0, rc;

		t_row("%d", sizes[i]);
		begin();
		for (int k = 0; k < sizes[i]; k++) {
			seed = seed * 1664525 + 1013904223;
			snprintf(key_text, sizeof(key_text), "k%u",
			    (unsigned)(seed >> 16) % 5000);
			snprintf(text_text, sizeof(text_text), "%d", k);
			rc = sorter_add(&sorter, span_of(key_text),
			    span_of(text_text), &e);
			if (rc != 0)
				break;
		}
		CHECK_INT(sorter_begin(&sorter, &e), 0);
		while ((rc = sorter_next(&sorter, &key, &text, &e)) == 1) {
			int c = span_compare(span_of(last_key), key), number;

			snprintf(text_text, sizeof(text_text), "%.*s",
			    (int)text.len, text.p);
			number = (int)strtol(text_text, NULL, 10);
			if (c > 0 || (c == 0 && number <= last))
				break;
			last = number;
			snprintf(last_key, sizeof(last_key), "%.*s",
			    (int)key.len, key.p);
			n++;
		}
		CHECK_INT(rc, 0);
		CHECK_INT(n, sizes[i]);
		end();
	}
}

/* The longest that there may be, more than once around the window. */
static void
test_long(void)
{
	static char key[SORTER_KEY_MAX + 1], text[LEDGER_ROW_MAX + 1];
	const int n = 100;
	struct span got_key, got_text;
	struct err e = {0};

	begin();
	memset(key, 'k', sizeof(key));
	memset(text, 't', sizeof(text));
	for (int i = 0; i < n; i++) {
		key[0] = (char)('a' + i * 7 % 26);
		CHECK_INT(sorter_add(&sorter, (struct span){ key,
		    SORTER_KEY_MAX }, (struct span){ text, LEDGER_ROW_MAX },
		    &e), 0);
	}
	CHECK_INT(sorter_add(&sorter, (struct span){ key, sizeof(key) },
	    span_of("x"), &e), -1);
	CHECK_INT(sorter_add(&sorter, span_of("x"), (struct span){ text,
	    sizeof(text) }, &e), -1);
	err_clear(&e);
	CHECK_INT(sorter_begin(&sorter, &e), 0);
	for (int i = 0; i < n; i++) {
		CHECK_INT(sorter_next(&sorter, &got_key, &got_text, &e), 1);
		CHECK_INT(got_key.len, SORTER_KEY_MAX);
		CHECK_MEM(got_text.p, got_text.len, text, LEDGER_ROW_MAX);
	}
	CHECK_INT(sorter_next(&sorter, &got_key, &got_text, &e), 0);
	end();
}

static void
test_nowhere(void)
{
	struct err e = {0};
	int rc = 0;

	begin();
	sorter_init(&sorter, "/nonexistent/x", count_rng());
	for (int i = 0; i <= SORTER_CHUNK && rc == 0; i++)
		rc = sorter_add(&sorter, span_of("k"), span_of("t"), &e);
	CHECK_INT(rc, -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "sizes", test_sizes },
		{ "long", test_long },
		{ "nowhere", test_nowhere },
		{ NULL, NULL }
	};

	return t_main("sorter", cases);
}
