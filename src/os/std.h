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

/* The mode that a new file of the user's gets: 0666 less the umask. */
mode_t std_file_mode(void);

/* User and system time of this process, in milliseconds. */
int64_t std_cpu_ms(void);

#endif
