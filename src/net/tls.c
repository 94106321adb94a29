/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "wipe.h"

#include "offer.h"
#include "tls_why.h"

#include "tls.h"

static struct tls *
tls_of(struct conn *c)
{
	return (struct tls *)(void *)c;
}

static br_ssl_engine_context *
engine(struct tls *t)
{
	return &t->client.eng;
}

static bool
is_closed(struct tls *t)
{
	return br_ssl_engine_current_state(engine(t)) == BR_SSL_CLOSED;
}

/* --- Moving records --- */

static bool
has_output(struct tls *t)
{
	size_t len;

	return br_ssl_engine_sendrec_buf(engine(t), &len) != NULL;
}

static bool
has_data(struct tls *t)
{
	size_t len;

	return br_ssl_engine_recvapp_buf(engine(t), &len) != NULL;
}

static bool
takes_input(struct tls *t)
{
	size_t len;

	return br_ssl_engine_recvrec_buf(engine(t), &len) != NULL;
}

/*
 * Send what the engine holds, as far as it goes at once.  After a failure
 * output is dropped, so that the engine still comes to the end of what the
 * server has to say.
 */
static void
pump_out(struct tls *t)
{
	unsigned char *p;
	size_t len;

	while ((p = br_ssl_engine_sendrec_buf(engine(t), &len)) != NULL) {
		ssize_t n = (ssize_t)len;
		if (!t->write_failed)
			n = t->under->ops->write(t->under, p, len,
			    &t->write_err);
		if (n == CONN_AGAIN)
			return;
		if (n < 0)
			t->write_failed = true;
		else
			br_ssl_engine_sendrec_ack(engine(t), (size_t)n);
	}
}

/* Take in what has come: true when there was something, an end included. */
static bool
pump_in(struct tls *t)
{
	size_t len;
	unsigned char *p = br_ssl_engine_recvrec_buf(engine(t), &len);
	ssize_t n;

	if (p == NULL || t->ended)
		return false;
	n = t->under->ops->read(t->under, p, len, &t->read_err);
	if (n == CONN_AGAIN)
		return false;
	if (n > 0) {
		br_ssl_engine_recvrec_ack(engine(t), (size_t)n);
		return true;
	}
	t->ended = true;
	/* A record's first byte goes to the front of the buffer. */
	t->cut = p != t->in;
	return true;
}

/*
 * Wait for what leads on: room for output where there is some, and input
 * where that is wanted, or where nothing else can end the wait (a HelloRequest
 * that came in part stops output).  1; 0 when the time is up; -1.
 */
static int
wait_below(struct tls *t, int want, int64_t until_ms, struct err *e)
{
	int below = has_output(t) ? CONN_WRITE : 0;

	if (takes_input(t) && ((want & CONN_READ) != 0 || below == 0))
		below |= CONN_READ;
	if (below == 0)
		return err_set(e, ERR_UNREACHABLE, "TLS with '%s' came to a "
		    "standstill", t->ep.host);
	int r = t->under->ops->wait(t->under, below, until_ms, e);
	if (r > 0 && (r & CONN_READ) != 0)
		pump_in(t);
	return r > 0 ? 1 : r;
}

/* --- Ends --- */

static int
explain(struct tls *t, bool shaking, struct err *e)
{
	int br_err = br_ssl_engine_last_error(engine(t));

	if (br_err > BR_ERR_X509_OK && br_err <= BR_ERR_X509_NOT_TRUSTED)
		return peer_explain(&t->peer, br_err, e);
	return tls_why(&t->ep, br_err, shaking, e);
}

/* Why nothing more will be read: 0 for an orderly end, else -1. */
static int
explain_end(struct tls *t, struct err *e)
{
	if (!t->ended)
		return br_ssl_engine_last_error(engine(t)) == BR_ERR_OK ? 0 :
		    explain(t, false, e);
	if (t->read_err.code != ERR_NONE) {
		*e = t->read_err;
		return -1;
	}
	if (t->cut)
		return err_set(e, ERR_UNREACHABLE, "'%s' ended the connection "
		    "inside a TLS record", t->ep.host);
	return 0;
}

/* --- The conn, see conn.h --- */

static ssize_t
tls_read(struct conn *c, void *p, size_t n, struct err *e)
{
	struct tls *t = tls_of(c);
	unsigned char *data;
	size_t len;

	for (;;) {
		pump_out(t);
		data = br_ssl_engine_recvapp_buf(engine(t), &len);
		if (data != NULL)
			break;
		if (t->ended || is_closed(t))
			return explain_end(t, e);
		if (!pump_in(t))
			return CONN_AGAIN;
	}
	if (len > n)
		len = n;
	memcpy(p, data, len);
	br_ssl_engine_recvapp_ack(engine(t), len);
	return (ssize_t)len;
}

/* 0 while output can go somewhere. */
static int
check_output(struct tls *t, struct err *e)
{
	if (t->write_failed) {
		*e = t->write_err;
		return -1;
	}
	if (is_closed(t))
		return err_set(e, ERR_UNREACHABLE, "'%s' ended TLS",
		    t->ep.host);
	return 0;
}

static ssize_t
tls_write(struct conn *c, const void *p, size_t n, struct err *e)
{
	struct tls *t = tls_of(c);
	const unsigned char *from = p;
	unsigned char *to;
	size_t room, taken = 0;

	pump_out(t);
	if (check_output(t, e) != 0)
		return -1;
	while (taken < n &&
	    (to = br_ssl_engine_sendapp_buf(engine(t), &room)) != NULL) {
		if (room > n - taken)
			room = n - taken;
		memcpy(to, from + taken, room);
		br_ssl_engine_sendapp_ack(engine(t), room);
		taken += room;
		pump_out(t);
	}
	return taken > 0 ? (ssize_t)taken : CONN_AGAIN;
}

static int
tls_flush(struct conn *c, struct err *e)
{
	struct tls *t = tls_of(c);

	pump_out(t);
	br_ssl_engine_flush(engine(t), 0);
	pump_out(t);
	if (check_output(t, e) != 0)
		return -1;
	if (has_output(t))
		return CONN_AGAIN;
	return t->under->ops->flush(t->under, e);
}

/* What can be done at once, of want. */
static int
ready(struct tls *t, int want)
{
	size_t len;
	int r = 0;

	pump_out(t);
	/* Even while there is room to write: an answer may have come. */
	while ((want & CONN_READ) != 0 && !has_data(t) && pump_in(t))
		pump_out(t);
	bool over = t->ended || is_closed(t);
	if (over || has_data(t))
		r |= CONN_READ;
	if (over || t->write_failed ||
	    br_ssl_engine_sendapp_buf(engine(t), &len) != NULL)
		r |= CONN_WRITE;
	return r & want;
}

static int
tls_wait(struct conn *c, int want, int64_t until_ms, struct err *e)
{
	struct tls *t = tls_of(c);
	int r;

	for (;;) {
		if ((r = ready(t, want)) != 0)
			return r;
		if ((r = wait_below(t, want, until_ms, e)) <= 0)
			return r;
	}
}

static void
forget(struct tls *t)
{
	wipe_mem(&t->client, sizeof(t->client));
	wipe_mem(t->in, sizeof(t->in));
	wipe_mem(t->out, sizeof(t->out));
}

static void
tls_close(struct conn *c)
{
	struct tls *t = tls_of(c);

	/*
	 * Say close_notify if that can be done at once: servers forget a
	 * session that ended without it.
	 */
	pump_out(t);
	if (!t->write_failed && !has_output(t)) {
		br_ssl_engine_close(engine(t));
		pump_out(t);
	}
	t->under->ops->close(t->under);
	forget(t);
}

static const struct conn_ops ops = {
	tls_read, tls_write, tls_flush, tls_wait, tls_close
};

/* --- The handshake --- */

static int
set_entropy(struct tls *t, struct rng *rng, struct err *e)
{
	uint8_t seed[48];	/* more than any key that is made of it */
	int r = rng->bytes(rng, seed, sizeof(seed), e);

	if (r == 0)
		br_ssl_engine_inject_entropy(engine(t), seed, sizeof(seed));
	wipe_mem(seed, sizeof(seed));
	return r;
}

static bool
same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* Until either side may send data. */
static int
shake(struct tls *t, int64_t until_ms, struct err *e)
{
	size_t len;

	for (;;) {
		pump_out(t);
		if (br_ssl_engine_sendapp_buf(engine(t), &len) != NULL)
			return 0;
		if (is_closed(t))
			return explain(t, true, e);
		if (t->ended && t->read_err.code != ERR_NONE) {
			*e = t->read_err;
			return -1;
		}
		if (t->ended)
			return err_set(e, ERR_UNREACHABLE, "'%s' port %d "
			    "ended the connection during the TLS handshake",
			    t->ep.host, t->ep.port);
		int r = wait_below(t, CONN_READ, until_ms, e);
		if (r < 0)
			return -1;
		if (r == 0)
			return err_set(e, ERR_TIMED_OUT, "the TLS handshake "
			    "with '%s' port %d took too long", t->ep.host,
			    t->ep.port);
	}
}

static void
set_facts(struct tls *t, struct tls_session *session)
{
	br_ssl_session_parameters params;

	br_ssl_engine_get_session_parameters(engine(t), &params);
	if (t->peer.count > 0) {
		t->facts = (struct tls_facts){ .key = t->peer.seen,
		    .suite = offer_suite_name(params.cipher_suite) };
		memcpy(t->facts.issuer, t->peer.issuer,
		    sizeof(t->facts.issuer));
	} else {
		/* Only a resumed session shows no certificate. */
		t->facts = session->facts;
		t->facts.resumed = true;
	}
	if (session != NULL)
		*session = (struct tls_session){ .valid = true, .ep = t->ep,
		    .facts = t->facts, .params = params };
	wipe_mem(&params, sizeof(params));
}

void
tls_session_wipe(struct tls_session *s)
{
	wipe_mem(s, sizeof(*s));
}

int
tls_open(struct tls *t, const struct tls_options *opt, struct conn *under,
    int64_t until_ms, struct err *e)
{
	struct tls_session *s = opt->session;
	bool resume = s != NULL && s->valid && same_endpoint(&s->ep, opt->ep);
	bool literal = opt->ep->ipv4 || opt->ep->ipv6;

	t->conn.ops = &ops;
	t->under = under;
	t->ep = *opt->ep;
	t->ended = t->cut = t->write_failed = false;
	err_clear(&t->read_err);
	peer_init(&t->peer, &(struct peer_check){ .ep = &t->ep,
	    .trust = opt->trust, .pin = opt->pin,
	    .now_s = opt->clock->wall_s(opt->clock) });
	offer_init(&t->client);
	t->alpn = "http/1.1";
	br_ssl_engine_set_protocol_names(engine(t), &t->alpn, 1);
	br_ssl_engine_set_x509(engine(t), &t->peer.vtable);
	br_ssl_engine_set_buffers_bidi(engine(t), t->in, sizeof(t->in),
	    t->out, sizeof(t->out));
	if (set_entropy(t, opt->rng, e) != 0)
		return -1;
	if (resume)
		br_ssl_engine_set_session_parameters(engine(t), &s->params);
	br_ssl_client_reset(&t->client, literal ? NULL : t->ep.host, resume);
	if (shake(t, until_ms, e) != 0) {
		/* What was wrong may have been the session: begin anew. */
		if (s != NULL)
			tls_session_wipe(s);
		forget(t);
		return -1;
	}
	set_facts(t, s);
	return 0;
}
