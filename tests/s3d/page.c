/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "page.h"

int
page_init(struct page *p, size_t max)
{
	*p = (struct page){ .max = max };
	/* One more, so that an insertion always has room. */
	p->entry = calloc(max + 1, sizeof(p->entry[0]));
	return p->entry != NULL ? 0 : -1;
}

void
page_free(struct page *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->entry[i].key);
	free(p->entry);
	*p = (struct page){ .n = 0 };
}

struct span
page_key(const struct entry *e)
{
	return (struct span){ e->key, e->key_len };
}

int
page_compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int d = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return d != 0 ? d : (a.len > b.len) - (a.len < b.len);
}

/* Where it belongs; *same where it is there already. */
static size_t
find(const struct page *p, struct span key, uint64_t rank, bool *same)
{
	size_t low = 0, high = p->n;

	*same = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct entry *e = &p->entry[mid];
		int d = page_compare(page_key(e), key);
		if (d == 0)
			d = (e->rank > rank) - (e->rank < rank);
		if (d == 0) {
			*same = true;
			return mid;
		}
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int
page_offer(struct page *p, const struct entry *e, struct span key)
{
	bool same;
	size_t at = find(p, key, e->rank, &same);

	if (same)
		return 0;
	if (at == p->max) {
		p->more = true;
		return 0;
	}
	char *copy = malloc(key.len + 1);
	if (copy == NULL)
		return -1;
	if (key.len > 0)
		memcpy(copy, key.p, key.len);
	memmove(p->entry + at + 1, p->entry + at,
	    (p->n - at) * sizeof(p->entry[0]));
	p->entry[at] = *e;
	p->entry[at].key = copy;
	p->entry[at].key_len = key.len;
	if (++p->n > p->max) {
		free(p->entry[--p->n].key);
		p->more = true;
	}
	return 0;
}
