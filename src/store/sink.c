/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "sink.h"

void
sink_init(struct sink *s, struct file_tmp *file, const struct guard *guard)
{
	s->file = file;
	s->guard = guard;
	s->said = (struct guard_stream){ .len = 0 };
	s->n = 0;
}

int
sink_flush(struct sink *s, struct err *e)
{
	struct span bytes = { s->bytes, s->n };

	s->n = 0;
	if (s->guard != NULL &&
	    guard_check(s->guard, &s->said, bytes, e) != 0)
		return -1;
	return file_tmp_write(s->file, bytes.p, bytes.len, e);
}

int
sink_put(struct sink *s, struct span bytes, struct err *e)
{
	while (bytes.len > 0) {
		size_t n = sizeof(s->bytes) - s->n;

		if (n > bytes.len)
			n = bytes.len;
		memcpy(s->bytes + s->n, bytes.p, n);
		s->n += n;
		bytes = (struct span){ bytes.p + n, bytes.len - n };
		if (s->n == sizeof(s->bytes) && sink_flush(s, e) != 0)
			return -1;
	}
	return 0;
}
