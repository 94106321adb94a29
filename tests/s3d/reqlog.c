/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "reqlog.h"

#define LINE_MAX_BYTES (512u << 10)

static int log_fd = -1;

int
reqlog_open(const char *path)
{
	log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return log_fd < 0 ? -1 : 0;
}

static void
put_text(struct buf *b, const char *name, struct span text)
{
	buf_printf(b, ",\"%s\":\"", name);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			buf_printf(b, "\\u%04x", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '"');
}

static const char *
truth(bool b)
{
	return b ? "true" : "false";
}

static void
put_line(struct buf *b, const struct exchange *x)
{
	const struct request *r = &x->request;
	const char *code = x->reply.code;

	buf_printf(b, "{\"seq\":%u,\"conn\":%u,\"nth\":%u,\"tls\":%s,"
	    "\"resumed\":%s", (unsigned)x->seq, x->conn, x->nth,
	    truth(x->link->tls != NULL), truth(x->resumed));
	put_text(b, "method", r->method);
	put_text(b, "op", span_of(op_name(r->op)));
	put_text(b, "bucket", r->bucket);
	put_text(b, "key", r->key);
	put_text(b, "query", r->query);
	put_text(b, "range", request_field(r, "Range"));
	buf_printf(b, ",\"status\":%d", x->silent ? 0 : x->reply.status);
	put_text(b, "code", span_of(code != NULL ? code : ""));
	buf_printf(b, ",\"bytes_in\":%lld,\"bytes_out\":%lld",
	    r->body_size > 0 ? (long long)(r->body_size - r->body_left) : 0,
	    (long long)x->bytes_out);
	put_text(b, "class", span_of(op_class(r->op)));
	put_text(b, "sig", span_of(x->verdict.word));
	buf_printf(b, ",\"canonical\":%s", truth(x->verdict.canonical));
	put_text(b, "faults", span_of(x->faults.names));
	buf_puts(b, "}\n");
}

void
reqlog_write(struct exchange *x)
{
	struct buf line;

	if (log_fd < 0 || x->logged)
		return;
	x->logged = true;
	buf_init(&line, LINE_MAX_BYTES);
	put_line(&line, x);
	if (!buf_ok(&line) ||
	    write(log_fd, line.data, line.len) != (ssize_t)line.len)
		perror("s3d: log");
	buf_free(&line);
}
