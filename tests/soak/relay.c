/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * relay [OPTION VALUE]... PORT: a long, thin or bad line to 127.0.0.1:PORT.
 * Prints the port it listens on, then carries connections until it is killed
 * or its parent is gone.
 *
 *	--delay MS	each way
 *	--window BYTES	that may be under way in one direction of a connection:
 *			sent, and their receipt not yet known to the sender,
 *			which takes twice the delay
 *	--cut MIN:MAX	a connection is reset after so many bytes, both ways
 *			together, drawn anew for each
 *	--seed N	of these draws
 *	--count FILE	gets a line a cut: bytes that this connection carried
 *
 * A cut resets the client.  The server gets all that came before, and then an
 * end: so its log has each request that this line has carried.
 */
#define _POSIX_C_SOURCE 200809L
#include <sys/socket.h>
#include <sys/types.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES_MAX 64
#define BLOCK 16384
#define BLOCKS_MAX 1024		/* a power of two */

/* Bytes that were read at one time, on their way. */
struct block {
	int64_t sent_at;
	size_t len, done;
	uint8_t byte[BLOCK];
};

/* One direction.  Blocks are [first, last) of a ring; those before next have
 * arrived, and wait for their receipt to be known. */
struct way {
	int from, to;
	bool over;		/* from has ended; so has to, once all is out */
	bool shut;
	size_t first, next, last;
	size_t under_way;
	struct block *ring;
};

struct line {
	bool used;
	struct way way[2];	/* to the server, to the client */
	int64_t left;		/* bytes until the cut */
	int64_t carried;
};

struct options {
	int64_t delay_ms, window, cut_min, cut_max;
	uint64_t seed;
	const char *count;
	uint16_t port;
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* splitmix64: Steele, Lea and Flood, OOPSLA 2014 */
static uint64_t
draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static struct block *
block_at(struct way *w, size_t i)
{
	return &w->ring[i & (BLOCKS_MAX - 1)];
}

/* --- Lines ---------------------------------------------------------------- */

static struct sockaddr_in
loopback(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons(port) };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

/* Small buffers, so that what is under way is under way here. */
static void
tune(int fd)
{
	int one = 1;
	int small = 65536;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

static void
line_open(struct line *l, int client, struct options *o)
{
	struct sockaddr_in to = loopback(o->port);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	if (server < 0)
		die("socket");
	if (connect(server, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(server);
		close(client);
		return;
	}
	tune(client);
	tune(server);
	*l = (struct line){ .used = true, .left = INT64_MAX };
	l->way[0] = (struct way){ .from = client, .to = server };
	l->way[1] = (struct way){ .from = server, .to = client };
	for (int i = 0; i < 2; i++) {
		l->way[i].ring = calloc(BLOCKS_MAX, sizeof(struct block));
		if (l->way[i].ring == NULL)
			die("calloc");
	}
	if (o->cut_max > 0)
		l->left = o->cut_min + (int64_t)(draw(&o->seed) %
		    (uint64_t)(o->cut_max - o->cut_min + 1));
}

static void
line_close(struct line *l, bool reset)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (reset)
		setsockopt(l->way[1].to, SOL_SOCKET, SO_LINGER, &now,
		    sizeof(now));
	for (int i = 0; i < 2; i++) {
		close(l->way[i].from);
		free(l->way[i].ring);
	}
	l->used = false;
}

/* What is on its way to the server still gets there, at once. */
static void
line_cut(struct line *l, const struct options *o)
{
	struct way *w = &l->way[0];
	FILE *f;

	fcntl(w->to, F_SETFL, 0);
	for (; w->next < w->last; w->next++) {
		struct block *b = block_at(w, w->next);
		while (b->done < b->len) {
			ssize_t n = write(w->to, b->byte + b->done,
			    b->len - b->done);
			if (n <= 0)
				break;
			b->done += (size_t)n;
		}
	}
	f = o->count != NULL ? fopen(o->count, "a") : NULL;
	if (f != NULL) {
		fprintf(f, "%lld\n", (long long)l->carried);
		fclose(f);
	}
	line_close(l, true);
}

/* --- Bytes ---------------------------------------------------------------- */

static bool
way_may_read(const struct way *w, const struct options *o)
{
	return !w->over && w->last - w->first < BLOCKS_MAX &&
	    (int64_t)w->under_way < o->window;
}

/* false: the connection is broken. */
static bool
way_read(struct line *l, struct way *w, const struct options *o, int64_t now)
{
	struct block *b = block_at(w, w->last);
	size_t most = sizeof(b->byte);
	ssize_t n;

	if ((int64_t)most > o->window - (int64_t)w->under_way)
		most = (size_t)(o->window - (int64_t)w->under_way);
	if ((int64_t)most > l->left)
		most = (size_t)l->left;
	n = read(w->from, b->byte, most);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0) {
		w->over = true;
		return true;
	}
	b->sent_at = now;
	b->len = (size_t)n;
	b->done = 0;
	w->last++;
	w->under_way += (size_t)n;
	l->left -= n;
	l->carried += n;
	return true;
}

/* The next block has arrived and is not yet delivered. */
static bool
way_is_due(struct way *w, const struct options *o, int64_t now)
{
	return w->next < w->last &&
	    block_at(w, w->next)->sent_at + o->delay_ms <= now;
}

static bool
way_write(struct way *w, const struct options *o, int64_t now)
{
	while (way_is_due(w, o, now)) {
		struct block *b = block_at(w, w->next);
		ssize_t n = send(w->to, b->byte + b->done, b->len - b->done,
		    MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		b->done += (size_t)n;
		if (b->done == b->len)
			w->next++;
	}
	return true;
}

/* Whose receipt the sender knows by now. */
static void
way_forget(struct way *w, const struct options *o, int64_t now)
{
	while (w->first < w->next && block_at(w, w->first)->sent_at +
	    2 * o->delay_ms <= now) {
		w->under_way -= block_at(w, w->first)->len;
		w->first++;
	}
	if (w->over && !w->shut && w->next == w->last) {
		shutdown(w->to, SHUT_WR);
		w->shut = true;
	}
}

/* When there is something to do without any socket being ready; or -1. */
static int
way_wait_ms(struct way *w, const struct options *o, int64_t now)
{
	int64_t at = INT64_MAX;

	if (w->next < w->last && !way_is_due(w, o, now))
		at = block_at(w, w->next)->sent_at + o->delay_ms;
	if (w->first < w->next &&
	    block_at(w, w->first)->sent_at + 2 * o->delay_ms < at)
		at = block_at(w, w->first)->sent_at + 2 * o->delay_ms;
	return at == INT64_MAX ? -1 : at > now ? (int)(at - now) : 0;
}

/* One socket is from of one way and to of the other. */
static short
events(struct line *l, int i, const struct options *o, int64_t now)
{
	return (short)((way_may_read(&l->way[i], o) ? POLLIN : 0) |
	    (way_is_due(&l->way[1 - i], o, now) ? POLLOUT : 0));
}

static void
line_step(struct line *l, const struct options *o, const struct pollfd *p,
    int64_t now)
{
	bool sound = true;

	for (int i = 0; i < 2 && sound; i++) {
		if (p[i].revents != 0 && way_may_read(&l->way[i], o))
			sound = way_read(l, &l->way[i], o, now);
		else if ((p[i].revents & POLLERR) != 0)
			sound = false;
	}
	for (int i = 0; i < 2 && sound; i++) {
		sound = way_write(&l->way[i], o, now);
		way_forget(&l->way[i], o, now);
	}
	if (l->left <= 0)
		line_cut(l, o);
	else if (!sound || (l->way[0].shut && l->way[1].shut))
		line_close(l, !sound);
}

/* --- All of it ------------------------------------------------------------ */

static void
step(struct line *line, int listener, struct options *o)
{
	struct pollfd p[1 + 2 * LINES_MAX];
	int wait = 1000;
	int64_t now = now_ms();

	p[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (int i = 0; i < LINES_MAX; i++) {
		struct line *l = &line[i];
		for (int k = 0; k < 2; k++) {
			short e = l->used ? events(l, k, o, now) : 0;
			int ms = l->used ? way_wait_ms(&l->way[k], o, now) : -1;
			p[1 + 2 * i + k] = (struct pollfd){ .fd = e != 0 ?
			    l->way[k].from : -1, .events = e };
			if (ms >= 0 && ms < wait)
				wait = ms;
		}
	}
	if (poll(p, 1 + 2 * LINES_MAX, wait) < 0 && errno != EINTR)
		die("poll");
	now = now_ms();
	for (int i = 0; i < LINES_MAX; i++)
		if (line[i].used)
			line_step(&line[i], o, &p[1 + 2 * i], now);
	for (int i = 0; i < LINES_MAX && (p[0].revents & POLLIN) != 0; i++) {
		if (line[i].used)
			continue;
		int client = accept(listener, NULL, NULL);
		if (client >= 0)
			line_open(&line[i], client, o);
		break;
	}
}

static int
listen_somewhere(void)
{
	struct sockaddr_in a = loopback(0);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) != 0 ||
	    listen(fd, LINES_MAX) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		die("listen");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

static void
set(struct options *o, const char *name, const char *value)
{
	char *end;
	long long n = strtoll(value, &end, 10);

	if (strcmp(name, "--delay") == 0)
		o->delay_ms = n;
	else if (strcmp(name, "--window") == 0)
		o->window = n;
	else if (strcmp(name, "--seed") == 0)
		o->seed = (uint64_t)n;
	else if (strcmp(name, "--count") == 0)
		o->count = value;
	else if (strcmp(name, "--cut") == 0 && *end == ':') {
		o->cut_min = n;
		o->cut_max = strtoll(end + 1, NULL, 10);
	} else {
		errno = EINVAL;
		die(name);
	}
}

int
main(int argc, char **argv)
{
	struct options o = { .window = INT64_MAX };
	struct line *line = calloc(LINES_MAX, sizeof(*line));
	pid_t parent = getppid();
	int listener, i;

	for (i = 1; i + 2 < argc; i += 2)
		set(&o, argv[i], argv[i + 1]);
	errno = EINVAL;
	if (i + 1 != argc || line == NULL)
		die("relay [OPTION VALUE]... PORT");
	o.port = (uint16_t)strtol(argv[i], NULL, 10);
	signal(SIGPIPE, SIG_IGN);
	listener = listen_somewhere();
	while (getppid() == parent)
		step(line, listener, &o);
	return 0;
}
