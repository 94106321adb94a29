/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * fuzz_X FILE...: a plain main for the fuzzers, which replays kept inputs
 * and prints "PASS corpus/X/FILE" for each that does not end the program.
 * Each is run twice, its end and then its start against a page that may not
 * be touched, so that a read past either is caught with any compiler.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* INPUT_MAX bytes with a forbidden page on either side, or NULL. */
static uint8_t *
guarded(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *p = mmap(NULL, INPUT_MAX + 2 * page, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED ||
	    mprotect(p + page, INPUT_MAX, PROT_READ | PROT_WRITE) != 0)
		return NULL;
	return p + page;
}

static bool
replay(const char *path, uint8_t *room)
{
	static uint8_t input[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t size;

	if (f == NULL) {
		perror(path);
		return false;
	}
	size = fread(input, 1, sizeof(input), f);
	if (ferror(f) || !feof(f)) {
		fprintf(stderr, "%s: not read to its end\n", path);
		fclose(f);
		return false;
	}
	fclose(f);
	memcpy(room + INPUT_MAX - size, input, size);
	LLVMFuzzerTestOneInput(room + INPUT_MAX - size, size);
	memcpy(room, input, size);
	LLVMFuzzerTestOneInput(room, size);
	return true;
}

/* "tests/corpus/X/FILE" without its first part. */
static const char *
short_name(const char *path)
{
	const char *corpus = strstr(path, "corpus/");

	return corpus != NULL ? corpus : path;
}

int
main(int argc, char **argv)
{
	uint8_t *room = guarded();
	int failed = 0;

	if (room == NULL || argc < 2) {
		fprintf(stderr, "usage: %s FILE...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		bool ok = replay(argv[i], room);

		printf("%s %s\n", ok ? "PASS" : "FAIL", short_name(argv[i]));
		fflush(stdout);
		failed += !ok;
	}
	return failed > 0;
}
