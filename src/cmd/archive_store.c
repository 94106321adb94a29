/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "speed.h"
#include "text.h"

#include "archive.h"

/* "one of: nas, offsite" */
static int
advise_names(const struct archive_conf *conf, const char *given,
    struct err *e)
{
	const char *names[ARCHIVE_CONF_STORES + 1] = { NULL };
	const char *near = NULL;
	char list[160];
	struct buf b;

	buf_fixed(&b, list, sizeof(list));
	for (size_t i = 0; i < conf->nstores; i++) {
		names[i] = conf->store[i].name;
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	if (given != NULL)
		near = text_nearest(span_of(given), names);
	if (near != NULL)
		return err_advise(e, "did you mean %s?", near);
	return err_advise(e, "give --store with one of: %s", list);
}

/* The store of the file that is meant; NULL: there is none in it. */
static int
choose(const struct store_conf **base, const struct archive_conf *conf,
    const char *name, struct err *e)
{
	*base = NULL;
	if (name != NULL && conf->nstores == 0) {
		err_set(e, ERR_USAGE, "there is no store '%s': %s names none",
		    name, ARCHIVE_CONFIG);
		return err_advise(e, "leave --store away, or write the store "
		    "down there");
	}
	if (name != NULL) {
		*base = archive_conf_find_store(conf, name);
		if (*base != NULL)
			return 0;
		err_set(e, ERR_USAGE, "there is no store '%s'", name);
		return advise_names(conf, name, e);
	}
	if (conf->nstores > 1) {
		err_set(e, ERR_USAGE, "%s names %zu stores", ARCHIVE_CONFIG,
		    conf->nstores);
		return advise_names(conf, NULL, e);
	}
	if (conf->nstores == 1)
		*base = &conf->store[0];
	return 0;
}

static bool
is_given(const struct options *opt, const char *name)
{
	for (size_t i = 0; store_conf_fields[i].name != NULL; i++)
		if (strcmp(store_conf_fields[i].name, name) == 0)
			return opt->store_given[i];
	BUG_ON(true);
	return false;
}

/* What was said on the command line over what out says. */
static void
merge(struct store_conf *out, const struct options *opt)
{
	bool url = is_given(opt, "endpoint");
	bool host = is_given(opt, "endpoint_host");

	/* Two ways to say one thing, of which the later one stands. */
	if (url && !host)
		out->endpoint_host = NULL;
	if (host && !url)
		out->endpoint = NULL;
	/* Another strategy leaves behind what it cannot use. */
	if (is_given(opt, "key_strategy")) {
		if (opt->store.key_strategy == KEY_STRATEGY_SHA256)
			out->key_prefix = NULL;
		if (opt->store.key_strategy != KEY_STRATEGY_PREFIX)
			out->key_append_extension = false;
	}
	for (size_t i = 0; store_conf_fields[i].name != NULL; i++)
		if (opt->store_given[i])
			field_copy(&store_conf_fields[i], out, &opt->store);
}

void
archive_store_merge(struct store_conf *out, struct archive *a,
    const struct app *app, const struct store_conf *base)
{
	struct buf ref;

	*out = base != NULL ? *base : app->opt->store;
	merge(out, app->opt);
	if (out->store_ref != NULL || out->bucket == NULL)
		return;
	buf_fixed(&ref, a->ref, sizeof(a->ref));
	buf_printf(&ref, "%s:%s", out->provider_kind, out->bucket);
	out->store_ref = a->ref;
}

/* See archive.h. */
int
archive_store(struct store_conf *out, struct archive *a,
    const struct app *app, struct endpoint *ep, struct err *e)
{
	const struct store_conf *base;

	if (choose(&base, &a->conf, app->opt->selection.store, e) != 0)
		return -1;
	archive_store_merge(out, a, app, base);
	if (store_conf_check(out, ep, e) != 0)
		return -1;
	return speed_find(out, a->conf.window, e);
}
