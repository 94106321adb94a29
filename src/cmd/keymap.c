/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "form.h"
#include "hex.h"
#include "keyname.h"
#include "lines.h"
#include "record.h"
#include "report.h"
#include "text.h"

#include "keymap.h"

#define LINE_MAX_BYTES 65536

/* --- The binding rule ----------------------------------------------------- */

/* How many hex digits s begins with. */
static size_t
hex_run(struct span s)
{
	size_t n = 0;

	while (n < s.len && hex_digit(s.p[n]) >= 0)
		n++;
	return n;
}

static bool
is_digest(const char *text, const uint8_t digest[SHA256_LEN])
{
	for (size_t i = 0; i < SHA256_HEX_LEN; i++) {
		int want = i % 2 == 0 ? digest[i / 2] >> 4 :
		    digest[i / 2] & 15;

		if (hex_digit(text[i]) != want)
			return false;
	}
	return true;
}

int
keymap_check(struct span key, const uint8_t digest[SHA256_LEN],
    struct err *e)
{
	struct span rest = key;
	size_t n;

	if (report_check_key(key, e) != 0) {
		e->code = ERR_PLAN_UNFIT;
		return -1;
	}
	if (span_starts(key, KEYNAME_OURS))
		return err_set(e, ERR_PLAN_UNFIT,
		    "keys below %s are those of our own records",
		    KEYNAME_OURS);
	while (rest.len > 0) {
		n = hex_run(rest);
		if (n == SHA256_HEX_LEN && !is_digest(rest.p, digest))
			return err_set(e, ERR_PLAN_UNFIT,
			    "the key bears another object's digest");
		n += n < rest.len;
		rest = (struct span){ rest.p + n, rest.len - n };
	}
	return 0;
}

/* --- Reading -------------------------------------------------------------- */

/* What one line says; the key is in the form of the line. */
struct said {
	struct span object_id, key;
	struct buf scratch;
	char scratch_bytes[RECORD_SIZE_MAX];
};

static int
parse_json(struct said *s, struct span line, struct err *e)
{
	struct record *r = malloc(sizeof(*r));
	int rc = -1;

	if (r == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a line");
	buf_fixed(&s->scratch, s->scratch_bytes, sizeof(s->scratch_bytes));
	if (record_parse(r, line, e) == 0 &&
	    record_get_str(r, "object_id", &s->scratch, &s->object_id,
	    e) == 0 &&
	    record_get_str(r, "remote_key", &s->scratch, &s->key, e) == 0)
		rc = 0;
	free(r);
	return rc;
}

static int
parse_line(struct said *s, struct span line, struct err *e)
{
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (line.len > 0 && line.p[0] == '{') {
		if (parse_json(s, line, e) != 0)
			return -1;
	} else {
		s->key = span_cut(line, '\t', &s->object_id);
	}
	if (!form_fits(FORM_OBJECT, s->object_id))
		return err_set(e, ERR_CONFIG_INVALID,
		    "it does not begin with an object id");
	if (s->key.p == NULL || !form_fits(FORM_PATH, s->key))
		return err_set(e, ERR_CONFIG_INVALID,
		    "no key, in the form of records, stands in it");
	return 0;
}

static int
grow(struct keymap *map, struct err *e)
{
	size_t room = map->room == 0 ? 1024 : 2 * map->room;
	struct keymap_entry *bigger;

	if (map->n == KEYMAP_ROWS_MAX)
		return err_set(e, ERR_CONFIG_INVALID,
		    "it is one more than the %d that are taken",
		    KEYMAP_ROWS_MAX);
	if (map->n < map->room)
		return 0;
	bigger = realloc(map->entry, room * sizeof(*bigger));
	if (bigger == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a key map");
	map->entry = bigger;
	map->room = room;
	return 0;
}

static int
add_line(struct keymap *map, struct said *s, struct span line, int number,
    struct err *e)
{
	struct keymap_entry *m;

	if (parse_line(s, line, e) != 0 || grow(map, e) != 0)
		return -1;
	m = &map->entry[map->n];
	*m = (struct keymap_entry){ .at = map->keys.len, .line = number };
	BUG_ON(hex_decode(m->digest, SHA256_LEN, (struct span){
	    s->object_id.p + 7, s->object_id.len - 7 }) != 0);
	/* FORM_PATH: it can be unescaped. */
	BUG_ON(text_unescape(&map->keys, s->key) != 0);
	if (!buf_ok(&map->keys))
		return err_set(e, ERR_CONFIG_INVALID,
		    "all keys together are too long");
	m->len = map->keys.len - m->at;
	map->n++;
	return keymap_check((struct span){ map->keys.data + m->at, m->len },
	    m->digest, e);
}

static int
read_lines(struct keymap *map, struct lines *l, struct err *e)
{
	struct said *s = malloc(sizeof(*s));
	struct span line;
	int number = 0, rc;

	if (s == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a key map");
	do {
		rc = lines_next(l, &line, e);
		number++;
		if (number == 1 && span_starts(line, "\xef\xbb\xbf"))
			line = (struct span){ line.p + 3, line.len - 3 };
		/* The last line feed may be missing. */
		if (rc == 1 || (rc == 0 && line.len > 0))
			rc = add_line(map, s, line, number, e) != 0 ? -1 : rc;
	} while (rc == 1);
	free(s);
	if (rc < 0 && e->code == ERR_LEDGER_BROKEN)
		e->code = ERR_CONFIG_INVALID;
	return rc < 0 ? err_ctx(e, "line %d", number) : 0;
}

/* --- As a whole ----------------------------------------------------------- */

static int
by_digest(const void *a, const void *b)
{
	return memcmp(((const struct keymap_entry *)a)->digest,
	    ((const struct keymap_entry *)b)->digest, SHA256_LEN);
}

static struct span
key_of(const struct keymap_entry *m)
{
	return (struct span){ m->key, m->len };
}

static int
by_key(const void *a, const void *b)
{
	int c = span_compare(key_of(a), key_of(b));

	return c != 0 ? c : by_digest(a, b);
}

static int
conflict(const struct keymap_entry *a, const struct keymap_entry *b,
    const char *what, struct err *e)
{
	bool in_order = a->line < b->line;

	return err_set(e, ERR_CONFIG_INVALID, "lines %d and %d: %s",
	    in_order ? a->line : b->line, in_order ? b->line : a->line,
	    what);
}

/* One object, one key, and the other way round; the same line may recur. */
static int
settle(struct keymap *map, struct err *e)
{
	struct keymap_entry *m = map->entry;
	size_t n = 0;

	if (map->n == 0)
		return err_set(e, ERR_CONFIG_INVALID, "it is empty");
	for (size_t i = 0; i < map->n; i++)
		m[i].key = map->keys.data + m[i].at;
	qsort(m, map->n, sizeof(*m), by_key);
	for (size_t i = 0; i < map->n; i++) {
		if (n > 0 && span_eq(key_of(&m[n - 1]), key_of(&m[i]))) {
			if (by_digest(&m[n - 1], &m[i]) != 0)
				return conflict(&m[n - 1], &m[i],
				    "two objects at one key", e);
			continue;
		}
		m[n++] = m[i];
	}
	map->n = n;
	qsort(m, n, sizeof(*m), by_digest);
	for (size_t i = 1; i < n; i++)
		if (by_digest(&m[i - 1], &m[i]) == 0)
			return conflict(&m[i - 1], &m[i],
			    "one object at two keys", e);
	return 0;
}

int
keymap_load(struct keymap *map, const char *path, struct err *e)
{
	struct file f = {0};
	struct lines l;
	char *window;
	int rc = -1;

	*map = (struct keymap){ .n = 0 };
	buf_init(&map->keys, KEYMAP_BYTES_MAX);
	window = malloc(LINE_MAX_BYTES + 1);
	if (window == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a key map");
	if (file_open(&f, path, 0, e) != 0)
		goto done;
	lines_init(&l, &f, window, LINE_MAX_BYTES + 1);
	rc = read_lines(map, &l, e);
	if (rc == 0)
		rc = settle(map, e);
	if (rc != 0)
		err_ctx(e, "%s", path);
done:
	file_close(&f);
	free(window);
	return rc;
}

bool
keymap_find(const struct keymap *map, const uint8_t digest[SHA256_LEN],
    struct span *key)
{
	struct keymap_entry want;
	const struct keymap_entry *m;

	memcpy(want.digest, digest, SHA256_LEN);
	m = bsearch(&want, map->entry, map->n, sizeof(*m), by_digest);
	if (m == NULL)
		return false;
	*key = key_of(m);
	return true;
}

void
keymap_free(struct keymap *map)
{
	free(map->entry);
	buf_free(&map->keys);
	*map = (struct keymap){ .n = 0 };
}
