/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef STD_H
#define STD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/* What a process is given: its streams, its mask, its time. */
enum {
	STD_IN,
	STD_OUT,
	STD_ERR
};

/*
 * All n bytes, unbuffered.  ERR_DISK_FULL, or ERR_IO_ERROR: a reader that
 * went away (EPIPE) too, for then the result did not arrive.
 */
int std_write(int fd, const void *p, size_t n, struct err *e);

bool std_is_terminal(int fd);

/* A terminal on which a line can be written over. */
bool std_can_redraw(int fd);

/* Its columns, now; 80 where it does not say. */
size_t std_columns(int fd);

/*
 * A descriptor that the caller of the program has opened for us to write to,
 * as one of our own; -1 where it is none.  For the start of main(): a file of
 * ours might have taken its number later.
 */
int std_adopt(int fd);

/*
 * All n bytes, at most STD_TRY_MAX, if that needs no waiting: 1; 0: there is
 * no room now; -1: nor will there be.
 */
#define STD_TRY_MAX 4096
int std_try_write(int fd, const void *p, size_t n);

/* The mode that a new file of the user's gets: 0666 less the umask. */
mode_t std_file_mode(void);

/* User and system time of this process, in milliseconds. */
int64_t std_cpu_ms(void);

#endif
