/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "num.h"

#include "cond.h"
#include "retain.h"
#include "shared.h"
#include "spool.h"

#include "object.h"

void
object_take_fields(struct object *o, const struct request *r)
{
	static const char *const kept[] = {
		"Content-Type", "Content-Encoding", "Content-Disposition",
		"Content-Language", "Cache-Control", "Expires", NULL
	};
	struct buf b;

	buf_fixed(&b, o->fields, sizeof(o->fields));
	if (request_field(r, "Content-Type").p == NULL)
		buf_puts(&b, "Content-Type: binary/octet-stream\r\n");
	for (size_t i = 0; i < r->nfields; i++) {
		struct span name = r->field[i].name, start = name;
		if (start.len > 11)
			start.len = 11;
		bool keep = span_is_nocase(start, "x-amz-meta-");
		for (size_t k = 0; kept[k] != NULL; k++)
			keep = keep || span_is_nocase(name, kept[k]);
		if (!keep)
			continue;
		buf_span(&b, name);
		buf_puts(&b, ": ");
		buf_span(&b, r->field[i].value);
		buf_puts(&b, "\r\n");
	}
}

int
object_current(const struct exchange *x, struct object *o)
{
	int found = vault_find(x->options->dir, x->request.bucket,
	    x->request.key, (struct span){ NULL, 0 }, o);

	return found == 1 && o->marker ? 0 : found;
}

static void
reply_version(struct exchange *x, const struct object *o)
{
	if (o->version[0] != '\0')
		reply_field(&x->reply, "x-amz-version-id", "%s", o->version);
}

/* The body is in: check and store it in one step. */
static void
commit(struct exchange *x, struct object *o, struct spool *body)
{
	struct object now;

	shared_lock(SHARED_VAULT);
	int found = object_current(x, &now);
	int refused = found < 0 ? 0 : cond_check(x, found ? &now : NULL);
	if (refused != 0)
		cond_refuse(x, refused);
	else if (found < 0 || vault_put(x->options->dir, x->request.bucket,
	    o, body->path, x->options->versioned) != 0)
		reply_error(&x->reply, "InternalError");
	shared_unlock(SHARED_VAULT);
	if (x->reply.code != NULL)
		return;
	body->path[0] = '\0';	/* it was moved */
	reply_etag(&x->reply, o->etag);
	reply_version(x, o);
}

void
object_put(struct exchange *x)
{
	struct request *r = &x->request;
	struct object o = { .mtime = exchange_now(x) };
	struct spool body = { .fd = -1 };
	const char *wrong = "InternalError";

	if (r->body_size < 0)
		wrong = "MissingContentLength";
	else if (r->body_size > (int64_t)x->options->max_put)
		wrong = "EntityTooLarge";
	else if (request_field(r, "x-amz-copy-source").p != NULL ||
	    cond_check(x, NULL) == 501)
		wrong = "NotImplemented";
	else if (spool_open(&body, x->options->dir) == 0)
		wrong = spool_body(&body, r, x->verdict.payload,
		    x->options->trust_digests);
	if (wrong != NULL) {
		reply_error(&x->reply, wrong);
	} else {
		vault_set_key(&o, r->key);
		o.size = body.size;
		snprintf(o.etag, sizeof(o.etag), "%s", body.md5_hex);
		object_take_fields(&o, r);
		wrong = retain_take(&o, x);
		if (wrong != NULL)
			reply_error(&x->reply, wrong);
		else
			commit(x, &o, &body);
	}
	spool_drop(&body);
}

/* What a GET without such an object answers. */
static void
reply_absent(struct exchange *x, int found, const struct object *o)
{
	bool by_version = request_has(&x->request, "versionId");

	if (found < 0) {
		reply_error(&x->reply, "InternalError");
	} else if (x->faults.on[FAULT_DROP_LIST_PERMISSION]) {
		reply_error(&x->reply, "AccessDenied");
	} else if (found == 1) {
		reply_error(&x->reply, by_version ? "MethodNotAllowed" :
		    "NoSuchKey");
		reply_field(&x->reply, "x-amz-delete-marker", "true");
		reply_version(x, o);
	} else {
		reply_error(&x->reply, by_version ? "NoSuchVersion" :
		    "NoSuchKey");
	}
}

/*
 * One range of "bytes=": 1, clipped into *at and *size; 0 where there is
 * none that we serve, which stands for all; -1 where none of it is there.
 */
static int
parse_range(struct span range, int64_t total, int64_t *at, int64_t *size)
{
	struct span first, last;
	uint64_t from, to = INT64_MAX;

	if (!span_starts(range, "bytes="))
		return 0;
	range = (struct span){ range.p + 6, range.len - 6 };
	last = span_cut(range, '-', &first);
	if (last.p == NULL)
		return 0;
	if (first.len == 0) {
		if (num_u64(last, INT64_MAX, &to) != 0)
			return 0;
		*at = (int64_t)to < total ? total - (int64_t)to : 0;
		*size = total - *at;
		return *size > 0 ? 1 : -1;
	}
	if (num_u64(first, INT64_MAX - 1, &from) != 0 || (last.len > 0 &&
	    num_u64(last, INT64_MAX - 1, &to) != 0) || from > to)
		return 0;
	if ((int64_t)from >= total)
		return -1;
	*at = (int64_t)from;
	*size = (int64_t)to < total ? (int64_t)to + 1 - *at : total - *at;
	return 1;
}

static void
reply_object(struct exchange *x, const struct object *o)
{
	struct span range = request_field(&x->request, "Range");
	struct reply *r = &x->reply;
	char date[EXCHANGE_DATE_MAX];
	int part = 0;

	r->size = o->size;
	if (range.p != NULL && !x->faults.on[FAULT_RANGE_IGNORED])
		part = parse_range(range, o->size, &r->at, &r->size);
	if (part < 0) {
		reply_error(r, "InvalidRange");
		reply_field(r, "Content-Range", "bytes */%lld",
		    (long long)o->size);
		return;
	}
	if (part > 0) {
		r->status = 206;
		r->total = o->size;
	}
	exchange_date(date, o->mtime);
	reply_field(r, "Last-Modified", "%s", date);
	reply_field(r, "Accept-Ranges", "bytes");
	buf_puts(&r->fields, o->fields);
	retain_reply(r, o);
	reply_etag(r, o->etag);
	reply_version(x, o);
}

void
object_get(struct exchange *x)
{
	struct request *r = &x->request;
	struct object o;
	int fd = -1;

	shared_lock(SHARED_VAULT);
	int found = vault_find(x->options->dir, r->bucket, r->key,
	    request_param(r, "versionId"), &o);
	if (found == 1 && !o.marker &&
	    (fd = vault_body(x->options->dir, r->bucket, &o)) < 0)
		found = -1;
	shared_unlock(SHARED_VAULT);
	if (found != 1 || o.marker) {
		reply_absent(x, found, &o);
		return;
	}
	x->reply.fd = fd;
	int refused = cond_check(x, &o);
	if (refused != 0) {
		cond_refuse(x, refused);
		if (refused == 304)
			reply_etag(&x->reply, o.etag);
	} else {
		reply_object(x, &o);
	}
}

static int
delete_version(struct exchange *x, struct span version)
{
	struct object o;
	int found = vault_find(x->options->dir, x->request.bucket,
	    x->request.key, version, &o);

	reply_field(&x->reply, "x-amz-version-id", "%.*s", (int)version.len,
	    version.p);
	if (found != 1)
		return found;
	if (retain_holds(&o, x)) {
		reply_error(&x->reply, "AccessDenied");
		return 0;
	}
	if (o.marker)
		reply_field(&x->reply, "x-amz-delete-marker", "true");
	return vault_remove(x->options->dir, x->request.bucket, &o);
}

static int
delete_current(struct exchange *x)
{
	struct object now, marker = { .mtime = exchange_now(x),
	    .marker = true };
	const char *dir = x->options->dir;
	int found = object_current(x, &now);

	if (found < 0)
		return -1;
	int refused = cond_check(x, found ? &now : NULL);
	if (refused != 0) {
		cond_refuse(x, refused);
		return 0;
	}
	if (!x->options->versioned)
		return found ? vault_remove(dir, x->request.bucket, &now) : 0;
	vault_set_key(&marker, x->request.key);
	if (vault_put(dir, x->request.bucket, &marker, NULL, true) != 0)
		return -1;
	reply_field(&x->reply, "x-amz-delete-marker", "true");
	reply_version(x, &marker);
	return 0;
}

void
object_delete(struct exchange *x)
{
	struct span version = request_param(&x->request, "versionId");
	bool cond = request_field(&x->request, "If-Match").p != NULL;

	if (version.p != NULL && version.len != 0 &&
	    !span_is(version, "null") && !vault_is_id(version)) {
		reply_error(&x->reply, "InvalidArgument");
		return;
	}
	/* Amazon refuses the two together. */
	if (version.p != NULL && cond &&
	    x->options->cond[OP_DELETE] == COND_HONOUR) {
		reply_error(&x->reply, "NotImplemented");
		return;
	}
	x->reply.status = 204;
	shared_lock(SHARED_VAULT);
	int failed = version.p != NULL ? delete_version(x, version) :
	    delete_current(x);
	shared_unlock(SHARED_VAULT);
	if (failed != 0)
		reply_error(&x->reply, "InternalError");
}

/* A copy of the current bytes, the first of them changed unless same. */
static int
copy_body(struct exchange *x, const struct object *o, struct spool *s,
    bool same)
{
	char first = '\0';
	int status = -1;
	int fd = vault_body(x->options->dir, x->request.bucket, o);

	if (fd < 0 || spool_open(s, x->options->dir) != 0 ||
	    spool_copy(s, fd, o->size) != 0)
		goto done;
	if (!same) {
		if (o->size > 0 && pread(fd, &first, 1, 0) != 1)
			goto done;
		first ^= 1;
		if (pwrite(s->fd, &first, 1, 0) != 1)
			goto done;
		s->size = o->size > 0 ? o->size : 1;
	}
	status = spool_end(s);
done:
	if (fd >= 0)
		close(fd);
	return status;
}

static int
replace(struct exchange *x, const struct object *old, bool same)
{
	struct object o = *old;
	struct spool body = { .fd = -1 };
	int status = copy_body(x, old, &body, same);

	if (status == 0) {
		o.size = body.size;
		o.mtime = exchange_now(x);
		/* Not their MD5: who else wrote it, did so in parts. */
		if (!same) {
			vault_new_id(o.etag);
			memcpy(o.etag + 32, "-2", sizeof("-2"));
		}
		status = vault_put(x->options->dir, x->request.bucket, &o,
		    body.path, x->options->versioned);
		if (status == 0)
			body.path[0] = '\0';
	}
	spool_drop(&body);
	return status;
}

int
object_meddle(struct exchange *x)
{
	const bool *on = x->faults.on;
	struct object now;
	int status = 0;

	if (!on[FAULT_REPLACE] && !on[FAULT_REPLACE_SAME] &&
	    !on[FAULT_VANISH])
		return 0;
	shared_lock(SHARED_VAULT);
	int found = object_current(x, &now);
	if (found == 1 && on[FAULT_VANISH])
		status = vault_remove(x->options->dir, x->request.bucket,
		    &now);
	else if (found == 1)
		status = replace(x, &now, on[FAULT_REPLACE_SAME]);
	shared_unlock(SHARED_VAULT);
	return found < 0 ? -1 : status;
}
