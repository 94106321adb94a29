/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <assert.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "num.h"

#include "shared.h"

#include "fault.h"

static const char *const names[] = {
	[FAULT_STATUS] = "status",
	[FAULT_CLOSE_EARLY] = "close-early",
	[FAULT_REDIRECT] = "redirect",
	[FAULT_QUOTA] = "quota",
	[FAULT_RESET_BEFORE] = "reset-before",
	[FAULT_RESET_AFTER_BYTES] = "reset-after-bytes",
	[FAULT_LOSE_ANSWER] = "lose-answer",
	[FAULT_LOSE_ANSWER_AFTER_BYTES] = "lose-answer-after-bytes",
	[FAULT_DELAY] = "delay",
	[FAULT_STALL] = "stall",
	[FAULT_SHORT_BODY] = "short-body",
	[FAULT_CORRUPT] = "corrupt",
	[FAULT_CORRUPT_ONCE] = "corrupt-once",
	[FAULT_ETAG] = "etag",
	[FAULT_REPLACE] = "replace",
	[FAULT_REPLACE_SAME] = "replace-same",
	[FAULT_VANISH] = "vanish",
	[FAULT_IGNORE_IF_MATCH] = "ignore-if-match",
	[FAULT_RANGE_IGNORED] = "range-ignored",
	[FAULT_WRONG_CONTENT_RANGE] = "wrong-content-range",
	[FAULT_CONTENT_ENCODING] = "content-encoding",
	[FAULT_CHUNKED] = "chunked",
	[FAULT_HTTP10] = "http10",
	[FAULT_WHITESPACE_THEN] = "whitespace-then",
	[FAULT_DATE] = "date",
	[FAULT_GARBAGE] = "garbage",
	[FAULT_HEAD_HUGE] = "head-huge",
	[FAULT_DROP_LIST_PERMISSION] = "drop-list-permission",
};
static_assert(sizeof(names) / sizeof(names[0]) == FAULT__COUNT,
    "one name a fault");

struct rule {
	enum op op;		/* OP__COUNT: any */
	char glob[1024];
	enum fault fault;
	char arg[FAULT_ARG_MAX];
	uint64_t times, after;
};

static struct span
next_word(struct span *rest)
{
	struct span word = { NULL, 0 };

	while (rest->len > 0 && word.len == 0)
		*rest = span_cut(*rest, ' ', &word);
	return word;
}

static int
copy(char *out, size_t size, struct span s)
{
	if (s.len >= size)
		return -1;
	if (s.len > 0)
		memcpy(out, s.p, s.len);
	out[s.len] = '\0';
	return 0;
}

static int
parse_action(struct rule *r, struct span word)
{
	struct span name, arg = span_cut(word, ':', &name);

	for (int i = 0; i < FAULT__COUNT; i++) {
		if (!span_is(name, names[i]))
			continue;
		r->fault = (enum fault)i;
		r->times = i == FAULT_CORRUPT_ONCE ? 1 : UINT64_MAX;
		return copy(r->arg, sizeof(r->arg), arg);
	}
	return -1;
}

static int
parse_limit(struct rule *r, struct span word)
{
	struct span name, value = span_cut(word, '=', &name);

	if (span_is(name, "times"))
		return num_u64(value, UINT32_MAX, &r->times);
	if (span_is(name, "after"))
		return num_u64(value, UINT32_MAX, &r->after);
	return -1;
}

static int
parse_rule(struct rule *r, struct span line)
{
	struct span word, op = next_word(&line), glob = next_word(&line);

	*r = (struct rule){ .op = op_by_name(op) };
	if (r->op == OP__COUNT && !span_is(op, "ANY"))
		return -1;
	if (glob.len == 0 || copy(r->glob, sizeof(r->glob), glob) != 0 ||
	    parse_action(r, next_word(&line)) != 0)
		return -1;
	while ((word = next_word(&line)).len > 0)
		if (parse_limit(r, word) != 0)
			return -1;
	return 0;
}

bool
fault_is_rule(const char *rule)
{
	struct rule r;

	return parse_rule(&r, span_of(rule)) == 0;
}

/* FNV-1a, never 0: names a rule in the shared memory. */
static uint64_t
hash(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h | 1;
}

static int
apply(struct faults *f, struct span line, uint64_t salt, enum op op,
    const char *key)
{
	struct rule r;

	if (parse_rule(&r, line) != 0) {
		fprintf(stderr, "s3d: bad fault rule: %.*s\n", (int)line.len,
		    line.p);
		return -1;
	}
	if ((r.op != OP__COUNT && r.op != op) || fnmatch(r.glob, key, 0) != 0)
		return 0;
	uint64_t hits = shared_count(hash(salt, line.p, line.len));
	if (hits < r.after || hits - r.after >= r.times)
		return 0;
	f->on[r.fault] = true;
	memcpy(f->arg[r.fault], r.arg, sizeof(r.arg));
	size_t used = strlen(f->names);
	snprintf(f->names + used, sizeof(f->names) - used, "%s%s",
	    used > 0 ? " " : "", names[r.fault]);
	return 0;
}

static int
apply_file(struct faults *f, const char *path, enum op op, const char *key)
{
	char line[2048];
	struct stat st;
	int failed = 0;
	FILE *in = fopen(path, "r");

	if (in == NULL)
		return 0;	/* no file, no faults */
	if (fstat(fileno(in), &st) != 0)
		memset(&st, 0, sizeof(st));
	/* By value: the structures have padding. */
	int64_t stamp[] = { st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
	    (int64_t)st.st_ino, st.st_size };
	uint64_t salt = hash(1, stamp, sizeof(stamp));
	while (fgets(line, sizeof(line), in) != NULL) {
		struct span s;
		span_cut(span_of(line), '\n', &s);
		salt++;		/* the same rule twice is two rules */
		if (s.len > 0 && s.p[0] != '#')
			failed |= apply(f, s, salt, op, key);
	}
	fclose(in);
	return failed;
}

int
fault_pick(struct faults *f, const struct options *o, enum op op,
    struct span key)
{
	char name[2048];
	int failed = 0;

	memset(f->on, 0, sizeof(f->on));
	f->names[0] = '\0';
	copy(name, sizeof(name), key);
	for (size_t i = 0; i < o->nfaults; i++)
		failed |= apply(f, span_of(o->fault[i]), i, op, name);
	if (o->fault_file != NULL)
		failed |= apply_file(f, o->fault_file, op, name);
	return failed;
}

int64_t
fault_number(const struct faults *f, enum fault which, int64_t otherwise)
{
	struct span s = span_of(f->arg[which]);
	bool minus = span_starts(s, "-");
	uint64_t n;

	if (minus)
		s = (struct span){ s.p + 1, s.len - 1 };
	if (num_u64(s, INT64_MAX, &n) != 0)
		return otherwise;
	return minus ? -(int64_t)n : (int64_t)n;
}
