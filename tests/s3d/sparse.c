/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "sparse.h"

#define BLOCK 4096		/* what a hole is made of */
#define LINUX_SEEK_DATA 3	/* lseek(2); POSIX has no such name yet */

/* By words, since not every memcmp(3) is quick. */
static bool
is_zero(const char *p, size_t n)
{
	uint64_t word, any = 0;

	for (; n >= 64 && any == 0; n -= 64)
		for (int i = 0; i < 8; i++, p += sizeof(word)) {
			memcpy(&word, p, sizeof(word));
			any |= word;
		}
	for (; n > 0 && any == 0; n--)
		any |= (unsigned char)*p++;
	return any == 0;
}

/* Length of the run of blocks at p that are all zero, or all not. */
static size_t
run_length(const char *p, size_t n, bool *zero)
{
	size_t len = 0;

	while (len < n) {
		size_t block = n - len < BLOCK ? n - len : BLOCK;
		bool this_zero = is_zero(p + len, block);
		if (len == 0)
			*zero = this_zero;
		else if (this_zero != *zero)
			break;
		len += block;
	}
	return len;
}

static int
write_run(int fd, const char *p, size_t n, int64_t at)
{
	while (n > 0) {
		ssize_t put = pwrite(fd, p, n, (off_t)at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		p += put;
		n -= (size_t)put;
		at += put;
	}
	return 0;
}

int
sparse_write(int fd, const char *p, size_t n, int64_t at)
{
	while (n > 0) {
		bool zero = false;
		size_t len = run_length(p, n, &zero);
		if (!zero && write_run(fd, p, len, at) != 0)
			return -1;
		p += len;
		n -= len;
		at += (int64_t)len;
	}
	return 0;
}

ssize_t
sparse_read(int fd, void *p, size_t n, int64_t at)
{
	int64_t data = lseek(fd, (off_t)at, LINUX_SEEK_DATA);

	/* Behind the last data there is a hole up to the end, or the end. */
	if (data < 0 && errno == ENXIO)
		data = lseek(fd, 0, SEEK_END);
	if (data <= at)
		return pread(fd, p, n, (off_t)at);
	if ((int64_t)n > data - at)
		n = (size_t)(data - at);
	memset(p, 0, n);
	return (ssize_t)n;
}
