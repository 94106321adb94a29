/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

#include "err.h"
#include "span.h"

/*
 * Patterns for paths, as in a list of what to include or leave out.
 *
 *	*	any run of bytes but "/", an empty one too
 *	**	any run of bytes; "**" with "/" behind it, at the start or after
 *		a "/", also stands for no folder at all
 *	?	one character but "/"
 *	[a-z_]	one of these; [!a-z] or [^a-z] one that is none of these,
 *		and not "/"
 *	\x	x itself
 *
 * A pattern is UTF-8.  A path may be any bytes: one that belongs to no
 * character counts as a character.  Letters differ by case.
 *
 * Time is bounded by the length of the path times that of the pattern,
 * whatever the pattern: all ways to match are followed at once.
 */
#define GLOB_MAX 255	/* bytes of a pattern */

/* ERR_CONFIG_INVALID says what is wrong with it. */
int glob_check(struct span pattern, struct err *e);

/* Does all of path match?  The pattern is one that glob_check() let pass. */
bool glob_match(struct span pattern, struct span path);

/*
 * Does a list's entry mean this path, which is relative, without "/" at
 * either end?  An entry without "/" (but at its end) is matched with the
 * path's last part, in whatever folder; any other with the whole path, where
 * a "/" at its start changes nothing else.  One with "/" at its end means
 * folders only.
 *
 * That everything below a folder goes with it is up to the caller, who sees
 * the folders.
 */
bool glob_means(struct span pattern, struct span path, bool is_folder);

#endif
