/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>

#include "cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was found lies inside of what was given. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct endpoint name = { .host = "store.example" };
	struct endpoint ip = { .host = "192.0.2.7", .ipv4 = true };
	struct span der = { (const char *)data, size };
	char title[CERT_TITLE_MAX + 1];
	struct cert c;

	cert_title(title, der);
	if (cert_parse(&c, der) != 0)
		return 0;
	BUG_ON(c.subject.p < der.p || c.issuer.p < der.p);
	BUG_ON(c.spki.p + c.spki.len > der.p + der.len);
	cert_names(&c, &name);
	cert_names(&c, &ip);
	cert_title(title, c.subject);
	return 0;
}
