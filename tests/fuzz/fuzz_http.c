/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 65536

/* A server that answers with the input, so many bytes at a time. */
struct peer {
	struct conn conn;
	const uint8_t *data;
	size_t left, grain;
	bool asked;
};

struct outcome {
	enum err_code code;
	int status;
	int64_t size;
	size_t len;
	char body[BODY_MAX];
};

static ssize_t
peer_read(struct conn *c, void *p, size_t n, struct err *e)
{
	struct peer *peer = (struct peer *)c;

	(void)e;
	if (!peer->asked)
		return CONN_AGAIN;
	n = n < peer->grain ? n : peer->grain;
	n = n < peer->left ? n : peer->left;
	memcpy(p, peer->data, n);
	peer->data += n;
	peer->left -= n;
	return (ssize_t)n;
}

static ssize_t
peer_write(struct conn *c, const void *p, size_t n, struct err *e)
{
	(void)p;
	(void)e;
	((struct peer *)c)->asked = true;
	return (ssize_t)n;
}

static int
peer_flush(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

static int
peer_wait(struct conn *c, int want, int64_t until, struct err *e)
{
	(void)c;
	(void)until;
	(void)e;
	return want;
}

static int64_t
no_time(struct clock *c)
{
	(void)c;
	return 0;
}

static int
no_signal(struct clock *c)
{
	(void)c;
	return 0;
}

static void
play(struct outcome *o, struct span in, size_t grain, const char *method)
{
	static struct http h;
	static const struct conn_ops ops = { peer_read, peer_write,
	    peer_flush, peer_wait, NULL };
	struct peer peer = { { &ops }, (const uint8_t *)in.p, in.len, grain,
	    false };
	struct clock clock = { .mono_ms = no_time,
	    .stop_signal = no_signal };
	struct http_limits limits = {0};
	struct http_request req = { .method = method, .target = span_of("/"),
	    .fields = span_of("Host: h\r\n") };
	struct err e = {0};
	ssize_t n = -1;

	o->len = 0;
	http_init(&h, &clock, &limits);
	if (http_begin(&h, &peer.conn, &req, &e) == 0)
		while (o->len < BODY_MAX && (n = http_read(&h,
		    o->body + o->len, BODY_MAX - o->len, &e)) > 0)
			o->len += (size_t)n;
	o->code = e.code;
	o->status = h.status;
	o->size = h.body_size;
	BUG_ON(n == 0 && e.code != ERR_NONE);
	BUG_ON(n < 0 && e.code == ERR_NONE);
	BUG_ON(n == 0 && h.body_size >= 0 && strcmp(method, "GET") == 0 &&
	    (size_t)h.body_size != o->len);
}

/* The outcome does not depend on the pieces in which the bytes come. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = { "GET", "HEAD" };
	static struct outcome whole, pieces;
	struct span in = { (const char *)data, size };

	for (size_t m = 0; m < 2; m++) {
		play(&whole, in, SIZE_MAX, methods[m]);
		for (size_t grain = 1; grain < 4; grain++) {
			play(&pieces, in, grain, methods[m]);
			BUG_ON(pieces.code != whole.code);
			BUG_ON(pieces.status != whole.status);
			BUG_ON(pieces.size != whole.size);
			BUG_ON(pieces.len != whole.len);
			BUG_ON(memcmp(pieces.body, whole.body, whole.len));
		}
	}
	return 0;
}
