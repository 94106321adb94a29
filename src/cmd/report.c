/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <inttypes.h>

#include "record.h"
#include "text.h"

#include "report.h"

/* Keys and names grow up to sixfold when they are escaped; and a path. */
#define ROW_MAX (6 * 2 * REPORT_KEY_MAX + RECORD_SIZE_MAX)

int
report_check_key(struct span key, struct err *e)
{
	if (key.len == 0)
		return err_set(e, ERR_USAGE, "the key is empty");
	if (key.len > REPORT_KEY_MAX)
		return err_set(e, ERR_USAGE,
		    "a key of %zu bytes is longer than the %d that stores take",
		    key.len, REPORT_KEY_MAX);
	if (!text_is_utf8(key))
		return err_set(e, ERR_USAGE, "the key is not UTF-8");
	for (size_t i = 0; i < key.len; i++)
		if ((unsigned char)key.p[i] < 0x20 || key.p[i] == 0x7f)
			return err_set(e, ERR_USAGE,
			    "the key holds a control byte");
	return 0;
}

const char *
report_failure(enum err_code code)
{
	switch (code) {
	case ERR_REMOTE_CONFLICT:
		return "remote_conflict_different_bytes";
	case ERR_REPLACED_BY_OTHER:
		return "replaced_by_other";
	case ERR_INDETERMINATE:
		return "indeterminate";
	case ERR_AUTH_REJECTED:
	case ERR_PERMISSION_DENIED:
	case ERR_ABSENCE_NOT_VISIBLE:
	case ERR_CLOCK_SKEWED:
		return "failed_auth";
	case ERR_RATE_LIMITED:
		return "failed_rate_limited";
	case ERR_UNRESOLVED:
	case ERR_UNREACHABLE:
	case ERR_TIMED_OUT:
	case ERR_TLS_UNTRUSTED:
		return "failed_network";
	case ERR_VERIFICATION_FAILED:
		return "failed_verification";
	case ERR_LOCAL_BYTES_CHANGED:
		return "failed_local_changed";
	case ERR_SECRET_GUARD:
		return "failed_secret_guard";
	case ERR_INTERRUPTED:
	case ERR_SUSPENDED:
		return "interrupted";
	default:
		return "failed_upload";
	}
}

static void
write_object(struct buf *b, const struct report_object *r)
{
	char id[7 + 64 + 1];
	struct buf ib;

	record_begin(b);
	record_str(b, "operation", span_of(r->operation));
	if (r->hex != NULL) {
		buf_fixed(&ib, id, sizeof(id));
		buf_printf(&ib, "sha256:%s", r->hex);
		record_str(b, "object_id", buf_as_span(&ib));
	}
	record_int(b, "size_bytes", r->size);
	if (r->path.len > 0)
		record_str(b, "path", r->path);
	record_str(b, "remote_key", r->key);
	if (r->object != NULL && r->object->etag[0] != '\0')
		record_str(b, "etag", span_of(r->object->etag));
	if (r->object != NULL && r->object->version_id[0] != '\0')
		record_str(b, "version_id", span_of(r->object->version_id));
	if (r->result_status != NULL)
		record_str(b, "result_status", span_of(r->result_status));
	record_str(b, "proof", span_of(r->proof));
	record_int(b, "bytes_verified", r->bytes_verified);
	record_int(b, "attempts", r->attempts);
	record_end(b);
}

int
report_object(struct app *app, const struct report_object *r, struct err *e)
{
	char storage[ROW_MAX];
	struct buf b;

	if (!app->opt->global.json)
		return out_note(app->out, e,
		    "%s %.*s: %" PRId64 " bytes, sha256:%s, proof %s",
		    r->result_status != NULL ? r->result_status : "fetched",
		    (int)r->key.len, r->key.p, r->size, r->hex, r->proof);
	buf_fixed(&b, storage, sizeof(storage));
	write_object(&b, r);
	BUG_ON(!buf_ok(&b));
	return out_bytes(app->out, buf_as_span(&b), e);
}

static void
write_counts(struct buf *b, const struct client_counts *c)
{
	record_int(b, "class_a_requests", (int64_t)c->requests[PRICE_A]);
	record_int(b, "class_b_requests", (int64_t)c->requests[PRICE_B]);
	record_int(b, "free_requests", (int64_t)c->requests[PRICE_FREE]);
	record_int(b, "bytes_up", (int64_t)c->bytes_up);
	record_int(b, "bytes_down", (int64_t)c->bytes_down);
	record_int(b, "retries", (int64_t)c->retries);
	record_end(b);
	BUG_ON(!buf_ok(b));
}

int
report_counts(struct app *app, const struct client_counts *c, struct err *e)
{
	char storage[512];
	struct buf b;

	if (!app->opt->global.json)
		return 0;
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("end"));
	write_counts(&b, c);
	return out_bytes(app->out, buf_as_span(&b), e);
}

int
report_end(struct app *app, const struct history *h, struct err *e)
{
	char storage[1024];
	struct buf b;

	if (!app->opt->global.json)
		return out_note(app->out, e, "%" PRId64 " uploaded, %" PRId64
		    " current, %" PRId64 " found there and proven, %" PRId64
		    " failed", h->uploaded, h->current, h->remote_same,
		    h->failed);
	buf_fixed(&b, storage, sizeof(storage));
	record_begin(&b);
	record_str(&b, "kind", span_of("end"));
	record_int(&b, "uploaded", h->uploaded);
	record_int(&b, "current", h->current);
	record_int(&b, "remote_same", h->remote_same);
	record_int(&b, "failed", h->failed);
	write_counts(&b, &h->client->counts);
	return out_bytes(app->out, buf_as_span(&b), e);
}
