/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "hex.h"
#include "rng.h"

#include "trial.h"

#define NAME_SIZE 32

/* Two files in a folder: one is worked with, and one has a name to take. */
struct place {
	int folder, fd;
	char one[NAME_SIZE], two[NAME_SIZE];
};

static int
make_name(char name[NAME_SIZE], struct rng *rng, struct err *e)
{
	uint8_t random[4];
	char hex[2 * sizeof(random) + 1];
	struct buf b;

	if (rng->bytes(rng, random, sizeof(random), e) != 0)
		return -1;
	hex_encode(hex, random, sizeof(random));
	buf_fixed(&b, name, NAME_SIZE);
	buf_printf(&b, ".consign-%s.tmp", hex);
	return 0;
}

static int
make_file(int folder, const char *name)
{
	return openat(folder, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static int
set_lock(int fd)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_SETLK, &fl);
}

/* A child that tries to take what this process holds: was it refused? */
static bool
refuses_child(const struct place *p)
{
	int fd, status;
	pid_t pid = fork();

	if (pid == 0) {
		fd = openat(p->folder, p->one, O_RDWR | O_CLOEXEC);
		_exit(fd >= 0 && set_lock(fd) != 0 &&
		    (errno == EACCES || errno == EAGAIN) ? 0 : 1);
	}
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Is there one file less after the name of one was given to the other? */
static bool
try_rename(const struct place *p, const struct stat *one)
{
	struct stat st;

	return renameat(p->folder, p->one, p->folder, p->two) == 0 &&
	    fstatat(p->folder, p->two, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_ino == one->st_ino &&
	    fstatat(p->folder, p->one, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT;
}

static bool
try_link(const struct place *p)
{
	return linkat(p->folder, p->two, p->folder, p->one, 0) == 0 &&
	    unlinkat(p->folder, p->one, 0) == 0;
}

static void
try_all(struct trial *t, const struct place *p)
{
	struct stat st;

	t->locks = set_lock(p->fd) == 0 && refuses_child(p);
	t->syncs = fsync(p->fd) == 0 && fsync(p->folder) == 0;
	t->modes = fchmod(p->fd, 0640) == 0 && fstat(p->fd, &st) == 0 &&
	    (st.st_mode & 07777) == 0640;
	t->renames = fstat(p->fd, &st) == 0 && try_rename(p, &st);
	t->links = t->renames && try_link(p);
}

/* See trial.h. */
int
trial_run(struct trial *t, const char *folder, struct rng *rng,
    struct err *e)
{
	struct place p = { .fd = -1 };
	int other = -1;

	*t = (struct trial){ .locks = false };
	if (make_name(p.one, rng, e) != 0 || make_name(p.two, rng, e) != 0)
		return -1;
	p.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p.folder < 0)
		return err_sys(e, ERR_IO_ERROR, "cannot open '%s'", folder);
	p.fd = make_file(p.folder, p.one);
	if (p.fd >= 0)
		other = make_file(p.folder, p.two);
	if (other < 0 || write(p.fd, "", 1) != 1)
		err_sys(e, ERR_IO_ERROR, "cannot make a file in '%s'", folder);
	else
		try_all(t, &p);
	if (p.fd >= 0) {
		close(p.fd);
		(void)unlinkat(p.folder, p.one, 0);
	}
	if (other >= 0) {
		close(other);
		(void)unlinkat(p.folder, p.two, 0);
	}
	close(p.folder);
	return e->code == ERR_NONE ? 0 : -1;
}
