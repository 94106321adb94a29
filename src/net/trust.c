/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "roots.h"

#include "trust.h"

const char *const trust_system_paths[] = {
	"/etc/ssl/certs/ca-certificates.crt",	/* Debian, Alpine, DSM 7 */
	"/etc/pki/tls/certs/ca-bundle.crt",	/* Fedora, RHEL */
	"/etc/ssl/ca-bundle.pem",		/* openSUSE */
	"/etc/ssl/cert.pem",			/* Alpine, OpenWrt, BSD */
	"/etc/pki/tls/cacert.pem",		/* OpenELEC */
	NULL
};

/* --- From names and keys (see roots.h) to anchors --- */

static size_t
take_number(const uint8_t **p, int bytes)
{
	size_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *(*p)++;
	return n;
}

/* A run with its length in two bytes.  BearSSL's pointers lack a const. */
static unsigned char *
take_run(const uint8_t **p, size_t *len)
{
	*len = take_number(p, 2);
	const uint8_t *run = *p;
	*p += *len;
	return (unsigned char *)(uintptr_t)run;
}

/*
 * The entries are roots.h's or our own, where each name is before its key:
 * they are well-formed.
 */
static void
take_entry(const uint8_t **name, const uint8_t **p, br_x509_trust_anchor *a)
{
	a->dn.data = take_run(name, &a->dn.len);
	a->flags = take_number(p, 1) == ROOTS_CA ? BR_X509_TA_CA : 0;
	if (take_number(p, 1) == ROOTS_RSA) {
		a->pkey.key_type = BR_KEYTYPE_RSA;
		a->pkey.key.rsa.n = take_run(p, &a->pkey.key.rsa.nlen);
		a->pkey.key.rsa.e = take_run(p, &a->pkey.key.rsa.elen);
	} else {
		a->pkey.key_type = BR_KEYTYPE_EC;
		a->pkey.key.ec.curve = (int)take_number(p, 1);
		a->pkey.key.ec.q = take_run(p, &a->pkey.key.ec.qlen);
	}
}

static int
make_anchors(struct trust *t, const void *names, const void *keys,
    size_t count, struct err *e)
{
	const uint8_t *name = names, *p = keys;

	t->anchors = calloc(count, sizeof(*t->anchors));
	if (t->anchors == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for %zu trust "
		    "anchors", count);
	for (t->count = 0; t->count < count; t->count++)
		take_entry(names == keys ? &p : &name, &p,
		    &t->anchors[t->count]);
	return 0;
}

int
trust_roots(struct trust *t, struct err *e)
{
	uint8_t *names = malloc(roots_names_len);

	*t = (struct trust){ .bytes = (char *)names };
	if (names == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the names of "
		    "the compiled-in roots");
	roots_unpack(names);
	if (make_anchors(t, names, roots_blob, roots_count, e) == 0)
		return 0;
	trust_free(t);
	return -1;
}

const char *
trust_roots_date(void)
{
	return roots_date;
}

void
trust_free(struct trust *t)
{
	free(t->anchors);
	free(t->bytes);
	*t = (struct trust){ .bytes = NULL };
}

/* --- From PEM to entries --- */

static void
put_run(struct buf *b, const void *p, size_t len)
{
	buf_putc(b, (char)(len >> 8));
	buf_putc(b, (char)len);
	buf_put(b, p, len);
}

static void
put_entry(struct buf *b, struct span name, bool is_ca,
    const br_x509_pkey *key)
{
	put_run(b, name.p, name.len);
	buf_putc(b, is_ca ? ROOTS_CA : 0);
	if (key->key_type == BR_KEYTYPE_RSA) {
		buf_putc(b, ROOTS_RSA);
		put_run(b, key->key.rsa.n, key->key.rsa.nlen);
		put_run(b, key->key.rsa.e, key->key.rsa.elen);
	} else {
		buf_putc(b, ROOTS_EC);
		buf_putc(b, (char)key->key.ec.curve);
		put_run(b, key->key.ec.q, key->key.ec.qlen);
	}
}

static void
cert_bytes(void *der, const void *p, size_t n)
{
	buf_put(der, p, n);
}

static void
begin_object(struct trust_loader *l)
{
	const char *kind = br_pem_decoder_name(&l->pem);

	/* The second is what OpenSSL once wrote. */
	l->inside = strcmp(kind, "CERTIFICATE") == 0 ||
	    strcmp(kind, "X509 CERTIFICATE") == 0;
	br_pem_decoder_setdest(&l->pem, l->inside ? cert_bytes : NULL,
	    &l->der);
	if (!l->inside)
		return;
	l->certificates++;
	buf_reset(&l->der);
}

static int
bad_certificate(struct trust_loader *l, int br_err, struct err *e)
{
	l->inside = false;
	if (l->lenient)
		return 0;
	return err_set(e, ERR_CONFIG_INVALID, "certificate %zu of the CA file "
	    "%s (%d)", l->certificates, br_err == BR_ERR_X509_UNSUPPORTED ?
	    "has a key of a kind that is not supported" : "cannot be read",
	    br_err);
}

static int
end_object(struct trust_loader *l, struct err *e)
{
	br_x509_decoder_context decoder;
	const br_x509_pkey *key;
	struct cert c;

	if (!l->inside)
		return 0;
	l->inside = false;
	if (!buf_ok(&l->der) || cert_parse(&c, buf_as_span(&l->der)) != 0)
		return bad_certificate(l, BR_ERR_X509_INVALID_VALUE, e);
	/* In one piece: after an error it must not be given another. */
	br_x509_decoder_init(&decoder, NULL, NULL);
	br_x509_decoder_push(&decoder, l->der.data, l->der.len);
	key = br_x509_decoder_get_pkey(&decoder);
	if (key == NULL)
		return bad_certificate(l,
		    br_x509_decoder_last_error(&decoder), e);
	if (l->taken == TRUST_ANCHORS_MAX)
		return err_set(e, ERR_CONFIG_INVALID, "the CA file holds more "
		    "than %d certificates", TRUST_ANCHORS_MAX);
	put_entry(&l->entries, c.subject, br_x509_decoder_isCA(&decoder),
	    key);
	if (!buf_ok(&l->entries))
		return err_set(e, ERR_CONFIG_INVALID, "the names and keys of "
		    "the CA file take more than %d KiB",
		    TRUST_BYTES_MAX / 1024);
	l->taken++;
	return 0;
}

void
trust_pem_begin(struct trust_loader *l, bool lenient)
{
	l->lenient = lenient;
	l->inside = false;
	l->certificates = l->taken = 0;
	buf_init(&l->entries, TRUST_BYTES_MAX);
	buf_fixed(&l->der, l->der_bytes, sizeof(l->der_bytes));
	br_pem_decoder_init(&l->pem);
}

int
trust_pem_add(struct trust_loader *l, struct span text, struct err *e)
{
	while (text.len > 0) {
		size_t n = br_pem_decoder_push(&l->pem, text.p, text.len);
		int r = 0;

		text.p += n;
		text.len -= n;
		switch (br_pem_decoder_event(&l->pem)) {
		case BR_PEM_BEGIN_OBJ:
			begin_object(l);
			break;
		case BR_PEM_END_OBJ:
			r = end_object(l, e);
			break;
		case BR_PEM_ERROR:
			/* It would add what it holds to the next object. */
			br_pem_decoder_init(&l->pem);
			if (l->inside)
				r = bad_certificate(l, 0, e);
			break;
		}
		if (r != 0)
			return -1;
	}
	return 0;
}

int
trust_pem_end(struct trust_loader *l, struct trust *t, struct err *e)
{
	int r = 0;

	*t = (struct trust){ .bytes = NULL };
	if (e->code != ERR_NONE)
		r = -1;
	else if (trust_pem_add(l, span_of("\n"), e) != 0)
		r = -1;		/* the last line had no end */
	else if (l->inside)
		r = bad_certificate(l, BR_ERR_X509_TRUNCATED, e);
	if (r == 0 && l->taken == 0)
		r = err_set(e, ERR_CONFIG_INVALID, "the CA file holds no "
		    "certificate that can be used");
	if (r == 0)
		r = make_anchors(t, l->entries.data, l->entries.data,
		    l->taken, e);
	if (r == 0)
		t->bytes = l->entries.data;
	else
		buf_free(&l->entries);
	return r;
}
