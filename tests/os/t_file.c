/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "rng.h"
#include "t.h"

/* --- A folder of our own, the current one; and what is put in it ---------- */

static void
put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (CHECK(f != NULL)) {
		fputs(text, f);
		CHECK_INT(fclose(f), 0);
	}
}

static void
put_socket(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(name.sun_path, path, strlen(path) + 1);
	CHECK_INT(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	close(fd);
}

static void
check_content(const char *path, const char *want)
{
	char text[200] = "";
	FILE *f = fopen(path, "r");

	if (CHECK(f != NULL)) {
		size_t n = fread(text, 1, sizeof(text) - 1, f);
		text[n] = '\0';
		fclose(f);
		CHECK_STR(text, want);
	}
}

/* How many names there are in the current folder. */
static int
count_names(void)
{
	DIR *d = opendir(".");
	int n = -2;	/* "." and ".." */

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
check_refused(const char *path, int flags, const char *want)
{
	struct err e = { .code = ERR_NONE };
	struct file f;

	t_row("%s", path);
	CHECK_INT(file_open(&f, path, flags, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_STR(e.msg, want);
	file_close(&f);
}

/* Run in a process of its own; its result, or 100 + the signal. */
static int
in_child(int (*run)(void))
{
	int status;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(run());
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    100 + WTERMSIG(status);
}

/* Random numbers that are not: 0, or what stands in the list. */
struct scripted {
	struct rng rng;
	const char *bytes;	/* one a name; '!' fails */
};

static int
scripted_bytes(struct rng *r, void *p, size_t n, struct err *e)
{
	struct scripted *s = (struct scripted *)(void *)r;

	if (*s->bytes == '!')
		return err_set(e, ERR_IO_ERROR, "no randomness");
	memset(p, *s->bytes, n);
	if (*s->bytes != '\0')
		s->bytes++;
	return 0;
}

static struct scripted random_a = { { scripted_bytes }, "" };

/* --- Reading -------------------------------------------------------------- */

static void
test_read(void)
{
	struct err e;
	struct file f;
	char b[20];

	put_file("a", "0123456789");
	if (!CHECK_INT(file_open(&f, "a", FILE_NOFOLLOW, &e), 0))
		return;
	CHECK_INT(f.id.size, 10);
	CHECK_INT(file_read_at(&f, b, 4, 3, &e), 4);
	CHECK_MEM(b, 4, "3456", 4);
	CHECK_INT(file_read_at(&f, b, sizeof(b), 8, &e), 2);
	CHECK_MEM(b, 2, "89", 2);
	CHECK_INT(file_read_at(&f, b, sizeof(b), 10, &e), 0);
	CHECK_INT(file_read_at(&f, b, sizeof(b), 1000, &e), 0);
	CHECK_INT(file_read_at(&f, b, 0, 0, &e), 0);
	CHECK_INT(fcntl(f.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_INT(file_read_at(&f, b, 1, -1, &e), -1);
	CHECK_STR(e.msg, "cannot read 'a': Invalid argument");
	file_close(&f);
	file_close(&f);
	CHECK_INT(f.fd, 0);
	unlink("a");
}

/* Beyond 4 GiB, also where size_t has 32 bits. */
static void
test_large(void)
{
	const int64_t at = INT64_C(5) << 30;
	struct err e;
	struct file f;
	char b[8];
	int fd = open("big", O_RDWR | O_CREAT, 0600);

	if (ftruncate(fd, at) != 0) {
		CHECK(errno == EFBIG);
		printf("  skipped: no large files here\n");
	} else {
		CHECK_INT(pwrite(fd, "end", 3, at), 3);
		CHECK_INT(file_open(&f, "big", 0, &e), 0);
		CHECK_INT(f.id.size, at + 3);
		CHECK_INT(file_read_at(&f, b, sizeof(b), at, &e), 3);
		CHECK_MEM(b, 3, "end", 3);
		file_close(&f);
	}
	close(fd);
	unlink("big");
}

static void
test_refuses(void)
{
	mkdir("dir", 0700);
	mkfifo("fifo", 0600);
	put_socket("sock");
	put_file("plain", "x");
	CHECK_INT(symlink("plain", "link"), 0);
	CHECK_INT(symlink("fifo", "link-fifo"), 0);
	CHECK_INT(symlink("nowhere", "dangling"), 0);
	CHECK_INT(symlink("loop", "loop"), 0);

	check_refused("dir", 0, "'dir' is a directory");
	check_refused("dir/", 0, "'dir/' is a directory");
	check_refused("fifo", 0, "'fifo' is a named pipe");
	check_refused("link-fifo", 0, "'link-fifo' is a named pipe");
	check_refused("sock", 0, "'sock' is a socket");
	check_refused("/dev/null", 0, "'/dev/null' is a device");
	check_refused("link", FILE_NOFOLLOW, "'link' is a symbolic link");
	check_refused("loop", FILE_NOFOLLOW, "'loop' is a symbolic link");
	check_refused("none", 0,
	    "cannot open 'none': No such file or directory");
	check_refused("", 0, "cannot open '': No such file or directory");
	check_refused("dangling", 0,
	    "cannot open 'dangling': No such file or directory");
	check_refused("plain/", 0, "cannot open 'plain/': Not a directory");
	check_refused("a\n\x1b[1m", 0,
	    "cannot open 'a%0A%1B[1m': No such file or directory");

	struct err e;
	struct file f;
	t_row("a link that is followed");
	CHECK_INT(file_open(&f, "link", 0, &e), 0);
	CHECK_INT(f.id.size, 1);
	file_close(&f);

	unlink("fifo"), unlink("sock"), unlink("plain"), unlink("link");
	unlink("link-fifo"), unlink("dangling"), unlink("loop");
	rmdir("dir");
	CHECK_INT(count_names(), 0);
}

static int
open_secret_as_nobody(void)
{
	struct err e;
	struct file f;

	if (geteuid() == 0 && setuid(65534) != 0)
		return 77;
	if (file_open(&f, "secret", 0, &e) == 0 || e.code != ERR_IO_ERROR)
		return 1;
	return strcmp(e.msg, "cannot open 'secret': Permission denied") != 0;
}

static void
test_unreadable(void)
{
	put_file("secret", "x");
	chmod("secret", 0);
	chmod(".", 0755);
	int r = in_child(open_secret_as_nobody);
	if (r == 77) {
		CHECK_INT(r, 77);
		printf("  skipped: cannot become another user\n");
	} else {
		CHECK_INT(r, 0);
	}
	unlink("secret");
}

static void
test_identity(void)
{
	static const struct file_id id = { 1, 2, 3, 4, 5, 6 };
	struct file_id other[6] = { id, id, id, id, id, id };
	struct timespec times[2] = { { 100, 0 }, { 100, 250 } };
	struct file_id now;
	struct err e;
	struct file f;

	other[0].inode++, other[1].size++, other[2].mtime_s++;
	other[3].ctime_s++, other[4].mtime_ns++, other[5].ctime_ns++;
	CHECK(file_same_identity(&id, &id));
	for (size_t i = 0; i < 6; i++)
		CHECK(!file_same_identity(&id, &other[i]));

	put_file("a", "x");
	CHECK_INT(file_open(&f, "a", 0, &e), 0);
	CHECK_INT(file_identity(&f, &now, &e), 0);
	CHECK(file_same_identity(&f.id, &now));
	CHECK_INT(utimensat(AT_FDCWD, "a", times, 0), 0);
	CHECK_INT(file_identity(&f, &now, &e), 0);
	CHECK(!file_same_identity(&f.id, &now));
	CHECK_INT(now.mtime_s, 100);
	CHECK_INT(now.size, 1);
	put_file("a", "longer");
	CHECK_INT(file_identity(&f, &now, &e), 0);
	CHECK_INT(now.size, 6);
	file_close(&f);
	unlink("a");
}

/* --- Making --------------------------------------------------------------- */

static int
make(const char *path, bool replace, mode_t mode, struct err *e)
{
	struct file_tmp t;
	int r = -1;

	if (file_tmp_create(&t, path, replace, &random_a.rng, e) == 0 &&
	    file_tmp_write(&t, "new ", 4, e) == 0 &&
	    file_tmp_write(&t, "text", 4, e) == 0)
		r = file_tmp_commit(&t, mode, e);
	file_tmp_discard(&t);
	file_tmp_discard(&t);
	return r;
}

static void
test_make(void)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	struct stat st;
	struct err e;

	mkdir("sub", 0700);
	for (size_t i = 0; i < 4; i++) {
		t_row("umask %o", (unsigned)masks[i]);
		mode_t old = umask(masks[i]);
		CHECK_INT(make("a", false, 0644, &e), 0);
		CHECK_INT(make("sub/b", false, 0600, &e), 0);
		umask(old);
		check_content("a", "new text");
		CHECK_INT(stat("a", &st), 0);
		CHECK_INT(st.st_mode & 07777, 0644);
		CHECK_INT(st.st_nlink, 1);
		CHECK_INT(stat("sub/b", &st), 0);
		CHECK_INT(st.st_mode & 07777, 0600);
		CHECK_INT(count_names(), 2);
		unlink("a"), unlink("sub/b");
	}
	rmdir("sub");
}

static void
check_not_made(const char *path, bool replace, const char *want)
{
	struct err e = { .code = ERR_NONE };
	int before = count_names();

	t_row("%s", path);
	CHECK_INT(make(path, replace, 0644, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_STR(e.msg, want);
	CHECK_INT(count_names(), before);
}

static void
test_make_refuses(void)
{
	char longest[300], path[5000];
	struct err e;

	put_file("a", "old");
	mkdir("dir", 0700);
	mkfifo("fifo", 0600);
	CHECK_INT(symlink("a", "link"), 0);
	check_not_made("a", false, "'a' exists already");
	check_not_made("dir", true, "'dir' is a directory");
	check_not_made("dir/", true, "'dir/' names a folder");
	check_not_made("dir/..", true, "'dir/..' is a directory");
	check_not_made("fifo", true, "'fifo' is a named pipe");
	check_not_made("link", true, "'link' is a symbolic link");
	check_not_made("/dev/null", true, "'/dev/null' is a device");
	check_not_made("", true, "'' names a folder");
	check_not_made("none/b", false,
	    "cannot open the folder 'none/': No such file or directory");
	check_not_made("a/b", false,
	    "cannot open the folder 'a/': Not a directory");
	memset(longest, 'n', 256);
	longest[256] = '\0';
	CHECK_INT(make(longest, false, 0644, &e), -1);
	CHECK_INT(e.sys, ENAMETOOLONG);
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 2] = 'x';
	path[sizeof(path) - 1] = '\0';
	CHECK_INT(make(path, false, 0644, &e), -1);
	CHECK_INT(e.sys, ENAMETOOLONG);
	check_content("a", "old");

	t_row("replace");
	CHECK_INT(make("a", true, 0600, &e), 0);
	check_content("a", "new text");
	unlink("a"), unlink("fifo"), unlink("link");
	rmdir("dir");
	CHECK_INT(count_names(), 0);
}

/* Somebody else makes the target while we write. */
static void
test_race(void)
{
	struct file_tmp t;
	struct err e;

	CHECK_INT(file_tmp_create(&t, "a", false, &random_a.rng, &e), 0);
	CHECK_INT(file_tmp_write(&t, "mine", 4, &e), 0);
	put_file("a", "theirs");
	CHECK_INT(file_tmp_commit(&t, 0644, &e), -1);
	CHECK_STR(e.msg, "cannot write 'a': File exists");
	file_tmp_discard(&t);
	check_content("a", "theirs");
	CHECK_INT(count_names(), 1);
	unlink("a");
}

static void
test_discard(void)
{
	struct file_tmp t;
	struct stat st;
	uint64_t room = 0;
	struct err e;

	CHECK_INT(file_tmp_create(&t, "a", false, &random_a.rng, &e), 0);
	CHECK_STR(t.name, ".consign-00000000.tmp");
	CHECK_INT(stat(t.name, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_INT(fcntl(t.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	CHECK_INT(file_tmp_room(&t, &room, &e), 0);
	CHECK(room > 0);
	CHECK_INT(count_names(), 1);
	file_tmp_discard(&t);
	CHECK_INT(count_names(), 0);

	CHECK_INT(file_room(".", &room, &e), 0);
	CHECK(room > 0);
	CHECK_INT(file_room("none", &room, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
}

/* What was written of a first attempt is gone after the second. */
static void
test_restart(void)
{
	struct file_tmp t;
	struct err e;

	CHECK(!file_exists("a"));
	CHECK_INT(file_tmp_create(&t, "a", false, &random_a.rng, &e), 0);
	CHECK_INT(file_tmp_write(&t, "a long beginning", 16, &e), 0);
	CHECK_INT(file_tmp_restart(&t, &e), 0);
	CHECK_INT(file_tmp_write(&t, "short", 5, &e), 0);
	CHECK(!file_exists("a"));
	CHECK_INT(file_tmp_commit(&t, 0644, &e), 0);
	file_tmp_discard(&t);
	CHECK(file_exists("a"));
	check_content("a", "short");
	unlink("a");

	CHECK_INT(symlink("nowhere", "dangling"), 0);
	CHECK(file_exists("dangling"));
	unlink("dangling");
}

/* Where a file is, whatever it is called on the way; nothing is nowhere. */
static void
test_real(void)
{
	char real[PATH_MAX], by_link[PATH_MAX];
	struct err e = {0};
	FILE *f = fopen("a", "w");

	if (CHECK(f != NULL))
		fclose(f);
	CHECK_INT(symlink("a", "link"), 0);
	CHECK_INT(file_real(real, "./a", &e), 0);
	CHECK_INT(real[0], '/');
	CHECK_STR(strrchr(real, '/'), "/a");
	CHECK_INT(file_real(by_link, "link", &e), 0);
	CHECK_STR(by_link, real);
	unlink("link");
	unlink("a");
	CHECK_INT(file_real(real, "a", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(e.sys, ENOENT);
}

/* A name that is taken is tried no second time, nor for ever. */
static void
test_names(void)
{
	struct scripted twice = { { scripted_bytes }, "kkab" };
	struct scripted always = { { scripted_bytes }, "" };
	struct scripted fails = { { scripted_bytes }, "k!" };
	struct file_tmp t;
	struct err e;

	put_file(".consign-6b6b6b6b.tmp", "another's");
	put_file(".consign-00000000.tmp", "another's");
	CHECK_INT(file_tmp_create(&t, "a", false, &twice.rng, &e), 0);
	CHECK_STR(t.name, ".consign-61616161.tmp");
	file_tmp_discard(&t);
	CHECK_INT(file_tmp_create(&t, "a", false, &always.rng, &e), -1);
	CHECK_STR(e.msg, "cannot make a file beside 'a': File exists");
	file_tmp_discard(&t);
	CHECK_INT(file_tmp_create(&t, "a", false, &fails.rng, &e), -1);
	CHECK_STR(e.msg, "no randomness");
	file_tmp_discard(&t);
	check_content(".consign-6b6b6b6b.tmp", "another's");
	check_content(".consign-00000000.tmp", "another's");
	unlink(".consign-6b6b6b6b.tmp"), unlink(".consign-00000000.tmp");
	CHECK_INT(count_names(), 0);
}

/* A device that is always full, and a real file system where we may. */
static void
test_disk_full(void)
{
	static const char block[4096];
	struct file_tmp t;
	struct err e = { .code = ERR_NONE };
	int r = 0;

	CHECK_INT(file_tmp_create(&t, "a", false, &random_a.rng, &e), 0);
	int fd = open("/dev/full", O_WRONLY);
	CHECK(fd >= 0 && dup2(fd, t.fd) == t.fd);
	close(fd);
	CHECK_INT(file_tmp_write(&t, "x", 1, &e), -1);
	CHECK_INT(e.code, ERR_DISK_FULL);
	CHECK_STR(e.msg, "cannot write 'a': No space left on device");
	file_tmp_discard(&t);
	CHECK_INT(count_names(), 0);

	mkdir("small", 0700);
	if (mount("none", "small", "tmpfs", 0, "size=64k") != 0) {
		printf("  skipped: a full tmpfs, as mount is refused\n");
		rmdir("small");
		return;
	}
	CHECK_INT(file_tmp_create(&t, "small/a", false, &random_a.rng, &e),
	    0);
	for (int i = 0; i < 100 && r == 0; i++)
		r = file_tmp_write(&t, block, sizeof(block), &e);
	CHECK_INT(r, -1);
	CHECK_INT(e.code, ERR_DISK_FULL);
	file_tmp_discard(&t);
	/* Nothing of it is left: there is room again. */
	CHECK_INT(make("small/b", false, 0644, &e), 0);
	CHECK_INT(umount("small"), 0);
	rmdir("small");
}

/* Without a name: nothing is left, and what was written can be read. */
static void
test_hide(void)
{
	struct file_tmp t;
	struct file f;
	struct err e;
	char got[8];

	CHECK_INT(file_tmp_create(&t, "a", true, &random_a.rng, &e), 0);
	CHECK_INT(file_tmp_hide(&t, &e), 0);
	CHECK_INT(count_names(), 0);
	CHECK_INT(file_tmp_write(&t, "12345", 5, &e), 0);
	f = file_tmp_reader(&t);
	CHECK_INT(file_read_at(&f, got, sizeof(got), 2, &e), 3);
	CHECK_MEM(got, 3, "345", 3);
	file_tmp_discard(&t);
	CHECK_INT(count_names(), 0);
}

static int
write_beyond_limit(void)
{
	static const struct rlimit limit = { 4, 4 };
	struct file_tmp t;
	struct err e;

	signal(SIGXFSZ, SIG_IGN);	/* as proc_harden() does */
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
	    file_tmp_create(&t, "a", false, &random_a.rng, &e) != 0)
		return 1;
	/* The first write is a short one, the rest of it fails. */
	int r = file_tmp_write(&t, "12345678", 8, &e);
	file_tmp_discard(&t);
	return r == -1 && e.code == ERR_IO_ERROR && e.sys == EFBIG ? 0 : 2;
}

static int
make_where_forbidden(void)
{
	struct err e;

	if (geteuid() == 0 && setuid(65534) != 0)
		return 77;
	return make("locked/a", false, 0644, &e) == -1 &&
	    e.code == ERR_IO_ERROR && e.sys == EACCES ? 0 : 1;
}

static void
test_limits(void)
{
	CHECK_INT(in_child(write_beyond_limit), 0);
	CHECK_INT(count_names(), 0);
	mkdir("locked", 0555);
	int r = in_child(make_where_forbidden);
	CHECK(r == 0 || r == 77);
	if (r == 77)
		printf("  skipped: cannot become another user\n");
	rmdir("locked");
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "read", test_read },
		{ "large", test_large },
		{ "refuses", test_refuses },
		{ "unreadable", test_unreadable },
		{ "identity", test_identity },
		{ "make", test_make },
		{ "make_refuses", test_make_refuses },
		{ "race", test_race },
		{ "discard", test_discard },
		{ "restart", test_restart },
		{ "real", test_real },
		{ "hide", test_hide },
		{ "names", test_names },
		{ "disk_full", test_disk_full },
		{ "limits", test_limits },
		{ NULL, NULL }
	};
	char folder[] = "/tmp/t_file.XXXXXX";

	alarm(60);	/* should an open hang */
	if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
		perror(folder);
		return 1;
	}
	int r = t_main("file", cases);
	if (rmdir(folder) != 0) {
		perror(folder);
		r = 1;
	}
	return r;
}
