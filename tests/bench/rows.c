/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * rows ARCHIVE-ID FOLDER N: a ledger of N rows to standard output, as N / 2
 * files of that folder (f-0000000 ...) leave it that were admitted and proven.
 * The object id of file i is the SHA-256 of its number in decimal.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "sha256.h"

static struct sha256 hash;
static uint8_t chain[SHA256_LEN];

/* Behind the row's fields: its chain value. */
static void
finish(const char *body)
{
	char hex[SHA256_HEX_LEN + 1];

	sha256_restart(&hash);
	sha256_update(&hash, chain, SHA256_LEN);
	sha256_update(&hash, body, strlen(body));
	sha256_final(&hash, chain);
	hex_encode(hex, chain, SHA256_LEN);
	printf("%s,\"chain\":\"%s\"}\n", body, hex);
}

static void
object_id(char hex[SHA256_HEX_LEN + 1], long i)
{
	uint8_t digest[SHA256_LEN];
	char text[32];

	snprintf(text, sizeof(text), "%ld", i);
	sha256_of(digest, text, strlen(text));
	hex_encode(hex, digest, SHA256_LEN);
}

static void
admit(char row[1024], const char *const *arg, long seq, const char *id)
{
	long i = (seq - 2) / 2;

	snprintf(row, 1024, "{\"seq\":%ld,\"time\":\"2026-11-22T03:00:00Z\","
	    "\"kind\":\"admit\",\"begin_seq\":1,\"path\":\"main/f-%07ld\","
	    "\"canonical_path\":\"%s/f-%07ld\","
	    "\"canonicalization_version\":\"consign-path-1\","
	    "\"origin\":\"%s/main\",\"object_id\":\"sha256:%s\","
	    "\"size_bytes\":%d,\"inode\":%ld,"
	    "\"mtime_ns\":1795316400123456789,"
	    "\"ctime_ns\":1795316400123456789", seq, i, arg[2], i, arg[1], id,
	    8, 100000000 + i);
}

static void
proof(char row[1024], long seq, const char *id)
{
	snprintf(row, 1024, "{\"seq\":%ld,\"time\":\"2026-11-22T03:00:00Z\","
	    "\"kind\":\"proof\",\"begin_seq\":1,"
	    "\"store_ref\":\"generic-s3:bucket\",\"object_id\":\"sha256:%s\","
	    "\"path\":\"main/f-%07ld\",\"remote_key\":\"sha256/%.2s/%s\","
	    "\"etag\":\"%.32s\",\"size_bytes\":8,"
	    "\"result_status\":\"uploaded\",\"proof\":\"rehash\","
	    "\"availability\":\"consign_uploaded\","
	    "\"receipt\":\"20261122t030000z-%.12s-%.16s\","
	    "\"receipt_sha256\":\"%s\"", seq, id, (seq - 2) / 2, id, id, id,
	    id, id, id);
}

int
main(int argc, char **argv)
{
	char row[1024], id[SHA256_HEX_LEN + 1];
	long n = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

	if (n < 2)
		return 2;
	sha256_init(&hash);
	snprintf(row, sizeof(row), "{\"seq\":0,\"time\":"
	    "\"2026-11-22T03:00:00Z\",\"kind\":\"genesis\","
	    "\"schema\":\"consign.ledger.v1\",\"archive_id\":\"%s\","
	    "\"tool_version\":\"0\"", argv[1]);
	finish(row);
	finish("{\"seq\":1,\"time\":\"2026-11-22T03:00:00Z\","
	    "\"kind\":\"begin\",\"command\":\"push\",\"approved\":true,"
	    "\"tool_version\":\"0\"");
	for (long seq = 2; seq < n; seq++) {
		object_id(id, (seq - 2) / 2);
		if (seq % 2 == 0)
			admit(row, (const char *const *)argv, seq, id);
		else
			proof(row, seq, id);
		finish(row);
	}
	return 0;
}
