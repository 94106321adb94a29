/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SINK_H
#define SINK_H

#include <stddef.h>

#include "err.h"
#include "file.h"
#include "guard.h"
#include "span.h"

/* Small pieces gathered to large writes of a file that is being made. */
struct sink {
	struct file_tmp *file;
	const struct guard *guard;	/* NULL: all of it has passed before */

	/* Private. */
	struct guard_stream said;
	size_t n;
	char bytes[32768];
};

void sink_init(struct sink *s, struct file_tmp *file,
    const struct guard *guard);
int sink_put(struct sink *s, struct span bytes, struct err *e);
int sink_flush(struct sink *s, struct err *e);	/* once, at the end */

#endif
