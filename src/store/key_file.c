/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "dir.h"
#include "file.h"
#include "wipe.h"

#include "key_file.h"

#define PEM_LINE 64
#define PEM_MAX 512		/* bytes of any of the forms */
#define DER_MAX 192

#define ID_EC_PUBLIC_KEY 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01
#define PRIME256V1 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07

/*
 * A form is its label, and DER that is always the same but for the key and
 * the point: the bytes of head, the key, those of middle, the point.
 */
static const uint8_t sec1_head[] = { 0x30, 0x77, 0x02, 0x01, 0x01, 0x04,
	0x20 };
static const uint8_t sec1_middle[] = { 0xa0, 0x0a, PRIME256V1, 0xa1, 0x44,
	0x03, 0x42, 0x00 };
static const uint8_t pkcs8_head[] = { 0x30, 0x81, 0x87, 0x02, 0x01, 0x00,
	0x30, 0x13, ID_EC_PUBLIC_KEY, PRIME256V1, 0x04, 0x6d, 0x30, 0x6b,
	0x02, 0x01, 0x01, 0x04, 0x20 };
static const uint8_t pkcs8_middle[] = { 0xa1, 0x44, 0x03, 0x42, 0x00 };

static const struct form {
	const char *label;
	const uint8_t *head, *middle;
	size_t head_len, middle_len;
} forms[] = {
	{ "EC PRIVATE KEY", sec1_head, sec1_middle, sizeof(sec1_head),
	  sizeof(sec1_middle) },
	{ "PRIVATE KEY", pkcs8_head, pkcs8_middle, sizeof(pkcs8_head),
	  sizeof(pkcs8_middle) },
};

/* What "openssl ecparam -genkey" puts before a key. */
static const char parameters[] = "-----BEGIN EC PARAMETERS-----\n"
    "BggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

static const char public_label[] = "PUBLIC KEY";

/* --- PEM (RFC 7468) ------------------------------------------------------- */

static void
put_boundary(struct buf *out, const char *word, const char *label)
{
	buf_printf(out, "-----%s %s-----\n", word, label);
}

static void
put_pem(struct buf *out, const char *label, const uint8_t *der, size_t n)
{
	char text[BASE64_LEN(DER_MAX) + 1];
	size_t len = BASE64_LEN(n);

	base64_encode(text, der, n);
	put_boundary(out, "BEGIN", label);
	for (size_t i = 0; i < len; i += PEM_LINE) {
		buf_put(out, text + i, len - i < PEM_LINE ? len - i : PEM_LINE);
		buf_putc(out, '\n');
	}
	put_boundary(out, "END", label);
	wipe_mem(text, sizeof(text));
}

/*
 * The n bytes of a text with that label.  Line breaks are passed over: whoever
 * asks writes the text anew, and compares.
 */
static int
get_pem(uint8_t *der, size_t n, const char *label, struct span text)
{
	char body[BASE64_LEN(DER_MAX)], line[64];
	struct buf b, head;
	int rc;

	buf_fixed(&b, body, sizeof(body));
	buf_fixed(&head, line, sizeof(line));
	put_boundary(&head, "BEGIN", label);
	if (!span_starts(text, line))
		return -1;
	for (size_t i = head.len; i < text.len && text.p[i] != '-'; i++)
		if (text.p[i] != '\n')
			buf_putc(&b, text.p[i]);
	rc = buf_ok(&b) ? base64_decode(der, n, buf_as_span(&b)) : -1;
	wipe_mem(body, sizeof(body));
	return rc;
}

static void
put_private(struct buf *out, const struct form *f, const struct key_file *k)
{
	uint8_t der[DER_MAX];
	struct buf b;

	buf_fixed(&b, (char *)der, sizeof(der));
	buf_put(&b, f->head, f->head_len);
	buf_put(&b, k->key, sizeof(k->key));
	buf_put(&b, f->middle, f->middle_len);
	buf_put(&b, k->point, sizeof(k->point));
	put_pem(out, f->label, der, b.len);
	wipe_mem(der, sizeof(der));
}

static void
put_public(struct buf *out, const uint8_t point[ECDSA_POINT_LEN])
{
	uint8_t der[SPKI_LEN];

	spki_encode(der, point);
	put_pem(out, public_label, der, sizeof(der));
}

static int
get_private(struct key_file *k, const struct form *f, struct span text)
{
	size_t n = f->head_len + sizeof(k->key) + f->middle_len +
	    sizeof(k->point);
	char again[PEM_MAX];
	uint8_t der[DER_MAX];
	struct buf b;
	int rc = -1;

	buf_fixed(&b, again, sizeof(again));
	if (get_pem(der, n, f->label, text) == 0) {
		memcpy(k->key, der + f->head_len, sizeof(k->key));
		rc = key_file_complete(k);
	}
	if (rc == 0) {
		put_private(&b, f, k);
		rc = span_eq(buf_as_span(&b), text) ? 0 : -1;
	}
	wipe_mem(der, sizeof(der));
	wipe_mem(again, sizeof(again));
	return rc;
}

/* --- Files ---------------------------------------------------------------- */

int
key_file_path(char out[PATH_MAX], const char *state, const char *name,
    const char *suffix, struct err *e)
{
	struct buf b;

	buf_fixed(&b, out, PATH_MAX);
	buf_puts(&b, state);
	buf_puts(&b, "/" KEY_FILE_FOLDER);
	if (name != NULL)
		buf_printf(&b, "/%s%s", name, suffix);
	return buf_ok(&b) ? 0 :
	    err_set(e, ERR_IO_ERROR, "'%s' is too long", state);
}

int
key_file_complete(struct key_file *k)
{
	if (ecdsa_point(k->point, k->key) != 0)
		return -1;
	spki_id(k->id, k->point);
	return 0;
}

static int
make(struct file_tmp *t, const char *path, struct span text, struct rng *rng,
    struct err *e)
{
	return file_tmp_create(t, path, false, rng, e) == 0 ?
	    file_tmp_write(t, text.p, text.len, e) : -1;
}

int
key_file_write(const struct key_file *k, const char *state, const char *name,
    struct rng *rng, struct err *e)
{
	char private_path[PATH_MAX], public_path[PATH_MAX];
	char private_text[PEM_MAX], public_text[PEM_MAX];
	struct file_tmp private_file = {0}, public_file = {0};
	struct buf a, b;
	int rc = -1;

	buf_fixed(&a, private_text, sizeof(private_text));
	buf_fixed(&b, public_text, sizeof(public_text));
	put_private(&a, &forms[0], k);
	put_public(&b, k->point);
	if (key_file_path(private_path, state, name, KEY_FILE_PRIVATE,
	    e) == 0 &&
	    key_file_path(public_path, state, name, KEY_FILE_PUBLIC, e) == 0 &&
	    make(&private_file, private_path, buf_as_span(&a), rng, e) == 0 &&
	    make(&public_file, public_path, buf_as_span(&b), rng, e) == 0 &&
	    file_tmp_commit(&private_file, 0600, e) == 0 &&
	    file_tmp_commit(&public_file, 0644, e) == 0)
		rc = 0;
	file_tmp_discard(&private_file);
	file_tmp_discard(&public_file);
	wipe_mem(private_text, sizeof(private_text));
	return rc;
}

/* All of a small file, which nobody else may read if it is secret. */
static int
read_text(char text[PEM_MAX], size_t *len, const char *path, bool secret,
    struct err *e)
{
	struct file f = {0};
	ssize_t n = -1;

	if (file_open(&f, path, 0, e) == 0 &&
	    (!secret || file_check_private(&f, e) == 0))
		n = file_read_at(&f, text, PEM_MAX, 0, e);
	file_close(&f);
	if (n >= 0)
		*len = (size_t)n;
	else
		e->code = ERR_CONFIG_INVALID;
	return n >= 0 ? 0 : -1;
}

int
key_file_read(struct key_file *k, const char *path, struct err *e)
{
	char bytes[PEM_MAX];
	struct span text = { bytes, 0 };
	int rc = -1;

	if (read_text(bytes, &text.len, path, true, e) != 0)
		return -1;
	if (span_starts(text, parameters)) {
		text.p += sizeof(parameters) - 1;
		text.len -= sizeof(parameters) - 1;
	}
	for (size_t i = 0; rc != 0 &&
	    i < sizeof(forms) / sizeof(forms[0]); i++)
		rc = get_private(k, &forms[i], text);
	wipe_mem(bytes, sizeof(bytes));
	if (rc == 0)
		return 0;
	key_file_wipe(k);
	err_set(e, ERR_CONFIG_INVALID, "'%s' holds no P-256 key", path);
	return err_advise(e, "make one by 'consign key new NAME', or by "
	    "openssl, without a passphrase");
}

int
key_file_read_public(uint8_t point[ECDSA_POINT_LEN], const char *path,
    struct err *e)
{
	char bytes[PEM_MAX], again[PEM_MAX];
	struct span text = { bytes, 0 };
	uint8_t der[SPKI_LEN];
	struct buf b;
	bool well;

	if (read_text(bytes, &text.len, path, false, e) != 0)
		return -1;
	buf_fixed(&b, again, sizeof(again));
	well = get_pem(der, sizeof(der), public_label, text) == 0;
	if (well) {
		memcpy(point, der + SPKI_LEN - ECDSA_POINT_LEN,
		    ECDSA_POINT_LEN);
		put_public(&b, point);
		/* Equal, it begins as it should, too. */
		well = span_eq(buf_as_span(&b), text) && ecdsa_is_point(point);
	}
	return well ? 0 : err_set(e, ERR_CONFIG_INVALID,
	    "'%s' holds no public P-256 key", path);
}

void
key_file_wipe(struct key_file *k)
{
	wipe_mem(k, sizeof(*k));
}

/* --- The folder ----------------------------------------------------------- */

/* Whatever is called so, a folder too: who asks for it finds out. */
static int
add_name(struct key_file_names *names, const char *name, const char *suffix,
    struct err *e)
{
	size_t len = strcspn(name, "/"), tail = strlen(suffix);

	if (len <= tail || strncmp(name + len - tail, suffix, tail) != 0)
		return 0;
	len -= tail;
	if (len > KEY_FILE_NAME_MAX || names->n == KEY_FILE_MAX)
		return err_set(e, ERR_CONFIG_INVALID, len > KEY_FILE_NAME_MAX ?
		    "the name '%s' is too long for a key" :
		    "'%s' is one key too many", name);
	memcpy(names->name[names->n], name, len);
	names->name[names->n++][len] = '\0';
	return 0;
}

int
key_file_list(struct key_file_names *names, const char *state,
    const char *suffix, struct err *e)
{
	char path[PATH_MAX];
	struct dir d = {0};
	int rc;

	memset(names, 0, sizeof(*names));
	if (key_file_path(path, state, NULL, NULL, e) != 0)
		return -1;
	if (!file_exists(path))
		return 0;
	rc = dir_open(&d, NULL, path, 0, e);
	if (rc == 0)
		rc = dir_read(&d, DIR_FOLLOW, e);
	for (size_t i = 0; rc == 0 && i < d.n; i++)
		rc = add_name(names, d.entry[i].name, suffix, e);
	dir_close(&d);
	return rc;
}

int
key_file_ring(struct key_file_ring *ring, const char *state, struct err *e)
{
	struct key_file_names names;
	struct err ignored = {0};
	char path[PATH_MAX];

	ring->n = 0;
	if (key_file_list(&names, state, KEY_FILE_PUBLIC, e) != 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		struct key_file_public *k = &ring->key[ring->n];

		if (key_file_path(path, state, names.name[i], KEY_FILE_PUBLIC,
		    e) != 0)
			return -1;
		if (key_file_read_public(k->point, path, &ignored) != 0)
			continue;
		memcpy(k->name, names.name[i], sizeof(k->name));
		spki_id(k->id, k->point);
		ring->n++;
	}
	return 0;
}
