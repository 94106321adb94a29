/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "pipe_conn.h"
#include "t.h"
#include "tls_peer.h"
#include "utc.h"
#include "vec.h"

#include "tls.h"

#define VECTORS "vectors/tls/cases.txt"

/* A clock that stands still and a source that counts. */
static int64_t now_s;

static int64_t
mono_ms(struct clock *c)
{
	(void)c;
	return 1000;
}

static int64_t
wall_s(struct clock *c)
{
	(void)c;
	return now_s;
}

static bool rng_fails;

static int
count_up(struct rng *r, void *p, size_t n, struct err *e)
{
	static uint8_t next;
	uint8_t *bytes = p;

	(void)r;
	if (rng_fails)
		return err_set(e, ERR_IO_ERROR, "no random numbers");
	for (size_t i = 0; i < n; i++)
		bytes[i] = next++;
	return 0;
}

static struct clock still = { .mono_ms = mono_ms, .wall_s = wall_s };
static struct rng rng = { .bytes = count_up };

/* Both ends of one connection, and what is in between. */
static struct pipe_conn wire;
static struct tls_peer server;
static struct tls tls;
static struct trust trust;
static struct endpoint ep;
static struct tls_session session;
static struct err err;

/* The first case of the vectors, which all other tests use. */
static char chain_pem[4096], key_pem[4096];
static struct span chain, key;

static void
trust_pem(struct span pem)
{
	static struct trust_loader load;

	trust_free(&trust);
	err_clear(&err);
	if (pem.p == NULL)
		return;
	trust_pem_begin(&load, false);
	trust_pem_add(&load, pem, &err);
	CHECK_INT(trust_pem_end(&load, &trust, &err), 0);
}

static struct span
keep(char *to, size_t size, struct span s)
{
	BUG_ON(s.len > size);
	memcpy(to, s.p, s.len);
	return (struct span){ to, s.len };
}

static void
load_first_case(void)
{
	struct vec *v = vec_open(VECTORS);

	BUG_ON(!vec_next(v));
	chain = keep(chain_pem, sizeof(chain_pem), vec_get(v, "chain"));
	key = keep(key_pem, sizeof(key_pem), vec_get(v, "key"));
	trust_pem(vec_get(v, "ca"));
	utc_parse_iso(vec_get(v, "now"), &now_s);
	endpoint_parse_host(&ep, vec_get(v, "host"), &err);
	vec_close(v);
	err_clear(&err);
}

static int
open_pinned(const struct peer_pin *pin, struct tls_session *s)
{
	struct tls_options opt = { .ep = &ep, .trust = &trust, .pin = pin,
	    .clock = &still, .rng = &rng, .session = s };

	err_clear(&err);
	return tls_open(&tls, &opt, &wire.conn, 2000, &err);
}

static int
open_tls(struct tls_session *s)
{
	return open_pinned(NULL, s);
}

static void
new_server(br_ssl_session_cache_lru *cache)
{
	pipe_conn_init(&wire);
	tls_peer_init(&server, &wire, chain, key, cache);
}

static void
close_tls(void)
{
	tls.conn.ops->close(&tls.conn);
	CHECK_INT(wire.closes, 1);
}

/* --- Who is trusted: one handshake a case of the vectors --- */

static void
check_words(const char *text, struct span part)
{
	char want[300];

	if (part.p == NULL)
		return;
	snprintf(want, sizeof(want), "%.*s", (int)part.len, part.p);
	if (!CHECK(strstr(text, want) != NULL))
		CHECK_STR(text, want);
}

static void
check_case(const struct vec *v, size_t grain)
{
	struct peer_pin pin;
	bool pinned = vec_has(v, "pin");
	struct span name = vec_get(v, "name"), want = vec_get(v, "want");
	struct span says = vec_opt(v, "says");
	struct span advises = vec_opt(v, "advises");

	t_row("%.*s, %zu bytes at once", (int)name.len, name.p, grain);
	trust_pem(vec_opt(v, "ca"));
	CHECK_INT(endpoint_parse_host(&ep, vec_get(v, "host"), &err), 0);
	CHECK_INT(utc_parse_iso(vec_get(v, "now"), &now_s), 0);
	if (pinned)
		CHECK_INT(peer_pin_parse(&pin, vec_get(v, "pin"), &err), 0);
	CHECK(vec_unasked(v).p != NULL);	/* chain and key to come */
	pipe_conn_init(&wire);
	wire.grain = grain;
	tls_peer_init(&server, &wire, vec_get(v, "chain"),
	    vec_get(v, "key"), NULL);
	CHECK(vec_unasked(v).p == NULL);

	int r = open_pinned(pinned ? &pin : NULL, NULL);
	CHECK(span_is(want, err_word(err.code)));
	CHECK_INT(r, err.code == ERR_NONE ? 0 : -1);
	check_words(err.msg, says);
	check_words(err_advice(&err), advises);
	CHECK_INT(wire.closes, 0);
	if (r == 0) {
		const char *sni = br_ssl_engine_get_server_name(
		    &server.server.eng);
		CHECK_STR(sni, ep.ipv4 || ep.ipv6 ? "" : ep.host);
		CHECK(!tls.facts.resumed);
		close_tls();
	}
}

static void
test_cases(void)
{
	static const size_t grains[] = { 0, 7, 1 };

	for (size_t i = 0; i < sizeof(grains) / sizeof(grains[0]); i++) {
		struct vec *v = vec_open(VECTORS);
		while (vec_next(v))
			check_case(v, grains[i]);
		vec_close(v);
	}
	load_first_case();
}

/* --- Handshakes that end early --- */

static void
test_silent_server(void)
{
	pipe_conn_init(&wire);
	CHECK_INT(open_tls(NULL), -1);
	CHECK_INT(err.code, ERR_TIMED_OUT);
	CHECK(strstr(err.msg, "'store.example' port 443") != NULL);
}

static void
test_no_randomness(void)
{
	new_server(NULL);
	rng_fails = true;
	CHECK_INT(open_tls(NULL), -1);
	rng_fails = false;
	CHECK_INT(err.code, ERR_IO_ERROR);
	CHECK_INT(wire.up.len, 0);
}

static void
test_other_protocols(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum err_code want;
		const char *says;
	} rows[] = {
		{ "HTTP/1.1 400 Bad Request\r\n\r\n", 28, ERR_TLS_UNTRUSTED,
		    "does not speak TLS 1.2" },
		{ "220 mail.example ESMTP\r\n", 24, ERR_TLS_UNTRUSTED,
		    "does not speak TLS 1.2" },
		/* Alerts 70, 40 and 80. */
		{ "\x15\x03\x01\x00\x02\x02\x46", 7, ERR_TLS_UNTRUSTED,
		    "does not speak TLS 1.2" },
		{ "\x15\x03\x03\x00\x02\x02\x28", 7, ERR_TLS_UNTRUSTED,
		    "no version, cipher suite" },
		{ "\x15\x03\x03\x00\x02\x02\x50", 7, ERR_UNREACHABLE,
		    "trouble of its own" },
		{ "\x15\x03\x03\x00\x02\x02\x2f", 7, ERR_TLS_UNTRUSTED,
		    "refused with alert 47" },
		{ "", 0, ERR_UNREACHABLE, "ended the connection" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu: %s", i, rows[i].says);
		pipe_conn_init(&wire);
		pipe_conn_put(&wire.down, rows[i].bytes, rows[i].len);
		wire.ended = true;
		/* Even when the server no longer listens, it is heard. */
		wire.deaf = i % 2 == 1;
		CHECK_INT(open_tls(NULL), -1);
		CHECK_INT(err.code, rows[i].want);
		check_words(err.msg, span_of(rows[i].says));
	}
}

/* How many bytes the server sends in a handshake. */
static int64_t
handshake_size(void)
{
	new_server(NULL);
	CHECK_INT(open_tls(NULL), 0);
	int64_t n = wire.down.passed;
	close_tls();
	CHECK(n > 500);
	return n;
}

static void
test_cut_handshake(void)
{
	int64_t size = handshake_size();

	for (int64_t at = 0; at < size; at += 53) {
		t_row("cut at %d", (int)at);
		new_server(NULL);
		wire.cut = at;
		CHECK_INT(open_tls(NULL), -1);
		CHECK_INT(err.code, ERR_UNREACHABLE);
	}
}

static void
test_flipped_handshake(void)
{
	int64_t size = handshake_size();

	for (int64_t at = 0; at < size; at += 19) {
		t_row("flip at %d", (int)at);
		new_server(NULL);
		wire.flip = at;
		CHECK_INT(open_tls(NULL), -1);
	}
}

/* --- Data --- */

static void
test_resumption(void)
{
	static br_ssl_session_cache_lru cache;
	static unsigned char store[4096];
	struct tls_facts first;

	br_ssl_session_cache_lru_init(&cache, store, sizeof(store));
	tls_session_wipe(&session);
	new_server(&cache);
	CHECK_INT(open_tls(&session), 0);
	CHECK(!tls.facts.resumed);
	CHECK(strncmp(tls.facts.suite, "ECDHE-ECDSA-", 12) == 0);
	CHECK_STR(tls.facts.issuer, "Test root");
	first = tls.facts;
	close_tls();
	CHECK_INT(br_ssl_engine_last_error(&server.server.eng), 0);

	new_server(&cache);
	CHECK_INT(open_tls(&session), 0);
	CHECK(tls.facts.resumed);
	CHECK_MEM(&tls.facts.key, sizeof(first.key), &first.key,
	    sizeof(first.key));
	CHECK_STR(tls.facts.issuer, first.issuer);
	CHECK_STR(tls.facts.suite, first.suite);
	close_tls();

	/* Not at another endpoint, whatever its server says. */
	new_server(&cache);
	ep.port = 444;
	CHECK_INT(open_tls(&session), 0);
	CHECK(!tls.facts.resumed);
	ep.port = 443;
	close_tls();

	/* And not after it was wiped. */
	tls_session_wipe(&session);
	new_server(&cache);
	CHECK_INT(open_tls(&session), 0);
	CHECK(!tls.facts.resumed);
	close_tls();
}

/* The i-th byte of any stream, and a sum over what came. */
static uint8_t
byte_at(size_t i)
{
	return (uint8_t)(i * 7 + (i >> 8) * 13);
}

static void
add(uint32_t *sum, size_t *count, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*sum = *sum * 31 + p[i];
	*count += n;
}

static uint32_t
sum_of(size_t n)
{
	uint32_t sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t b = byte_at(i);
		add(&sum, &count, &b, 1);
	}
	return sum;
}

static bool
take_all(struct tls_peer *s)
{
	size_t len;
	unsigned char *p = br_ssl_engine_recvapp_buf(&s->server.eng, &len);

	if (p == NULL)
		return false;
	add(&s->sum, &s->received, p, len);
	br_ssl_engine_recvapp_ack(&s->server.eng, len);
	return true;
}

static bool
send_some(struct tls_peer *s, size_t total)
{
	size_t len, left = total - s->sent;
	unsigned char *p = br_ssl_engine_sendapp_buf(&s->server.eng, &len);

	if (p == NULL || left == 0)
		return false;
	if (len > left)
		len = left;
	for (size_t i = 0; i < len; i++)
		p[i] = byte_at(s->sent++);
	br_ssl_engine_sendapp_ack(&s->server.eng, len);
	br_ssl_engine_flush(&s->server.eng, 0);
	return true;
}

static size_t both_ways;	/* bytes that test_both_ways() sends */

static bool
serve_both_ways(struct tls_peer *s)
{
	bool took = take_all(s);

	return send_some(s, both_ways) || took;
}

struct client {
	size_t sent, received;
	uint32_t sum;
	bool deaf;		/* write() or flush() failed */
	ssize_t end;		/* what read() ended with: 0 or -1 */
};

static void
client_write(struct client *c, size_t total)
{
	uint8_t bytes[5000];
	size_t n = total - c->sent;

	if (n > sizeof(bytes))
		n = sizeof(bytes);
	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(c->sent + i);
	ssize_t put = tls.conn.ops->write(&tls.conn, bytes, n, &err);
	if (put > 0)
		c->sent += (size_t)put;
	c->deaf = put == -1;
	if (c->sent == total &&
	    tls.conn.ops->flush(&tls.conn, &err) == -1)
		c->deaf = true;
}

/* Sends and listens until the end, or until want bytes came. */
static void
run_client(struct client *c, size_t total, size_t want)
{
	uint8_t bytes[3000];

	*c = (struct client){ .end = CONN_AGAIN };
	while (c->end == CONN_AGAIN &&
	    (c->received < want || c->sent < total)) {
		int r = CONN_READ;
		if (c->sent < total && !c->deaf)
			r |= CONN_WRITE;
		r = tls.conn.ops->wait(&tls.conn, r, 2000, &err);
		if (!CHECK(r > 0))
			return;
		if ((r & CONN_WRITE) != 0)
			client_write(c, total);
		if ((r & CONN_READ) == 0)
			continue;
		ssize_t n = tls.conn.ops->read(&tls.conn, bytes,
		    sizeof(bytes), &err);
		if (n > 0)
			add(&c->sum, &c->received, bytes, (size_t)n);
		else if (n != CONN_AGAIN)
			c->end = n;
	}
}

static void
test_both_ways(void)
{
	static const struct {
		size_t grain, bytes;
	} rows[] = { { 0, 1 << 20 }, { 4096, 1 << 20 }, { 7, 40000 },
	    { 1, 20000 }, { 0, 1 }, { 0, 16384 }, { 0, 16385 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client c;

		t_row("%zu bytes, %zu at once", rows[i].bytes, rows[i].grain);
		both_ways = rows[i].bytes;
		new_server(NULL);
		server.app = serve_both_ways;
		wire.grain = rows[i].grain;
		CHECK_INT(open_tls(NULL), 0);
		run_client(&c, both_ways, both_ways);
		while (server.received < both_ways && wire.serve(&wire))
			;
		CHECK_INT(c.received, both_ways);
		CHECK_INT(c.sum, sum_of(both_ways));
		CHECK_INT(server.received, both_ways);
		CHECK_INT(server.sum, sum_of(both_ways));
		close_tls();
		while (wire.serve(&wire))
			;
		CHECK(wire.ended);	/* it had the close_notify */
		CHECK_INT(br_ssl_engine_last_error(&server.server.eng), 0);
	}
}

/*
 * The answer before the body was sent: after some of it the server stops to
 * read, answers, and breaks the connection for whoever still writes.
 */
#define ANSWER 30000

static size_t answer_after;
static bool polite;		/* with close_notify */

static bool
serve_early_answer(struct tls_peer *s)
{
	if (s->received < answer_after)
		return take_all(s);
	s->stuck = true;
	wire.deaf = true;
	if (send_some(s, ANSWER))
		return true;
	if (s->done || s->sent < ANSWER || wire.up.len == 0)
		return false;
	s->done = true;
	if (polite)
		br_ssl_engine_close(&s->server.eng);
	else
		wire.ended = true;
	return true;
}

static void
test_early_answer(void)
{
	for (size_t i = 0; i < 20; i++) {
		struct client c;

		t_row("round %zu", i);
		answer_after = 1 + i * 5000;
		polite = i % 2 == 0;
		new_server(NULL);
		server.app = serve_early_answer;
		CHECK_INT(open_tls(NULL), 0);
		run_client(&c, 10 << 20, SIZE_MAX);
		CHECK(c.sent < 10 << 20);
		CHECK_INT(c.received, ANSWER);
		CHECK_INT(c.sum, sum_of(ANSWER));
		CHECK(c.deaf);
		CHECK_INT(c.end, 0);
		close_tls();
	}
}

/* An answer is noticed although there is always room to write. */
static void
test_heard_while_writing(void)
{
	char buf[200];

	new_server(NULL);
	CHECK_INT(open_tls(NULL), 0);
	CHECK_INT(tls.conn.ops->wait(&tls.conn, CONN_READ | CONN_WRITE, 2000,
	    &err), CONN_WRITE);
	server.sent = 0;
	CHECK(send_some(&server, 100));
	wire.serve(&wire);
	CHECK_INT(tls.conn.ops->wait(&tls.conn, CONN_READ | CONN_WRITE, 2000,
	    &err), CONN_READ | CONN_WRITE);
	CHECK_INT(tls.conn.ops->wait(&tls.conn, CONN_WRITE, 2000, &err),
	    CONN_WRITE);
	CHECK_INT(tls.conn.ops->read(&tls.conn, buf, 1, &err), 1);
	CHECK_INT(tls.conn.ops->read(&tls.conn, buf, 200, &err), 99);
	CHECK_INT(tls.conn.ops->read(&tls.conn, buf, 200, &err), CONN_AGAIN);
	close_tls();
}

/* --- Ends, damage, and what is refused --- */

static bool
serve_hundred(struct tls_peer *s)
{
	return send_some(s, 100);
}

static void
test_ends(void)
{
	/* The record of 100 bytes takes 5 + 8 + 100 + 16 with this suite. */
	static const uint16_t suite =
	    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
	static const struct {
		int64_t cut, flip;	/* bytes of it; -1: none */
		size_t received;
		ssize_t want;
	} rows[] = {
		{ 129, -1, 100, 0 }, { 128, -1, 0, -1 }, { 7, -1, 0, -1 },
		{ 3, -1, 0, -1 }, { 0, -1, 0, 0 }, { -1, 0, 0, -1 },
		{ -1, 1, 0, -1 }, { -1, 60, 0, -1 }, { -1, 128, 0, -1 }
	};
	struct client c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("row %zu", i);
		new_server(NULL);
		br_ssl_engine_set_suites(&server.server.eng, &suite, 1);
		CHECK_INT(open_tls(NULL), 0);
		int64_t from = wire.down.passed;
		if (rows[i].cut >= 0)
			wire.cut = from + rows[i].cut;
		if (rows[i].flip >= 0)
			wire.flip = from + rows[i].flip;
		server.app = serve_hundred;
		run_client(&c, 0, SIZE_MAX);
		CHECK_INT(c.end, rows[i].want);
		CHECK_INT(c.received, rows[i].received);
		if (c.end == -1)
			CHECK_INT(err.code, ERR_UNREACHABLE);
		close_tls();
	}
}

static bool
serve_renegotiation(struct tls_peer *s)
{
	if (s->done || !br_ssl_engine_renegotiate(&s->server.eng))
		return false;
	s->done = true;
	return true;
}

static void
test_renegotiation(void)
{
	struct client c;

	new_server(NULL);
	CHECK_INT(open_tls(NULL), 0);
	server.app = serve_renegotiation;
	run_client(&c, 0, SIZE_MAX);
	CHECK(server.done);
	/* It is answered with no_renegotiation, which ends BearSSL's server. */
	CHECK_INT(br_ssl_engine_last_error(&server.server.eng),
	    BR_ERR_RECV_FATAL_ALERT + 100);
	CHECK_INT(c.end, 0);
	close_tls();
}

/* A HelloRequest in two records: output stops, nothing hangs or aborts. */
static void
test_half_renegotiation(void)
{
	br_ssl_engine_context *eng = &server.server.eng;
	size_t len;
	unsigned char *p;

	new_server(NULL);
	CHECK_INT(open_tls(NULL), 0);
	p = br_ssl_engine_sendapp_buf(eng, &len);
	p[0] = 0;		/* hello_request, and no length yet */
	eng->record_type_out = 22;	/* handshake */
	br_ssl_engine_sendapp_ack(eng, 1);
	br_ssl_engine_flush(eng, 0);
	CHECK_INT(tls.conn.ops->wait(&tls.conn, CONN_READ, 2000, &err), 0);
	CHECK_INT(tls.conn.ops->write(&tls.conn, "x", 1, &err), CONN_AGAIN);
	CHECK_INT(tls.conn.ops->wait(&tls.conn, CONN_WRITE, 2000, &err), 0);
	close_tls();
}

static void
test_alpn(void)
{
	static const char *names[] = { "h2", "http/1.1" };

	new_server(NULL);
	br_ssl_engine_set_protocol_names(&server.server.eng, names, 2);
	CHECK_INT(open_tls(NULL), 0);
	CHECK_STR(br_ssl_engine_get_selected_protocol(&server.server.eng),
	    "http/1.1");
	close_tls();
}

static void
test_old_versions(void)
{
	static const unsigned versions[] = { BR_TLS10, BR_TLS11 };

	for (size_t i = 0; i < 2; i++) {
		t_row("TLS 1.%zu", i);
		new_server(NULL);
		br_ssl_engine_set_versions(&server.server.eng, versions[i],
		    versions[i]);
		CHECK_INT(open_tls(NULL), -1);
		CHECK_INT(err.code, ERR_TLS_UNTRUSTED);
		check_words(err_advice(&err), span_of("TLS 1.2"));
	}
}

static void
test_suites(void)
{
	static const struct {
		uint16_t id;
		const char *want;
	} rows[] = {
		{ BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		    "ECDHE-ECDSA-CHACHA20-POLY1305" },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		    "ECDHE-ECDSA-AES128-GCM-SHA256" },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		    "ECDHE-ECDSA-AES256-GCM-SHA384" },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, NULL },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_CCM, NULL },
		{ BR_TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("suite %04x", rows[i].id);
		new_server(NULL);
		br_ssl_engine_set_suites(&server.server.eng, &rows[i].id, 1);
		CHECK_INT(open_tls(NULL), rows[i].want != NULL ? 0 : -1);
		if (rows[i].want == NULL) {
			CHECK_INT(err.code, ERR_TLS_UNTRUSTED);
			continue;
		}
		CHECK_STR(tls.facts.suite, rows[i].want);
		close_tls();
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "cases", test_cases },
		{ "silent-server", test_silent_server },
		{ "no-randomness", test_no_randomness },
		{ "other-protocols", test_other_protocols },
		{ "cut-handshake", test_cut_handshake },
		{ "flipped-handshake", test_flipped_handshake },
		{ "resumption", test_resumption },
		{ "both-ways", test_both_ways },
		{ "early-answer", test_early_answer },
		{ "heard-while-writing", test_heard_while_writing },
		{ "ends", test_ends },
		{ "renegotiation", test_renegotiation },
		{ "half-renegotiation", test_half_renegotiation },
		{ "alpn", test_alpn },
		{ "old-versions", test_old_versions },
		{ "suites", test_suites },
		{ NULL, NULL }
	};

	load_first_case();
	return t_main("tls", cases);
}
