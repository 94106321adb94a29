/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "t.h"

#include "peer.h"

/*
 * The limits of the engine, by its own calls; what it decides about chains is
 * t_tls.c's, with real handshakes.
 */
static struct peer peer;
static uint8_t der[2048];
static size_t der_len;

static void
load_der(void)
{
	FILE *f = fopen("vectors/tls/rsa.der", "rb");

	if (!CHECK(f != NULL))
		return;
	der_len = fread(der, 1, sizeof(der), f);
	fclose(f);
}

static void
add_cert(const uint8_t *p, size_t len, size_t declared)
{
	const br_x509_class **x = &peer.vtable;

	(*x)->start_cert(x, (uint32_t)declared);
	for (size_t i = 0; i < len; i += 100)
		(*x)->append(x, p + i, len - i < 100 ? len - i : 100);
	(*x)->end_cert(x);
}

static unsigned
run(const struct peer_pin *pin, size_t certificates)
{
	static const struct trust nobody;
	static const struct endpoint ep = { .host = "store.example" };
	struct peer_check check = { .ep = &ep, .trust = &nobody, .pin = pin,
	    .now_s = INT64_C(1893456000) };
	const br_x509_class **x = &peer.vtable;

	peer_init(&peer, &check);
	(*x)->start_chain(x, "ignored.example");
	while (certificates-- > 0)
		add_cert(der, der_len, der_len);
	return (*x)->end_chain(x);
}

static void
test_chain(void)
{
	struct err e;

	load_der();
	CHECK_INT(run(NULL, 0), BR_ERR_X509_EMPTY_CHAIN);
	CHECK_INT(run(NULL, 1), BR_ERR_X509_NOT_TRUSTED);
	CHECK_INT(peer.count, 1);
	CHECK_INT(run(NULL, PEER_CHAIN_MAX + 1), BR_ERR_X509_LIMIT_EXCEEDED);
	CHECK_INT(peer_explain(&peer, BR_ERR_X509_LIMIT_EXCEEDED, &e), -1);
	CHECK_INT(e.code, ERR_TLS_UNTRUSTED);
	CHECK_STR(e.msg, "cannot trust 'store.example': its certificates are "
	    "too large or too many");
}

static void
test_pinned(void)
{
	static uint8_t large[PEER_CERT_MAX + 1];
	struct peer_pin pin;

	run(NULL, 1);
	pin = peer.seen;
	CHECK_INT(run(&pin, 0), BR_ERR_X509_EMPTY_CHAIN);
	CHECK_INT(run(&pin, 1), 0);
	CHECK_INT(run(&pin, PEER_CHAIN_MAX), 0);
	CHECK_INT(run(&pin, PEER_CHAIN_MAX + 1), BR_ERR_X509_LIMIT_EXCEEDED);
	pin.sha256[31] ^= 1;
	CHECK_INT(run(&pin, 1), BR_ERR_X509_NOT_TRUSTED);

	/* Later certificates do not matter to a pin, but for their size. */
	pin.sha256[31] ^= 1;
	const br_x509_class **x = &peer.vtable;
	run(&pin, 1);
	add_cert(large, 500, 500);
	CHECK_INT((*x)->end_chain(x), 0);
	add_cert(large, sizeof(large), sizeof(large));
	CHECK_INT((*x)->end_chain(x), BR_ERR_X509_LIMIT_EXCEEDED);
}

/*
 * Each byte of a pinned certificate changed: what BearSSL's decoder finds
 * wrong is not given to it again, and the key is the pinned one or not.
 */
static void
test_pinned_damaged(void)
{
	const br_x509_class **x = &peer.vtable;
	struct peer_pin pin;
	unsigned usages;
	size_t fits = 0;

	run(NULL, 1);
	pin = peer.seen;
	for (size_t i = 0; i < der_len; i++) {
		der[i] ^= 0x55;
		t_row("byte %zu", i);
		unsigned r = run(&pin, 1);
		fits += r == 0;
		CHECK(r != 0 || (*x)->get_pkey(x, &usages) != NULL);
		der[i] ^= 0x55;
	}
	/* Names, dates and the signature are not what is pinned. */
	CHECK(fits > 256 && fits < der_len - 256);
	t_row("a byte more");
	run(&pin, 0);
	(*x)->start_chain(x, NULL);
	add_cert(der, der_len + 1, der_len + 1);
	CHECK_INT((*x)->end_chain(x), BR_ERR_X509_INVALID_VALUE);
}

/* The first certificate is garbage of any length. */
static void
test_garbage(void)
{
	static const size_t sizes[] = { 0, 1, 2, 100, 101, 999 };
	static const uint8_t zeroes[999];
	const br_x509_class **x = &peer.vtable;
	struct peer_pin pin;
	struct err e;

	run(NULL, 1);
	pin = peer.seen;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int pinned = 0; pinned < 2; pinned++) {
			t_row("%zu bytes, pinned %d", sizes[i], pinned);
			run(pinned ? &pin : NULL, 0);
			(*x)->start_chain(x, NULL);
			add_cert(zeroes, sizes[i], sizes[i]);
			unsigned r = (*x)->end_chain(x);
			CHECK_INT(r, BR_ERR_X509_INVALID_VALUE);
			peer_explain(&peer, (int)r, &e);
			CHECK(strstr(e.msg, "cannot be read") != NULL);
		}
	}
}

#define PIN "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static void
test_pin_text(void)
{
	static const struct {
		const char *text;
		int want;
	} rows[] = {
		{ PIN, 0 },
		{ "", -1 },
		{ "sha256/", -1 },
		{ PIN "=", -1 },
		{ "SHA256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", -1 },
		{ "sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", -1 },
		{ "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", -1 },
		{ "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", -1 },
		{ "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", -1 },
		{ "sha1/AAECAwQFBgcICQoLDA0ODxAREhM=", -1 },
		{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", -1 },
	};
	char text[PEER_PIN_LEN + 1];
	struct peer_pin pin;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = { 0 };
		t_row("'%s'", rows[i].text);
		CHECK_INT(peer_pin_parse(&pin, span_of(rows[i].text), &e),
		    rows[i].want);
		CHECK_INT(e.code, rows[i].want == 0 ? ERR_NONE :
		    ERR_CONFIG_INVALID);
		if (rows[i].want == 0) {
			peer_pin_text(text, &pin);
			CHECK_STR(text, PIN);
			CHECK_INT(pin.sha256[31], 31);
		}
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "chain", test_chain },
		{ "pinned", test_pinned },
		{ "pinned-damaged", test_pinned_damaged },
		{ "garbage", test_garbage },
		{ "pin-text", test_pin_text },
		{ NULL, NULL }
	};

	return t_main("peer", cases);
}
