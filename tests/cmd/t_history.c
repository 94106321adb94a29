/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#include "history.h"

#define DECEMBER 1796083200	/* 2026-12-01T00:00:00Z */
#define DAY_S 86400

static struct options options;
static struct guard guard;
static struct archive archive;		/* large */
static struct view view;		/* large */
static struct client client;		/* large */
static struct history history;
static char folder[32];
static int64_t now;

static int64_t
wall_s(struct clock *c)
{
	(void)c;
	return now;
}

static struct clock fixed = { .wall_s = wall_s };
static struct app app = { .clock = &fixed, .guard = &guard,
    .opt = &options };

/* A run that begins at a time, in an archive of its own. */
static void
begin(int64_t time)
{
	static const struct row_begin row = { .max_puts = 9 };
	struct err e = {0};

	snprintf(folder, sizeof(folder), "/tmp/t_history.XXXXXX");
	if (mkdtemp(folder) == NULL)
		abort();
	guard_init(&guard);
	snprintf(archive.id, sizeof(archive.id), "photos");
	snprintf(archive.ledger, sizeof(archive.ledger), "%s/ledger.jsonl",
	    folder);
	memset(&view, 0, sizeof(view));
	memset(&client, 0, sizeof(client));
	client.clock = &fixed;
	now = time;
	history = (struct history){ .app = &app, .archive = &archive,
	    .command = "push", .store_ref = "s", .view = &view,
	    .max_puts_month = 100 };
	CHECK_INT(history_open(&history, &e), 0);
	CHECK_INT(history_begin(&history, row, &client, &e), 0);
	CHECK_STR(e.msg, "");
}

static void
end(void)
{
	history_close(&history);
	unlink(archive.ledger);
	CHECK_INT(rmdir(folder), 0);
}

/* What client_begin() does before it sends anything. */
static int
spend(enum price_class class, int n)
{
	struct err e = {0};

	for (; n > 0; n--) {
		if (!client_allowed(&client, class) &&
		    client.allowance->more(client.allowance, class, &e) != 0)
			return (int)e.code;
		client.counts.requests[class]++;
	}
	return 0;
}

static int
reserve(uint64_t class_a, uint64_t class_b)
{
	struct history_cost cost = { .objects = 1 };
	struct err e = {0};

	cost.requests[PRICE_A] = class_a;
	cost.requests[PRICE_B] = class_b;
	return history_reserve(&history, &cost, &e) == 0 ? 0 : (int)e.code;
}

/* The month, and what counts in it; rows: how many there are. */
static void
check(const char *month, int64_t class_a, int64_t rows)
{
	CHECK_STR(history.facts->month, month);
	CHECK_INT(history.facts->month_class_a, class_a);
	CHECK_INT(history.ledger.mark.rows, rows);
}

/* Nothing is sent that is not on record, from the beginning. */
static void
test_unforeseen(void)
{
	begin(DECEMBER);
	if (CHECK(client.allowance != NULL)) {
		CHECK(!client_allowed(&client, PRICE_A));
		CHECK_INT(spend(PRICE_A, 1), 0);
		check("2026-12", HISTORY_MORE, 3);
		CHECK_INT(spend(PRICE_A, HISTORY_MORE - 1), 0);
		check("2026-12", HISTORY_MORE, 3);
		CHECK_INT(spend(PRICE_A, 1), 0);
		check("2026-12", 2 * HISTORY_MORE, 4);
		CHECK_INT(spend(PRICE_FREE, 1), 0);
		check("2026-12", 2 * HISTORY_MORE, 5);
	}
	end();
}

static void
test_reserved(void)
{
	begin(DECEMBER);
	CHECK_INT(reserve(5, 7), 0);
	check("2026-12", 5, 3);
	CHECK_INT(spend(PRICE_A, 5), 0);
	CHECK_INT(spend(PRICE_B, 6), 0);
	check("2026-12", 5, 3);
	/* What is left is not reserved twice. */
	CHECK_INT(reserve(2, 1), 0);
	check("2026-12", 7, 4);
	CHECK_INT(spend(PRICE_A, 2), 0);
	check("2026-12", 7, 4);
	CHECK_INT(reserve(94, 0), ERR_SUSPENDED);
	CHECK_INT(reserve(93, 0), 0);
	end();
}

/* Another day is none of its business; another month counts what is left. */
static void
test_midnight(void)
{
	begin(DECEMBER - DAY_S - 1);
	CHECK_INT(reserve(20, 5), 0);
	CHECK_INT(spend(PRICE_A, 3), 0);
	now += 2;
	CHECK(!client_allowed(&client, PRICE_A));
	CHECK_INT(spend(PRICE_A, 2), 0);
	check("2026-11", 20, 3);
	now += DAY_S;
	CHECK_INT(spend(PRICE_B, 1), 0);
	check("2026-12", 15, 4);
	CHECK_INT(spend(PRICE_A, 15), 0);
	check("2026-12", 15, 4);
	CHECK_INT(spend(PRICE_A, 1), 0);
	check("2026-12", 15 + HISTORY_MORE, 5);
	end();
}

/* With the first reserve of the month, whose ceiling holds for both. */
static void
test_month_ceiling(void)
{
	begin(DECEMBER - 1);
	CHECK_INT(reserve(90, 0), 0);
	CHECK_INT(spend(PRICE_A, 10), 0);
	now++;
	CHECK_INT(reserve(101, 0), ERR_SUSPENDED);
	check("2026-11", 90, 3);
	CHECK_INT(reserve(100, 0), 0);
	check("2026-12", 100, 4);
	CHECK_INT(spend(PRICE_A, 100), 0);
	CHECK_INT(spend(PRICE_A, 1), ERR_SUSPENDED);
	check("2026-12", 100, 4);
	end();
}

/* By the store's clock, once that is known. */
static void
test_clocks(void)
{
	begin(DECEMBER - 200);
	CHECK_INT(reserve(2, 0), 0);
	check("2026-11", 2, 3);
	client.skew_known = true;
	client.skew_s = 100;
	CHECK_INT(reserve(3, 0), 0);
	check("2026-11", 3, 4);
	now += 99;
	CHECK_INT(spend(PRICE_A, 1), 0);
	check("2026-11", 3, 4);
	now++;
	CHECK_INT(spend(PRICE_A, 1), 0);
	check("2026-12", 2, 5);
	/* A clock that goes back takes nothing back. */
	now -= 50;
	CHECK_INT(reserve(5, 0), 0);
	check("2026-12", 6, 6);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "unforeseen", test_unforeseen },
		{ "reserved", test_reserved },
		{ "midnight", test_midnight },
		{ "month_ceiling", test_month_ceiling },
		{ "clocks", test_clocks },
		{ NULL, NULL }
	};
	return t_main("history", cases);
}
