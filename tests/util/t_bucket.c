/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "t.h"

#include "bucket.h"

#define KIB 1024u

/* At that time, n bytes are asked for; some of them are given back. */
static const struct {
	int64_t at;		/* ms */
	size_t n, give;
	size_t want;		/* taken */
	int64_t want_wait;	/* after that */
} steps[] = {
	/* Late by far: what is caught up with is bounded. */
	{ 5000, 100000, 0, 25600, 0 },	/* 25 of the 50 ms */
	{ 5000, 100000, 0, 25600, 0 },
	{ 5000, 100000, 0, 25600, 25 },
	{ 5000, 100000, 0, 0, 25 },
	{ 5024, 100000, 0, 0, 1 },
	/* On time. */
	{ 5025, 100000, 0, 25600, 25 },
	{ 5050, 10240, 0, 10240, 10 },
	{ 5055, 1, 0, 0, 5 },
	/* Not used. */
	{ 5060, 20480, 15360, 20480, 5 },
	{ 5065, 20480, 20480, 20480, 0 },
	{ 5065, 20480, 0, 20480, 20 },
	{ 5085, 0, 0, 0, 0 },
	/* Late by a little: caught up with. */
	{ 5105, 100000, 0, 25600, 5 },
	/* Long ago is long ago. */
	{ 5105 + 3000000, 100000, 0, 25600, 0 },
	/* But 2^32 us later it may be taken for now, and a moment is lost. */
	{ 5105 + 3000000 - 25 + 4294967, 100000, 0, 0, 1 },
	{ 5105 + 3000000 - 24 + 4294967, 100000, 0, 25600, 25 },
};

static void
test_steps(void)
{
	struct bucket b = {0};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		size_t got;

		t_row("step %zu at %lld", i, (long long)steps[i].at);
		got = bucket_take(&b, steps[i].at, 1024000, steps[i].n);
		CHECK_INT(got, steps[i].want);
		bucket_give(&b, 1024000, steps[i].give);
		CHECK_INT(bucket_wait_ms(&b, steps[i].at),
		    steps[i].want_wait);
	}
}

static void
test_charge(void)
{
	struct bucket b = {0};

	CHECK_INT(bucket_take(&b, 1000, 1024, 1000), 25);
	bucket_charge(&b, 1000, 1024, 64);
	/* 25 and 64 bytes are 87 ms, of which 50 had been left over. */
	CHECK_INT(bucket_wait_ms(&b, 1000), 37);
	CHECK_INT(bucket_take(&b, 1036, 1024, 1000), 0);
	CHECK_INT(bucket_take(&b, 1037, 1024, 1000), 25);
}

/* However slow: a byte; however fast: no overflow. */
static void
test_extremes(void)
{
	static const struct {
		uint64_t rate;
		size_t n, want;
	} rows[] = {
		{ 1, 100, 1 },
		{ 39, 100, 1 },
		{ 80, 100, 2 },
		{ UINT64_C(1) << 40, 1 << 30, 1 << 30 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bucket b = {0};

		t_row("%zu bytes at %llu", rows[i].n,
		    (unsigned long long)rows[i].rate);
		CHECK_INT(bucket_take(&b, 1000, rows[i].rate, rows[i].n),
		    rows[i].want);
	}
}

/*
 * Takers with phases and appetites of their own, for a minute: together they
 * get the rate, and in no 100 ms more than twice of it.
 */
static void
test_smooth(void)
{
	const uint64_t rate = 512 * KIB;
	uint64_t at[60000] = {0}, sum = 0, worst = 0, all = 0;
	struct bucket b = {0};

	for (int64_t t = 0; t < 60000; t++)
		for (int64_t taker = 1; taker <= 4; taker++)
			if (t % (3 * taker) == 0)
				at[t] += bucket_take(&b, 123456 + t, rate,
				    (size_t)taker * 5000);
	for (size_t t = 0; t < 60000; t++) {
		all += at[t];
		sum += at[t] - (t >= 100 ? at[t - 100] : 0);
		if (sum > worst)
			worst = sum;
	}
	CHECK(all > rate * 60 * 99 / 100);
	CHECK(all < rate * 60 * 101 / 100);
	CHECK(worst <= rate / 10 * 2);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "steps", test_steps },
		{ "charge", test_charge },
		{ "extremes", test_extremes },
		{ "smooth", test_smooth },
		{ NULL, NULL }
	};

	return t_main("bucket", cases);
}
