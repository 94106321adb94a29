/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "num.h"

#include "script_conn.h"

static struct script *
of_conn(struct conn *c)
{
	return (struct script *)((char *)c - offsetof(struct script, conn));
}

static struct script *
of_clock(struct clock *c)
{
	return (struct script *)((char *)c - offsetof(struct script, clock));
}

static int
fault(struct script *s, struct err *e, const char *what)
{
	if (s->fault == NULL)
		s->fault = what;
	return err_set(e, ERR_IO_ERROR, "script: %s", what);
}

/* --- Reading the script --- */

static int
hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

/* The byte that an escape at t stands for; *used: its length. */
static char
unescape(const char *t, size_t len, size_t *used)
{
	static const char name[] = "rnt\\", value[] = "\r\n\t\\";
	const char *at;

	*used = 1;
	if (t[0] != '\\' || len < 2)
		return t[0];
	*used = 2;
	at = memchr(name, t[1], 4);
	if (at != NULL)
		return value[at - name];
	if (t[1] != 'x' || len < 4)
		return t[1];
	*used = 4;
	return (char)(hex_digit(t[2]) * 16 + hex_digit(t[3]));
}

static void
decode(struct script *s, struct span text)
{
	size_t i, used;

	s->text_len = 0;
	for (i = 0; i < text.len && s->text_len < sizeof(s->text); i += used)
		s->text[s->text_len++] =
		    unescape(text.p + i, text.len - i, &used);
	if (i < text.len && s->fault == NULL)
		s->fault = "a line of the script is too long";
}

static struct span
operand(struct span line)
{
	struct span word, rest = span_cut(line, ' ', &word);

	return rest.p != NULL ? rest : (struct span){ line.p, 0 };
}

static uint64_t
time_of(struct script *s, struct span text)
{
	uint64_t ms = 0;

	if (num_ms(text, INT64_MAX / 2, &ms) == -1 && s->fault == NULL)
		s->fault = "a time in the script is not one";
	return ms;
}

/* "~ N [TIME]" */
static void
set_grain(struct script *s, struct span args)
{
	struct span n, time = span_cut(args, ' ', &n);
	uint64_t grain = 0;

	if (num_u64(n, SIZE_MAX, &grain) == -1 && s->fault == NULL)
		s->fault = "a grain in the script is no number";
	s->grain = (size_t)grain;
	s->pace = time.p != NULL ? (int64_t)time_of(s, time) : 0;
}

enum op { OP_END, OP_EXPECT, OP_ANY, OP_ANSWER, OP_STALL, OP_RESET, OP_EOF };

static void
next_line(struct script *s)
{
	s->at++;
	s->done = 0;
	s->rounds = 0;
	s->stalled = 0;
	s->text_len = 0;
}

/* How often "<N TEXT" is to be sent. */
static uint64_t
rounds_of(struct span line)
{
	struct span word;
	uint64_t n = 1;

	span_cut(line, ' ', &word);
	word.p++;
	word.len--;
	num_u64(word, INT64_MAX, &n);
	return n;
}

/* What is to be done now; settings are taken on the way. */
static enum op
current(struct script *s)
{
	for (; s->at < s->nlines; next_line(s)) {
		struct span line = s->line[s->at], arg = operand(line);

		if (span_starts(line, "~"))
			set_grain(s, arg);
		else if (span_is(line, "! deaf"))
			s->deaf = true;
		else if (span_is(line, "! reset"))
			return OP_RESET;
		else if (span_is(line, "! eof"))
			return OP_EOF;
		else if (span_starts(line, "! stall "))
			return OP_STALL;
		else if (span_is(line, "> *"))
			return OP_ANY;
		else if (span_starts(line, ">") || span_starts(line, "<")) {
			if (s->text_len == 0)
				decode(s, arg);
			if (s->text_len > 0)
				return line.p[0] == '>' ? OP_EXPECT :
				    OP_ANSWER;
		} else if (s->fault == NULL) {
			s->fault = "a line of the script is none";
		}
	}
	return OP_END;
}

/* --- The conn --- */

static size_t
piece(const struct script *s, size_t n)
{
	return s->grain > 0 && n > s->grain ? s->grain : n;
}

static bool
is_cut(const struct script *s)
{
	return s->cut >= 0 && s->answered >= s->cut;
}

static ssize_t
answer(struct script *s, void *p, size_t n)
{
	size_t left = s->text_len - s->done;

	n = piece(s, n < left ? n : left);
	if (s->cut >= 0 && (int64_t)n > s->cut - s->answered)
		n = (size_t)(s->cut - s->answered);
	memcpy(p, s->text + s->done, n);
	s->done += n;
	s->answered += (int64_t)n;
	s->paid = false;
	if (s->done == s->text_len) {
		s->done = 0;
		if ((uint64_t)++s->rounds >= rounds_of(s->line[s->at]))
			next_line(s);
	}
	return (ssize_t)n;
}

static ssize_t
script_read(struct conn *c, void *p, size_t n, struct err *e)
{
	struct script *s = of_conn(c);
	enum op op = current(s);

	if (op == OP_RESET)
		return err_set(e, ERR_UNREACHABLE, "the connection broke");
	if (op == OP_EOF || (op == OP_ANSWER && is_cut(s)))
		return 0;
	if (op != OP_ANSWER || (s->pace > 0 && !s->paid))
		return CONN_AGAIN;
	return answer(s, p, n);
}

static ssize_t
script_write(struct conn *c, const void *p, size_t n, struct err *e)
{
	struct script *s = of_conn(c);
	enum op op = current(s);

	if (s->deaf || op == OP_RESET || op == OP_EOF)
		return err_set(e, ERR_UNREACHABLE, "the connection broke");
	if (op == OP_ANSWER || op == OP_STALL)
		return CONN_AGAIN;
	if (op == OP_END)
		return fault(s, e, "the client sends behind the script's end");
	n = piece(s, n);
	s->held = s->grain > 0;
	if (op == OP_ANY)
		return (ssize_t)n;
	if (n > s->text_len - s->done)
		n = s->text_len - s->done;
	if (memcmp(p, s->text + s->done, n) != 0)
		return fault(s, e, "the client sends other bytes");
	s->done += n;
	if (s->done == s->text_len)
		next_line(s);
	return (ssize_t)n;
}

/* In pieces, the last of them is held back until the client waits. */
static int
script_flush(struct conn *c, struct err *e)
{
	struct script *s = of_conn(c);

	(void)e;
	return s->held && !s->deaf ? CONN_AGAIN : 0;
}

/* Let time pass up to until; true when ms passed before that. */
static bool
pass(struct script *s, int64_t ms, int64_t until)
{
	if (until != INT64_MAX && s->mono + ms > until) {
		s->mono = until;
		return false;
	}
	s->mono += ms;
	return true;
}

/* A stall, as far as until. */
static void
stall(struct script *s, int64_t until)
{
	struct span line = s->line[s->at];
	struct span time = { line.p + 8, line.len - 8 };
	int64_t start = s->mono;

	if (pass(s, (int64_t)time_of(s, time) - s->stalled, until))
		next_line(s);
	else
		s->stalled += s->mono - start;
}

static int
script_wait(struct conn *c, int want, int64_t until, struct err *e)
{
	struct script *s = of_conn(c);

	s->held = false;
	while (until == INT64_MAX || s->mono < until) {
		enum op op = current(s);

		if (op == OP_ANY && (want & CONN_WRITE) == 0)
			next_line(s);
		else if (op == OP_STALL)
			stall(s, until);
		else if (op == OP_ANSWER && s->pace > 0 && !s->paid)
			s->paid = pass(s, s->pace, until);
		else if (op == OP_RESET || op == OP_EOF)
			return want;
		else if (op == OP_ANSWER && (want & CONN_READ) != 0)
			return CONN_READ;
		else if (op != OP_ANSWER && (want & CONN_WRITE) != 0)
			return CONN_WRITE;
		else if (until == INT64_MAX)
			return fault(s, e, "the client waits for ever");
		else
			s->mono = until;
	}
	return 0;
}

static void
script_close(struct conn *c)
{
	of_conn(c)->closed = true;
}

/* --- The clock --- */

static int64_t
script_mono(struct clock *c)
{
	return of_clock(c)->mono;
}

static int64_t
script_wall(struct clock *c)
{
	return of_clock(c)->wall + of_clock(c)->mono / 1000;
}

static void
script_sleep(struct clock *c, int64_t ms)
{
	of_clock(c)->mono += ms;
}

static int
script_stop_signal(struct clock *c)
{
	return of_clock(c)->signal;
}

/* see script_conn.h */
void
script_init(struct script *s, const struct span *lines, size_t nlines,
    size_t grain)
{
	static const struct conn_ops ops = { script_read, script_write,
	    script_flush, script_wait, script_close };

	*s = (struct script){ .conn = { &ops }, .clock = { script_mono,
	    script_wall, script_sleep, script_stop_signal }, .cut = -1,
	    .line = lines, .nlines = nlines, .grain = grain,
	    .mono = 1000, .wall = 1369353600 };
}

/* see script_conn.h */
void
script_idle(struct script *s, int64_t ms)
{
	int64_t until = s->mono + ms;

	while (current(s) == OP_STALL && s->mono < until)
		stall(s, until);
	s->mono = until;
}

/* see script_conn.h */
bool
script_is_done(struct script *s)
{
	/* Ends stand for ever. */
	while (current(s) == OP_EOF || current(s) == OP_RESET)
		next_line(s);
	return current(s) == OP_END;
}
