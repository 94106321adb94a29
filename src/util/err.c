/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "span.h"
#include "text.h"

#include "err.h"

enum {
	TRANSIENT = 1,	/* the same request may succeed a little later */
	STOPS_RUN = 2	/* every other object would fail alike */
};

/* One row a code, in the order and with the words of the contract. */
static const struct row {
	const char *word;
	const char *advice;
	int exit_status;
	int flags;
} rows[] = {
	[ERR_NONE] = { "ok", "nothing to do", 0, 0 },

	[ERR_OBJECTS_FAILED] = { "objects_failed",
	    "see the failed objects with 'consign receipts'", 1, 0 },
	[ERR_NOT_FOUND] = { "not_found",
	    "check the name", 1, 0 },

	[ERR_USAGE] = { "usage",
	    "see 'consign --help'", 2, STOPS_RUN },
	[ERR_CONFIG_INVALID] = { "config_invalid",
	    "correct the configuration", 2, STOPS_RUN },
	[ERR_CREDENTIAL_UNSET] = { "credential_unset",
	    "set and export the variable that the reference names", 2,
	    STOPS_RUN },
	[ERR_WRONG_REGION] = { "wrong_region",
	    "give the bucket's own region with --region", 2, STOPS_RUN },
	[ERR_NO_SUCH_BUCKET] = { "no_such_bucket",
	    "check --bucket and the endpoint, or create the bucket", 2,
	    STOPS_RUN },

	[ERR_APPROVAL_REQUIRED] = { "approval_required",
	    "give either --dry-run or --approve", 3, STOPS_RUN },
	[ERR_ROOT_REQUIRED] = { "root_required",
	    "name the archive root with --root", 3, STOPS_RUN },
	[ERR_REVIEWER_REQUIRED] = { "reviewer_required",
	    "say who approves with --reviewed-by", 3, STOPS_RUN },
	[ERR_TIERED_GATE_UNMET] = { "tiered_gate_unmet",
	    "prove the next tier with 'consign prove'", 3, STOPS_RUN },
	[ERR_MAX_OBJECTS_EXCEEDED] = { "max_objects_exceeded",
	    "select fewer objects, or raise --max-objects", 3, STOPS_RUN },
	[ERR_PUT_CEILING_EXCEEDED] = { "put_ceiling_exceeded",
	    "select less, or raise the ceiling that was met", 3, STOPS_RUN },
	[ERR_OUTSIDE_WINDOW] = { "outside_window",
	    "run again inside the configured window", 3, STOPS_RUN },
	[ERR_PLAN_UNFIT] = { "plan_unfit",
	    "make and review a new plan with 'consign plan'", 3, STOPS_RUN },

	[ERR_AUTH_REJECTED] = { "auth_rejected",
	    "check the key pair named by --access-key-id-ref and "
	    "--secret-access-key-ref", 4, STOPS_RUN },
	[ERR_PERMISSION_DENIED] = { "permission_denied",
	    "grant this key read and write on the bucket", 4, STOPS_RUN },
	[ERR_ABSENCE_NOT_VISIBLE] = { "absence_not_visible",
	    "grant this key permission to list the bucket", 4, STOPS_RUN },
	[ERR_CLOCK_SKEWED] = { "clock_skewed",
	    "set this machine's clock", 4, STOPS_RUN },

	[ERR_UNRESOLVED] = { "unresolved",
	    "check the endpoint's name and this machine's DNS", 5,
	    TRANSIENT },
	[ERR_UNREACHABLE] = { "unreachable",
	    "check the endpoint, its port and the network", 5, TRANSIENT },
	[ERR_TIMED_OUT] = { "timed_out",
	    "run again, or allow more time with --stall-timeout", 5,
	    TRANSIENT },
	[ERR_TLS_UNTRUSTED] = { "tls_untrusted",
	    "check the endpoint's name and this machine's clock, or name "
	    "its authority with --ca-file", 5, STOPS_RUN },
	[ERR_RATE_LIMITED] = { "rate_limited",
	    "run again later, or with fewer --jobs", 5, TRANSIENT },
	[ERR_QUOTA_EXCEEDED] = { "quota_exceeded",
	    "free space in the store, or raise its quota", 5, STOPS_RUN },
	[ERR_STORE_BUSY] = { "store_busy",
	    "run again later", 5, TRANSIENT },
	[ERR_STORE_REFUSED] = { "store_refused",
	    "check what the provider supports and limits", 5, 0 },
	[ERR_INDETERMINATE] = { "indeterminate",
	    "run again; the next run looks before it sends", 5, 0 },

	[ERR_REMOTE_CONFLICT] = { "remote_conflict",
	    "choose another key, or remove the other object", 6, 0 },
	[ERR_REPLACED_BY_OTHER] = { "replaced_by_other",
	    "find out who else writes to this bucket", 6, 0 },
	[ERR_VERIFICATION_FAILED] = { "verification_failed",
	    "run again; if it stays, test memory and disks", 6, 0 },
	[ERR_LOCAL_BYTES_CHANGED] = { "local_bytes_changed",
	    "run again when nothing writes to the file", 6, 0 },
	[ERR_LEDGER_BROKEN] = { "ledger_broken",
	    "restore the state folder; see 'consign ledger verify'", 6,
	    STOPS_RUN },
	[ERR_LEDGER_ROLLED_BACK] = { "ledger_rolled_back",
	    "restore the newest copy of the state folder; write nothing "
	    "before", 6, STOPS_RUN },

	[ERR_LOCKED] = { "locked",
	    "wait for the other run to end, or give --wait", 7, STOPS_RUN },

	[ERR_DISK_FULL] = { "disk_full",
	    "free space on the disk and run again", 8, STOPS_RUN },
	[ERR_IO_ERROR] = { "io_error",
	    "check that the file is there and may be used", 8, 0 },
	[ERR_NO_MEMORY] = { "no_memory",
	    "free memory and run again", 8, STOPS_RUN },

	[ERR_SECRET_GUARD] = { "secret_guard",
	    "remove the credential from names and configuration", 9,
	    STOPS_RUN },
	[ERR_FAIL_CLOSED] = { "fail_closed",
	    "do not trust this hash", 10, 0 },
	[ERR_SUSPENDED] = { "suspended",
	    "run again; the next run goes on", 11, STOPS_RUN },
	[ERR_INTERRUPTED] = { "interrupted",
	    "run again; the next run goes on", 128, STOPS_RUN },
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) == ERR__COUNT,
    "every code needs its row");

static const struct row *
row_of(enum err_code code)
{
	BUG_ON((unsigned)code >= ERR__COUNT);
	return &rows[code];
}

void
err_clear(struct err *e)
{
	*e = (struct err){ .code = ERR_NONE };
}

/* Room for the longest message before it is cleaned and cut. */
#define RAW_MAX 1024

/* What is kept of a message's front where its middle goes. */
#define FRONT_MAX 96

/*
 * Where the last n bytes of text begin, moved on so that neither a character
 * nor a %XX is cut in two.
 */
static const char *
tail(struct span text, size_t n)
{
	size_t at = text.len - n;

	for (size_t back = 1; back <= 2; back++)
		if (text.p[at - back] == '%') {
			at += 3 - back;
			break;
		}
	while (at < text.len && ((unsigned char)text.p[at] & 0xc0) == 0x80)
		at++;
	return text.p + at;
}

/* The message of e becomes raw, made harmless and of a length that fits. */
static void
keep(struct err *e, const char *raw)
{
	static const char gap[] = "...";
	char clean[3 * RAW_MAX];
	char front[FRONT_MAX + 1];
	struct buf b;

	buf_fixed(&b, clean, sizeof(clean));
	text_clean(&b, span_of(raw));
	if (b.len < sizeof(e->msg)) {
		memcpy(e->msg, clean, b.len + 1);
		return;
	}
	/* A fixed buffer takes whole characters, and none after a failure. */
	struct buf f;
	buf_fixed(&f, front, sizeof(front));
	text_clean(&f, span_of(raw));
	size_t room = sizeof(e->msg) - 1 - f.len - (sizeof(gap) - 1);
	snprintf(e->msg, sizeof(e->msg), "%s%s%s", front, gap,
	    tail(buf_as_span(&b), room));
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	char raw[RAW_MAX];
	va_list ap;

	/* The arguments may point into e, so it is emptied after. */
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	err_clear(e);
	e->code = code;
	keep(e, raw);
	return -1;
}

int
err_sys(struct err *e, enum err_code code, const char *fmt, ...)
{
	int sys = errno;
	char raw[RAW_MAX];
	const size_t words = sizeof(raw) - 128;	/* the rest is errno's */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, words, fmt, ap);
	va_end(ap);
	size_t len = strlen(raw);
	snprintf(raw + len, sizeof(raw) - len, ": %s", strerror(sys));
	err_clear(e);
	e->code = sys == ENOSPC || sys == EDQUOT ? ERR_DISK_FULL : code;
	e->sys = sys;
	keep(e, raw);
	errno = sys;
	return -1;
}

int
err_ctx(struct err *e, const char *fmt, ...)
{
	char raw[RAW_MAX];
	const size_t words = sizeof(raw) - sizeof(e->msg) - 2;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, words, fmt, ap);
	va_end(ap);
	size_t len = strlen(raw);
	snprintf(raw + len, sizeof(raw) - len, ": %s", e->msg);
	keep(e, raw);
	return -1;
}

int
err_advise(struct err *e, const char *fmt, ...)
{
	char raw[sizeof(e->advice)];
	char clean[sizeof(e->advice)];
	struct buf b;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	buf_fixed(&b, clean, sizeof(clean));
	text_clean(&b, span_of(raw));
	memcpy(e->advice, clean, b.len + 1);
	return -1;
}

const char *
err_word(enum err_code code)
{
	return row_of(code)->word;
}

int
err_exit_status(const struct err *e)
{
	int status = row_of(e->code)->exit_status;

	return e->code == ERR_INTERRUPTED ? status + e->sys : status;
}

const char *
err_advice(const struct err *e)
{
	return e->advice[0] != '\0' ? e->advice : row_of(e->code)->advice;
}

bool
err_is_transient(enum err_code code)
{
	return (row_of(code)->flags & TRANSIENT) != 0;
}

bool
err_stops_run(enum err_code code)
{
	return (row_of(code)->flags & STOPS_RUN) != 0;
}

_Noreturn void
err_bug(const char *file, int line)
{
	fprintf(stderr, "consign: bug: %s:%d\n", file, line);
	abort();
}
