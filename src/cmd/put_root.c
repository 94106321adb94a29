/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "file.h"
#include "folder.h"
#include "hash.h"
#include "hex.h"
#include "in_parts.h"
#include "put_object.h"

#include "put_root.h"

struct put {
	struct put_object object;	/* first: send() finds the rest */
	struct file file;
	struct window window;
	struct crew crew;
};

static int
identify(struct put *p, struct err *e)
{
	struct item *item = &p->object.item;
	uint8_t digest[SHA256_LEN];

	progress_phase(p->object.app->progress, PROGRESS_HASH, item->path);
	if (hash_file(&p->file, digest, e) != 0)
		return -1;
	item->id = p->file.id;
	memcpy(item->object_id, "sha256:", 7);
	hex_encode(item->object_id + 7, digest, SHA256_LEN);
	return put_object_recall(&p->object, e);
}

static int
send(struct put_object *o, struct err *e)
{
	struct crew *crew = &((struct put *)o)->crew;

	if (job_make(&o->job, &o->run, &o->item, false, e) != 0 ||
	    put_object_end_earlier(o, e) != 0)
		return -1;
	o->job.strategy = "given";
	if (crew_open(crew, &o->run, &((struct put *)o)->window, &o->sums,
	    e) != 0)
		return -1;
	*crew_room(crew) = o->job;
	o->job.text = NULL;
	return crew_add(crew, e) != 0 ? -1 : crew_finish(crew, e);
}

static int
prepare(struct put *p, struct app *app, struct err *e)
{
	struct put_object *o = &p->object;
	char real[PATH_MAX];
	struct parts_plan parts;
	struct err unfit = {0};
	const char *window;
	bool fits;

	if (put_object_open(o, app, e) != 0 ||
	    file_open(&p->file, app->arg[0], 0, e) != 0 ||
	    file_real(real, app->arg[0], e) != 0)
		return -1;
	put_object_from(o, real);
	window = o->archive.conf.window;
	if (identify(p, e) != 0 || (window != NULL &&
	    window_parse(&p->window, span_of(window), e) != 0))
		return -1;
	fits = in_parts_plan(&parts, o->run.provider, &o->run.store,
	    p->file.id.size, &unfit) == 0;
	put_object_count(o, fits ? &parts : NULL, p->file.id.size, &unfit);
	return run_gate(&o->run, &(struct run_plan){ .sums = &o->sums,
	    .named = true }, e);
}

int
put_root(struct app *app, struct err *e)
{
	struct put *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a put");
	rc = prepare(p, app, e);
	if (rc == 0 && !run_is_dry(&p->object.run))
		rc = put_object_live(&p->object, send, e);
	file_close(&p->file);
	crew_close(&p->crew);
	put_object_close(&p->object);
	free(p);
	return rc;
}
