/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "html.h"
#include "progress_line.h"
#include "utc.h"

#include "page.h"

#define PAGE_MODE 0644		/* as history itself: everybody may read it */

/* May the file of that name be replaced? */
static int
check_target(const char *target, struct err *e)
{
	char head[sizeof(PAGE_MARK) - 1];
	struct file f = {0};
	struct err why = {0};
	bool ours;

	if (file_open(&f, target, 0, &why) != 0) {
		if (why.sys == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	ours = file_read_at(&f, head, sizeof(head), 0, &why) ==
	    (ssize_t)sizeof(head) &&
	    memcmp(head, PAGE_MARK, sizeof(head)) == 0;
	file_close(&f);
	if (ours)
		return 0;
	err_set(e, ERR_IO_ERROR, "'%s' exists, and is no report", target);
	return err_advise(e, "choose another name, or give --force");
}

int
page_open(struct page *p, struct app *app, const char *target, bool force,
    struct err *e)
{
	p->app = app;
	buf_fixed(&p->b, p->bytes, sizeof(p->bytes));
	p->to_file = target != NULL;
	if (!p->to_file)
		return 0;
	if (!force && check_target(target, e) != 0)
		return -1;
	return file_tmp_create(&p->tmp, target, true, app->rng, e);
}

static void
flush(struct page *p)
{
	struct span text = buf_as_span(&p->b);

	if (p->err.code == ERR_NONE && text.len > 0) {
		if (!p->to_file)
			(void)out_bytes(p->app->out, text, &p->err);
		else if (guard_check(p->app->guard, &p->stream, text,
		    &p->err) == 0)
			(void)file_tmp_write(&p->tmp, text.p, text.len,
			    &p->err);
	}
	buf_reset(&p->b);
}

void
page_puts(struct page *p, const char *markup)
{
	size_t len = strlen(markup);

	while (len > 0) {
		size_t room = sizeof(p->bytes) - 1 - p->b.len;
		size_t n = len < room ? len : room;

		buf_put(&p->b, markup, n);
		markup += n;
		len -= n;
		if (n == room)
			flush(p);
	}
}

void
page_text(struct page *p, struct span text)
{
	/* A value with one of & < > in it shows only before it is escaped. */
	if (p->err.code == ERR_NONE)
		(void)guard_check(p->app->guard, NULL, text, &p->err);
	while (text.len > 0) {
		size_t n;

		if (sizeof(p->bytes) - p->b.len <= HTML_CHAR_MAX)
			flush(p);
		n = html_char(&p->b, text);
		text.p += n;
		text.len -= n;
	}
}

void
page_string(struct page *p, const char *text)
{
	page_text(p, span_of(text));
}

/* Groups of three, with a narrow space that no line breaks at. */
static void
put_number(struct buf *out, int64_t n)
{
	char digits[24];
	size_t len;
	struct buf b;

	buf_fixed(&b, digits, sizeof(digits));
	buf_printf(&b, "%" PRId64, n);
	len = b.len;
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_puts(out, "\xe2\x80\xaf");
		buf_putc(out, digits[i]);
	}
}

void
page_int(struct page *p, int64_t n)
{
	char text[64];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	put_number(&b, n);
	page_puts(p, text);
}

void
page_size(struct page *p, int64_t bytes)
{
	char text[160];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_puts(&b, "<span class=n title=\"");
	put_number(&b, bytes);
	buf_puts(&b, " bytes\">");
	progress_line_size(&b, bytes);
	buf_puts(&b, "</span>");
	page_puts(p, text);
}

void
page_date(struct page *p, int64_t time)
{
	char iso[UTC_ISO_LEN + 1];

	utc_iso(iso, time);
	iso[10] = ' ';
	iso[16] = '\0';
	page_puts(p, iso);
}

void
page_time(struct page *p, int64_t time, int64_t now)
{
	static const struct {
		int64_t upto, one;
		const char *name;
	} units[] = {
		{ 7200, 60, "min" }, { 172800, 3600, "h" },
		{ INT64_MAX, 86400, "days" },
	};
	char iso[UTC_ISO_LEN + 1], text[160];
	int64_t age = now - time;
	struct buf b;
	size_t i = 0;

	if (time < 0) {
		page_puts(p, "never");
		return;
	}
	utc_iso(iso, time);
	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "<time datetime=\"%s\" title=\"%s\">", iso, iso);
	while (age >= units[i].upto)
		i++;
	if (age < -60)
		buf_puts(&b, iso);
	else if (age < 60)
		buf_puts(&b, "just now");
	else
		buf_printf(&b, "%" PRId64 " %s ago", age / units[i].one,
		    units[i].name);
	buf_puts(&b, "</time>");
	page_puts(p, text);
}

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

void
page_count(struct page *p, int64_t n, const char *what)
{
	page_int(p, n);
	page_puts(p, " ");
	page_puts(p, what);
	page_puts(p, plural(n));
}

void
page_item(struct page *p, const char *name)
{
	page_puts(p, "</dd>\n<dt>");
	page_puts(p, name);
	page_puts(p, "</dt><dd>");
}

void
page_cell(struct page *p, const char *label, const char *class)
{
	page_puts(p, "<td class=\"");
	page_puts(p, class);
	page_puts(p, "\" data-l=\"");
	page_puts(p, label);
	page_puts(p, "\">");
}

void
page_cell_int(struct page *p, const char *label, int64_t n)
{
	page_cell(p, label, "r");
	page_int(p, n);
}

void
page_section(struct page *p, const char *title, int64_t n)
{
	page_puts(p, "<h2>");
	page_puts(p, title);
	if (n >= 0) {
		page_puts(p, " <span class=d>");
		page_int(p, n);
		page_puts(p, "</span>");
	}
	page_puts(p, "</h2>\n");
}

void
page_table(struct page *p, const char *heads)
{
	page_puts(p, "<div class=t><table><thead><tr>");
	page_puts(p, heads);
	page_puts(p, "</thead><tbody>\n");
}

int
page_commit(struct page *p, struct err *e)
{
	flush(p);
	*e = p->err;
	if (e->code != ERR_NONE)
		return -1;
	return p->to_file ? file_tmp_commit(&p->tmp, PAGE_MODE, e) : 0;
}

void
page_discard(struct page *p)
{
	file_tmp_discard(&p->tmp);
}
