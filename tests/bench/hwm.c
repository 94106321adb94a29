/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * hwm [-o FILE] COMMAND [ARG...]: runs COMMAND and prints one line
 *
 *	wall user sys cpu hwm_kib max_kib processes
 *
 * to FILE or standard error.  The first four are seconds; cpu is user + sys
 * of COMMAND and of every descendant that was waited for.  hwm_kib is the sum
 * of the peak resident sizes of all processes of the tree, max_kib the
 * largest one.
 *
 * A peak is VmHWM of /proc/PID/status, read while the process stands still
 * at its exit (PTRACE_EVENT_EXIT, ptrace(2)).  ru_maxrss is no substitute: it
 * is kept across execve(2), so that a small program shows its parent's peak.
 * What a process held before its last execve(2) is not counted.  The peaks
 * of processes that did not live at the same time are summed too, which
 * overstates a sequence; max_kib is the other bound.
 *
 * Tracing costs a stop for each signal, thread and process: 0.3 to 5 % of the
 * CPU time of a Go program with its many signals, where it was measured.
 *
 * Ends with COMMAND's status, 128 + N after signal N, or 125 for a fault of
 * its own.
 */
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX 4096
#define OWN_FAULT 125

static const unsigned long OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;

/* Peak of each process seen; threads of one process share an entry. */
struct peaks {
	struct peak {
		long tgid;
		long kib;
	} of[PROCESSES_MAX];
	size_t count;
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "hwm: %s: %s\n", what, strerror(errno));
	exit(OWN_FAULT);
}

static void
peaks_note(struct peaks *peaks, long tgid, long kib)
{
	size_t i = 0;

	while (i < peaks->count && peaks->of[i].tgid != tgid)
		i++;
	if (i == PROCESSES_MAX) {
		errno = E2BIG;
		die("processes");
	}
	if (i == peaks->count)
		peaks->of[peaks->count++] = (struct peak){ tgid, 0 };
	if (peaks->of[i].kib < kib)
		peaks->of[i].kib = kib;
}

/* Reads the peak of the process that the thread tid, now exiting, is of. */
static void
read_status(struct peaks *peaks, pid_t tid)
{
	char path[64], line[256];
	long tgid = 0, kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)tid);
	if ((f = fopen(path, "r")) == NULL)
		return;		/* killed and gone before it could stop */
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "Tgid:", 5) == 0)
			tgid = strtol(line + 5, NULL, 10);
		else if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	}
	fclose(f);
	peaks_note(peaks, tgid, kib);
}

/* Starts argv as a tracee that waits until it is seized, then executes. */
static pid_t
start(char **argv)
{
	int gate[2];
	pid_t pid;
	char byte;

	if (pipe(gate) != 0 || (pid = fork()) == -1)
		die("fork");
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) == 0) {	/* the gate opened */
			close(gate[0]);
			execvp(argv[0], argv);
		}
		die(argv[0]);
	}
	close(gate[0]);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS) != 0)
		die("ptrace");
	close(gate[1]);
	return pid;
}

/* Lets a stopped tracee go on: with its signal, unless the stop is ours. */
static void
resume(struct peaks *peaks, pid_t tid, int status)
{
	int sig = WSTOPSIG(status);
	int event = status >> 16;

	if (event == PTRACE_EVENT_EXIT)
		read_status(peaks, tid);
	if (event == PTRACE_EVENT_STOP && sig != SIGTRAP) {
		ptrace(PTRACE_LISTEN, tid, NULL, NULL);	/* a group stop */
		return;
	}
	if (event != 0)
		sig = 0;
	/* Fails only for a tracee that was killed: the next wait tells. */
	ptrace(PTRACE_CONT, tid, NULL, (void *)(long)sig);
}

/* Follows the whole tree to its end; the status of its first process. */
static int
follow(struct peaks *peaks, pid_t first)
{
	int status, first_status = 0;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL)) != -1 || errno == EINTR) {
		if (tid == -1)
			continue;
		if (WIFSTOPPED(status))
			resume(peaks, tid, status);
		else if (tid == first)
			first_status = status;
	}
	return WIFSIGNALED(first_status) ? 128 + WTERMSIG(first_status) :
	    WEXITSTATUS(first_status);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
report(FILE *out, const struct peaks *peaks, double wall)
{
	struct rusage use;
	long sum = 0, max = 0;

	getrusage(RUSAGE_CHILDREN, &use);
	for (size_t i = 0; i < peaks->count; i++) {
		sum += peaks->of[i].kib;
		if (max < peaks->of[i].kib)
			max = peaks->of[i].kib;
	}
	fprintf(out, "%.3f %.3f %.3f %.3f %ld %ld %zu\n", wall,
	    seconds(use.ru_utime), seconds(use.ru_stime),
	    seconds(use.ru_utime) + seconds(use.ru_stime), sum, max,
	    peaks->count);
}

int
main(int argc, char **argv)
{
	static struct peaks peaks;
	struct timespec t0, t1;
	FILE *out = stderr;

	if (argc > 2 && strcmp(argv[1], "-o") == 0) {
		/* Not for COMMAND: "e" closes it on execution. */
		if ((out = fopen(argv[2], "we")) == NULL)
			die(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: hwm [-o FILE] COMMAND [ARG...]\n");
		return OWN_FAULT;
	}
	clock_gettime(CLOCK_MONOTONIC, &t0);
	int status = follow(&peaks, start(argv + 1));
	clock_gettime(CLOCK_MONOTONIC, &t1);
	report(out, &peaks, (double)(t1.tv_sec - t0.tv_sec) +
	    (double)(t1.tv_nsec - t0.tv_nsec) / 1e9);
	return fclose(out) == 0 ? status : OWN_FAULT;
}
