/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "bearssl.h"

#include "buf.h"
#include "err.h"
#include "span.h"

/*
 * Trust anchors: the names and keys of the authorities that a server's chain
 * must end in.  Made once a process, then only read.
 *
 * Either the roots that are compiled in (roots.h):
 *
 *	trust_roots(&t, e);
 *
 * or those of a PEM file (RFC 7468), and only those.  The caller reads the
 * file, in pieces of any size, and stops at the first failure:
 *
 *	trust_pem_begin(&load, false);
 *	while (there is more)
 *		trust_pem_add(&load, piece, e);
 *	trust_pem_end(&load, &t, e);
 *
 * trust_pem_end() comes in every case, for it also releases what the loader
 * holds.  Whatever was made ends with trust_free().
 *
 * A file that the user names must be right: what is not a certificate is
 * passed over, but one that cannot be read, or none at all, is
 * ERR_CONFIG_INVALID.  Of the machine's own list (lenient) certificates that
 * cannot be read are skipped, for such lists hold keys of kinds that cannot be
 * checked here; but one must be left.
 *
 * A certificate that is not an authority's is an anchor for exactly the
 * server that shows that name and key; its names and dates are checked as
 * ever.
 */
#define TRUST_ANCHORS_MAX 1000		/* seven times Mozilla's */
#define TRUST_BYTES_MAX (512 * 1024)	/* names and keys; Mozilla's: 62 kB */
#define TRUST_CERT_MAX 16384		/* one certificate, DER */

struct trust {
	br_x509_trust_anchor *anchors;
	size_t count;
	char *bytes;		/* pointed to, beside what is in roots.h */
};

int trust_roots(struct trust *t, struct err *e);

/* The day of the compiled-in roots, for --version: "2023-03-11". */
const char *trust_roots_date(void);

/* Accepts a zeroed one. */
void trust_free(struct trust *t);

/* Private but for its size: the caller's. */
struct trust_loader {
	bool lenient;
	bool inside;		/* a certificate has begun */
	size_t certificates;	/* begun so far */
	size_t taken;
	struct buf entries;	/* as roots.h has them */
	struct buf der;		/* the one at hand */
	char der_bytes[TRUST_CERT_MAX + 1];
	br_pem_decoder_context pem;
};

void trust_pem_begin(struct trust_loader *l, bool lenient);
int trust_pem_add(struct trust_loader *l, struct span text, struct err *e);

/*
 * e must be clean until something fails, in reading the file too; then this
 * returns -1 and leaves e as it is.
 */
int trust_pem_end(struct trust_loader *l, struct trust *t, struct err *e);

/*
 * Where systems keep their own list, ended by NULL: `--ca-file system` means
 * the first of these that exists, read leniently.
 */
extern const char *const trust_system_paths[];

#endif
