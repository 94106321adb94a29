/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "in_parts.h"
#include "keyname.h"
#include "origin.h"
#include "report.h"
#include "text.h"

#include "job.h"

/* --- Making --------------------------------------------------------------- */

static void
copy_tag(char *to, size_t size, struct span tag)
{
	if (tag.p == NULL || tag.len >= size)
		return;
	memcpy(to, tag.p, tag.len);
	to[tag.len] = '\0';
}

/* What history says of these bytes in this store. */
static void
recall(struct job *job, const struct manifest_place *place)
{
	struct buf b;

	buf_fixed(&b, job->from, sizeof(job->from));
	if (place == NULL)
		buf_puts(&b, "none");
	else
		buf_span(&b, place->availability);
	job->look = place != NULL &&
	    plan_is_proven(place->availability, place->proof);
	if (!job->look)
		return;
	job->known = (struct object){ .exists = true, .size = job->size };
	copy_tag(job->known.etag, sizeof(job->known.etag), place->etag);
	copy_tag(job->known.version_id, sizeof(job->known.version_id),
	    place->version_id);
}

int
job_admit(struct run *run, const struct item *item, struct err *e)
{
	struct row row = { .kind = ROW_ADMIT };
	char origin[ORIGIN_MAX + 1];
	struct row_admit *a = &row.of.admit;

	*a = (struct row_admit){
		.begin_seq = run->history.begin_seq,
		.path = item->path,
		.canonical_path = item->canonical,
		.canonicalization_version = span_of(ROW_CANONICALIZATION),
		.origin = origin_make(origin, run->archive->id, item->source,
		    &run->app->opt->selection),
		.object_id = span_of(item->object_id),
		.supersedes = item->supersedes > 0 ? item->supersedes :
		    item->line != NULL ? item->line->admit_seq : FORM_NONE,
	};
	row_identify(a, &item->id);
	return history_append(&run->history, &row, e);
}

/* Keep texts of the caller's, behind one another. */
static int
keep_texts(struct job *job, const struct item *item, struct err *e)
{
	size_t os_len = strlen(item->os_path) + 1;
	char *p = malloc(os_len + item->path.len + item->key.len);

	if (p == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a file name");
	job->text = p;
	memcpy(p, item->os_path, os_len);
	memcpy(p + os_len, item->path.p, item->path.len);
	memcpy(p + os_len + item->path.len, item->key.p, item->key.len);
	job->os_path = p;
	job->path = (struct span){ p + os_len, item->path.len };
	job->key = (struct span){ p + os_len + item->path.len,
	    item->key.len };
	return 0;
}

int
job_make(struct job *job, struct run *run, const struct item *item,
    bool force, struct err *e)
{
	*job = (struct job){ .size = item->id.size, .force = force,
	    .strategy = keyname_strategy_name(
	    (enum keyname_strategy)run->store.key_strategy) };
	BUG_ON(item->object_id[0] == '\0' || item->key.len == 0);
	memcpy(job->hex, item->object_id + 7, sizeof(job->hex));
	BUG_ON(hex_decode(job->digest, SHA256_LEN, span_of(job->hex)) != 0);
	recall(job, item->place);
	if (in_parts_plan(&job->parts, run->provider, &run->store, job->size,
	    e) != 0 || keep_texts(job, item, e) != 0)
		return -1;
	return item->cached ? 0 : job_admit(run, item, e);
}

void
job_hold(struct job *job, struct held *held, enum s3_op op)
{
	*job = (struct job){ .path = held->path, .key = held->key,
	    .size = held->size, .held = held, .op = op };
}

void
job_free(struct job *job)
{
	if (job->held != NULL)
		held_free(job->held);
	free(job->held);
	free(job->text);
	job->held = NULL;
	job->text = NULL;
}

void
job_cost(const struct job *job, const struct run *run,
    struct history_cost *cost)
{
	const struct provider *p = run->provider;

	cost->objects++;
	if (job->held != NULL) {
		cost->requests[provider_class(p, job->op)]++;
		cost->bytes_down += job->op == S3_GET ? job->size : 0;
		return;
	}
	if (!job->was_seen)
		cost->requests[provider_class(p, S3_HEAD)]++;
	if (job->look && !job->was_seen)
		return;
	if (job->parts.multipart) {
		cost->requests[provider_class(p, S3_CREATE)]++;
		cost->requests[provider_class(p, S3_PART)] +=
		    job->parts.count;
		cost->requests[provider_class(p, S3_COMPLETE)]++;
		cost->requests[provider_class(p, S3_HEAD)] += 2;
	} else {
		cost->requests[provider_class(p, S3_PUT)]++;
	}
	cost->requests[provider_class(p, S3_GET)] += job->parts.count;
	cost->bytes_up += job->size;
	cost->bytes_down += job->size;
}

/* --- What came of it ------------------------------------------------------ */

void
job_take_parts(struct job_result *r, const struct parts *p)
{
	r->outcome = p->outcome;
	r->object = p->object;
	r->wrong = p->wrong;
	r->deleted = p->deleted;
	r->left = p->left;
	r->stored = p->completing;
	r->attempts = p->attempts;
	r->bytes_verified = p->bytes_verified;
	r->proof = p->outcome == UPLOAD_UPLOADED && p->how == PARTS_RANGES ?
	    "ranges" : "rehash";
	r->part_count = p->count;
	r->part_size = p->part_size;
}

/* Availability after a failure: what is known to be gone, is. */
static const char *
after_failure(const struct job *job, enum err_code code)
{
	switch (code) {
	case ERR_REMOTE_CONFLICT:
	case ERR_REPLACED_BY_OTHER:
	case ERR_VERIFICATION_FAILED:
		return "none";
	default:
		return job->from;
	}
}

/* It was sent; whether it arrived is not known after such a failure. */
static bool
is_untold(enum err_code code)
{
	switch (code) {
	case ERR_REMOTE_CONFLICT:
	case ERR_REPLACED_BY_OTHER:
	case ERR_VERIFICATION_FAILED:
	case ERR_LOCAL_BYTES_CHANGED:
	case ERR_INTERRUPTED:
	case ERR_SUSPENDED:
		return false;
	default:
		return true;
	}
}

static int
record(const struct job *job, struct run *run, const struct job_result *r,
    struct outcome *o, struct err *e)
{
	const struct err *why = o->failure;

	o->operation = "upload_object";
	o->path = job->path;
	o->hex = job->hex;
	o->size = job->size;
	o->key = job->key;
	o->strategy = job->strategy;
	o->from = job->from;
	o->bytes_verified = r->bytes_verified;
	o->attempts = r->attempts;
	o->part_count = r->part_count;
	o->part_size = r->part_size;
	o->forced = job->force;
	if (why == NULL) {
		o->status = r->outcome == UPLOAD_UPLOADED ? "uploaded" :
		    "skipped_remote_same";
		o->object = &r->object;
		o->proof = r->proof;
		o->to = "consign_uploaded";
	} else {
		o->status = report_failure(why->code);
		if (r->stored && is_untold(why->code))
			o->status = report_failure(ERR_INDETERMINATE);
		o->object = r->wrong.exists ? &r->wrong : NULL;
		o->proof = "none";
		o->to = after_failure(job, why->code);
	}
	return history_record(&run->history, o, e);
}

/* Our own bytes that were proven wrong were removed. */
static int
record_wrong(const struct job *job, struct run *run,
    const struct job_result *r, struct err *e)
{
	char id[7 + SHA256_HEX_LEN + 1], key[3 * REPORT_KEY_MAX + 1];
	struct row row = { .kind = ROW_DELETE };
	struct buf b;

	if (!r->deleted)
		return 0;
	buf_fixed(&b, id, sizeof(id));
	buf_printf(&b, "sha256:%s", job->hex);
	row.of.delete = (struct row_delete){
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(run->store.store_ref),
		.object_id = buf_as_span(&b),
		.path = job->path,
		.reason = span_of("proven_wrong"),
	};
	buf_fixed(&b, key, sizeof(key));
	text_escape(&b, job->key);
	row.of.delete.remote_key = buf_as_span(&b);
	if (r->wrong.etag[0] != '\0')
		row.of.delete.etag = span_of(r->wrong.etag);
	if (r->wrong.version_id[0] != '\0')
		row.of.delete.version_id = span_of(r->wrong.version_id);
	return history_append(&run->history, &row, e);
}

/* Versions that appear or vanish make another store of it: tiers lapse. */
static int
note_versioning(struct run *run, const struct object *o, struct err *e)
{
	const struct facts *f = run->history.facts;
	bool versioned = o->version_id[0] != '\0';
	struct row row = { .kind = ROW_PROBE };

	if (f->probed_at == FORM_NONE || f->versioned == versioned)
		return 0;
	row.of.probe = (struct row_probe){
		.begin_seq = run->history.begin_seq,
		.store_ref = span_of(f->store_ref),
		.tier = 0,
		.provider_kind = span_of(f->provider_kind),
		.endpoint = span_of(f->endpoint),
		.bucket = span_of(f->bucket),
		.region = span_of(f->region),
		.key_ref = span_of(f->key_ref),
		.scope = span_of(f->scope),
		.clock_skew_s = f->clock_skew_s,
		.absence_visible = f->absence_visible,
		.get_if_match = f->get_if_match,
		.list_allowed = f->list_allowed,
		.versioned = versioned,
		.result = span_of("ok"),
	};
	return history_append(&run->history, &row, e);
}

int
job_settle(const struct job *job, struct run *run, struct job_result *r,
    struct err *e)
{
	struct outcome o = { .before = r->before,
	    .started_at = r->started_at };
	struct err *why = &r->why;

	if (why->code == ERR_NONE && r->outcome == UPLOAD_CURRENT) {
		history_current(&run->history, job->path, job->size);
		return 0;
	}
	/* A ceiling that is met on the way is no gate any more. */
	if (why->code == ERR_PUT_CEILING_EXCEEDED &&
	    run->session->client.counts.requests[PRICE_A] > 0) {
		why->code = ERR_SUSPENDED;
		err_advise(why, "run again, or raise --max-puts");
	}
	if (r->left)
		err_advise(why, "the wrong bytes are still in the store: "
		    "see 'consign abort --wrong'");
	else if (r->deleted)
		err_advise(why, "the wrong bytes were removed; run again");
	o.failure = why->code != ERR_NONE ? why : NULL;
	if (record(job, run, r, &o, e) != 0 ||
	    record_wrong(job, run, r, e) != 0)
		return -1;
	if (why->code == ERR_NONE)
		return r->outcome == UPLOAD_UPLOADED ?
		    note_versioning(run, &r->object, e) : 0;
	if (!history_ends_run(why))
		return 0;
	*e = *why;
	return err_ctx(e, "%.*s", (int)job->path.len, job->path.p);
}

void
job_begin(struct job_result *r, const struct run *run)
{
	*r = (struct job_result){ .outcome = UPLOAD_FAILED,
	    .part_count = FORM_NONE, .part_size = FORM_NONE,
	    .before = run->session->client.counts,
	    .started_at = run->app->clock->wall_s(run->app->clock) };
}
