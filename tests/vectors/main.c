/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * vectors KIND FILE...: runs the cases of vector files (vectors/README) and
 * prints "PASS KIND/FILE:LINE NAME" or "FAIL ..." for each.  0 if all
 * passed, 1 if not (or if a file holds no case), 2 if they could not be run.
 */
#include <stdio.h>
#include <string.h>

#include "t.h"
#include "vec.h"

static const struct vec_kind *const kinds[] = {
	&vec_sha256,
	&vec_hmac,
	&vec_md5,
	&vec_uri,
	&vec_sigv4,
	&vec_http,
	&vec_s3xml,
	&vec_s3err,
	&vec_config,
	&vec_ecdsa,
	&vec_writers,
	&vec_carriers,
	&vec_resolve,
	&vec_anchor,
};

static const struct vec_kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

static bool
run_case(const struct vec_kind *kind, const char *file, const struct vec *v)
{
	struct span name = vec_opt(v, "name");
	struct span unasked;

	t_begin();
	kind->check(v);
	unasked = vec_unasked(v);
	if (unasked.p != NULL) {
		t_row("key '%.*s'", (int)unasked.len, unasked.p);
		CHECK(unasked.p == NULL);
	}
	return t_end("%s/%s:%d %.*s", kind->name, file, vec_line(v),
	    (int)name.len, name.p != NULL ? name.p : "");
}

static bool
run_file(const struct vec_kind *kind, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash != NULL ? slash + 1 : path;
	struct vec *v = vec_open(path);
	bool ok = true, any = false;

	while (vec_next(v)) {
		any = true;
		ok = run_case(kind, file, v) && ok;
	}
	vec_close(v);
	if (!any)
		printf("FAIL %s/%s: no case in the file\n", kind->name, file);
	return ok && any;
}

int
main(int argc, char **argv)
{
	const struct vec_kind *kind = argc > 1 ? find_kind(argv[1]) : NULL;
	bool ok = true;

	if (argc < 3) {
		fprintf(stderr, "usage: vectors KIND FILE...\n");
		return 2;
	}
	if (kind == NULL) {
		fprintf(stderr, "vectors: unknown kind '%s'\n", argv[1]);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		ok = run_file(kind, argv[i]) && ok;
	return !ok;
}
