/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canned.h"
#include "t.h"

#include "list.h"

/*
 * Each row is a listing, page by page, and what is given of it: keys joined by
 * "|", with what else an entry has behind them.
 */
#define O(inner) "<ListBucketResult>" inner "</ListBucketResult>"
#define V(inner) "<ListVersionsResult>" inner "</ListVersionsResult>"
#define U(inner) "<ListMultipartUploadsResult>" inner \
	"</ListMultipartUploadsResult>"
#define URL "<EncodingType>url</EncodingType>"
#define LAST "<IsTruncated>false</IsTruncated>"
#define MORE "<IsTruncated>true</IsTruncated>"
#define TOKEN(t) MORE "<NextContinuationToken>" t "</NextContinuationToken>"
#define MARK(k, v) MORE "<NextKeyMarker>" k "</NextKeyMarker>" \
	"<NextVersionIdMarker>" v "</NextVersionIdMarker>"
#define KEY(k) "<Contents><Key>" k "</Key><Size>6</Size>" \
	"<ETag>&quot;e1&quot;</ETag></Contents>"
#define SIZED(k, s) "<Contents><Key>" k "</Key>" s "</Contents>"
#define VERSION(k, v) "<Version><Key>" k "</Key><VersionId>" v "</VersionId>" \
	"<Size>6</Size><ETag>\"e1\"</ETag></Version>"
#define MARKER(k, v) "<DeleteMarker><Key>" k "</Key><VersionId>" v \
	"</VersionId></DeleteMarker>"
#define UPLOAD(k, id) "<Upload><Key>" k "</Key><UploadId>" id \
	"</UploadId></Upload>"

/* Bodies that are whole answers. */
#define RAW "HTTP/1.1 "
#define DENIED RAW "403 No\r\nContent-Length: 40\r\n\r\n" \
	"<Error><Code>AccessDenied</Code></Error>"
#define BUSY RAW "503 Slow\r\nContent-Length: 0\r\n\r\n"

struct row {
	const char *name;
	const char *prefix;
	const char *body[8];
	const char *want;
	enum err_code code;
	enum list_kind kind;
	const char *start_after;
	const char *want_asked;		/* the last query; NULL: any */
};

static const struct row rows[] = {
	{ "nothing", "p/", { O(LAST) }, "", .code = ERR_NONE },
	{ "two", "p/", { O(LAST KEY("p/a") KEY("p/b")) },
	  "p/a 6 e1|p/b 6 e1|", .code = ERR_NONE,
	  .want_asked = "?encoding-type=url&list-type=2&prefix=p%2F" },
	{ "behind a key", "p/", { O(LAST KEY("p/b")) }, "p/b 6 e1|",
	  .code = ERR_NONE,
	  .start_after = "p/a", .want_asked =
	  "?encoding-type=url&list-type=2&prefix=p%2F&start-after=p%2Fa" },
	{ "not behind that key", "p/", { O(LAST KEY("p/a")) }, "",
	  .code = ERR_INDETERMINATE, .start_after = "p/a" },
	{ "pages", "p/", { O(TOKEN("t+/1&amp;") KEY("p/a")),
	  O(LAST KEY("p/b")) }, "p/a 6 e1|p/b 6 e1|", .code = ERR_NONE,
	  .start_after = "p/", .want_asked =
	  "?continuation-token=t%2B%2F1%26&encoding-type=url&list-type=2"
	  "&prefix=p%2F" },
	{ "an empty page between", "p/", { O(TOKEN("t1")), O(TOKEN("t2")),
	  O(LAST KEY("p/b")) }, "p/b 6 e1|", .code = ERR_NONE },
	{ "no size", "p/", { O(LAST KEY("p/a") SIZED("p/b", "")) },
	  "p/a 6 e1|", .code = ERR_INDETERMINATE },
	{ "two sizes", "p/", { O(LAST SIZED("p/b", "<Size>6</Size>"
	  "<Size>7</Size>")) }, "", .code = ERR_INDETERMINATE },
	{ "a size below 0", "p/", { O(LAST SIZED("p/b", "<Size>-1</Size>")) },
	  "", .code = ERR_INDETERMINATE },
	{ "a size of 2^63", "p/", { O(LAST SIZED("p/b",
	  "<Size>9223372036854775808</Size>")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "a size of 2^63 - 1, no ETag", "p/", { O(LAST SIZED("p/b",
	  "<Size>9223372036854775807</Size>")) },
	  "p/b 9223372036854775807 |", .code = ERR_NONE },
	{ "a weak ETag is none", "p/", { O(LAST SIZED("p/b", "<Size>1</Size>"
	  "<ETag>W/\"e1\"</ETag>")) }, "p/b 1 |", .code = ERR_NONE },
	{ "an owner with an id, and prefixes", "p/", { "<?xml version='1.0'?>"
	  "\n<s3:ListBucketResult xmlns:s3='x'><s3:IsTruncated>false"
	  "</s3:IsTruncated><s3:CommonPrefixes><s3:Prefix>p/z/</s3:Prefix>"
	  "</s3:CommonPrefixes><s3:Contents><s3:Owner><s3:ID>Key</s3:ID>"
	  "<s3:Size>9</s3:Size></s3:Owner><s3:Size>6</s3:Size>"
	  "<s3:Key>p/a</s3:Key></s3:Contents></s3:ListBucketResult>" },
	  "p/a 6 |", .code = ERR_NONE },

	{ "encoded", "p/", { O(URL LAST KEY("p%2Fa+b%2bc") KEY("p/%c3%A9")) },
	  "p/a b+c 6 e1|p/\xc3\xa9 6 e1|", .code = ERR_NONE },
	{ "not said to be encoded", "p/", { O(LAST KEY("p/a+b%2Bc")) },
	  "p/a+b%2Bc 6 e1|", .code = ERR_NONE },
	{ "entities below the encoding", "p/", { O(URL LAST
	  KEY("p/&lt;&amp;%26&#x2b;&#37;41")) }, "p/<&& A 6 e1|",
	  .code = ERR_NONE },
	{ "entities alone", "p/", { O(LAST KEY("p/&lt;&amp;&#x2b;")) },
	  "p/<&+ 6 e1|", .code = ERR_NONE },
	{ "an unknown entity", "p/", { O(LAST KEY("p/&foo;")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "half an escape", "p/", { O(URL LAST KEY("p/a%2")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "no escape", "p/", { O(URL LAST KEY("p/a%zz")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "a NUL", "p/", { O(URL LAST KEY("p/a%00b")) }, "p/a?b 6 e1|",
	  .code = ERR_NONE },
	{ "no key", "p/", { O(LAST "<Contents><Size>6</Size></Contents>") },
	  "", .code = ERR_INDETERMINATE },
	{ "an empty key", "", { O(LAST KEY("")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "no prefix", "", { O(LAST KEY("a")) }, "a 6 e1|", .code = ERR_NONE },
	{ "two keys in one", "p/", { O(LAST "<Contents><Key>p/a</Key>"
	  "<Key>p/b</Key><Size>6</Size></Contents>") }, "",
	  .code = ERR_INDETERMINATE },
	{ "not of the prefix", "p/", { O(LAST KEY("p/a") KEY("q/a")) },
	  "p/a 6 e1|", .code = ERR_INDETERMINATE },
	{ "shorter than the prefix", "p/", { O(LAST KEY("p")) }, "",
	  .code = ERR_INDETERMINATE },

	{ "out of order", "p/", { O(LAST KEY("p/b") KEY("p/a")) },
	  "p/b 6 e1|", .code = ERR_INDETERMINATE },
	{ "twice", "p/", { O(LAST KEY("p/a") KEY("p/a")) }, "p/a 6 e1|",
	  .code = ERR_INDETERMINATE },
	{ "in order of bytes, not of their encoding", "p/", { O(URL LAST
	  KEY("p/%21") KEY("p/0") KEY("p/%7F") KEY("p/%E9")) },
	  "p/! 6 e1|p/0 6 e1|p/\x7f 6 e1|p/\xe9 6 e1|", .code = ERR_NONE },
	{ "out of order across pages", "p/", { O(TOKEN("1") KEY("p/b")),
	  O(LAST KEY("p/a")) }, "p/b 6 e1|", .code = ERR_INDETERMINATE },
	{ "the same token", "p/", { O(TOKEN("1") KEY("p/a")), O(TOKEN("1")) },
	  "p/a 6 e1|", .code = ERR_INDETERMINATE },
	{ "the same token later", "p/", { O(TOKEN("1")), O(TOKEN("2")),
	  O(TOKEN("3")), O(TOKEN("3")), O(TOKEN("3")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "a circle of tokens", "p/", { O(TOKEN("0")), O(TOKEN("1")),
	  O(TOKEN("2")), O(TOKEN("3")), O(TOKEN("2")), O(TOKEN("3")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "no token", "p/", { O(MORE KEY("p/a")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "two tokens", "p/", { O(TOKEN("1") "<NextContinuationToken>2"
	  "</NextContinuationToken>") }, "", .code = ERR_INDETERMINATE },
	{ "the way of version 1", "p/", { O(MORE KEY("p/a")
	  "<NextMarker>p/a</NextMarker>") }, "", .code = ERR_INDETERMINATE },
	{ "a token at the end is none", "p/", { O(LAST KEY("p/a")
	  "<NextContinuationToken>1</NextContinuationToken>") },
	  "p/a 6 e1|", .code = ERR_NONE },
	{ "whether it is all", "p/", { O(KEY("p/a")) }, "",
	  .code = ERR_INDETERMINATE },
	{ "perhaps it is all", "p/", { O(KEY("p/a")
	  "<IsTruncated>maybe</IsTruncated>") }, "",
	  .code = ERR_INDETERMINATE },

	{ "not closed", "p/", { "<ListBucketResult>" LAST KEY("p/a") }, "",
	  .code = ERR_INDETERMINATE },
	{ "more behind it", "p/", { O(LAST) "x" }, "",
	  .code = ERR_INDETERMINATE },
	{ "another document", "p/", { V(LAST) }, "",
	  .code = ERR_INDETERMINATE },
	{ "nothing at all", "p/", { "" }, "", .code = ERR_INDETERMINATE },
	{ "a doctype", "p/", { "<!DOCTYPE x>" O(LAST) }, "",
	  .code = ERR_INDETERMINATE },
	{ "an error in a 200", "p/", {
	  "<Error><Code>AccessDenied</Code></Error>" }, "",
	  .code = ERR_PERMISSION_DENIED },
	{ "one that passes", "p/", { "<Error><Code>SlowDown</Code></Error>",
	  O(LAST) }, "", .code = ERR_NONE },
	{ "one that stays", "p/", { "<Error><Code>SlowDown</Code></Error>",
	  "<Error><Code>InternalError</Code></Error>", BUSY, BUSY }, "",
	  .code = ERR_STORE_BUSY },
	{ "refused", "p/", { DENIED }, "", .code = ERR_PERMISSION_DENIED },
	{ "refused on the second page", "p/", { O(TOKEN("1") KEY("p/a")),
	  DENIED }, "p/a 6 e1|", .code = ERR_PERMISSION_DENIED },
	{ "cut off, then not", "p/", { RAW "200 OK\r\nContent-Length: 99\r\n"
	  "\r\n" O(LAST) "!cut", O(LAST KEY("p/a")) }, "p/a 6 e1|",
	  .code = ERR_NONE },
	{ "ended by the close of the line", "p/", { RAW "200 OK\r\n"
	  "Connection: close\r\n\r\n" O(LAST) "!cut" }, "",
	  .code = ERR_INDETERMINATE },
	{ "206", "p/", { RAW "206 Part\r\nContent-Length: 69\r\n\r\n"
	  O(LAST) }, "",
	  .code = ERR_INDETERMINATE },

	{ "versions", "p/", { V(URL LAST VERSION("p/b", "v1")
	  MARKER("p/a", "v3") VERSION("p/a+a", "null")) },
	  "p/b 6 e1 v1|p/a a 6 e1 null|p/a 0  v3 gone|", .code = ERR_NONE,
	  .kind = LIST_VERSIONS, .want_asked = "?encoding-type=url&prefix=p%2F"
	  "&versions=" },
	{ "pages of versions", "p/", { V(URL MARK("p/a+b", "v1")
	  VERSION("p/a+b", "v1")), V(URL MARK("p/a+b", "v2")),
	  V(URL LAST VERSION("p/a+b", "v3")) },
	  "p/a b 6 e1 v1|p/a b 6 e1 v3|",
	  .code = ERR_NONE, .kind = LIST_VERSIONS,
	  .want_asked = "?encoding-type=url&key-marker=p%2Fa%20b&prefix=p%2F"
	  "&version-id-marker=v2&versions=" },
	{ "a circle of versions", "p/", { V(MARK("p/a", "v1")),
	  V(MARK("p/a", "v2")), V(MARK("p/a", "v1")), V(MARK("p/a", "v2")) },
	  "", .code = ERR_INDETERMINATE, .kind = LIST_VERSIONS },
	{ "no marker", "p/", { V(MORE VERSION("p/a", "v1")) }, "",
	  .code = ERR_INDETERMINATE, .kind = LIST_VERSIONS },
	{ "no version id", "p/", { V(LAST VERSION("p/a", "")) }, "",
	  .code = ERR_INDETERMINATE, .kind = LIST_VERSIONS },
	{ "a version id with a space", "p/", { V(LAST VERSION("p/a", "a b")) },
	  "", .code = ERR_INDETERMINATE, .kind = LIST_VERSIONS },
	{ "a version of something else", "p/", { V(LAST MARKER("q", "v1")) },
	  "", .code = ERR_INDETERMINATE, .kind = LIST_VERSIONS },

	{ "uploads", "p/", { U(URL LAST UPLOAD("p/a", "u1")
	  UPLOAD("p/a", "u2")) }, "p/a 0  u1|p/a 0  u2|", .code = ERR_NONE,
	  .kind = LIST_UPLOADS, .want_asked = "?encoding-type=url&prefix=p%2F"
	  "&uploads=" },
	{ "pages of uploads", "p/", { U(MORE "<NextKeyMarker>p/a"
	  "</NextKeyMarker><NextUploadIdMarker>u1</NextUploadIdMarker>"
	  UPLOAD("p/a", "u1")), U(LAST UPLOAD("p/a", "u2")) },
	  "p/a 0  u1|p/a 0  u2|", .code = ERR_NONE, .kind = LIST_UPLOADS,
	  .want_asked = "?encoding-type=url&key-marker=p%2Fa&prefix=p%2F"
	  "&upload-id-marker=u1&uploads=" },
	{ "an upload without an id", "p/", { U(LAST UPLOAD("p/a", "")) }, "",
	  .code = ERR_INDETERMINATE, .kind = LIST_UPLOADS },
};

static struct client client;

/* A client of a store that gives these answers. */
static void
start(struct canned *store, const char *const *answers)
{
	static const struct endpoint endpoint = { .host = "localhost",
	    .port = 80 };
	static struct client_config conf;

	conf = (struct client_config){ .endpoint = &endpoint,
	    .provider = provider_find("cloudflare-r2"), .bucket = "bucket",
	    .region = "auto", .creds = { span_of("AKID"), span_of("secret"),
	    { NULL, 0 } }, .connect_ms = 1000, .stall_ms = 1000,
	    .min_rate = 1, .max_attempts = 4, .backoff_ms = 100,
	    .max_class_a = 300, .max_bytes_up = 0,
	    .max_bytes_down = 100 << 20 };
	canned_init(store, answers);
	client_init(&client, &conf, &store->clock, &store->rng,
	    &store->dialer);
}

/* A body with a head, unless it has one; to be freed. */
static char *
answer(const char *body)
{
	size_t size = strlen(body) + 64;
	char *out = malloc(size);

	if (out == NULL)
		abort();
	if (strncmp(body, RAW, strlen(RAW)) == 0)
		snprintf(out, size, "%s", body);
	else
		snprintf(out, size, RAW "200 OK\r\nContent-Length: %zu\r\n"
		    "\r\n%s", strlen(body), body);
	return out;
}

static void
write_entry(struct buf *b, const struct list_entry *entry)
{
	for (size_t i = 0; i < entry->key.len; i++)
		buf_putc(b, entry->key.p[i] == '\0' ? '?' : entry->key.p[i]);
	buf_printf(b, " %lld %s", (long long)entry->size, entry->etag);
	if (entry->id[0] != '\0')
		buf_printf(b, " %s", entry->id);
	buf_puts(b, entry->marker ? " gone|" : "|");
}

static void
run_row(const struct row *row)
{
	struct list_query q = { row->kind, span_of(row->prefix), { NULL, 0 } };
	char *answers[9] = { NULL };
	char got[400];
	struct list_entry entry;
	struct canned store;
	struct err e = {0};
	struct list l;
	struct buf b;
	size_t n;
	int rc;

	t_row("%s", row->name);
	for (n = 0; n < 8 && row->body[n] != NULL; n++)
		answers[n] = answer(row->body[n]);
	start(&store, (const char *const *)answers);
	if (row->start_after != NULL)
		q.start_after = span_of(row->start_after);
	buf_fixed(&b, got, sizeof(got));
	list_open(&l, &client, &q);
	while ((rc = list_next(&l, &entry, &e)) == 1)
		write_entry(&b, &entry);
	if (rc == 0)
		CHECK_INT(list_next(&l, &entry, &e), 0);
	list_close(&l);
	list_close(&l);
	client_close(&client);

	CHECK_INT(rc, row->code == ERR_NONE ? 0 : -1);
	CHECK_STR(err_word(e.code), err_word(row->code));
	CHECK_STR(got, row->want);
	CHECK_INT(store.requests, n);
	if (row->want_asked != NULL) {
		CHECK_STR(store.asked[n - 1] + strlen("GET /bucket"),
		    row->want_asked);
		CHECK_INT(l.pages, n);
	}
	while (n > 0)
		free(answers[--n]);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
}

/* --- Bounds --------------------------------------------------------------- */

/* Gives one page; what list_next() says of it. */
static int
take_page(const char *body, struct list_entry *entry, struct list *l,
    struct err *e)
{
	static struct canned store;
	struct list_query q = { LIST_OBJECTS, span_of("p/"), { NULL, 0 } };
	char *text = answer(body);
	const char *answers[] = { text, NULL };
	int rc;

	err_clear(e);
	start(&store, answers);
	list_open(l, &client, &q);
	rc = list_next(l, entry, e);
	client_close(&client);
	free(text);
	return rc;
}

/* A key of len bytes, each percent-encoded or not. */
static void
check_key(size_t len, bool encoded, int want)
{
	static char body[4 * LIST_KEY_MAX + 400];
	struct list_entry entry;
	struct err e = {0};
	struct list l;
	struct buf b;

	t_row("a key of %zu bytes%s", len, encoded ? ", encoded" : "");
	buf_fixed(&b, body, sizeof(body));
	buf_printf(&b, "<ListBucketResult>" LAST "%s<Contents><Key>p/",
	    encoded ? URL : "");
	for (size_t i = 2; i < len; i++)
		buf_puts(&b, encoded ? "%41" : "A");
	buf_puts(&b, "</Key><Size>6</Size></Contents></ListBucketResult>");
	CHECK(buf_ok(&b));
	CHECK_INT(take_page(body, &entry, &l, &e), want);
	if (want == 1)
		CHECK_INT(entry.key.len, len);
	else
		CHECK_INT(e.code, ERR_INDETERMINATE);
	list_close(&l);
}

static void
test_key_lengths(void)
{
	check_key(LIST_KEY_MAX, false, 1);
	check_key(LIST_KEY_MAX, true, 1);
	check_key(LIST_KEY_MAX + 1, false, -1);
	check_key(LIST_KEY_MAX + 1, true, -1);
}

/* A page of size bytes, most of them of one comment. */
static void
check_page(size_t size, int want)
{
	static const char head[] = "<ListBucketResult>" LAST
	    KEY("p/a") "<!--", tail[] = "--></ListBucketResult>";
	char *body = malloc(size + 1);
	struct list_entry entry;
	struct err e = {0};
	struct list l;

	t_row("a page of %zu bytes", size);
	if (body == NULL)
		abort();
	memset(body, 'x', size);
	memcpy(body, head, strlen(head));
	memcpy(body + size - strlen(tail), tail, sizeof(tail));
	CHECK_INT(take_page(body, &entry, &l, &e), want);
	if (want == -1)
		CHECK_INT(e.code, ERR_INDETERMINATE);
	list_close(&l);
	free(body);
}

static void
test_page_sizes(void)
{
	check_page(LIST_PAGE_MAX, 1);
	check_page(LIST_PAGE_MAX + 1, -1);
}

/* Tokens that are always new, and but one key: 20 pages, it, 100 pages. */
static void
test_empty_pages(void)
{
	static char page[122][400];
	const char *answers[123] = { NULL };
	struct list_query q = { LIST_OBJECTS, { NULL, 0 }, { NULL, 0 } };
	struct list_entry entry;
	struct canned store;
	struct err e = {0};
	struct list l;

	for (int i = 0; i < 122; i++) {
		char body[300];

		snprintf(body, sizeof(body), "<ListBucketResult>" MORE
		    "<NextContinuationToken>%d</NextContinuationToken>"
		    "%s</ListBucketResult>", i, i == 20 ? KEY("a") : "");
		snprintf(page[i], sizeof(page[i]), RAW "200 OK\r\n"
		    "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
		answers[i] = page[i];
	}
	start(&store, answers);
	list_open(&l, &client, &q);
	CHECK_INT(list_next(&l, &entry, &e), 1);
	CHECK_INT(list_next(&l, &entry, &e), -1);
	CHECK_INT(e.code, ERR_INDETERMINATE);
	CHECK_INT(store.requests, 21 + 100);
	list_close(&l);
	client_close(&client);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "rows", test_rows },
		{ "key lengths", test_key_lengths },
		{ "page sizes", test_page_sizes },
		{ "empty pages", test_empty_pages },
		{ NULL, NULL }
	};

	return t_main("list", cases);
}
