/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "num.h"

#include "fixed.h"
#include "part_serve.h"

#include "part_store.h"

#define FROM(member, p) ((struct part_store *)(void *) \
	((char *)(p) - offsetof(struct part_store, member)))

/* So many bytes of n move before the line breaks. */
static size_t
move(struct part_store *s, size_t n)
{
	if (s->cut_in < 0)
		return n;
	if ((int64_t)n >= s->cut_in) {
		n = (size_t)s->cut_in;
		s->cut_in = -1;
		s->broken = true;
		s->cuts++;
		return n;
	}
	s->cut_in -= (int64_t)n;
	return n;
}

static size_t
take_head(struct part_store *s, const char *p)
{
	char text[80];
	uint64_t n;

	if (s->head_len + 1 >= sizeof(s->head))
		abort();
	s->head[s->head_len++] = *p;
	s->head[s->head_len] = '\0';
	if (s->head_len < 4 ||
	    strcmp(s->head + s->head_len - 4, "\r\n\r\n") != 0)
		return 1;
	s->in_body = true;
	s->body_len = 0;
	if (num_u64(span_of(part_serve_value(s, "Content-Length: ", "\r",
	    text)), SIZE_MAX / 2, &n) != 0)
		n = 0;
	s->body_size = (size_t)n;
	free(s->body);
	s->body = calloc(1, s->body_size + 1);
	if (s->body == NULL)
		abort();
	return 1;
}

static ssize_t
store_write(struct conn *conn, const void *p, size_t n, struct err *e)
{
	struct part_store *s = FROM(conn, conn);
	const char *at = p;
	size_t taken = 0;

	if (s->broken)
		return err_set(e, ERR_UNREACHABLE, "the line broke");
	if (s->out_at < s->out_len)
		return CONN_AGAIN;
	n = move(s, n);
	while (taken < n && s->out_at == s->out_len) {
		if (!s->in_body) {
			taken += take_head(s, at + taken);
		} else {
			size_t some = s->body_size - s->body_len;

			if (some > n - taken)
				some = n - taken;
			memcpy(s->body + s->body_len, at + taken, some);
			s->body_len += some;
			taken += some;
		}
		if (!s->in_body || s->body_len < s->body_size)
			continue;
		part_serve(s);
		s->head_len = s->body_len = 0;
		s->in_body = false;
	}
	if (taken == 0 && s->broken)
		return err_set(e, ERR_UNREACHABLE, "the line broke");
	return (ssize_t)taken;
}

static ssize_t
store_read(struct conn *conn, void *p, size_t n, struct err *e)
{
	struct part_store *s = FROM(conn, conn);
	size_t left = s->out_len - s->out_at;

	if (s->broken)
		return err_set(e, ERR_UNREACHABLE, "the line broke");
	if (left == 0)
		return CONN_AGAIN;
	n = move(s, n < left ? n : left);
	if (n == 0)
		return err_set(e, ERR_UNREACHABLE, "the line broke");
	memcpy(p, s->out + s->out_at, n);
	s->out_at += n;
	return (ssize_t)n;
}

static int
store_wait(struct conn *conn, int want, int64_t until_ms, struct err *e)
{
	struct part_store *s = FROM(conn, conn);
	int ready = CONN_WRITE;

	(void)e;
	if (s->broken || s->out_at < s->out_len)
		ready |= CONN_READ;
	if ((want & ready) == 0)
		s->mono = until_ms;
	return want & ready;
}

static void
store_close(struct conn *conn)
{
	struct part_store *s = FROM(conn, conn);

	s->broken = s->in_body = false;
	s->head_len = s->body_len = s->out_len = s->out_at = 0;
}

static int
store_dial(struct dialer *d, const struct endpoint *ep, int64_t connect_ms,
    struct conn **out, struct err *e)
{
	struct part_store *s = FROM(dialer, d);

	(void)ep;
	(void)connect_ms;
	(void)e;
	store_close(&s->conn);
	*out = &s->conn;
	return 0;
}

static int64_t
store_mono(struct clock *clock)
{
	return FROM(clock, clock)->mono;
}

static void
store_sleep(struct clock *clock, int64_t ms)
{
	FROM(clock, clock)->mono += ms;
}

static int
store_stop(struct clock *clock)
{
	(void)clock;
	return 0;
}

void
part_store_init(struct part_store *s)
{
	static const struct conn_ops ops = { store_read, store_write,
	    fixed_flush, store_wait, store_close };

	memset(s, 0, sizeof(*s));
	s->dialer = (struct dialer){ .resolve = fixed_resolve,
	    .dial = store_dial, .widest = ADDR_PUBLIC };
	s->conn.ops = &ops;
	s->clock = (struct clock){ store_mono, fixed_wall, store_sleep,
	    store_stop };
	s->rng.bytes = fixed_bytes;
	s->cut_in = -1;
}

void
part_store_free(struct part_store *s)
{
	for (size_t i = 0; i < s->uploads; i++)
		part_serve_close(&s->upload[i]);
	free(s->object);
	free(s->body);
	free(s->out);
}

size_t
part_store_open(const struct part_store *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->uploads; i++)
		n += s->upload[i].open;
	return n;
}
