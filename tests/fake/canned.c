/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

#include "fixed.h"

#include "canned.h"

#define FROM(member, p) ((struct canned *)(void *) \
	((char *)(p) - offsetof(struct canned, member)))

static const char early[] = "!early ";

/* Is the next answer one that does not wait for the request's body? */
static bool
is_early(const struct canned *c)
{
	const char *a = c->answers[c->next];

	return a != NULL && strncmp(a, early, sizeof(early) - 1) == 0;
}

/* The value of a field of the request's head, or "". */
static void
field(char *out, size_t size, const struct canned *c, const char *name)
{
	const char *at = strstr(c->in, name);
	size_t n;

	out[0] = '\0';
	if (at == NULL)
		return;
	at += strlen(name);
	n = strcspn(at, "\r");
	snprintf(out, size, "%.*s", (int)n, at);
}

static void
note_request(struct canned *c)
{
	size_t i = c->requests++;
	uint64_t length = 0;
	char text[40];

	if (i >= CANNED_MAX)
		abort();
	snprintf(c->asked[i], sizeof(c->asked[i]), "%.*s",
	    (int)(strcspn(c->in, "\r") - strlen(" HTTP/1.1")), c->in);
	field(text, sizeof(text), c, "If-None-Match: ");
	c->conditional[i] = text[0] != '\0';
	field(c->range[i], sizeof(c->range[i]), c, "Range: ");
	field(c->type[i], sizeof(c->type[i]), c, "Content-Type: ");
	field(c->if_match[i], sizeof(c->if_match[i]), c, "If-Match: ");
	field(text, sizeof(text), c, "Content-Length: ");
	num_u64(span_of(text), INT64_MAX, &length);
	c->body_left = (int64_t)length;
	if (length > 0)
		c->body_len = 0;
}

static void
note_body(struct canned *c, const char *p, size_t n)
{
	size_t room = sizeof(c->body) - c->body_len;

	if (n > room)
		n = room;
	memcpy(c->body + c->body_len, p, n);
	c->body_len += n;
}

/* The request is complete: what is the answer? */
static void
answer(struct canned *c)
{
	const char *a = c->answers[c->next];

	if (a == NULL)
		abort();
	if (c->meddle != NULL)
		c->meddle(c->requests - 1);
	c->next++;
	if (strcmp(a, "!silent") == 0)
		return;
	if (strncmp(a, early, sizeof(early) - 1) == 0)
		a += sizeof(early) - 1;
	c->out = a;
	c->out_at = 0;
	c->out_len = strlen(a);
	c->cut = false;
	if (strcmp(a, "!close") == 0) {
		c->out_len = 0;
		c->cut = true;
	} else if (c->out_len > 4 &&
	    strcmp(a + c->out_len - 4, "!cut") == 0) {
		c->out_len -= 4;
		c->cut = true;
	}
	c->idle = c->out_len > 5 &&
	    strcmp(a + c->out_len - 5, "!idle") == 0;
	if (c->idle)
		c->out_len -= 5;
	c->in_len = 0;
	c->body_left = -1;
}

static ssize_t
canned_write(struct conn *conn, const void *p, size_t n, struct err *e)
{
	struct canned *c = FROM(conn, conn);
	const char *at = p;
	size_t taken = 0;

	if (c->ended)
		return err_set(e, ERR_UNREACHABLE, "closed");
	if (c->out != NULL && c->out_at < c->out_len)
		return CONN_AGAIN;
	while (taken < n) {
		if (c->body_left < 0) {
			if (c->in_len + 1 >= sizeof(c->in))
				abort();
			c->in[c->in_len++] = at[taken++];
			c->in[c->in_len] = '\0';
			if (c->in_len < 4 || memcmp(c->in + c->in_len - 4,
			    "\r\n\r\n", 4) != 0)
				continue;
			note_request(c);
		} else {
			size_t some = n - taken;

			if ((int64_t)some > c->body_left)
				some = (size_t)c->body_left;
			note_body(c, at + taken, some);
			taken += some;
			c->body_left -= (int64_t)some;
		}
		if (c->body_left == 0 || is_early(c)) {
			answer(c);
			break;
		}
	}
	return (ssize_t)taken;
}

static ssize_t
canned_read(struct conn *conn, void *p, size_t n, struct err *e)
{
	struct canned *c = FROM(conn, conn);
	size_t left = c->out_len - c->out_at;

	(void)e;
	if (c->out == NULL)
		return CONN_AGAIN;
	if (left == 0) {
		c->ended |= c->cut;
		return c->cut ? 0 : CONN_AGAIN;
	}
	if (n > left)
		n = left;
	memcpy(p, c->out + c->out_at, n);
	c->out_at += n;
	return (ssize_t)n;
}

static int
canned_wait(struct conn *conn, int want, int64_t until_ms, struct err *e)
{
	struct canned *c = FROM(conn, conn);
	bool readable = c->out != NULL && (c->out_at < c->out_len || c->cut);
	int ready = (readable ? CONN_READ : 0) | CONN_WRITE;

	(void)e;
	if ((want & ready) != 0)
		return want & ready;
	c->mono = until_ms;
	return 0;
}

static void
canned_close(struct conn *conn)
{
	struct canned *c = FROM(conn, conn);

	c->out = NULL;
	c->out_len = c->out_at = c->in_len = 0;
	c->ended = c->cut = c->idle = false;
	c->body_left = -1;
}

static int
canned_dial(struct dialer *d, const struct endpoint *ep, int64_t connect_ms,
    struct conn **out, struct err *e)
{
	struct canned *c = FROM(dialer, d);

	(void)ep;
	(void)connect_ms;
	c->dials++;
	if (c->answers[c->next] != NULL &&
	    strcmp(c->answers[c->next], "!refuse") == 0) {
		c->next++;
		return err_set(e, ERR_UNREACHABLE, "refused");
	}
	canned_close(&c->conn);
	*out = &c->conn;
	return 0;
}

static int64_t
canned_mono(struct clock *clock)
{
	return FROM(clock, clock)->mono;
}

static void
canned_sleep(struct clock *clock, int64_t ms)
{
	struct canned *c = FROM(clock, clock);

	c->mono += ms;
	c->slept_ms += ms;
	c->cut |= c->idle;
}

static int
canned_stop(struct clock *clock)
{
	return FROM(clock, clock)->stop;
}

void
canned_init(struct canned *c, const char *const *answers)
{
	static const struct conn_ops ops = { canned_read, canned_write,
	    fixed_flush, canned_wait, canned_close };

	memset(c, 0, sizeof(*c));
	c->dialer = (struct dialer){ .resolve = fixed_resolve,
	    .dial = canned_dial, .widest = ADDR_PUBLIC };
	c->conn.ops = &ops;
	c->clock = (struct clock){ canned_mono, fixed_wall, canned_sleep,
	    canned_stop };
	c->rng.bytes = fixed_bytes;
	c->answers = answers;
	c->body_left = -1;
}
