/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "part_store.h"
#include "t.h"

#include "parts.h"

/*
 * A file of up to 4 MiB in 64 parts over a line that breaks after so many
 * bytes: each run ends there, and the next goes on from what the caller had
 * kept.
 */
#define SIZE_MAX_MADE (4 << 20)
#define COUNT 64

static int64_t size;		/* of the file at hand */

/* What outlives a run. */
static struct kept {
	int64_t intended_at;
	char upload_id[MULTIPART_ID_MAX + 1];
	bool completing, unsure;
	struct object told, proven_of;
	struct kept_part {
		bool landed, proven;
		uint8_t digest[SHA256_LEN];
		char etag[ETAG_MAX + 1];
	} part[COUNT];
} kept;

static char path[] = "/tmp/t_parts_cuts.XXXXXX";
static char bytes[SIZE_MAX_MADE];
static struct part_store store;
static struct client client;
static unsigned twice;		/* parts that landed or were read although
				   they had been */

static int
on_intend(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	memset(&kept, 0, sizeof(kept));
	kept.intended_at = 1369353600;
	return 0;
}

static int
on_begun(struct parts *p, struct err *e)
{
	(void)e;
	memcpy(kept.upload_id, p->upload_id, sizeof(kept.upload_id));
	return 0;
}

static int
on_landed(struct parts *p, unsigned n, struct err *e)
{
	struct kept_part *k = &kept.part[n - 1];

	(void)e;
	twice += k->landed;
	k->landed = true;
	memcpy(k->digest, parts_digest(p, n), SHA256_LEN);
	memcpy(k->etag, parts_etag(p, n), strlen(parts_etag(p, n)) + 1);
	return 0;
}

static int
on_completing(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	kept.completing = true;
	return 0;
}

static int
on_completed(struct parts *p, struct err *e)
{
	(void)e;
	kept.told = p->told;
	return 0;
}

static int
on_proven(struct parts *p, unsigned n, struct err *e)
{
	(void)e;
	twice += kept.part[n - 1].proven;
	kept.part[n - 1].proven = true;
	kept.proven_of = p->there;
	return 0;
}

static int
on_suspended(struct parts *p, struct err *e)
{
	(void)p;
	(void)e;
	kept.unsure = false;
	return 0;
}

static int
on_ended(struct parts *p, enum parts_end end, struct err *e)
{
	(void)p;
	(void)end;
	(void)e;
	memset(&kept, 0, sizeof(kept));
	return 0;
}

static const struct parts_hooks hooks = { on_intend, on_begun, on_landed,
	on_completing, on_ended, on_completed, on_proven, on_suspended };

static void
make_file(int64_t n)
{
	uint32_t x = 1;
	FILE *f;
	int fd;

	size = n;
	for (int64_t i = 0; i < size; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = (char)(x >> 24);
	}
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f == NULL || fwrite(bytes, 1, (size_t)n, f) != (size_t)n ||
	    fclose(f) != 0)
		abort();
}

/* One run, from what was kept. */
static int
run(struct parts *p, enum parts_proof how, struct err *e)
{
	static const struct endpoint ep = { .host = "localhost", .port = 80 };
	static const struct client_config conf = { .endpoint = &ep,
	    .bucket = "bucket", .region = "us-east-1",
	    .creds = { { "AKID", 4 }, { "secret", 6 }, { NULL, 0 } },
	    .connect_ms = 1000, .stall_ms = 1000, .min_rate = 1,
	    .max_attempts = 1, .backoff_ms = 1, .max_class_a = UINT64_MAX,
	    .max_bytes_up = UINT64_MAX, .max_bytes_down = UINT64_MAX };
	static struct client_config with_kind;
	struct file file = {0};
	int rc;

	with_kind = conf;
	with_kind.provider = provider_find("generic-s3");
	client_init(&client, &with_kind, &store.clock, &store.rng,
	    &store.dialer);
	if (file_open(&file, path, 0, e) != 0)
		return -1;
	*p = (struct parts){ .client = &client, .file = &file,
	    .key = span_of("key"), .part_size = size / COUNT, .hooks = &hooks,
	    .how = how, .keep = true, .complete_if_none_match = true,
	    .completing = kept.completing, .told = kept.told,
	    .unsure = kept.unsure };
	kept.unsure = true;
	if (parts_open(p, e) != 0)
		abort();
	memcpy(p->upload_id, kept.upload_id, sizeof(p->upload_id));
	p->intended_at = kept.upload_id[0] == '\0' ? kept.intended_at : 0;
	for (unsigned n = 1; n <= COUNT; n++)
		if (kept.part[n - 1].landed)
			parts_known(p, n, kept.part[n - 1].digest,
			    kept.part[n - 1].etag);
	for (unsigned n = 1; n <= COUNT; n++)
		if (kept.part[n - 1].proven)
			parts_proven(p, n, &kept.proven_of);
	rc = parts_run(p, e);
	client_close(&client);
	parts_close(p);
	file_close(&file);
	return rc;
}

/* Runs until one ends well, the line breaking each time after cut(i) bytes. */
static void
converge(int64_t (*cut)(unsigned run, unsigned seed), unsigned seed,
    enum parts_proof how)
{
	static struct parts p;
	struct err e = {0};
	unsigned runs = 0;
	int rc;

	t_row("seed %u", seed);
	part_store_init(&store);
	memset(&kept, 0, sizeof(kept));
	twice = 0;
	do {
		err_clear(&e);
		store.cut_in = cut(runs, seed);
		rc = run(&p, how, &e);
	} while (rc != 0 && ++runs < 300);
	CHECK_STR(e.msg, "");
	CHECK_INT(rc, 0);
	CHECK_MEM(store.object, store.size, bytes, (size_t)size);
	CHECK_INT(part_store_open(&store), 0);
	CHECK_INT(store.uploads, 1);
	CHECK_INT(kept.upload_id[0], '\0');
	CHECK_INT(twice, 0);
	/* A part whose answer was lost with the line is sent again. */
	CHECK(store.parts >= COUNT && store.parts <= COUNT + store.cuts);
	CHECK_INT(store.part_bytes, store.parts * (size / COUNT));
	part_store_free(&store);
}

static int64_t
never(unsigned run, unsigned seed)
{
	(void)run;
	(void)seed;
	return -1;
}

/* Far enough for a part in each run, and for the proof in the last. */
static int64_t
random_cut(unsigned run, unsigned seed)
{
	uint32_t x = seed * 7919 + run;

	for (int i = 0; i < 4; i++)
		x = (x ^ x >> 15) * 0x2c1b3c6dU;
	return size / COUNT + 4500 +
	    (int64_t)(x % (run % 8 == 7 ? 2 * size : size / 3));
}

/* Once, at a byte of the conversation's beginning. */
static int64_t
early_cut(unsigned run, unsigned seed)
{
	return run == 0 ? (int64_t)seed : -1;
}

/* Once, around the end of the last part and all of Complete and its HEAD. */
static int64_t
late_cut(unsigned run, unsigned seed)
{
	return run == 0 ? size + 25000 + (int64_t)seed : -1;
}

static void
test_no_cut(void)
{
	make_file(SIZE_MAX_MADE);
	converge(never, 0, PARTS_RANGES);
	converge(never, 1, PARTS_REHASH);
	unlink(path);
}

static void
test_random_cuts(void)
{
	make_file(SIZE_MAX_MADE);
	converge(random_cut, 0, PARTS_RANGES);
	unlink(path);
	make_file(SIZE_MAX_MADE / 16);
	for (unsigned seed = 1; seed < 20; seed++)
		converge(random_cut, seed, PARTS_RANGES);
	unlink(path);
}

/* Through the first HEAD, Create and the head of part 1. */
static void
test_early_cuts(void)
{
	make_file(SIZE_MAX_MADE / 64);
	for (unsigned at = 1; at < 1500; at += 29)
		converge(early_cut, at, PARTS_RANGES);
	unlink(path);
}

static void
test_late_cuts(void)
{
	make_file(SIZE_MAX_MADE / 64);
	for (unsigned at = 0; at < 35000; at += 307)
		converge(late_cut, at, PARTS_RANGES);
	unlink(path);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "no cut", test_no_cut },
		{ "random cuts", test_random_cuts },
		{ "early cuts", test_early_cuts },
		{ "late cuts", test_late_cuts },
		{ NULL, NULL }
	};

	return t_main("parts_cuts", cases);
}
