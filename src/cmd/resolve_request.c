/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file_whole.h"

#include "resolve_request.h"

#define AT(member) offsetof(struct resolve_request, member)
#define FROM(member) offsetof(struct resolve_options, member)

static const struct {
	const char *name;
	size_t at, from;
} fields[] = {
	{ "artifact_path", AT(artifact_path), FROM(artifact_path) },
	{ "artifact_hash", AT(artifact_hash), FROM(artifact_hash) },
	{ "hash_algorithm", AT(hash_algorithm), FROM(hash_algorithm) },
	{ "canonicalization_version", AT(canonicalization_version),
	    FROM(canonicalization_version) },
	{ "origin", AT(origin), FROM(origin) },
	{ "admission_ref", AT(admission_ref), FROM(admission_ref) },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* The request's field of that name, or NULL. */
static struct span *
find(struct resolve_request *q, const char *name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return (struct span *)(void *)((char *)q +
			    fields[i].at);
	return NULL;
}

/* --- YAML ----------------------------------------------------------------- */

static int
pass(void *context, const struct yaml_place *at, struct err *e)
{
	(void)context;
	(void)at;
	(void)e;
	return 0;
}

static int
take_scalar(void *context, const struct yaml_place *at, const char *text,
    struct err *e)
{
	struct span *to = find(context, at->key[0]);

	(void)e;
	if (to != NULL && at->depth == 1)
		*to = span_of(text);
	return 0;
}

static int
read_yaml(struct resolve_input *in, struct span text, struct err *e)
{
	const struct yaml_visitor visitor = { pass, pass, pass, take_scalar,
	    &in->request };

	return yaml_walk(text, &visitor, &in->texts, e);
}

/* --- JSON ----------------------------------------------------------------- */

/* Records know no null: one becomes an empty string, of the same length. */
static void
blank_nulls(char *p, size_t n)
{
	bool string = false;

	for (size_t i = 0; i < n; i++) {
		if (string && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			string = !string;
		else if (!string && n - i >= 4 &&
		    memcmp(p + i, "null", 4) == 0)
			memcpy(p + i, "\"\"  ", 4);
	}
}

static int
read_json(struct resolve_input *in, struct span text, struct err *e)
{
	struct buf scratch;

	buf_fixed(&scratch, in->scratch, sizeof(in->scratch));
	blank_nulls(in->text, text.len);
	if (record_parse(&in->record, text, e) != 0)
		return -1;
	for (size_t i = 0; i < FIELDS; i++) {
		const struct record_field *f = record_find(&in->record,
		    fields[i].name);

		if (f != NULL && f->kind == RECORD_STR && f->text.len > 0 &&
		    record_text(f, &scratch, find(&in->request,
		    fields[i].name), e) != 0)
			return -1;
	}
	return 0;
}

/* --- Both ----------------------------------------------------------------- */

static int
read_text(struct resolve_input *in, size_t n, struct err *e)
{
	struct span text = { in->text, n };
	size_t i = 0;
	int rc;

	while (i < n && strchr(" \t\r\n", in->text[i]) != NULL)
		i++;
	rc = i < n && in->text[i] == '{' ? read_json(in, text, e) :
	    read_yaml(in, text, e);
	if (rc != 0)
		in->request = (struct resolve_request){ { NULL, 0 },
		    { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
		    { NULL, 0 } };
	return rc;
}

static int
read_file(struct resolve_input *in, const char *path, struct err *e)
{
	struct file f;
	size_t n;
	int rc;

	if (file_open(&f, path, 0, e) != 0)
		return -1;
	rc = file_whole(&in->text, &n, &f, RESOLVE_REQUEST_MAX, e);
	file_close(&f);
	if (rc == 0)
		rc = read_text(in, n, e);
	return rc == 0 ? 0 : err_ctx(e, "the request '%s'", path);
}

int
resolve_request_read(struct resolve_input *in,
    const struct resolve_options *opt, struct err *e)
{
	int rc = opt->request != NULL ? read_file(in, opt->request, e) : 0;

	for (size_t i = 0; i < FIELDS; i++) {
		const char *given = *(const char *const *)(const void *)
		    ((const char *)opt + fields[i].from);

		if (given != NULL)
			*find(&in->request, fields[i].name) = span_of(given);
	}
	return rc;
}

void
resolve_request_close(struct resolve_input *in)
{
	free(in->text);
	in->text = NULL;
	yaml_walk_free(&in->texts);
}
