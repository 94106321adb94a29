/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * SIGINT, SIGTERM and SIGHUP ask the process to end: they are noted, and
 * what waits gives up (ERR_INTERRUPTED).  They interrupt system calls.  One
 * that was ignored when the process started (nohup) stays ignored.  SIGPIPE
 * is ignored: a peer that went away is an error of the write.
 *
 * The note is the program's one writable global: a handler has no argument
 * to find it by.
 */
void signals_init(void);

/* The first of those signals that came, or 0. */
int signals_stop(void);

#endif
