/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

static int fd = -1;
static struct shared *memory;

int
shared_open(const char *dir)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/shared", dir) >=
	    (int)sizeof(path))
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(struct shared)) != 0)
		return -1;
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	memory = p;
	return 0;
}

struct shared *
shared_get(void)
{
	return memory;
}

static void
lock(enum shared_lock which, short type)
{
	struct flock fl = {
		.l_type = type, .l_whence = SEEK_SET,
		.l_start = (off_t)which, .l_len = 1,
	};

	while (fcntl(fd, F_SETLKW, &fl) != 0)
		if (errno != EINTR) {
			perror("s3d: lock");
			abort();
		}
}

void
shared_lock(enum shared_lock which)
{
	lock(which, F_WRLCK);
}

void
shared_unlock(enum shared_lock which)
{
	lock(which, F_UNLCK);
}

uint32_t
shared_next_seq(void)
{
	shared_lock(SHARED_COUNTERS);
	uint32_t seq = ++memory->seq;
	shared_unlock(SHARED_COUNTERS);
	return seq;
}

uint32_t
shared_count(uint64_t rule_id)
{
	uint32_t hits = 0;

	shared_lock(SHARED_COUNTERS);
	/* Open addressing; a full table counts no more, and rules go on. */
	for (unsigned i = 0; i < SHARED_RULES; i++) {
		unsigned at = (unsigned)((rule_id + i) % SHARED_RULES);
		if (memory->rule[at].id == 0)
			memory->rule[at].id = rule_id;
		if (memory->rule[at].id == rule_id) {
			hits = memory->rule[at].hits++;
			break;
		}
	}
	shared_unlock(SHARED_COUNTERS);
	return hits;
}
