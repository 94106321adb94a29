/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "t.h"

#include "packet.h"

static void
test_there_and_back(void)
{
	static const int64_t numbers[] = { 0, 1, -1, INT64_MAX, INT64_MIN };
	struct packet p, q;
	struct span text;
	struct err e = {0};
	char small[6];

	packet_begin(&p, 7);
	for (size_t i = 0; i < 5; i++)
		packet_put_int(&p, numbers[i]);
	packet_put_text(&p, span_of("text"));
	packet_put_text(&p, (struct span){ "", 0 });
	packet_put_text(&p, span_of("fiver"));
	CHECK(packet_seal(&p));
	CHECK_INT(packet_find(p.bytes, p.len), p.len);
	packet_open(&q, p.bytes, p.len);
	CHECK_INT(packet_kind(&q), 7);
	for (size_t i = 0; i < 5; i++)
		CHECK_INT(packet_take_int(&q), numbers[i]);
	text = packet_take_text(&q);
	CHECK_MEM(text.p, text.len, "text", 4);
	CHECK_INT(packet_take_text(&q).len, 0);
	packet_take_string(&q, small, sizeof(small));
	CHECK_STR(small, "fiver");
	CHECK_INT(packet_end(&q, &e), 0);
}

/* Something is taken that is not there, or not as wanted. */
static void
test_refused(void)
{
	static const struct {
		const char *name;
		bool number;		/* it holds a 5, else "abc" */
		enum { INT, WITHIN, LOW, HIGH, TEXT, STRING, TIGHT, NONE,
		    TWICE } take;
		bool good;
	} rows[] = {
		{ "number", true, INT, true },
		{ "within", true, WITHIN, true },
		{ "too low", true, LOW, false },
		{ "too high", true, HIGH, false },
		{ "number as text", true, TEXT, false },
		{ "text", false, TEXT, true },
		{ "text as number", false, INT, false },
		{ "string", false, STRING, true },
		{ "string without room for its end", false, TIGHT, false },
		{ "something is left", true, NONE, false },
		{ "nothing is left", true, TWICE, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};
		struct packet p;
		char s[4];

		t_row("%s", rows[i].name);
		packet_begin(&p, 1);
		if (rows[i].number)
			packet_put_int(&p, 5);
		else
			packet_put_text(&p, span_of("abc"));
		CHECK(packet_seal(&p));
		switch (rows[i].take) {
		case TWICE:
			packet_take_int(&p);
			packet_take_int(&p);
			break;
		case INT:
			packet_take_int(&p);
			break;
		case WITHIN:
			packet_take_within(&p, 5, 5);
			break;
		case LOW:
			CHECK_INT(packet_take_within(&p, 6, 9), 6);
			break;
		case HIGH:
			CHECK_INT(packet_take_within(&p, 0, 4), 0);
			break;
		case TEXT:
			packet_take_text(&p);
			break;
		case STRING:
			packet_take_string(&p, s, 4);
			break;
		case TIGHT:
			packet_take_string(&p, s, 3);
			CHECK_STR(s, "");
			break;
		case NONE:
			break;
		}
		CHECK_INT(packet_end(&p, &e), rows[i].good ? 0 : -1);
	}
}

static void
test_pieces(void)
{
	struct packet p;

	packet_begin(&p, 3);
	packet_put_text(&p, span_of("in pieces"));
	CHECK(packet_seal(&p));
	for (size_t n = 0; n < p.len; n++)
		CHECK_INT(packet_find(p.bytes, n), 0);
	CHECK_INT(packet_find(p.bytes, p.len), p.len);
	CHECK_INT(packet_find(p.bytes, sizeof(p.bytes)), p.len);
	p.bytes[3] = 1;
	CHECK_INT(packet_find(p.bytes, p.len), -1);
	p.bytes[3] = 0;
	p.bytes[0] = 0xff;
	CHECK_INT(packet_find(p.bytes, p.len), -1);
}

static void
test_full(void)
{
	static char text[PACKET_MAX];
	struct packet p;

	packet_begin(&p, 1);
	packet_put_text(&p, (struct span){ text,
	    PACKET_MAX - PACKET_HEAD - 2 });
	CHECK(packet_seal(&p));
	packet_begin(&p, 1);
	packet_put_text(&p, (struct span){ text,
	    PACKET_MAX - PACKET_HEAD - 1 });
	CHECK(!packet_seal(&p));
	packet_put_int(&p, 1);
	CHECK(!packet_seal(&p));
}

/* A text whose length says more than there is. */
static void
test_torn_text(void)
{
	struct packet p;
	struct err e = {0};

	packet_begin(&p, 1);
	packet_put_text(&p, span_of("abc"));
	CHECK(packet_seal(&p));
	p.bytes[PACKET_HEAD + 1] = 4;
	CHECK_INT(packet_take_text(&p).len, 0);
	CHECK_INT(packet_end(&p, &e), -1);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "there-and-back", test_there_and_back },
		{ "refused", test_refused },
		{ "pieces", test_pieces },
		{ "full", test_full },
		{ "torn-text", test_torn_text },
		{ NULL, NULL }
	};

	return t_main("packet", cases);
}
