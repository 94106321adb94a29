/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "record.h"

#include "plan_file.h"

static void
write_requests(struct buf *out, const struct plan_requests *r)
{
	record_int(out, "class_a_requests", r->a);
	record_int(out, "class_b_requests", r->b);
	record_int(out, "free_requests", r->free);
}

void
plan_file_write_head(struct buf *out, const struct plan_file_head *h)
{
	record_begin(out);
	record_str(out, "schema", span_of(PLAN_FILE_SCHEMA));
	record_str(out, "archive_id", h->archive_id);
	record_str(out, "store_ref", h->store_ref);
	record_str(out, "provider_kind", h->provider_kind);
	record_str(out, "endpoint", h->endpoint);
	record_str(out, "bucket", h->bucket);
	record_str(out, "region", h->region);
	record_str(out, "key_strategy", h->key_strategy);
	if (h->key_prefix.p != NULL)
		record_str(out, "key_prefix", h->key_prefix);
	record_bool(out, "key_append_extension", h->key_append_extension);
	record_int(out, "multipart_threshold", h->multipart_threshold);
	record_int(out, "multipart_part_size", h->multipart_part_size);
	record_bool(out, "force_reupload", h->force_reupload);
	record_end(out);
}

void
plan_file_write_line(struct buf *out, const struct plan_file_line *l)
{
	const struct plan_decision *d = l->plan;

	record_begin(out);
	record_str(out, "path", l->path);
	if (l->object_id.len > 0)
		record_str(out, "object_id", l->object_id);
	record_int(out, "size_bytes", l->size_bytes);
	record_int(out, "inode", l->inode);
	record_int(out, "mtime_ns", l->mtime_ns);
	record_int(out, "ctime_ns", l->ctime_ns);
	record_str(out, "verdict", span_of(plan_verdict_name(d->verdict)));
	record_str(out, "reason", span_of(plan_reason_name(d->reason)));
	if (l->remote_key.len > 0)
		record_str(out, "remote_key", l->remote_key);
	record_int(out, "tier_needed", d->tier);
	write_requests(out, &d->requests);
	record_int(out, "bytes_up", d->bytes_up);
	record_int(out, "bytes_down", d->bytes_down);
	record_end(out);
}

void
plan_file_write_end(struct buf *out, const struct plan_sums *s)
{
	record_begin(out);
	record_int(out, "objects", plan_objects(s));
	record_int(out, "size_bytes", s->bytes);
	record_int(out, "would_upload", s->count[PLAN_UPLOAD]);
	record_int(out, "already_uploaded", s->count[PLAN_LOOK]);
	write_requests(out, &s->requests);
	record_int(out, "bytes_up", s->bytes_up);
	record_int(out, "bytes_down", s->bytes_down);
	record_end(out);
}

int
plan_file_read(struct plan_file_entry *entry, struct span line,
    struct buf *scratch, struct err *e)
{
	struct record r;
	bool end;

	buf_reset(scratch);
	*entry = (struct plan_file_entry){ .kind = PLAN_FILE_OBJECT };
	if (record_parse(&r, line, e) != 0)
		goto unfit;
	end = record_find(&r, "objects") != NULL;
	if (end)
		entry->kind = PLAN_FILE_END;
	else if (record_get_str(&r, "path", scratch, &entry->path, e) != 0 ||
	    record_get_str(&r, "object_id", scratch, &entry->object_id,
	    e) != 0)
		goto unfit;
	return 0;
unfit:
	e->code = ERR_PLAN_UNFIT;
	return -1;
}

/* Its first field that is not the other's; NULL: it is a part of it. */
static const struct record_field *
first_other(const struct record *a, const struct record *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (i >= b->n || !span_eq(a->field[i].name, b->field[i].name)
		    || !span_eq(a->field[i].text, b->field[i].text))
			return &a->field[i];
	return NULL;
}

int
plan_file_compare(struct span saved, struct span now, struct err *e)
{
	const struct record_field *was = NULL, *is = NULL;
	struct record a, b;
	struct err ignored = {0};

	if (span_eq(saved, now))
		return 0;
	if (record_parse(&a, saved, &ignored) == 0 &&
	    record_parse(&b, now, &ignored) == 0) {
		was = first_other(&a, &b);
		is = first_other(&b, &a);
	}
	if (was != NULL && is != NULL && span_eq(was->name, is->name))
		return err_set(e, ERR_PLAN_UNFIT,
		    "'%.*s' is %.*s now, and was planned as %.*s",
		    (int)is->name.len, is->name.p,
		    (int)is->text.len, is->text.p,
		    (int)was->text.len, was->text.p);
	if (is != NULL)
		return err_set(e, ERR_PLAN_UNFIT, "'%.*s' was not planned",
		    (int)is->name.len, is->name.p);
	return err_set(e, ERR_PLAN_UNFIT,
	    "the line is written in another way than it is now");
}
