/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef KEY_FILE_H
#define KEY_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecdsa.h"
#include "err.h"
#include "spki.h"

struct rng;

/*
 * The keys that sign history, in the folder "keys" of the state folder (0755,
 * so that others may see which keys are on the machine):
 *
 *	NAME.key	0600	"EC PRIVATE KEY" (RFC 5915), as openssl has it
 *	NAME.pub	0644	"PUBLIC KEY" (RFC 5480)
 *
 * NAME is [a-z0-9][a-z0-9-]{0,62}.  A key is read from the first of these
 * alone; what openssl makes is read too, with its "EC PARAMETERS" before the
 * key, and as "PRIVATE KEY" (PKCS #8).
 */
#define KEY_FILE_FOLDER "keys"
#define KEY_FILE_NAME_MAX 63
#define KEY_FILE_MAX 32			/* keys in one folder */
#define KEY_FILE_PRIVATE ".key"
#define KEY_FILE_PUBLIC ".pub"

struct key_file {
	uint8_t key[ECDSA_KEY_LEN];	/* to be wiped: key_file_wipe() */
	uint8_t point[ECDSA_POINT_LEN];
	char id[SPKI_ID_LEN + 1];
};

/* "STATE/keys/NAME.key"; name NULL: the folder.  -1: too long. */
int key_file_path(char out[PATH_MAX], const char *state, const char *name,
    const char *suffix, struct err *e);

/* The rest of a key whose 32 bytes are set; -1 where they are not a key. */
int key_file_complete(struct key_file *k);

/*
 * Write both files of a key into the folder of keys, which exists.  One that
 * is there is never replaced.  The errors are those of file.h.
 */
int key_file_write(const struct key_file *k, const char *state,
    const char *name, struct rng *rng, struct err *e);

/*
 * Read a private key.  The file has to be a regular one of the caller's that
 * nobody else may read or write.  ERR_CONFIG_INVALID, naming it, whatever is
 * wrong; err.sys is ENOENT where it is not there.  No message holds any of
 * what is in it.  The caller makes the guard know k->key (guard.h).
 */
int key_file_read(struct key_file *k, const char *path, struct err *e);

/* Read a public key, by whomever it is kept. */
int key_file_read_public(uint8_t point[ECDSA_POINT_LEN], const char *path,
    struct err *e);

void key_file_wipe(struct key_file *k);

/*
 * The names of the private (suffix KEY_FILE_PRIVATE) or public keys in the
 * folder, sorted; none where there is no folder.
 */
struct key_file_names {
	size_t n;
	char name[KEY_FILE_MAX][KEY_FILE_NAME_MAX + 1];
};

int key_file_list(struct key_file_names *names, const char *state,
    const char *suffix, struct err *e);

/* The public keys of the folder; those that cannot be read are left out. */
struct key_file_ring {
	size_t n;
	struct key_file_public {
		char name[KEY_FILE_NAME_MAX + 1];
		char id[SPKI_ID_LEN + 1];
		uint8_t point[ECDSA_POINT_LEN];
	} key[KEY_FILE_MAX];
};

int key_file_ring(struct key_file_ring *ring, const char *state,
    struct err *e);

#endif
