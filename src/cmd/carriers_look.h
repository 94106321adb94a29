/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CARRIERS_LOOK_H
#define CARRIERS_LOOK_H

#include "archive.h"
#include "carriers.h"

/*
 * The carriers other than the ledger, as they are found.  What cannot be read
 * is not there: no carrier.
 */
struct carriers_look {
	/* Filled in by the caller. */
	const struct archive *archive;
	const char *artifact;		/* path, canonical; "": none is named */
	const struct carrier_admit *admit;	/* NULL: there is none */
	const char *hex;		/* what each is compared with; or "" */
	const char *sums, *text;	/* files; NULL: not named */
	const char *xattr;		/* name; NULL: not named */
	struct carriers_facts *facts;	/* to be filled in */
};

/* -1: ERR_NO_MEMORY. */
int carriers_look(const struct carriers_look *l, struct err *e);

#endif
