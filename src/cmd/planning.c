/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "anchoring.h"
#include "form.h"
#include "items.h"
#include "packs.h"
#include "plan_file.h"
#include "plan_save.h"
#include "record.h"
#include "run.h"
#include "tier.h"

#include "planning.h"

#define AT(member) offsetof(struct plan_options, member)

const struct field planning_fields[] = {
	{ .name = "save", .type = FIELD_TEXT, .offset = AT(save),
	  .value = "FILE", .what = "keep the plan, for --plan-from" },
	{ .name = NULL }
};

/* Lines are printed in pieces of about this size. */
#define PIECE 32768

struct planning {
	struct app *app;
	struct archive archive;
	struct run run;
	struct items_rules rules;
	struct items *items;
	struct plan_sums sums;		/* of these, and of ... */
	int64_t packs;			/* of history */
	struct plan_save save;
	struct buf out;			/* what is not printed yet */
	char text[PIECE + 2 * ITEMS_LINE_MAX];
	char line[ITEMS_LINE_MAX];
};

/* --- An object ------------------------------------------------------------ */

static int
flush(struct planning *p, struct err *e)
{
	int rc;

	BUG_ON(!buf_ok(&p->out));
	rc = out_bytes(p->app->out, buf_as_span(&p->out), e);
	buf_reset(&p->out);
	return rc;
}

/* For people: one line, with all that a saved line has. */
static void
say_item(struct buf *out, const struct item *item)
{
	const struct plan_decision *d = &item->plan;

	buf_printf(out, "%-16s  %-13s  ", plan_verdict_name(d->verdict),
	    plan_reason_name(d->reason));
	if (d->verdict == PLAN_LEFT_OUT || d->verdict == PLAN_BLOCKED) {
		items_say(item, out);
	} else {
		buf_span(out, item->path);
		buf_puts(out, " -> ");
		buf_span(out, item->key_text);
		buf_printf(out, "  tier %d  A %lld B %lld free %lld  "
		    "up %lld down %lld", d->tier, (long long)d->requests.a,
		    (long long)d->requests.b, (long long)d->requests.free,
		    (long long)d->bytes_up, (long long)d->bytes_down);
	}
	buf_putc(out, '\n');
}

/* What is left out has no more to it. */
static void
write_left_out(struct buf *out, const struct item *item)
{
	const struct plan_decision *d = &item->plan;

	record_begin(out);
	record_str(out, "path", item->path);
	record_str(out, "verdict", span_of(plan_verdict_name(d->verdict)));
	record_str(out, "reason", span_of(plan_reason_name(d->reason)));
	record_end(out);
}

static int
write_item(struct planning *p, const struct item *item, struct span *text,
    struct err *e)
{
	struct buf line;

	buf_fixed(&line, p->line, sizeof(p->line));
	if (item->plan.verdict == PLAN_LEFT_OUT)
		write_left_out(&line, item);
	else
		items_write_line(item, &line);
	if (!buf_ok(&line))
		return err_set(e, ERR_PLAN_UNFIT, "'%.*s' is too long a path",
		    (int)item->path.len, item->path.p);
	*text = buf_as_span(&line);
	return 0;
}

static int
plan_item(struct planning *p, const struct item *item, struct err *e)
{
	bool json = p->app->opt->global.json;
	bool save = p->app->opt->plan.save != NULL &&
	    (item->plan.verdict == PLAN_UPLOAD ||
	    item->plan.verdict == PLAN_LOOK);
	struct span line;

	if ((json || save) && write_item(p, item, &line, e) != 0)
		return -1;
	if (save && plan_save_put(&p->save, line, e) != 0)
		return -1;
	if (json)
		buf_span(&p->out, line);
	else
		say_item(&p->out, item);
	return p->out.len >= PIECE ? flush(p, e) : 0;
}

static int
plan_items(struct planning *p, struct err *e)
{
	struct item *item = malloc(sizeof(*item));
	int rc;

	if (item == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for an object");
	while ((rc = items_next(p->items, item, e)) == 1)
		if (plan_item(p, item, e) != 0) {
			rc = -1;
			break;
		}
	free(item);
	if (rc != 0)
		return -1;
	return items_finish(p->items, e);
}

/* --- The sums ------------------------------------------------------------- */

/* What the run as a whole asks of the store's tier. */
static int
tier_of_all(const struct planning *p, const struct plan_sums *s)
{
	const struct tier_ask ask = {
		.objects = plan_objects(s),
		.unproven = s->count[PLAN_UPLOAD],
		.named = p->rules.select->only.n > 0,
		.small = (uint64_t)s->largest <
		    p->run.store.multipart_threshold,
		.skip_uploaded = p->rules.select->skip_uploaded,
	};

	return tier_needed(&ask);
}

static int64_t
month_so_far(const struct planning *p)
{
	return p->run.history.facts != NULL ?
	    p->run.history.facts->month_class_a : 0;
}

/* A count beside its ceiling. */
static void
say_bound(struct buf *out, const char *what, int64_t n, uint64_t max)
{
	buf_printf(out, "%-20s %lld", what, (long long)n);
	if (max < (uint64_t)INT64_MAX)
		buf_printf(out, " of at most %llu", (unsigned long long)max);
	buf_putc(out, '\n');
}

static void
say_tier(struct buf *out, int needed, int proven)
{
	if (needed == TIER_NONE)
		buf_printf(out, "%-20s none", "tier needed");
	else
		buf_printf(out, "%-20s %d", "tier needed", needed);
	if (proven == TIER_NONE)
		buf_puts(out, ", nothing is proven\n");
	else
		buf_printf(out, ", %d is proven\n", proven);
}

static void
say_sums(struct planning *p, const struct plan_sums *s, uint64_t max_puts)
{
	const struct store_conf *sc = &p->run.store;
	const struct archive_conf *conf = &p->archive.conf;
	struct buf *out = &p->out;

	buf_putc(out, '\n');
	for (int v = 0; v < PLAN__COUNT; v++)
		buf_printf(out, "%-20s %lld\n",
		    plan_verdict_name((enum plan_verdict)v),
		    (long long)s->count[v]);
	say_bound(out, "objects", plan_objects(s) + s->count[PLAN_BLOCKED],
	    conf->max_objects);
	say_bound(out, "bytes of them", s->bytes, UINT64_MAX);
	if (p->packs > 0)
		say_bound(out, "history packs", p->packs, UINT64_MAX);
	say_bound(out, "class A requests", s->requests.a, max_puts);
	say_bound(out, "with this month's", s->requests.a + month_so_far(p),
	    conf->max_puts_month);
	say_bound(out, "class B requests", s->requests.b, UINT64_MAX);
	say_bound(out, "free requests", s->requests.free, UINT64_MAX);
	say_bound(out, "bytes up", s->bytes_up, sc->max_bytes_up);
	say_bound(out, "bytes down", s->bytes_down, sc->max_bytes_down);
	say_tier(out, tier_of_all(p, s), p->run.tier);
	buf_putc(out, '\n');
}

static void
write_bound(struct buf *out, const char *name, uint64_t max)
{
	if (max < (uint64_t)INT64_MAX)
		record_int(out, name, (int64_t)max);
}

static void
write_sums(struct planning *p, const struct plan_sums *s, uint64_t max_puts)
{
	const struct store_conf *sc = &p->run.store;
	const struct archive_conf *conf = &p->archive.conf;
	struct buf *out = &p->out;

	record_begin(out);
	record_int(out, "objects", plan_objects(s) + s->count[PLAN_BLOCKED]);
	for (int v = 0; v < PLAN__COUNT; v++)
		record_int(out, plan_verdict_name((enum plan_verdict)v),
		    s->count[v]);
	record_int(out, "size_bytes", s->bytes);
	if (p->packs > 0)
		record_int(out, "history_packs", p->packs);
	record_int(out, "class_a_requests", s->requests.a);
	record_int(out, "class_b_requests", s->requests.b);
	record_int(out, "free_requests", s->requests.free);
	record_int(out, "bytes_up", s->bytes_up);
	record_int(out, "bytes_down", s->bytes_down);
	record_int(out, "month_class_a", month_so_far(p));
	if (tier_of_all(p, s) != TIER_NONE)
		record_int(out, "tier_needed", tier_of_all(p, s));
	if (p->run.tier != TIER_NONE)
		record_int(out, "tier", p->run.tier);
	write_bound(out, "max_objects", conf->max_objects);
	write_bound(out, "max_puts", max_puts);
	write_bound(out, "max_puts_month", conf->max_puts_month);
	write_bound(out, "max_bytes_up", sc->max_bytes_up);
	write_bound(out, "max_bytes_down", sc->max_bytes_down);
	record_end(out);
}

static int
print_sums(struct planning *p, struct err *e)
{
	const struct plan_sums *s = &p->sums;
	uint64_t max_puts = p->run.store.max_puts;

	p->sums = *items_sums(p->items);
	p->packs = packs_count(&p->run, &p->sums);
	anchoring_count(&p->run, &p->sums);
	if (max_puts == (uint64_t)INT64_MAX)
		max_puts = (uint64_t)plan_max_puts(s);
	if (p->app->opt->global.json)
		write_sums(p, s, max_puts);
	else
		say_sums(p, s, max_puts);
	return flush(p, e);
}

/* --- The whole ------------------------------------------------------------ */

/*
 * All gates are said.  A run by this plan may still come to pass once a tier
 * is proven, the window open or a ceiling higher; but not with objects that
 * cannot be sent, or with too many.
 */
static int
judge_plan(struct planning *p, struct err *e)
{
	const struct run_plan plan = { .sums = &p->sums,
	    .named = p->rules.select->only.n > 0,
	    .skip_uploaded = p->rules.select->skip_uploaded };
	const struct gate_facts facts = { .sums = plan.sums,
	    .max_objects = p->archive.conf.max_objects };

	if (run_gate(&p->run, &plan, e) != 0)
		return -1;
	return gate_check(GATE_OBJECTS, &facts, e);
}

static int
open_items(struct planning *p, struct err *e)
{
	const char *save = p->app->opt->plan.save;
	struct buf head;

	p->rules = (struct items_rules){
		.archive = &p->archive, .store = &p->run.store,
		.provider = p->run.provider,
		.endpoint_url = p->run.endpoint_url, .region = p->run.region,
		.select = &p->app->opt->selection,
		.now = p->app->clock->wall_s(p->app->clock),
		.never = save, .hash = true, .check_plan = true,
		.progress = p->app->progress
	};
	if (run_view(&p->run, &p->rules.view, e) != 0 ||
	    items_open(&p->items, &p->rules, e) != 0)
		return -1;
	if (save == NULL)
		return 0;
	if (plan_save_open(&p->save, save, p->app, e) != 0)
		return err_ctx(e, "--save");
	buf_fixed(&head, p->line, sizeof(p->line));
	items_write_head(&p->rules, &head);
	BUG_ON(!buf_ok(&head));
	return plan_save_put(&p->save, buf_as_span(&head), e);
}

static int
save_plan(struct planning *p, struct err *e)
{
	struct buf end;

	buf_fixed(&end, p->line, sizeof(p->line));
	plan_file_write_end(&end, items_sums(p->items));
	BUG_ON(!buf_ok(&end));
	if (plan_save_put(&p->save, buf_as_span(&end), e) != 0)
		return -1;
	return plan_save_commit(&p->save, e);
}

static int
make_plan(struct planning *p, struct err *e)
{
	const struct run_terms terms = { .command = "plan", .plans = true,
	    .offline = true };

	if (p->app->opt->plan.save != NULL &&
	    p->app->opt->selection.plan_from != NULL)
		return err_set(e, ERR_USAGE,
		    "both --save and --plan-from are given");
	if (archive_open(&p->archive, p->app, e) != 0 ||
	    run_open(&p->run, p->app, &p->archive, terms, e) != 0 ||
	    open_items(p, e) != 0 || plan_items(p, e) != 0 ||
	    print_sums(p, e) != 0 || judge_plan(p, e) != 0 ||
	    save_plan(p, e) != 0)
		return -1;
	return items_unreadable(p->items, e);
}

int
planning_run(struct app *app, struct err *e)
{
	struct planning *p = calloc(1, sizeof(*p));
	struct err unsaid = {0};
	int rc;

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a plan");
	p->app = app;
	buf_fixed(&p->out, p->text, sizeof(p->text));
	rc = make_plan(p, e);
	if (p->out.len > 0 && flush(p, &unsaid) != 0 && rc == 0) {
		*e = unsaid;
		rc = -1;
	}
	plan_save_discard(&p->save);
	items_close(p->items);
	if (p->rules.view != NULL)
		view_close(p->rules.view);
	free(p->rules.view);
	run_close(&p->run);
	archive_close(&p->archive);
	free(p);
	return rc;
}
