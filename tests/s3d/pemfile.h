/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PEMFILE_H
#define PEMFILE_H

#include <stdbool.h>

#include <bearssl.h>

#define PEMFILE_CHAIN_MAX 8

/* A server's certificate chain and its private key, decoded. */
struct pemfile {
	br_x509_certificate chain[PEMFILE_CHAIN_MAX];
	size_t nchain;
	br_skey_decoder_context key;	/* rsa and ec point into it */
	bool is_ec;
	br_rsa_private_key rsa;
	br_ec_private_key ec;
};

/*
 * Reads both PEM files, which may be one.  0, or -1 after saying what is
 * wrong.  *f must not move afterwards.
 */
int pemfile_load(struct pemfile *f, const char *cert, const char *key);
void pemfile_free(struct pemfile *f);

#endif
