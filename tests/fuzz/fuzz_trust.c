/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A CA file in two pieces: lenient finds at least what strict finds. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct trust_loader loader;
	struct span a = { (const char *)data, size / 2 };
	struct span b = { a.p + a.len, size - a.len };
	size_t found = 0;

	for (int lenient = 0; lenient < 2; lenient++) {
		struct trust t;
		struct err e = { 0 };
		trust_pem_begin(&loader, lenient);
		if (trust_pem_add(&loader, a, &e) == 0)
			(void)trust_pem_add(&loader, b, &e);
		if (trust_pem_end(&loader, &t, &e) == 0) {
			BUG_ON(t.count < found);
			found = t.count;
		}
		trust_free(&t);
	}
	return 0;
}
