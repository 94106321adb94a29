/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "text.h"

#include "keyname.h"

/* Longer ones are no extension but a part of the name. */
#define EXTENSION_MAX 16

const char *
keyname_strategy_name(enum keyname_strategy strategy)
{
	static const char *const names[] = {
		[KEYNAME_SHA256] = "sha256",
		[KEYNAME_PREFIX] = "prefix",
		[KEYNAME_PATH] = "path"
	};
	_Static_assert(sizeof(names) / sizeof(names[0]) == KEYNAME__COUNT,
	    "a name for each strategy");

	return names[strategy];
}

void
keyname_hint(struct buf *out, struct span hex)
{
	buf_puts(out, "sha256/");
	buf_put(out, hex.p, 2);
	buf_putc(out, '/');
	buf_span(out, hex);
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* ".gz" of "main/a.tar.gz"; none of ".profile" or of "a.b c". */
static struct span
extension(struct span path)
{
	size_t dot = path.len;

	while (dot > 0 && is_alnum(path.p[dot - 1]))
		dot--;
	if (dot < 2 || dot == path.len || path.p[dot - 1] != '.' ||
	    path.p[dot - 2] == '/' || path.len - dot > EXTENSION_MAX)
		return (struct span){ NULL, 0 };
	return (struct span){ path.p + dot - 1, path.len - dot + 1 };
}

static int
check_segment(struct span s, const struct keyname_limits *limits,
    struct err *e)
{
	if (s.len == 0 || span_is(s, ".") || span_is(s, ".."))
		return err_set(e, ERR_PLAN_UNFIT,
		    "a store may change a key with an empty, '.' or '..' "
		    "part");
	if (limits->segment_max > 0 && s.len > limits->segment_max)
		return err_set(e, ERR_PLAN_UNFIT,
		    "a part of %zu bytes is longer than the %zu that this "
		    "store takes", s.len, limits->segment_max);
	return 0;
}

/* What a store would not give back as it was. */
static int
check_key(struct span key, const struct keyname_limits *limits,
    struct err *e)
{
	struct span rest = key, segment;

	if (key.len > limits->key_max)
		return err_set(e, ERR_PLAN_UNFIT,
		    "a key of %zu bytes is longer than the %zu that this "
		    "store takes", key.len, limits->key_max);
	if (!text_is_utf8(key))
		return err_set(e, ERR_PLAN_UNFIT, "the name is not UTF-8");
	if (span_starts(key, KEYNAME_OURS))
		return err_set(e, ERR_PLAN_UNFIT,
		    "keys below " KEYNAME_OURS " are for our own records");
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char)key.p[i];

		if (c < 0x20 || c == 0x7f)
			return err_set(e, ERR_PLAN_UNFIT,
			    "the name holds a control byte");
		if (c >= 0x80 && limits->ascii_only)
			return err_set(e, ERR_PLAN_UNFIT,
			    "this store normalises names that are not ASCII");
	}
	while (rest.p != NULL) {
		rest = span_cut(rest, '/', &segment);
		if (check_segment(segment, limits, e) != 0)
			return -1;
	}
	return 0;
}

static void
write_key(struct buf *out, const struct keyname *k)
{
	if (k->strategy == KEYNAME_SHA256) {
		keyname_hint(out, k->hex);
		return;
	}
	if (k->prefix.len > 0) {
		buf_span(out, k->prefix);
		buf_putc(out, '/');
	}
	if (k->strategy == KEYNAME_PATH) {
		buf_span(out, k->path);
	} else {
		buf_span(out, k->hex);
		if (k->extension)
			buf_span(out, extension(k->path));
	}
}

int
keyname_make(struct buf *out, const struct keyname *k,
    const struct keyname_limits *limits, struct err *e)
{
	size_t before = out->len;
	int rc;

	write_key(out, k);
	if (!buf_ok(out))
		return err_set(e, ERR_PLAN_UNFIT, "the key is too long");
	rc = check_key((struct span){ out->data + before,
	    out->len - before }, limits, e);
	if (rc != 0)
		return err_advise(e, "rename the file, or use --key-strategy "
		    "sha256");
	return 0;
}
