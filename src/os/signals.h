/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP ask the process to end: they are noted, and
 * what waits gives up (ERR_INTERRUPTED).  They interrupt system calls.  One
 * that was ignored when the process started (nohup) stays ignored.  SIGPIPE
 * is ignored: a peer that went away is an error of the write.
 *
 * SIGUSR1 asks how far it is.  It is noted, and interrupts only what looks
 * at signals_stop() again and waits on (signal(7)).
 *
 * The notes, and who looks at them, are the program's only writable globals:
 * a handler has no argument to find them by.
 */
void signals_init(void);

/* The first of those signals that came, or 0. */
int signals_stop(void);

/* SIGUSR1 came since this was last asked. */
bool signals_asked(void);

/*
 * All that takes time asks signals_stop() often, and at once after a signal
 * came: so whoever wants to say how far it is, is called from there.  look()
 * must be quick, and not ask itself.  It stays the caller's; NULL: nobody.  A
 * child that is forked (child.h) has nobody.
 */
struct signals_watch {
	void (*look)(struct signals_watch *);
};

void signals_watch(struct signals_watch *watch);

#endif
