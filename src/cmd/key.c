/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "key_file.h"
#include "record.h"

#include "archive.h"

#include "key.h"

/* What the key is to whoever relies on history. */
static int
report(struct app *app, const struct archive *a,
    const uint8_t point[ECDSA_POINT_LEN], struct err *e)
{
	char text[1024], spki[SPKI_BASE64_LEN + 1], id[SPKI_ID_LEN + 1];
	const char *name = app->arg[1];
	struct buf b;

	spki_base64(spki, point);
	spki_id(id, point);
	if (!app->opt->global.json)
		return out_result(app->out, e, "writers:\n  %s:\n"
		    "    archive: %s\n    public_key: %s\n"
		    "    grants: [admit, upload, verify, anchor]",
		    name, a->id, spki);
	buf_fixed(&b, text, sizeof(text));
	record_begin(&b);
	record_str(&b, "name", span_of(name));
	record_str(&b, "writer", span_of(id));
	record_str(&b, "archive_id", span_of(a->id));
	record_str(&b, "public_key", span_of(spki));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

/* Numbers of 32 bytes that are no key come up once in 2^32 times. */
static int
make_up(struct key_file *k, struct app *app, struct err *e)
{
	do {
		if (app->rng->bytes(app->rng, k->key, sizeof(k->key), e) != 0)
			return -1;
	} while (key_file_complete(k) != 0);
	return guard_add(app->guard, (struct span){ (const char *)k->key,
	    sizeof(k->key) }, e);
}

/* The folder of keys, without what a killed 'key new' left there. */
static int
make_folder(const struct archive *a, struct err *e)
{
	char path[PATH_MAX];

	if (key_file_path(path, a->state, NULL, NULL, e) != 0)
		return -1;
	return file_exists(path) ? folder_sweep(path, e) :
	    folder_make(path, ARCHIVE_STATE_MODE, e);
}

static int
key_new(struct app *app, struct archive *a, struct err *e)
{
	struct key_file k = {0};
	int rc = -1;

	if (archive_make_state(a, e) == 0 && archive_lock(a, app, 0, e) == 0 &&
	    make_folder(a, e) == 0 && make_up(&k, app, e) == 0 &&
	    key_file_write(&k, a->state, app->arg[1], app->rng, e) == 0)
		rc = report(app, a, k.point, e);
	key_file_wipe(&k);
	return rc;
}

static int
key_show(struct app *app, struct archive *a, struct err *e)
{
	uint8_t point[ECDSA_POINT_LEN];
	char path[PATH_MAX];

	if (key_file_path(path, a->state, app->arg[1], KEY_FILE_PUBLIC,
	    e) != 0)
		return -1;
	if (key_file_read_public(point, path, e) == 0)
		return report(app, a, point, e);
	if (e->sys == ENOENT) {
		err_set(e, ERR_NOT_FOUND, "there is no key '%s'", path);
		err_advise(e, "make one by 'consign key new %s'",
		    app->arg[1]);
	}
	return -1;
}

/* See key.h. */
int
key_run(struct app *app, struct err *e)
{
	bool make = strcmp(app->arg[0], "new") == 0;
	struct archive a = {0};
	int rc = -1;

	if (!make && strcmp(app->arg[0], "show") != 0) {
		err_set(e, ERR_USAGE, "there is no 'key %s'", app->arg[0]);
		return err_advise(e, "give new or show, and a NAME");
	}
	if (!archive_conf_is_name(app->arg[1])) {
		err_set(e, ERR_USAGE, "'%s' cannot be a key's name",
		    app->arg[1]);
		return err_advise(e, "give 1 to %d of a-z, 0-9 and '-', not "
		    "first", KEY_FILE_NAME_MAX);
	}
	if (archive_open(&a, app, e) == 0)
		rc = make ? key_new(app, &a, e) : key_show(app, &a, e);
	archive_close(&a);
	return rc;
}
