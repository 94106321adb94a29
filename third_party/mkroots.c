/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * usage: mkroots DIR > roots_data.c
 *
 * Makes the data behind src/net/roots.h from DIR, the unpacked source of
 * Debian's ca-certificates:
 *
 *	mozilla/certdata.txt	Mozilla's list: PKCS#11 objects as text
 *	mozilla/extra/		certificates that Debian adds, PEM
 *	mozilla/nssckbi.h	the version of Mozilla's list
 *	debian/changelog	the date, which is the package's version
 *
 * In certdata.txt a certificate and Mozilla's opinion of it are two objects
 * that share issuer and serial number.  Taken are the certificates whose
 * trust object says CKT_NSS_TRUSTED_DELEGATOR for CKA_TRUST_SERVER_AUTH, as
 * Debian's own certdata2pem.py does.
 *
 * Runs on the building machine; any surprise in the input ends it.
 */

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>

#include "roots.h"

#define MAX_OBJECTS	1024	/* the list of 2023 holds about 300 */
#define MAX_BLOB	8192	/* bytes of one certificate */

struct blob {
	size_t len;
	uint8_t bytes[MAX_BLOB];
};

enum object_kind { KIND_OTHER, KIND_CERTIFICATE, KIND_TRUST };

struct object {
	enum object_kind kind;
	bool server_auth;	/* of a trust object: may issue for servers */
	struct blob issuer, serial, value;
};

/* Its name as it is unpacked, and its entry of roots_blob. */
struct root {
	struct blob name;
	struct blob entry;
};

static struct object *objects[MAX_OBJECTS];
static size_t object_count;
static struct root *roots[MAX_OBJECTS];
static size_t root_count;

static _Noreturn void
die(const char *fmt, ...)
{
	va_list ap;

	fputs("mkroots: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void *
allocate(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		die("out of memory");
	return p;
}

static FILE *
open_in(const char *dir, const char *name)
{
	char path[4096];
	FILE *f;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		die("name too long: %s", name);
	f = fopen(path, "r");
	if (f == NULL)
		die("cannot open '%s': %s", path, strerror(errno));
	return f;
}

static void
append(struct blob *b, const void *bytes, size_t len)
{
	if (len > sizeof b->bytes - b->len)
		die("more than %zu bytes in one certificate", sizeof b->bytes);
	memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
}

static void
append_number(struct blob *b, size_t n, int bytes)
{
	while (bytes-- > 0)
		append(b, &(uint8_t){ (uint8_t)(n >> (8 * bytes)) }, 1);
}

static bool
same(const struct blob *a, const struct blob *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* --- certdata.txt --------------------------------------------------------- */

/* Lines of "\060\201..." up to END. */
static void
read_octal(FILE *f, struct blob *b)
{
	char line[256];

	while (fgets(line, sizeof line, f) != NULL) {
		const char *s = line;
		unsigned byte;
		int used;

		if (strcmp(line, "END\n") == 0)
			return;
		for (; sscanf(s, "\\%3o%n", &byte, &used) == 1; s += used)
			append(b, &(uint8_t){ (uint8_t)byte }, 1);
		if (*s != '\n')
			die("not octal: %s", line);
	}
	die("certdata.txt ends inside a value");
}

static struct object *
add_object(const char *kind)
{
	struct object *o = allocate(sizeof *o);

	if (object_count == MAX_OBJECTS)
		die("more than %d objects", MAX_OBJECTS);
	if (strcmp(kind, "CKO_CERTIFICATE") == 0)
		o->kind = KIND_CERTIFICATE;
	else if (strcmp(kind, "CKO_NSS_TRUST") == 0)
		o->kind = KIND_TRUST;
	objects[object_count++] = o;
	return o;
}

static void
read_attribute(FILE *f, struct object *o, const char *name, const char *value)
{
	struct blob ignored = { 0 };

	if (strcmp(name, "CKA_ISSUER") == 0)
		read_octal(f, &o->issuer);
	else if (strcmp(name, "CKA_SERIAL_NUMBER") == 0)
		read_octal(f, &o->serial);
	else if (strcmp(name, "CKA_VALUE") == 0)
		read_octal(f, &o->value);
	else if (strcmp(name, "CKA_TRUST_SERVER_AUTH") == 0)
		o->server_auth =
		    strcmp(value, "CKT_NSS_TRUSTED_DELEGATOR") == 0;
	else if (strcmp(value, "MULTILINE_OCTAL") == 0)
		read_octal(f, &ignored);
}

/* Attributes are "NAME TYPE VALUE", or "NAME MULTILINE_OCTAL" and lines. */
static void
read_certdata(FILE *f)
{
	struct object *o = NULL;
	char line[1024];

	while (fgets(line, sizeof line, f) != NULL) {
		char name[64], type[64], value[64] = "";

		if (sscanf(line, "%63s %63s %63s", name, type, value) < 2 ||
		    strncmp(name, "CKA_", 4) != 0)
			continue;
		if (strcmp(name, "CKA_CLASS") == 0)
			o = add_object(value);
		else if (o != NULL)
			read_attribute(f, o, name,
			    strcmp(type, "MULTILINE_OCTAL") ? value : type);
	}
	fclose(f);
}

static bool
issues_for_servers(const struct object *cert)
{
	for (size_t i = 0; i < object_count; i++) {
		const struct object *o = objects[i];

		if (o->kind == KIND_TRUST &&
		    same(&o->issuer, &cert->issuer) &&
		    same(&o->serial, &cert->serial))
			return o->server_auth;
	}
	return false;
}

/* --- certificates to entries ---------------------------------------------- */

static void
append_to_name(void *ctx, const void *bytes, size_t len)
{
	append(ctx, bytes, len);
}

static void
append_integer(struct blob *b, const uint8_t *bytes, size_t len)
{
	while (len > 0 && bytes[0] == 0) {
		bytes++;
		len--;
	}
	append_number(b, len, 2);
	append(b, bytes, len);
}

static void
append_key(struct blob *b, const br_x509_pkey *key)
{
	switch (key->key_type) {
	case BR_KEYTYPE_RSA:
		append_number(b, ROOTS_RSA, 1);
		append_integer(b, key->key.rsa.n, key->key.rsa.nlen);
		append_integer(b, key->key.rsa.e, key->key.rsa.elen);
		break;
	case BR_KEYTYPE_EC:
		append_number(b, ROOTS_EC, 1);
		append_number(b, (size_t)key->key.ec.curve, 1);
		append_number(b, key->key.ec.qlen, 2);
		append(b, key->key.ec.q, key->key.ec.qlen);
		break;
	default:
		die("a key neither RSA nor EC");
	}
}

/* Adds the certificate's entry, unless it is there already. */
static void
add_root(const struct blob *der)
{
	struct blob name = { 0 };
	br_x509_decoder_context dc;
	struct root *r = allocate(sizeof *r);

	br_x509_decoder_init(&dc, append_to_name, &name);
	br_x509_decoder_push(&dc, der->bytes, der->len);
	if (br_x509_decoder_get_pkey(&dc) == NULL)
		die("certificate not understood: error %d",
		    br_x509_decoder_last_error(&dc));
	if (root_count == MAX_OBJECTS)
		die("more than %d certificates", MAX_OBJECTS);

	append_number(&r->name, name.len, 2);
	append(&r->name, name.bytes, name.len);
	append_number(&r->entry, br_x509_decoder_isCA(&dc) ? ROOTS_CA : 0, 1);
	append_key(&r->entry, br_x509_decoder_get_pkey(&dc));
	for (size_t i = 0; i < root_count; i++) {
		if (same(&roots[i]->name, &r->name) &&
		    same(&roots[i]->entry, &r->entry)) {
			free(r);
			return;
		}
	}
	roots[root_count++] = r;
}

static void
append_pem(void *ctx, const void *bytes, size_t len)
{
	append(ctx, bytes, len);
}

static void
add_pem(FILE *f)
{
	br_pem_decoder_context pc;
	struct blob der = { 0 };
	char text[MAX_BLOB];
	size_t len = fread(text, 1, sizeof text, f);

	br_pem_decoder_init(&pc);
	br_pem_decoder_setdest(&pc, append_pem, &der);
	for (size_t used = 0; used < len; ) {
		used += br_pem_decoder_push(&pc, text + used, len - used);
		switch (br_pem_decoder_event(&pc)) {
		case BR_PEM_END_OBJ:
			add_root(&der);
			der.len = 0;
			break;
		case BR_PEM_ERROR:
			die("broken PEM file");
		}
	}
	fclose(f);
}

static void
add_extra(const char *dir)
{
	char path[4096];
	struct dirent *entry;
	DIR *d;

	snprintf(path, sizeof path, "%s/mozilla/extra", dir);
	d = opendir(path);
	if (d == NULL)
		die("cannot open '%s': %s", path, strerror(errno));
	while ((entry = readdir(d)) != NULL) {
		if (strstr(entry->d_name, ".crt") != NULL)
			add_pem(open_in(path, entry->d_name));
	}
	closedir(d);
}

static int
compare_blobs(const struct blob *a, const struct blob *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->len);
}

/* By name, shorter first; the same name with two keys by the key. */
static int
compare_roots(const void *x, const void *y)
{
	const struct root *a = *(struct root *const *)x;
	const struct root *b = *(struct root *const *)y;
	int order = compare_blobs(&a->name, &b->name);

	return order != 0 ? order : compare_blobs(&a->entry, &b->entry);
}

/* --- output --------------------------------------------------------------- */

/* The first line of f that the format understands. */
static void
find(FILE *f, const char *format, char *out)
{
	char line[1024];

	do {
		if (fgets(line, sizeof line, f) == NULL)
			die("no '%s' found", format);
	} while (sscanf(line, format, out) != 1);
	fclose(f);
}

static void
print_byte(unsigned byte)
{
	static unsigned column;

	printf("%u,%s", byte, ++column % 16 == 0 ? "\n" : "");
}

static void
print_blob(void)
{
	puts("const uint8_t roots_blob[] = {");
	for (size_t i = 0; i < root_count; i++) {
		for (size_t j = 0; j < roots[i]->entry.len; j++)
			print_byte(roots[i]->entry.bytes[j]);
	}
	puts("\n};");
	puts("const size_t roots_blob_len = sizeof roots_blob;");
}

static void
print_as_is(const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t n = len < ROOTS_COPY ? len : ROOTS_COPY - 1;

		print_byte((unsigned)n);
		for (len -= n; n > 0; n--)
			print_byte(*bytes++);
	}
}

/*
 * How many bytes from `at` on, as many as a piece may copy, were there
 * before, and where.
 */
static size_t
longest_copy(const uint8_t *all, size_t at, size_t len, size_t *where)
{
	size_t most = ROOTS_COPY_MIN + ROOTS_COPY - 1, best = 0;

	if (most > len - at)
		most = len - at;
	for (size_t i = at > UINT16_MAX ? at - UINT16_MAX : 0; i < at; i++) {
		size_t n = 0;

		while (n < most && all[i + n] == all[at + n])
			n++;
		if (n > best) {
			best = n;
			*where = i;
		}
	}
	return best;
}

static void
print_names(void)
{
	static uint8_t all[MAX_OBJECTS * 512];
	size_t len = 0, done = 0;

	for (size_t i = 0; i < root_count; i++) {
		const struct blob *name = &roots[i]->name;

		if (name->len > sizeof all - len)
			die("too many names");
		memcpy(all + len, name->bytes, name->len);
		len += name->len;
	}
	puts("const uint8_t roots_packed[] = {");
	for (size_t at = 0; at < len; ) {
		size_t where = 0, n = longest_copy(all, at, len, &where);

		if (n < ROOTS_COPY_MIN) {
			at++;
			continue;
		}
		print_as_is(all + done, at - done);
		print_byte((unsigned)(n - ROOTS_COPY_MIN + ROOTS_COPY));
		print_byte((unsigned)(at - where) >> 8);
		print_byte((unsigned)(at - where) & 0xff);
		done = at += n;
	}
	print_as_is(all + done, len - done);
	printf("\n};\nconst size_t roots_names_len = %zu;\n", len);
}

int
main(int argc, char **argv)
{
	char date[9], version[16];

	if (argc != 2)
		die("usage: mkroots DIR");
	find(open_in(argv[1], "debian/changelog"),
	    "ca-certificates (%8[0-9]", date);
	find(open_in(argv[1], "mozilla/nssckbi.h"),
	    "#define NSS_BUILTINS_LIBRARY_VERSION \"%15[0-9.]", version);
	read_certdata(open_in(argv[1], "mozilla/certdata.txt"));
	for (size_t i = 0; i < object_count; i++) {
		if (objects[i]->kind == KIND_CERTIFICATE &&
		    issues_for_servers(objects[i]))
			add_root(&objects[i]->value);
	}
	add_extra(argv[1]);
	qsort(roots, root_count, sizeof *roots, compare_roots);

	puts("/* Made by third_party/mkroots.c; see src/net/roots.h. */");
	puts("#include \"roots.h\"");
	print_blob();
	print_names();
	printf("const unsigned roots_count = %zu;\n", root_count);
	printf("const char roots_date[] = \"%.4s-%.2s-%.2s\";\n",
	    date, date + 4, date + 6);
	printf("const char roots_version[] = \"%s\";\n", version);
	if (fflush(stdout) != 0 || ferror(stdout))
		die("cannot write: %s", strerror(errno));
	return 0;
}
