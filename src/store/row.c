/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "row.h"

static const struct form_field genesis[] = {
	FORM_NEED(row_genesis, schema, FORM_WORD),
	FORM_NEED(row_genesis, archive_id, FORM_WORD),
	FORM_NEED(row_genesis, tool_version, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field begin[] = {
	FORM_NEED(row_begin, command, FORM_WORD),
	FORM_MAY(row_begin, store_ref, FORM_WORD),
	FORM_MAY(row_begin, plan_digest, FORM_HEX64),
	FORM_MAY(row_begin, reviewed_by, FORM_WORD),
	FORM_NEED(row_begin, approved, FORM_FLAG),
	FORM_MAY(row_begin, max_objects, FORM_COUNT),
	FORM_MAY(row_begin, max_puts, FORM_COUNT),
	FORM_MAY(row_begin, max_puts_month, FORM_COUNT),
	FORM_MAY(row_begin, max_bytes_up, FORM_COUNT),
	FORM_MAY(row_begin, max_bytes_down, FORM_COUNT),
	FORM_NEED(row_begin, tool_version, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field admit[] = {
	FORM_NEED(row_admit, begin_seq, FORM_COUNT),
	FORM_NEED(row_admit, path, FORM_PATH),
	FORM_NEED(row_admit, canonical_path, FORM_PATH),
	FORM_NEED(row_admit, canonicalization_version, FORM_WORD),
	FORM_NEED(row_admit, origin, FORM_WORD),
	FORM_NEED(row_admit, object_id, FORM_OBJECT),
	FORM_NEED(row_admit, size_bytes, FORM_COUNT),
	FORM_NEED(row_admit, inode, FORM_NUMBER),
	FORM_NEED(row_admit, mtime_ns, FORM_NUMBER),
	FORM_NEED(row_admit, ctime_ns, FORM_NUMBER),
	FORM_MAY(row_admit, supersedes, FORM_COUNT),
	{ .name = NULL }
};

static const struct form_field reserve[] = {
	FORM_NEED(row_reserve, begin_seq, FORM_COUNT),
	FORM_NEED(row_reserve, store_ref, FORM_WORD),
	FORM_NEED(row_reserve, month, FORM_MONTH),
	FORM_NEED(row_reserve, objects, FORM_COUNT),
	FORM_NEED(row_reserve, class_a_requests, FORM_COUNT),
	FORM_NEED(row_reserve, class_b_requests, FORM_COUNT),
	FORM_NEED(row_reserve, free_requests, FORM_COUNT),
	FORM_NEED(row_reserve, bytes_up, FORM_COUNT),
	FORM_NEED(row_reserve, bytes_down, FORM_COUNT),
	{ .name = NULL }
};

static const struct form_field upload[] = {
	FORM_NEED(row_upload, begin_seq, FORM_COUNT),
	FORM_NEED(row_upload, store_ref, FORM_WORD),
	FORM_MAY(row_upload, object_id, FORM_OBJECT),
	FORM_NEED(row_upload, path, FORM_PATH),
	FORM_NEED(row_upload, remote_key, FORM_PATH),
	FORM_NEED(row_upload, upload_id, FORM_UPLOAD),
	FORM_NEED(row_upload, part_size_bytes, FORM_COUNT),
	FORM_MAY(row_upload, part_count, FORM_COUNT),
	{ .name = NULL }
};

static const struct form_field outcome[] = {
	FORM_NEED(row_outcome, begin_seq, FORM_COUNT),
	FORM_NEED(row_outcome, store_ref, FORM_WORD),
	FORM_NEED(row_outcome, object_id, FORM_OBJECT),
	FORM_NEED(row_outcome, path, FORM_PATH),
	FORM_NEED(row_outcome, remote_key, FORM_PATH),
	FORM_MAY(row_outcome, etag, FORM_TAG),
	FORM_MAY(row_outcome, version_id, FORM_TAG),
	FORM_NEED(row_outcome, size_bytes, FORM_COUNT),
	FORM_NEED(row_outcome, result_status, FORM_WORD),
	FORM_NEED(row_outcome, proof, FORM_WORD),
	FORM_NEED(row_outcome, availability, FORM_WORD),
	FORM_NEED(row_outcome, receipt, FORM_WORD),
	FORM_NEED(row_outcome, receipt_sha256, FORM_HEX64),
	{ .name = NULL }
};

static const struct form_field adopt[] = {
	FORM_NEED(row_outcome, begin_seq, FORM_COUNT),
	FORM_NEED(row_outcome, store_ref, FORM_WORD),
	FORM_NEED(row_outcome, object_id, FORM_OBJECT),
	FORM_NEED(row_outcome, path, FORM_PATH),
	FORM_NEED(row_outcome, remote_key, FORM_PATH),
	FORM_MAY(row_outcome, etag, FORM_TAG),
	FORM_MAY(row_outcome, version_id, FORM_TAG),
	FORM_NEED(row_outcome, size_bytes, FORM_COUNT),
	FORM_NEED(row_outcome, proof, FORM_WORD),
	FORM_NEED(row_outcome, availability, FORM_WORD),
	FORM_MAY(row_outcome, receipt, FORM_WORD),
	FORM_MAY(row_outcome, receipt_sha256, FORM_HEX64),
	{ .name = NULL }
};

static const struct form_field approve[] = {
	FORM_NEED(row_approve, begin_seq, FORM_COUNT),
	FORM_NEED(row_approve, store_ref, FORM_WORD),
	FORM_NEED(row_approve, tier, FORM_COUNT),
	FORM_NEED(row_approve, reviewed_by, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field probe[] = {
	FORM_NEED(row_probe, begin_seq, FORM_COUNT),
	FORM_NEED(row_probe, store_ref, FORM_WORD),
	FORM_NEED(row_probe, tier, FORM_COUNT),
	FORM_NEED(row_probe, provider_kind, FORM_WORD),
	FORM_NEED(row_probe, endpoint, FORM_TEXT),
	FORM_NEED(row_probe, bucket, FORM_WORD),
	FORM_NEED(row_probe, region, FORM_WORD),
	FORM_NEED(row_probe, remote_key, FORM_PATH),
	FORM_NEED(row_probe, key_ref, FORM_HEX16),
	FORM_NEED(row_probe, scope, FORM_WORD),
	FORM_MAY(row_probe, tls_spki_sha256, FORM_HEX64),
	FORM_NEED(row_probe, clock_skew_s, FORM_NUMBER),
	FORM_NEED(row_probe, absence_visible, FORM_FLAG),
	FORM_NEED(row_probe, put_if_none_match, FORM_FLAG),
	FORM_NEED(row_probe, get_if_match, FORM_FLAG),
	FORM_NEED(row_probe, delete_if_match, FORM_FLAG),
	FORM_NEED(row_probe, versioned, FORM_FLAG),
	FORM_NEED(row_probe, list_allowed, FORM_FLAG),
	FORM_NEED(row_probe, result, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field confirm[] = {
	FORM_NEED(row_confirm, begin_seq, FORM_COUNT),
	FORM_NEED(row_confirm, store_ref, FORM_WORD),
	FORM_NEED(row_confirm, provider_kind, FORM_WORD),
	FORM_NEED(row_confirm, receipt, FORM_WORD),
	FORM_NEED(row_confirm, receipt_sha256, FORM_HEX64),
	FORM_NEED(row_confirm, reviewed_by, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field abort_fields[] = {
	FORM_NEED(row_abort, begin_seq, FORM_COUNT),
	FORM_NEED(row_abort, store_ref, FORM_WORD),
	FORM_NEED(row_abort, remote_key, FORM_PATH),
	FORM_NEED(row_abort, upload_id, FORM_UPLOAD),
	{ .name = NULL }
};

static const struct form_field delete[] = {
	FORM_NEED(row_delete, begin_seq, FORM_COUNT),
	FORM_NEED(row_delete, store_ref, FORM_WORD),
	FORM_NEED(row_delete, object_id, FORM_OBJECT),
	FORM_NEED(row_delete, path, FORM_PATH),
	FORM_NEED(row_delete, remote_key, FORM_PATH),
	FORM_MAY(row_delete, etag, FORM_TAG),
	FORM_MAY(row_delete, version_id, FORM_TAG),
	FORM_NEED(row_delete, reason, FORM_WORD),
	{ .name = NULL }
};

static const struct form_field torn[] = {
	FORM_NEED(row_torn, bytes, FORM_COUNT),
	FORM_NEED(row_torn, sha256, FORM_HEX64),
	{ .name = NULL }
};

static const struct form_field checkpoint[] = {
	FORM_NEED(row_checkpoint, writer, FORM_WORD),
	FORM_NEED(row_checkpoint, sig, FORM_HEX128),
	{ .name = NULL }
};

static const struct form_field anchor[] = {
	FORM_NEED(row_anchor, begin_seq, FORM_COUNT),
	FORM_NEED(row_anchor, store_ref, FORM_WORD),
	FORM_NEED(row_anchor, anchored_seq, FORM_COUNT),
	FORM_NEED(row_anchor, remote_key, FORM_PATH),
	FORM_MAY(row_anchor, etag, FORM_TAG),
	FORM_MAY(row_anchor, version_id, FORM_TAG),
	{ .name = NULL }
};

static const struct form_field pack[] = {
	FORM_NEED(row_pack, begin_seq, FORM_COUNT),
	FORM_NEED(row_pack, store_ref, FORM_WORD),
	FORM_NEED(row_pack, from_seq, FORM_COUNT),
	FORM_NEED(row_pack, to_seq, FORM_COUNT),
	FORM_NEED(row_pack, to_bytes, FORM_COUNT),
	FORM_NEED(row_pack, size_bytes, FORM_COUNT),
	FORM_NEED(row_pack, sha256, FORM_HEX64),
	FORM_NEED(row_pack, remote_key, FORM_PATH),
	FORM_MAY(row_pack, etag, FORM_TAG),
	FORM_MAY(row_pack, version_id, FORM_TAG),
	{ .name = NULL }
};

static const struct form_field end[] = {
	FORM_NEED(row_end, begin_seq, FORM_COUNT),
	FORM_NEED(row_end, command, FORM_WORD),
	FORM_MAY(row_end, store_ref, FORM_WORD),
	FORM_NEED(row_end, uploaded, FORM_COUNT),
	FORM_NEED(row_end, current, FORM_COUNT),
	FORM_NEED(row_end, remote_same, FORM_COUNT),
	FORM_NEED(row_end, failed, FORM_COUNT),
	FORM_NEED(row_end, class_a_requests, FORM_COUNT),
	FORM_NEED(row_end, class_b_requests, FORM_COUNT),
	FORM_NEED(row_end, free_requests, FORM_COUNT),
	FORM_NEED(row_end, bytes_up, FORM_COUNT),
	FORM_NEED(row_end, bytes_down, FORM_COUNT),
	FORM_NEED(row_end, retries, FORM_COUNT),
	FORM_MAY(row_end, line_rate, FORM_COUNT),
	FORM_NEED(row_end, result, FORM_WORD),
	{ .name = NULL }
};

static const struct {
	const char *name;
	const struct form_field *fields;
} kinds[] = {
	[ROW_GENESIS] = { "genesis", genesis },
	[ROW_BEGIN] = { "begin", begin },
	[ROW_ADMIT] = { "admit", admit },
	[ROW_RESERVE] = { "reserve", reserve },
	[ROW_UPLOAD] = { "upload", upload },
	[ROW_PROOF] = { "proof", outcome },
	[ROW_FAIL] = { "fail", outcome },
	[ROW_ADOPT] = { "adopt", adopt },
	[ROW_APPROVE] = { "approve", approve },
	[ROW_PROBE] = { "probe", probe },
	[ROW_CONFIRM] = { "confirm", confirm },
	[ROW_ABORT] = { "abort", abort_fields },
	[ROW_DELETE] = { "delete", delete },
	[ROW_TORN] = { "torn", torn },
	[ROW_CHECKPOINT] = { "checkpoint", checkpoint },
	[ROW_ANCHOR] = { "anchor", anchor },
	[ROW_PACK] = { "pack", pack },
	[ROW_END] = { "end", end },
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == ROW__COUNT,
    "a table for every kind");

const char *
row_kind_name(enum row_kind kind)
{
	return kinds[kind].name;
}

int
row_kind_named(struct span kind)
{
	for (int i = 0; i < ROW__COUNT; i++)
		if (span_is(kind, kinds[i].name))
			return i;
	return -1;
}

int
row_kind_of(const struct chain_row *row)
{
	return row_kind_named(row->kind);
}

int
row_append(struct ledger *l, const struct row *row, int64_t now,
    struct err *e)
{
	char storage[LEDGER_ROW_MAX + 1];
	struct buf b;

	/* What ledger_append() adds has to fit, too. */
	buf_fixed(&b, storage, sizeof(storage) - CHAIN_TAIL_LEN - 1);
	ledger_begin(l, &b, kinds[row->kind].name, now);
	if (form_write(&b, kinds[row->kind].fields, &row->of, 0, e) != 0)
		return err_ctx(e, "%s row", kinds[row->kind].name);
	b.cap = b.max = sizeof(storage);
	return ledger_append(l, &b, e);
}

int
row_read(struct row *row, const struct chain_row *from, struct buf *scratch,
    struct err *e)
{
	struct form_source source = { &from->fields, scratch, 0 };
	int kind = row_kind_of(from);

	if (kind < 0) {
		err_set(e, ERR_LEDGER_BROKEN, "ledger row %lld is of a kind "
		    "that this version does not know", (long long)from->seq);
		return err_advise(e, "use the version that wrote it");
	}
	*row = (struct row){ .kind = (enum row_kind)kind, .seq = from->seq,
	    .time = from->time };
	buf_reset(scratch);
	if (form_read(&row->of, kinds[kind].fields, &source, e) != 0)
		return err_ctx(e, "ledger row %lld", (long long)from->seq);
	return 0;
}

bool
row_has_receipt(const struct row *row)
{
	return (row->kind == ROW_PROOF || row->kind == ROW_FAIL ||
	    row->kind == ROW_ADOPT) && row->of.outcome.receipt.p != NULL &&
	    row->of.outcome.receipt_sha256.p != NULL;
}

static int64_t
nanoseconds(int64_t s, int32_t ns)
{
	const int64_t billion = 1000000000;

	if (s >= INT64_MAX / billion)
		return INT64_MAX;
	if (s <= INT64_MIN / billion)
		return INT64_MIN;
	return s * billion + ns;
}

void
row_identify(struct row_admit *to, const struct file_id *id)
{
	to->size_bytes = id->size;
	/* To signed without a value that C leaves open. */
	to->inode = id->inode <= INT64_MAX ? (int64_t)id->inode :
	    -(int64_t)(UINT64_MAX - id->inode) - 1;
	to->mtime_ns = nanoseconds(id->mtime_s, id->mtime_ns);
	to->ctime_ns = nanoseconds(id->ctime_s, id->ctime_ns);
}
