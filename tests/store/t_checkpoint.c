/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "checkpoint.h"
#include "hex.h"
#include "key_file.h"

/*
 * The key of RFC 6979, A.2.5, and what the algorithm of its section 3.2 gives
 * for SHA-256 of a chain value of 32 times 0x11, computed from that section.
 */
#define KEY "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define SIG \
    "2918ec47b5ad34bf9e3f5a6876f3e25dc01ea26c9dba75211ca85a02200b646e" \
    "efb9123831a7b96eeaaaed6e3fea19566f96066c4094d71a39371f220d1e6be1"

static struct key_file k;
static uint8_t previous[CHAIN_LEN];

static void
begin(void)
{
	CHECK(hex_decode(k.key, sizeof(k.key), span_of(KEY)) == 0);
	CHECK_INT(key_file_complete(&k), 0);
	memset(previous, 0x11, sizeof(previous));
}

static void
test_sign(void)
{
	struct checkpoint c;

	begin();
	checkpoint_sign(&c, &k, previous);
	CHECK_STR(c.writer, "5a7a78cca4a0f420");
	CHECK_STR(c.sig, SIG);
	CHECK(checkpoint_verify(span_of(c.sig), k.point, previous));
}

/* One bit is another: in the value, the key, the signature's digits. */
static void
test_flips(void)
{
	char sig[CHECKPOINT_SIG_HEX_LEN + 1];

	begin();
	for (size_t i = 0; i < 8 * sizeof(previous); i++) {
		t_row("value, bit %zu", i);
		previous[i / 8] ^= (uint8_t)(1 << i % 8);
		CHECK(!checkpoint_verify(span_of(SIG), k.point, previous));
		previous[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < 8 * sizeof(k.point); i += 3) {
		t_row("key, bit %zu", i);
		k.point[i / 8] ^= (uint8_t)(1 << i % 8);
		CHECK(!checkpoint_verify(span_of(SIG), k.point, previous));
		k.point[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < 8 * (sizeof(sig) - 1); i++) {
		t_row("signature, bit %zu", i);
		memcpy(sig, SIG, sizeof(sig));
		sig[i / 8] = (char)(sig[i / 8] ^ 1 << i % 8);
		CHECK(!checkpoint_verify((struct span){ sig, sizeof(sig) - 1 },
		    k.point, previous));
	}
	CHECK(checkpoint_verify(span_of(SIG), k.point, previous));
}

/* Of the row as it stands, no bit at all may be another. */
static void
test_row(void)
{
	static struct chain_row row;
	char line[512], hex[CHAIN_HEX_LEN + 1];
	uint8_t value[CHAIN_LEN];
	struct sha256 h;
	const struct chain_link at = { .seq = 9, .previous = previous,
	    .hash = &h };
	struct err e = {0};
	struct buf b;

	begin();
	sha256_init(&h);
	buf_fixed(&b, line, sizeof(line));
	buf_printf(&b, "{\"seq\":9,\"time\":\"2026-11-22T03:00:00Z\","
	    "\"kind\":\"checkpoint\",\"writer\":\"%s\",\"sig\":\"%s\"",
	    k.id, SIG);
	chain_next(&h, value, previous, buf_as_span(&b));
	hex_encode(hex, value, sizeof(value));
	buf_printf(&b, ",\"chain\":\"%s\"}", hex);
	CHECK_INT(chain_parse(&row, buf_as_span(&b), &at, &e), 0);
	for (size_t i = 0; i < 8 * b.len; i++) {
		t_row("bit %zu", i);
		line[i / 8] = (char)(line[i / 8] ^ 1 << i % 8);
		CHECK_INT(chain_parse(&row, buf_as_span(&b), &at, &e), -1);
		line[i / 8] = (char)(line[i / 8] ^ 1 << i % 8);
	}
}

static void
test_form(void)
{
	char text[CHECKPOINT_SIG_HEX_LEN + 2] = SIG "0";

	begin();
	CHECK(!checkpoint_verify(span_of(text), k.point, previous));
	text[CHECKPOINT_SIG_HEX_LEN - 1] = '\0';
	CHECK(!checkpoint_verify(span_of(text), k.point, previous));
	CHECK(!checkpoint_verify(span_of(""), k.point, previous));
	CHECK(!checkpoint_verify((struct span){ NULL, 0 }, k.point,
	    previous));
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "sign", test_sign },
		{ "flips", test_flips },
		{ "row", test_row },
		{ "form", test_form },
		{ NULL, NULL }
	};

	return t_main("checkpoint", cases);
}
