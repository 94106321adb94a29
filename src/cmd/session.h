/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>

#include "app.h"
#include "client.h"
#include "creds.h"

/*
 * Ready to talk to one store.  session_open() goes through everything that
 * can refuse without a secret first, in this order: the settings, the
 * provider, how far away the endpoint is; then it reads the credentials.
 * Nothing is sent.  session_close() on every path, on a zeroed one too.
 */
struct session {
	struct endpoint endpoint;
	const struct provider *provider;
	struct dialer *dialer;
	enum addr_scope scope;
	struct creds creds;
	struct client_config conf;
	struct client client;
};

/* What a command may do that opens one. */
struct session_terms {
	enum addr_scope widest;	/* how far the endpoint may be: with
				   ADDR_LOOPBACK anything farther is
				   ERR_ROOT_REQUIRED */
	bool files;		/* credentials may be in files */
};

/*
 * Large: 120 KiB, most of it never touched; allocate it.  sc has to outlive
 * it.
 */
int session_open(struct session *s, struct app *app,
    const struct store_conf *sc, struct session_terms terms, struct err *e);

/* The provider's row of that kind, or ERR_CONFIG_INVALID. */
const struct provider *session_provider(const struct store_conf *sc,
    struct err *e);

/* The region that is signed for: its own, or the provider's. */
const char *session_region(const struct store_conf *sc,
    const struct provider *provider, struct err *e);

void session_close(struct session *s);

#endif
