/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "hex.h"

#include "planned.h"

/* What is wrong with the plan, with its name in front. */
static int
unfit(const struct planned *p, struct err *e)
{
	if (e->code == ERR_LEDGER_BROKEN)
		e->code = ERR_PLAN_UNFIT;
	err_ctx(e, "plan '%s'", p->file.path);
	return -1;
}

int
planned_unfit(const struct planned *p, const char *why, struct err *e)
{
	err_set(e, ERR_PLAN_UNFIT, "'%.*s' %s", (int)p->entry.path.len,
	    p->entry.path.p, why);
	return unfit(p, e);
}

/* The next line, which has to be there. */
static int
next_line(struct planned *p, struct err *e)
{
	int rc = lines_next(&p->lines, &p->line, e);

	if (rc == 0)
		rc = err_set(e, ERR_PLAN_UNFIT, "its end is missing");
	if (rc < 0)
		return unfit(p, e);
	sha256_update(&p->hash, p->line.p, p->line.len);
	sha256_update(&p->hash, "\n", 1);
	return 0;
}

/* Behind the last line there is nothing. */
static int
finish(struct planned *p, struct err *e)
{
	uint8_t digest[SHA256_LEN];
	struct span rest;
	int rc = lines_next(&p->lines, &rest, e);

	if (rc == 1 || (rc == 0 && rest.len > 0))
		rc = err_set(e, ERR_PLAN_UNFIT, "more stands behind its end");
	if (rc < 0)
		return unfit(p, e);
	sha256_final(&p->hash, digest);
	hex_encode(p->digest, digest, SHA256_LEN);
	return 0;
}

static int
go_on(struct planned *p, struct err *e)
{
	if (next_line(p, e) != 0)
		return -1;
	if (plan_file_read(&p->entry, p->line, &p->scratch, e) != 0)
		return unfit(p, e);
	p->has = p->entry.kind == PLAN_FILE_OBJECT;
	return 0;
}

static int
compare(const struct planned *p, struct span now, struct err *e)
{
	/* Lines are written with their line feed, and read without. */
	now.len--;
	return plan_file_compare(p->line, now, e);
}

int
planned_open(struct planned *p, const char *path, struct span head,
    struct err *e)
{
	if (file_open(&p->file, path, 0, e) != 0)
		return -1;
	lines_init(&p->lines, &p->file, p->window, sizeof(p->window));
	buf_fixed(&p->scratch, p->scratch_bytes, sizeof(p->scratch_bytes));
	sha256_init(&p->hash);
	if (next_line(p, e) != 0)
		return -1;
	if (compare(p, head, e) != 0)
		return unfit(p, e);
	return go_on(p, e);
}

int
planned_follow(struct planned *p, struct span now, struct err *e)
{
	if (compare(p, now, e) != 0) {
		if (p->has)
			err_ctx(e, "'%.*s'", (int)p->entry.path.len,
			    p->entry.path.p);
		return unfit(p, e);
	}
	return p->has ? go_on(p, e) : finish(p, e);
}

void
planned_close(struct planned *p)
{
	file_close(&p->file);
}
