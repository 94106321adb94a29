/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock_sys.h"
#include "t.h"

#include "signals.h"

/* What a child that does this ends with: the signal is noted for good. */
static int
in_child(int (*what)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(what());
	CHECK(pid > 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
nothing(void)
{
	signals_init();
	return signals_stop();
}

static int
term_then_int(void)
{
	signals_init();
	raise(SIGTERM);
	raise(SIGINT);
	return signals_stop();
}

static int
hup(void)
{
	signals_init();
	raise(SIGHUP);
	return signals_stop();
}

static int
hup_under_nohup(void)
{
	signal(SIGHUP, SIG_IGN);
	return hup();
}

static int
write_to_nobody(void)
{
	int fd[2];

	signals_init();
	if (pipe(fd) != 0)
		return 1;
	close(fd[0]);
	return write(fd[1], "x", 1) == -1 && errno == EPIPE ? 99 : 1;
}

static int
sleep_is_cut_short(void)
{
	struct clock c;

	signals_init();
	clock_sys_init(&c);
	int64_t start = c.mono_ms(&c);
	/* A child of this child sends the signal while we sleep. */
	if (fork() == 0) {
		c.sleep_ms(&c, 50);
		kill(getppid(), SIGTERM);
		_exit(0);
	}
	c.sleep_ms(&c, 20000);
	return c.stop_signal(&c) == SIGTERM &&
	    c.mono_ms(&c) - start < 10000 ? 99 : 1;
}

static void
test_stop(void)
{
	CHECK_INT(in_child(nothing), 0);
	CHECK_INT(in_child(term_then_int), SIGTERM);
	CHECK_INT(in_child(hup), SIGHUP);
	CHECK_INT(in_child(hup_under_nohup), 0);
}

static void
test_pipe(void)
{
	CHECK_INT(in_child(write_to_nobody), 99);
}

static void
test_sleep(void)
{
	CHECK_INT(in_child(sleep_is_cut_short), 99);
}

/* --- SIGUSR1 -------------------------------------------------------------- */

struct counted {
	struct signals_watch watch;
	int looks, asked;
};

static void
count(struct signals_watch *w)
{
	struct counted *c = (struct counted *)w;

	c->looks++;
	c->asked += signals_asked();
}

static int
asked_once(void)
{
	struct counted c = { .watch = { count } };

	signals_init();
	signals_watch(&c.watch);
	if (signals_stop() != 0 || c.asked != 0)
		return 1;
	raise(SIGUSR1);
	raise(SIGUSR1);
	if (signals_stop() != 0 || signals_stop() != 0 || c.asked != 1 ||
	    c.looks != 3)
		return 2;
	signals_watch(NULL);
	raise(SIGUSR1);
	return signals_stop() == 0 && c.looks == 3 && signals_asked() &&
	    !signals_asked() ? 99 : 3;
}

static int
asked_while_ignored(void)
{
	signal(SIGUSR1, SIG_IGN);
	signals_init();
	raise(SIGUSR1);
	return signals_asked() ? 1 : 99;
}

/* A read that waits is gone on with. */
static int
read_goes_on(void)
{
	int fds[2];
	char byte;
	pid_t pid, me = getpid();

	signals_init();
	if (pipe(fds) != 0 || (pid = fork()) < 0)
		return 1;
	if (pid == 0) {
		usleep(100000);
		kill(me, SIGUSR1);
		usleep(100000);
		_exit(write(fds[1], "x", 1) == 1 ? 0 : 1);
	}
	return read(fds[0], &byte, 1) == 1 && signals_asked() ? 99 : 2;
}

static void
test_asked(void)
{
	CHECK_INT(in_child(asked_once), 99);
	CHECK_INT(in_child(asked_while_ignored), 99);
	CHECK_INT(in_child(read_goes_on), 99);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "stop", test_stop },
		{ "pipe", test_pipe },
		{ "sleep", test_sleep },
		{ "asked", test_asked },
		{ NULL, NULL }
	};

	return t_main("signals", cases);
}
