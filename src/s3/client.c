/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "utc.h"

#include "client.h"

/* Servers close idle connections, some after 5 s: redial before they do. */
#define IDLE_MAX_MS 4000

/*
 * CompleteMultipartUpload may be silent for minutes while it works, or send
 * a blank now and then.
 */
#define COMPLETE_SILENCE_MS (10 * 60 * 1000)

/* Host, x-amz-date, x-amz-content-sha256, x-amz-security-token, and theirs. */
#define HEADERS_MAX 16

void
client_init(struct client *c, const struct client_config *conf,
    struct clock *clock, struct rng *rng, struct dialer *dialer)
{
	memset(c, 0, offsetof(struct client, control));
	c->conf = conf;
	c->clock = clock;
	c->rng = rng;
	c->dialer = dialer;
	endpoint_host_header(c->host, conf->endpoint);
}

void
client_close(struct client *c)
{
	if (c->conn != NULL)
		c->conn->ops->close(c->conn);
	c->conn = NULL;
}

/*
 * May the kept connection carry a request?  Asked before that is counted: one
 * that would find the connection ended is never sent.
 */
static bool
is_usable(struct client *c)
{
	struct err ignored = {0};
	char byte;

	return c->clock->mono_ms(c->clock) - c->idle_since <= IDLE_MAX_MS &&
	    c->conn->ops->read(c->conn, &byte, 1, &ignored) == CONN_AGAIN;
}

/* The connection to send on; *kept tells that it was used before. */
static int
connect_store(struct client *c, bool *kept, struct err *e)
{
	if (c->conn != NULL && !is_usable(c))
		client_close(c);
	*kept = c->conn != NULL;
	if (c->conn != NULL)
		return 0;
	return c->dialer->dial(c->dialer, c->conf->endpoint,
	    c->conf->connect_ms, &c->conn, e);
}

bool
client_allowed(const struct client *c, enum price_class class)
{
	const struct client_allowance *a = c->allowance;

	return a == NULL || (c->counts.requests[class] < a->requests[class] &&
	    (a->until == 0 || c->clock->wall_s(c->clock) < a->until));
}

/* Count a request before it is sent, or refuse it. */
static int
spend(struct client *c, const struct client_request *req, struct err *e)
{
	enum price_class class = provider_class(c->conf->provider, req->op);
	uint64_t body = req->body != NULL ?
	    (uint64_t)req->body->source.size : 0;

	if (class == PRICE_A &&
	    c->counts.requests[PRICE_A] >= c->conf->max_class_a)
		return err_set(e, ERR_PUT_CEILING_EXCEEDED,
		    "the ceiling of %llu class A requests is reached",
		    (unsigned long long)c->conf->max_class_a);
	if (body > c->conf->max_bytes_up ||
	    c->counts.bytes_up > c->conf->max_bytes_up - body)
		return err_set(e, ERR_SUSPENDED,
		    "%llu more bytes would pass the ceiling of %llu bytes up",
		    (unsigned long long)body,
		    (unsigned long long)c->conf->max_bytes_up);
	if (!client_allowed(c, class) &&
	    c->allowance->more(c->allowance, class, e) != 0)
		return -1;
	c->counts.requests[class]++;
	return 0;
}

/* Where the request goes: "/bucket/key", or "/key" in virtual-host style. */
static void
write_path(struct buf *b, const struct client *c, struct span key)
{
	buf_putc(b, '/');
	if (!c->conf->virtual_host) {
		buf_puts(b, c->conf->bucket);
		if (key.p != NULL)
			buf_putc(b, '/');
	}
	buf_span(b, key);
}

/* The signed head of a request: target, and fields with Authorization. */
struct head {
	char path[1 + 64 + 1 + 1024 + 1];
	char target[4096];
	char fields[8192];
	struct span as_target, as_fields;
};

static int
sign(struct client *c, const struct client_request *req, struct head *h,
    struct err *e)
{
	struct sigv4_pair header[HEADERS_MAX];
	char date[UTC_AMZ_LEN + 1];
	struct sigv4_scope scope = { c->clock->wall_s(c->clock),
	    span_of(c->conf->region), span_of("s3") };
	struct span hash = span_of(req->payload_hash != NULL ?
	    req->payload_hash : SIGV4_UNSIGNED);
	struct buf path, target, fields;
	size_t n = 0;

	utc_amz(date, scope.time);
	header[n++] = (struct sigv4_pair){ span_of("Host"), span_of(c->host) };
	header[n++] = (struct sigv4_pair){ span_of("x-amz-content-sha256"),
	    hash };
	header[n++] = (struct sigv4_pair){ span_of("x-amz-date"),
	    span_of(date) };
	if (c->conf->creds.token.p != NULL)
		header[n++] = (struct sigv4_pair){
		    span_of("x-amz-security-token"), c->conf->creds.token };
	BUG_ON(n + req->nheader > HEADERS_MAX);
	for (size_t i = 0; i < req->nheader; i++)
		header[n++] = req->header[i];

	buf_fixed(&path, h->path, sizeof(h->path));
	write_path(&path, c, req->key);
	if (!buf_ok(&path))
		return err_set(e, ERR_PLAN_UNFIT,
		    "a key of %zu bytes is too long", req->key.len);
	struct sigv4_request sr = { .method = req->method,
	    .path = buf_as_span(&path),
	    .query = req->query, .nquery = req->nquery,
	    .header = header, .nheader = n, .payload_hash = hash };
	buf_fixed(&target, h->target, sizeof(h->target));
	buf_fixed(&fields, h->fields, sizeof(h->fields));
	if (sigv4_target(&target, &sr, e) != 0 ||
	    sigv4_fields(&fields, &sr, &scope, &c->conf->creds, e) != 0)
		return -1;
	h->as_target = buf_as_span(&target);
	h->as_fields = buf_as_span(&fields);
	return 0;
}

static struct http_limits
limits_of(const struct client *c, const struct client_request *req)
{
	struct http_limits l = { .first_byte_ms = c->conf->stall_ms,
	    .stall_ms = c->conf->stall_ms, .min_rate = c->conf->min_rate,
	    .whole_ms = c->conf->request_ms };

	if (l.whole_ms == 0 && req->body != NULL)
		l.whole_ms = CLIENT_SIGNED_MS;
	if (req->op == S3_COMPLETE && l.stall_ms < COMPLETE_SILENCE_MS) {
		l.first_byte_ms = l.stall_ms = COMPLETE_SILENCE_MS;
		l.min_rate = 0;
	}
	return l;
}

/* The store's clock by its Date header; one of before 2020 is no clock. */
static void
note_date(struct client *c)
{
	int64_t date;

	if (utc_parse_http(http_header(&c->http, "date"), &date) != 0 ||
	    date < 1577836800)
		return;
	c->skew_known = true;
	c->skew_s = date - c->clock->wall_s(c->clock);
}

/* One request on one connection, up to the head of its answer. */
static int
exchange(struct client *c, const struct client_request *req, bool *kept,
    struct err *e)
{
	struct head h;
	struct http_limits limits = limits_of(c, req);
	struct http_request hr = { .method = req->method };
	int rc;

	if (connect_store(c, kept, e) != 0)
		return -1;
	if (req->body != NULL && req->body->rewind(req->body, e) != 0)
		return -1;
	if (sign(c, req, &h, e) != 0 || spend(c, req, e) != 0)
		return -1;
	hr.target = h.as_target;
	hr.fields = h.as_fields;
	hr.body = req->body != NULL ? &req->body->source : NULL;
	http_init(&c->http, c->clock, &limits);
	c->sending = true;
	rc = http_begin(&c->http, c->conn, &hr, e);
	c->sending = false;
	c->counts.bytes_up += (uint64_t)c->http.sent;
	return rc;
}

/*
 * May a request be sent again on a new connection because the old one had
 * been closed meanwhile?  Never one that starts or ends an upload: if it was
 * heard after all, the second would be one too many.  Nor one whose body was
 * sent to its end, which may have been stored: the caller looks first.
 */
static bool
may_resend(const struct client *c, const struct client_request *req,
    bool kept, const struct err *e)
{
	return kept && !c->http.answered && e->code == ERR_UNREACHABLE &&
	    req->op != S3_CREATE && req->op != S3_COMPLETE &&
	    (req->body == NULL || c->http.sent < req->body->source.size);
}

/*
 * Keep what a refusal says, as far as it is bounded.  However the body ends,
 * what came is looked at: only a complete document counts (xml.h).
 */
static struct span
read_control(struct client *c)
{
	struct err ignored = {0};
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(c->control)) {
		n = http_read(&c->http, c->control + len,
		    sizeof(c->control) - len, &ignored);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	c->counts.bytes_down += len;
	return (struct span){ c->control, len };
}

static int
refuse(struct client *c, const struct client_request *req, struct err *e)
{
	struct s3err_answer a = { .method = req->method,
	    .status = c->http.status, .upload_id = req->upload_id,
	    .region = http_header(&c->http, "x-amz-bucket-region"),
	    .retry_after = http_header(&c->http, "retry-after"),
	    .now = c->clock->wall_s(c->clock) };

	a.body = read_control(c);
	s3err_classify(&c->refusal, &a);
	c->answered = true;
	client_end(c);
	if (c->refusal.class == S3ERR_CLOCK &&
	    client_check_clock(c, e) != 0)
		return -1;
	return s3err_report(&c->refusal, e);
}

int
client_begin(struct client *c, const struct client_request *req,
    struct err *e)
{
	bool kept;
	int rc;

	c->answered = c->resent = false;
	rc = exchange(c, req, &kept, e);
	if (rc != 0 && may_resend(c, req, kept, e)) {
		client_close(c);
		c->resent = true;
		err_clear(e);
		rc = exchange(c, req, &kept, e);
	}
	if (rc != 0) {
		client_close(c);
		return -1;
	}
	note_date(c);
	if (c->http.status < 200 || c->http.status > 299)
		return refuse(c, req, e);
	return 0;
}

ssize_t
client_read(struct client *c, void *p, size_t n, struct err *e)
{
	uint64_t left = c->conf->max_bytes_down > c->counts.bytes_down ?
	    c->conf->max_bytes_down - c->counts.bytes_down : 0;
	ssize_t got;

	if (left == 0 && c->http.body_size != c->http.received)
		return err_set(e, ERR_SUSPENDED,
		    "the ceiling of %llu bytes down is reached",
		    (unsigned long long)c->conf->max_bytes_down);
	if (left != 0 && n > left)
		n = (size_t)left;
	got = http_read(&c->http, p, n, e);
	if (got > 0)
		c->counts.bytes_down += (uint64_t)got;
	return got;
}

void
client_end(struct client *c)
{
	if (!http_reusable(&c->http))
		client_close(c);
	else
		c->idle_since = c->clock->mono_ms(c->clock);
}

struct span
client_header(const struct client *c, const char *name)
{
	return http_header(&c->http, name);
}

int64_t
client_pause_ms(int64_t base_ms, unsigned failures, int retry_after_s,
    uint64_t random)
{
	int64_t top = base_ms;
	int64_t pause;

	for (unsigned i = 1; i < failures && top < CLIENT_PAUSE_MAX_MS; i++)
		top *= 2;
	if (top > CLIENT_PAUSE_MAX_MS)
		top = CLIENT_PAUSE_MAX_MS;
	pause = (int64_t)(random % ((uint64_t)top + 1));
	if (retry_after_s > 0 && pause < (int64_t)retry_after_s * 1000)
		pause = (int64_t)retry_after_s * 1000;
	return pause < CLIENT_PAUSE_MAX_MS ? pause : CLIENT_PAUSE_MAX_MS;
}

/* Would so long a pause end when nothing may be sent any more? */
static int
check_end(const struct client *c, int64_t pause, struct err *e)
{
	int64_t now = c->clock->wall_s(c->clock);
	const char *why = err_word(e->code);

	if (c->conf->ends_at == 0 || now + pause / 1000 < c->conf->ends_at)
		return 0;
	return err_set(e, ERR_SUSPENDED, "the window closes before it may be "
	    "tried again (%s)", why);
}

bool
client_again(struct client *c, unsigned failures, struct err *e)
{
	uint64_t random;
	int64_t pause;
	int sig;

	if (!err_is_transient(e->code) || failures >= c->conf->max_attempts)
		return false;
	if (c->rng->bytes(c->rng, &random, sizeof(random), e) != 0)
		return false;
	pause = client_pause_ms(c->conf->backoff_ms, failures,
	    e->retry_after_s, random);
	client_close(c);
	if (check_end(c, pause, e) != 0)
		return false;
	c->counts.retries++;
	c->counts.backoff_ms += (uint64_t)pause;
	c->clock->sleep_ms(c->clock, pause);
	sig = c->clock->stop_signal(c->clock);
	if (sig != 0) {
		err_set(e, ERR_INTERRUPTED, "ended by signal %d", sig);
		e->sys = sig;
		return false;
	}
	err_clear(e);
	return true;
}

int
client_check_clock(const struct client *c, struct err *e)
{
	int64_t skew = c->skew_s < 0 ? -c->skew_s : c->skew_s;

	if (!c->skew_known || skew <= CLIENT_SKEW_MAX_S)
		return 0;
	err_set(e, ERR_CLOCK_SKEWED,
	    "this machine's clock is %lld s %s the store's",
	    (long long)skew, c->skew_s > 0 ? "behind" : "ahead of");
	return -1;
}
