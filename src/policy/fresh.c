/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "utc.h"

#include "fresh.h"

static int
say_ahead(const char *what, int64_t time, struct err *e)
{
	char iso[UTC_ISO_LEN + 1];

	utc_iso(iso, time);
	err_set(e, ERR_NOT_FOUND, "%s is dated %s, which is to come", what,
	    iso);
	return err_advise(e, "see which clock is wrong, then run 'consign "
	    "verify'");
}

static bool
is_ahead(int64_t time, int64_t now)
{
	return time > now && time - now > FRESH_AHEAD_S;
}

static int
check(const struct fresh *f, int64_t now, uint64_t max_age_ms, struct err *e)
{
	char iso[UTC_ISO_LEN + 1];
	int64_t age;

	if (f->complete_at < 0)
		return err_set(e, ERR_NOT_FOUND, "no run has found every "
		    "selected object current or proven yet");
	if (f->lapsed != NULL)
		return err_set(e, ERR_NOT_FOUND, "%s is not the one that the "
		    "last complete run was at", f->lapsed);
	if (is_ahead(f->complete_at, now))
		return say_ahead("the last complete run", f->complete_at, e);
	if (is_ahead(f->newest_proof, now))
		return say_ahead("a proof", f->newest_proof, e);
	age = now - f->complete_at;
	if (age <= 0 || (uint64_t)age <= max_age_ms / 1000)
		return 0;
	utc_iso(iso, f->complete_at);
	return err_set(e, ERR_NOT_FOUND, "the last run that found every "
	    "selected object current or proven ended %s", iso);
}

int
fresh_check(const struct fresh *f, int64_t now, uint64_t max_age_ms,
    struct err *e)
{
	if (check(f, now, max_age_ms, e) == 0)
		return 0;
	if (e->advice[0] == '\0')
		err_advise(e, "run 'consign push', and see how it ends");
	return err_ctx(e, "%s", f->store);
}
