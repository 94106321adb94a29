/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>

#include "bearssl.h"

#include "tls_why.h"

#define ALERT BR_ERR_RECV_FATAL_ALERT

#define OFFER "the server must offer TLS 1.2 and ECDHE with AES-GCM or " \
	"ChaCha20-Poly1305; TLS 1.3 alone and client certificates " \
	"are not supported"

/* What can be said of a failed handshake better than its number. */
static const struct row {
	int br_err;
	enum err_code code;
	const char *sentence;
	const char *advice;	/* NULL: the code's own */
} rows[] = {
	{ ALERT + 40, ERR_TLS_UNTRUSTED, "it shares no version, cipher "
	    "suite or signature algorithm with us", OFFER },
	{ ALERT + 70, ERR_TLS_UNTRUSTED, "it does not speak TLS 1.2", OFFER },
	{ ALERT + 71, ERR_TLS_UNTRUSTED, "it wants stronger algorithms than "
	    "TLS 1.2 gives us", OFFER },
	{ ALERT + 112, ERR_TLS_UNTRUSTED, "it does not know the name by which "
	    "it was called", "check the endpoint's name" },

	/* Damage on the way, or trouble of the server's own. */
	{ ALERT + 20, ERR_UNREACHABLE, "a record was damaged", NULL },
	{ ALERT + 51, ERR_UNREACHABLE, "the handshake was damaged", NULL },
	{ ALERT + 80, ERR_UNREACHABLE, "it has trouble of its own", NULL },

	/* The first bytes are not of a record, or of another version. */
	{ BR_ERR_UNSUPPORTED_VERSION, ERR_TLS_UNTRUSTED, "what answers there "
	    "does not speak TLS 1.2", "check the port; for plain HTTP give "
	    "the endpoint as http://" },
	{ BR_ERR_BAD_VERSION, ERR_TLS_UNTRUSTED, "what answers there does not "
	    "speak TLS 1.2", "check the port" },

	/* RFC 5246 section 7.4.3. */
	{ BR_ERR_BAD_SIGNATURE, ERR_TLS_UNTRUSTED, "it did not prove that it "
	    "holds its certificate's key", NULL },
	{ BR_ERR_WRONG_KEY_USAGE, ERR_TLS_UNTRUSTED, "its certificate's key "
	    "may not sign a handshake", NULL },
	{ BR_ERR_INVALID_ALGORITHM, ERR_TLS_UNTRUSTED, "it chose an algorithm "
	    "that was not offered", NULL },
	{ BR_ERR_BAD_CIPHER_SUITE, ERR_TLS_UNTRUSTED, "it chose a cipher "
	    "suite that was not offered", OFFER },
};

static int
explain_handshake(int br_err, struct err *e)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].br_err == br_err) {
			err_set(e, rows[i].code, "%s", rows[i].sentence);
			if (rows[i].advice != NULL)
				err_advise(e, "%s", rows[i].advice);
			return -1;
		}
	if (br_err >= ALERT && br_err < BR_ERR_SEND_FATAL_ALERT)
		return err_set(e, ERR_TLS_UNTRUSTED, "it refused with alert "
		    "%d", br_err - ALERT);
	return err_set(e, ERR_UNREACHABLE, "the handshake broke (%d)",
	    br_err);
}

int
tls_why(const struct endpoint *ep, int br_err, bool shaking, struct err *e)
{
	if (shaking) {
		explain_handshake(br_err, e);
		return err_ctx(e, "no TLS with '%s' port %d", ep->host,
		    ep->port);
	}
	if (br_err >= ALERT && br_err < BR_ERR_SEND_FATAL_ALERT)
		return err_set(e, ERR_UNREACHABLE, "'%s' ended TLS with alert "
		    "%d", ep->host, br_err - ALERT);
	return err_set(e, ERR_UNREACHABLE, "what came from '%s' is damaged "
	    "(TLS error %d)", ep->host, br_err);
}
