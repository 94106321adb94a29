/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "buf.h"
#include "folder.h"
#include "signals.h"

#include "sources.h"

/* "a-b/" comes before "a/", as in the manifest. */
static bool
is_before(const struct source_conf *a, const struct source_conf *b)
{
	size_t n = strlen(a->name), m = strlen(b->name);
	int order = memcmp(a->name, b->name, n < m ? n : m);

	if (order != 0 || n == m)
		return order < 0;
	return n < m ? '/' < b->name[n] : a->name[m] < '/';
}

void
sources_init(struct sources *s, const struct archive *archive, int64_t now)
{
	const struct archive_conf *conf = &archive->conf;

	memset(s, 0, offsetof(struct sources, walk));
	s->archive = archive;
	s->now = now;
	s->never[s->nnever++] = archive->config;
	s->never[s->nnever++] = archive->state;
	for (size_t i = 0; i < conf->nsources; i++) {
		size_t k = s->n++;

		for (; k > 0 && is_before(&conf->source[i], s->source[k - 1]);
		    k--)
			s->source[k] = s->source[k - 1];
		s->source[k] = &conf->source[i];
	}
}

void
sources_never(struct sources *s, const char *path)
{
	BUG_ON(s->nnever == WALK_NEVER_MAX);
	s->never[s->nnever++] = path;
}

/* The folder of a source, as consign-path-1 has it. */
static int
find_root(struct sources *s, struct err *e)
{
	const char *name = s->current->path;
	char path[PATH_MAX];
	struct buf b;

	buf_fixed(&b, path, sizeof(path));
	if (name[0] != '/')
		buf_printf(&b, "%s/", s->archive->root);
	buf_puts(&b, name);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long a path",
		    name);
	return folder_real(s->root, path, e);
}

static int
walk_source(struct sources *s, struct err *e)
{
	const struct source_conf *c = s->current;
	struct walk_rules rules = {
		.source = c->name, .root = s->root,
		.include = c->include.item, .nincluded = c->include.n,
		.exclude = c->exclude.item, .nexcluded = c->exclude.n,
		.never = s->never, .nnever = s->nnever,
		.settle_s = (int64_t)((c->settle + 999) / 1000),
		.now = s->now,
		.follow_links = c->follow_symlinks,
		.one_file_system = c->one_file_system
	};

	if (find_root(s, e) != 0)
		return -1;
	return walk_open(&s->walk, &rules, e);
}

/* One that cannot be walked is an entry: the others are. */
static int
begin_source(struct sources *s, struct walk_entry *entry, struct err *e)
{
	struct buf b;

	s->current = s->source[s->next++];
	s->walking = walk_source(s, e) == 0;
	if (s->walking)
		return 0;
	if (e->code == ERR_NO_MEMORY)
		return -1;
	buf_fixed(&b, s->name, sizeof(s->name));
	buf_printf(&b, "%s/", s->current->name);
	*entry = (struct walk_entry){ .kind = WALK_UNREADABLE,
	    .path = buf_as_span(&b), .os_path = s->current->path,
	    .why = *e };
	err_clear(e);
	return 1;
}

/* ".consign-XXXXXXXX.tmp" (file.h): a file that is just being made. */
static bool
is_temporary(struct span path)
{
	static const char head[] = ".consign-", tail[] = ".tmp";
	const size_t n = sizeof(head) - 1 + 8, m = sizeof(tail) - 1;
	struct span name;

	if (path.len <= n + m || path.p[path.len - n - m - 1] != '/')
		return false;
	name = (struct span){ path.p + path.len - n - m, n + m };
	return span_starts(name, head) && memcmp(name.p + n, tail, m) == 0;
}

static int
check_signal(struct err *e)
{
	int sig = signals_stop();

	if (sig == 0)
		return 0;
	err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
	e->sys = sig;
	return -1;
}

int
sources_next(struct sources *s, struct walk_entry *entry, struct err *e)
{
	int rc = 0;

	while (rc == 0) {
		if (check_signal(e) != 0)
			return -1;
		if (s->walking) {
			rc = walk_next(&s->walk, entry, e);
			s->walking = rc != 0;
			if (rc == 1 && is_temporary(entry->path))
				rc = 0;
		} else if (s->next < s->n) {
			rc = begin_source(s, entry, e);
		} else {
			return 0;
		}
	}
	return rc;
}

void
sources_close(struct sources *s)
{
	walk_close(&s->walk);
}
