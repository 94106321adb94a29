/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "hex.h"
#include "list.h"
#include "multipart.h"
#include "object.h"

#include "probe.h"

/* PREFIX and a slash, or PREFIX/NAME. */
struct name {
	char text[PROBE_PREFIX_MAX + 32];
	struct span span;
};

int
probe_cleanup_check(const char *archive_id, struct span prefix, struct err *e)
{
	char begin[PROBE_PREFIX_MAX + 1];
	uint8_t random[PROBE_RANDOM];
	struct buf b;

	buf_fixed(&b, begin, sizeof(begin));
	buf_printf(&b, "consign/%s/prove/", archive_id);
	if (buf_ok(&b) && span_starts(prefix, begin) &&
	    hex_decode(random, sizeof(random), (struct span){
	    prefix.p + b.len, prefix.len - b.len }) == 0)
		return 0;
	return err_set(e, ERR_CONFIG_INVALID,
	    "'%.*s' is no place where this archive tries a store out",
	    (int)prefix.len, prefix.p);
}

static void
name_below(struct name *n, const struct probe_cleanup *p, const char *last)
{
	struct buf b;

	buf_fixed(&b, n->text, sizeof(n->text));
	buf_printf(&b, "%.*s/%s", (int)p->prefix.len, p->prefix.p, last);
	BUG_ON(!buf_ok(&b));
	n->span = buf_as_span(&b);
}

/* What may not be removed is counted; that is for people to mend. */
static int
remove_object(struct probe_cleanup *p, struct span key, const char *version,
    struct err *e)
{
	struct object generation = { .exists = true, .size = -1 };
	size_t n = version != NULL ? strlen(version) : 0;

	if (n > OBJECT_VERSION_MAX)
		return err_set(e, ERR_INDETERMINATE,
		    "the store names a version in more than %d characters",
		    OBJECT_VERSION_MAX);
	if (version != NULL)
		memcpy(generation.version_id, version, n + 1);
	if (object_delete(p->client, key, &generation, version != NULL ?
	    OBJECT_BY_VERSION : OBJECT_PLAIN, e) == 0) {
		p->removed++;
		return 0;
	}
	if (e->code != ERR_PERMISSION_DENIED)
		return -1;
	p->left++;
	err_clear(e);
	return 0;
}

static int
remove_one(struct probe_cleanup *p, enum list_kind kind,
    const struct list_entry *entry, struct err *e)
{
	struct multipart upload = { .key = entry->key, .id = entry->id };

	if (kind != LIST_UPLOADS)
		return remove_object(p, entry->key, kind == LIST_VERSIONS ?
		    entry->id : NULL, e);
	if (multipart_abort(p->client, &upload, e) != 0)
		return -1;
	p->ended++;
	return 0;
}

/* 0: all that is listed is gone; 1: the store grants no such list; -1. */
static int
remove_listed(struct probe_cleanup *p, enum list_kind kind, struct err *e)
{
	struct list list;
	struct list_entry entry;
	struct list_query query = { .kind = kind };
	struct name below;
	int rc;

	name_below(&below, p, "");
	query.prefix = below.span;
	list_open(&list, p->client, &query);
	while ((rc = list_next(&list, &entry, e)) == 1) {
		/* What list.h promises is checked where it can destroy. */
		if (!span_starts(entry.key, below.text))
			rc = err_set(e, ERR_INDETERMINATE,
			    "the store lists what was not asked for");
		else if (list.pages > PROBE_CLEANUP_PAGES)
			rc = err_set(e, ERR_INDETERMINATE, "there is more to "
			    "remove than one run will do");
		else if (remove_one(p, kind, &entry, e) == 0)
			continue;
		rc = -2;
		break;
	}
	list_close(&list);
	if (rc == -1 && list.pages == 0 && (e->code == ERR_PERMISSION_DENIED ||
	    e->code == ERR_STORE_REFUSED || e->code == ERR_NOT_FOUND ||
	    e->code == ERR_INDETERMINATE)) {
		err_clear(e);
		return 1;
	}
	return rc < 0 ? -1 : 0;
}

static int
remove_named(struct probe_cleanup *p, struct err *e)
{
	struct name name;

	for (size_t i = 0; probe_names[i] != NULL; i++) {
		name_below(&name, p, probe_names[i]);
		if (remove_object(p, name.span, NULL, e) != 0)
			return -1;
	}
	return 0;
}

static int
remove_objects(struct probe_cleanup *p, struct err *e)
{
	int rc = remove_listed(p, LIST_VERSIONS, e);

	if (rc == 1 && p->versioned) {
		/* A plain DELETE would only hide what is there. */
		p->left = 1;
		return 0;
	}
	if (rc == 1)
		rc = remove_listed(p, LIST_OBJECTS, e);
	return rc == 1 ? remove_named(p, e) : rc;
}

int
probe_cleanup(struct probe_cleanup *p, struct err *e)
{
	int rc;

	p->removed = p->ended = p->left = 0;
	p->unseen = false;
	if (probe_cleanup_check(p->archive_id, p->prefix, e) != 0)
		return -1;
	rc = remove_listed(p, LIST_UPLOADS, e);
	p->unseen = rc == 1;
	if (rc < 0 || remove_objects(p, e) != 0)
		return err_ctx(e, "clean up %.*s", (int)p->prefix.len,
		    p->prefix.p);
	return 0;
}
