/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>

#include "rows.h"

int
rows_open(struct rows **r, const char *ledger, struct err *e)
{
	*r = calloc(1, sizeof(**r));
	if (*r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for the ledger");
	return ledger_scan_open(&(*r)->scan, ledger, NULL, e);
}

int
rows_next(struct rows *r, struct row *row, struct err *e)
{
	int rc = ledger_scan_next(&r->scan, &r->raw, e);

	if (rc != 1)
		return rc;
	buf_fixed(&r->scratch, r->bytes, sizeof(r->bytes));
	return row_read(row, &r->raw, &r->scratch, e) == 0 ? 1 : -1;
}

void
rows_close(struct rows *r)
{
	if (r != NULL)
		ledger_scan_close(&r->scan);
	free(r);
}
