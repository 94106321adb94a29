/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "window.h"

static bool
two_digits(struct span s, int *out)
{
	if (s.len != 2 || s.p[0] < '0' || s.p[0] > '9' ||
	    s.p[1] < '0' || s.p[1] > '9')
		return false;
	*out = (s.p[0] - '0') * 10 + (s.p[1] - '0');
	return true;
}

/* HH:MM; -1 for anything else. */
static int
parse_minute(struct span s)
{
	struct span hour;
	int h, m;

	s = span_cut(s, ':', &hour);
	if (!two_digits(hour, &h) || !two_digits(s, &m) || m > 59 ||
	    h * 60 + m > WINDOW_DAY)
		return -1;
	return h * 60 + m;
}

int
window_span_parse(struct window_span *s, struct span text)
{
	struct span from, to = span_cut(text, '-', &from);

	s->from = parse_minute(from);
	s->to = parse_minute(to);
	return s->from < 0 || s->from == WINDOW_DAY || s->to < 0 ||
	    s->from == s->to ? -1 : 0;
}

int
window_parse(struct window *w, struct span text, struct err *e)
{
	struct span rest = text, piece;

	w->n = 0;
	do {
		rest = span_cut(rest, ',', &piece);
		if (w->n == WINDOW_SPANS)
			return err_set(e, ERR_CONFIG_INVALID,
			    "a window of more than %d times", WINDOW_SPANS);
		if (window_span_parse(&w->span[w->n],
		    span_trim(piece)) != 0) {
			err_set(e, ERR_CONFIG_INVALID,
			    "'%.*s' is no window",
			    (int)(text.len < 128 ? text.len : 128), text.p);
			return err_advise(e, "give HH:MM-HH:MM, several with "
			    "commas between");
		}
		w->n++;
	} while (rest.p != NULL);
	return 0;
}

bool
window_span_has(const struct window_span *s, int minute)
{
	bool after = minute >= s->from, before = minute < s->to;

	return s->from < s->to ? after && before : after || before;
}

bool
window_is_open(const struct window *w, int minute)
{
	for (size_t i = 0; i < w->n; i++)
		if (window_span_has(&w->span[i], minute))
			return true;
	return w->n == 0;
}

int
window_minutes(const struct window *w, int minute)
{
	bool open = window_is_open(w, minute);
	int n = 1;

	while (n < WINDOW_DAY &&
	    window_is_open(w, (minute + n) % WINDOW_DAY) == open)
		n++;
	return n;
}
