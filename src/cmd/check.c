/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "hash.h"
#include "hex.h"
#include "reader.h"
#include "record.h"
#include "row.h"
#include "text.h"

#include "check.h"

const struct field check_fields[] = {
	{ .name = "only", .type = FIELD_LIST,
	  .offset = offsetof(struct options, selection.only),
	  .value = "sha256:HEX", .what = "objects of this id; repeatable" },
	{ .name = NULL }
};

enum verdict {
	SAME,
	CHANGED,	/* it was edited: another size or time */
	CORRUPTED,	/* the same size and time, and yet other bytes */
	MISSING,
	UNREADABLE,

	VERDICTS
};

/* What each is called, and how the command ends for it. */
static const struct {
	const char *word;
	enum err_code code;
} verdicts[] = {
	[SAME] = { "same", ERR_NONE },
	[CHANGED] = { "changed", ERR_LOCAL_BYTES_CHANGED },
	[CORRUPTED] = { "corrupted", ERR_LOCAL_BYTES_CHANGED },
	[MISSING] = { "missing", ERR_NOT_FOUND },
	[UNREADABLE] = { "unreadable", ERR_IO_ERROR },
};
_Static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == VERDICTS,
    "a word for every verdict");

/* Large. */
struct check {
	struct app *app;
	struct reader *reader;

	/* The source that the last line was of. */
	const struct source_conf *source;
	char root[PATH_MAX];		/* its folder; "": see why_root */
	struct err why_root;

	int64_t count[VERDICTS];
	int64_t bytes;			/* that were read */
	enum verdict worst;		/* of what first is */
	struct err first;		/* what is not the same */

	char os_path[PATH_MAX];
	char text[2 * RECORD_SIZE_MAX];
};

/* --- Where a file is ------------------------------------------------------ */

static const struct source_conf *
find_source(const struct archive_conf *conf, struct span name)
{
	for (size_t i = 0; i < conf->nsources; i++)
		if (span_is(name, conf->source[i].name))
			return &conf->source[i];
	return NULL;
}

/* Paths are sorted, so a source is entered once. */
static void
enter_source(struct check *c, const struct source_conf *source)
{
	char path[PATH_MAX];

	if (c->source == source)
		return;
	c->source = source;
	err_clear(&c->why_root);
	if (archive_place(path, c->reader->archive.root, source->path,
	    &c->why_root) != 0 ||
	    folder_real(c->root, path, &c->why_root) != 0)
		c->root[0] = '\0';
}

/* The file of that path, for the system. */
static enum verdict
locate(struct check *c, struct span path, struct err *why)
{
	struct span name, rest = span_cut(path, '/', &name);
	const struct source_conf *source =
	    find_source(&c->reader->archive.conf, name);
	struct buf b;

	if (source == NULL) {
		err_set(why, ERR_NOT_FOUND, "no source has this name now");
		return MISSING;
	}
	enter_source(c, source);
	*why = c->why_root;
	if (why->code != ERR_NONE)
		return UNREADABLE;
	buf_fixed(&b, c->os_path, sizeof(c->os_path));
	buf_printf(&b, "%s%s", c->root, c->root[1] != '\0' ? "/" : "");
	if (text_unescape(&b, rest) != 0 || !buf_ok(&b)) {
		err_set(why, ERR_IO_ERROR, "too long a path");
		return UNREADABLE;
	}
	return SAME;
}

/* --- What it is ----------------------------------------------------------- */

static bool
is_edited(const struct manifest_line *line, const struct file_id *id)
{
	struct row_admit now;

	row_identify(&now, id);
	return now.size_bytes != line->size_bytes ||
	    now.mtime_ns != line->mtime_ns;
}

static bool
is_object(const struct manifest_line *line, const uint8_t digest[SHA256_LEN])
{
	char id[7 + SHA256_HEX_LEN + 1] = "sha256:";

	hex_encode(id + 7, digest, SHA256_LEN);
	return span_is(line->object_id, id);
}

/* A file that is a link or a folder now is not there any more. */
static enum verdict
not_opened(const struct err *why)
{
	return why->sys == ENOENT || why->sys == ENOTDIR ||
	    why->sys == ELOOP || why->sys == 0 ? MISSING : UNREADABLE;
}

static enum verdict
not_hashed(const struct err *why)
{
	return why->code == ERR_LOCAL_BYTES_CHANGED ? CHANGED : UNREADABLE;
}

static enum verdict
compare(struct check *c, const struct file *f,
    const struct manifest_line *line, struct err *why)
{
	uint8_t digest[SHA256_LEN];
	bool edited = is_edited(line, &f->id);

	if (f->id.size == line->size_bytes) {
		if (hash_file(f, digest, why) != 0)
			return not_hashed(why);
		c->bytes += f->id.size;
		if (is_object(line, digest))
			return SAME;
	}
	if (edited) {
		err_set(why, ERR_LOCAL_BYTES_CHANGED, "it was edited since "
		    "it was recorded");
		err_advise(why, "push it, or restore what it was");
		return CHANGED;
	}
	err_set(why, ERR_LOCAL_BYTES_CHANGED, "its size and time are those "
	    "on record, and its bytes are not");
	err_advise(why, "restore it from where 'consign ls' says it is");
	return CORRUPTED;
}

static enum verdict
look(struct check *c, const struct manifest_line *line, struct err *why)
{
	enum verdict v = locate(c, line->path, why);
	struct file f = {0};
	int flags;

	if (v != SAME)
		return v;
	flags = c->source->follow_symlinks ? 0 : FILE_NOFOLLOW;
	if (file_open(&f, c->os_path, flags, why) != 0)
		return not_opened(why);
	v = compare(c, &f, line, why);
	file_close(&f);
	return v;
}

/* --- Saying it ------------------------------------------------------------ */

static int
say_row(struct check *c, const struct manifest_line *line, enum verdict v,
    const struct err *why, struct err *e)
{
	struct buf b;

	buf_fixed(&b, c->text, sizeof(c->text));
	record_begin(&b);
	record_str(&b, "path", line->path);
	record_str(&b, "object_id", line->object_id);
	record_int(&b, "size_bytes", line->size_bytes);
	record_str(&b, "verdict", span_of(verdicts[v].word));
	if (v != SAME)
		record_str(&b, "message", span_of(why->msg));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(c->app->out, buf_as_span(&b), e);
}

static int
say_line(struct check *c, const struct manifest_line *line, enum verdict v,
    const struct err *why, struct err *e)
{
	struct buf b;

	if (v == SAME)
		return out_debug(c->app->out, e, "same %.*s",
		    (int)line->path.len, line->path.p);
	buf_fixed(&b, c->text, sizeof(c->text));
	buf_printf(&b, "%s ", verdicts[v].word);
	buf_span(&b, line->path);
	buf_printf(&b, ": %s\n", why->msg);
	BUG_ON(!buf_ok(&b));
	return out_bytes(c->app->out, buf_as_span(&b), e);
}

static int
say_end(struct check *c, struct err *e)
{
	char storage[512];
	struct buf b;

	buf_fixed(&b, storage, sizeof(storage));
	if (!c->app->opt->global.json) {
		for (int v = 0; v < VERDICTS; v++)
			buf_printf(&b, "%s%" PRId64 " %s", v > 0 ? ", " : "",
			    c->count[v], verdicts[v].word);
		return out_note(c->app->out, e, "%s; %" PRId64 " bytes read",
		    b.data, c->bytes);
	}
	record_begin(&b);
	record_str(&b, "kind", span_of("end"));
	for (int v = 0; v < VERDICTS; v++)
		record_int(&b, verdicts[v].word, c->count[v]);
	record_int(&b, "bytes", c->bytes);
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(c->app->out, buf_as_span(&b), e);
}

/* --- All of it ------------------------------------------------------------ */

/* The first; what is corrupted comes before what was edited. */
static void
keep_first(struct check *c, struct span path, enum verdict v,
    const struct err *why)
{
	enum err_code before = c->first.code;

	if (before == ERR_NONE || (v == CORRUPTED && c->worst == CHANGED)) {
		c->first = *why;
		c->worst = v;
		if (v == MISSING)
			err_advise(&c->first, "restore it from where "
			    "'consign ls' says it is");
		err_ctx(&c->first, "%.*s", (int)path.len, path.p);
	}
	c->first.code = before == ERR_NONE || before == verdicts[v].code ?
	    verdicts[v].code : ERR_OBJECTS_FAILED;
}

static int
check_line(struct check *c, const struct manifest_line *line, struct err *e)
{
	struct err why = {0};
	enum verdict v;

	/* What 'put' sent is in no source. */
	if (span_starts(line->path, "put/") ||
	    !reader_means(c->reader, line->object_id))
		return 0;
	reader_met(c->reader, line->object_id);
	v = look(c, line, &why);
	if (why.code == ERR_INTERRUPTED) {
		*e = why;
		return -1;
	}
	c->count[v]++;
	if (v != SAME)
		keep_first(c, line->path, v, &why);
	return (c->app->opt->global.json ? say_row : say_line)(c, line, v,
	    &why, e);
}

static int
run(struct check *c, struct err *e)
{
	struct manifest_line line;
	int64_t bad = 0;
	int rc;

	if (reader_open(&c->reader, c->app, e) != 0 ||
	    reader_view(c->reader, e) != 0)
		return -1;
	while ((rc = reader_next(c->reader, &line, e)) == 1)
		if (check_line(c, &line, e) != 0)
			return -1;
	if (rc != 0 || say_end(c, e) != 0)
		return -1;
	if (c->first.code == ERR_NONE)
		return reader_finish(c->reader, e);
	for (int v = SAME + 1; v < VERDICTS; v++)
		bad += c->count[v];
	*e = c->first;
	if (e->code == ERR_OBJECTS_FAILED)
		err_advise(e, "see what is said of each");
	return bad == 1 ? -1 : err_ctx(e, "%" PRId64 " of %" PRId64
	    " objects are not as recorded, the first", bad,
	    bad + c->count[SAME]);
}

int
check_run(struct app *app, struct err *e)
{
	struct check *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory to check");
	c->app = app;
	rc = run(c, e);
	reader_close(c->reader);
	free(c);
	return rc;
}
