/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dir.h"
#include "file_whole.h"
#include "folder.h"
#include "journal.h"
#include "proc.h"
#include "row.h"
#include "utc.h"

#include "creds.h"

#include "archive.h"

#define PRESET_STATE ".consign"
#define LOCK_POLL_MS 200

int
archive_root(const char **root, const struct app *app, struct err *e)
{
	bool argument = app->command->root_argument && app->nargs == 1;

	*root = app->opt->global.root;
	if (argument && *root != NULL)
		return err_set(e, ERR_USAGE, "both ROOT and --root are given");
	if (argument)
		*root = app->arg[0];
	if (*root == NULL)
		*root = ".";
	return 0;
}

bool
archive_is_meant(const struct app *app)
{
	const struct global_options *opt = &app->opt->global;

	return opt->root != NULL || opt->state != NULL ||
	    file_exists(ARCHIVE_CONFIG) || file_exists(PRESET_STATE);
}

int
archive_place(char out[PATH_MAX], const char *folder, const char *name,
    struct err *e)
{
	struct buf b;

	buf_fixed(&b, out, PATH_MAX);
	if (name[0] != '/') {
		buf_puts(&b, folder);
		if (strcmp(name, ".") == 0)
			name = "";
		else if (folder[strlen(folder) - 1] != '/')
			buf_putc(&b, '/');
	}
	buf_puts(&b, name);
	return buf_ok(&b) ? 0 :
	    err_set(e, ERR_IO_ERROR, "'%s' is too long", name);
}

/*
 * Why path could not be opened: is nothing of that name there?  What may not
 * be looked at, and a link to nowhere, is not absent.
 */
static bool
is_absent(const char *path, struct err *e)
{
	if (e->sys != ENOENT || file_exists(path))
		return false;
	err_clear(e);
	return true;
}

static int
load_config(struct archive *a, struct err *e)
{
	struct file f = {0};
	char *text = NULL;
	size_t n;
	int rc;

	if (file_open(&f, a->config, 0, e) != 0) {
		if (!is_absent(a->config, e))
			return -1;
		archive_conf_init(&a->conf);
		return 0;
	}
	a->has_config = true;
	rc = file_whole(&text, &n, &f, YAML_WALK_SIZE, e);
	if (rc == 0)
		rc = archive_conf_load(&a->conf, (struct span){ text, n }, e);
	free(text);
	file_close(&f);
	return rc == 0 ? 0 : err_ctx(e, "%s", a->config);
}

static void
take_bounds(struct archive_conf *conf, const struct options *opt)
{
	if (opt->selection.max_objects != OPTIONS_NONE)
		conf->max_objects = opt->selection.max_objects;
	if (opt->limits.max_puts_month != OPTIONS_NONE)
		conf->max_puts_month = opt->limits.max_puts_month;
	if (opt->limits.window != NULL)
		conf->window = opt->limits.window;
}

static int
place_state(struct archive *a, const char *given, struct err *e)
{
	char path[PATH_MAX];

	if (given != NULL && given[0] == '\0')
		return err_set(e, ERR_USAGE, "--state is empty");
	if (archive_place(path, a->root, given != NULL ? given : a->conf.state,
	    e) != 0)
		return -1;
	a->has_state = folder_real(a->state, path, e) == 0;
	if (!a->has_state) {
		if (!is_absent(path, e))
			return err_ctx(e, "the state folder");
		memcpy(a->state, path, sizeof(path));
	}
	if (archive_place(a->ledger, a->state, "ledger.jsonl", e) != 0 ||
	    archive_place(a->manifest, a->state, "manifest.jsonl", e) != 0)
		return -1;
	return archive_place(a->lock_file, a->state, "lock", e);
}

/* Whatever is said from here on, of the archive's names too, is guarded. */
static void
learn_credentials(const struct archive *a, const struct app *app)
{
	creds_learn(&app->opt->store, app->guard);
	for (size_t i = 0; i < a->conf.nstores; i++)
		creds_learn(&a->conf.store[i], app->guard);
}

int
archive_locate(struct archive *a, const struct app *app, struct err *e)
{
	const char *root;

	*a = (struct archive){ .has_config = false };
	if (archive_root(&root, app, e) != 0 ||
	    folder_real(a->root, root, e) != 0 ||
	    archive_place(a->config, a->root, ARCHIVE_CONFIG, e) != 0 ||
	    load_config(a, e) != 0)
		return -1;
	learn_credentials(a, app);
	take_bounds(&a->conf, app->opt);
	return place_state(a, app->opt->global.state, e);
}

/* Room for the ledger's first row. */
struct first_row {
	struct ledger_scan scan;
	struct chain_row raw;
	char scratch[RECORD_SIZE_MAX];
};

/* 1 and the archive's id; 0: no ledger, or one without a row. */
static int
read_genesis(struct first_row *room, struct archive *a, struct err *e)
{
	struct span id;
	struct buf scratch;
	struct row row;
	int rc;

	if (ledger_scan_open(&room->scan, a->ledger, NULL, e) != 0)
		return is_absent(a->ledger, e) ? 0 : -1;
	buf_fixed(&scratch, room->scratch, sizeof(room->scratch));
	rc = ledger_scan_next(&room->scan, &room->raw, e);
	if (rc == 1 && row_read(&row, &room->raw, &scratch, e) != 0)
		rc = -1;
	if (rc == 1 && row.kind != ROW_GENESIS)
		rc = err_set(e, ERR_LEDGER_BROKEN,
		    "'%s' does not begin with a genesis row", a->ledger);
	if (rc == 1) {
		id = row.of.genesis.archive_id;
		if (id.len > ARCHIVE_CONF_NAME_MAX)
			rc = err_set(e, ERR_LEDGER_BROKEN,
			    "the archive's id in '%s' is too long", a->ledger);
		else
			memcpy(a->id, id.p, id.len);
	}
	ledger_scan_close(&room->scan);
	return rc;
}

/* A new archive's id: what was said, or the folder's name. */
static int
choose_id(struct archive *a, struct err *e)
{
	const char *name = strrchr(a->root, '/') + 1;

	if (a->conf.archive != NULL) {
		memcpy(a->id, a->conf.archive, strlen(a->conf.archive) + 1);
		return 0;
	}
	if (archive_conf_make_id(a->id, span_of(name)) == 0)
		return 0;
	err_set(e, ERR_CONFIG_INVALID, "no archive id can be made of '%s'",
	    a->root);
	return err_advise(e, "say 'archive: ID' in %s", ARCHIVE_CONFIG);
}

int
archive_identify(struct archive *a, struct err *e)
{
	struct first_row *room = calloc(1, sizeof(*room));
	int rc;

	if (room == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the ledger");
	rc = read_genesis(room, a, e);
	free(room);
	if (rc < 0)
		return -1;
	a->has_ledger = rc == 1;
	if (!a->has_ledger)
		return choose_id(a, e);
	if (a->conf.archive == NULL || strcmp(a->conf.archive, a->id) == 0)
		return 0;
	err_set(e, ERR_CONFIG_INVALID,
	    "%s calls this archive '%s', its ledger '%s'", ARCHIVE_CONFIG,
	    a->conf.archive, a->id);
	return err_advise(e, "say 'archive: %s', for history keeps its name, "
	    "or name the right --state", a->id);
}

int
archive_open(struct archive *a, struct app *app, struct err *e)
{
	return archive_locate(a, app, e) == 0 ? archive_identify(a, e) : -1;
}

int
archive_make_state(struct archive *a, struct err *e)
{
	if (a->has_state)
		return 0;
	if (folder_make(a->state, ARCHIVE_STATE_MODE, e) != 0)
		return -1;
	a->has_state = true;
	return 0;
}

int
archive_lock(struct archive *a, const struct app *app, uint64_t wait_ms,
    struct err *e)
{
	struct clock *clock = app->clock;
	int64_t until = clock->mono_ms(clock) + (int64_t)wait_ms;
	char since[UTC_ISO_LEN + 1], text[LOCK_HOLDER_MAX];
	struct buf holder;

	utc_iso(since, clock->wall_s(clock));
	buf_fixed(&holder, text, sizeof(text));
	buf_printf(&holder, "pid %ld since %s\n", proc_id(), since);
	while (lock_take(&a->lock, a->lock_file, buf_as_span(&holder),
	    e) != 0) {
		int64_t left = until - clock->mono_ms(clock);
		int sig;

		if (e->code != ERR_LOCKED || left <= 0)
			return -1;
		clock->sleep_ms(clock, left < LOCK_POLL_MS ? left :
		    LOCK_POLL_MS);
		sig = clock->stop_signal(clock);
		if (sig != 0) {
			err_set(e, ERR_INTERRUPTED, "ended by signal %d while "
			    "it waited for another run", sig);
			e->sys = sig;
			return -1;
		}
	}
	return 0;
}

/* Those of each month. */
static int
sweep_receipts(const char *receipts, struct err *e)
{
	char path[PATH_MAX];
	struct dir d = {0};
	int rc;

	if (!file_exists(receipts))
		return 0;
	rc = dir_open(&d, NULL, receipts, 0, e);
	if (rc == 0)
		rc = dir_read(&d, 0, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++) {
		if (d.entry[i].kind != DIR_FOLDER)
			continue;
		rc = archive_place(path, receipts, d.entry[i].name, e);
		if (rc == 0)
			rc = folder_sweep(path, e);
	}
	dir_close(&d);
	return rc;
}

int
archive_sweep(const struct archive *a, bool died, struct err *e)
{
	char receipts[PATH_MAX], anchors[PATH_MAX];

	if (folder_sweep(a->state, e) != 0)
		return -1;
	if (!died)
		return 0;
	if (archive_place(receipts, a->state, "receipts", e) != 0 ||
	    archive_place(anchors, a->state, "anchors", e) != 0 ||
	    (file_exists(anchors) && folder_sweep(anchors, e) != 0))
		return -1;
	return sweep_receipts(receipts, e) == 0 ?
	    journal_sweep(a->state, e) : -1;
}

void
archive_close(struct archive *a)
{
	lock_release(&a->lock);
	archive_conf_free(&a->conf);
}
