/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "num.h"

#include "uploads.h"

#define PATH_SIZE 4096

/* DIR/BUCKET/u/ID/name; -1 for an id that never was one. */
static int
path_of(char out[PATH_SIZE], const struct upload *u, const char *name)
{
	if (!vault_is_id(u->id))
		return -1;
	int n = snprintf(out, PATH_SIZE, "%s/%.*s/u/%.*s/%s", u->dir,
	    (int)u->bucket.len, u->bucket.p, (int)u->id.len, u->id.p, name);
	return n > 0 && n < PATH_SIZE ? 0 : -1;
}

static int
part_path(char out[PATH_SIZE], const struct upload *u, unsigned n,
    const char *suffix)
{
	char name[32];

	snprintf(name, sizeof(name), "%u%s", n, suffix);
	return path_of(out, u, name);
}

int
uploads_create(const struct upload *u, const struct object *o)
{
	char path[PATH_SIZE];

	if (path_of(path, u, "") != 0 || mkdir(path, 0700) != 0 ||
	    path_of(path, u, "record") != 0)
		return -1;
	return vault_write_record(path, o);
}

static int
find(const struct upload *u, const char *name, struct object *o)
{
	char path[PATH_SIZE];

	if (path_of(path, u, name) != 0 || access(path, F_OK) != 0)
		return 0;
	return vault_read_record(path, o) == 0 ? 1 : -1;
}

int
uploads_find(const struct upload *u, struct object *o)
{
	return find(u, "record", o);
}

int
uploads_find_done(const struct upload *u, struct object *o)
{
	return find(u, "done", o);
}

int
uploads_put_part(const struct upload *u, unsigned n, const struct part *p,
    const char *body)
{
	char path[PATH_SIZE];

	if (part_path(path, u, n, ".data") != 0 || rename(body, path) != 0 ||
	    part_path(path, u, n, "") != 0)
		return -1;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	bool ok = write(fd, p, sizeof(*p)) == (ssize_t)sizeof(*p);
	return close(fd) == 0 && ok ? 0 : -1;
}

int
uploads_find_part(const struct upload *u, unsigned n, struct part *p)
{
	char path[PATH_SIZE];

	if (part_path(path, u, n, "") != 0)
		return -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	bool ok = read(fd, p, sizeof(*p)) == (ssize_t)sizeof(*p);
	close(fd);
	return ok ? 1 : -1;
}

int
uploads_part_body(const struct upload *u, unsigned n)
{
	char path[PATH_SIZE];

	if (part_path(path, u, n, ".data") != 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
uploads_parts(const struct upload *u, bool there[UPLOADS_PART_MAX + 1])
{
	char path[PATH_SIZE];
	struct dirent *e;
	uint64_t n;

	memset(there, 0, (UPLOADS_PART_MAX + 1) * sizeof(there[0]));
	if (path_of(path, u, "") != 0)
		return -1;
	DIR *d = opendir(path);
	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL)
		if (num_u64(span_of(e->d_name), UPLOADS_PART_MAX, &n) == 0)
			there[n] = true;
	closedir(d);
	return 0;
}

int
uploads_end(const struct upload *u, const struct object *became)
{
	bool there[UPLOADS_PART_MAX + 1];
	char path[PATH_SIZE];

	if (uploads_parts(u, there) != 0 || (became != NULL &&
	    (path_of(path, u, "done") != 0 ||
	    vault_write_record(path, became) != 0)))
		return -1;
	for (unsigned n = 0; n <= UPLOADS_PART_MAX; n++) {
		if (!there[n])
			continue;
		if (part_path(path, u, n, "") == 0)
			unlink(path);
		if (part_path(path, u, n, ".data") == 0)
			unlink(path);
	}
	if (path_of(path, u, "record") != 0 || unlink(path) != 0)
		return -1;
	return became != NULL || path_of(path, u, "") != 0 ? 0 : rmdir(path);
}

int
uploads_walk(const char *dir, struct span bucket, uploads_visit *visit,
    void *arg)
{
	char path[PATH_SIZE];
	struct object o;
	struct dirent *e;
	int status = 0;

	if (snprintf(path, sizeof(path), "%s/%.*s/u", dir, (int)bucket.len,
	    bucket.p) >= (int)sizeof(path))
		return -1;
	DIR *d = opendir(path);
	if (d == NULL)
		return -1;
	while (status == 0 && (e = readdir(d)) != NULL) {
		struct upload u = { dir, bucket, span_of(e->d_name) };
		if (uploads_find(&u, &o) == 1)
			status = visit(arg, &o, e->d_name);
	}
	closedir(d);
	return status;
}
