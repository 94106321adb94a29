/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"
#include "num.h"
#include "utc.h"

#include "t.h"

#include "past.h"

struct span
past_word(struct span words, const char *name, const char *preset)
{
	size_t n = strlen(name);
	struct span word;

	while (words.p != NULL) {
		words = span_cut(words, ' ', &word);
		if (span_starts(word, name) && word.len > n &&
		    word.p[n] == '=')
			return (struct span){ word.p + n + 1,
			    word.len - n - 1 };
	}
	return span_of(preset);
}

void
past_key(struct key_file *k, struct span name)
{
	memset(k->key, name.p[0], sizeof(k->key));
	CHECK_INT(key_file_complete(k), 0);
}

void
past_object(char id[72], char digit)
{
	memcpy(id, "sha256:", 7);
	memset(id + 7, digit, 64);
	id[71] = '\0';
}

static void
put_word(struct buf *b, const char *name, struct span value)
{
	buf_printf(b, ",\"%s\":\"%.*s\"", name, (int)value.len, value.p);
}

/* One digit stands for an object; "null", "absent" and "empty" for none. */
static void
put_object(struct buf *b, struct span word)
{
	char id[72];

	if (span_is(word, "absent"))
		return;
	past_object(id, word.p[0]);
	if (span_is(word, "null"))
		buf_puts(b, ",\"object_id\":null");
	else
		put_word(b, "object_id", span_is(word, "empty") ?
		    span_of("") : span_of(id));
}

static void
put_admit(struct past *p, struct span words)
{
	struct span path = past_word(words, "path", PAST_PATH);
	struct span supersedes = past_word(words, "supersedes", "");
	struct buf *b = &p->text;

	buf_printf(b, ",\"begin_seq\":1,\"path\":\"main%.*s\"",
	    (int)path.len, path.p);
	put_word(b, "canonical_path", path);
	put_word(b, "canonicalization_version",
	    past_word(words, "version", "consign-path-1"));
	put_word(b, "origin", past_word(words, "origin", "photos/main"));
	put_object(b, past_word(words, "object", "a"));
	buf_printf(b, ",\"size_bytes\":5,\"inode\":%.*s,\"mtime_ns\":1,"
	    "\"ctime_ns\":1", (int)past_word(words, "inode", "7").len,
	    past_word(words, "inode", "7").p);
	if (supersedes.len > 0)
		buf_printf(b, ",\"supersedes\":%.*s", (int)supersedes.len,
		    supersedes.p);
	if (span_is(path, PAST_PATH))
		p->admitted = (int64_t)p->n;
}

/* proof and fail */
static void
put_outcome(struct past *p, struct span words)
{
	static const char digest[] = "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef";
	struct buf *b = &p->text;

	buf_puts(b, ",\"begin_seq\":1,\"store_ref\":\"s\"");
	put_object(b, past_word(words, "object", "a"));
	buf_puts(b, ",\"path\":\"main/a\",\"remote_key\":\"k\","
	    "\"size_bytes\":5");
	put_word(b, "result_status", past_word(words, "status", "uploaded"));
	put_word(b, "proof", past_word(words, "proof", "rehash"));
	buf_printf(b, ",\"availability\":\"consign_uploaded\","
	    "\"receipt\":\"id\",\"receipt_sha256\":\"%s\"", digest);
}

static void
put_checkpoint(struct past *p, struct span words)
{
	struct checkpoint c;
	struct key_file k;

	past_key(&k, past_word(words, "by", "nas1"));
	checkpoint_sign(&c, &k, p->chain[p->n]);
	/* A number as good as any, but not of this key. */
	if (span_is(past_word(words, "sig", ""), "bad"))
		c.sig[100] = c.sig[100] == '1' ? '2' : '1';
	put_word(&p->text, "writer", span_of(c.writer));
	put_word(&p->text, "sig", span_of(c.sig));
}

static void
put_fields(struct past *p, struct span kind, struct span words)
{
	struct buf *b = &p->text;

	if (span_is(kind, "genesis")) {
		buf_puts(b, ",\"schema\":\"consign.ledger.v1\"");
		put_word(b, "archive_id",
		    past_word(words, "archive", "photos"));
		put_word(b, "tool_version", span_of("0"));
	} else if (span_is(kind, "admit")) {
		put_admit(p, words);
	} else if (span_is(kind, "proof") || span_is(kind, "fail")) {
		put_outcome(p, words);
	} else if (span_is(kind, "checkpoint")) {
		put_checkpoint(p, words);
	} else {
		put_word(b, "command", span_of("push"));
		buf_puts(b, ",\"approved\":true,\"tool_version\":\"0\"");
	}
}

static void
put_row(struct past *p, struct span row)
{
	struct span kind, words = span_cut(row, ' ', &kind);
	char hex[CHAIN_HEX_LEN + 1];
	struct span body, time = past_word(words, "time", PAST_TIME);
	struct sha256 h;

	if (!CHECK(p->n < PAST_ROWS))
		return;
	p->at[p->n] = p->text.len;
	buf_printf(&p->text, "{\"seq\":%zu", p->n);
	put_word(&p->text, "time", time);
	put_word(&p->text, "kind", kind);
	put_fields(p, kind, words);
	body = (struct span){ p->text.data + p->at[p->n],
	    p->text.len - p->at[p->n] };
	sha256_init(&h);
	chain_next(&h, p->chain[p->n + 1], p->chain[p->n], body);
	hex_encode(hex, p->chain[p->n + 1], CHAIN_LEN);
	buf_printf(&p->text, ",\"chain\":\"%s\"}\n", hex);
	p->n++;
	p->at[p->n] = p->text.len;
}

void
past_make(struct past *p, const struct vec *v)
{
	memset(p, 0, offsetof(struct past, bytes));
	buf_fixed(&p->text, p->bytes, sizeof(p->bytes));
	for (size_t i = 0; i < vec_count(v, "row"); i++)
		put_row(p, vec_nth(v, "row", i));
	CHECK(buf_ok(&p->text));
}

void
past_anchor(struct anchor *a, const struct past *p, struct span words)
{
	struct key_file k;
	uint64_t seq = 0;

	past_key(&k, past_word(words, "by", "off"));
	CHECK_INT(num_u64(past_word(words, "seq", ""), PAST_ROWS, &seq), 0);
	*a = (struct anchor){ .archive_id = "photos", .seq = (int64_t)seq };
	/* One that knows more rows than there are knows some other. */
	memcpy(a->previous, p->chain[seq <= p->n ? seq : 0], CHAIN_LEN);
	if (span_is(past_word(words, "fork", ""), "yes"))
		a->previous[0] ^= 1;
	CHECK_INT(utc_parse_iso(span_of(PAST_TIME), &a->time), 0);
	checkpoint_sign(&a->by, &k, a->previous);
}
