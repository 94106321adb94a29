/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGNER_H
#define SIGNER_H

#include <stdbool.h>

#include "app.h"
#include "archive.h"
#include "key_file.h"

/*
 * The key that signs what a run writes: that of --writer, else of "writer" in
 * consign.yaml, else the only one in the state folder; none there, and none
 * named: history is not signed.  A NAME.pub without its NAME.key is a key that
 * is lost, not none.
 *
 * ERR_CONFIG_INVALID, before anything is sent: the one that is named is not
 * there or can not be read, or there are several and none is named.  The
 * guard knows the key from then on.
 */
struct signer {
	bool signs;
	char name[KEY_FILE_NAME_MAX + 1];
	struct key_file key;

	bool found;		/* private: signer_open() was through */
};

/* Does nothing where that was done. */
int signer_open(struct signer *s, const struct archive *a,
    const struct app *app, struct err *e);

void signer_close(struct signer *s);	/* a zeroed one, twice too */

#endif
