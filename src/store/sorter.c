/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file_scratch.h"

#include "sorter.h"

void
sorter_init(struct sorter *s, const char *beside, struct rng *rng)
{
	s->beside = beside;
	s->rng = rng;
	buf_init(&s->bytes, SORTER_BYTES + SORTER_LINE_MAX + 1);
	s->n = s->next = 0;
	s->nruns = 0;
	s->last = NULL;
}

/* --- The chunk ------------------------------------------------------------ */

static int
in_order(const void *a, const void *b)
{
	const struct sorter_item *x = a, *y = b;
	int c = span_compare((struct span){ x->line, x->key_len },
	    (struct span){ y->line, y->key_len });

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static void
sort_chunk(struct sorter *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->item[i].line = s->bytes.data + s->item[i].at;
	qsort(s->item, s->n, sizeof(s->item[0]), in_order);
}

static int
put_line(struct sink *sink, struct span line, struct err *e)
{
	if (sink_put(sink, line, e) != 0)
		return -1;
	return sink_put(sink, (struct span){ "\n", 1 }, e);
}

/* --- Runs ----------------------------------------------------------------- */

/* A new run at the end of the list, to be written through s->sink. */
static struct sorter_run *
begin_run(struct sorter *s, int level, struct err *e)
{
	struct sorter_run *run = &s->run[s->nruns];

	if (s->nruns == SORTER_RUNS) {
		err_set(e, ERR_LEDGER_BROKEN, "too much to sort");
		return NULL;
	}
	*run = (struct sorter_run){ .level = level };
	if (file_scratch_open(&run->tmp, s->beside, s->rng, e) != 0)
		return NULL;
	s->nruns++;
	/* What is sorted was recorded before, and passed the guard then. */
	sink_init(&s->sink, &run->tmp, NULL);
	return run;
}

static void
end_run(struct sorter_run *run)
{
	free(run->window);
	file_tmp_discard(&run->tmp);
	*run = (struct sorter_run){ .level = 0 };
}

static int
advance(struct sorter_run *run, struct err *e)
{
	struct span line;
	int rc = lines_next(&run->lines, &line, e);

	run->key = (struct span){ NULL, 0 };
	if (rc == 1)
		run->text = span_cut(line, '\t', &run->key);
	return rc < 0 ? -1 : 0;
}

/* Begin to read the runs from first on. */
static int
open_runs(struct sorter *s, size_t first, struct err *e)
{
	for (size_t i = first; i < s->nruns; i++) {
		struct sorter_run *run = &s->run[i];

		run->window = malloc(SORTER_LINE_MAX);
		if (run->window == NULL)
			return err_set(e, ERR_NO_MEMORY, "no memory to sort");
		run->file = file_tmp_reader(&run->tmp);
		lines_init(&run->lines, &run->file, run->window,
		    SORTER_LINE_MAX);
		if (advance(run, e) != 0)
			return -1;
	}
	return 0;
}

/* Of the runs from first to behind, the one whose turn it is, or NULL. */
static struct sorter_run *
lowest(struct sorter *s, size_t first, size_t behind)
{
	struct sorter_run *low = NULL;

	/* Of equal ones, the oldest. */
	for (size_t i = first; i < behind; i++) {
		struct sorter_run *run = &s->run[i];

		if (run->key.p != NULL &&
		    (low == NULL || span_compare(run->key, low->key) < 0))
			low = run;
	}
	return low;
}

/* Make one run of the last SORTER_FAN. */
static int
merge(struct sorter *s, struct err *e)
{
	size_t first = s->nruns - SORTER_FAN, behind = s->nruns;
	struct sorter_run *to, *from;

	if (open_runs(s, first, e) != 0 ||
	    (to = begin_run(s, s->run[first].level + 1, e)) == NULL)
		return -1;
	while ((from = lowest(s, first, behind)) != NULL) {
		/* Key and text still stand side by side. */
		struct span line = { from->key.p,
		    from->key.len + 1 + from->text.len };

		if (put_line(&s->sink, line, e) != 0 || advance(from, e) != 0)
			return -1;
	}
	if (sink_flush(&s->sink, e) != 0)
		return -1;
	for (size_t i = first; i < behind; i++)
		end_run(&s->run[i]);
	s->run[first] = *to;
	*to = (struct sorter_run){ .level = 0 };
	s->nruns = first + 1;
	return 0;
}

static bool
is_to_merge(const struct sorter *s)
{
	return s->nruns >= SORTER_FAN &&
	    s->run[s->nruns - SORTER_FAN].level == s->run[s->nruns - 1].level;
}

/* Let the chunk become a run. */
static int
spill(struct sorter *s, struct err *e)
{
	sort_chunk(s);
	if (begin_run(s, 0, e) == NULL)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		if (put_line(&s->sink, (struct span){ s->item[i].line,
		    s->item[i].len }, e) != 0)
			return -1;
	if (sink_flush(&s->sink, e) != 0)
		return -1;
	buf_reset(&s->bytes);
	s->n = 0;
	while (is_to_merge(s))
		if (merge(s, e) != 0)
			return -1;
	return 0;
}

/* --- In and out ----------------------------------------------------------- */

int
sorter_add(struct sorter *s, struct span key, struct span text,
    struct err *e)
{
	struct sorter_item *item;

	if (key.len > SORTER_KEY_MAX || text.len > LEDGER_ROW_MAX)
		return err_set(e, ERR_LEDGER_BROKEN, "too long to sort");
	if ((s->n == SORTER_CHUNK || s->bytes.len >= SORTER_BYTES) &&
	    spill(s, e) != 0)
		return -1;
	item = &s->item[s->n++];
	*item = (struct sorter_item){ .at = s->bytes.len,
	    .len = key.len + 1 + text.len, .key_len = key.len };
	buf_span(&s->bytes, key);
	buf_putc(&s->bytes, '\t');
	buf_span(&s->bytes, text);
	if (!buf_ok(&s->bytes))
		return err_set(e, ERR_NO_MEMORY, "no memory to sort");
	return 0;
}

int
sorter_begin(struct sorter *s, struct err *e)
{
	if (s->nruns == 0) {
		sort_chunk(s);
		return 0;
	}
	if (s->n > 0 && spill(s, e) != 0)
		return -1;
	return open_runs(s, 0, e);
}

int
sorter_next(struct sorter *s, struct span *key, struct span *text,
    struct err *e)
{
	if (s->nruns == 0) {
		const struct sorter_item *item = &s->item[s->next];

		if (s->next == s->n)
			return 0;
		s->next++;
		*key = (struct span){ item->line, item->key_len };
		*text = (struct span){ item->line + item->key_len + 1,
		    item->len - item->key_len - 1 };
		return 1;
	}
	/* Not before: what was given was to stay until now. */
	if (s->last != NULL && advance(s->last, e) != 0)
		return -1;
	s->last = lowest(s, 0, s->nruns);
	if (s->last == NULL)
		return 0;
	*key = s->last->key;
	*text = s->last->text;
	return 1;
}

void
sorter_free(struct sorter *s)
{
	buf_free(&s->bytes);
	while (s->nruns > 0)
		end_run(&s->run[--s->nruns]);
	s->n = s->next = 0;
	s->last = NULL;
}
