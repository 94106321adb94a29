/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "sums.h"

#define TAG "SHA256 ("
#define TAG_END ") = "

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_sum(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_hex(s.p[i]))
			return false;
	return s.len == SUMS_HEX_LEN;
}

static bool
put_name(struct buf *out, struct span name, bool escaped)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (escaped && c == '\\') {
			if (++i == name.len)
				return false;
			c = name.p[i];
			if (c != '\\' && c != 'n' && c != 'r')
				return false;
			c = (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c);
		}
		buf_putc(out, c);
	}
	return name.len > 0 && buf_ok(out);
}

bool
sums_line(struct span line, struct span *hex, struct buf *name)
{
	const size_t tag = sizeof(TAG) - 1, end = sizeof(TAG_END) - 1;
	bool escaped = span_starts(line, "\\");
	struct span rest;

	if (escaped) {
		line.p++;
		line.len--;
	}
	if (span_starts(line, TAG)) {
		if (line.len < tag + end + SUMS_HEX_LEN)
			return false;
		*hex = (struct span){ line.p + line.len - SUMS_HEX_LEN,
		    SUMS_HEX_LEN };
		rest = (struct span){ line.p + tag,
		    line.len - tag - end - SUMS_HEX_LEN };
		return memcmp(rest.p + rest.len, TAG_END, end) == 0 &&
		    is_sum(*hex) && put_name(name, rest, escaped);
	}
	if (line.len < SUMS_HEX_LEN + 2 || line.p[SUMS_HEX_LEN] != ' ' ||
	    (line.p[SUMS_HEX_LEN + 1] != ' ' &&
	    line.p[SUMS_HEX_LEN + 1] != '*'))
		return false;
	*hex = (struct span){ line.p, SUMS_HEX_LEN };
	rest = (struct span){ line.p + SUMS_HEX_LEN + 2,
	    line.len - SUMS_HEX_LEN - 2 };
	return is_sum(*hex) && put_name(name, rest, escaped);
}

bool
sums_next(struct span *text, struct span *hex)
{
	size_t i = 0;

	while (i < text->len) {
		size_t n = 0;
		bool all = true;

		while (i + n < text->len && is_word(text->p[i + n]))
			all &= is_hex(text->p[i + n++]);
		if (all && n == SUMS_HEX_LEN) {
			*hex = (struct span){ text->p + i, n };
			text->p += i + n;
			text->len -= i + n;
			return true;
		}
		i += n > 0 ? n : 1;
	}
	text->p += text->len;
	text->len = 0;
	return false;
}
