/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "t.h"
#include "text.h"

#include "walk.h"

static char root[32];
static struct walk walk;	/* large */

static void
begin(void)
{
	snprintf(root, sizeof(root), "/tmp/t_walk.XXXXXX");
	if (mkdtemp(root) == NULL || chdir(root) != 0)
		abort();
}

static void
end(void)
{
	int status;
	pid_t pid;

	CHECK_INT(chdir("/"), 0);
	if ((pid = fork()) == 0) {
		execlp("rm", "rm", "-rf", root, (char *)NULL);
		_exit(1);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* A file, or for a name that ends with "/" a folder. */
static void
make(const char *name)
{
	int fd;

	if (name[strlen(name) - 1] == '/') {
		CHECK_INT(mkdir(name, 0755), 0);
		return;
	}
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		abort();
	close(fd);
}

static void
make_all(const char *const *names)
{
	for (; *names != NULL; names++)
		make(*names);
}

/* What a walk finds: "path" of a file, "path?KIND" of anything else. */
static void
take(const struct walk_rules *rules, struct buf *out)
{
	struct walk_entry entry;
	struct err e = {0};
	int rc;

	buf_reset(out);
	CHECK_INT(walk_open(&walk, rules, &e), 0);
	while ((rc = walk_next(&walk, &entry, &e)) == 1) {
		buf_span(out, entry.path);
		if (entry.kind != WALK_FILE)
			buf_printf(out, "?%s", walk_kind_words(entry.kind));
		buf_putc(out, '\n');
	}
	CHECK_INT(rc, 0);
	CHECK_INT(e.code, ERR_NONE);
	walk_close(&walk);
	walk_close(&walk);
}

static void
check_walk(const struct walk_rules *rules, const char *want)
{
	char storage[16384];
	struct buf got;

	buf_fixed(&got, storage, sizeof(storage));
	take(rules, &got);
	CHECK_STR(got.data, want);
}

static void
test_order(void)
{
	static const char *const names[] = {
		"a/", "a/b", "a-b", "a.b", "ab", "a0", "b/",
		"b/\n", "b/\177x", "b/\303\251", "b/\303", "b/%", "b/z", NULL
	};

	begin();
	make_all(names);
	check_walk(&(struct walk_rules){ .source = "main", .root = root },
	    "main/a-b\nmain/a.b\nmain/a/b\nmain/a0\nmain/ab\n"
	    "main/b/%0A\nmain/b/%25\nmain/b/%7Fx\nmain/b/%C3\nmain/b/z\n"
	    "main/b/\303\251\n");
	end();
}

static bool
leads_out(const char *path)
{
	return path[0] == '/' || strstr(path, "./") != NULL;
}

/* A tree of chance: its walk is its paths, sorted as they are written. */
static void
test_order_random(void)
{
	static const char bytes[] = "-./0a%\n\303\251 ~\377!";
	char got_storage[65536], name[256];
	struct walk_rules rules = { .source = "s", .root = root };
	uint32_t seed = 12345;
	struct buf got, name_buf;
	struct span rest, line, last = { "", 0 };
	size_t made = 0, seen = 0;

	begin();
	for (int i = 0; i < 400; i++) {
		buf_fixed(&name_buf, name, sizeof(name));
		for (int n = 0; n < 5; n++) {
			char c;

			seed = seed * 1664525 + 1013904223;
			c = bytes[(seed >> 16) % (sizeof(bytes) - 1)];
			/* Fails where it is one, or a file. */
			if (c == '/' && !leads_out(name))
				(void)mkdir(name, 0755);
			buf_putc(&name_buf, c);
		}
		int fd = leads_out(name) ? -1 :
		    open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (fd < 0)
			continue;
		close(fd);
		made++;
	}
	buf_fixed(&got, got_storage, sizeof(got_storage));
	take(&rules, &got);
	for (rest = buf_as_span(&got); rest.len > 0; last = line, seen++) {
		size_t n;

		rest = span_cut(rest, '\n', &line);
		n = line.len < last.len ? line.len : last.len;
		int c = memcmp(last.p, line.p, n);
		CHECK(c < 0 || (c == 0 && last.len < line.len));
	}
	CHECK(made > 100);
	CHECK_INT(seen, made);
	end();
}

static void
test_kinds(void)
{
	static const char *const names[] = {
		"file", "dir/", "dir/x", "dir/y", NULL
	};
	struct walk_rules rules = { .source = "s", .root = root };

	begin();
	make_all(names);
	CHECK_INT(symlink("file", "link"), 0);
	CHECK_INT(symlink("dir", "links"), 0);
	CHECK_INT(symlink("none", "dangling"), 0);
	CHECK_INT(symlink("self", "self"), 0);
	CHECK_INT(symlink("..", "dir/up"), 0);
	CHECK_INT(mkfifo("pipe", 0644), 0);
	check_walk(&rules, "s/dangling?a symbolic link\n"
	    "s/dir/up?a symbolic link\ns/dir/x\ns/dir/y\ns/file\n"
	    "s/link?a symbolic link\ns/links?a symbolic link\n"
	    "s/pipe?neither a file nor a folder\ns/self?a symbolic link\n");
	rules.follow_links = true;
	check_walk(&rules, "s/dangling?a symbolic link\n"
	    "s/dir/up/?a link to a folder that it is in\n"
	    "s/dir/x\ns/dir/y\ns/file\n"
	    "s/link\n"
	    "s/links/up/?a link to a folder that it is in\n"
	    "s/links/x\ns/links/y\n"
	    "s/pipe?neither a file nor a folder\ns/self?a symbolic link\n");
	end();
}

static void
test_patterns(void)
{
	static const char *const names[] = {
		"a.tmp", "b", "cache/", "cache/x", "photos/",
		"photos/1.jpg", "photos/a.tmp", "photos/cache/",
		"photos/cache/y", "photos/sub/", "photos/sub/2.jpg", NULL
	};
	static const struct {
		const char *include[3], *exclude[3], *want;
	} rows[] = {
		{ { NULL }, { NULL }, "s/a.tmp\ns/b\ns/cache/x\n"
		    "s/photos/1.jpg\ns/photos/a.tmp\ns/photos/cache/y\n"
		    "s/photos/sub/2.jpg\n" },
		{ { NULL }, { "*.tmp", "cache/" },
		    "s/b\ns/photos/1.jpg\ns/photos/sub/2.jpg\n" },
		{ { NULL }, { "/cache", "photos/sub" }, "s/a.tmp\ns/b\n"
		    "s/photos/1.jpg\ns/photos/a.tmp\ns/photos/cache/y\n" },
		{ { "photos" }, { "cache" }, "s/photos/1.jpg\n"
		    "s/photos/a.tmp\ns/photos/sub/2.jpg\n" },
		{ { "*.jpg" }, { NULL },
		    "s/photos/1.jpg\ns/photos/sub/2.jpg\n" },
		{ { "*.jpg", "/b" }, { "photos/*.jpg" },
		    "s/b\ns/photos/sub/2.jpg\n" },
		{ { "photos/**/*.jpg" }, { NULL },
		    "s/photos/1.jpg\ns/photos/sub/2.jpg\n" },
		{ { "none" }, { NULL }, "" },
		{ { NULL }, { "*" }, "" },
	};
	struct walk_rules rules = { .source = "s", .root = root };

	begin();
	make_all(names);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		rules.include = rows[i].include;
		rules.exclude = rows[i].exclude;
		rules.nincluded = rules.nexcluded = 0;
		while (rows[i].include[rules.nincluded] != NULL)
			rules.nincluded++;
		while (rows[i].exclude[rules.nexcluded] != NULL)
			rules.nexcluded++;
		check_walk(&rules, rows[i].want);
	}
	end();
}

/* The configuration and the state, by whatever name they are met. */
static void
test_never(void)
{
	static const char *const names[] = {
		"consign.yaml", ".consign/", ".consign/ledger.jsonl", "a",
		"sub/", "sub/consign.yaml", NULL
	};
	static const char *const never[] = {
		"consign.yaml", ".consign", "none", "a/none"
	};
	struct walk_rules rules = { .source = "s", .root = root,
	    .never = never, .nnever = 4, .follow_links = true };

	begin();
	make_all(names);
	CHECK_INT(symlink("../.consign", "sub/link"), 0);
	check_walk(&rules, "s/a\ns/sub/consign.yaml\n");
	rules.nnever = 0;
	check_walk(&rules, "s/.consign/ledger.jsonl\ns/a\ns/consign.yaml\n"
	    "s/sub/consign.yaml\ns/sub/link/ledger.jsonl\n");
	end();
}

static void
test_settle(void)
{
	static const struct {
		int64_t settle_s;
		int after;		/* now, behind the change */
		bool unsettled;
	} rows[] = {
		{ 0, 0, false },
		{ 60, 0, true },
		{ 60, 59, true },
		{ 60, 60, false },
		{ 60, -59, true },
		{ 60, -60, false },
	};
	struct stat st;

	begin();
	make("a");
	CHECK_INT(stat("a", &st), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_row("%zu", i);
		check_walk(&(struct walk_rules){ .source = "s", .root = root,
		    .settle_s = rows[i].settle_s,
		    .now = st.st_mtime + rows[i].after }, rows[i].unsettled ?
		    "s/a?changed a moment ago\n" : "s/a\n");
	}
	end();
}

static void
test_unreadable(void)
{
	static const char *const names[] = {
		"a", "locked/", "locked/x", "z", NULL
	};
	struct walk_rules rules = { .source = "s", .root = root };
	struct err e = {0};

	begin();
	make_all(names);
	CHECK_INT(chmod("locked", 0), 0);
	/* Root reads everything. */
	if (geteuid() != 0)
		check_walk(&rules, "s/a\ns/locked/?not readable\ns/z\n");
	rules.root = "none";
	CHECK_INT(walk_open(&walk, &rules, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK(strstr(e.msg, "source 's'") != NULL);
	walk_close(&walk);
	end();
}

/* What goes, or changes its kind, between the reading and the visit. */
static void
test_vanished(void)
{
	static const char *const names[] = {
		"a", "b", "c/", "c/x", "d/", "d/x", "e", NULL
	};
	struct walk_rules rules = { .source = "s", .root = root };
	static const struct {
		const char *path;
		enum walk_kind kind;
	} want[] = {
		{ "s/a", WALK_FILE },
		{ "s/b", WALK_VANISHED },
		{ "s/c/", WALK_VANISHED },
		{ "s/d/", WALK_VANISHED },
		{ "s/e", WALK_VANISHED },
	};
	struct walk_entry entry;
	struct err e = {0};

	begin();
	make_all(names);
	CHECK_INT(walk_open(&walk, &rules, &e), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		t_row("%s", want[i].path);
		CHECK_INT(walk_next(&walk, &entry, &e), 1);
		CHECK(span_is(entry.path, want[i].path));
		CHECK_INT(entry.kind, want[i].kind);
		if (i > 0)
			continue;
		unlink("b");
		unlink("c/x");
		rmdir("c");
		CHECK_INT(rename("d", "elsewhere"), 0);
		CHECK_INT(symlink("elsewhere", "d"), 0);
		unlink("e");
		CHECK_INT(mkdir("e", 0755), 0);
	}
	CHECK_INT(walk_next(&walk, &entry, &e), 0);
	walk_close(&walk);
	end();
}

/* Folders within folders, until something ends it. */
static void
test_deep(void)
{
	struct walk_rules rules = { .source = "s", .root = root };
	static const struct {
		size_t name_len;
		enum walk_kind kind;
	} rows[] = {
		{ 1, WALK_DEEP },
		{ 200, WALK_LONG },
	};
	struct walk_entry entry;
	struct err e = {0};
	char name[256];

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		int n = 0;

		t_row("%zu", rows[r].name_len);
		begin();
		memset(name, '\n', rows[r].name_len);
		name[rows[r].name_len] = '\0';
		for (int i = 0; i < WALK_DEPTH + 1; i++)
			if (mkdir(name, 0755) != 0 || chdir(name) != 0)
				abort();
		CHECK_INT(walk_open(&walk, &rules, &e), 0);
		CHECK_INT(walk_next(&walk, &entry, &e), 1);
		CHECK_INT(entry.kind, rows[r].kind);
		for (size_t i = 0; i < entry.path.len; i++)
			n += entry.path.p[i] == '/';
		/* One is the source's, one stands at the end. */
		if (rows[r].kind == WALK_DEEP)
			CHECK_INT(n, WALK_DEPTH + 1);
		CHECK_INT(walk_next(&walk, &entry, &e), 0);
		walk_close(&walk);
		for (int i = 0; i < WALK_DEPTH + 1; i++)
			if (chdir("..") != 0 || rmdir(name) != 0)
				abort();
		end();
	}
}

static void
test_mount(void)
{
	struct walk_rules rules = { .source = "s", .root = "/",
	    .one_file_system = true };
	static const char *const include[] = { "/proc/version" };
	static const char want[] = "s/proc/?on another file system\n";
	char storage[65536];
	struct buf got;

	/* All other folders: at most they are other mounts, too. */
	rules.include = include;
	rules.nincluded = 1;
	static const char *const exclude[] = { "/[!p]*/", "/p[!r]*/" };
	rules.exclude = exclude;
	rules.nexcluded = 2;
	if (access("/proc/version", F_OK) != 0) {
		printf("  skipped: no /proc\n");
		CHECK(true);
		return;
	}
	buf_fixed(&got, storage, sizeof(storage));
	take(&rules, &got);
	CHECK_STR(got.data, want);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "order", test_order },
		{ "order_random", test_order_random },
		{ "kinds", test_kinds },
		{ "patterns", test_patterns },
		{ "never", test_never },
		{ "settle", test_settle },
		{ "unreadable", test_unreadable },
		{ "vanished", test_vanished },
		{ "deep", test_deep },
		{ "mount", test_mount },
		{ NULL, NULL }
	};

	return t_main("walk", cases);
}
