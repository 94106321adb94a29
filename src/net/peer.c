/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "sha256.h"
#include "utc.h"

#include "peer.h"

#define PIN_PREFIX "sha256/"

int
peer_pin_parse(struct peer_pin *pin, struct span text, struct err *e)
{
	const size_t n = sizeof(PIN_PREFIX) - 1;

	if (!span_starts(text, PIN_PREFIX) ||
	    base64_decode(pin->sha256, sizeof(pin->sha256),
	    (struct span){ text.p + n, text.len - n }) != 0)
		return err_set(e, ERR_CONFIG_INVALID, "the pin is not "
		    "'sha256/' and the base64 of 32 bytes");
	return 0;
}

void
peer_pin_text(char out[PEER_PIN_LEN + 1], const struct peer_pin *pin)
{
	memcpy(out, PIN_PREFIX, sizeof(PIN_PREFIX) - 1);
	base64_encode(out + sizeof(PIN_PREFIX) - 1, pin->sha256,
	    sizeof(pin->sha256));
}

/* --- The engine, see br_x509_class in bearssl_x509.h --- */

static struct peer *
peer_of(const br_x509_class **ctx)
{
	return (struct peer *)(void *)ctx;
}

static void
start_minimal(br_x509_minimal_context *m, const struct peer_check *check)
{
	const int64_t day = 86400;
	int64_t now = check->now_s > 0 ? check->now_s : 0;

	br_x509_minimal_init(m, &br_sha256_vtable, check->trust->anchors,
	    check->trust->count);
	br_x509_minimal_set_hash(m, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_hash(m, br_sha384_ID, &br_sha384_vtable);
	br_x509_minimal_set_hash(m, br_sha512_ID, &br_sha512_vtable);
	/* As offer.c has it: that for 64-bit words is but larger. */
	br_x509_minimal_set_rsa(m, br_rsa_i31_pkcs1_vrfy);
	br_x509_minimal_set_ecdsa(m, br_ec_get_default(),
	    br_ecdsa_vrfy_asn1_get_default());
	br_x509_minimal_set_minrsa(m, 2048 / 8);
	/* 719528 days lie between 0000-01-01 and 1970-01-01. */
	br_x509_minimal_set_time(m, (uint32_t)(now / day + 719528),
	    (uint32_t)(now % day));
	/* Without a name: end_chain() sees to that. */
	m->vtable->start_chain(&m->vtable, NULL);
}

static void
start_chain(const br_x509_class **ctx, const char *server_name)
{
	struct peer *p = peer_of(ctx);

	(void)server_name;
	p->count = 0;
	p->status = 0;
	if (p->check.pin == NULL)
		start_minimal(&p->engine.chain, &p->check);
	else
		br_x509_decoder_init(&p->engine.leaf, NULL, NULL);
}

static void
start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct peer *p = peer_of(ctx);
	br_x509_minimal_context *m = &p->engine.chain;

	p->der_len = 0;
	if (length > sizeof(p->der) || p->count == PEER_CHAIN_MAX)
		p->status = BR_ERR_X509_LIMIT_EXCEEDED;
	if (p->status == 0 && p->check.pin == NULL)
		m->vtable->start_cert(&m->vtable, length);
}

static void
append(const br_x509_class **ctx, const unsigned char *buf, size_t len)
{
	struct peer *p = peer_of(ctx);
	br_x509_minimal_context *m = &p->engine.chain;

	if (p->status != 0)
		return;
	BUG_ON(len > sizeof(p->der) - p->der_len);
	memcpy(p->der + p->der_len, buf, len);
	p->der_len += len;
	if (p->check.pin == NULL)
		m->vtable->append(&m->vtable, buf, len);
}

static void
look_at_first(struct peer *p, const struct cert *c)
{
	/* In one piece: after an error it must not be given another. */
	if (p->check.pin != NULL)
		br_x509_decoder_push(&p->engine.leaf, p->der, p->der_len);
	sha256_of(p->seen.sha256, c->spki.p, c->spki.len);
	p->has_names = c->san.p != NULL;
	p->is_named = cert_names(c, p->check.ep);
	p->for_server = c->for_server;
	p->self_signed = span_eq(c->issuer, c->subject);
	p->stale.found = false;
	cert_title(p->title, c->subject);
}

/* For peer_explain(): the engine itself tells one number for all. */
static void
look_at_any(struct peer *p, const struct cert *c)
{
	int64_t now = p->check.now_s;

	cert_title(p->issuer, c->issuer);
	if (p->stale.found || (c->not_before <= now && now <= c->not_after))
		return;
	p->stale.found = true;
	p->stale.not_before = c->not_before;
	p->stale.not_after = c->not_after;
	cert_title(p->stale.title, c->subject);
}

static void
end_cert(const br_x509_class **ctx)
{
	struct peer *p = peer_of(ctx);
	br_x509_minimal_context *m = &p->engine.chain;
	struct span der = { (const char *)p->der, p->der_len };
	struct cert c;

	if (p->status != 0)
		return;
	if (p->check.pin == NULL)
		m->vtable->end_cert(&m->vtable);
	bool parsed = cert_parse(&c, der) == 0;
	if (p->count == 0) {
		/* The rest of the chain is the engine's alone to judge. */
		if (!parsed) {
			p->status = BR_ERR_X509_INVALID_VALUE;
			return;
		}
		look_at_first(p, &c);
	}
	if (parsed)
		look_at_any(p, &c);
	p->count++;
}

static bool
pin_fits(const struct peer *p)
{
	return memcmp(p->seen.sha256, p->check.pin->sha256,
	    sizeof(p->seen.sha256)) == 0;
}

static unsigned
end_chain(const br_x509_class **ctx)
{
	struct peer *p = peer_of(ctx);
	br_x509_minimal_context *m = &p->engine.chain;

	if (p->status != 0)
		return p->status;
	if (p->check.pin != NULL) {
		if (p->count == 0)
			return BR_ERR_X509_EMPTY_CHAIN;
		if (!pin_fits(p))
			return BR_ERR_X509_NOT_TRUSTED;
		return (unsigned)br_x509_decoder_last_error(&p->engine.leaf);
	}
	unsigned r = m->vtable->end_chain(&m->vtable);
	if (r != 0)
		return r;
	if (!p->is_named)
		return BR_ERR_X509_BAD_SERVER_NAME;
	return p->for_server ? 0 : BR_ERR_X509_FORBIDDEN_KEY_USAGE;
}

static const br_x509_pkey *
get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	struct peer *p = (struct peer *)(uintptr_t)ctx;
	br_x509_minimal_context *m = &p->engine.chain;

	if (p->check.pin == NULL)
		return m->vtable->get_pkey(&m->vtable, usages);
	if (usages != NULL)
		*usages = BR_KEYTYPE_SIGN;
	return br_x509_decoder_get_pkey(&p->engine.leaf);
}

void
peer_init(struct peer *p, const struct peer_check *check)
{
	static const br_x509_class vtable = {
		sizeof(struct peer), start_chain, start_cert, append,
		end_cert, end_chain, get_pkey
	};

	BUG_ON(check->trust == NULL && check->pin == NULL);
	p->vtable = &vtable;
	p->check = *check;
	p->count = 0;
}

/* --- The words --- */

#define CA_FILE "give its certificate with --ca-file FILE, or --ca-file " \
	"system for this machine's own list"

static int
explain_dates(const struct peer *p, struct err *e)
{
	char then[UTC_ISO_LEN + 1], now[UTC_ISO_LEN + 1];
	bool early = p->check.now_s < p->stale.not_before;

	utc_iso(then, early ? p->stale.not_before : p->stale.not_after);
	utc_iso(now, p->check.now_s);
	err_set(e, ERR_TLS_UNTRUSTED, "the certificate of '%s' %s %.10s, and "
	    "this machine's clock says %.10s", p->stale.title,
	    early ? "is not valid before" : "expired on", then, now);
	return err_advise(e, "%s", early ? "set this machine's clock" :
	    "if this machine's clock is right, the server needs a new "
	    "certificate");
}

static int
explain_issuer(const struct peer *p, struct err *e)
{
	char pin[PEER_PIN_LEN + 1];

	if (p->count != 1 || !p->self_signed) {
		err_set(e, ERR_TLS_UNTRUSTED, "its certificate was issued by "
		    "'%s', which is not a trusted authority", p->issuer);
		return err_advise(e, CA_FILE);
	}
	peer_pin_text(pin, &p->seen);
	err_set(e, ERR_TLS_UNTRUSTED, "its certificate is signed by itself "
	    "and not among the trusted ones");
	return err_advise(e, "give that certificate with --ca-file FILE, or, "
	    "if this key is known to be the server's, --pin %s", pin);
}

static int
explain_pin(const struct peer *p, struct err *e)
{
	char seen[PEER_PIN_LEN + 1];

	peer_pin_text(seen, &p->seen);
	err_set(e, ERR_TLS_UNTRUSTED, "its key is %s, which is not the pinned "
	    "one", seen);
	return err_advise(e, "find out why the server's key changed before "
	    "you pin another");
}

static int
explain_name(const struct peer *p, struct err *e)
{
	const struct endpoint *ep = p->check.ep;

	if (p->has_names)
		err_set(e, ERR_TLS_UNTRUSTED, "its certificate, of '%s', is "
		    "for another name", p->title);
	else
		err_set(e, ERR_TLS_UNTRUSTED, "its certificate has no subject "
		    "alternative name; the common name does not count");
	return err_advise(e, "use a name that the certificate holds, give the "
	    "server one with %s:%.80s, or --pin its key",
	    ep->ipv4 || ep->ipv6 ? "IP" : "DNS", ep->host);
}

static int
explain_other(int br_err, struct err *e)
{
	static const struct {
		int br_err;
		const char *sentence;
	} rows[] = {
		{ BR_ERR_X509_EMPTY_CHAIN, "it sent no certificate" },
		{ BR_ERR_X509_UNSUPPORTED, "a certificate needs an algorithm "
		    "that is not supported (RSA-PSS, Ed25519 and SHA-1 are "
		    "not)" },
		{ BR_ERR_X509_LIMIT_EXCEEDED, "its certificates are too large "
		    "or too many" },
		{ BR_ERR_X509_WRONG_KEY_TYPE, "its chain is not linked by its "
		    "keys" },
		{ BR_ERR_X509_BAD_SIGNATURE, "a signature in its chain is "
		    "wrong" },
		{ BR_ERR_X509_DN_MISMATCH, "its chain is out of order, or has "
		    "a gap" },
		{ BR_ERR_X509_CRITICAL_EXTENSION, "a certificate has a "
		    "critical extension that is not supported" },
		{ BR_ERR_X509_NOT_CA, "its chain holds an issuer that is no "
		    "authority" },
		{ BR_ERR_X509_FORBIDDEN_KEY_USAGE, "a certificate is used for "
		    "what it was not issued for" },
		{ BR_ERR_X509_WEAK_PUBLIC_KEY, "a certificate has an RSA key "
		    "of less than 2048 bits" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].br_err == br_err) {
			err_set(e, ERR_TLS_UNTRUSTED, "%s", rows[i].sentence);
			return err_advise(e, "correct the certificate or the "
			    "chain at the server, or --pin its key");
		}
	err_set(e, ERR_TLS_UNTRUSTED, "a certificate cannot be read (%d)",
	    br_err);
	return err_advise(e, "correct the certificate at the server");
}

int
peer_explain(const struct peer *p, int br_err, struct err *e)
{
	if (p->count > 0 && p->check.pin != NULL && !pin_fits(p))
		explain_pin(p, e);
	else if (br_err == BR_ERR_X509_EXPIRED && p->stale.found)
		explain_dates(p, e);
	else if (br_err == BR_ERR_X509_NOT_TRUSTED)
		explain_issuer(p, e);
	else if (br_err == BR_ERR_X509_BAD_SERVER_NAME)
		explain_name(p, e);
	else
		explain_other(br_err, e);
	return err_ctx(e, "cannot trust '%s'", p->check.ep->host);
}
