/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "roots.h"

void
roots_unpack(uint8_t *names)
{
	const uint8_t *p = roots_packed;

	for (const uint8_t *end = names + roots_names_len; names < end; ) {
		size_t n = *p++;
		const uint8_t *from = p;

		if (n < ROOTS_COPY) {
			p += n;
		} else {
			n = n - ROOTS_COPY + ROOTS_COPY_MIN;
			from = names - ((size_t)p[0] << 8 | p[1]);
			p += 2;
		}
		while (n-- > 0)
			*names++ = *from++;
	}
}
