/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canned.h"
#include "sha256.h"
#include "t.h"

#include "pool.h"

#define TEXT "hello\n"
#define OK "HTTP/1.1 200 OK\r\n"
#define LEN0 "Content-Length: 0\r\n\r\n"
#define NAMED "ETag: \"e1\"\r\n"
#define HEAD404 "HTTP/1.1 404 No\r\n" LEN0
#define HEAD6 OK NAMED "Content-Length: 6\r\n\r\n"
#define PUT200 OK NAMED LEN0
#define GOOD HEAD6 TEXT
#define RANGE(text) "HTTP/1.1 206 Part\r\n" NAMED \
	"Content-Range: bytes 1-3/6\r\nContent-Length: 3\r\n\r\n" text
#define BUSY "HTTP/1.1 503 Busy\r\n" LEN0
#define GONE "HTTP/1.1 404 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>NoSuchUpload</Code></Error>"

static char file_path[64], mark_path[64];
static uint8_t text_digest[SHA256_LEN], range_digest[SHA256_LEN];
static pid_t parent;
static int64_t parent_time;

/* --- A store that each process has a copy of ------------------------------ */

struct scene {
	struct canned store;
	struct endpoint endpoint;
	struct client_config conf;
	struct client client;
	struct allowance {
		struct client_allowance base;
		unsigned asked;
		bool refuses;
	} allowance;
	struct pool *pool;
};

static int
more(struct client_allowance *base, enum price_class class, struct err *e)
{
	struct allowance *a = (struct allowance *)base;

	a->asked++;
	if (a->refuses)
		return err_set(e, ERR_SUSPENDED, "no more this month");
	base->requests[class] += 2;
	if (base->until != 0)
		base->until += 1000;
	return 0;
}

static void
open_scene(struct scene *s, const char *const *answers, unsigned jobs)
{
	struct err e = {0};

	memset(s, 0, sizeof(*s));
	canned_init(&s->store, answers);
	CHECK_INT(endpoint_parse_url(&s->endpoint,
	    span_of("http://127.0.0.1:1"), &e), 0);
	s->conf = (struct client_config){ .endpoint = &s->endpoint,
	    .provider = provider_find("generic-s3"), .bucket = "bucket",
	    .region = "us-east-1",
	    .creds = { .key_id = span_of("key"),
	    .secret = span_of("secret") },
	    .connect_ms = 1000, .stall_ms = 1000, .min_rate = 1,
	    .max_attempts = 3, .max_class_a = 100,
	    .max_bytes_up = 1000, .max_bytes_down = 1000 };
	client_init(&s->client, &s->conf, &s->store.clock, &s->store.rng,
	    &s->store.dialer);
	s->allowance.base.more = more;
	s->client.allowance = &s->allowance.base;
	unlink(mark_path);
	CHECK_INT(pool_open(&s->pool, &s->client, &s->conf, jobs, &e), 0);
	CHECK_INT(pool_idle(s->pool), jobs);
}

/* All that was lent has come back, and nothing is under way. */
static void
close_scene(struct scene *s)
{
	const struct client_counts *n = &s->client.counts;

	CHECK_INT(pool_busy(s->pool), 0);
	CHECK_INT(s->conf.max_class_a, 100);
	CHECK_INT(s->conf.max_bytes_up, 1000);
	CHECK_INT(s->conf.max_bytes_down, 1000);
	for (int i = 0; i < PRICE__COUNT; i++)
		CHECK(s->allowance.base.requests[i] >= n->requests[i]);
	pool_close(s->pool);
}

static const struct pool_need whole_need = { { [PRICE_A] = 1, [PRICE_B] = 2 },
    6, 6 };

static struct task
whole_task(void)
{
	return (struct task){ .kind = TASK_WHOLE, .key = span_of("key"),
	    .digest = text_digest, .path = file_path, .size = 6,
	    .put_if_none_match = true };
}

static int
give(struct scene *s, struct task task, void *tag)
{
	struct err e = {0};

	return pool_give(s->pool, &task, &whole_need, tag, &e);
}

static void
put_text(void)
{
	FILE *f = fopen(file_path, "w");

	if (f == NULL || fputs(TEXT, f) < 0 || fclose(f) != 0)
		abort();
}

/* --- What happens to a worker at its first request ------------------------ */

/* Is this the first process that comes here? */
static bool
is_first(void)
{
	int fd = open(mark_path, O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void
die_once(size_t request)
{
	(void)request;
	if (is_first())
		raise(SIGKILL);
}

static void
die_after_put_once(size_t request)
{
	if (request == 2 && is_first())
		raise(SIGKILL);
}

static void
die(size_t request)
{
	(void)request;
	raise(SIGKILL);
}

static void
hang_once(size_t request)
{
	(void)request;
	if (is_first())
		for (;;)
			pause();
}

static void
hang(size_t request)
{
	(void)request;
	for (;;)
		pause();
}

/* --- Cases ---------------------------------------------------------------- */

static const char *const stored[] = { HEAD404, PUT200, GOOD, NULL };

static void
test_whole(void)
{
	struct pool_done done;
	struct scene s;
	int tag;

	open_scene(&s, stored, 2);
	s.allowance.base.requests[PRICE_A] = 1;
	s.allowance.base.requests[PRICE_B] = 2;
	CHECK_INT(give(&s, whole_task(), &tag), 1);
	CHECK_INT(pool_busy(s.pool), 1);
	CHECK_INT(pool_wait(s.pool, &done), 1);
	CHECK(done.tag == &tag);
	CHECK_INT(done.result.why.code, ERR_NONE);
	CHECK_INT(done.result.outcome, UPLOAD_UPLOADED);
	CHECK_STR(done.result.object.etag, "e1");
	CHECK_INT(done.result.attempts, 1);
	CHECK_INT(done.result.bytes_verified, 6);
	CHECK_INT(s.client.counts.requests[PRICE_A], 1);
	CHECK_INT(s.client.counts.requests[PRICE_B], 2);
	CHECK_INT(s.client.counts.bytes_up, 6);
	CHECK_INT(s.client.counts.bytes_down, 6);
	CHECK_INT(done.result.counts.requests[PRICE_B], 2);
	CHECK_INT(done.result.counts.bytes_up, 6);
	CHECK_INT(s.allowance.asked, 0);
	CHECK_INT(s.allowance.base.requests[PRICE_B], 2);
	CHECK_INT(pool_wait(s.pool, &done), 0);
	close_scene(&s);
}

/* Requests that nobody foresaw are asked for, and may be refused. */
static void
test_more(void)
{
	static const char *const busy[] = { BUSY, HEAD404, PUT200, GOOD,
	    NULL };
	static const struct {
		bool refuses;
		enum err_code code;
	} rows[] = { { false, ERR_NONE }, { true, ERR_SUSPENDED } };

	for (size_t i = 0; i < 2; i++) {
		struct pool_done done;
		struct scene s;

		t_row("%s", rows[i].refuses ? "refused" : "granted");
		open_scene(&s, busy, 1);
		s.allowance.base.requests[PRICE_A] = 1;
		s.allowance.base.requests[PRICE_B] = 2;
		s.allowance.refuses = rows[i].refuses;
		CHECK_INT(give(&s, whole_task(), NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.why.code, rows[i].code);
		CHECK_INT(s.allowance.asked, 1);
		CHECK_INT(s.client.counts.requests[PRICE_B],
		    rows[i].refuses ? 2 : 3);
		CHECK_INT(s.client.counts.retries, 1);
		close_scene(&s);
	}
}

/* A loan that is out of date is asked for again, though none of it was used. */
static void
test_out_of_date(void)
{
	for (int refuses = 0; refuses < 2; refuses++) {
		struct pool_done done;
		struct scene s;

		t_row("%s", refuses ? "refused" : "granted");
		open_scene(&s, stored, 1);
		s.allowance.base.requests[PRICE_A] = 1;
		s.allowance.base.requests[PRICE_B] = 2;
		s.allowance.base.until = s.store.clock.wall_s(&s.store.clock);
		s.allowance.refuses = refuses;
		CHECK_INT(give(&s, whole_task(), NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.why.code, refuses ? ERR_SUSPENDED :
		    ERR_NONE);
		CHECK_INT(s.allowance.asked, 1);
		CHECK_INT(s.client.counts.requests[PRICE_B],
		    refuses ? 0 : 2);
		close_scene(&s);
	}
}

static void
test_class_a_ceiling(void)
{
	struct pool_done done;
	struct scene s;

	open_scene(&s, stored, 1);
	s.conf.max_class_a = 0;
	CHECK_INT(give(&s, whole_task(), NULL), 1);
	CHECK_INT(pool_wait(s.pool, &done), 1);
	CHECK_INT(done.result.why.code, ERR_PUT_CEILING_EXCEEDED);
	CHECK_INT(s.client.counts.requests[PRICE_A], 0);
	CHECK_INT(s.conf.max_class_a, 0);
	s.conf.max_class_a = 100;
	close_scene(&s);
}

/* Room for one at a time; and for none at all. */
static void
test_bytes_ceiling(void)
{
	static const uint64_t ceilings[] = { 11, 12, 5, 6 };
	static const int second[] = { 0, 1, -2, 0 };

	for (size_t i = 0; i < 4; i++) {
		struct pool_done done;
		struct scene s;

		t_row("%d bytes up", (int)ceilings[i]);
		open_scene(&s, stored, 2);
		s.conf.max_bytes_up = ceilings[i];
		CHECK_INT(give(&s, whole_task(), NULL),
		    second[i] == -2 ? -1 : 1);
		if (second[i] >= 0)
			CHECK_INT(give(&s, whole_task(), NULL), second[i]);
		while (pool_wait(s.pool, &done) == 1)
			CHECK_INT(done.result.why.code, ERR_NONE);
		CHECK_INT(s.conf.max_bytes_up, ceilings[i]);
		s.conf.max_bytes_up = 1000;
		close_scene(&s);
	}
}

static void
test_range(void)
{
	static const struct {
		const char *name;
		const char *answers[3];
		enum proof_verdict verdict;
		enum err_code code;
	} rows[] = {
		{ "equal", { RANGE("ell") }, PROOF_EQUAL, ERR_NONE },
		{ "other", { RANGE("ELL"), RANGE("ELL") }, PROOF_OTHER,
		  ERR_NONE },
		{ "neither", { RANGE("ELL"), RANGE("elL") }, PROOF_UNTOLD,
		  ERR_INDETERMINATE },
	};
	const struct object of = { .exists = true, .size = 6, .etag = "e1" };
	const struct task task = { .kind = TASK_RANGE,
	    .key = span_of("key"), .digest = range_digest, .offset = 1,
	    .size = 3, .of = &of };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool_done done;
		struct scene s;

		t_row("%s", rows[i].name);
		open_scene(&s, rows[i].answers, 1);
		CHECK_INT(give(&s, task, NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.verdict, rows[i].verdict);
		CHECK_INT(done.result.why.code, rows[i].code);
		close_scene(&s);
	}
}

/* A range into its place in a file, which has to be that very file. */
static void
test_fetch(void)
{
	static const struct {
		const char *name;
		const char *answers[3];
		bool other_file;
		const char *want;	/* what the file is then */
		int bytes;
		bool unranged;
		enum err_code code;
	} rows[] = {
		{ "comes", { RANGE("ELL") }, false, "hELLo\n", 3, false,
		  ERR_NONE },
		{ "in pieces", { RANGE("EL!cut"), "HTTP/1.1 206 Part\r\n" NAMED
		  "Content-Range: bytes 3-3/6\r\nContent-Length: 1\r\n\r\nL" },
		  false, "hELLo\n", 3, false, ERR_NONE },
		{ "not all", { RANGE("E!cut"), "!close", "!close" }, false,
		  "hEllo\n", 1, false, ERR_UNREACHABLE },
		{ "knows no ranges", { GOOD }, false, TEXT, 0, true,
		  ERR_INDETERMINATE },
		{ "another file", { NULL }, true, TEXT, 0, false,
		  ERR_IO_ERROR },
	};
	const struct object of = { .exists = true, .size = 6, .etag = "e1" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct task task = { .kind = TASK_FETCH,
		    .key = span_of("key"), .path = file_path, .offset = 1,
		    .size = 3, .of = &of };
		uint8_t want[SHA256_LEN];
		char text[8] = "";
		struct pool_done done;
		struct err e = {0};
		struct scene s;
		struct file f;

		t_row("%s", rows[i].name);
		CHECK_INT(file_open(&f, file_path, 0, &e), 0);
		task.id = f.id;
		task.id.inode += rows[i].other_file;
		open_scene(&s, rows[i].answers, 1);
		CHECK_INT(give(&s, task, NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.why.code, rows[i].code);
		CHECK_INT(done.result.bytes_verified, rows[i].bytes);
		CHECK_INT(done.result.unranged, rows[i].unranged);
		CHECK_INT(file_read_at(&f, text, 7, 0, &e), 6);
		CHECK_STR(text, rows[i].want);
		if (rows[i].bytes > 0) {
			sha256_of(want, text + 1, (size_t)rows[i].bytes);
			CHECK_MEM(done.result.digest, SHA256_LEN,
			    want, SHA256_LEN);
		}
		file_close(&f);
		put_text();
		close_scene(&s);
	}
}

/* Looked at, and read as a whole. */
static void
test_look_and_read(void)
{
	static const struct {
		enum task_kind kind;
		const char *answers[3];
		bool exists;
		enum proof_verdict verdict;
		enum err_code code;
	} rows[] = {
		{ TASK_LOOK, { HEAD6 }, true, PROOF_UNTOLD, ERR_NONE },
		{ TASK_LOOK, { HEAD404 }, false, PROOF_UNTOLD, ERR_NONE },
		{ TASK_LOOK, { BUSY, BUSY, BUSY }, false, PROOF_UNTOLD,
		  ERR_STORE_BUSY },
		{ TASK_READ, { GOOD }, true, PROOF_EQUAL, ERR_NONE },
		{ TASK_READ, { HEAD6 "HELLO\n", HEAD6 "HELLO\n" }, true,
		  PROOF_OTHER, ERR_NONE },
		{ TASK_READ, { BUSY, BUSY, BUSY }, true, PROOF_UNTOLD,
		  ERR_STORE_BUSY },
	};
	const struct object of = { .exists = true, .size = 6, .etag = "e1" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct task task = { .kind = rows[i].kind,
		    .key = span_of("key"), .digest = text_digest,
		    .of = &of };
		struct pool_done done;
		struct scene s;

		t_row("row %zu", i);
		open_scene(&s, rows[i].answers, 1);
		CHECK_INT(give(&s, task, NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.why.code, rows[i].code);
		CHECK_INT(done.result.verdict, rows[i].verdict);
		CHECK_INT(done.result.object.exists, rows[i].exists);
		CHECK_INT(done.result.bytes_verified % 6, 0);
		close_scene(&s);
	}
}

static void
test_part(void)
{
	static const struct {
		const char *name;
		const char *answers[3];
		bool other_file;
		const char *etag;
		bool lost;
		enum err_code code;
	} rows[] = {
		{ "lands", { PUT200 }, false, "e1", false, ERR_NONE },
		{ "lands at last", { BUSY, PUT200 }, false, "e1", false,
		  ERR_NONE },
		{ "upload is gone", { GONE }, false, "", true, ERR_NONE },
		{ "another file", { PUT200 }, true, "", false,
		  ERR_LOCAL_BYTES_CHANGED },
	};
	struct task task = { .kind = TASK_PART, .key = span_of("key"),
	    .digest = range_digest, .path = file_path, .offset = 1,
	    .size = 3, .upload_id = "u1", .number = 2 };
	struct file f = {0};
	struct err e = {0};

	CHECK_INT(file_open(&f, file_path, 0, &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool_done done;
		struct scene s;

		t_row("%s", rows[i].name);
		open_scene(&s, rows[i].answers, 1);
		task.id = f.id;
		task.id.inode += rows[i].other_file;
		CHECK_INT(give(&s, task, NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_STR(done.result.etag, rows[i].etag);
		CHECK_INT(done.result.lost, rows[i].lost);
		CHECK_INT(done.result.why.code, rows[i].code);
		close_scene(&s);
	}
	file_close(&f);
}

static int64_t
fast_time(struct clock *c)
{
	(void)c;
	if (getpid() == parent)
		parent_time += 100000;
	return parent_time;
}

/* A worker ends or hangs: another does it, or it is given up. */
static void
test_deaths(void)
{
	static const char *const there[] = { HEAD6, GOOD, NULL };
	static const struct {
		const char *name;
		const char *const *answers;
		void (*meddle)(size_t);
		bool fast;
		enum upload_outcome outcome;
		enum err_code code;
		unsigned class_a, retries;
	} rows[] = {
		{ "once", stored, die_once, false, UPLOAD_UPLOADED, ERR_NONE,
		  1, 1 },
		{ "after its PUT", stored, die_after_put_once, false,
		  UPLOAD_UPLOADED, ERR_NONE, 2, 1 },
		{ "before any PUT, and it is there", there, die_once, false,
		  UPLOAD_REMOTE_SAME, ERR_NONE, 0, 1 },
		{ "always", stored, die, false, UPLOAD_FAILED,
		  ERR_INDETERMINATE, 0, 2 },
		{ "hangs", stored, hang_once, true, UPLOAD_UPLOADED,
		  ERR_NONE, 1, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool_done done;
		struct scene s;

		t_row("%s", rows[i].name);
		open_scene(&s, rows[i].answers, 1);
		/* The first has no part in it: all that follow do. */
		s.store.meddle = rows[i].meddle;
		pool_close(s.pool);
		CHECK_INT(pool_open(&s.pool, &s.client, &s.conf, 1,
		    &(struct err){0}), 0);
		if (rows[i].fast)
			s.store.clock.mono_ms = fast_time;
		CHECK_INT(give(&s, whole_task(), NULL), 1);
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.outcome, rows[i].outcome);
		CHECK_INT(done.result.why.code, rows[i].code);
		CHECK_INT(s.client.counts.requests[PRICE_A],
		    rows[i].class_a);
		CHECK_INT(s.client.counts.retries, rows[i].retries);
		CHECK_INT(pool_idle(s.pool), 1);
		close_scene(&s);
	}
}

static void
test_signal(void)
{
	struct pool_done done;
	struct scene s;

	open_scene(&s, stored, 1);
	pool_close(s.pool);
	s.store.meddle = hang;
	CHECK_INT(pool_open(&s.pool, &s.client, &s.conf, 2,
	    &(struct err){0}), 0);
	CHECK_INT(give(&s, whole_task(), NULL), 1);
	CHECK_INT(give(&s, whole_task(), NULL), 1);
	s.store.stop = SIGTERM;
	for (int i = 0; i < 2; i++) {
		CHECK_INT(pool_wait(s.pool, &done), 1);
		CHECK_INT(done.result.why.code, ERR_INTERRUPTED);
		CHECK_INT(done.result.why.sys, SIGTERM);
	}
	CHECK_INT(pool_wait(s.pool, &done), 0);
	close_scene(&s);
}

static void
digest(uint8_t out[SHA256_LEN], const char *text)
{
	struct sha256 h;

	sha256_init(&h);
	sha256_update(&h, text, strlen(text));
	sha256_final(&h, out);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "whole", test_whole },
		{ "more", test_more },
		{ "out_of_date", test_out_of_date },
		{ "class-a-ceiling", test_class_a_ceiling },
		{ "bytes-ceiling", test_bytes_ceiling },
		{ "range", test_range },
		{ "fetch", test_fetch },
		{ "look-and-read", test_look_and_read },
		{ "part", test_part },
		{ "deaths", test_deaths },
		{ "signal", test_signal },
		{ NULL, NULL }
	};
	int rc;

	parent = getpid();
	snprintf(file_path, sizeof(file_path), "t_pool.%ld.txt",
	    (long)parent);
	snprintf(mark_path, sizeof(mark_path), "t_pool.%ld.mark",
	    (long)parent);
	put_text();
	digest(text_digest, TEXT);
	digest(range_digest, "ell");
	rc = t_main("pool", cases);
	unlink(file_path);
	unlink(mark_path);
	return rc;
}
