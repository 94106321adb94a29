/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>

#include "file_whole.h"

#include "keyring.h"

static int
load(struct keyring *r, const struct file *f, struct err *e)
{
	char *text;
	size_t n;
	int rc = file_whole(&text, &n, f, YAML_WALK_SIZE, e);

	if (rc == 0)
		rc = writers_load(&r->writers, (struct span){ text, n }, e);
	r->has_writers = rc == 0;
	free(text);
	return rc;
}

int
keyring_open(struct keyring *r, const char *state, const char *writers,
    struct err *e)
{
	struct file f = {0};
	int rc;

	*r = (struct keyring){ .path = writers != NULL ? writers :
	    WRITERS_PATH };
	if (key_file_ring(&r->here, state, e) != 0)
		return -1;
	if (file_open(&f, r->path, 0, e) != 0) {
		if (writers != NULL || (e->sys != ENOENT &&
		    e->sys != ENOTDIR && e->sys != EACCES))
			return -1;
		err_clear(e);
		return 0;
	}
	rc = load(r, &f, e);
	file_close(&f);
	return rc == 0 ? 0 : err_ctx(e, "%s", r->path);
}

const uint8_t *
keyring_find(const struct keyring *r, struct span id)
{
	const struct writer *w = writers_find(&r->writers, id);

	for (size_t i = 0; w == NULL && i < r->here.n; i++)
		if (span_is(id, r->here.key[i].id))
			return r->here.key[i].point;
	return w != NULL ? w->point : NULL;
}

const char *
keyring_name(const struct keyring *r, struct span id)
{
	const struct writer *w = writers_find(&r->writers, id);

	for (size_t i = 0; w == NULL && i < r->here.n; i++)
		if (span_is(id, r->here.key[i].id))
			return r->here.key[i].name;
	return w != NULL ? w->name : NULL;
}

bool
keyring_is_here(const struct keyring *r, struct span id)
{
	for (size_t i = 0; i < r->here.n; i++)
		if (span_is(id, r->here.key[i].id))
			return true;
	return false;
}

void
keyring_close(struct keyring *r)
{
	writers_free(&r->writers);
	r->has_writers = false;
}
