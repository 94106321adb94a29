/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "signer.h"

/* None is named: there may be one. */
static int
find_only(struct signer *s, const struct archive *a, struct err *e)
{
	struct key_file_names names;
	char list[128];
	struct buf b;

	if (key_file_list(&names, a->state, KEY_FILE_PRIVATE, e) != 0)
		return -1;
	/* One that is lost is not taken for none: it would be named then. */
	if (names.n == 0 && key_file_list(&names, a->state, KEY_FILE_PUBLIC,
	    e) != 0)
		return -1;
	if (names.n == 1)
		memcpy(s->name, names.name[0], sizeof(s->name));
	if (names.n <= 1)
		return 0;
	buf_fixed(&b, list, sizeof(list));
	for (size_t i = 0; i < names.n && buf_ok(&b); i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", names.name[i]);
	err_set(e, ERR_CONFIG_INVALID, "there are %zu keys that could sign "
	    "history: %s%s", names.n, list, buf_ok(&b) ? "" : " ...");
	return err_advise(e, "name one: 'writer: NAME' in %s, or --writer",
	    ARCHIVE_CONFIG);
}

static int
take_named(struct signer *s, const char *name, struct err *e)
{
	if (!archive_conf_is_name(name)) {
		err_set(e, ERR_CONFIG_INVALID,
		    "'%s' cannot be a writer's name", name);
		return err_advise(e, "give the NAME of 'consign key new NAME'");
	}
	memcpy(s->name, name, strlen(name) + 1);
	return 0;
}

static int
read_key(struct signer *s, const struct archive *a, const struct app *app,
    struct err *e)
{
	struct span secret = { (const char *)s->key.key, sizeof(s->key.key) };
	char path[PATH_MAX];

	if (key_file_path(path, a->state, s->name, KEY_FILE_PRIVATE, e) != 0)
		return -1;
	if (key_file_read(&s->key, path, e) == 0)
		return guard_add(app->guard, secret, e);
	err_ctx(e, "the key of the writer %s", s->name);
	return e->sys != ENOENT ? -1 :
	    err_advise(e, "make it by 'consign key new %s', or name another "
	    "writer", s->name);
}

int
signer_open(struct signer *s, const struct archive *a, const struct app *app,
    struct err *e)
{
	const char *name = app->opt->global.writer;

	if (s->found)
		return 0;
	if (name == NULL)
		name = a->conf.writer;
	if ((name != NULL ? take_named(s, name, e) : find_only(s, a, e)) != 0)
		return -1;
	s->signs = s->name[0] != '\0';
	if (s->signs && read_key(s, a, app, e) != 0)
		return -1;
	s->found = true;
	return 0;
}

void
signer_close(struct signer *s)
{
	key_file_wipe(&s->key);
	*s = (struct signer){ .signs = false };
}
