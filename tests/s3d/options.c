/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "span.h"

#include "options.h"

enum kind {
	FLAG, TEXT, NUMBER, SIGNED, LIST, COMMAS, DENY, COND, ENVIRON
};

struct option {
	const char *name;
	enum kind kind;
	size_t at;		/* offset in struct options */
	size_t count_at;	/* of a list: its length's */
	const char *arg, *help;
};

#define AT(member) offsetof(struct options, member)

static const struct option table[] = {
	{ "--dir", TEXT, AT(dir), 0, "D", "where everything is kept" },
	{ "--bucket", COMMAS, AT(bucket), AT(nbuckets), "B[,B]",
	    "buckets, made where missing" },
	{ "--region", TEXT, AT(region), 0, "R", "default us-east-1; auto too" },
	{ "--host", TEXT, AT(host), 0, "H",
	    "base of virtual-host names (localhost)" },
	{ "--access-key", TEXT, AT(access_key), 0, "AK", "the one key id" },
	{ "--secret-key", TEXT, AT(secret_key), 0, "SK", "and its secret" },
	{ "--secret-key-env", ENVIRON, AT(secret_key), 0, "NAME",
	    "the secret, from the environment" },
	{ "--session-token", TEXT, AT(session_token), 0, "T",
	    "demand this token" },
	{ "--port", NUMBER, AT(port), 0, "N", "0 (default): any free one" },
	{ "--port-file", TEXT, AT(port_file), 0, "F",
	    "gets the port once it listens" },
	{ "--pid-file", TEXT, AT(pid_file), 0, "F", "gets the process id" },
	{ "--log", TEXT, AT(log), 0, "F", "a JSON line a request, appended" },
	{ "--cert", TEXT, AT(cert), 0, "F", "PEM chain: speak TLS 1.2" },
	{ "--key", TEXT, AT(key), 0, "F", "PEM private key, RSA or EC" },
	{ "--suites", TEXT, AT(suites), 0, "S",
	    "of aes128gcm, aes256gcm, chacha20, cbc; commas between" },
	{ "--no-sessions", FLAG, AT(no_sessions), 0, "",
	    "resume no TLS session" },
	{ "--lifetime", NUMBER, AT(lifetime_s), 0, "S",
	    "end after so many seconds (3600)" },
	{ "--idle", NUMBER, AT(idle_s), 0, "S",
	    "close a silent connection after (65)" },
	{ "--now-offset", SIGNED, AT(now_offset), 0, "S",
	    "shift the server's clock" },
	{ "--fault", LIST, AT(fault), AT(nfaults), "RULE", "see below" },
	{ "--fault-file", TEXT, AT(fault_file), 0, "F",
	    "rules, a line each, read again at each request" },
	{ "--held-file", TEXT, AT(held_file), 0, "F",
	    "gets a line from each delay or stall; they end with it" },
	{ "--deny", DENY, AT(deny), 0, "OP[,OP]", "403 for these" },
	{ "--cond", COND, AT(cond), 0, "OP=MODE[,...]",
	    "If-Match and If-None-Match: honour, ignore or 501" },
	{ "--max-put", NUMBER, AT(max_put), 0, "N",
	    "largest body in bytes (5 GiB)" },
	{ "--min-part", NUMBER, AT(min_part), 0, "N",
	    "smallest part but the last (5242880)" },
	{ "--max-parts", NUMBER, AT(max_parts), 0, "N",
	    "largest part number (10000)" },
	{ "--equal-parts", FLAG, AT(equal_parts), 0, "",
	    "all parts but the last of one size, as R2" },
	{ "--versioned", FLAG, AT(versioned), 0, "",
	    "buckets keep every version" },
	{ "--object-lock", FLAG, AT(object_lock), 0, "",
	    "buckets were made with object lock, so versioned" },
	{ "--lifecycle", TEXT, AT(lifecycle), 0, "D[/PREFIX]",
	    "say that uploads end after D days; nothing ends" },
	{ "--trust-digests", FLAG, AT(trust_digests), 0, "",
	    "hash no body, invent ETags: for benchmarks only" },
	{ "--echo-secrets", FLAG, AT(echo_secrets), 0, "",
	    "errors repeat key id, signature texts and $S3D_ECHO" },
};
#define NOPTIONS (sizeof(table) / sizeof(table[0]))

static const char rules_help[] =
"\n"
"A fault rule is: OP KEYGLOB ACTION[:ARG] [times=N] [after=N]\n"
"OP is ANY or PUT GET HEAD DELETE CREATE PART COMPLETE ABORT LIST LISTPARTS\n"
"LISTUPLOADS LISTVERSIONS ...; in KEYGLOB '*' matches '/' too, and the empty\n"
"key of a bucket.  The rule acts on the first N matching requests (times)\n"
"behind the first N (after).  Actions:\n"
"  status:503[/CODE[/SECONDS]]  answer this, the work undone (Retry-After)\n"
"  close-early:403/CODE   the same, body unread, and close at once\n"
"  redirect:307/URL       the same, with Location\n"
"  quota[:507]            403 QuotaExceeded, or 507\n"
"  reset-before           RST instead of reading the body\n"
"  reset-after-bytes:N    RST after N bytes of the request's body, or, where\n"
"                         it has none, of the answer\n"
"  lose-answer            do the work, then close\n"
"  lose-answer-after-bytes:N  close after N bytes of the answer\n"
"  delay:MS  stall:MS     wait before the answer; amid the larger body\n"
"  short-body             half the body, then close\n"
"  corrupt  corrupt-once  flip a bit of the answer's body\n"
"  etag:none|empty|weak|unquoted|entity|TEXT   how ETags are sent\n"
"  replace  replace-same  somebody else writes other, or the same, bytes:\n"
"                         after a PUT or COMPLETE, before anything else\n"
"  vanish                 or deletes the object\n"
"  ignore-if-match        conditions are not looked at\n"
"  range-ignored  wrong-content-range\n"
"  content-encoding:gzip  the header, body as it is\n"
"  chunked  http10        framing of the answer\n"
"  whitespace-then:N[/CODE]   200, N blanks, the answer or an <Error>\n"
"  date:SECONDS           shift the Date header\n"
"  garbage  head-huge     an answer that is no HTTP, or too much of it\n"
"  drop-list-permission   403 for what is absent\n";

static void
print_help(void)
{
	printf("usage: s3d --dir D --bucket B --access-key AK --secret-key SK"
	    " [option]...\n"
	    "An S3 store on 127.0.0.1, for tests.  It ends with its parent.\n"
	    "\n");
	for (size_t i = 0; i < NOPTIONS; i++)
		printf("  %-17s %-13s %s\n", table[i].name, table[i].arg,
		    table[i].help);
	fputs(rules_help, stdout);
}

static int
parse_signed(int64_t *out, struct span text)
{
	bool minus = span_starts(text, "-");
	uint64_t v;

	if (minus)
		text = (struct span){ text.p + 1, text.len - 1 };
	if (num_u64(text, INT64_MAX, &v) != 0)
		return -1;
	*out = minus ? -(int64_t)v : (int64_t)v;
	return 0;
}

static int
parse_deny(bool *deny, char *text)
{
	struct span word, rest = span_of(text);

	while (rest.p != NULL) {
		rest = span_cut(rest, ',', &word);
		enum op op = op_by_name(word);
		if (op == OP__COUNT)
			return -1;
		deny[op] = true;
	}
	return 0;
}

static int
parse_cond(enum cond_mode *cond, char *text)
{
	struct span word, name, mode, rest = span_of(text);

	while (rest.p != NULL) {
		rest = span_cut(rest, ',', &word);
		mode = span_cut(word, '=', &name);
		enum op op = op_by_name(name);
		if (op == OP__COUNT)
			return -1;
		if (span_is(mode, "honour"))
			cond[op] = COND_HONOUR;
		else if (span_is(mode, "ignore"))
			cond[op] = COND_IGNORE;
		else if (span_is(mode, "501"))
			cond[op] = COND_REFUSE;
		else
			return -1;
	}
	return 0;
}

/* The parts of text, cut at commas, or all of it. */
static int
parse_list(const char **list, size_t *n, char *text, bool commas)
{
	while (text != NULL) {
		char *comma = commas ? strchr(text, ',') : NULL;

		if (*n == OPTIONS_LIST_MAX)
			return -1;
		if (comma != NULL)
			*comma++ = '\0';
		list[(*n)++] = text;
		text = comma;
	}
	return 0;
}

static int
parse_value(struct options *o, const struct option *t, char *value)
{
	void *at = (char *)o + t->at;
	void *count = (char *)o + t->count_at;

	switch (t->kind) {
	case FLAG:
		*(bool *)at = true;
		return 0;
	case TEXT:
		*(const char **)at = value;
		return 0;
	case ENVIRON:
		*(const char **)at = getenv(value);
		return *(const char **)at != NULL ? 0 : -1;
	case NUMBER:
		return num_u64(span_of(value), INT64_MAX, at);
	case SIGNED:
		return parse_signed(at, span_of(value));
	case LIST:
	case COMMAS:
		return parse_list(at, count, value, t->kind == COMMAS);
	case DENY:
		return parse_deny(at, value);
	case COND:
		return parse_cond(at, value);
	}
	return -1;
}

static const struct option *
find(const char *name)
{
	for (size_t i = 0; i < NOPTIONS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static int
complain(const char *what, const char *which)
{
	fprintf(stderr, "s3d: %s %s; see s3d --help\n", what, which);
	return -1;
}

static int
check(const struct options *o)
{
	if (o->dir == NULL)
		return complain("missing", "--dir");
	if (o->access_key == NULL || o->secret_key == NULL)
		return complain("missing", "--access-key or --secret-key");
	if ((o->cert == NULL) != (o->key == NULL))
		return complain("one without the other:", "--cert, --key");
	if (o->port > 65535)
		return complain("too large:", "--port");
	if (o->max_parts > 10000)
		return complain("above 10000:", "--max-parts");
	return 0;
}

int
options_parse(struct options *o, int argc, char **argv)
{
	*o = (struct options){
		.region = "us-east-1", .host = "localhost",
		.lifetime_s = 3600, .idle_s = 65,
		.max_put = UINT64_C(5) << 30,
		.min_part = 5 << 20, .max_parts = 10000,
	};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			print_help();
			return 1;
		}
		const struct option *t = find(argv[i]);
		if (t == NULL)
			return complain("unknown option", argv[i]);
		char *value = NULL;
		if (t->kind != FLAG && (value = argv[++i]) == NULL)
			return complain("no value for", t->name);
		if (parse_value(o, t, value) != 0)
			return complain("bad value for", t->name);
	}
	o->versioned = o->versioned || o->object_lock;
	return check(o);
}
