/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the Host header says is read as the same endpoint again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct endpoint a, b;
	char host[ENDPOINT_HOSTPORT_MAX + 1], url[ENDPOINT_HOSTPORT_MAX + 9];
	struct buf out;
	struct err e;

	(void)endpoint_parse_host(&a, text, &e);
	if (endpoint_parse_url(&a, text, &e) != 0)
		return 0;
	endpoint_host_header(host, &a);
	buf_fixed(&out, url, sizeof(url));
	buf_printf(&out, "%s://%s", a.tls ? "https" : "http", host);
	BUG_ON(!buf_ok(&out));
	BUG_ON(endpoint_parse_url(&b, buf_as_span(&out), &e) != 0);
	BUG_ON(strcmp(a.host, b.host) != 0 || a.port != b.port);
	BUG_ON(a.tls != b.tls || a.ipv4 != b.ipv4 || a.ipv6 != b.ipv6);
	return 0;
}
