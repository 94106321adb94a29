/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stddef.h>
#include <string.h>

#include "err.h"

#include "provider.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
#define TIB (UINT64_C(1) << 40)
#define MB UINT64_C(1000000)
#define GB UINT64_C(1000000000)
#define TB UINT64_C(1000000000000)

/* Cloudflare R2 docs, "Pricing": class A and B operations, free ones. */
static const enum price_class r2_price[S3_OP__COUNT] = {
	[S3_PUT] = PRICE_A,
	[S3_GET] = PRICE_B,
	[S3_HEAD] = PRICE_B,
	[S3_DELETE] = PRICE_FREE,
	[S3_LIST] = PRICE_A,
	[S3_CREATE] = PRICE_A,
	[S3_PART] = PRICE_A,
	[S3_COMPLETE] = PRICE_A,
	[S3_ABORT] = PRICE_FREE,
	[S3_LISTPARTS] = PRICE_A,
	[S3_LISTUPLOADS] = PRICE_A,
	[S3_LIFECYCLE] = PRICE_B
};

/* Backblaze B2, "API transaction pricing": writing is free, lists are not. */
static const enum price_class b2_price[S3_OP__COUNT] = {
	[S3_PUT] = PRICE_FREE,
	[S3_GET] = PRICE_B,
	[S3_HEAD] = PRICE_B,
	[S3_DELETE] = PRICE_FREE,
	[S3_LIST] = PRICE_A,
	[S3_CREATE] = PRICE_FREE,
	[S3_PART] = PRICE_FREE,
	[S3_COMPLETE] = PRICE_FREE,
	[S3_ABORT] = PRICE_FREE,
	[S3_LISTPARTS] = PRICE_A,
	[S3_LISTUPLOADS] = PRICE_A,
	[S3_LIFECYCLE] = PRICE_A
};

/* What most have in common with S3. */
#define S3_PARTS \
	.part_min = 5 * MIB, .part_max = 5 * GIB, .parts_max = 10000
#define S3_KEYS .key_max = 1024, .list_page = 1000
#define PARTS_OF_5_GIB(n) ((n) * 5 * GIB)

static const struct provider providers[] = {
	{
		.name = "cloudflare-r2",
		.region = "auto",
		.put_max = 5 * GIB - 5 * MIB,
		S3_PARTS,
		.object_max = 5 * TIB - 5 * GIB,
		S3_KEYS,
		.expiry_days = 7,
		.attempts = 4,
		.equal_parts = true,
		.nfc_keys = true,
		.charges = true,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Cloudflare R2 docs: Limits, Pricing, Upload objects"
	},
	{
		.name = "aws-s3",
		.put_max = 5 * GIB,
		S3_PARTS,
		.object_max = PARTS_OF_5_GIB(10000),
		S3_KEYS,
		.attempts = 4,
		.virtual_host = true,
		.charges = true,
		.absence_right = "s3:ListBucket",
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Amazon S3 User Guide: Multipart upload limits, "
		    "Virtual hosting of buckets; S3 pricing"
	},
	{
		/* 503 is its way to move a client on: more patience. */
		.name = "backblaze-b2",
		.put_max = 5 * GB,
		.part_min = 5 * MB,
		.part_max = 5 * GB,
		.parts_max = 10000,
		.object_max = 10 * TB,
		S3_KEYS,
		.attempts = 10,
		.no_new_only = true,
		.charges = true,
		.absence_right = "listBuckets and listFiles",
		.price = b2_price,
		.dated = "2026-11-22",
		.source = "Backblaze docs: S3-Compatible API, Large files, "
		    "API transaction pricing"
	},
	{
		.name = "google-cloud-storage",
		.region = "auto",
		.put_max = 5 * TIB,
		S3_PARTS,
		.object_max = 5 * TIB,
		S3_KEYS,
		.attempts = 4,
		.charges = true,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Cloud Storage docs: Quotas & limits, XML API "
		    "multipart uploads, Pricing"
	},
	{
		.name = "wasabi",
		.put_max = 5 * GB,
		.part_min = 5 * MIB,
		.part_max = 5 * GB,
		.parts_max = 10000,
		.object_max = 5 * TB,
		S3_KEYS,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Wasabi docs: S3 API limits, Pricing FAQ"
	},
	{
		.name = "minio",
		.region = "us-east-1",
		.put_max = 5 * TIB,
		S3_PARTS,
		.object_max = PARTS_OF_5_GIB(10000),
		S3_KEYS,
		.segment_max = 255,
		.expiry_days = 1,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "MinIO docs: Thresholds and limits, "
		    "api.stale_uploads_expiry"
	},
	{
		.name = "ceph-rgw",
		.region = "us-east-1",
		.put_max = 5 * GIB,
		S3_PARTS,
		.object_max = PARTS_OF_5_GIB(10000),
		S3_KEYS,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Ceph docs: rgw_max_put_size, "
		    "rgw_multipart_min_part_size; measured with 16.2.15"
	},
	{
		.name = "openstack-swift",
		.region = "us-east-1",
		.put_max = 5 * GIB,
		.part_min = 5 * MIB,
		.part_max = 5 * GIB,
		.parts_max = 1000,
		.object_max = PARTS_OF_5_GIB(1000),
		S3_KEYS,
		.attempts = 4,
		.no_new_only = true,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Swift s3api: max_upload_part_num, location; "
		    "measured with 2.30.1"
	},
	{
		.name = "garage",
		.region = "garage",
		.put_max = 5 * GIB,
		S3_PARTS,
		.object_max = 5 * TIB,
		S3_KEYS,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Garage docs: S3 compatibility, Quick start; "
		    "limits are S3's"
	},
	{
		.name = "idrive-e2",
		.put_max = 5 * GIB,
		S3_PARTS,
		.object_max = 10 * TB,
		S3_KEYS,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "IDrive e2 docs: FAQ, Pricing; part limits are S3's"
	},
	{
		.name = "scaleway",
		.put_max = 5 * GB,
		.part_min = 5 * MIB,
		.part_max = 5 * GB,
		.parts_max = 1000,
		.object_max = 5 * TB,
		S3_KEYS,
		.attempts = 4,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Scaleway docs: Object Storage limits; rclone's "
		    "provider table for the number of parts"
	},
	{
		.name = "generic-s3",
		.put_max = 5 * GIB,
		S3_PARTS,
		.object_max = 5 * TIB,
		S3_KEYS,
		.attempts = 4,
		.charges = true,
		.price = r2_price,
		.dated = "2026-11-22",
		.source = "Amazon S3 User Guide; the classes are R2's"
	}
};

/* In the order of the rows. */
static const char *const names[] = {
	"cloudflare-r2", "aws-s3", "backblaze-b2", "google-cloud-storage",
	"wasabi", "minio", "ceph-rgw", "openstack-swift", "garage",
	"idrive-e2", "scaleway", "generic-s3", NULL
};

_Static_assert(COUNT(names) == COUNT(providers) + 1, "one name a row");

/* see provider.h */
const struct provider *
provider_find(const char *name)
{
	for (size_t i = 0; i < COUNT(providers); i++)
		if (strcmp(providers[i].name, name) == 0)
			return &providers[i];
	return NULL;
}

/* see provider.h */
const char *const *
provider_names(void)
{
	return names;
}

/* see provider.h */
enum price_class
provider_class(const struct provider *p, enum s3_op op)
{
	BUG_ON((unsigned)op >= S3_OP__COUNT);
	return p->price[op];
}
