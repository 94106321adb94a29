/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <signal.h>
#include <stddef.h>

#include "signals.h"

static volatile sig_atomic_t stop;

static void
note(int sig)
{
	if (stop == 0)
		stop = sig;
}

void
signals_init(void)
{
	static const int stops[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = note };
	struct sigaction old;

	/* Without SA_RESTART, so that a blocked call comes back. */
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (sigaction(stops[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(stops[i], &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

int
signals_stop(void)
{
	return stop;
}
