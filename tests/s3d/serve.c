/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"

#include "complete.h"
#include "exchange.h"
#include "listing.h"
#include "object.h"
#include "reqlog.h"
#include "respond.h"
#include "retain.h"
#include "shared.h"
#include "tlsd.h"
#include "upload.h"
#include "vault.h"

#include "serve.h"

/* A body that nobody wants is read if it is no longer than this. */
#define DRAIN_MAX (1 << 20)

static void
make_bucket(struct exchange *x)
{
	struct span bucket = x->request.bucket;

	if (!vault_is_bucket_name(bucket))
		reply_error(&x->reply, "InvalidBucketName");
	else if (vault_has_bucket(x->options->dir, bucket))
		reply_error(&x->reply, "BucketAlreadyOwnedByYou");
	else if (vault_make_bucket(x->options->dir, bucket) != 0)
		reply_error(&x->reply, "InternalError");
}

static void
head_bucket(struct exchange *x)
{
	reply_field(&x->reply, "x-amz-bucket-region", "%s",
	    x->options->region);
}

static void
not_built(struct exchange *x)
{
	reply_error(&x->reply, "NotImplemented");
}

static void (*const handlers[])(struct exchange *) = {
	[OP_PUT] = object_put,
	[OP_GET] = object_get,
	[OP_HEAD] = object_get,
	[OP_DELETE] = object_delete,
	[OP_CREATE] = upload_create,
	[OP_PART] = upload_part,
	[OP_COMPLETE] = complete_upload,
	[OP_ABORT] = upload_abort,
	[OP_LISTPARTS] = upload_list_parts,
	[OP_LIST] = listing_objects,
	[OP_LISTVERSIONS] = listing_versions,
	[OP_LISTUPLOADS] = listing_uploads,
	[OP_LISTBUCKETS] = listing_buckets,
	[OP_MAKEBUCKET] = make_bucket,
	[OP_HEADBUCKET] = head_bucket,
	[OP_LOCATION] = listing_location,
	[OP_VERSIONING] = listing_versioning,
	[OP_LIFECYCLE] = listing_lifecycle,
	[OP_LOCKCONF] = retain_config,
	[OP_OTHER] = not_built,
};
static_assert(sizeof(handlers) / sizeof(handlers[0]) == OP__COUNT,
    "one handler an op");

/* "503/SlowDown/3": the error that a fault asks for. */
static void
reply_fault(struct exchange *x, enum fault which)
{
	char *code = x->faults.arg[which], *last;
	int status = (int)strtol(code, &code, 10);

	code += *code == '/';
	last = strchr(code, '/');
	if (last != NULL)
		*last++ = '\0';
	reply_error(&x->reply, *code != '\0' ? code : "InternalError");
	x->reply.status = status;
	if (last != NULL)
		reply_field(&x->reply, "Retry-After", "%s", last);
}

static void
reply_redirect(struct exchange *x)
{
	struct span status, url;
	uint64_t n = 307;

	url = span_cut(span_of(x->faults.arg[FAULT_REDIRECT]), '/', &status);
	num_u64(status, 599, &n);
	reply_error(&x->reply, "TemporaryRedirect");
	x->reply.status = (int)n;
	if (url.len > 0)
		reply_field(&x->reply, "Location", "%.*s", (int)url.len,
		    url.p);
}

static void
reply_quota(struct exchange *x)
{
	bool full = strcmp(x->faults.arg[FAULT_QUOTA], "507") == 0;

	reply_error(&x->reply, full ? "InsufficientStorage" :
	    "QuotaExceeded");
	x->reply.status = full ? 507 : 403;
}

/* Faults that answer in the store's stead; whether one did. */
static bool
answer_by_fault(struct exchange *x)
{
	const bool *on = x->faults.on;
	char *slash = strchr(x->faults.arg[FAULT_WHITESPACE_THEN], '/');

	if (on[FAULT_CLOSE_EARLY]) {
		reply_fault(x, FAULT_CLOSE_EARLY);
		x->reply.close = true;
	} else if (on[FAULT_STATUS]) {
		reply_fault(x, FAULT_STATUS);
	} else if (on[FAULT_REDIRECT]) {
		reply_redirect(x);
	} else if (on[FAULT_QUOTA]) {
		reply_quota(x);
	} else if (on[FAULT_WHITESPACE_THEN] && slash != NULL) {
		reply_error(&x->reply, slash + 1);
		x->reply.status = 200;
	} else {
		return false;
	}
	return true;
}

/* What must hold before any operation: NULL, or the code to refuse with. */
static const char *
refusal(struct exchange *x)
{
	struct request *r = &x->request;
	const char *wrong = verify_request(&x->verdict, r, x->options,
	    exchange_now(x));

	if (wrong != NULL)
		return wrong;
	if (x->options->deny[r->op])
		return "AccessDenied";
	if (r->bucket.len > 0 && r->op != OP_MAKEBUCKET &&
	    !vault_has_bucket(x->options->dir, r->bucket))
		return "NoSuchBucket";
	return NULL;
}

static void
answer(struct exchange *x)
{
	struct request *r = &x->request;
	bool stores = r->op == OP_PUT || r->op == OP_COMPLETE;
	const char *wrong = r->bad;

	/* First: who writes new rules makes the file behind them. */
	link_look(x->link);
	if (fault_pick(&x->faults, x->options, r->op, r->key) != 0)
		wrong = "BadFaultRule";
	if (wrong == NULL)
		wrong = refusal(x);
	if (x->faults.on[FAULT_RESET_AFTER_BYTES])
		r->reset_at = fault_number(&x->faults,
		    FAULT_RESET_AFTER_BYTES, 0);
	if (x->faults.on[FAULT_STALL])
		r->stall_ms = fault_number(&x->faults, FAULT_STALL, 0);
	if (wrong != NULL) {
		reply_error(&x->reply, wrong);
		return;
	}
	if (x->faults.on[FAULT_RESET_BEFORE] || answer_by_fault(x))
		return;
	if (!stores && object_meddle(x) != 0)
		reply_error(&x->reply, "InternalError");
	else
		handlers[r->op](x);
	if (stores && x->reply.code == NULL && object_meddle(x) != 0)
		reply_error(&x->reply, "InternalError");
}

/* One request; whether another may follow. */
static bool
serve_one(struct exchange *x)
{
	struct request *r = &x->request;

	reply_reset(&x->reply);
	x->verdict.word = "none";
	x->bytes_out = 0;
	x->logged = x->silent = false;
	x->nth++;
	x->seq = shared_next_seq();
	answer(x);
	if (x->faults.on[FAULT_RESET_BEFORE]) {
		x->silent = true;
		reqlog_write(x);
		link_reset(x->link);
		return false;
	}
	if (!x->faults.on[FAULT_CLOSE_EARLY] && !request_drain(r, DRAIN_MAX))
		x->reply.close = true;
	if (!r->keep_alive)
		x->reply.close = true;
	respond_send(x);
	if (x->faults.on[FAULT_CLOSE_EARLY])
		link_drop(x->link);
	return !x->reply.close && !x->link->broken;
}

/* What is no HTTP gets one answer, without a line in the log. */
static void
refuse_malformed(struct exchange *x)
{
	static const char bad[] = "HTTP/1.1 400 Bad Request\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n";

	link_write(x->link, bad, sizeof(bad) - 1);
	link_flush(x->link);
}

void
serve_connection(const struct options *o, struct tlsd *tls, int fd,
    unsigned number)
{
	struct link l;
	struct exchange *x = calloc(1, sizeof(*x));
	int got = 0;

	if (x == NULL)
		return;
	int idle = o->idle_s < INT_MAX / 1000 ? (int)o->idle_s * 1000 :
	    INT_MAX;
	x->options = o;
	x->link = &l;
	x->conn = number;
	reply_init(&x->reply);
	verify_init(&x->verdict);
	if (link_open(&l, fd, tls, idle) != 0)
		goto done;
	l.held = o->held_file;
	x->resumed = tls != NULL && tlsd_resumed(tls);
	request_init(&x->request, &l);
	while ((got = request_read(&x->request, o->host)) == 1)
		if (!serve_one(x))
			break;
	if (got < 0)
		refuse_malformed(x);
done:
	link_close(&l);
	reply_free(&x->reply);
	verify_free(&x->verdict);
	free(x);
}
