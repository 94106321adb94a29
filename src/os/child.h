/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * A process of our own, and two pipes to talk to it.
 *
 *  1. child_fork() returns twice.
 *  2. The child does its work and never returns to its caller's caller: it
 *     ends by child_leave().
 *  3. The parent ends it by child_end(), in every case.
 *
 * The child has what the parent had in memory, and nothing that was open: all
 * descriptors below CHILD_FDS but its two pipes are closed, and the standard
 * streams refuse.  So it can write to no file of the parent's, hold none
 * of its connections open, and say nothing.  (A connection that the parent had
 * open must not be closed in an orderly way by the child: close it first.)
 *
 * It ends when its parent does: by SIGKILL (prctl(2), PR_SET_PDEATHSIG), and
 * because its pipe does.
 */
#define CHILD_FDS 1024

struct child {
	pid_t pid;		/* 0: none */
	int to, from;		/* this side's ends; 0: none */
};

/* 0 in the parent; 1 in the child, whose ends are in c; -1. */
int child_fork(struct child *c, struct err *e);

/* In the child: no exit handlers, no flushing of what is the parent's. */
_Noreturn void child_leave(void);

/*
 * Both sides.  All n bytes; ERR_IO_ERROR where the other side is gone, and
 * ERR_INTERRUPTED for no signal: it is done in spite of them.
 */
int child_send(const struct child *c, const void *p, size_t n, struct err *e);

/*
 * The same only where it can be done at once; n is at most CHILD_ATOMIC, and
 * nothing is sent in pieces.
 */
#define CHILD_ATOMIC 4096	/* PIPE_BUF of Linux; pipe(7) */
bool child_try_send(const struct child *c, const void *p, size_t n);

/* Up to n bytes, at least one; 0 at the end; -1.  In spite of signals, too. */
ssize_t child_receive(const struct child *c, void *p, size_t n,
    struct err *e);

/*
 * Which of n children have something to say, or have ended?  Waits up to ms;
 * a signal ends it early.  Those without a process are passed over.
 */
void child_wait(const struct child *c, size_t stride, size_t n, bool *ready,
    int64_t ms);

void child_signal(const struct child *c, int sig);

/*
 * End it (SIGKILL), close the pipes, and take its end note of it: *sig is the
 * signal that it had ended by itself before, or 0.  sig may be NULL.  A zeroed
 * one, twice too.
 */
void child_end(struct child *c, int *sig);

/* How many processors are there for us to use?  At least 1. */
unsigned child_processors(void);

#endif
