/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>

/*
 * Errors: owned by the caller, never allocated, so that reporting one can not
 * fail.  A function that can fail takes a struct err * as its last argument
 * and returns -1 (or NULL) after filling it in:
 *
 *	return err_set(e, ERR_IO_ERROR, "cannot read '%s'", path);
 *
 * Each level above may put its own words in front, once:
 *
 *	return err_ctx(e, "put %s", key);       -> "put a.tar: cannot read ..."
 *
 * The code decides everything else, by one table (err.c): the stable word
 * and the exit status that users see, whether another attempt may help,
 * whether the whole run is over, and what to advise.
 *
 * Messages are lower case, without a full stop, and say what failed first.
 * They never hold a server's text, a secret, or a header: see guard.h.
 */
enum err_code {
	ERR_NONE,

	/* 1: finished, but not everything is well. */
	ERR_OBJECTS_FAILED,
	ERR_NOT_FOUND,

	/* 2: usage or configuration; nothing was done. */
	ERR_USAGE,
	ERR_CONFIG_INVALID,
	ERR_CREDENTIAL_UNSET,
	ERR_WRONG_REGION,
	ERR_NO_SUCH_BUCKET,

	/* 3: refused by a gate; nothing was sent. */
	ERR_APPROVAL_REQUIRED,
	ERR_ROOT_REQUIRED,
	ERR_REVIEWER_REQUIRED,
	ERR_TIERED_GATE_UNMET,
	ERR_MAX_OBJECTS_EXCEEDED,
	ERR_PUT_CEILING_EXCEEDED,
	ERR_OUTSIDE_WINDOW,
	ERR_PLAN_UNFIT,

	/* 4: the store rejected who we are or what we may; never retried. */
	ERR_AUTH_REJECTED,
	ERR_PERMISSION_DENIED,
	ERR_ABSENCE_NOT_VISIBLE,
	ERR_CLOCK_SKEWED,

	/* 5: the network or the store won, or the outcome cannot be told. */
	ERR_UNRESOLVED,
	ERR_UNREACHABLE,
	ERR_TIMED_OUT,
	ERR_TLS_UNTRUSTED,
	ERR_RATE_LIMITED,
	ERR_QUOTA_EXCEEDED,
	ERR_STORE_BUSY,		/* 500, 502, 503, 504: transient */
	ERR_STORE_REFUSED,	/* any other refusal: a limit, or a feature */
	ERR_INDETERMINATE,

	/* 6: integrity; nothing was overwritten. */
	ERR_REMOTE_CONFLICT,
	ERR_REPLACED_BY_OTHER,
	ERR_VERIFICATION_FAILED,
	ERR_LOCAL_BYTES_CHANGED,
	ERR_LEDGER_BROKEN,
	ERR_LEDGER_ROLLED_BACK,

	ERR_LOCKED,		/* 7 */

	/* 8: local input or output. */
	ERR_DISK_FULL,
	ERR_IO_ERROR,
	ERR_NO_MEMORY,

	ERR_SECRET_GUARD,	/* 9 */
	ERR_FAIL_CLOSED,	/* 10 */
	ERR_SUSPENDED,		/* 11 */
	ERR_INTERRUPTED,	/* 128 + the signal in err.sys */

	ERR__COUNT
};

struct err {
	enum err_code code;
	int sys;		/* errno, or the signal; 0 where none */
	int status;		/* HTTP status; 0 where none */
	int retry_after_s;	/* the server's Retry-After; 0 where none */
	char msg[256];		/* what happened */
	char advice[192];	/* what to do; empty: the code's own advice */
};

/* Start clean.  A struct err set to zeroes is the same. */
void err_clear(struct err *e);

/*
 * Record a failure, in place of any earlier one; returns -1.  What a terminal
 * would act on, or is not UTF-8, becomes %XX (text.h), so that a hostile name
 * is harmless.  A message that is too long loses its middle ("...").
 */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for a failed system call: keeps errno, appends ": " and its text,
 * and turns ENOSPC and EDQUOT into ERR_DISK_FULL whatever the code.
 */
int err_sys(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put words and ": " in front of the message; returns -1. */
int err_ctx(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Say what to do, in place of the code's own advice; returns -1. */
int err_advise(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "remote_conflict": the word that users and scripts see. */
const char *err_word(enum err_code code);

/* The exit status of contract.md for this error. */
int err_exit_status(const struct err *e);

/* What to do: err.advice, or the code's own. */
const char *err_advice(const struct err *e);

/* May the same request succeed a little later? */
bool err_is_transient(enum err_code code);

/* Would every other object of this store's run fail alike? */
bool err_stops_run(enum err_code code);

/* A programming error: say where and abort, in release builds too. */
#define BUG_ON(cond) ((cond) ? err_bug(__FILE__, __LINE__) : (void)0)
_Noreturn void err_bug(const char *file, int line);

#endif
