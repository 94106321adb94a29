/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>
#include <string.h>

#include "hex.h"

#include "ledger_verify.h"

static int
check_known(const struct ledger_reading *r, bool at_end, struct err *e)
{
	const struct ledger_mark *now = &r->scan.mark, *known = &r->known;

	if (!at_end && now->rows != known->rows)
		return 0;
	if (now->rows == known->rows && (now->at != known->at ||
	    memcmp(now->chain, known->chain, CHAIN_LEN) != 0))
		err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64 " is not "
		    "the one that the manifest knows", now->rows - 1);
	else if (now->rows < known->rows)
		err_set(e, ERR_LEDGER_BROKEN, "ledger row %" PRId64 " is "
		    "missing, and the manifest knows %" PRId64 " rows",
		    now->rows, known->rows);
	else
		return 0;
	return err_advise(e, "restore the ledger from a copy; with 'ledger "
	    "rebuild' the manifest forgets what is lost");
}

static int
report(const struct ledger_verify *v, struct ledger_reading *r, struct err *e)
{
	const struct ledger_scan *s = &r->scan;
	char hex[CHAIN_HEX_LEN + 1];
	struct buf b;

	hex_encode(hex, s->mark.chain, CHAIN_LEN);
	buf_fixed(&b, r->line, sizeof(r->line));
	if (r->app->opt->global.json) {
		record_begin(&b);
		record_int(&b, "rows", s->mark.rows);
		record_str(&b, "chain", span_of(hex));
		record_int(&b, "torn_bytes", s->torn);
		record_bool(&b, "writers_judged", v->ring.has_writers);
		record_int(&b, "good_rows", v->signatures.good);
		record_end(&b);
		return out_bytes(r->app->out, buf_as_span(&b), e);
	}
	if (s->torn > 0 && out_result(r->app->out, e, "a torn row of %" PRId64
	    " bytes at the end counts for nothing", s->torn) != 0)
		return -1;
	return out_result(r->app->out, e, "%" PRId64 " rows, chain %s",
	    s->mark.rows, hex);
}

int
ledger_verify_read(struct ledger_verify *v, struct ledger_reading *r,
    struct err *e)
{
	const char *writers = r->app->opt->ledger.writers;
	int rc;

	if (keyring_open(&v->ring, r->archive.state, writers, e) != 0 ||
	    ledger_reading_known(r, e) != 0 || ledger_reading_open(r, e) != 0)
		return -1;
	signatures_begin(&v->signatures, &v->ring);
	while ((rc = ledger_reading_next(r, e)) == 1)
		if (check_known(r, false, e) != 0 ||
		    signatures_take(&v->signatures, &r->row, r->previous,
		    e) != 0)
			return -1;
	return rc == 0 ? check_known(r, true, e) : -1;
}

void
ledger_verify_close(struct ledger_verify *v)
{
	keyring_close(&v->ring);
}

int
ledger_verify_run(struct ledger_reading *r, struct err *e)
{
	struct ledger_verify v = {0};
	int rc = -1;

	if (ledger_verify_read(&v, r, e) == 0 && report(&v, r, e) == 0)
		rc = signatures_say(&v.signatures, r->app, e);
	/* The usual file may be there for other archives. */
	if (rc == 0 && r->app->opt->ledger.writers != NULL)
		rc = signatures_judge(&v.signatures, e);
	ledger_verify_close(&v);
	return rc;
}
