/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "num.h"

#include "pick.h"

int
pick_parse(struct pick *p, const char *sample, struct err *e)
{
	struct span s = span_of(sample);
	uint64_t max = INT32_MAX;

	p->sample = PICK_NUMBER;
	if (s.len > 0 && s.p[s.len - 1] == '%') {
		p->sample = PICK_PERCENT;
		s.len--;
		max = 100;
	}
	if (num_u64(s, max, &p->amount) == 0 && p->amount > 0)
		return 0;
	err_set(e, ERR_USAGE, "'%s' is no sample", sample);
	return err_advise(e, "give a number of objects, or 1%% to 100%%");
}

/* --- What is recorded ----------------------------------------------------- */

static int
open_view(struct pick *p, struct err *e)
{
	buf_fixed(&p->scratch, p->scratch_bytes, sizeof(p->scratch_bytes));
	return run_view(p->run, &p->view, e);
}

static void
close_view(struct pick *p)
{
	if (p->view != NULL)
		view_close(p->view);
	free(p->view);
	p->view = NULL;
}

/* One that may be, or may not, is for the next push to look after. */
static const struct manifest_place *
find_place(const struct pick *p)
{
	const struct manifest_place *place = p->line.place;

	for (size_t i = 0; i < p->line.nplaces; i++)
		if (span_is(place[i].store, p->run->store.store_ref))
			return span_is(place[i].availability, "none") ? NULL :
			    &place[i];
	return NULL;
}

static bool
is_selected(const struct pick *p)
{
	bool selected = p->only->n == 0;

	for (size_t i = 0; i < p->only->n; i++)
		if (span_is(p->line.object_id, p->only->item[i]))
			selected = p->met[i] = true;
	return selected;
}

/* The next line of the selection that has a place in the store. */
static int
next_recorded(struct pick *p, const struct manifest_place **place,
    struct span *raw, struct err *e)
{
	int rc;

	while ((rc = view_next_raw(p->view, raw, e)) == 1) {
		if (manifest_parse(&p->line, *raw, &p->scratch, e) != 0)
			return -1;
		*place = find_place(p);
		if (*place != NULL && is_selected(p))
			return 1;
	}
	return rc;
}

/* --- Counting ------------------------------------------------------------- */

static void
count_one(struct pick *p, int64_t proven_at, int64_t *oldest)
{
	struct plan_decision d = { .verdict = PLAN_LOOK,
	    .requests = p->request,
	    .bytes_down = p->reads ? p->line.size_bytes : 0 };

	p->recorded++;
	plan_add(&p->sums, &d, p->line.size_bytes, NULL);
	if (p->rolling && (p->recorded == 1 || proven_at < *oldest)) {
		*oldest = proven_at;
		p->sums.first = d;
	}
}

/* Which ones it will be is not known yet, only how many. */
static void
count_sample(struct pick *p)
{
	uint64_t n = (uint64_t)p->recorded;

	p->wanted = p->recorded;
	if (p->sample == PICK_ALL)
		return;
	n = p->sample == PICK_PERCENT ? (n * p->amount + 99) / 100 :
	    n < p->amount ? n : p->amount;
	p->wanted = (int64_t)n;
	p->sums = (struct plan_sums){ .requests = {
	    .a = p->wanted * p->request.a, .b = p->wanted * p->request.b,
	    .free = p->wanted * p->request.free } };
	p->sums.count[PLAN_LOOK] = p->wanted;
}

static int
check_only(const struct pick *p, struct err *e)
{
	for (size_t i = 0; i < p->only->n; i++)
		if (!p->met[i]) {
			err_set(e, ERR_NOT_FOUND,
			    "%s is not recorded in this store",
			    p->only->item[i]);
			return err_advise(e, "see 'consign ls' for what is");
		}
	return 0;
}

static int
check_ids(const struct pick *p, struct err *e)
{
	for (size_t i = 0; i < p->only->n; i++)
		if (!form_fits(FORM_OBJECT, span_of(p->only->item[i]))) {
			err_set(e, ERR_USAGE, "'%s' is no object id",
			    p->only->item[i]);
			return err_advise(e, "give --only sha256: and 64 "
			    "lowercase hex digits");
		}
	return 0;
}

int
pick_count(struct pick *p, struct err *e)
{
	const struct manifest_place *place;
	struct span raw;
	int64_t oldest = 0;
	int rc;

	if (check_ids(p, e) != 0)
		return -1;
	p->met = calloc(p->only->n + 1, sizeof(*p->met));
	if (p->met == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for objects");
	if (open_view(p, e) != 0)
		return -1;
	while ((rc = next_recorded(p, &place, &raw, e)) == 1)
		count_one(p, place->proven_at, &oldest);
	close_view(p);
	if (rc != 0)
		return -1;
	count_sample(p);
	return check_only(p, e);
}

/* --- Giving --------------------------------------------------------------- */

/* By the time of the proof, those first that never had one. */
static int
sort(struct pick *p, struct err *e)
{
	const struct manifest_place *place;
	struct span raw;
	char key[32];
	struct buf b;
	int rc;

	p->sorter = calloc(1, sizeof(*p->sorter));
	if (p->sorter == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for sorting");
	sorter_init(p->sorter, p->run->archive->manifest, p->run->app->rng);
	while ((rc = next_recorded(p, &place, &raw, e)) == 1) {
		buf_fixed(&b, key, sizeof(key));
		buf_printf(&b, "%020lld", place->proven_at == FORM_NONE ? 0LL :
		    (long long)place->proven_at);
		if (sorter_add(p->sorter, buf_as_span(&b), raw, e) != 0)
			return -1;
	}
	close_view(p);
	return rc != 0 ? -1 : sorter_begin(p->sorter, e);
}

int
pick_begin(struct pick *p, struct err *e)
{
	p->ahead = p->recorded;
	p->left = p->wanted;
	if (open_view(p, e) != 0)
		return -1;
	return p->rolling ? sort(p, e) : 0;
}

/*
 * Is the next one of those ahead in the sample?  Each is with the probability
 * left / ahead, so that every set of that size is equally likely (Knuth,
 * The Art of Computer Programming, volume 2, 3.4.2, algorithm S).
 */
static int
draw(struct pick *p, bool *drawn, struct err *e)
{
	struct rng *rng = p->run->app->rng;
	uint64_t random;

	*drawn = true;
	if (p->sample != PICK_ALL) {
		if (rng->bytes(rng, &random, sizeof(random), e) != 0)
			return -1;
		/* ahead is far below 2^64: the bias is not to be seen. */
		*drawn = random % (uint64_t)p->ahead < (uint64_t)p->left;
	}
	p->ahead--;
	p->left -= *drawn;
	return 0;
}

static int
next_sorted(struct pick *p, const struct manifest_place **place,
    struct err *e)
{
	struct span key, raw;
	int rc = sorter_next(p->sorter, &key, &raw, e);

	if (rc != 1)
		return rc;
	if (manifest_parse(&p->line, raw, &p->scratch, e) != 0)
		return -1;
	*place = find_place(p);
	return 1;
}

int
pick_next(struct pick *p, const struct manifest_line **line,
    const struct manifest_place **place, struct err *e)
{
	bool drawn = false;
	struct span raw;
	int rc;

	*line = &p->line;
	do {
		if (p->left == 0)
			return 0;
		rc = p->rolling ? next_sorted(p, place, e) :
		    next_recorded(p, place, &raw, e);
		if (rc != 1)
			return rc;
		if (draw(p, &drawn, e) != 0)
			return -1;
	} while (!drawn);
	return 1;
}

void
pick_close(struct pick *p)
{
	close_view(p);
	if (p->sorter != NULL)
		sorter_free(p->sorter);
	free(p->sorter);
	free(p->met);
	p->sorter = NULL;
	p->met = NULL;
}
