/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "options.h"
#include "reqlog.h"
#include "serve.h"
#include "shared.h"
#include "tlsd.h"
#include "vault.h"

/*
 * The server's own process: listens, forks a child for each connection, and
 * takes them along when it ends.
 */
#define CHILDREN_MAX 256

static volatile sig_atomic_t stopped;

static void
on_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static int
fail(const char *what)
{
	fprintf(stderr, "s3d: %s: %s\n", what, strerror(errno));
	return -1;
}

/* A port that is asked for may be a dying server's for a while. */
static int
bind_to(int fd, const struct sockaddr_in *a)
{
	int tries = a->sin_port != 0 ? 300 : 1;

	while (bind(fd, (const struct sockaddr *)a, sizeof(*a)) != 0) {
		if (errno != EADDRINUSE || --tries == 0)
			return -1;
		poll(NULL, 0, 100);
	}
	return 0;
}

static int
listen_on(uint16_t port, uint16_t *got)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind_to(fd, &a) != 0 || listen(fd, 128) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0) {
		close(fd);
		return -1;
	}
	*got = ntohs(a.sin_port);
	return fd;
}

/* A number for other programs to wait for: whole as soon as it is there. */
static int
write_number(const char *path, long n)
{
	char tmp[4096];

	if (path == NULL)
		return 0;
	if (snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= (int)sizeof(tmp))
		return -1;
	FILE *f = fopen(tmp, "w");
	if (f == NULL)
		return -1;
	fprintf(f, "%ld\n", n);
	return fclose(f) == 0 ? rename(tmp, path) : -1;
}

static int
make_folders(const struct options *o)
{
	char tmp[4096];

	if (snprintf(tmp, sizeof(tmp), "%s/tmp", o->dir) >= (int)sizeof(tmp))
		return -1;
	if ((mkdir(o->dir, 0700) != 0 && errno != EEXIST) ||
	    (mkdir(tmp, 0700) != 0 && errno != EEXIST))
		return fail(o->dir);
	for (size_t i = 0; i < o->nbuckets; i++)
		if (!vault_is_bucket_name(span_of(o->bucket[i])) ||
		    vault_make_bucket(o->dir, span_of(o->bucket[i])) != 0)
			return fail(o->bucket[i]);
	return shared_open(o->dir) == 0 ? 0 : fail(o->dir);
}

static int
check_rules(const struct options *o)
{
	for (size_t i = 0; i < o->nfaults; i++)
		if (!fault_is_rule(o->fault[i])) {
			fprintf(stderr, "s3d: bad fault rule: %s\n",
			    o->fault[i]);
			return -1;
		}
	return 0;
}

/* Forgets children that ended. */
static void
reap(pid_t *child, size_t *n)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < *n; i++)
			if (child[i] == pid) {
				child[i] = child[--*n];
				break;
			}
}

static void
accept_one(const struct options *o, struct tlsd *tls, int listener,
    pid_t *child, size_t *nchildren)
{
	static unsigned number;
	int one = 1;
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		return;
	number++;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	pid_t pid = fork();
	if (pid == 0) {
		close(listener);
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		serve_connection(o, tls, fd, number);
		exit(0);
	}
	close(fd);
	if (pid > 0)
		child[(*nchildren)++] = pid;
}

static void
serve(const struct options *o, struct tlsd *tls, int listener, pid_t parent)
{
	pid_t child[CHILDREN_MAX];
	size_t n = 0;
	time_t end = time(NULL) + (time_t)o->lifetime_s;

	while (!stopped && getppid() == parent && time(NULL) < end) {
		struct pollfd p = { .fd = listener, .events = POLLIN };
		/* A full house is let in as others leave. */
		if (n == CHILDREN_MAX)
			p.events = 0;
		int ready = poll(&p, 1, 500);
		reap(child, &n);
		if (ready > 0 && (p.revents & POLLIN) != 0)
			accept_one(o, tls, listener, child, &n);
	}
	/* Not SIGTERM: a child that was just forked would still catch it. */
	for (size_t i = 0; i < n; i++)
		kill(child[i], SIGKILL);
	while (n > 0 && waitpid(-1, NULL, 0) > 0)
		n--;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct sigaction stop = { .sa_handler = on_stop };
	struct tlsd *tls = NULL;
	pid_t parent = getppid();
	uint16_t port = 0;
	int parsed = options_parse(&o, argc, argv);

	if (parsed != 0)
		return parsed < 0 ? 2 : 0;
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (check_rules(&o) != 0 || make_folders(&o) != 0)
		return 2;
	if (o.log != NULL && reqlog_open(o.log) != 0)
		return fail(o.log), 2;
	if (o.cert != NULL && (tls = tlsd_new(&o)) == NULL)
		return 2;
	int listener = listen_on((uint16_t)o.port, &port);
	if (listener < 0)
		return fail("listen"), 2;
	if (write_number(o.pid_file, (long)getpid()) != 0 ||
	    write_number(o.port_file, port) != 0)
		return fail("--port-file or --pid-file"), 2;
	if (o.port_file == NULL) {
		printf("%u\n", (unsigned)port);
		fflush(stdout);
	}
	serve(&o, tls, listener, parent);
	close(listener);
	tlsd_free(tls);
	return 0;
}
