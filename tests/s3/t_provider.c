/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "provider.h"
#include "span.h"
#include "t.h"
#include "utc.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static void
test_find(void)
{
	const char *const *name = provider_names();
	size_t n = 0;

	for (; *name != NULL; name++, n++) {
		t_row("%s", *name);
		const struct provider *p = provider_find(*name);
		if (CHECK(p != NULL))
			CHECK_STR(p->name, *name);
	}
	CHECK_INT(n, 12);
	CHECK(provider_find("") == NULL);
	CHECK(provider_find("Cloudflare-R2") == NULL);
	CHECK(provider_find("cloudflare-r2 ") == NULL);
	CHECK(provider_find("aws") == NULL);
}

/* What must hold for every row, so that planning can rely on it. */
static void
test_rows_make_sense(void)
{
	for (const char *const *n = provider_names(); *n != NULL; n++) {
		const struct provider *p = provider_find(*n);
		char day[32];
		int64_t t;

		t_row("%s", *n);
		CHECK(p->part_min >= 5000000);
		CHECK(p->part_min <= p->part_max);
		CHECK(p->part_max <= p->put_max || p->equal_parts);
		CHECK(p->put_max <= p->object_max);
		CHECK(p->object_max <= p->part_max * p->parts_max);
		CHECK(p->object_max <= INT64_MAX);
		CHECK(p->parts_max >= 1000);
		CHECK(p->list_page > 0);
		CHECK(p->key_max == 1024);
		CHECK(p->segment_max <= p->key_max);
		CHECK(p->attempts >= 4);
		CHECK(p->region == NULL || p->region[0] != '\0');
		CHECK(p->source[0] != '\0');
		if (!CHECK_INT(strlen(p->dated), 10))
			continue;
		memcpy(day, p->dated, 10);
		memcpy(day + 10, "T00:00:00Z", 11);
		CHECK_INT(utc_parse_iso(span_of(day), &t), 0);
	}
}

static void
test_facts(void)
{
	static const struct {
		const char *name, *region;
		uint64_t put_max, part_min;
		uint16_t parts_max, segment_max, expiry_days;
		bool equal_parts, nfc_keys, virtual_host, no_new_only;
	} rows[] = {
		{ "cloudflare-r2", "auto", 5363466240, 5 * MIB, 10000, 0, 7,
		  true, true, false, false },
		{ "aws-s3", NULL, 5 * GIB, 5 * MIB, 10000, 0, 0,
		  false, false, true, false },
		{ "backblaze-b2", NULL, 5000000000, 5000000, 10000, 0, 0,
		  false, false, false, true },
		{ "minio", "us-east-1", 5120 * GIB, 5 * MIB, 10000, 255, 1,
		  false, false, false, false },
		{ "openstack-swift", "us-east-1", 5 * GIB, 5 * MIB, 1000, 0,
		  0, false, false, false, true },
		{ "scaleway", NULL, 5000000000, 5 * MIB, 1000, 0, 0,
		  false, false, false, false },
		{ "generic-s3", NULL, 5 * GIB, 5 * MIB, 10000, 0, 0,
		  false, false, false, false }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct provider *p = provider_find(rows[i].name);

		t_row("%s", rows[i].name);
		CHECK_STR(p->region, rows[i].region);
		CHECK_INT(p->put_max, rows[i].put_max);
		CHECK_INT(p->part_min, rows[i].part_min);
		CHECK_INT(p->parts_max, rows[i].parts_max);
		CHECK_INT(p->segment_max, rows[i].segment_max);
		CHECK_INT(p->expiry_days, rows[i].expiry_days);
		CHECK_INT(p->equal_parts, rows[i].equal_parts);
		CHECK_INT(p->nfc_keys, rows[i].nfc_keys);
		CHECK_INT(p->virtual_host, rows[i].virtual_host);
		CHECK_INT(p->no_new_only, rows[i].no_new_only);
	}
}

/* What each operation costs, in the order of enum s3_op. */
static void
test_prices(void)
{
	static const struct {
		const char *name;
		const char *classes;	/* A, B, or - for free */
		bool charges;
	} rows[] = {
		/*			PGHDLCPCALLl */
		{ "cloudflare-r2",	"ABB-AAAA-AAB", true },
		{ "aws-s3",		"ABB-AAAA-AAB", true },
		{ "google-cloud-storage", "ABB-AAAA-AAB", true },
		{ "generic-s3",		"ABB-AAAA-AAB", true },
		{ "backblaze-b2",	"-BB-A----AAA", true },
		{ "wasabi",		"ABB-AAAA-AAB", false },
		{ "minio",		"ABB-AAAA-AAB", false },
		{ "ceph-rgw",		"ABB-AAAA-AAB", false },
		{ "openstack-swift",	"ABB-AAAA-AAB", false },
		{ "garage",		"ABB-AAAA-AAB", false },
		{ "idrive-e2",		"ABB-AAAA-AAB", false },
		{ "scaleway",		"ABB-AAAA-AAB", false }
	};
	static const char letter[] = {
		[PRICE_FREE] = '-', [PRICE_B] = 'B', [PRICE_A] = 'A'
	};

	_Static_assert(sizeof(letter) == PRICE__COUNT, "one a class");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct provider *p = provider_find(rows[i].name);
		char got[S3_OP__COUNT + 1] = {0};

		t_row("%s", rows[i].name);
		for (int op = 0; op < S3_OP__COUNT; op++)
			got[op] = letter[provider_class(p, (enum s3_op)op)];
		CHECK_STR(got, rows[i].classes);
		CHECK_INT(p->charges, rows[i].charges);
	}
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "find", test_find },
		{ "rows_make_sense", test_rows_make_sense },
		{ "facts", test_facts },
		{ "prices", test_prices },
		{ NULL, NULL }
	};

	return t_main("provider", cases);
}
