/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "fresh.h"
#include "plan.h"
#include "session.h"
#include "tier.h"
#include "unfinished.h"
#include "utc.h"

#include "status.h"
#include "status_internal.h"

#define AT(member) offsetof(struct options, member)

const struct field status_fields[] = {
	{ .name = "max_age", .type = FIELD_MS, .offset = AT(status.max_age),
	  .min = 1000, .max = (uint64_t)INT64_MAX, .value = "TIME",
	  .what = "fail unless a run found all well within that time" },
	{ .name = NULL }
};

/* --- The stores ----------------------------------------------------------- */

/* What of the settings is not as the probe found it; NULL: nothing. */
static const char *
compare(const struct status_store *t)
{
	const struct facts *f = t->facts;

	if (strcmp(f->endpoint, t->endpoint) != 0)
		return "the endpoint";
	if (strcmp(f->bucket, t->conf->bucket) != 0)
		return "the bucket";
	if (t->region == NULL || strcmp(f->region, t->region) != 0)
		return "the region";
	return NULL;
}

static void
configure(struct status_store *t)
{
	const struct provider *provider;
	struct endpoint ep;
	struct err e = {0};

	if (store_conf_check(t->conf, &ep, &e) == 0)
		endpoint_url(t->endpoint, &ep);
	provider = session_provider(t->conf, &e);
	if (provider != NULL)
		t->region = session_region(t->conf, provider, &e);
}

/* By the store's clock, never behind the ledger. */
static void
find_month(struct status_store *t, int64_t now)
{
	const struct facts *f = t->facts;
	char iso[UTC_ISO_LEN + 1];

	if (f != NULL && f->probed_at >= 0)
		now += f->clock_skew_s;
	utc_iso(iso, now);
	memcpy(t->month, iso, sizeof(t->month) - 1);
	if (f == NULL || strcmp(f->month, t->month) < 0)
		return;
	memcpy(t->month, f->month, sizeof(t->month));
	t->class_a = f->month_class_a;
}

static void
add_store(struct status *s, const char *ref, const struct store_conf *conf,
    const struct facts *facts)
{
	struct status_store *t = &s->store[s->n++];

	*t = (struct status_store){ .ref = ref, .conf = conf, .facts = facts,
	    .tier = TIER_NONE, .oldest_proof = FORM_NONE,
	    .newest_proof = FORM_NONE };
	if (conf != NULL)
		configure(t);
	if (facts != NULL && facts->probed_at >= 0) {
		t->lapsed = conf != NULL ? compare(t) : NULL;
		t->tier = t->lapsed == NULL ? (int)facts->tier : TIER_NONE;
	}
	find_month(t, s->now);
}

static struct status_store *
find_store(struct status *s, struct span ref)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_is(ref, s->store[i].ref))
			return &s->store[i];
	return NULL;
}

/* Those of consign.yaml, then those that only the ledger knows. */
static int
find_stores(struct status *s, struct err *e)
{
	const struct archive_conf *conf = &s->reader->archive.conf;
	const struct facts_table *known = &s->reader->view->facts;
	const char *only = reader_store(s->reader);

	for (size_t i = 0; i < conf->nstores; i++) {
		const char *ref = conf->store[i].store_ref;

		if (only == NULL || strcmp(only, ref) == 0)
			add_store(s, ref, &conf->store[i],
			    facts_find(known, span_of(ref)));
	}
	for (size_t i = 0; i < known->n; i++) {
		const char *ref = known->store[i].store_ref;

		if ((only == NULL || strcmp(only, ref) == 0) &&
		    find_store(s, span_of(ref)) == NULL)
			add_store(s, ref, NULL, &known->store[i]);
	}
	if (only == NULL || s->n > 0)
		return 0;
	err_set(e, ERR_USAGE, "there is no store '%s'", only);
	return err_advise(e, "name one of %s, or a store_ref of the ledger",
	    ARCHIVE_CONFIG);
}

/* --- The objects ---------------------------------------------------------- */

/* A size is as large as a line says, whoever wrote it. */
static void
add(struct status_sum *sum, int64_t bytes)
{
	sum->objects++;
	sum->bytes = bytes > INT64_MAX - sum->bytes ? INT64_MAX :
	    sum->bytes + bytes;
}

static void
count_place(struct status_store *t, const struct manifest_place *place,
    int64_t bytes)
{
	if (!plan_is_proven(place->availability, place->proof)) {
		if (!span_is(place->availability, "none"))
			add(&t->declared, bytes);
		return;
	}
	add(&t->proven, bytes);
	if (place->proven_at < 0)
		return;
	if (t->oldest_proof < 0 || place->proven_at < t->oldest_proof)
		t->oldest_proof = place->proven_at;
	if (place->proven_at > t->newest_proof)
		t->newest_proof = place->proven_at;
}

static int
count_objects(struct status *s, struct err *e)
{
	struct manifest_line line;
	struct status_store *t;
	int rc;

	while ((rc = reader_next(s->reader, &line, e)) == 1) {
		add(&s->all, line.size_bytes);
		for (size_t i = 0; i < line.nplaces; i++) {
			t = find_store(s, line.place[i].store);
			if (t != NULL)
				count_place(t, &line.place[i],
				    line.size_bytes);
		}
	}
	return rc;
}

/* --- Unfinished uploads --------------------------------------------------- */

static int
count_uploads(struct status *s, struct err *e)
{
	struct unfinished u = {0};
	struct status_store *t;
	int rc = unfinished_journals(&u, s->reader->archive.state, e);

	for (size_t i = 0; i < u.n; i++) {
		t = find_store(s, u.upload[i].store_ref);
		if (t == NULL || u.upload[i].over)
			continue;
		t->uploads++;
		t->parts += u.upload[i].landed;
		t->bytes += u.upload[i].landed_bytes;
	}
	s->unreadable = u.damaged;
	s->why_unreadable = u.damage;
	unfinished_free(&u);
	return rc;
}

/* --- All of it ------------------------------------------------------------ */

/* Does some run hold the lock?  What cannot be told is no. */
static bool
look_at_lock(struct status *s)
{
	struct err ignored = {0};

	return lock_look(s->reader->archive.lock_file, s->holder,
	    &ignored) == 1;
}

int
status_find(struct status *s, struct app *app, struct err *e)
{
	struct status_store *t;

	s->now = app->clock->wall_s(app->clock);
	if (reader_open(&s->reader, app, e) != 0)
		return -1;
	/* Before and after: a run may begin or end meanwhile. */
	s->at_work = look_at_lock(s);
	if (reader_view(s->reader, e) != 0 || find_stores(s, e) != 0 ||
	    count_objects(s, e) != 0 || count_uploads(s, e) != 0)
		return -1;
	s->at_work |= look_at_lock(s);
	for (t = s->store; t < s->store + s->n; t++) {
		t->absent.objects = s->all.objects - t->proven.objects -
		    t->declared.objects;
		t->absent.bytes = s->all.bytes - t->proven.bytes -
		    t->declared.bytes;
	}
	return 0;
}

/* Each store that is configured, or else known; or that --store names. */
static int
check_age(const struct status *s, uint64_t max_age, struct err *e)
{
	bool configured = s->reader->archive.conf.nstores > 0 &&
	    reader_store(s->reader) == NULL;
	size_t checked = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct status_store *t = &s->store[i];
		const struct fresh f = { t->ref, t->lapsed,
		    t->facts != NULL ? t->facts->complete_at : FORM_NONE,
		    t->newest_proof };

		if (configured && t->conf == NULL)
			continue;
		checked++;
		if (fresh_check(&f, s->now, max_age, e) != 0)
			return -1;
	}
	return checked > 0 ? 0 : err_set(e, ERR_NOT_FOUND,
	    "nothing was ever sent to any store");
}

static int
run(struct status *s, struct app *app, struct err *e)
{
	uint64_t max_age = app->opt->status.max_age;

	if (status_find(s, app, e) != 0 || status_say(s, e) != 0)
		return -1;
	return max_age == OPTIONS_NONE ? 0 : check_age(s, max_age, e);
}

int
status_run(struct app *app, struct err *e)
{
	struct status *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for stores");
	rc = run(s, app, e);
	reader_close(s->reader);
	free(s);
	return rc;
}
