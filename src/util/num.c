/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>

#include "num.h"

int
num_u64(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;

	if (s.len == 0 || (s.len > 1 && s.p[0] == '0'))
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		uint64_t digit = (uint64_t)(s.p[i] - '0');
		if (n > UINT64_MAX / 10 || n * 10 > UINT64_MAX - digit)
			return -1;
		n = n * 10 + digit;
	}
	if (n > max)
		return -1;
	*out = n;
	return 0;
}

struct unit {
	const char *name;
	uint64_t factor;
};

/* A number and, at its end, the name of one of units. */
static int
with_unit(struct span s, const struct unit *units, uint64_t max,
    uint64_t *out)
{
	struct span digits = s, name;
	uint64_t n;

	if (s.len == 0)
		return -1;
	while (digits.len > 0 && (digits.p[digits.len - 1] < '0' ||
	    digits.p[digits.len - 1] > '9'))
		digits.len--;
	name = (struct span){ s.p + digits.len, s.len - digits.len };
	for (; units->name != NULL; units++) {
		if (!span_is(name, units->name))
			continue;
		if (num_u64(digits, max / units->factor, &n) != 0)
			return -1;
		*out = n * units->factor;
		return 0;
	}
	return -1;
}

int
num_size(struct span s, uint64_t max, uint64_t *out)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "k", UINT64_C(1) << 10 },
		{ "M", UINT64_C(1) << 20 },
		{ "G", UINT64_C(1) << 30 },
		{ NULL, 0 }
	};

	return with_unit(s, units, max, out);
}

int
num_ms(struct span s, uint64_t max, uint64_t *out)
{
	static const struct unit units[] = {
		{ "ms", 1 },
		{ "s", 1000 },
		{ "m", 60 * 1000 },
		{ "h", 60 * 60 * 1000 },
		{ "d", 24 * 60 * 60 * 1000 },
		{ NULL, 0 }
	};

	if (span_is(s, "0")) {
		*out = 0;
		return 0;
	}
	return with_unit(s, units, max, out);
}
