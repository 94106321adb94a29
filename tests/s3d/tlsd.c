/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bearssl.h>

#include "span.h"

#include "link.h"
#include "pemfile.h"
#include "shared.h"

#include "tlsd.h"

#define INPUT_SIZE (128u << 10)	/* records are taken in bulk */
#define SUITES_MAX 16

/* BearSSL's view of SHARED_SESSIONS; vtable must come first. */
struct cache {
	const br_ssl_session_cache_class *vtable;
	bool hit;
};

struct tlsd {
	struct pemfile files;
	uint16_t suite[SUITES_MAX];
	size_t nsuites;		/* 0: BearSSL's own choice */
	bool sessions;
	struct cache cache;

	struct link *link;
	br_ssl_server_context server;
	unsigned char records[BR_SSL_BUFSIZE_BIDI];
	unsigned char input[INPUT_SIZE];
	size_t next, filled;	/* of input */
};

static void
session_save(const br_ssl_session_cache_class **ctx,
    br_ssl_server_context *server, const br_ssl_session_parameters *p)
{
	(void)ctx;
	(void)server;
	shared_lock(SHARED_COUNTERS);
	struct shared *s = shared_get();
	unsigned at = s->next_session++ % SHARED_SESSIONS;
	memcpy(s->session[at].id, p->session_id, 32);
	memcpy(s->session[at].secret, p->master_secret, 48);
	s->session[at].version = p->version;
	s->session[at].suite = p->cipher_suite;
	s->session[at].used = true;
	shared_unlock(SHARED_COUNTERS);
}

static int
session_load(const br_ssl_session_cache_class **ctx,
    br_ssl_server_context *server, br_ssl_session_parameters *p)
{
	struct cache *cache = (struct cache *)ctx;

	(void)server;
	shared_lock(SHARED_COUNTERS);
	struct shared *s = shared_get();
	for (int i = 0; i < SHARED_SESSIONS && !cache->hit; i++) {
		if (!s->session[i].used ||
		    memcmp(s->session[i].id, p->session_id, 32) != 0)
			continue;
		memcpy(p->master_secret, s->session[i].secret, 48);
		p->version = s->session[i].version;
		p->cipher_suite = s->session[i].suite;
		cache->hit = true;
	}
	shared_unlock(SHARED_COUNTERS);
	return cache->hit;
}

static const br_ssl_session_cache_class cache_class = {
	sizeof(struct cache), session_save, session_load
};

/* The suites that --suites names, for the kind of key we have. */
static int
choose_suites(struct tlsd *t, const char *text)
{
	static const struct {
		const char *name;
		uint16_t ecdsa, rsa;
	} known[] = {
		{ "aes128gcm", BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 },
		{ "aes256gcm", BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 },
		{ "chacha20",
		    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 },
		{ "cbc", BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
		    BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 },
	};
	struct span word, rest = span_of(text);

	while (rest.p != NULL) {
		size_t i = 0, n = sizeof(known) / sizeof(known[0]);
		rest = span_cut(rest, ',', &word);
		while (i < n && !span_is(word, known[i].name))
			i++;
		if (i == n || t->nsuites == SUITES_MAX)
			return -1;
		t->suite[t->nsuites++] = t->files.is_ec ? known[i].ecdsa :
		    known[i].rsa;
	}
	return 0;
}

struct tlsd *
tlsd_new(const struct options *o)
{
	struct tlsd *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->sessions = !o->no_sessions;
	if (pemfile_load(&t->files, o->cert, o->key) != 0) {
		tlsd_free(t);
		return NULL;
	}
	if (o->suites != NULL && choose_suites(t, o->suites) != 0) {
		fprintf(stderr, "s3d: bad --suites\n");
		tlsd_free(t);
		return NULL;
	}
	return t;
}

void
tlsd_free(struct tlsd *t)
{
	if (t == NULL)
		return;
	pemfile_free(&t->files);
	free(t);
}

/* Moves records until the engine is in one of the wanted states. */
static int
pump(struct tlsd *t, unsigned wanted)
{
	br_ssl_engine_context *e = &t->server.eng;
	unsigned char *buf;
	size_t n;

	for (;;) {
		unsigned state = br_ssl_engine_current_state(e);

		if (state == BR_SSL_CLOSED)
			return -1;
		if ((state & BR_SSL_SENDREC) != 0) {
			buf = br_ssl_engine_sendrec_buf(e, &n);
			ssize_t put = link_raw_write(t->link, buf, n);
			if (put <= 0)
				return -1;
			br_ssl_engine_sendrec_ack(e, (size_t)put);
			continue;
		}
		if ((state & wanted) != 0)
			return 0;
		if ((state & BR_SSL_RECVREC) == 0)
			return -1;
		if (t->next == t->filled) {
			ssize_t got = link_raw_read(t->link, t->input,
			    sizeof(t->input));
			if (got <= 0)
				return got < 0 ? -1 : 1;
			t->next = 0;
			t->filled = (size_t)got;
		}
		buf = br_ssl_engine_recvrec_buf(e, &n);
		if (n > t->filled - t->next)
			n = t->filled - t->next;
		memcpy(buf, t->input + t->next, n);
		t->next += n;
		br_ssl_engine_recvrec_ack(e, n);
	}
}

static int
seed(br_ssl_engine_context *e)
{
	unsigned char random[32];
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t got = read(fd, random, sizeof(random));
	close(fd);
	if (got != (ssize_t)sizeof(random))
		return -1;
	br_ssl_engine_inject_entropy(e, random, sizeof(random));
	return 0;
}

int
tlsd_start(struct tlsd *t, struct link *l)
{
	br_ssl_engine_context *e = &t->server.eng;
	const struct pemfile *f = &t->files;

	t->link = l;
	if (f->is_ec)
		br_ssl_server_init_full_ec(&t->server, f->chain, f->nchain,
		    BR_KEYTYPE_EC, &f->ec);
	else
		br_ssl_server_init_full_rsa(&t->server, f->chain, f->nchain,
		    &f->rsa);
	br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
	if (t->nsuites > 0)
		br_ssl_engine_set_suites(e, t->suite, t->nsuites);
	/* BearSSL prefers its SSE2 code, which is the slower one. */
	br_ssl_engine_set_chacha20(e, br_chacha20_ct_run);
	br_ssl_engine_set_buffer(e, t->records, sizeof(t->records), 1);
	t->cache.vtable = &cache_class;
	if (t->sessions)
		br_ssl_server_set_cache(&t->server, &t->cache.vtable);
	if (seed(e) != 0 || !br_ssl_server_reset(&t->server))
		return -1;
	if (pump(t, BR_SSL_SENDAPP) == 0)
		return 0;
	fprintf(stderr, "s3d: TLS handshake failed: %d\n",
	    br_ssl_engine_last_error(e));
	return -1;
}

bool
tlsd_resumed(const struct tlsd *t)
{
	return t->cache.hit;
}

ssize_t
tlsd_read(struct tlsd *t, void *p, size_t n)
{
	size_t have;
	int status = pump(t, BR_SSL_RECVAPP);

	/* An end without close_notify is an end all the same. */
	if (status != 0)
		return status > 0 ||
		    br_ssl_engine_last_error(&t->server.eng) == 0 ? 0 : -1;
	unsigned char *buf = br_ssl_engine_recvapp_buf(&t->server.eng, &have);
	if (n > have)
		n = have;
	memcpy(p, buf, n);
	br_ssl_engine_recvapp_ack(&t->server.eng, n);
	return (ssize_t)n;
}

ssize_t
tlsd_write(struct tlsd *t, const void *p, size_t n)
{
	size_t room;

	if (pump(t, BR_SSL_SENDAPP) != 0)
		return -1;
	unsigned char *buf = br_ssl_engine_sendapp_buf(&t->server.eng, &room);
	if (n > room)
		n = room;
	memcpy(buf, p, n);
	br_ssl_engine_sendapp_ack(&t->server.eng, n);
	return (ssize_t)n;
}

int
tlsd_flush(struct tlsd *t)
{
	br_ssl_engine_flush(&t->server.eng, 0);
	return pump(t, BR_SSL_SENDAPP);
}

void
tlsd_end(struct tlsd *t)
{
	br_ssl_engine_close(&t->server.eng);
	/* The record goes out; the peer's own is not waited for. */
	while ((br_ssl_engine_current_state(&t->server.eng) &
	    BR_SSL_SENDREC) != 0) {
		size_t n;
		unsigned char *buf = br_ssl_engine_sendrec_buf(
		    &t->server.eng, &n);
		ssize_t put = link_raw_write(t->link, buf, n);
		if (put <= 0)
			break;
		br_ssl_engine_sendrec_ack(&t->server.eng, (size_t)put);
	}
}
