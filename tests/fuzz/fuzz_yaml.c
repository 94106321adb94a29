/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "archive_conf.h"
#include "yaml_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
look(void *context, const struct yaml_place *at, struct err *e)
{
	(void)context;
	(void)e;
	BUG_ON(at->depth < 1 || at->depth > YAML_WALK_DEPTH);
	BUG_ON(at->line < 1 || at->column < 1);
	for (int i = 0; i < at->depth; i++)
		BUG_ON(at->key[i][0] == '\0');
	return 0;
}

static int
look_at_text(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	BUG_ON(text[0] == '\0');
	return look(context, at, e);
}

/* What is wrong has a place, unless the document is too long for any. */
static void
check_place(const struct err *e, size_t size)
{
	BUG_ON(e->code != ERR_CONFIG_INVALID);
	BUG_ON(size <= YAML_WALK_SIZE && (e->msg[0] < '1' || e->msg[0] > '9' ||
	    strstr(e->msg, ": ") == NULL));
}

/* The walk by itself, then as settings; a valid file keeps what it says. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = { (const char *)data, size };
	const struct yaml_visitor visitor = { look, look, look,
	    look_at_text, NULL };
	struct archive_conf conf;
	struct yaml_texts texts;
	struct err e = {0};
	bool walked = yaml_walk(document, &visitor, &texts, &e) == 0;

	BUG_ON(texts.used > texts.size);
	yaml_walk_free(&texts);
	if (!walked)
		check_place(&e, size);
	if (archive_conf_load(&conf, document, &e) != 0) {
		check_place(&e, size);
	} else {
		BUG_ON(!walked || conf.nsources < 1);
		BUG_ON(conf.archive != NULL &&
		    !archive_conf_is_name(conf.archive));
	}
	archive_conf_free(&conf);
	return 0;
}
