/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <string.h>

#include "pipe_conn.h"

size_t
pipe_conn_put(struct pipe_half *h, const void *p, size_t n)
{
	if (h->at > 0) {
		memmove(h->bytes, h->bytes + h->at, h->len);
		h->at = 0;
	}
	if (n > sizeof(h->bytes) - h->len)
		n = sizeof(h->bytes) - h->len;
	memcpy(h->bytes + h->len, p, n);
	h->len += n;
	return n;
}

size_t
pipe_conn_take(struct pipe_half *h, void *p, size_t n)
{
	if (n > h->len)
		n = h->len;
	memcpy(p, h->bytes + h->at, n);
	h->at += n;
	h->len -= n;
	h->passed += (int64_t)n;
	return n;
}

static struct pipe_conn *
pipe_of(struct conn *c)
{
	return (struct pipe_conn *)(void *)c;
}

static size_t
grain_of(const struct pipe_conn *p, size_t n)
{
	return p->grain > 0 && n > p->grain ? p->grain : n;
}

static bool
is_cut(const struct pipe_conn *p)
{
	return p->cut >= 0 && p->down.passed >= p->cut;
}

static ssize_t
pipe_read(struct conn *c, void *buf, size_t n, struct err *e)
{
	struct pipe_conn *p = pipe_of(c);
	uint8_t *bytes = buf;
	int64_t from = p->down.passed;

	(void)e;
	n = grain_of(p, n);
	if (p->cut >= 0 && (int64_t)n > p->cut - from)
		n = (size_t)(p->cut - from);
	n = pipe_conn_take(&p->down, buf, n);
	if (p->flip >= from && p->flip < from + (int64_t)n)
		bytes[p->flip - from] ^= 1;
	if (n > 0)
		return (ssize_t)n;
	return p->ended || is_cut(p) ? 0 : CONN_AGAIN;
}

static ssize_t
pipe_write(struct conn *c, const void *buf, size_t n, struct err *e)
{
	struct pipe_conn *p = pipe_of(c);

	if (p->deaf) {
		errno = EPIPE;
		return err_sys(e, ERR_UNREACHABLE, "cannot send");
	}
	n = pipe_conn_put(&p->up, buf, grain_of(p, n));
	return n > 0 ? (ssize_t)n : CONN_AGAIN;
}

static int
pipe_flush(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

static int
pipe_wait(struct conn *c, int want, int64_t until_ms, struct err *e)
{
	struct pipe_conn *p = pipe_of(c);

	(void)until_ms;
	(void)e;
	for (;;) {
		int r = 0;
		if (p->down.len > 0 || p->ended || is_cut(p))
			r |= CONN_READ;
		if (p->deaf || p->up.len < sizeof(p->up.bytes))
			r |= CONN_WRITE;
		if ((r & want) != 0)
			return r & want;
		if (p->serve == NULL || !p->serve(p))
			return 0;
	}
}

static void
pipe_close(struct conn *c)
{
	pipe_of(c)->closes++;
}

void
pipe_conn_init(struct pipe_conn *p)
{
	static const struct conn_ops ops = {
		pipe_read, pipe_write, pipe_flush, pipe_wait, pipe_close
	};

	memset(p, 0, sizeof(*p));
	p->conn.ops = &ops;
	p->cut = p->flip = -1;
}
