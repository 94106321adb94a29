/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "anchor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken for an anchor is written as it came. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = { (const char *)data, size };
	static const uint8_t point[ECDSA_POINT_LEN] = { 4 };
	char again[ANCHOR_SIZE_MAX];
	struct anchor a;
	struct err e = {0};
	struct buf b;

	(void)anchor_name_seq(document, NULL);
	if (anchor_parse(&a, document, &e) != 0)
		return 0;
	buf_fixed(&b, again, sizeof(again));
	anchor_write(&b, &a);
	BUG_ON(!span_eq(buf_as_span(&b), document));
	BUG_ON(anchor_is_by(&a, point));
	return 0;
}
