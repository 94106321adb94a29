/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "err.h"

#include "tls_peer.h"

static void
cert_bytes(void *ctx, const void *p, size_t n)
{
	struct tls_peer *s = ctx;

	BUG_ON(n > sizeof(s->der.bytes) - s->der.len);
	memcpy(s->der.bytes + s->der.len, p, n);
	s->der.len += n;
}

static void
key_bytes(void *ctx, const void *p, size_t n)
{
	br_skey_decoder_push(ctx, p, n);
}

/* Each object of the PEM text goes to dest, the certificates to the chain. */
static void
read_pem(struct tls_peer *s, struct span pem, bool is_key)
{
	br_pem_decoder_context d;

	br_pem_decoder_init(&d);
	while (pem.len > 0) {
		size_t n = br_pem_decoder_push(&d, pem.p, pem.len);
		pem.p += n;
		pem.len -= n;
		int event = br_pem_decoder_event(&d);
		BUG_ON(event == BR_PEM_ERROR);
		if (event == BR_PEM_BEGIN_OBJ && is_key) {
			br_pem_decoder_setdest(&d, key_bytes, &s->key);
		} else if (event == BR_PEM_BEGIN_OBJ) {
			BUG_ON(s->chain_len == TLS_PEER_CHAIN_MAX);
			br_pem_decoder_setdest(&d, cert_bytes, s);
			s->chain[s->chain_len].data =
			    s->der.bytes + s->der.len;
		} else if (event == BR_PEM_END_OBJ && !is_key) {
			br_x509_certificate *c = &s->chain[s->chain_len++];
			c->data_len = (size_t)(s->der.bytes + s->der.len -
			    c->data);
		}
	}
}

static bool
move_records(struct tls_peer *s, struct pipe_conn *p)
{
	br_ssl_engine_context *eng = &s->server.eng;
	unsigned char *buf;
	size_t len, n, moved = 0;

	while ((buf = br_ssl_engine_sendrec_buf(eng, &len)) != NULL &&
	    (n = pipe_conn_put(&p->down, buf, len)) > 0) {
		br_ssl_engine_sendrec_ack(eng, n);
		moved += n;
	}
	while (!s->stuck &&
	    (buf = br_ssl_engine_recvrec_buf(eng, &len)) != NULL &&
	    (n = pipe_conn_take(&p->up, buf, len)) > 0) {
		br_ssl_engine_recvrec_ack(eng, n);
		moved += n;
	}
	return moved > 0;
}

static bool
serve(struct pipe_conn *p)
{
	struct tls_peer *s = p->server;
	bool moved = move_records(s, p);

	if (s->app != NULL && s->app(s))
		moved = true;
	if (br_ssl_engine_current_state(&s->server.eng) == BR_SSL_CLOSED &&
	    !p->ended) {
		p->ended = true;
		moved = true;
	}
	return moved;
}

void
tls_peer_init(struct tls_peer *s, struct pipe_conn *p, struct span chain,
    struct span key, br_ssl_session_cache_lru *cache)
{
	static const char seed[] = "not random: this is a test";

	memset(s, 0, sizeof(*s));
	br_skey_decoder_init(&s->key);
	read_pem(s, key, true);
	read_pem(s, chain, false);
	if (br_skey_decoder_key_type(&s->key) == BR_KEYTYPE_EC)
		br_ssl_server_init_full_ec(&s->server, s->chain, s->chain_len,
		    BR_KEYTYPE_EC, br_skey_decoder_get_ec(&s->key));
	else
		br_ssl_server_init_full_rsa(&s->server, s->chain,
		    s->chain_len, br_skey_decoder_get_rsa(&s->key));
	br_ssl_engine_set_buffers_bidi(&s->server.eng, s->in, sizeof(s->in),
	    s->out, sizeof(s->out));
	br_ssl_engine_inject_entropy(&s->server.eng, seed, sizeof(seed));
	if (cache != NULL)
		br_ssl_server_set_cache(&s->server, &cache->vtable);
	BUG_ON(!br_ssl_server_reset(&s->server));
	p->serve = serve;
	p->server = s;
}
