/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bearssl.h"

#include "buf.h"
#include "err.h"
#include "span.h"

/*
 * Trust anchors: the names and keys of the authorities that a server's chain
 * must end in.  Made once a process, then only read.
 *
 * Either the roots that are compiled in:
 *
 *	trust_roots(&t, e);
 *
 * or those of a PEM file (RFC 7468), and only those.  The caller reads the
 * file, in pieces of any size:
 *
 *	trust_pem_begin(&load, &t);
 *	while ((n = read ...) > 0)
 *		trust_pem_add(&load, piece, e);
 *	trust_pem_end(&load, e);
 *
 * Either way ended by trust_free(), which accepts a zeroed struct, twice too.
 *
 * A file that the user named must be right: text that is not a certificate
 * is passed over, but a certificate that cannot be read, or no certificate at
 * all, is ERR_CONFIG_INVALID.  In the box's own bundle (system true) a
 * certificate that cannot be read is skipped, for such bundles hold keys of
 * kinds that nobody here can check; none that can is still an error.
 *
 * A certificate that is no authority's (no CA:TRUE) is taken as an anchor for
 * exactly the server that shows that name and key; names and dates are
 * checked as ever.
 */
#define TRUST_ANCHORS_MAX 1024		/* seven times Mozilla's */
#define TRUST_BYTES_MAX (512 * 1024)	/* of names and keys */
#define TRUST_NAME_MAX 1024		/* one name, as DER */

struct trust {
	br_x509_trust_anchor *anchors;
	size_t count;
	struct buf store;	/* the bytes that anchors point to, or empty */
};

int trust_roots(struct trust *t, struct err *e);

/* The day of the compiled-in roots, for --version: "2023-03-11". */
const char *trust_roots_date(void);

struct trust_loader {
	struct trust *trust;
	bool system;
	br_pem_decoder_context pem;
	br_x509_decoder_context cert;
	struct buf name;	/* of the certificate that is being read */
	char name_bytes[TRUST_NAME_MAX];
	bool inside;		/* between BEGIN and END CERTIFICATE */
	size_t seen;		/* certificates, bad ones too */
};

void trust_pem_begin(struct trust_loader *l, struct trust *t, bool system);
int trust_pem_add(struct trust_loader *l, struct span text, struct err *e);
int trust_pem_end(struct trust_loader *l, struct err *e);

void trust_free(struct trust *t);

/*
 * Where systems keep their own bundle, most common first, ended by NULL:
 * what `--ca-file system` means is the first of these that exists.
 */
extern const char *const trust_system_paths[];

#endif
