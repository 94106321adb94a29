/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * usage: oldkernel PROGRAM [ARGUMENT]...
 *
 * Runs a program as if under Linux 2.6.32, as far as that can be had: a
 * seccomp filter answers ENOSYS to every system call with a number above the
 * last one of that kernel's table.  x86-64 only; elsewhere it ends with 77.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

/* linux/filter.h and linux/seccomp.h, which not every C library comes with. */
struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;	/* instructions to skip */
	uint32_t k;
};

struct program {
	unsigned short len;
	const struct instruction *filter;
};

#define LOAD 0x20			/* BPF_LD | BPF_W | BPF_ABS */
#define JUMP_GREATER 0x25		/* BPF_JMP | BPF_JGT | BPF_K */
#define RETURN 0x06			/* BPF_RET | BPF_K */
#define CALL_NUMBER 0			/* offset in struct seccomp_data */
#define ALLOW 0x7fff0000u		/* SECCOMP_RET_ALLOW */
#define FAIL 0x00050000u		/* SECCOMP_RET_ERRNO, and errno */
#define MODE_FILTER 2			/* SECCOMP_MODE_FILTER */

#define LAST_CALL 298			/* perf_event_open, in x86-64's table */

int
main(int argc, char **argv)
{
#ifdef __x86_64__
	static const struct instruction filter[] = {
		{ LOAD, 0, 0, CALL_NUMBER },
		{ JUMP_GREATER, 0, 1, LAST_CALL },
		{ RETURN, 0, 0, FAIL | ENOSYS },
		{ RETURN, 0, 0, ALLOW }
	};
	const struct program p = { 4, filter };

	if (argc < 2)
		return 2;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, MODE_FILTER, &p, 0, 0) != 0) {
		perror("oldkernel: prctl");
		return 77;
	}
	execv(argv[1], argv + 1);
	perror("oldkernel: exec");
	return 2;
#else
	(void)argc;
	(void)argv;
	return 77;
#endif
}
