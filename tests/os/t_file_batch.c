/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "count_rng.h"
#include "file_batch.h"
#include "t.h"

/* --- What syncs, counted; these stand in for the C library's -------------- */

static int fsyncs, syncfss;
static int syncfs_errno;	/* 0: the kernel has it */

int
fsync(int fd)
{
	struct stat st;

	CHECK_INT(fstat(fd, &st), 0);
	fsyncs++;
	return 0;
}

long
syscall(long number, ...)
{
	CHECK_INT(number, SYS_syncfs);
	syncfss++;
	errno = syncfs_errno;
	return syncfs_errno == 0 ? 0 : -1;
}

/* --- A folder of our own -------------------------------------------------- */

static char folder[32];
static struct file_batch batch;		/* large */

static void
begin(void)
{
	struct err e = {0};

	snprintf(folder, sizeof(folder), "/tmp/t_batch.XXXXXX");
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		abort();
	fsyncs = syncfss = 0;
	CHECK_INT(file_batch_open(&batch, folder, &e), 0);
}

static void
add(int from, int to)
{
	struct err e = {0};
	char name[16];

	for (int i = from; i < to; i++) {
		struct file_batch_file f = { name, { name, 0 }, 0644 };

		snprintf(name, sizeof(name), "%d", i);
		f.text.len = strlen(name);
		CHECK_INT(file_batch_add(&batch, &f, count_rng(), &e), 0);
		CHECK_INT(access(name, F_OK), -1);
	}
}

/* All that is there, and nothing else: files that hold their names. */
static void
end(int n)
{
	char name[16], text[16] = "";
	struct stat st;

	file_batch_discard(&batch);
	for (int i = 0; i < n; i++) {
		FILE *f;

		snprintf(name, sizeof(name), "%d", i);
		f = fopen(name, "r");
		if (!CHECK(f != NULL))
			continue;
		CHECK_INT(fread(text, 1, sizeof(text), f), strlen(name));
		CHECK_INT(memcmp(text, name, strlen(name)), 0);
		CHECK_INT(fstat(fileno(f), &st), 0);
		CHECK_INT(st.st_mode & 07777, 0644);
		fclose(f);
		unlink(name);
	}
	CHECK_INT(rmdir(folder), 0);
}

static void
test_syncs(void)
{
	static const struct {
		int sys;		/* what syncfs(2) fails with */
		int n;
		int want, syncfss, fsyncs;
	} rows[] = {
		{ 0, 0, 0, 0, 0 },
		{ 0, 1, 0, 0, 2 },
		{ 0, 100, 0, 1, 1 },
		{ 0, FILE_BATCH_MAX, 0, 1, 1 },
		{ ENOSYS, 100, 0, 1, 101 },
		{ EPERM, 2, 0, 1, 3 },
		{ EIO, 2, -1, 1, 0 },
		{ ENOSPC, 2, -1, 1, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		t_row("%s, %d files", strerror(rows[i].sys), rows[i].n);
		begin();
		syncfs_errno = rows[i].sys;
		add(0, rows[i].n);
		CHECK_INT(file_batch_commit(&batch, &e), rows[i].want);
		CHECK_INT(syncfss, rows[i].syncfss);
		CHECK_INT(fsyncs, rows[i].fsyncs);
		if (rows[i].want != 0)
			CHECK_INT(e.code, rows[i].sys == ENOSPC ?
			    ERR_DISK_FULL : ERR_IO_ERROR);
		end(rows[i].want == 0 ? rows[i].n : 0);
	}
	syncfs_errno = 0;
}

static void
test_reuse(void)
{
	struct err e = {0};
	mode_t mask = umask(077);

	begin();
	add(0, 10);
	CHECK_INT(file_batch_commit(&batch, &e), 0);
	add(10, 30);
	CHECK_INT(file_batch_commit(&batch, &e), 0);
	add(30, 31);
	end(30);
	umask(mask);
}

/* What is there stays; what stood before it in the batch has its name. */
static void
test_exists(void)
{
	struct err e = {0};
	struct stat st;
	FILE *f;

	begin();
	add(0, 4);
	f = fopen("2", "w");
	if (f == NULL || fputc('x', f) == EOF || fclose(f) != 0)
		abort();
	CHECK_INT(file_batch_commit(&batch, &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(e.sys, EEXIST);
	CHECK_INT(stat("2", &st), 0);
	CHECK_INT(st.st_size, 1);
	unlink("2");
	end(2);
}

static void
test_no_folder(void)
{
	struct err e = {0};

	CHECK_INT(file_batch_open(&batch, "/no/such/folder", &e), -1);
	CHECK_INT(e.code, ERR_IO_ERROR);
	CHECK_INT(e.sys, ENOENT);
	file_batch_discard(&batch);
}

int
main(void)
{
	static const struct t_case cases[] = {
		{ "syncs", test_syncs },
		{ "reuse", test_reuse },
		{ "exists", test_exists },
		{ "no_folder", test_no_folder },
		{ NULL, NULL }
	};

	return t_main("file_batch", cases);
}
