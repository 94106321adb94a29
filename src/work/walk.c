/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "glob.h"
#include "text.h"

#include "walk.h"

const char *
walk_kind_words(enum walk_kind kind)
{
	static const char *const words[] = {
		[WALK_FILE] = "a file",
		[WALK_UNSETTLED] = "changed a moment ago",
		[WALK_LINK] = "a symbolic link",
		[WALK_SPECIAL] = "neither a file nor a folder",
		[WALK_MOUNT] = "on another file system",
		[WALK_LOOP] = "a link to a folder that it is in",
		[WALK_DEEP] = "in too many folders",
		[WALK_LONG] = "too long a path",
		[WALK_VANISHED] = "gone while it was looked for",
		[WALK_UNREADABLE] = "not readable",
	};
	_Static_assert(sizeof(words) / sizeof(words[0]) == WALK__COUNT,
	    "words for every kind");

	return words[kind];
}

static bool
is_same(const struct dir_thing *a, const struct dir_thing *b)
{
	return a->device == b->device && a->id.inode == b->id.inode;
}

static int
follow(const struct walk *w)
{
	return w->rules.follow_links ? DIR_FOLLOW : 0;
}

/* --- Names ---------------------------------------------------------------- */

/*
 * Put a name, as a dir has it, behind the paths of the level it is in.
 * false: the system's path would be too long; path is right all the same.
 */
static bool
set_paths(struct walk *w, const struct walk_level *in, const char *name)
{
	struct span escaped = span_of(name);
	struct buf path, os;

	buf_fixed(&path, w->path + in->path_len,
	    sizeof(w->path) - in->path_len);
	buf_fixed(&os, w->os_path + in->os_len,
	    sizeof(w->os_path) - in->os_len);
	buf_span(&path, escaped);
	BUG_ON(!buf_ok(&path));		/* in->os_len is below PATH_MAX */
	if (escaped.p[escaped.len - 1] == '/')
		escaped.len--;
	BUG_ON(text_unescape(&os, escaped) != 0);
	return buf_ok(&os);
}

/* The path within the source, as the system has it. */
static struct span
relative(const struct walk *w)
{
	return span_of(w->os_path + w->root_len);
}

static bool
is_meant(const char *const *list, size_t n, struct span path, bool is_folder)
{
	for (size_t i = 0; i < n; i++)
		if (glob_means(span_of(list[i]), path, is_folder))
			return true;
	return false;
}

static bool
is_excluded(const struct walk *w, bool is_folder)
{
	return is_meant(w->rules.exclude, w->rules.nexcluded, relative(w),
	    is_folder);
}

static bool
is_included(const struct walk *w, const struct walk_level *in, bool is_folder)
{
	return in->included || is_meant(w->rules.include,
	    w->rules.nincluded, relative(w), is_folder);
}

static bool
is_never(const struct walk *w, const struct dir_thing *t)
{
	for (size_t i = 0; i < w->nnever; i++)
		if (is_same(&w->never[i], t))
			return true;
	return false;
}

/* --- What stands there ---------------------------------------------------- */

/* A failed call: the entry that it makes; -1 where the walk has to end. */
static int
fail(struct walk_entry *entry, struct err *e)
{
	if (e->code == ERR_NO_MEMORY)
		return -1;
	/* ELOOP, ENOTDIR: a folder became a link, or a file. */
	entry->kind = e->sys == ENOENT || e->sys == ENOTDIR ||
	    e->sys == ELOOP ? WALK_VANISHED :
	    e->sys == ENAMETOOLONG ? WALK_LONG : WALK_UNREADABLE;
	entry->why = *e;
	err_clear(e);
	return 1;
}

/* A clock that is ahead counts alike; one that is far off does no harm. */
static bool
is_near(const struct walk_rules *r, int64_t time)
{
	return time > r->now - r->settle_s && time < r->now + r->settle_s;
}

/* 1: entry is filled in; 0: nothing to say; -1. */
static int
visit_file(struct walk *w, const struct walk_level *in,
    struct walk_entry *entry, struct err *e)
{
	const char *name = w->os_path + in->os_len;
	struct dir_thing t;

	if (!is_included(w, in, false) || is_excluded(w, false))
		return 0;
	if (dir_look(&t, &in->dir, name, follow(w), e) != 0)
		return fail(entry, e);
	if (is_never(w, &t))
		return 0;
	entry->id = t.id;
	entry->kind = t.kind == DIR_LINK ? WALK_LINK :
	    t.kind == DIR_SPECIAL ? WALK_SPECIAL :
	    t.kind == DIR_FOLDER ? WALK_VANISHED :
	    is_near(&w->rules, t.id.mtime_s) ||
	    is_near(&w->rules, t.id.ctime_s) ? WALK_UNSETTLED : WALK_FILE;
	return 1;
}

static bool
is_inside(const struct walk *w, const struct dir_thing *t)
{
	for (size_t i = 0; i < w->depth; i++)
		if (is_same(&w->level[i].dir.is, t))
			return true;
	return false;
}

/* Go into the folder that both paths name: as visit_file(). */
static int
visit_folder(struct walk *w, const struct walk_level *in,
    struct walk_entry *entry, struct err *e)
{
	struct walk_level *level;

	if (is_excluded(w, true))
		return 0;
	if (w->depth == WALK_DEPTH) {
		entry->kind = WALK_DEEP;
		return 1;
	}
	level = &w->level[w->depth];
	*level = (struct walk_level){
		.path_len = strlen(w->path),
		.os_len = strlen(w->os_path) + 1,
		.included = is_included(w, in, true),
	};
	if (level->os_len == sizeof(w->os_path)) {
		entry->kind = WALK_LONG;
		return 1;
	}
	if (dir_open(&level->dir, &in->dir, w->os_path + in->os_len,
	    follow(w), e) != 0)
		return fail(entry, e);
	if (is_never(w, &level->dir.is)) {
		dir_close(&level->dir);
		return 0;
	}
	entry->kind = is_inside(w, &level->dir.is) ? WALK_LOOP : WALK_MOUNT;
	if (entry->kind == WALK_LOOP || (w->rules.one_file_system &&
	    level->dir.is.device != w->level[0].dir.is.device)) {
		dir_close(&level->dir);
		return 1;
	}
	if (dir_read(&level->dir, follow(w), e) != 0) {
		dir_close(&level->dir);
		return fail(entry, e);
	}
	w->os_path[level->os_len - 1] = '/';
	w->depth++;
	return 0;
}

int
walk_next(struct walk *w, struct walk_entry *entry, struct err *e)
{
	int rc = 0;

	while (rc == 0 && w->depth > 0) {
		struct walk_level *in = &w->level[w->depth - 1];
		const struct dir_entry *found;

		if (in->next == in->dir.n) {
			dir_close(&in->dir);
			w->depth--;
			continue;
		}
		found = &in->dir.entry[in->next++];
		*entry = (struct walk_entry){ .kind = WALK_LONG };
		if (!set_paths(w, in, found->name))
			rc = 1;
		else if (found->kind == DIR_FOLDER)
			rc = visit_folder(w, in, entry, e);
		else
			rc = visit_file(w, in, entry, e);
		entry->path = span_of(w->path);
		entry->os_path = w->os_path;
	}
	return rc;
}

/* --- Begin and end -------------------------------------------------------- */

/* What of the rules' never is there now. */
static int
find_never(struct walk *w, struct err *e)
{
	const struct walk_rules *r = &w->rules;

	BUG_ON(r->nnever > WALK_NEVER_MAX);
	for (size_t i = 0; i < r->nnever; i++) {
		if (dir_look(&w->never[w->nnever], NULL, r->never[i],
		    DIR_FOLLOW, e) == 0)
			w->nnever++;
		else if (e->sys == ENOENT || e->sys == ENOTDIR)
			err_clear(e);
		else
			return -1;
	}
	return 0;
}

int
walk_open(struct walk *w, const struct walk_rules *rules, struct err *e)
{
	struct walk_level *top = &w->level[0];
	struct buf path, os;

	BUG_ON(strlen(rules->source) > WALK_SOURCE_MAX);
	w->rules = *rules;
	w->nnever = 0;
	w->depth = 0;
	*top = (struct walk_level){ .included = rules->nincluded == 0 };
	buf_fixed(&path, w->path, sizeof(w->path));
	buf_fixed(&os, w->os_path, sizeof(w->os_path));
	buf_printf(&path, "%s/", rules->source);
	buf_printf(&os, "%s/", rules->root);
	if (!buf_ok(&os))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long a path",
		    rules->root);
	top->path_len = path.len;
	top->os_len = w->root_len = os.len;
	if (find_never(w, e) != 0 ||
	    dir_open(&top->dir, NULL, rules->root, DIR_FOLLOW, e) != 0)
		return err_ctx(e, "source '%s'", rules->source);
	w->depth = 1;
	if (dir_read(&top->dir, follow(w), e) == 0)
		return 0;
	walk_close(w);
	return err_ctx(e, "source '%s'", rules->source);
}

void
walk_close(struct walk *w)
{
	while (w->depth > 0)
		dir_close(&w->level[--w->depth].dir);
}
