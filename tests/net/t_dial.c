/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "t.h"

#include "dial.h"

/*
 * On loopback, with servers in this process: a listening socket shakes hands
 * without accept().  Name servers are t_addr.c's, TLS is t_tls.c's.
 */
static volatile sig_atomic_t stop;

static int64_t
mono_ms(struct clock *c)
{
	struct timespec ts;

	(void)c;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
stop_signal(struct clock *c)
{
	(void)c;
	return stop;
}

static struct clock real = { .mono_ms = mono_ms, .stop_signal = stop_signal };
static struct dial d;
static struct conn *conn;
static struct err err;

/* A listening socket on the loopback address of that family; -1: no IPv6. */
static int
listen_on(int family, int backlog, uint16_t *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr *sa = family == AF_INET ? (struct sockaddr *)&in :
	    (struct sockaddr *)&in6;
	socklen_t len = family == AF_INET ? sizeof(in) : sizeof(in6);
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, sa, len) != 0 || listen(fd, backlog) != 0 ||
	    getsockname(fd, sa, &len) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(family == AF_INET ? in.sin_port : in6.sin6_port);
	return fd;
}

static int
dial(const char *host, uint16_t port, int64_t connect_ms)
{
	struct endpoint ep;

	err_clear(&err);
	CHECK_INT(endpoint_parse_host(&ep, span_of(host), &err), 0);
	ep.tls = false;
	ep.port = port;
	return d.dialer.dial(&d.dialer, &ep, connect_ms, &conn, &err);
}

static void
begin(enum addr_scope widest)
{
	d = (struct dial){ .clock = &real };
	dial_init(&d, widest);
	stop = 0;
}

/* Both ends of a fresh connection. */
static int
open_pair(void)
{
	uint16_t port;
	int fd, l = listen_on(AF_INET, 5, &port);

	begin(ADDR_LOOPBACK);
	CHECK(l >= 0);
	CHECK_INT(dial("127.0.0.1", port, 5000), 0);
	fd = accept(l, NULL, NULL);
	CHECK(fd >= 0);
	close(l);
	return fd;
}

static void
test_bytes(void)
{
	char buf[100];
	int on = 0, fd = open_pair();
	socklen_t len = sizeof(on);
	const struct conn_ops *ops = conn->ops;

	CHECK((fcntl(d.sock.fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK_INT(getsockopt(d.sock.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len),
	    0);
	CHECK(on != 0);

	CHECK_INT(ops->read(conn, buf, 100, &err), CONN_AGAIN);
	CHECK_INT(ops->wait(conn, CONN_READ, mono_ms(NULL) + 20, &err), 0);
	CHECK_INT(ops->wait(conn, CONN_WRITE, mono_ms(NULL) + 5000, &err),
	    CONN_WRITE);
	CHECK_INT(ops->write(conn, "hello", 5, &err), 5);
	CHECK_INT(ops->flush(conn, &err), 0);
	CHECK_INT(recv(fd, buf, 100, 0), 5);
	CHECK_INT(send(fd, "answer", 6, 0), 6);
	CHECK_INT(ops->wait(conn, CONN_READ, mono_ms(NULL) + 5000, &err),
	    CONN_READ);
	CHECK_INT(ops->read(conn, buf, 4, &err), 4);
	CHECK_INT(ops->read(conn, buf + 4, 96, &err), 2);
	CHECK_MEM(buf, 6, "answer", 6);
	close(fd);
	CHECK_INT(ops->wait(conn, CONN_READ, mono_ms(NULL) + 5000, &err),
	    CONN_READ);
	CHECK_INT(ops->read(conn, buf, 100, &err), 0);
	ops->close(conn);
	CHECK_INT(d.sock.fd, -1);
}

/* The server answers and closes with the body unread: 20 of 20 are heard. */
static void
test_early_close(void)
{
	static char body[65536];
	char buf[100];

	for (int i = 0; i < 20; i++) {
		int fd = open_pair();
		const struct conn_ops *ops = conn->ops;
		ssize_t n, got = 0;
		t_row("round %d", i);
		while (ops->write(conn, body, sizeof(body), &err) > 0)
			;
		CHECK_INT(recv(fd, buf, 10, 0), 10);
		CHECK_INT(send(fd, "403 and why", 11, 0), 11);
		close(fd);
		do {
			ops->wait(conn, CONN_WRITE, mono_ms(NULL) + 5000,
			    &err);
			n = ops->write(conn, body, sizeof(body), &err);
		} while (n != -1);
		CHECK_INT(err.code, ERR_UNREACHABLE);
		while (ops->wait(conn, CONN_READ, mono_ms(NULL) + 5000,
		    &err) == CONN_READ &&
		    (n = ops->read(conn, buf + got, 100 - (size_t)got,
		    &err)) > 0)
			got += n;
		CHECK_MEM(buf, (size_t)got, "403 and why", 11);
		ops->close(conn);
	}
}

static void
test_refused(void)
{
	uint16_t port;
	int l = listen_on(AF_INET, 5, &port);

	close(l);
	begin(ADDR_PUBLIC);
	CHECK_INT(dial("localhost", port, 5000), -1);
	CHECK_INT(err.code, ERR_UNREACHABLE);
#ifndef __mips__	/* qemu 7.2 gives MIPS the host's number in SO_ERROR */
	CHECK(strstr(err.msg, "'localhost' refused the connection to port ")
	    != NULL);
#endif
	CHECK_INT(d.sock.fd, -1);
}

/* Once its queue is full, a listening socket lets newcomers wait. */
static void
test_timed_out(void)
{
	enum { FILL = 8 };
	struct dial filler[FILL];
	uint16_t port;
	int64_t start;
	int l = listen_on(AF_INET, 0, &port);
	struct endpoint ep = { .host = "127.0.0.1", .ipv4 = true,
	    .port = port };

	for (int i = 0; i < FILL; i++) {
		filler[i] = (struct dial){ .clock = &real };
		dial_init(&filler[i], ADDR_LOOPBACK);
		filler[i].dialer.dial(&filler[i].dialer, &ep, 20, &conn,
		    &err);
	}
	begin(ADDR_LOOPBACK);
	start = mono_ms(NULL);
	CHECK_INT(dial("127.0.0.1", port, 200), -1);
	CHECK_INT(err.code, ERR_TIMED_OUT);
	CHECK(strstr(err.msg, "no answer from '127.0.0.1' port ") != NULL);
	CHECK(strstr(err_advice(&err), "--connect-timeout") != NULL);
	CHECK(mono_ms(NULL) - start >= 200);
	for (int i = 0; i < FILL; i++)
		filler[i].sock.conn.ops->close(&filler[i].sock.conn);
	close(l);
}

static void
test_ipv6(void)
{
	uint16_t port;
	int l = listen_on(AF_INET6, 5, &port);

	begin(ADDR_LOOPBACK);
	CHECK(d.sock.fd < 0);
	if (l < 0)
		return;		/* this machine has no IPv6 */
	CHECK_INT(dial("[::1]", port, 5000), 0);
	conn->ops->close(conn);
	/* 127.0.0.1 refuses, so the next address is tried. */
	CHECK_INT(dial("localhost", port, 5000), 0);
	conn->ops->close(conn);
	d.ipv4_only = true;
	CHECK_INT(dial("localhost", port, 5000), -1);
	CHECK_INT(err.code, ERR_UNREACHABLE);
	CHECK_INT(dial("[::1]", port, 5000), -1);
	CHECK_INT(err.code, ERR_CONFIG_INVALID);
	close(l);
}

/* What is too far is not tried: the time allowed could not hide it. */
static void
test_widest(void)
{
	static const struct {
		const char *host;
		enum addr_scope widest;
		const char *says;
	} rows[] = {
		{ "10.255.255.1", ADDR_LOOPBACK,
		    "'10.255.255.1' is not this machine" },
		{ "192.0.2.1", ADDR_LOOPBACK,
		    "'192.0.2.1' is not this machine" },
		{ "[2001:db8::1]", ADDR_PRIVATE,
		    "'2001:db8::1' is not in a private network" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t start = mono_ms(NULL);
		t_row("%s", rows[i].host);
		begin(rows[i].widest);
		CHECK_INT(dial(rows[i].host, 80, 60000), -1);
		CHECK_INT(err.code, ERR_ROOT_REQUIRED);
		CHECK_STR(err.msg, rows[i].says);
		CHECK(mono_ms(NULL) - start < 30000);
	}
}

static void
test_resolve(void)
{
	static const struct {
		const char *host;
		enum addr_scope want;
	} rows[] = {
		{ "localhost", ADDR_LOOPBACK },
		{ "a.localhost", ADDR_LOOPBACK },
		{ "127.1.2.3", ADDR_LOOPBACK },
		{ "192.168.1.1", ADDR_PRIVATE },
		{ "192.0.2.1", ADDR_PUBLIC },
		{ "[fd00::1]", ADDR_PRIVATE },
	};

	begin(ADDR_LOOPBACK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum addr_scope scope;
		struct endpoint ep;
		t_row("%s", rows[i].host);
		CHECK_INT(endpoint_parse_host(&ep, span_of(rows[i].host),
		    &err), 0);
		CHECK_INT(d.dialer.resolve(&d.dialer, &ep, &scope, &err), 0);
		CHECK_INT(scope, rows[i].want);
	}
}

static volatile sig_atomic_t alarms;
static volatile sig_atomic_t alarm_stops;

static void
on_alarm(int sig)
{
	alarms++;
	if (alarm_stops)
		stop = sig;
}

/* A signal every 10 ms: a wait goes on over it, unless it means to stop. */
static void
test_signals(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval every = { { 0, 10000 }, { 0, 10000 } };
	struct itimerval never = { { 0, 0 }, { 0, 0 } };
	int fd = open_pair();
	int64_t start = mono_ms(NULL);

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	CHECK_INT(conn->ops->wait(conn, CONN_READ, start + 100, &err), 0);
	CHECK(mono_ms(NULL) >= start + 100);
	CHECK(alarms > 0);
	alarm_stops = 1;
	start = mono_ms(NULL);
	CHECK_INT(conn->ops->wait(conn, CONN_READ, start + 60000, &err), -1);
	setitimer(ITIMER_REAL, &never, NULL);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK_INT(err.sys, SIGALRM);
	CHECK(mono_ms(NULL) - start < 30000);
	conn->ops->close(conn);
	close(fd);
}

static void
test_refusing(void)
{
	struct endpoint ep = { .host = "127.0.0.1", .ipv4 = true };
	enum addr_scope scope;
	struct dialer none;

	dial_init_refusing(&none);
	CHECK_INT(none.resolve(&none, &ep, &scope, &err), -1);
	CHECK_INT(err.code, ERR_APPROVAL_REQUIRED);
	CHECK_INT(none.dial(&none, &ep, 1000, &conn, &err), -1);
	CHECK_STR(err.msg, "this command may not use the network");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "bytes", test_bytes },
		{ "early-close", test_early_close },
		{ "refused", test_refused },
		{ "timed-out", test_timed_out },
		{ "ipv6", test_ipv6 },
		{ "widest", test_widest },
		{ "resolve", test_resolve },
		{ "signals", test_signals },
		{ "refusing", test_refusing },
		{ NULL, NULL }
	};

	return t_main("dial", cases);
}
