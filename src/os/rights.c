/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <sys/stat.h>
#include <unistd.h>

#include "rights.h"

/* See rights.h. */
int
rights_look(struct rights *r, const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_sys(e, ERR_IO_ERROR, "cannot look at '%s'", path);
	*r = (struct rights){
		.folder = S_ISDIR(st.st_mode),
		.regular = S_ISREG(st.st_mode),
		.readable = access(path, R_OK) == 0,
		.writable = access(path, W_OK) == 0,
		.others_write = (st.st_mode & (S_IWGRP | S_IWOTH)) != 0,
		.mode = (unsigned)st.st_mode & 07777,
		.owner = (long)st.st_uid,
		.written = st.st_mtime
	};
	return 0;
}
