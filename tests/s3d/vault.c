/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bearssl.h>

#include "hex.h"

#include "vault.h"

#define PATH_SIZE 4096

struct span
vault_key(const struct object *o)
{
	return (struct span){ o->key, o->key_len };
}

void
vault_set_key(struct object *o, struct span key)
{
	if (key.len > 0)
		memcpy(o->key, key.p, key.len);
	o->key[key.len] = '\0';
	o->key_len = key.len;
}

void
vault_new_id(char out[VAULT_ID_MAX])
{
	unsigned char random[16] = { 0 };
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, random, sizeof(random)) !=
	    (ssize_t)sizeof(random)) {
		perror("s3d: /dev/urandom");
		abort();
	}
	close(fd);
	hex_encode(out, random, sizeof(random));
}

bool
vault_is_id(struct span s)
{
	uint8_t id[16];

	return hex_decode(id, sizeof(id), s) == 0;
}

bool
vault_is_bucket_name(struct span b)
{
	if (b.len < 3 || b.len > 63 || b.p[0] == '.' || b.p[0] == '-')
		return false;
	for (size_t i = 0; i < b.len; i++)
		if (!((b.p[i] >= 'a' && b.p[i] <= 'z') ||
		    (b.p[i] >= '0' && b.p[i] <= '9') ||
		    b.p[i] == '-' || b.p[i] == '.'))
			return false;
	return !span_is(b, "tmp") && !span_is(b, "shared");
}

static int
bucket_path(char out[PATH_SIZE], const char *dir, struct span bucket,
    const char *part)
{
	int n = snprintf(out, PATH_SIZE, "%s/%.*s%s", dir, (int)bucket.len,
	    bucket.p, part);
	return n > 0 && n < PATH_SIZE ? 0 : -1;
}

int
vault_make_bucket(const char *dir, struct span bucket)
{
	static const char *const part[] = { "", "/o", "/u" };
	char path[PATH_SIZE];

	for (int i = 0; i < 3; i++)
		if (bucket_path(path, dir, bucket, part[i]) != 0 ||
		    (mkdir(path, 0700) != 0 && errno != EEXIST))
			return -1;
	return 0;
}

bool
vault_has_bucket(const char *dir, struct span bucket)
{
	char path[PATH_SIZE];

	return vault_is_bucket_name(bucket) &&
	    bucket_path(path, dir, bucket, "/o") == 0 &&
	    access(path, F_OK) == 0;
}

static int
key_folder(char out[PATH_SIZE], const char *dir, struct span bucket,
    struct span key)
{
	char part[3 + 64 + 1] = "/o/";
	unsigned char digest[32];
	br_sha256_context c;

	br_sha256_init(&c);
	br_sha256_update(&c, key.p, key.len);
	br_sha256_out(&c, digest);
	hex_encode(part + 3, digest, sizeof(digest));
	return bucket_path(out, dir, bucket, part);
}

/* The path of a version's record, or with suffix ".data" of its bytes. */
static int
version_path(char out[PATH_SIZE], const char *folder, uint64_t number,
    const char *suffix)
{
	int n = snprintf(out, PATH_SIZE, "%s/%016" PRIx64 "%s", folder,
	    number, suffix);
	return n > 0 && n < PATH_SIZE ? 0 : -1;
}

/* The number that a record's file name stands for; 0 for any other file. */
static uint64_t
number_of(const char *name)
{
	uint8_t b[8];
	uint64_t n = 0;

	if (hex_decode(b, sizeof(b), span_of(name)) != 0)
		return 0;
	for (int i = 0; i < 8; i++)
		n = n << 8 | b[i];
	return n;
}

/* The greatest number below limit in a folder; 0 where there is none. */
static uint64_t
last_below(const char *folder, uint64_t limit)
{
	uint64_t last = 0;
	struct dirent *e;
	DIR *d = opendir(folder);

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		uint64_t n = number_of(e->d_name);
		if (n < limit && n > last)
			last = n;
	}
	closedir(d);
	return last;
}

int
vault_write_record(const char *path, const struct object *o)
{
	char tmp[PATH_SIZE];

	if (snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= (int)sizeof(tmp))
		return -1;
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	bool ok = write(fd, o, sizeof(*o)) == (ssize_t)sizeof(*o);
	return close(fd) == 0 && ok ? rename(tmp, path) : -1;
}

int
vault_read_record(const char *path, struct object *o)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	bool ok = read(fd, o, sizeof(*o)) == (ssize_t)sizeof(*o);
	close(fd);
	return ok ? 0 : -1;
}

static int
read_version(const char *folder, uint64_t number, struct object *o)
{
	char path[PATH_SIZE];

	return version_path(path, folder, number, "") == 0 ?
	    vault_read_record(path, o) : -1;
}

int
vault_find(const char *dir, struct span bucket, struct span key,
    struct span version, struct object *o)
{
	char folder[PATH_SIZE];
	uint64_t newest, n;

	if (key_folder(folder, dir, bucket, key) != 0)
		return -1;
	if (span_is(version, "null"))
		version.len = 0;
	n = newest = last_below(folder, UINT64_MAX);
	for (; n != 0; n = last_below(folder, n)) {
		if (read_version(folder, n, o) != 0)
			return -1;
		o->latest = n == newest;
		if (version.p == NULL || span_is(version, o->version))
			return 1;
	}
	return 0;
}

static int
data_path(char out[PATH_SIZE], const char *dir, struct span bucket,
    const struct object *o)
{
	char folder[PATH_SIZE];

	if (key_folder(folder, dir, bucket, vault_key(o)) != 0)
		return -1;
	return version_path(out, folder, o->number, ".data");
}

int
vault_body(const char *dir, struct span bucket, const struct object *o)
{
	char path[PATH_SIZE];

	if (data_path(path, dir, bucket, o) != 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
vault_put(const char *dir, struct span bucket, struct object *o,
    const char *body, bool versioned)
{
	char folder[PATH_SIZE], path[PATH_SIZE];
	struct object old;
	bool replaces = !versioned && vault_find(dir, bucket, vault_key(o),
	    span_of("null"), &old) == 1;

	if (key_folder(folder, dir, bucket, vault_key(o)) != 0 ||
	    (mkdir(folder, 0700) != 0 && errno != EEXIST))
		return -1;
	o->number = last_below(folder, UINT64_MAX) + 1;
	if (versioned)
		vault_new_id(o->version);
	else
		o->version[0] = '\0';
	if (body != NULL &&
	    (data_path(path, dir, bucket, o) != 0 || rename(body, path) != 0))
		return -1;
	if (version_path(path, folder, o->number, "") != 0 ||
	    vault_write_record(path, o) != 0)
		return -1;
	return replaces ? vault_remove(dir, bucket, &old) : 0;
}

int
vault_remove(const char *dir, struct span bucket, const struct object *o)
{
	char folder[PATH_SIZE], path[PATH_SIZE];

	if (key_folder(folder, dir, bucket, vault_key(o)) != 0 ||
	    version_path(path, folder, o->number, "") != 0 ||
	    unlink(path) != 0)
		return -1;
	if (version_path(path, folder, o->number, ".data") == 0)
		unlink(path);
	rmdir(folder);		/* only where it was the last version */
	return 0;
}

/* The versions of one key, newest first. */
static int
walk_key(const char *folder, bool all, vault_visit *visit, void *arg)
{
	uint64_t newest = last_below(folder, UINT64_MAX);
	struct object o;
	int status = 0;

	for (uint64_t n = newest; n != 0 && status == 0;
	    n = all ? last_below(folder, n) : 0) {
		if (read_version(folder, n, &o) != 0)
			return -1;
		o.latest = n == newest;
		status = visit(arg, &o);
	}
	return status;
}

int
vault_walk(const char *dir, struct span bucket, bool all,
    vault_visit *visit, void *arg)
{
	char path[PATH_SIZE], folder[PATH_SIZE + 256];
	struct dirent *e;
	int status = 0;

	if (bucket_path(path, dir, bucket, "/o") != 0)
		return -1;
	DIR *d = opendir(path);
	if (d == NULL)
		return -1;
	while (status == 0 && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), "%s/%s", path, e->d_name);
		status = walk_key(folder, all, visit, arg);
	}
	closedir(d);
	return status;
}
