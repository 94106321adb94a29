/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "file.h"
#include "hex.h"
#include "num.h"

#include "ledger_reading.h"

int
ledger_reading_open(struct ledger_reading *r, struct err *e)
{
	const char *path = r->archive.ledger;

	if (file_exists(path))
		return ledger_scan_open(&r->scan, path, NULL, e);
	if (!file_exists(r->archive.manifest)) {
		err_set(e, ERR_NOT_FOUND, "there is no ledger '%s'", path);
		return err_advise(e, "the first approved command begins one");
	}
	err_set(e, ERR_LEDGER_BROKEN, "there is a manifest, but no ledger "
	    "'%s'", path);
	return err_advise(e, "restore the state folder from a copy");
}

static int
check_stop(struct ledger_reading *r, struct err *e)
{
	struct clock *clock = r->app->clock;
	int sig = clock->stop_signal(clock);

	if (sig == 0)
		return 0;
	err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
	e->sys = sig;
	return -1;
}

int
ledger_reading_expect(struct ledger_reading *r, const char *head,
    struct err *e)
{
	struct span seq, hex;
	uint64_t n;

	if (head == NULL)
		return 0;
	hex = span_cut(span_of(head), ':', &seq);
	if (num_u64(seq, INT64_MAX - 1, &n) != 0 ||
	    hex_decode(r->head, CHAIN_LEN, hex) != 0) {
		err_set(e, ERR_USAGE, "--head: '%s' is no head", head);
		return err_advise(e, "give SEQ:CHAIN, as 'consign status' "
		    "prints it");
	}
	r->head_rows = (int64_t)n + 1;
	return 0;
}

/* As it was when that head was written down? */
static int
check_head(const struct ledger_reading *r, bool at_end, struct err *e)
{
	const struct ledger_mark *now = &r->scan.mark;

	if (at_end && now->rows < r->head_rows)
		err_set(e, ERR_LEDGER_ROLLED_BACK, "the ledger has %" PRId64
		    " rows, and not row %" PRId64 " of --head", now->rows,
		    r->head_rows - 1);
	else if (!at_end && now->rows == r->head_rows &&
	    memcmp(now->chain, r->head, CHAIN_LEN) != 0)
		err_set(e, ERR_LEDGER_ROLLED_BACK, "ledger row %" PRId64
		    " has not the chain value of --head", r->head_rows - 1);
	else
		return 0;
	return -1;
}

int
ledger_reading_next(struct ledger_reading *r, struct err *e)
{
	int rc;

	if (check_stop(r, e) != 0)
		return -1;
	memcpy(r->previous, r->scan.mark.chain, CHAIN_LEN);
	rc = ledger_scan_next(&r->scan, &r->raw, e);
	if (rc == 0)
		return check_head(r, true, e);
	if (rc < 0 || check_head(r, false, e) != 0)
		return -1;
	if (row_read(&r->row, &r->raw, &r->scratch, e) != 0)
		return -1;
	if ((r->row.seq == 0) != (r->row.kind == ROW_GENESIS))
		return err_set(e, ERR_LEDGER_BROKEN,
		    "ledger row %" PRId64 ": genesis is row 0, and no other",
		    r->row.seq);
	return 1;
}

int
ledger_reading_known(struct ledger_reading *r, struct err *e)
{
	int rc;

	memset(&r->known, 0, sizeof(r->known));
	rc = manifest_open(&r->manifest, r->archive.manifest, e);
	if (rc == 1) {
		r->known = r->manifest.mark;
		manifest_close(&r->manifest);
	}
	if (rc >= 0)
		return 0;
	rc = out_warn(r->app->out, e, "consign: %s; %s", e->msg,
	    err_advice(e));
	err_clear(e);
	return rc;
}
