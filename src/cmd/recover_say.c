/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>

#include "hex.h"
#include "record.h"
#include "report.h"

#include "recover_say.h"

static const char *const words[] = {
	"complete", "gap", "damaged", "unsigned", "behind_anchor"
};
_Static_assert(sizeof(words) / sizeof(words[0]) == RECOVER__COUNT,
    "a word for every end");

/* An anchor that is ahead says more than what else ended it. */
static void
complete(const struct recover_ledger *l, struct recover_end *end)
{
	if (l->left_out > 0)
		end->why = RECOVER_UNSIGNED;
	if (l->anchor != NULL && l->fit == ANCHOR_AHEAD)
		end->why = RECOVER_BEHIND;
}

static int
say_json(struct app *app, const struct recover_ledger *l,
    const struct recover_end *end, struct err *e)
{
	char storage[768], hex[CHAIN_HEX_LEN + 1];
	struct buf b;

	hex_encode(hex, l->mark.chain, CHAIN_LEN);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "archive_id", span_of(l->archive->id));
	record_int(&b, "rows", l->mark.rows);
	record_str(&b, "chain", span_of(hex));
	record_int(&b, "packs", l->packs);
	record_int(&b, "receipts", l->receipts);
	record_int(&b, "receipts_lost", l->lost);
	record_int(&b, "objects", end->objects);
	record_bool(&b, "writers_judged", l->judged);
	record_int(&b, "good_rows", l->good);
	record_int(&b, "left_out", l->left_out);
	if (l->anchor != NULL)
		record_int(&b, "anchor_seq", l->anchor->seq);
	record_str(&b, "end", span_of(words[end->why]));
	record_end(&b);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

static int
say_text(struct app *app, const struct recover_ledger *l,
    const struct recover_end *end, struct err *e)
{
	char hex[CHAIN_HEX_LEN + 1];

	hex_encode(hex, l->mark.chain, CHAIN_LEN);
	if (out_result(app->out, e, "%s: %" PRId64 " rows from %" PRId64
	    " packs, chain %s", l->archive->id, l->mark.rows, l->packs,
	    hex) != 0 ||
	    out_result(app->out, e, "%" PRId64 " receipts, %" PRId64
	    " lost; %" PRId64 " objects", l->receipts, l->lost,
	    end->objects) != 0 ||
	    out_result(app->out, e, l->judged ? "a listed writer has signed "
	    "all of them" : "whether a writer signed them was not judged: no "
	    "writers.yaml here names one of this archive") != 0)
		return -1;
	if (l->anchor == NULL)
		return out_result(app->out, e, "no anchor by a key that is "
		    "known here says how far it went");
	return l->fit == ANCHOR_AHEAD ? 0 : out_result(app->out, e,
	    "the newest anchor, of row %" PRId64 ", agrees", l->anchor->seq);
}

int
recover_say(struct app *app, const struct recover_ledger *l,
    struct recover_end *end, const struct client_counts *counts,
    struct err *e)
{
	complete(l, end);
	return app->opt->global.json ?
	    (say_json(app, l, end, e) == 0 ? report_counts(app, counts, e) :
	    -1) : say_text(app, l, end, e);
}

int
recover_say_why(const struct recover_ledger *l, const struct recover_end *end,
    struct err *e)
{
	int64_t rows = l->mark.rows;

	switch (end->why) {
	case RECOVER_GAP:
		err_set(e, ERR_VERIFICATION_FAILED, "history ends with row %"
		    PRId64 ": no pack has rows %" PRId64 " to %" PRId64,
		    rows - 1, rows, end->gap_to - 1);
		break;
	case RECOVER_DAMAGED:
		err_set(e, ERR_VERIFICATION_FAILED, "history ends with row %"
		    PRId64 ": the next pack is not what it should be",
		    rows - 1);
		break;
	case RECOVER_UNSIGNED:
		err_set(e, ERR_VERIFICATION_FAILED, "history ends with row %"
		    PRId64 ": no listed writer has signed the %" PRId64
		    " rows behind", rows - 1, l->left_out);
		break;
	case RECOVER_BEHIND:
		err_set(e, ERR_LEDGER_ROLLED_BACK, "history ends with row %"
		    PRId64 ", and an anchor knows %" PRId64 " rows: those "
		    "between are lost", rows - 1, l->anchor->seq);
		break;
	default:
		if (l->lost == 0)
			return 0;
		err_set(e, ERR_VERIFICATION_FAILED, "%" PRId64 " receipts "
		    "are lost: their packs do not have them", l->lost);
		break;
	}
	return err_advise(e, "what is proven was rebuilt; see "
	    "consign-history(5) for what to do about the rest");
}
