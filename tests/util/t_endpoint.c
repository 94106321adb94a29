/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "t.h"

#define L63 "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-123456789"
#define HOST253 L63 "." L63 "." L63 "." "abcdefghijklmnopqrstuvwxyz-" \
	"abcdefghijklmnopqrstuvwxyz-1234567"

struct good {
	const char *text, *host;
	int port;
	bool tls, ipv4, ipv6;
	const char *header;	/* and without a default port */
};

static void
check_good(const struct good *want, size_t n,
    int (*parse)(struct endpoint *, struct span, struct err *))
{
	char header[ENDPOINT_HOSTPORT_MAX + 1];
	struct endpoint ep;
	struct err e;

	for (size_t i = 0; i < n; i++) {
		t_row("%s", want[i].text);
		memset(&ep, 0xff, sizeof(ep));
		if (!CHECK_INT(parse(&ep, span_of(want[i].text), &e), 0))
			continue;
		CHECK_STR(ep.host, want[i].host);
		CHECK_INT(ep.port, want[i].port);
		CHECK_INT(ep.tls, want[i].tls);
		CHECK_INT(ep.ipv4, want[i].ipv4);
		CHECK_INT(ep.ipv6, want[i].ipv6);
		endpoint_host_header(header, &ep);
		CHECK_STR(header, want[i].header);
	}
}

static void
test_url(void)
{
	static const struct good rows[] = {
		{ "https://acct.r2.cloudflarestorage.com",
		    "acct.r2.cloudflarestorage.com", 443, true, false, false,
		    "acct.r2.cloudflarestorage.com" },
		{ "https://HOST.Example/", "host.example", 443, true, false,
		    false, "host.example" },
		{ "HTTP://nas:9000", "nas", 9000, false, false, false,
		    "nas:9000" },
		{ "http://nas:80/", "nas", 80, false, false, false, "nas" },
		{ "http://nas:443", "nas", 443, false, false, false,
		    "nas:443" },
		{ "https://nas:80", "nas", 80, true, false, false, "nas:80" },
		{ "https://a:65535", "a", 65535, true, false, false,
		    "a:65535" },
		{ "http://127.0.0.1:9000", "127.0.0.1", 9000, false, true,
		    false, "127.0.0.1:9000" },
		{ "https://[::1]", "::1", 443, true, false, true, "[::1]" },
		{ "https://[FE80::A:1]:8443/", "fe80::a:1", 8443, true, false,
		    true, "[fe80::a:1]:8443" },
		{ "https://[::ffff:10.0.0.1]", "::ffff:10.0.0.1", 443, true,
		    false, true, "[::ffff:10.0.0.1]" },
		{ "https://[1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8", 443, true,
		    false, true, "[1:2:3:4:5:6:7:8]" },
		{ "https://[::]", "::", 443, true, false, true, "[::]" },
		{ "https://minio_1.lan", "minio_1.lan", 443, true, false,
		    false, "minio_1.lan" },
		{ "https://3com.example", "3com.example", 443, true, false,
		    false, "3com.example" },
		{ "https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example",
		    443, true, false, false, "xn--mnchen-3ya.example" },
		{ "https://" HOST253, HOST253, 443, true, false, false,
		    HOST253 },
	};

	check_good(rows, sizeof(rows) / sizeof(rows[0]), endpoint_parse_url);
}

static void
test_host(void)
{
	static const struct good rows[] = {
		{ "S3.example", "s3.example", 443, true, false, false,
		    "s3.example" },
		{ "nas:9000", "nas", 9000, true, false, false, "nas:9000" },
		{ "10.0.0.1", "10.0.0.1", 443, true, true, false,
		    "10.0.0.1" },
		{ "[::1]:443", "::1", 443, true, false, true, "[::1]" },
		{ "https:1", "https", 1, true, false, false, "https:1" },
	};

	check_good(rows, sizeof(rows) / sizeof(rows[0]),
	    endpoint_parse_host);
}

static void
check_bad(const char *text, const char *why,
    int (*parse)(struct endpoint *, struct span, struct err *))
{
	struct err e = { .code = ERR_NONE };
	struct endpoint ep;

	t_row("%s", text);
	CHECK_INT(parse(&ep, span_of(text), &e), -1);
	CHECK_INT(e.code, ERR_CONFIG_INVALID);
	if (!CHECK(strstr(e.msg, why) != NULL))
		printf("    got  '%s'\n", e.msg);
}

static void
test_url_rejects(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "https://" }, { "host", "https://" },
		{ "host:9000", "https://" }, { "ftp://host", "https://" },
		{ "https:/host", "https://" }, { "https:host", "https://" },
		{ " https://host", "https://" }, { "httpss://h", "https://" },
		{ "https://", "no host" }, { "https:///", "no host" },
		{ "https://:9000", "no host" },
		{ "https://host/bucket", "a path" },
		{ "https://host//", "a path" }, { "https://host?", "a path" },
		{ "https://host/?x", "a path" }, { "https://host#", "a path" },
		{ "https://user@host", "user name" },
		{ "https://user:pw@host:9000/", "user name" },
		{ "https://host:", "port" }, { "https://host:0", "port" },
		{ "https://host:65536", "port" },
		{ "https://host:08", "port" }, { "https://host:+8", "port" },
		{ "https://host:80x", "port" },
		{ "https://host:18446744073709551617", "port" },
		{ "https://a:1:2", "brackets" }, { "https://::1", "brackets" },
		{ "https://fe80::1:443", "brackets" },
		{ "https://[::1", "no ']'" },
		{ "https://[::1]9000", "follows" },
		{ "https://[::1]x:1", "follows" },
		{ "https://[::1]:", "port" },
		{ "https://[fe80::1%25eth0]", "zone id" },
		{ "https://[fe80::1%eth0]", "zone id" },
		{ "https://[]", "not an IPv6" },
		{ "https://[host]", "not an IPv6" },
		{ "https://[1.2.3.4]", "not an IPv6" },
		{ "https://[1::2::3]", "not an IPv6" },
		{ "https://[:::]", "not an IPv6" },
		{ "https://[:1]", "not an IPv6" },
		{ "https://[1:]", "not an IPv6" },
		{ "https://[1:2:3:4:5:6:7]", "not an IPv6" },
		{ "https://[1:2:3:4:5:6:7:8:9]", "not an IPv6" },
		{ "https://[1:2:3:4::5:6:7:8]", "not an IPv6" },
		{ "https://[12345::]", "not an IPv6" },
		{ "https://[::g]", "not an IPv6" },
		{ "https://[::1.2.3]", "not an IPv6" },
		{ "https://[::1.2.3.4:5]", "not an IPv6" },
		{ "https://[1:2:3:4:5:6:7:1.2.3.4]", "not an IPv6" },
		{ "https://1.2.3", "neither" },
		{ "https://1.2.3.4.5", "neither" },
		{ "https://256.1.1.1", "neither" },
		{ "https://1.2.3.04", "neither" },
		{ "https://2130706433", "neither" },
		{ "https://0x7f000001", "neither" },
		{ "https://a.0X1", "neither" }, { "https://a.1", "neither" },
		{ "https://a..b", "neither" }, { "https://.a", "neither" },
		{ "https://a.", "neither" }, { "https://-a", "neither" },
		{ "https://a-.b", "neither" }, { "https://a b", "neither" },
		{ "https://a\tb", "neither" }, { "https://a\nb", "neither" },
		{ "https://a%20b", "neither" }, { "https://*.a", "neither" },
		{ "https://m\xc3\xbcnchen", "neither" },
		{ "https://" L63 "x", "neither" },
		{ "https://" HOST253 "8", "too long" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_bad(rows[i].text, rows[i].why, endpoint_parse_url);

	t_row("a NUL inside, and nothing at all");
	struct endpoint ep;
	struct err e;
	CHECK_INT(endpoint_parse_url(&ep, (struct span){ "https://a\0b", 11 },
	    &e), -1);
	CHECK_INT(endpoint_parse_url(&ep, (struct span){ NULL, 0 }, &e), -1);
}

static void
test_host_rejects(void)
{
	struct endpoint ep;
	struct err e;

	check_bad("https://host", "--endpoint", endpoint_parse_host);
	check_bad("host/", "a '/'", endpoint_parse_host);
	check_bad("user@host", "user name", endpoint_parse_host);
	check_bad("", "no host", endpoint_parse_host);
	check_bad("host:", "port", endpoint_parse_host);
	check_bad("host:1:2", "brackets", endpoint_parse_host);
	check_bad("a_b.", "neither", endpoint_parse_host);
	CHECK_INT(endpoint_parse_host(&ep, (struct span){ NULL, 0 }, &e), -1);
}

/* What was given may hold a password: no message repeats it. */
static void
test_says_nothing(void)
{
	static const char *const texts[] = {
		"https://user:hunter22@host", "https://hunter22@host/x",
		"https://user:hunter22/x@host", "hunter22://host",
		"https://[hunter22]", "https://host:hunter22",
		"https://hunter22..x", "https://host/?hunter22",
	};
	struct endpoint ep;
	struct err e;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		t_row("%s", texts[i]);
		CHECK_INT(endpoint_parse_url(&ep, span_of(texts[i]), &e), -1);
		CHECK(strstr(e.msg, "hunter22") == NULL);
	}
}

static void
test_prepend(void)
{
	static const struct {
		const char *host, *label;
		const char *want;	/* the Host header; NULL: refused */
	} rows[] = {
		{ "s3.example", "bucket", "bucket.s3.example" },
		{ "s3.example:8443", "bucket", "bucket.s3.example:8443" },
		{ "s3.example", "a.b-c", "a.b-c.s3.example" },
		{ "localhost", L63, L63 ".localhost" },
		{ "s3.example", "Bucket", NULL },
		{ "s3.example", "old_bucket", NULL },
		{ "127.0.0.1", "bucket", NULL },
		{ "[::1]:9000", "bucket", NULL },
		{ HOST253, "b", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char header[ENDPOINT_HOSTPORT_MAX + 1];
		struct endpoint ep;
		struct err e = {0};

		t_row("%s %s", rows[i].label, rows[i].host);
		CHECK_INT(endpoint_parse_host(&ep, span_of(rows[i].host), &e),
		    0);
		CHECK_INT(endpoint_prepend(&ep, rows[i].label, &e),
		    rows[i].want != NULL ? 0 : -1);
		CHECK_INT(e.code, rows[i].want != NULL ? ERR_NONE :
		    ERR_CONFIG_INVALID);
		endpoint_host_header(header, &ep);
		if (rows[i].want != NULL)
			CHECK_STR(header, rows[i].want);
	}
}

/* The longest of all fits. */
static void
test_longest_header(void)
{
	char header[ENDPOINT_HOSTPORT_MAX + 1];
	struct endpoint ep;
	struct err e = {0};

	CHECK_INT(endpoint_parse_host(&ep, span_of(HOST253 ":65535"), &e), 0);
	endpoint_host_header(header, &ep);
	CHECK_STR(header, HOST253 ":65535");
}

static void
test_as_url(void)
{
	static const struct { const char *given, *want; } rows[] = {
		{ "HTTPS://Host.Example:443/", "https://host.example" },
		{ "http://nas:80", "http://nas" },
		{ "http://nas:443", "http://nas:443" },
		{ "https://[::1]:8443", "https://[::1]:8443" },
	};
	char url[ENDPOINT_URL_MAX + 1];
	struct endpoint ep;
	struct err e = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%s", rows[i].given);
		CHECK_INT(endpoint_parse_url(&ep, span_of(rows[i].given),
		    &e), 0);
		endpoint_url(url, &ep);
		CHECK_STR(url, rows[i].want);
	}
	CHECK_INT(endpoint_parse_host(&ep, span_of(HOST253 ":65535"), &e), 0);
	endpoint_url(url, &ep);
	CHECK_STR(url, "https://" HOST253 ":65535");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "url", test_url },
		{ "host", test_host },
		{ "url_rejects", test_url_rejects },
		{ "host_rejects", test_host_rejects },
		{ "says_nothing", test_says_nothing },
		{ "prepend", test_prepend },
		{ "longest_header", test_longest_header },
		{ "as_url", test_as_url },
		{ NULL, NULL }
	};

	return t_main("endpoint", cases);
}
