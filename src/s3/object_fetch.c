/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "answer.h"
#include "object.h"

/* Read in blocks of this size: a TLS record at its largest. */
#define FETCH_BLOCK 16384

struct fetch {
	struct client *c;
	struct span key;
	struct object *want;
	struct object_sink *sink;
	int64_t offset;			/* of the next byte for the sink */
	int64_t end;			/* of the part that is wanted; -1: of
					   everything */
	bool other;			/* the answer was of another write */
};

static bool
is_ranged(const struct fetch *f)
{
	return f->offset > 0 || f->end >= 0;
}

/*
 * Does this answer carry the bytes from offset on, of the wanted generation?
 * Compared by us, so that a store that ignores If-Match or Range is safe.
 */
static int
check_answer(struct fetch *f, struct err *e)
{
	const struct client *c = f->c;
	struct object got = { .exists = true, .size = c->http.body_size };
	uint64_t first, last, total;

	answer_generation(c, &got);
	if (answer_check_encoding(c, e) != 0)
		return -1;
	if (is_ranged(f) && c->http.status == 206) {
		if (answer_range(c, &first, &last, &total) != 0 ||
		    first != (uint64_t)f->offset ||
		    last + 1 != (f->end < 0 ? total : (uint64_t)f->end) ||
		    (got.size >= 0 && (uint64_t)got.size != last + 1 - first))
			return err_set(e, ERR_INDETERMINATE,
			    "the store sent another range than asked for");
		got.size = (int64_t)total;
	} else if (c->http.status != 200 || f->end >= 0) {
		return err_set(e, ERR_INDETERMINATE,
		    "the store answered a GET with %d", c->http.status);
	} else if (f->offset > 0) {
		/* It ignores ranges: the bytes come again from the first. */
		f->offset = 0;
		if (f->sink->restart(f->sink, e) != 0)
			return -1;
	}
	if (got.size < 0)
		got.size = f->want->size;	/* chunked: drain() compares */
	if (f->want->size < 0)
		*f->want = got;		/* its size may be known at its end */
	f->other = !object_same_generation(f->want, &got);
	if (f->other || (got.etag[0] == '\0' && f->want->etag[0] != '\0'))
		return err_set(e, ERR_INDETERMINATE,
		    "the store sent another generation than it showed");
	/* What the answer names besides binds the next ones, too. */
	if (f->want->etag[0] == '\0')
		memcpy(f->want->etag, got.etag, sizeof(got.etag));
	if (f->want->version_id[0] == '\0')
		memcpy(f->want->version_id, got.version_id,
		    sizeof(got.version_id));
	return 0;
}

/*
 * Give the sink what comes, in whole blocks: records may be smaller.
 * What came before a failure counts, so that the fetch goes on behind it.
 */
static int
drain(struct fetch *f, struct err *e)
{
	uint8_t block[FETCH_BLOCK];
	struct err failed = {0};
	size_t have = 0;
	ssize_t n;

	do {
		n = client_read(f->c, block + have, sizeof(block) - have, e);
		if (n > 0)
			have += (size_t)n;
		if (have == 0 || (n > 0 && have < sizeof(block)))
			continue;
		if (f->sink->write(f->sink, block, have, &failed) != 0) {
			*e = failed;
			return -1;
		}
		f->offset += (int64_t)have;
		have = 0;
	} while (n > 0);
	/* All bytes of a part are here, however the answer ends. */
	if (n < 0 && f->offset != f->end)
		return -1;
	if (f->want->size < 0)
		f->want->size = f->offset;
	if (f->offset != (f->end < 0 ? f->want->size : f->end))
		return err_set(e, ERR_INDETERMINATE,
		    "the store sent %lld bytes of %lld",
		    (long long)f->offset, (long long)f->want->size);
	err_clear(e);
	return 0;
}

static int
fetch_once(struct fetch *f, struct err *e)
{
	struct sigv4_pair header[2], query[1];
	char if_match[ETAG_MAX + 3], range[64];
	struct buf b;
	struct client_request req = { .op = S3_GET, .method = "GET",
	    .key = f->key, .header = header, .query = query };
	int rc;

	if (f->want->version_id[0] != '\0') {
		query[req.nquery++] = (struct sigv4_pair){
		    span_of("versionId"), span_of(f->want->version_id) };
	} else if (f->want->etag[0] != '\0') {
		etag_if_match(if_match, f->want->etag);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("If-Match"), span_of(if_match) };
	}
	if (is_ranged(f)) {
		buf_fixed(&b, range, sizeof(range));
		buf_printf(&b, "bytes=%lld-", (long long)f->offset);
		if (f->end >= 0)
			buf_printf(&b, "%lld", (long long)f->end - 1);
		header[req.nheader++] = (struct sigv4_pair){
		    span_of("Range"), buf_as_span(&b) };
	}
	f->other = false;
	if (client_begin(f->c, &req, e) != 0)
		return -1;
	rc = check_answer(f, e);
	if (rc == 0)
		rc = drain(f, e);
	if (rc == 0)
		client_end(f->c);
	else
		client_close(f->c);
	return rc;
}

/* 412, 404, or an answer of another write than the wanted one. */
static bool
is_elsewhere(const struct fetch *f)
{
	const struct client *c = f->c;

	return f->want->size >= 0 && (f->other || (c->answered &&
	    (c->refusal.class == S3ERR_EXISTS ||
	    c->refusal.class == S3ERR_ABSENT)));
}

/* The generation is not to be had: look again before that is alleged. */
static int
judge(struct fetch *f, struct err *e)
{
	struct object now;

	err_clear(e);
	if (object_look(f->c, f->key, &now, e) != 0)
		return -1;
	return object_differs(f->want, &now, e);
}

/* Until it is all there, or cannot be had. */
static int
fetch(struct fetch *f, struct err *e)
{
	unsigned failures = 0;
	int64_t reached = f->offset;	/* unlike offset, never goes back */

	for (;;) {
		if (fetch_once(f, e) == 0)
			return 0;
		if (is_elsewhere(f)) {
			judge(f, e);
			break;
		}
		failures = f->offset > reached ? 1 : failures + 1;
		if (f->offset > reached)
			reached = f->offset;
		if (!client_again(f->c, failures, e))
			break;
		/* Without a name for the generation, parts may not be mixed. */
		if (f->offset > 0 && !object_is_named(f->want)) {
			f->offset = 0;
			if (f->sink->restart(f->sink, e) != 0)
				break;
		}
	}
	return err_ctx(e, "fetch %.*s", (int)f->key.len, f->key.p);
}

int
object_fetch(struct client *c, struct span key, struct object *want,
    struct object_sink *sink, struct err *e)
{
	struct fetch f = { .c = c, .key = key, .want = want, .sink = sink,
	    .end = -1 };

	return fetch(&f, e);
}

int
object_fetch_part(struct client *c, const struct object_part *part,
    struct object_sink *sink, struct err *e)
{
	struct fetch f = { .c = c, .key = part->key, .want = part->of,
	    .sink = sink, .offset = part->offset,
	    .end = part->offset + part->size };

	BUG_ON(part->size <= 0 || !object_is_named(part->of) ||
	    f.end > part->of->size);
	return fetch(&f, e);
}
