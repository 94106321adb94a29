/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROC_H
#define PROC_H

#include "err.h"

/*
 * The process itself.  All of this is for the start of main(), before any
 * secret is read, in the order given here.
 */

/*
 * Standard streams that the caller closed become ones that refuse: reading
 * or writing them fails softly (EBADF), and no file that is opened later
 * takes the place of one.
 */
int proc_fix_std_fds(struct err *e);

/*
 * No core file, no debugger of the same user (prctl(2), PR_SET_DUMPABLE).
 * A file-size limit becomes an error of the write (EFBIG), not a signal.
 */
int proc_harden(struct err *e);

/* This process's number. */
long proc_id(void);

/*
 * Take a variable out of the environment: its value's bytes, which
 * /proc/PID/environ shows, are overwritten first.  What getenv() gave for it
 * is not to be used any more.
 */
void proc_clear_env(const char *name);

#endif
