/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "text.h"

#include "archive_conf.h"

#define AT(member) offsetof(struct archive_conf, member)

static const char *const anchors[] = { "off", "write", "check", NULL };

const struct field archive_conf_fields[] = {
	{ .name = "archive", .type = FIELD_TEXT, .offset = AT(archive),
	  .value = "ID", .what = "what records call this archive; it keeps "
	  "the name when it moves" },
	{ .name = "state", .type = FIELD_TEXT, .offset = AT(state),
	  .preset = ".consign", .value = "DIR",
	  .what = "the folder of ledger and receipts, seen from the root" },
	{ .name = "append_only", .type = FIELD_FLAG,
	  .offset = AT(append_only), .preset = "false",
	  .what = "keep the ledger append-only, as chattr +a does, where "
	  "that can be" },
	{ .name = "writer", .type = FIELD_TEXT, .offset = AT(writer),
	  .value = "NAME", .what = "the key that signs history, of those of "
	  "'consign key new'" },
	{ .name = "max_objects", .type = FIELD_COUNT,
	  .offset = AT(max_objects), .preset = FIELD_NO_LIMIT, .value = "N",
	  .what = "refuse a run of more objects" },
	{ .name = "max_puts_month", .type = FIELD_COUNT,
	  .offset = AT(max_puts_month), .preset = FIELD_NO_LIMIT,
	  .value = "N",
	  .what = "ceiling of class A requests a month, for each store" },
	{ .name = "window", .type = FIELD_TEXT, .offset = AT(window),
	  .value = "HH:MM-HH:MM", .what = "send at this time of day only" },
	{ .name = "anchor", .type = FIELD_CHOICE, .offset = AT(anchor),
	  .preset = "off", .choices = anchors, .value = "off|write|check",
	  .what = "write an anchor of the history at each run's end; check "
	  "it first" },
	{ .name = "anchor_retention", .type = FIELD_MS,
	  .offset = AT(anchor_retention), .preset = "0",
	  .max = (uint64_t)10 * 366 * 24 * 3600 * 1000, .value = "TIME",
	  .what = "have the bucket's object lock keep anchors so long" },
	{ .name = "remote_receipts", .type = FIELD_FLAG,
	  .offset = AT(remote_receipts), .preset = "false",
	  .what = "keep ledger and receipts in the store, too" },
	{ .name = NULL }
};

#undef AT
#define AT(member) offsetof(struct source_conf, member)

const struct field archive_conf_source_fields[] = {
	{ .name = "path", .type = FIELD_TEXT, .offset = AT(path),
	  .preset = ".", .value = "DIR",
	  .what = "the folder, seen from the root" },
	{ .name = "include", .type = FIELD_LIST, .offset = AT(include),
	  .value = "['GLOB', ...]", .what = "take these files only" },
	{ .name = "exclude", .type = FIELD_LIST, .offset = AT(exclude),
	  .value = "['GLOB', ...]", .what = "leave these files out" },
	{ .name = "settle", .type = FIELD_MS, .offset = AT(settle),
	  .preset = "0", .max = (uint64_t)30 * 24 * 3600 * 1000,
	  .value = "TIME",
	  .what = "leave a file alone until unchanged for this long" },
	{ .name = "follow_symlinks", .type = FIELD_FLAG,
	  .offset = AT(follow_symlinks), .preset = "false",
	  .what = "take what symbolic links point to" },
	{ .name = "one_file_system", .type = FIELD_FLAG,
	  .offset = AT(one_file_system), .preset = "true",
	  .what = "stay out of file systems that are mounted below" },
	{ .name = NULL }
};

#define SOURCES "sources"
#define STORES "stores"

/* What is being read. */
struct reading {
	struct archive_conf *conf;
	const struct field *field;	/* the last key's; NULL: a mapping's */
	void *base;			/* where field is */
	struct yaml_place store_at[ARCHIVE_CONF_STORES];
};

bool
archive_conf_is_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strlen(text);

	return n > 0 && n <= ARCHIVE_CONF_NAME_MAX && text[0] != '-' &&
	    strspn(text, allowed) == n;
}

static int
check_name(const char *what, const char *name, struct err *e)
{
	if (archive_conf_is_name(name))
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "'%s' cannot be %s", name, what);
	return err_advise(e, "give 1 to %d of a-z, 0-9 and '-', not first",
	    ARCHIVE_CONF_NAME_MAX);
}

static int
unknown_key(const struct field *table, bool top, const char *key,
    struct err *e)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (const struct field *f = table; f->name != NULL; f++) {
		BUG_ON(n + 3 > sizeof(names) / sizeof(names[0]));
		names[n++] = f->name;
	}
	if (top) {
		names[n++] = SOURCES;
		names[n++] = STORES;
	}
	names[n] = NULL;
	err_set(e, ERR_CONFIG_INVALID, "unknown key '%s'", key);
	near = text_nearest(span_of(key), names);
	return near != NULL ? err_advise(e, "did you mean %s?", near) :
	    err_advise(e, "see consign.yaml(5) for what there is");
}

/* The key names a field of the table, which lands at base. */
static int
take_field(struct reading *r, const struct field *table, void *base,
    const struct yaml_place *at, struct err *e)
{
	const char *key = at->key[at->depth - 1];

	for (const struct field *f = table; f->name != NULL; f++) {
		if (strcmp(f->name, key) != 0)
			continue;
		r->field = f;
		r->base = base;
		return 0;
	}
	return unknown_key(table, at->depth == 1, key, e);
}

static void
init_source(struct source_conf *s, const char *name)
{
	*s = (struct source_conf){ .name = name };
	field_presets(archive_conf_source_fields, s);
}

static int
add_source(struct reading *r, const char *name, struct err *e)
{
	struct archive_conf *conf = r->conf;

	if (check_name("a source's name", name, e) != 0)
		return -1;
	if (strcmp(name, "put") == 0)
		return err_set(e, ERR_CONFIG_INVALID,
		    "'put' is reserved for what the command put sends");
	if (conf->nsources == ARCHIVE_CONF_SOURCES)
		return err_set(e, ERR_CONFIG_INVALID,
		    "more than %d sources", ARCHIVE_CONF_SOURCES);
	init_source(&conf->source[conf->nsources++], name);
	return 0;
}

static int
add_store(struct reading *r, const struct yaml_place *at, struct err *e)
{
	struct archive_conf *conf = r->conf;
	const char *name = at->key[1];

	if (check_name("a store's name", name, e) != 0)
		return -1;
	if (conf->nstores == ARCHIVE_CONF_STORES)
		return err_set(e, ERR_CONFIG_INVALID,
		    "more than %d stores", ARCHIVE_CONF_STORES);
	r->store_at[conf->nstores] = *at;
	store_conf_init(&conf->store[conf->nstores]);
	conf->store[conf->nstores++].name = name;
	return 0;
}

static int
take_key(void *context, const struct yaml_place *at, struct err *e)
{
	struct reading *r = context;
	struct archive_conf *conf = r->conf;
	bool source = strcmp(at->key[0], SOURCES) == 0;

	r->field = NULL;
	if (at->depth == 1) {
		if (source || strcmp(at->key[0], STORES) == 0)
			return 0;
		return take_field(r, archive_conf_fields, conf, at, e);
	}
	if (at->depth == 2)
		return source ? add_source(r, at->key[1], e) :
		    add_store(r, at, e);
	if (source)
		return take_field(r, archive_conf_source_fields,
		    &conf->source[conf->nsources - 1], at, e);
	return take_field(r, store_conf_fields,
	    &conf->store[conf->nstores - 1], at, e);
}

static int
take_mapping(void *context, const struct yaml_place *at, struct err *e)
{
	const struct reading *r = context;

	if (r->field == NULL)
		return 0;
	return err_set(e, ERR_CONFIG_INVALID, "%s takes no mapping",
	    at->key[at->depth - 1]);
}

static int
take_list(void *context, const struct yaml_place *at, struct err *e)
{
	const struct reading *r = context;

	if (r->field != NULL && r->field->type == FIELD_LIST)
		return 0;
	return err_set(e, ERR_CONFIG_INVALID, "%s takes no list",
	    at->key[at->depth - 1]);
}

static int
take_scalar(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	const struct reading *r = context;

	if (r->field == NULL)
		return err_set(e, ERR_CONFIG_INVALID,
		    "%s takes a mapping, not a value",
		    at->key[at->depth - 1]);
	if (field_set(r->field, r->base, text, "", e) != 0)
		return -1;
	if (text == r->conf->archive)
		return check_name("an archive's id", text, e);
	return text == r->conf->writer ?
	    check_name("a writer's name", text, e) : 0;
}

/* What can only be told when everything was read. */
static int
check_store(struct archive_conf *conf, size_t i, struct err *e)
{
	struct store_conf *store = &conf->store[i];
	struct endpoint unused;

	if (store->store_ref == NULL)
		store->store_ref = store->name;
	for (size_t k = 0; k < i; k++) {
		if (strcmp(conf->store[k].store_ref, store->store_ref) == 0)
			return err_set(e, ERR_CONFIG_INVALID,
			    "records call store '%s' so too",
			    conf->store[k].name);
	}
	return store_conf_check(store, &unused, e);
}

static int
check_stores(struct reading *r, struct err *e)
{
	for (size_t i = 0; i < r->conf->nstores; i++) {
		if (check_store(r->conf, i, e) != 0)
			return err_ctx(e, "%zu:%zu: %s", r->store_at[i].line,
			    r->store_at[i].column, r->conf->store[i].name);
	}
	return 0;
}

static void
init(struct archive_conf *conf)
{
	*conf = (struct archive_conf){ .archive = NULL };
	field_presets(archive_conf_fields, conf);
}

static void
add_main(struct archive_conf *conf)
{
	init_source(&conf->source[conf->nsources++], "main");
}

void
archive_conf_init(struct archive_conf *conf)
{
	init(conf);
	add_main(conf);
}

int
archive_conf_load(struct archive_conf *conf, struct span document,
    struct err *e)
{
	struct reading r = { .conf = conf };
	const struct yaml_visitor visitor = { .key = take_key,
	    .mapping = take_mapping, .list = take_list,
	    .scalar = take_scalar, .context = &r };

	init(conf);
	if (yaml_walk(document, &visitor, &conf->texts, e) != 0)
		return -1;
	if (conf->nsources == 0)
		add_main(conf);
	return check_stores(&r, e);
}

void
archive_conf_free(struct archive_conf *conf)
{
	for (size_t i = 0; i < conf->nsources; i++) {
		field_list_free(&conf->source[i].include);
		field_list_free(&conf->source[i].exclude);
	}
	yaml_walk_free(&conf->texts);
	*conf = (struct archive_conf){ .archive = NULL };
}

const struct store_conf *
archive_conf_find_store(const struct archive_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->nstores; i++) {
		if (strcmp(conf->store[i].name, name) == 0)
			return &conf->store[i];
	}
	return NULL;
}

int
archive_conf_make_id(char id[ARCHIVE_CONF_NAME_MAX + 1], struct span folder)
{
	size_t n = 0;

	for (size_t i = 0; i < folder.len && n < ARCHIVE_CONF_NAME_MAX; i++) {
		char c = folder.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			id[n++] = c;
		else if (n > 0 && ((unsigned char)c & 0xc0) != 0x80)
			id[n++] = '-';	/* one for all bytes of a character */
	}
	while (n > 0 && id[n - 1] == '-')
		n--;
	id[n] = '\0';
	return n > 0 ? 0 : -1;
}
