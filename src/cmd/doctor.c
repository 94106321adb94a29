/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "text.h"
#include "window.h"

#include "doctor.h"
#include "doctor_internal.h"

#define LINE_SIZE 2048

/* 2026-01-01 and 2100-01-01: a clock outside of these was never set. */
#define SANE_FROM 1767225600
#define SANE_TO 4102444800

#define AT(member) offsetof(struct options, member)

const struct field doctor_fields[] = {
	{ .name = "live", .type = FIELD_FLAG, .offset = AT(doctor.live),
	  .what = "ask the store, too; reads only" },
	{ .name = NULL }
};

enum verdict {
	OK,
	WARN,
	FAIL
};

static const char *const verdict_words[] = { "ok", "warn", "fail" };

/* One line, or one row; code is that of a failure. */
static void
say(struct doctor *d, enum verdict v, const char *name, struct span message,
    enum err_code code)
{
	char line[2 * LINE_SIZE];
	struct buf b;

	if (d->said.code != ERR_NONE)
		return;
	buf_fixed(&b, line, sizeof(line));
	if (d->app->opt->global.json) {
		record_begin(&b);
		record_str(&b, "check", span_of(name));
		record_str(&b, "verdict", span_of(verdict_words[v]));
		if (v == FAIL)
			record_str(&b, "code", span_of(err_word(code)));
		record_str(&b, "message", message);
		record_end(&b);
	} else {
		buf_printf(&b, "%-4s %s: ", verdict_words[v], name);
		buf_span(&b, message);
		buf_putc(&b, '\n');
	}
	BUG_ON(!buf_ok(&b));
	(void)out_bytes(d->app->out, buf_as_span(&b), &d->said);
}

/* A sentence with names in it: what a terminal would act on is escaped. */
static void
say_text(struct doctor *d, enum verdict v, const char *name, const char *fmt,
    va_list ap)
{
	char raw[LINE_SIZE / 4], clean[LINE_SIZE];
	int n = vsnprintf(raw, sizeof(raw), fmt, ap);
	struct buf b;

	if (n < 0)
		n = 0;
	if (n >= (int)sizeof(raw))
		n = (int)sizeof(raw) - 1;
	buf_fixed(&b, clean, sizeof(clean));
	text_clean(&b, (struct span){ raw, (size_t)n });
	say(d, v, name, buf_as_span(&b), ERR_NONE);
}

void
doctor_ok(struct doctor *d, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (d->app->opt->global.quiet)
		return;
	va_start(ap, fmt);
	say_text(d, OK, name, fmt, ap);
	va_end(ap);
}

void
doctor_warn(struct doctor *d, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_text(d, WARN, name, fmt, ap);
	va_end(ap);
}

void
doctor_fail(struct doctor *d, const char *name, const struct err *why)
{
	char text[sizeof(why->msg) + sizeof(why->advice) + 2];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "%s; %s", why->msg, err_advice(why));
	say(d, FAIL, name, buf_as_span(&b), why->code);
	if (d->first.code != ERR_NONE)
		return;
	d->first = *why;
	err_ctx(&d->first, "%s", name);
}

/* true: there is an archive to look at. */
static bool
check_config(struct doctor *d)
{
	struct archive *a = d->archive;
	struct window window;
	struct err e = {0};

	if (archive_locate(a, d->app, &e) != 0) {
		doctor_fail(d, "config", &e);
		return false;
	}
	if (a->conf.window != NULL &&
	    window_parse(&window, span_of(a->conf.window), &e) != 0)
		doctor_fail(d, "config", &e);
	else if (a->has_config)
		doctor_ok(d, "config", "%s: %zu source%s, %zu store%s",
		    a->config, a->conf.nsources,
		    a->conf.nsources == 1 ? "" : "s", a->conf.nstores,
		    a->conf.nstores == 1 ? "" : "s");
	else
		doctor_ok(d, "config", "no %s in %s; presets hold",
		    ARCHIVE_CONFIG, a->root);
	return true;
}

static void
check_clock(struct doctor *d)
{
	struct clock *clock = d->app->clock;
	int64_t before = clock->mono_ms(clock);
	struct err e = {0};

	if (d->now < SANE_FROM || d->now >= SANE_TO) {
		err_set(&e, ERR_CONFIG_INVALID, "this machine's clock was "
		    "never set: signatures and records need the time");
		err_advise(&e, "set it, and keep it by NTP");
	} else if (clock->mono_ms(clock) < before) {
		err_set(&e, ERR_CONFIG_INVALID, "the monotonic clock of this "
		    "machine goes back");
		err_advise(&e, "mend or update its kernel");
	}
	if (e.code != ERR_NONE)
		doctor_fail(d, "clock", &e);
	else
		doctor_ok(d, "clock", "the year is sane, and time goes on");
}

static void
check_all(struct doctor *d)
{
	bool found = check_config(d);

	check_clock(d);
	if (found) {
		doctor_state_root(d);
		doctor_state_rights(d);
		doctor_state_files(d);
		doctor_state_lock(d);
		doctor_state_append(d);
		doctor_history_check(d);
		doctor_keys_check(d);
		doctor_store_check(d);
	}
	doctor_cron_check(d);
}

int
doctor_run(struct app *app, struct err *e)
{
	struct doctor d = { .app = app,
	    .now = app->clock->wall_s(app->clock) };

	d.archive = calloc(1, sizeof(*d.archive));
	d.facts = calloc(1, sizeof(*d.facts));
	if (d.archive != NULL && d.facts != NULL) {
		check_all(&d);
		archive_close(d.archive);
	} else {
		err_set(&d.first, ERR_NO_MEMORY, "no memory for settings");
	}
	free(d.facts);
	free(d.archive);
	*e = d.said.code != ERR_NONE ? d.said : d.first;
	return e->code == ERR_NONE ? 0 : -1;
}
