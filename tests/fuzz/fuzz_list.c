/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A store that answers with the pages of the input, which NULs part; the last
 * one again and again.  It is everything that a client needs.
 */
struct store {
	struct conn conn;
	struct dialer dialer;
	struct clock clock;
	struct rng rng;
	struct span rest;		/* pages to come */
	char head[64];
	struct span out[2];		/* what is to be read: head, page */
};

static struct store store;

static ssize_t
give(struct conn *c, void *p, size_t n, struct err *e)
{
	size_t i = store.out[0].len > 0 ? 0 : 1;

	(void)c;
	(void)e;
	if (store.out[i].len == 0)
		return CONN_AGAIN;
	n = n < store.out[i].len ? n : store.out[i].len;
	memcpy(p, store.out[i].p, n);
	store.out[i].p += n;
	store.out[i].len -= n;
	return (ssize_t)n;
}

/* A request, which comes in one piece: the next page is its answer. */
static ssize_t
take(struct conn *c, const void *p, size_t n, struct err *e)
{
	const char *end = store.rest.len == 0 ? NULL :
	    memchr(store.rest.p, '\0', store.rest.len);
	size_t len = end != NULL ? (size_t)(end - store.rest.p) :
	    store.rest.len;

	(void)c;
	(void)p;
	(void)e;
	snprintf(store.head, sizeof(store.head),
	    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
	store.out[0] = span_of(store.head);
	store.out[1] = (struct span){ store.rest.p, len };
	if (end != NULL) {
		store.rest.p += len + 1;
		store.rest.len -= len + 1;
	}
	return (ssize_t)n;
}

static int
flush(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

static int
wait_for(struct conn *c, int want, int64_t until, struct err *e)
{
	(void)c;
	(void)until;
	(void)e;
	return want;
}

static void
end(struct conn *c)
{
	(void)c;
	store.out[0].len = store.out[1].len = 0;
}

static int
dial(struct dialer *d, const struct endpoint *ep, int64_t ms,
    struct conn **out, struct err *e)
{
	(void)d;
	(void)ep;
	(void)ms;
	(void)e;
	*out = &store.conn;
	return 0;
}

static int64_t
no_time(struct clock *c)
{
	(void)c;
	return 0;
}

static void
no_sleep(struct clock *c, int64_t ms)
{
	(void)c;
	(void)ms;
}

static int
no_signal(struct clock *c)
{
	(void)c;
	return 0;
}

static int
no_chance(struct rng *r, void *p, size_t n, struct err *e)
{
	(void)r;
	(void)e;
	memset(p, 0, n);
	return 0;
}

/* Each entry is what was asked for, and objects come in order. */
static void
check_list(struct client *client, const struct list_query *q)
{
	static struct list l;
	struct list_entry entry;
	char last[LIST_KEY_MAX];
	struct span before = { last, 0 };
	struct err e = {0};
	int rc;

	list_open(&l, client, q);
	while ((rc = list_next(&l, &entry, &e)) == 1) {
		BUG_ON(entry.key.len > LIST_KEY_MAX || entry.size < 0);
		BUG_ON(entry.key.len < q->prefix.len ||
		    memcmp(entry.key.p, q->prefix.p, q->prefix.len) != 0);
		BUG_ON((q->kind == LIST_OBJECTS) != (entry.id[0] == '\0'));
		BUG_ON(q->kind == LIST_OBJECTS &&
		    span_compare(before, entry.key) >= 0);
		memcpy(last, entry.key.p, entry.key.len);
		before.len = entry.key.len;
	}
	BUG_ON((rc == 0) != (e.code == ERR_NONE));
	list_close(&l);
	client_close(client);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conn_ops ops = { give, take, flush, wait_for, end };
	static const struct endpoint ep = { .host = "h", .port = 80 };
	static struct client client;
	struct client_config conf = { .endpoint = &ep,
	    .provider = provider_find("generic-s3"), .bucket = "b",
	    .region = "r", .creds = { span_of("id"), span_of("secret"),
	    { NULL, 0 } }, .max_attempts = 2, .max_class_a = 100000,
	    .max_bytes_down = UINT64_MAX };

	for (int kind = 0; kind < LIST__COUNT; kind++) {
		struct list_query q = { (enum list_kind)kind, span_of("p"),
		    { NULL, 0 } };

		store = (struct store){ .conn = { &ops },
		    .dialer = { .dial = dial, .widest = ADDR_PUBLIC },
		    .clock = { no_time, no_time, no_sleep, no_signal },
		    .rng = { no_chance },
		    .rest = { (const char *)data, size } };
		client_init(&client, &conf, &store.clock, &store.rng,
		    &store.dialer);
		check_list(&client, &q);
	}
	return 0;
}
