/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#include "pemfile.h"

#define FILE_MAX (256u << 10)
#define DER_MAX (64u << 10)

static void
append(void *der, const void *p, size_t n)
{
	buf_put(der, p, n);
}

/* Takes what it needs of a decoded object: 0 or -1. */
static int
take(struct pemfile *f, const char *name, const struct buf *der, bool key)
{
	if (key) {
		if (strstr(name, "PRIVATE KEY") != NULL)
			br_skey_decoder_push(&f->key, der->data, der->len);
		return 0;
	}
	if (strcmp(name, "CERTIFICATE") != 0)
		return 0;
	if (f->nchain == PEMFILE_CHAIN_MAX)
		return -1;
	unsigned char *copy = malloc(der->len);
	if (copy == NULL)
		return -1;
	memcpy(copy, der->data, der->len);
	f->chain[f->nchain++] = (br_x509_certificate){ copy, der->len };
	return 0;
}

static int
decode(struct pemfile *f, const struct buf *text, bool key)
{
	br_pem_decoder_context pem;
	char name[128] = "";
	struct buf der;
	int status = 0;

	buf_init(&der, DER_MAX);
	br_pem_decoder_init(&pem);
	for (size_t at = 0; at < text->len && status == 0;) {
		at += br_pem_decoder_push(&pem, text->data + at,
		    text->len - at);
		switch (br_pem_decoder_event(&pem)) {
		case BR_PEM_BEGIN_OBJ:
			snprintf(name, sizeof(name), "%s",
			    br_pem_decoder_name(&pem));
			buf_reset(&der);
			br_pem_decoder_setdest(&pem, append, &der);
			break;
		case BR_PEM_END_OBJ:
			status = der.len > 0 && buf_ok(&der) ?
			    take(f, name, &der, key) : -1;
			break;
		case BR_PEM_ERROR:
			status = -1;
			break;
		}
	}
	buf_free(&der);
	return status;
}

static int
load(struct pemfile *f, const char *path, bool key)
{
	char chunk[4096];
	struct buf text;
	size_t got;
	int status = -1;
	FILE *in = fopen(path, "r");

	buf_init(&text, FILE_MAX);
	while (in != NULL && (got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_put(&text, chunk, got);
	/* A last line without its end would stay in the decoder. */
	buf_putc(&text, '\n');
	if (in != NULL && !ferror(in) && buf_ok(&text))
		status = decode(f, &text, key);
	if (in != NULL)
		fclose(in);
	buf_free(&text);
	if (status != 0)
		fprintf(stderr, "s3d: cannot read '%s'\n", path);
	return status;
}

int
pemfile_load(struct pemfile *f, const char *cert, const char *key)
{
	*f = (struct pemfile){ .nchain = 0 };
	br_skey_decoder_init(&f->key);
	if (load(f, cert, false) != 0 || load(f, key, true) != 0)
		return -1;
	int type = br_skey_decoder_key_type(&f->key);
	if (f->nchain == 0 || type == 0) {
		fprintf(stderr, "s3d: no certificate in '%s', or no key in"
		    " '%s'\n", cert, key);
		return -1;
	}
	f->is_ec = type == BR_KEYTYPE_EC;
	if (f->is_ec)
		f->ec = *br_skey_decoder_get_ec(&f->key);
	else
		f->rsa = *br_skey_decoder_get_rsa(&f->key);
	return 0;
}

void
pemfile_free(struct pemfile *f)
{
	for (size_t i = 0; i < f->nchain; i++)
		free(f->chain[i].data);
	f->nchain = 0;
}
