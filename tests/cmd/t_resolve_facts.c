/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * The resolver over a small history of another user's, and over all that one
 * flipped bit can make of the ledger, of writers.yaml and of an anchor: never
 * another hash, and none at all where the bit is under a signature.
 *
 * Needs root, and /run, which only root can write to; else it is skipped.
 * FLIPS=N flips each N-th bit (13); 1 is every one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"
#include "ledger.h"
#include "resolve_facts.h"
#include "row.h"
#include "t.h"

#define NOW 1795316400		/* 2026-11-22T03:00:00Z */
#define PRODUCER 12341
#define OBJECT "sha256:" \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ADMIT_SEQ 2
#define SIZE_MAX_OF 16384

static char folder[64], state[80], path[4][128];
enum { LEDGER, WRITERS, ANCHOR, ANCHORS };
static char ref[128];
static struct key_file key, off;
static struct resolve_gathered g;		/* large */

static int64_t
wall_s(struct clock *c)
{
	(void)c;
	return NOW;
}

static int
stop_signal(struct clock *c)
{
	(void)c;
	return 0;
}

static struct clock test_clock = { .wall_s = wall_s,
    .stop_signal = stop_signal };

/* --- A small history ------------------------------------------------------ */

static void
append(struct ledger *l, const struct row *row)
{
	struct err e = {0};

	CHECK_INT(row_append(l, row, NOW, &e), 0);
	CHECK_STR(e.msg, "");
}

static void
append_checkpoint(struct ledger *l)
{
	struct checkpoint c;
	struct row row = { .kind = ROW_CHECKPOINT };

	checkpoint_sign(&c, &key, l->mark.chain);
	row.of.checkpoint = (struct row_checkpoint){ span_of(c.writer),
	    span_of(c.sig) };
	append(l, &row);
}

static void
append_object(struct ledger *l)
{
	struct row admit = { .kind = ROW_ADMIT, .of.admit = {
	    .begin_seq = 1, .path = span_of("main/a"),
	    .canonical_path = span_of("/srv/none/a"),
	    .canonicalization_version = span_of(ROW_CANONICALIZATION),
	    .origin = span_of("photos/main"), .object_id = span_of(OBJECT),
	    .size_bytes = 5, .supersedes = FORM_NONE } };
	struct row proof = { .kind = ROW_PROOF, .of.outcome = {
	    .begin_seq = 1, .store_ref = span_of("s"),
	    .object_id = span_of(OBJECT), .path = span_of("main/a"),
	    .remote_key = span_of("k"), .size_bytes = 5,
	    .result_status = span_of("uploaded"),
	    .proof = span_of("rehash"),
	    .availability = span_of("consign_uploaded"),
	    .receipt = span_of("id"), .receipt_sha256 = span_of(DIGEST) } };
	char hex[CHAIN_HEX_LEN + 1];

	append(l, &admit);
	hex_encode(hex, l->mark.chain, CHAIN_LEN);
	snprintf(ref, sizeof(ref), "%d:%s", ADMIT_SEQ, hex);
	append(l, &proof);
}

static void
make_ledger(struct anchor *a)
{
	struct row genesis = { .kind = ROW_GENESIS, .of.genesis = {
	    span_of(ROW_SCHEMA), span_of("photos"), span_of("0") } };
	struct row begin = { .kind = ROW_BEGIN, .of.begin = {
	    .command = span_of("push"), .max_objects = FORM_NONE,
	    .max_puts = FORM_NONE, .max_puts_month = FORM_NONE,
	    .max_bytes_up = FORM_NONE, .max_bytes_down = FORM_NONE,
	    .tool_version = span_of("0") } };
	struct guard guard;
	struct ledger l = { .guard = &guard };
	struct err e = {0};

	guard_init(&guard);
	CHECK_INT(ledger_create(&l, path[LEDGER], &e), 0);
	append(&l, &genesis);
	append(&l, &begin);
	append_object(&l);
	append_checkpoint(&l);
	*a = (struct anchor){ .archive_id = "photos", .seq = l.mark.rows,
	    .time = NOW };
	memcpy(a->previous, l.mark.chain, CHAIN_LEN);
	checkpoint_sign(&a->by, &off, a->previous);
	append_checkpoint(&l);
	ledger_close(&l);
}

static void
put(const char *to, const char *text, size_t n)
{
	FILE *f = fopen(to, "w");

	if (f == NULL || fwrite(text, 1, n, f) != n || fclose(f) != 0)
		abort();
}

static void
make_writers(void)
{
	char text[2048], spki[2][SPKI_BASE64_LEN + 1];
	int n;

	spki_base64(spki[0], key.point);
	spki_base64(spki[1], off.point);
	n = snprintf(text, sizeof(text), "writers:\n  nas1:\n"
	    "    archive: photos\n    public_key: %s\n"
	    "    grants: [admit, verify]\n    valid_from: "
	    "2026-01-01T00:00:00Z\n  off:\n    archive: photos\n"
	    "    public_key: %s\n    grants: [anchor]\n", spki[0], spki[1]);
	put(path[WRITERS], text, (size_t)n);
	CHECK_INT(chmod(path[WRITERS], 0644), 0);
}

static bool
begin(void)
{
	char text[ANCHOR_SIZE_MAX];
	struct anchor a;
	struct buf b;

	snprintf(folder, sizeof(folder), "/run/t_resolve.XXXXXX");
	if (geteuid() != 0 || mkdtemp(folder) == NULL) {
		printf("SKIP resolve_facts: needs root, and /run\n");
		CHECK(true);
		return false;
	}
	CHECK_INT(chmod(folder, 0755), 0);
	snprintf(state, sizeof(state), "%s/state", folder);
	snprintf(path[LEDGER], sizeof(path[0]), "%s/ledger.jsonl", state);
	snprintf(path[WRITERS], sizeof(path[0]), "%s/writers.yaml", folder);
	snprintf(path[ANCHORS], sizeof(path[0]), "%s/anchors", state);
	snprintf(path[ANCHOR], sizeof(path[0]), "%s/anchors/5", state);
	CHECK_INT(mkdir(state, 0755), 0);
	CHECK_INT(mkdir(path[ANCHORS], 0755), 0);
	memset(key.key, 1, sizeof(key.key));
	memset(off.key, 2, sizeof(off.key));
	CHECK_INT(key_file_complete(&key), 0);
	CHECK_INT(key_file_complete(&off), 0);
	make_ledger(&a);
	make_writers();
	CHECK_INT(a.seq, 5);
	buf_fixed(&b, text, sizeof(text));
	anchor_write(&b, &a);
	put(path[ANCHOR], b.data, b.len);
	CHECK_INT(chown(path[LEDGER], PRODUCER, 0), 0);
	return true;
}

static void
end(void)
{
	unlink(path[LEDGER]);
	unlink(path[WRITERS]);
	unlink(path[ANCHOR]);
	CHECK_INT(rmdir(path[ANCHORS]), 0);
	CHECK_INT(rmdir(state), 0);
	CHECK_INT(rmdir(folder), 0);
}

/* --- Asking --------------------------------------------------------------- */

static enum resolve_code
resolve(void)
{
	const struct resolve_request request = {
	    span_of("/srv/none/a"), span_of(OBJECT), span_of("sha256"),
	    span_of("consign-path-1"), span_of("photos/main"), span_of(ref) };
	const struct resolve_ask ask = { .request = &request,
	    .ledger = path[LEDGER], .state = state, .archive_id = "photos",
	    .writers = path[WRITERS],
	    .proof_expires_after = WRITERS_NO_EXPIRY, .clock = &test_clock };
	enum resolve_code code;
	struct err e = {0};

	memset(&g, 0, sizeof(g));
	CHECK_INT(resolve_facts_gather(&g, &ask, &e), 0);
	code = resolve_rules_judge(&g.facts).code;
	if (code == RESOLVE_TRUSTED)
		CHECK_STR(resolve_rules_admit(&g.carrier)->object_id, OBJECT);
	resolve_facts_close(&g);
	return code;
}

static void
expect(enum resolve_code want)
{
	CHECK_STR(resolve_rules_name(resolve()), resolve_rules_name(want));
}

static void
test_trusted(void)
{
	if (!begin())
		return;
	expect(RESOLVE_TRUSTED);
	/* root can write the list of writers, and has an anchor. */
	CHECK_INT(chown(path[LEDGER], 0, 0), 0);
	expect(RESOLVE_TRUSTED);
	unlink(path[ANCHOR]);
	expect(RESOLVE_CARRIER_WRITER_UNPROVEN);
	CHECK_INT(chown(path[LEDGER], PRODUCER, 0), 0);
	expect(RESOLVE_TRUSTED);
	CHECK_INT(chown(path[WRITERS], PRODUCER, 0), 0);
	expect(RESOLVE_CARRIER_WRITER_UNPROVEN);
	unlink(path[WRITERS]);
	expect(RESOLVE_CARRIER_WRITER_UNPROVEN);
	unlink(path[LEDGER]);
	expect(RESOLVE_SOURCE_UNPROVEN);
	end();
}

/* --- Flips ---------------------------------------------------------------- */

static size_t
get(char text[SIZE_MAX_OF], const char *from)
{
	FILE *f = fopen(from, "r");
	size_t n = f != NULL ? fread(text, 1, SIZE_MAX_OF, f) : 0;

	if (f == NULL || n == SIZE_MAX_OF || fclose(f) != 0)
		abort();
	return n;
}

static size_t
stride(void)
{
	const char *text = getenv("FLIPS");
	long n = text != NULL ? strtol(text, NULL, 10) : 13;

	return n > 0 ? (size_t)n : 1;
}

/* Is the place between these words and what follows, up to a quote or LF? */
static bool
is_within(const char *text, size_t n, size_t at, const char *words)
{
	size_t len = strlen(words);

	for (size_t i = 0; i + len < n; i++) {
		size_t to = i + len;

		if (memcmp(text + i, words, len) != 0)
			continue;
		while (to < n && text[to] != '"' && text[to] != '\n')
			to++;
		if (at >= i + len && at < to)
			return true;
	}
	return false;
}

/*
 * None of these places may be another.  NULL: no place at all, but for the
 * last line feed: without it, the last row is torn, and counts for nothing.
 */
static void
flip(int which, const char *const *signed_words)
{
	char text[SIZE_MAX_OF];
	size_t n = get(text, path[which]), step = stride();

	expect(RESOLVE_TRUSTED);
	for (size_t bit = 0; bit < 8 * n; bit += step) {
		bool never = signed_words == NULL && bit / 8 < n - 1;
		enum resolve_code code;

		for (size_t i = 0; signed_words != NULL && !never &&
		    signed_words[i] != NULL; i++)
			never = is_within(text, n, bit / 8, signed_words[i]);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		put(path[which], text, n);
		t_row("bit %zu of byte %zu", bit % 8, bit / 8);
		code = resolve();
		if (never)
			CHECK(code != RESOLVE_TRUSTED);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
	}
	put(path[which], text, n);
	t_row("at the end");
	expect(RESOLVE_TRUSTED);
}

static void
test_ledger(void)
{
	if (!begin())
		return;
	/* It is not needed, and would find some of them first. */
	unlink(path[ANCHOR]);
	flip(LEDGER, NULL);
	end();
}

static void
test_writers(void)
{
	static const char *const words[] = { "public_key: ", "archive: ",
	    "grants: ", NULL };

	if (!begin())
		return;
	/* With an anchor that is needed, so that both entries are. */
	CHECK_INT(chown(path[LEDGER], 0, 0), 0);
	flip(WRITERS, words);
	end();
}

static void
test_anchor(void)
{
	static const char *const words[] = { "\"previous\":\"",
	    "\"writer\":\"", "\"sig\":\"", "\"seq\":", "\"archive_id\":\"",
	    NULL };

	if (!begin())
		return;
	CHECK_INT(chown(path[LEDGER], 0, 0), 0);
	flip(ANCHOR, words);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "trusted", test_trusted },
		{ "ledger-bits", test_ledger },
		{ "writers-bits", test_writers },
		{ "anchor-bits", test_anchor },
		{ NULL, NULL }
	};

	return t_main("resolve_facts", cases);
}
