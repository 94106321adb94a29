/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "judge.h"
#include "keyname.h"
#include "plan_file.h"
#include "planned.h"
#include "row.h"
#include "sources.h"

#include "items.h"

struct items {
	struct items_rules rules;
	struct sources sources;
	struct judge judge;

	/* The selection. */
	bool *met;			/* of each --only */
	struct planned *planned;	/* --plan-from, or NULL */

	struct plan_sums sums;
	int64_t unreadable;
	struct err why_unreadable;	/* of the first */

	char text[ITEMS_LINE_MAX + 1];	/* a line of a plan */
};

/* --- Begin and end -------------------------------------------------------- */

static int
check_selection(const struct selection_options *s, struct err *e)
{
	if (s->only.n > 0 && s->plan_from != NULL)
		return err_set(e, ERR_USAGE,
		    "both --only and --plan-from are given");
	for (size_t i = 0; i < s->only.n; i++)
		if (!form_fits(FORM_OBJECT, span_of(s->only.item[i]))) {
			err_set(e, ERR_USAGE, "'%s' is no object id",
			    s->only.item[i]);
			return err_advise(e, "give --only sha256: and 64 "
			    "lowercase hex digits");
		}
	return 0;
}

static int
open_plan(struct items *it, struct err *e)
{
	struct buf head;

	it->planned = calloc(1, sizeof(*it->planned));
	if (it->planned == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a plan");
	buf_fixed(&head, it->text, sizeof(it->text));
	items_write_head(&it->rules, &head);
	return planned_open(it->planned, it->rules.select->plan_from,
	    buf_as_span(&head), e);
}

int
items_open(struct items **out, const struct items_rules *rules,
    struct err *e)
{
	const struct selection_options *select = rules->select;
	struct items *it;

	*out = NULL;
	if (check_selection(select, e) != 0)
		return -1;
	it = calloc(1, sizeof(*it));
	if (it == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for objects");
	*out = it;
	it->rules = *rules;
	it->rules.hash |= rules->check_plan && select->plan_from != NULL;
	judge_init(&it->judge, &it->rules);
	sources_init(&it->sources, rules->archive, rules->now);
	if (rules->never != NULL)
		sources_never(&it->sources, rules->never);
	it->met = calloc(select->only.n + 1, sizeof(*it->met));
	if (it->met == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for objects");
	if (select->plan_from == NULL)
		return 0;
	sources_never(&it->sources, select->plan_from);
	return open_plan(it, e);
}

void
items_close(struct items *it)
{
	if (it == NULL)
		return;
	sources_close(&it->sources);
	if (it->planned != NULL)
		planned_close(it->planned);
	free(it->planned);
	free(it->met);
	free(it);
}

/* --- An item -------------------------------------------------------------- */

static struct err
with_path(const struct item *item)
{
	struct err why = item->why;

	if (why.code != ERR_NONE)
		err_ctx(&why, "%.*s", (int)item->path.len, item->path.p);
	return why;
}

static void
leave_out(struct items *it, struct item *item)
{
	struct plan_decision *d = &item->plan;

	*d = (struct plan_decision){ .verdict = PLAN_LEFT_OUT };
	switch (item->kind) {
	case WALK_UNSETTLED:
		d->reason = PLAN_UNSETTLED;
		return;
	case WALK_DEEP:
	case WALK_LONG:
		err_set(&item->why, ERR_IO_ERROR, "%s",
		    walk_kind_words(item->kind));
		break;
	case WALK_UNREADABLE:
		break;
	default:
		d->reason = PLAN_NOT_A_FILE;
		return;
	}
	d->reason = PLAN_UNREADABLE;
	if (!it->judge.plan.named && it->unreadable++ == 0)
		it->why_unreadable = with_path(item);
}

static int
fill(struct items *it, struct item *item, const struct walk_entry *entry,
    struct err *e)
{
	const struct source_conf *source = it->sources.current;
	struct judge_ask ask = { .root = it->sources.root,
	    .follow_links = source->follow_symlinks };

	*item = (struct item){ .kind = entry->kind, .path = entry->path,
	    .os_path = entry->os_path, .id = entry->id, .why = entry->why,
	    .source = source->name };
	if (it->planned != NULL && !it->rules.check_plan)
		ask.object_id = it->planned->entry.object_id;
	if (item->kind == WALK_FILE &&
	    judge_item(&it->judge, item, &ask, e) != 0)
		return -1;
	if (item->kind != WALK_FILE)
		leave_out(it, item);
	return 0;
}

/* --- The selection -------------------------------------------------------- */

/* Is it the next one of the plan?  1, 0; -1: that one is not there. */
static int
is_planned(struct items *it, struct span path, struct err *e)
{
	struct planned *p = it->planned;
	int order = p->has ? span_compare(p->entry.path, path) : 1;

	if (order < 0)
		return planned_unfit(p, "was planned, and is not there now",
		    e);
	return order == 0;
}

static int
follow_plan(struct items *it, const struct item *item, struct err *e)
{
	struct buf line;

	if (item->kind != WALK_FILE)
		return planned_unfit(it->planned,
		    "was planned, and is no file to be sent now", e);
	buf_fixed(&line, it->text, sizeof(it->text));
	items_write_line(item, &line);
	if (!buf_ok(&line))
		return planned_unfit(it->planned, "has too long a line", e);
	return planned_follow(it->planned, buf_as_span(&line), e);
}

static bool
is_named(struct items *it, const struct item *item)
{
	const struct field_list *only = &it->rules.select->only;
	bool named = item->plan.reason == PLAN_UNREADABLE;

	for (size_t i = 0; i < only->n; i++)
		if (strcmp(only->item[i], item->object_id) == 0)
			named = it->met[i] = true;
	return named;
}

/* The plan's last line has to come out, too. */
static int
end_plan(struct items *it, struct err *e)
{
	struct buf line;

	if (it->planned->has)
		return planned_unfit(it->planned,
		    "was planned, and is not there now", e);
	buf_fixed(&line, it->text, sizeof(it->text));
	plan_file_write_end(&line, &it->sums);
	return planned_follow(it->planned, buf_as_span(&line), e);
}

/* The next entry that may be selected, by its path. */
static int
next_entry(struct items *it, struct walk_entry *entry, struct err *e)
{
	int rc = sources_next(&it->sources, entry, e);

	if (it->planned == NULL)
		return rc;
	while (rc == 1 && (rc = is_planned(it, entry->path, e)) == 0)
		rc = sources_next(&it->sources, entry, e);
	return rc == 0 ? end_plan(it, e) : rc;
}

int
items_next(struct items *it, struct item *item, struct err *e)
{
	struct walk_entry entry;
	struct err why;
	int rc;

	do {
		rc = next_entry(it, &entry, e);
		if (rc != 1)
			return rc;
		if (fill(it, item, &entry, e) != 0)
			return -1;
	} while (it->judge.plan.named && !is_named(it, item));
	why = with_path(item);
	plan_add(&it->sums, &item->plan, item->id.size, &why);
	if (it->planned != NULL && follow_plan(it, item, e) != 0)
		return -1;
	return 1;
}

int
items_finish(struct items *it, struct err *e)
{
	const struct field_list *only = &it->rules.select->only;

	for (size_t i = 0; i < only->n; i++)
		if (!it->met[i]) {
			err_set(e, ERR_NOT_FOUND, "no object of the archive "
			    "is %s", only->item[i]);
			return err_advise(e, "see 'consign plan' for what "
			    "there is");
		}
	return 0;
}

int
items_unreadable(const struct items *it, struct err *e)
{
	if (it->unreadable == 0)
		return 0;
	*e = it->why_unreadable;
	e->code = ERR_IO_ERROR;
	if (it->unreadable == 1)
		return -1;
	return err_ctx(e, "%lld files or folders cannot be read, the first",
	    (long long)it->unreadable);
}

const struct plan_sums *
items_sums(const struct items *it)
{
	return &it->sums;
}

const char *
items_plan_digest(const struct items *it)
{
	return it->planned->digest;
}

/* --- As text -------------------------------------------------------------- */

void
items_say(const struct item *item, struct buf *out)
{
	buf_span(out, item->path);
	buf_printf(out, ": %s", item->why.code != ERR_NONE ? item->why.msg :
	    walk_kind_words(item->kind));
}

void
items_write_line(const struct item *item, struct buf *out)
{
	struct row_admit id;
	struct plan_file_line line = { .path = item->path,
	    .object_id = span_of(item->object_id),
	    .remote_key = item->key_text, .plan = &item->plan };

	row_identify(&id, &item->id);
	line.size_bytes = id.size_bytes;
	line.inode = id.inode;
	line.mtime_ns = id.mtime_ns;
	line.ctime_ns = id.ctime_ns;
	plan_file_write_line(out, &line);
}

void
items_write_head(const struct items_rules *r, struct buf *out)
{
	const struct store_conf *s = r->store;
	struct plan_file_head head = {
		.archive_id = span_of(r->archive->id),
		.store_ref = span_of(s->store_ref),
		.provider_kind = span_of(r->provider->name),
		.endpoint = span_of(r->endpoint_url),
		.bucket = span_of(s->bucket),
		.region = span_of(r->region),
		.key_strategy = span_of(keyname_strategy_name(
		    (enum keyname_strategy)s->key_strategy)),
		.key_append_extension = s->key_append_extension,
		.multipart_threshold = (int64_t)s->multipart_threshold,
		.multipart_part_size = (int64_t)s->multipart_part_size,
		.force_reupload = r->select->force_reupload
	};

	if (s->key_prefix != NULL)
		head.key_prefix = span_of(s->key_prefix);
	plan_file_write_head(out, &head);
}
