/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tlsd;

/*
 * One connection, plain or TLS, seen as bytes.  Everything blocks, but no
 * longer than idle_ms without a byte moving, and the process ends as soon as
 * the server's process is gone.
 */
struct link {
	int fd;
	struct tlsd *tls;	/* NULL: plain */
	int idle_ms;
	const char *held;	/* see link_look(); NULL at first */
	int held_fd;
	bool broken;		/* a read or write failed; nothing more goes */
};

/* Shakes hands where tls is not NULL: 0, or -1. */
int link_open(struct link *l, int fd, struct tlsd *tls, int idle_ms);

/* Up to n bytes, at least one; 0 at the peer's end; -1. */
ssize_t link_read(struct link *l, void *p, size_t n);

/* All n bytes, perhaps still held back until link_flush(): 0 or -1. */
int link_write(struct link *l, const void *p, size_t n);
int link_flush(struct link *l);

/* If held names a file: it is that which now has the name. */
void link_look(struct link *l);

/*
 * Waits for so long.  The file gets a line first, and whoever removes it ends
 * the wait; if there was none, there is no wait.
 */
void link_sleep(struct link *l, int64_t ms);

/* Below TLS, for tlsd.c: as read(2) and write(2), but they wait. */
ssize_t link_raw_read(struct link *l, void *p, size_t n);
ssize_t link_raw_write(struct link *l, const void *p, size_t n);

/* An end: in order, waiting a while for the peer to have read all ... */
void link_close(struct link *l);
/* ... at once, whatever is unread ... */
void link_drop(struct link *l);
/* ... or with RST. */
void link_reset(struct link *l);

#endif
