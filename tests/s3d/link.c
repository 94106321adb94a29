/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tlsd.h"

#include "link.h"

#define SLICE_MS 500		/* how often the parent is looked for */
#define HELD_MS 20		/* how often the file is looked for */
#define LINGER_MS 2000		/* how long an end is waited for */

/* A child whose server is gone has nobody to work for. */
static void
check_parent(void)
{
	static pid_t server;

	if (server == 0)
		server = getppid();
	if (getppid() != server)
		_exit(0);
}

/* 1: ready; 0: the time is up; -1. */
static int
wait_for(int fd, short events, int64_t ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int slice = ms < SLICE_MS ? (int)ms : SLICE_MS;
		check_parent();
		int n = poll(&p, fd >= 0 ? 1 : 0, slice);
		if (n > 0)
			return 1;
		if (n < 0 && errno != EINTR)
			return -1;
		ms -= slice;
		if (ms <= 0)
			return 0;
	}
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
link_look(struct link *l)
{
	if (l->held_fd > 0)
		close(l->held_fd);
	if (l->held != NULL)
		l->held_fd = open(l->held, O_WRONLY | O_APPEND | O_CLOEXEC);
}

void
link_sleep(struct link *l, int64_t ms)
{
	int64_t end = now_ms() + ms, left;
	struct stat is;

	if (l->held == NULL) {
		wait_for(-1, 0, ms);
		return;
	}
	if (l->held_fd < 0 || write(l->held_fd, "\n", 1) != 1)
		return;
	while ((left = end - now_ms()) > 0 && fstat(l->held_fd, &is) == 0 &&
	    is.st_nlink > 0)
		wait_for(-1, 0, left < HELD_MS ? left : HELD_MS);
}

int
link_open(struct link *l, int fd, struct tlsd *tls, int idle_ms)
{
	*l = (struct link){ .fd = fd, .tls = tls, .idle_ms = idle_ms };
	check_parent();
	return tls != NULL ? tlsd_start(tls, l) : 0;
}

/* The socket does not block: where it is ready, no poll(2) is spent. */
ssize_t
link_raw_read(struct link *l, void *p, size_t n)
{
	for (;;) {
		ssize_t got = recv(l->fd, p, n, MSG_DONTWAIT);
		if (got >= 0)
			return got;
		if (errno == EINTR)
			continue;
		if ((errno != EAGAIN && errno != EWOULDBLOCK) ||
		    wait_for(l->fd, POLLIN, l->idle_ms) != 1)
			return -1;
	}
}

ssize_t
link_raw_write(struct link *l, const void *p, size_t n)
{
	for (;;) {
		ssize_t put = send(l->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (put >= 0)
			return put;
		if (errno == EINTR)
			continue;
		if ((errno != EAGAIN && errno != EWOULDBLOCK) ||
		    wait_for(l->fd, POLLOUT, l->idle_ms) != 1)
			return -1;
	}
}

ssize_t
link_read(struct link *l, void *p, size_t n)
{
	ssize_t got = -1;

	if (!l->broken)
		got = l->tls != NULL ? tlsd_read(l->tls, p, n) :
		    link_raw_read(l, p, n);
	if (got < 0)
		l->broken = true;
	return got;
}

int
link_write(struct link *l, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0 && !l->broken) {
		ssize_t put = l->tls != NULL ? tlsd_write(l->tls, at, n) :
		    link_raw_write(l, at, n);
		if (put <= 0) {
			l->broken = true;
			break;
		}
		at += put;
		n -= (size_t)put;
	}
	return l->broken ? -1 : 0;
}

int
link_flush(struct link *l)
{
	if (!l->broken && l->tls != NULL && tlsd_flush(l->tls) != 0)
		l->broken = true;
	return l->broken ? -1 : 0;
}

void
link_close(struct link *l)
{
	char waste[16384];
	int64_t left = (int64_t)64 << 20;

	if (l->fd < 0)
		return;
	if (l->tls != NULL && !l->broken)
		tlsd_end(l->tls);
	shutdown(l->fd, SHUT_WR);
	/* Unread bytes would turn the close into a RST. */
	while (left > 0 && wait_for(l->fd, POLLIN, LINGER_MS) == 1) {
		ssize_t got = recv(l->fd, waste, sizeof(waste), 0);
		if (got <= 0)
			break;
		left -= got;
	}
	link_drop(l);
}

void
link_drop(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->broken = true;
}

void
link_reset(struct link *l)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (l->fd >= 0)
		setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	link_drop(l);
}
