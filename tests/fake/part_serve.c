/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "num.h"

#include "part_serve.h"

static void *
get_memory(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		abort();
	return p;
}

const char *
part_serve_value(const struct part_store *s, const char *name, const char *ends,
    char out[80])
{
	const char *at = strstr(s->head, name);
	size_t n = at == NULL ? 0 : strcspn(at + strlen(name), ends);

	if (n > 79)
		n = 79;
	if (n > 0)
		memcpy(out, at + strlen(name), n);
	out[n] = '\0';
	return out;
}

static uint64_t
number(const char *text)
{
	uint64_t n = 0;

	num_u64(span_of(text), INT64_MAX, &n);
	return n;
}

/* An answer of these headers, and a body. */
static void
answer(struct part_store *s, const char *status, const char *fields,
    const char *body, size_t size)
{
	char head[400];
	int n = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, fields,
	    size);
	bool no_body = strncmp(s->head, "HEAD", 4) == 0;

	free(s->out);
	s->out_len = (size_t)n + (no_body ? 0 : size);
	s->out = get_memory(s->out_len);
	memcpy(s->out, head, (size_t)n);
	if (!no_body && size > 0)
		memcpy(s->out + n, body, size);
	s->out_at = 0;
}

static void
say(struct part_store *s, const char *status, const char *text)
{
	answer(s, status, "", text, strlen(text));
}

static void
refuse(struct part_store *s, const char *status, const char *code)
{
	char text[100];

	snprintf(text, sizeof(text), "<Error><Code>%s</Code></Error>", code);
	say(s, status, text);
}

static void
on_object(struct part_store *s)
{
	char range[80], fields[200];
	uint64_t first, last;
	struct span a, b;

	if (s->object == NULL) {
		refuse(s, "404 No", "NoSuchKey");
		return;
	}
	part_serve_value(s, "Range: bytes=", "\r", range);
	if (range[0] == '\0') {
		snprintf(fields, sizeof(fields), "ETag: \"%s\"\r\n", s->etag);
		answer(s, "200 OK", fields, s->object, s->size);
		return;
	}
	b = span_cut(span_of(range), '-', &a);
	if (num_u64(a, s->size - 1, &first) != 0)
		abort();
	last = s->size - 1;
	if (b.len > 0 && num_u64(b, s->size - 1, &last) != 0)
		abort();
	snprintf(fields, sizeof(fields), "ETag: \"%s\"\r\nContent-Range: "
	    "bytes %llu-%llu/%zu\r\n", s->etag,
	    (unsigned long long)first, (unsigned long long)last, s->size);
	answer(s, "206 Part", fields, s->object + first,
	    (size_t)(last + 1 - first));
}

static void
on_create(struct part_store *s)
{
	char text[200];

	if (s->uploads == PART_STORE_UPLOADS)
		abort();
	snprintf(text, sizeof(text), "<InitiateMultipartUploadResult>"
	    "<UploadId>u%zu</UploadId></InitiateMultipartUploadResult>",
	    s->uploads);
	s->upload[s->uploads++].open = true;
	say(s, "200 OK", text);
}

static void
on_part(struct part_store *s, struct part_store_upload *u)
{
	char text[80], fields[80];
	uint64_t n = number(part_serve_value(s, "partNumber=", "& ", text));

	if (n < 1 || n > PART_STORE_PARTS)
		abort();
	struct part_store_part *p = &u->part[n - 1];
	free(p->data);
	p->data = s->body;
	p->size = s->body_size;
	s->body = NULL;
	snprintf(p->etag, sizeof(p->etag), "%.32s",
	    part_serve_value(s, "x-amz-content-sha256: ", "\r", text));
	s->parts++;
	s->part_bytes += (int64_t)p->size;
	snprintf(fields, sizeof(fields), "ETag: \"%s\"\r\n", p->etag);
	answer(s, "200 OK", fields, "", 0);
}

void
part_serve_close(struct part_store_upload *u)
{
	for (size_t i = 0; i < PART_STORE_PARTS; i++) {
		free(u->part[i].data);
		u->part[i].data = NULL;
	}
	u->open = false;
}

/* Are exactly the parts that came listed?  Yields their number, or 0. */
static size_t
check_list(const struct part_store *s, const struct part_store_upload *u)
{
	const char *at = s->body;
	size_t n = 0;

	for (; n < PART_STORE_PARTS && u->part[n].data != NULL; n++) {
		char want[120];

		snprintf(want, sizeof(want), "<Part><PartNumber>%zu"
		    "</PartNumber><ETag>\"%s\"</ETag></Part>", n + 1,
		    u->part[n].etag);
		at = strstr(at, want);
		if (at == NULL)
			return 0;
	}
	return n;
}

static void
on_complete(struct part_store *s, struct part_store_upload *u)
{
	char text[80];
	size_t n = check_list(s, u), size = 0;

	if (s->object != NULL && part_serve_value(s, "If-None-Match: ", "\r",
	    text)[0] != '\0') {
		refuse(s, "412 No", "PreconditionFailed");
		return;
	}
	if (n == 0) {
		refuse(s, "400 No", "InvalidPart");
		return;
	}
	free(s->object);
	for (size_t i = 0; i < n; i++)
		size += u->part[i].size;
	s->object = get_memory(size);
	s->size = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(s->object + s->size, u->part[i].data, u->part[i].size);
		s->size += u->part[i].size;
	}
	snprintf(s->etag, sizeof(s->etag), "%s-%zu", u->part[0].etag, n);
	part_serve_close(u);
	say(s, "200 OK", "  \n<CompleteMultipartUploadResult>"
	    "</CompleteMultipartUploadResult>");
}

static void
on_list(struct part_store *s)
{
	char text[8192];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_puts(&b, "<ListMultipartUploadsResult>");
	for (size_t i = 0; i < s->uploads; i++)
		if (s->upload[i].open)
			buf_printf(&b, "<Upload><Key>key</Key><UploadId>u%zu"
			    "</UploadId><Initiated>2013-05-24T00:00:00Z"
			    "</Initiated></Upload>", i);
	buf_puts(&b, "</ListMultipartUploadsResult>");
	say(s, "200 OK", text);
}

void
part_serve(struct part_store *s)
{
	char id[80];
	uint64_t n = number(part_serve_value(s, "uploadId=u", "& ", id));
	struct part_store_upload *u = NULL;

	s->requests++;
	if (id[0] != '\0' && n < s->uploads && s->upload[n].open)
		u = &s->upload[n];
	if (id[0] != '\0' && u == NULL)
		refuse(s, "404 No", "NoSuchUpload");
	else if (strncmp(s->head, "PUT ", 4) == 0 && u != NULL)
		on_part(s, u);
	else if (strncmp(s->head, "POST ", 5) == 0 && u != NULL)
		on_complete(s, u);
	else if (strncmp(s->head, "POST ", 5) == 0)
		on_create(s);
	else if (strncmp(s->head, "DELETE ", 7) == 0 && u != NULL) {
		part_serve_close(u);
		say(s, "200 OK", "");
	} else if (strstr(s->head, "uploads=") != NULL)
		on_list(s);
	else
		on_object(s);
}
