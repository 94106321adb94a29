/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"
#include "guard.h"

/*
 * Where a command speaks: results to standard output, messages to standard
 * error, every byte past the secret guard first.  Nothing is buffered, so
 * that nothing is lost, and each line is one write.
 *
 * Four ways to be talked to:
 *	out_result()	what was asked for; always printed
 *	out_note()	news that a person at a terminal likes to see; under
 *			cron, where standard output is no terminal, only -v
 *			prints it
 *	out_warn()	what went wrong without ending the run; to standard
 *			error, always
 *	out_debug()	-v: phases, figures; to standard error
 *
 * -1 from any of them ends the run: ERR_SECRET_GUARD, or ERR_IO_ERROR and
 * ERR_DISK_FULL where a result could not be written.  Messages that cannot
 * be written are lost, as everywhere.
 */
struct out {
	const struct guard *guard;
	bool json;
	bool quiet;
	bool verbose;
	bool terminal;			/* standard output is one */
	bool drawn;			/* out_draw() stands there */
	struct guard_stream stream[2];	/* of standard output and error */
};

void out_init(struct out *o, const struct guard *guard);

/* Bytes as they are, to standard output: texts, JSON rows. */
int out_bytes(struct out *o, struct span text, struct err *e);

/* One line; a newline is added. */
int out_result(struct out *o, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int out_note(struct out *o, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int out_warn(struct out *o, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int out_debug(struct out *o, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * A line on the terminal that standard error is, in place of the one before;
 * it goes away before anything else is said, or by out_undraw().  The caller
 * sees to its width.  What the guard holds back is not drawn.
 */
void out_draw(struct out *o, struct span text);
void out_undraw(struct out *o);

/*
 * "consign: CODE: what happened; what to do", the last line of a run that
 * failed.  Returns the run's exit status, which is the guard's where the
 * message itself had to be held back.
 */
int out_failure(struct out *o, const struct err *e);

#endif
