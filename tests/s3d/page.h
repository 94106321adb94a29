/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "vault.h"

/*
 * One page of a listing: the first few entries, by key and then by rank,
 * of all that are offered, in memory that depends on the page alone.
 */
struct entry {
	char *key;		/* the page's own copy */
	size_t key_len;
	uint64_t rank;		/* among entries with one key */
	int64_t size, mtime;
	char etag[VAULT_ETAG_MAX];
	char id[VAULT_ID_MAX];	/* of a version or an upload */
	bool marker, latest;
	bool prefix;		/* a common prefix, not an object */
};

struct page {
	struct entry *entry;	/* sorted */
	size_t n, max;
	bool more;		/* something did not fit */
};

/* Room for max entries: 0 or -1. */
int page_init(struct page *p, size_t max);
void page_free(struct page *p);

/*
 * Offers an entry; its key is copied.  Two common prefixes of one name are
 * one entry.  0 or -1.
 */
int page_offer(struct page *p, const struct entry *e, struct span key);

struct span page_key(const struct entry *e);

/* The order of keys: by bytes. */
int page_compare(struct span a, struct span b);

#endif
