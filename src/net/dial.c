/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr.h"

#include "dial.h"

/*
 * The longest single poll(): a stop signal that arrives just before one
 * begins is noticed after this long.
 */
#define SLICE_MS 1000

/* --- The plain conn, see conn.h --- */

static struct dial_sock *
sock_of(struct conn *c)
{
	return (struct dial_sock *)(void *)c;
}

static bool
would_block(void)
{
	/* Two names that may be one number. */
	if (errno == EAGAIN)
		return true;
	return errno == EWOULDBLOCK;
}

/* A connection that the kernel gave up, or any other failure of one. */
static int
conn_failed(struct err *e, const char *what)
{
	return err_sys(e, errno == ETIMEDOUT ? ERR_TIMED_OUT :
	    ERR_UNREACHABLE, "%s", what);
}

static ssize_t
sock_read(struct conn *c, void *p, size_t n, struct err *e)
{
	ssize_t got;

	do
		got = recv(sock_of(c)->fd, p, n, 0);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		return got;
	if (would_block())
		return CONN_AGAIN;
	return conn_failed(e, "the connection failed while receiving");
}

static ssize_t
sock_write(struct conn *c, const void *p, size_t n, struct err *e)
{
	ssize_t put;

	do
		put = send(sock_of(c)->fd, p, n, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	if (put >= 0)
		return put;
	if (would_block())
		return CONN_AGAIN;
	return conn_failed(e, "the connection failed while sending");
}

static int
sock_flush(struct conn *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

static int
sock_wait(struct conn *c, int want, int64_t until_ms, struct err *e)
{
	struct dial_sock *s = sock_of(c);
	struct pollfd p = { .fd = s->fd };

	if ((want & CONN_READ) != 0)
		p.events |= POLLIN;
	if ((want & CONN_WRITE) != 0)
		p.events |= POLLOUT;
	for (;;) {
		int sig = s->clock->stop_signal(s->clock);
		if (sig != 0) {
			err_set(e, ERR_INTERRUPTED, "stopped by signal %d",
			    sig);
			e->sys = sig;
			return -1;
		}
		int64_t left = until_ms - s->clock->mono_ms(s->clock);
		if (left < 0)
			left = 0;
		int n = poll(&p, 1, (int)(left < SLICE_MS ? left : SLICE_MS));
		if (n < 0 && errno != EINTR)
			return err_sys(e, ERR_UNREACHABLE, "cannot wait for "
			    "the connection");
		if (n > 0)
			break;
		if (n == 0 && left <= SLICE_MS)
			return 0;
	}
	/* An error or the peer's end is found by trying whatever is wanted. */
	if ((p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
		return want;
	return ((p.revents & POLLIN) != 0 ? CONN_READ : 0) |
	    ((p.revents & POLLOUT) != 0 ? CONN_WRITE : 0);
}

static void
sock_close(struct conn *c)
{
	struct dial_sock *s = sock_of(c);

	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static const struct conn_ops sock_ops = {
	sock_read, sock_write, sock_flush, sock_wait, sock_close
};

/* --- Addresses --- */

static void
append(struct addr_list *list, const struct addrinfo *ai)
{
	struct addr a = { .ipv6 = ai->ai_family == AF_INET6 };

	if (list->count == ADDR_LIST_MAX)
		return;
	if (ai->ai_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, ai->ai_addr, sizeof(in));
		memcpy(a.ip, &in.sin_addr, sizeof(in.sin_addr));
	} else if (ai->ai_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, ai->ai_addr, sizeof(in6));
		memcpy(a.ip, &in6.sin6_addr, sizeof(in6.sin6_addr));
		a.zone = in6.sin6_scope_id;
	} else {
		return;
	}
	list->at[list->count++] = a;
}

static int
ask(struct addr_lookup *lookup, const char *host, enum addr_family family,
    struct addr_list *list)
{
	static const int families[] = {
		[ADDR_ANY] = AF_UNSPEC,
		[ADDR_IPV4] = AF_INET,
		[ADDR_IPV6] = AF_INET6
	};
	struct addrinfo hints = { .ai_family = families[family],
	    .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;

	(void)lookup;
	int r = getaddrinfo(host, NULL, &hints, &found);
	if (r != 0)
		return r;
	for (const struct addrinfo *ai = found; ai != NULL; ai = ai->ai_next)
		append(list, ai);
	freeaddrinfo(found);
	return 0;
}

static int
addresses(struct dial *d, const struct endpoint *ep, struct addr_list *list,
    struct err *e)
{
	struct addr_lookup lookup = { .ask = ask, .strerror = gai_strerror };

	return addr_resolve(list, ep, d->ipv4_only, &lookup, e);
}

/* Fills in to; its length. */
static socklen_t
to_sockaddr(struct sockaddr_storage *to, const struct addr *a, uint16_t port)
{
	memset(to, 0, sizeof(*to));
	if (!a->ipv6) {
		struct sockaddr_in in = { .sin_family = AF_INET,
		    .sin_port = htons(port) };
		memcpy(&in.sin_addr, a->ip, sizeof(in.sin_addr));
		memcpy(to, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(port), .sin6_scope_id = a->zone };
	memcpy(&in6.sin6_addr, a->ip, sizeof(in6.sin6_addr));
	memcpy(to, &in6, sizeof(in6));
	return sizeof(in6);
}

/* --- Connecting --- */

/* In words that name the endpoint, for errno is about an address. */
static int
connect_failed(const struct endpoint *ep, int error, struct err *e)
{
	if (error == ECONNREFUSED) {
		err_set(e, ERR_UNREACHABLE, "'%s' refused the connection to "
		    "port %d", ep->host, ep->port);
		e->sys = error;
		return -1;
	}
	errno = error;
	return err_sys(e, error == ETIMEDOUT ? ERR_TIMED_OUT :
	    ERR_UNREACHABLE, "cannot connect to '%s' port %d", ep->host,
	    ep->port);
}

static int
finish_connect(struct dial_sock *s, const struct endpoint *ep,
    int64_t until_ms, struct err *e)
{
	int error = 0;
	socklen_t len = sizeof(error);
	int r = sock_wait(&s->conn, CONN_WRITE, until_ms, e);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_TIMED_OUT, "no answer from '%s' port "
		    "%d in time", ep->host, ep->port);
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	return error == 0 ? 0 : connect_failed(ep, error, e);
}

static int
connect_sock(struct dial_sock *s, const struct endpoint *ep,
    const struct addr *a, int64_t until_ms, struct err *e)
{
	static const int on = 1;
	struct sockaddr_storage to;
	socklen_t len = to_sockaddr(&to, a, ep->port);

	/* The two flags are as old as Linux 2.6.27. */
	s->fd = socket(to.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return connect_failed(ep, errno, e);
	/* Neither is needed for the connection to be right. */
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (connect(s->fd, (const struct sockaddr *)&to, len) == 0)
		return 0;
	if (errno == EINPROGRESS || errno == EINTR)
		return finish_connect(s, ep, until_ms, e);
	return connect_failed(ep, errno, e);
}

/* One address, all the way to the handshake: on failure nothing is open. */
static int
try_address(struct dial *d, const struct endpoint *ep, const struct addr *a,
    int64_t connect_ms, struct err *e)
{
	struct tls_options tls = { .ep = ep, .trust = d->trust, .pin = d->pin,
	    .clock = d->clock, .rng = d->rng, .session = &d->session };
	int64_t until_ms = d->clock->mono_ms(d->clock) + connect_ms;
	int r = connect_sock(&d->sock, ep, a, until_ms, e);

	if (r == 0 && ep->tls)
		r = tls_open(&d->tls, &tls, &d->sock.conn, until_ms, e);
	if (r == 0)
		return 0;
	sock_close(&d->sock.conn);
	if (e->code == ERR_TIMED_OUT)
		err_advise(e, "check the endpoint and the network, or allow "
		    "more with --connect-timeout");
	return -1;
}

static struct dial *
dial_of(struct dialer *d)
{
	return (struct dial *)(void *)d;
}

static int
dial_dial(struct dialer *dialer, const struct endpoint *ep,
    int64_t connect_ms, struct conn **c, struct err *e)
{
	struct dial *d = dial_of(dialer);
	struct addr_list list;
	bool tried = false;

	BUG_ON(d->sock.fd >= 0);
	if (addresses(d, ep, &list, e) != 0)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		if (addr_scope_of(&list.at[i]) > dialer->widest)
			continue;
		tried = true;
		if (try_address(d, ep, &list.at[i], connect_ms, e) == 0) {
			*c = ep->tls ? &d->tls.conn : &d->sock.conn;
			dialer->peer_key = ep->tls ?
			    d->tls.facts.key.sha256 : NULL;
			err_clear(e);	/* of the addresses before */
			return 0;
		}
		if (e->code != ERR_UNREACHABLE && e->code != ERR_TIMED_OUT)
			return -1;
	}
	if (tried)
		return -1;
	return err_set(e, ERR_ROOT_REQUIRED, "'%s' is not %s", ep->host,
	    dialer->widest == ADDR_LOOPBACK ? "this machine" :
	    "in a private network");
}

static int
dial_resolve(struct dialer *dialer, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e)
{
	struct addr_list list;

	if (addresses(dial_of(dialer), ep, &list, e) != 0)
		return -1;
	*scope = ADDR_LOOPBACK;
	for (size_t i = 0; i < list.count; i++)
		if (addr_scope_of(&list.at[i]) > *scope)
			*scope = addr_scope_of(&list.at[i]);
	return 0;
}

void
dial_init(struct dial *d, enum addr_scope widest)
{
	d->dialer = (struct dialer){ .resolve = dial_resolve,
	    .dial = dial_dial, .widest = widest };
	d->sock = (struct dial_sock){ .conn = { &sock_ops },
	    .clock = d->clock, .fd = -1 };
	d->session.valid = false;
}

void
dial_wipe(struct dial *d)
{
	tls_session_wipe(&d->session);
}

/* --- The dialer that refuses --- */

static int
refuse(struct err *e)
{
	return err_set(e, ERR_APPROVAL_REQUIRED,
	    "this command may not use the network");
}

static int
refuse_resolve(struct dialer *d, const struct endpoint *ep,
    enum addr_scope *scope, struct err *e)
{
	(void)d;
	(void)ep;
	(void)scope;
	return refuse(e);
}

static int
refuse_dial(struct dialer *d, const struct endpoint *ep, int64_t connect_ms,
    struct conn **c, struct err *e)
{
	(void)d;
	(void)ep;
	(void)connect_ms;
	(void)c;
	return refuse(e);
}

void
dial_init_refusing(struct dialer *d)
{
	*d = (struct dialer){ .resolve = refuse_resolve, .dial = refuse_dial };
}
