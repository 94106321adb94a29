/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

#include "deployed.h"

static char folder[PATH_MAX];

static const char *
at(const char *name)
{
	static char path[2][PATH_MAX + 64];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[0]), "%s/%s", folder, name);
	return path[turn];
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void
begin(void)
{
	char template[] = "/tmp/t_deployed.XXXXXX";

	if (mkdtemp(template) == NULL || realpath(template, folder) == NULL)
		abort();
	CHECK_INT(mkdir(at("d"), 0755), 0);
	put("d/file", "text");
	put("d/other", "text");
	CHECK_INT(link(at("d/file"), at("d/hard")), 0);
	CHECK_INT(symlink("file", at("d/link")), 0);
	CHECK_INT(symlink("d", at("way")), 0);
	CHECK_INT(symlink("nowhere", at("d/broken")), 0);
	CHECK_INT(mkfifo(at("d/pipe"), 0600), 0);
}

static void
end(void)
{
	static const char *const names[] = { "d/file", "d/other", "d/hard",
	    "d/link", "d/broken", "d/pipe", "way" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(at(names[i]));
	CHECK_INT(rmdir(at("d")), 0);
	CHECK_INT(rmdir(folder), 0);
}

static void
test_states(void)
{
	static const struct {
		const char *name;
		enum deployed_state want;
	} rows[] = {
		{ "d/file", DEPLOYED_FILE },
		{ "d/hard", DEPLOYED_FILE },
		{ "d/none", DEPLOYED_ABSENT },
		{ "none/file", DEPLOYED_ABSENT },
		{ "d/file/under", DEPLOYED_ABSENT },
		{ "d/link", DEPLOYED_LINK },
		{ "d/broken", DEPLOYED_LINK },
		{ "way/file", DEPLOYED_LINK },
		{ "way", DEPLOYED_LINK },
		{ "d", DEPLOYED_SPECIAL },
		{ "d/pipe", DEPLOYED_SPECIAL },
	};

	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct deployed d;
		struct err e = {0};

		t_row("%s", rows[i].name);
		deployed_open(&d, at(rows[i].name), &e);
		CHECK_INT(d.state, rows[i].want);
		CHECK_INT(e.code, ERR_NONE);
		CHECK((d.file.fd > 0) == (rows[i].want == DEPLOYED_FILE));
		deployed_close(&d);
		deployed_close(&d);
	}
	end();
}

static void
test_names(void)
{
	struct deployed d;
	struct err e = {0};

	begin();
	deployed_open(&d, at("d/file"), &e);
	CHECK_INT(d.links, 2);
	CHECK(deployed_is_other(&d, at("d/hard")));
	CHECK(!deployed_is_other(&d, at("d/other")));
	CHECK(!deployed_is_other(&d, at("d/link")));
	CHECK(!deployed_is_other(&d, at("d/none")));
	deployed_close(&d);
	end();
}

/* What was opened stays what it was; the name may not. */
static void
test_holds(void)
{
	struct deployed d;
	struct err e = {0};
	char text[8];

	begin();
	deployed_open(&d, at("d/file"), &e);
	CHECK(deployed_holds(&d, at("d/file")));
	CHECK_INT(rename(at("d/other"), at("d/file")), 0);
	CHECK(!deployed_holds(&d, at("d/file")));
	CHECK_INT(file_read_at(&d.file, text, sizeof(text), 0, &e), 4);
	CHECK_INT(unlink(at("d/file")), 0);
	CHECK(!deployed_holds(&d, at("d/file")));
	CHECK_INT(symlink("hard", at("d/file")), 0);
	CHECK(!deployed_holds(&d, at("d/file")));
	deployed_close(&d);

	/* Written to in its place. */
	deployed_open(&d, at("d/hard"), &e);
	CHECK(deployed_holds(&d, at("d/hard")));
	put("d/hard", "longer text");
	CHECK(!deployed_holds(&d, at("d/hard")));
	deployed_close(&d);
	end();
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "states", test_states },
		{ "names", test_names },
		{ "holds", test_holds },
		{ NULL, NULL }
	};

	return t_main("deployed", cases);
}
