/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "archive.h"
#include "archive_conf.h"
#include "file.h"
#include "folder.h"
#include "record.h"

#include "init.h"

#define AT(member) offsetof(struct init_options, member)

const struct field init_fields[] = {
	{ .name = "archive", .type = FIELD_TEXT, .offset = AT(archive),
	  .value = "ID", .what = "what records call it (made from the "
	  "folder's name)" },
	{ .name = NULL }
};

/* contract.md, "Tiers", in short. */
static const char ladder[] =
    "Trust in a store grows in tiers.  A run may send what is proven so far, "
    "and\n'consign prove --tier N' takes each step with tiny objects:\n"
    "\n"
    "  tier  proven by                           then a run may send\n"
    "  -     nothing                             one small object, after "
    "the probe\n"
    "  0     the probe of the bucket             one small object\n"
    "  1     one small object                    one object of any size\n"
    "  2     an upload in parts                  up to 10 objects\n"
    "  3     3 objects, a batch cut and resumed  the same, skipping what is "
    "there\n"
    "  4     a re-run that wrote nothing         everything\n";

struct beginning {
	const char *root;
	char id[ARCHIVE_CONF_NAME_MAX + 1];
	char config[PATH_MAX];		/* where consign.yaml goes */
	const char *state_text;		/* as consign.yaml says it */
	char state[PATH_MAX];		/* where that is */
};

static int
choose_id(struct beginning *b, const char *given, struct err *e)
{
	char real[PATH_MAX];
	const char *name;

	/* Asked for in any case: the root must be there. */
	if (folder_real(real, b->root, e) != 0)
		return -1;
	if (given != NULL && !archive_conf_is_name(given)) {
		err_set(e, ERR_USAGE, "'%s' cannot be an archive's id", given);
		return err_advise(e, "give 1 to %d of a-z, 0-9 and '-', "
		    "not first", ARCHIVE_CONF_NAME_MAX);
	}
	if (given != NULL) {
		memcpy(b->id, given, strlen(given) + 1);
		return 0;
	}
	name = strrchr(real, '/') + 1;
	if (archive_conf_make_id(b->id, span_of(name)) == 0)
		return 0;
	err_set(e, ERR_USAGE, "no archive id can be made of '%s'", real);
	return err_advise(e, "give --archive ID");
}

/* name, seen from the root. */
static int
place(char out[PATH_MAX], const char *root, const char *name, struct err *e)
{
	struct buf b;

	buf_fixed(&b, out, PATH_MAX);
	if (name[0] != '/' && strcmp(root, ".") != 0)
		buf_printf(&b, "%s%s", root,
		    root[strlen(root) - 1] == '/' ? "" : "/");
	buf_puts(&b, name);
	if (!buf_ok(&b))
		return err_set(e, ERR_IO_ERROR, "'%s' is too long", name);
	if (file_exists(out)) {
		err_set(e, ERR_IO_ERROR, "'%s' exists already", out);
		return err_advise(e, "this archive has begun; remove it to "
		    "begin anew");
	}
	return 0;
}

/* The text of consign.yaml, which must mean what was asked for. */
static int
write_text(struct buf *text, const struct beginning *b, bool with_state,
    struct err *e)
{
	struct archive_conf conf;
	int rc;

	archive_conf_sample(text, b->id, with_state ? b->state_text : NULL);
	BUG_ON(!buf_ok(text));
	rc = archive_conf_load(&conf, buf_as_span(text), e);
	if (rc == 0 ? strcmp(conf.state, b->state_text) != 0 :
	    e->code == ERR_CONFIG_INVALID)
		rc = err_set(e, ERR_USAGE,
		    "consign.yaml cannot hold the state folder's name '%s'",
		    b->state_text);
	archive_conf_free(&conf);
	return rc;
}

/* Both or none. */
static int
make(const struct beginning *b, struct span text, struct rng *rng,
    struct err *e)
{
	struct file_tmp file;
	int rc = -1;

	if (file_tmp_create(&file, b->config, false, rng, e) != 0)
		return -1;
	if (file_tmp_write(&file, text.p, text.len, e) == 0 &&
	    folder_make(b->state, ARCHIVE_STATE_MODE, e) == 0) {
		rc = file_tmp_commit(&file, 0644, e);
		if (rc != 0)
			folder_remove(b->state);
	}
	file_tmp_discard(&file);
	return rc;
}

/* By the names in consign.yaml, which hold nothing that needs escaping. */
static int
report(struct app *app, const struct beginning *b, struct err *e)
{
	char text[2 * PATH_MAX];
	struct buf row;

	if (!app->opt->global.json) {
		if (out_result(app->out, e, "archive %s begins: edit "
		    "consign.yaml; its records go to %s\n", b->id,
		    b->state_text) != 0)
			return -1;
		return out_bytes(app->out, span_of(ladder), e);
	}
	buf_fixed(&row, text, sizeof(text));
	record_begin(&row);
	record_str(&row, "archive_id", span_of(b->id));
	record_str(&row, "state", span_of(b->state_text));
	record_end(&row);
	BUG_ON(!buf_ok(&row));
	return out_bytes(app->out, buf_as_span(&row), e);
}

int
init_run(struct app *app, struct err *e)
{
	const char *state = app->opt->global.state;
	struct archive_conf presets;
	struct beginning b = {0};
	char text[ARCHIVE_CONF_SAMPLE_MAX];
	struct buf sample;

	archive_conf_init(&presets);
	b.state_text = state != NULL ? state : presets.state;
	buf_fixed(&sample, text, sizeof(text));
	if (archive_root(&b.root, app, e) != 0 ||
	    choose_id(&b, app->opt->init.archive, e) != 0 ||
	    write_text(&sample, &b, state != NULL, e) != 0 ||
	    place(b.config, b.root, ARCHIVE_CONFIG, e) != 0 ||
	    place(b.state, b.root, b.state_text, e) != 0 ||
	    make(&b, buf_as_span(&sample), app->rng, e) != 0)
		return -1;
	return report(app, &b, e);
}
