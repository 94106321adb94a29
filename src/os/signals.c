/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
#include <stddef.h>

#include "signals.h"

static volatile sig_atomic_t stop, asked;
static struct signals_watch *watching;

static void
note(int sig)
{
	if (stop == 0)
		stop = sig;
}

static void
note_asked(int sig)
{
	(void)sig;
	asked = 1;
}

static void
install(int sig, const struct sigaction *act)
{
	struct sigaction old;

	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(sig, act, NULL);
}

void
signals_init(void)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = note };

	/* Without SA_RESTART, so that a blocked call comes back. */
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		install(stops[i], &act);
	act.sa_handler = note_asked;
	act.sa_flags = SA_RESTART;
	install(SIGUSR1, &act);
	act.sa_flags = 0;
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

int
signals_stop(void)
{
	if (watching != NULL)
		watching->look(watching);
	return stop;
}

bool
signals_asked(void)
{
	bool was = asked != 0;

	/* Cleared only if it was set: one that comes now is not lost. */
	if (was)
		asked = 0;
	return was;
}

void
signals_watch(struct signals_watch *watch)
{
	watching = watch;
}
