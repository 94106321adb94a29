/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "roots.h"
#include "t.h"

#include "trust.h"

static struct trust_loader loader;
static struct trust trust;
static struct err err;

/* A whole file of vectors/tls, or its end of file as "". */
static char text[64 * 1024];

static size_t
add_file(size_t len, const char *name)
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "vectors/tls/%s", name);
	f = fopen(path, "rb");
	if (!CHECK(f != NULL))
		return len;
	len += fread(text + len, 1, sizeof(text) - 1 - len, f);
	fclose(f);
	text[len] = '\0';
	return len;
}

static int
load(struct span pem, size_t grain, bool lenient)
{
	err_clear(&err);
	trust_pem_begin(&loader, lenient);
	while (pem.len > 0) {
		size_t n = pem.len < grain ? pem.len : grain;
		struct span piece = { pem.p, n };
		if (trust_pem_add(&loader, piece, &err) != 0)
			break;
		pem.p += n;
		pem.len -= n;
	}
	return trust_pem_end(&loader, &trust, &err);
}

static void
test_roots(void)
{
	CHECK_INT(trust_roots(&trust, &err), 0);
	CHECK_INT(trust.count, roots_count);
	CHECK(trust.count > 100);
	for (size_t i = 0; i < trust.count; i++) {
		const br_x509_trust_anchor *a = &trust.anchors[i];
		t_row("root %zu", i);
		CHECK_INT(a->flags, BR_X509_TA_CA);
		CHECK_INT(a->dn.data[0], 0x30);
		if (a->pkey.key_type == BR_KEYTYPE_RSA)
			CHECK(a->pkey.key.rsa.nlen >= 256 &&
			    a->pkey.key.rsa.elen <= 4);
		else
			CHECK_INT(a->pkey.key.ec.q[0], 4);
	}
	/* The last one ends where the data does. */
	const br_x509_pkey *key = &trust.anchors[trust.count - 1].pkey;
	const uint8_t *end = key->key_type == BR_KEYTYPE_RSA ?
	    key->key.rsa.e + key->key.rsa.elen :
	    key->key.ec.q + key->key.ec.qlen;
	CHECK(end == roots_blob + roots_blob_len);
	CHECK_INT(strlen(trust_roots_date()), 10);
	trust_free(&trust);
	trust_free(&trust);
	CHECK_INT(trust.count, 0);
}

static void
test_pem(void)
{
	static const size_t grains[] = { sizeof(text), 64, 7, 1 };
	size_t len = add_file(0, "ca.pem");

	len = add_file(len, "ec.key");		/* passed over */
	len = add_file(len, "inter.pem");
	len = add_file(len, "ec.pem");
	len--;					/* no end of the last line */
	for (size_t i = 0; i < sizeof(grains) / sizeof(grains[0]); i++) {
		t_row("%zu at once", grains[i]);
		if (!CHECK_INT(load((struct span){ text, len }, grains[i],
		    false), 0))
			continue;
		CHECK_INT(trust.count, 3);
		CHECK_INT(trust.anchors[0].flags, BR_X509_TA_CA);
		CHECK_INT(trust.anchors[0].pkey.key_type, BR_KEYTYPE_EC);
		CHECK_INT(trust.anchors[0].pkey.key.ec.curve, 23);
		CHECK_INT(trust.anchors[0].pkey.key.ec.qlen, 65);
		CHECK_INT(trust.anchors[1].pkey.key_type, BR_KEYTYPE_RSA);
		CHECK_INT(trust.anchors[1].pkey.key.rsa.nlen, 256);
		CHECK_INT(trust.anchors[2].flags, 0);
		CHECK_INT(trust.anchors[2].dn.data[0], 0x30);
		trust_free(&trust);
	}
}

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

static void
test_bad(void)
{
	static const struct {
		const char *text;
		const char *says;
		const char *says_lenient;
	} rows[] = {
		{ "", "no certificate", "no certificate" },
		{ "# nothing here\n", "no certificate", "no certificate" },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY"
		    "-----\n", "no certificate", "no certificate" },
		{ BEGIN END, "certificate 1 of the CA file cannot be read",
		    "no certificate" },
		{ BEGIN "AAAA\n" END, "cannot be read", "no certificate" },
		{ BEGIN "A$AA\n" END, "cannot be read", "no certificate" },
		{ BEGIN "MIIB\n", "cannot be read", "no certificate" },
		{ BEGIN, "cannot be read", "no certificate" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int lenient = 0; lenient < 2; lenient++) {
			const char *want = lenient ? rows[i].says_lenient :
			    rows[i].says;
			t_row("row %zu, lenient %d", i, lenient);
			CHECK_INT(load(span_of(rows[i].text), 5, lenient),
			    -1);
			CHECK_INT(err.code, ERR_CONFIG_INVALID);
			if (!CHECK(strstr(err.msg, want) != NULL))
				CHECK_STR(err.msg, want);
			CHECK(trust.anchors == NULL);
		}
	}
}

/* One bad certificate between two good ones. */
static void
test_mixed(void)
{
	size_t len = add_file(0, "ca.pem"), bad = len;

	len = add_file(len, "other.pem");
	text[bad + 100] = text[bad + 100] == 'A' ? 'B' : 'A';
	text[bad + 40] = '!';
	len = add_file(len, "inter.pem");
	CHECK_INT(load((struct span){ text, len }, len, false), -1);
	CHECK(strstr(err.msg, "certificate 2 of") != NULL);
	CHECK_INT(load((struct span){ text, len }, len, true), 0);
	CHECK_INT(trust.count, 2);
	trust_free(&trust);
}

static void
test_limits(void)
{
	struct err e = { 0 };
	size_t len = add_file(0, "ca.pem");
	int r = 0, n;

	trust_pem_begin(&loader, true);
	for (n = 0; r == 0 && n <= TRUST_ANCHORS_MAX; n++)
		r = trust_pem_add(&loader, (struct span){ text, len }, &e);
	CHECK_INT(r, -1);
	CHECK_INT(n, TRUST_ANCHORS_MAX + 1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	CHECK_INT(trust_pem_end(&loader, &trust, &e), -1);
	CHECK(strstr(e.msg, "more than 1000 certificates") != NULL);
}

/* A failed read of the file is the caller's error and stays it. */
static void
test_read_failed(void)
{
	struct err e = { 0 };
	size_t len = add_file(0, "ca.pem");

	trust_pem_begin(&loader, false);
	CHECK_INT(trust_pem_add(&loader, (struct span){ text, len }, &e), 0);
	err_set(&e, ERR_IO_ERROR, "cannot read");
	CHECK_INT(trust_pem_end(&loader, &trust, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK(trust.anchors == NULL);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "roots", test_roots },
		{ "pem", test_pem },
		{ "bad", test_bad },
		{ "mixed", test_mixed },
		{ "limits", test_limits },
		{ "read-failed", test_read_failed },
		{ NULL, NULL }
	};

	return t_main("trust", cases);
}
