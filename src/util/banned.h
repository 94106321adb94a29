/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef BANNED_H
#define BANNED_H

/*
 * Functions that this program does without, because each has a failing that
 * care alone does not cure.  The Makefile includes this header in front of
 * every file, so that a call of one of them names something undeclared and
 * does not compile.
 *
 * The headers that declare them are included first: a declaration would not
 * survive the macros.
 */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* No bound, or one that leaves the text without its end. */
#undef strcpy
#define strcpy(...) banned_strcpy_use_buf
#undef stpcpy
#define stpcpy(...) banned_stpcpy_use_buf
#undef strcat
#define strcat(...) banned_strcat_use_buf
#undef strncpy
#define strncpy(...) banned_strncpy_use_buf
#undef strncat
#define strncat(...) banned_strncat_use_buf
#undef sprintf
#define sprintf(...) banned_sprintf_use_buf
#undef vsprintf
#define vsprintf(...) banned_vsprintf_use_buf
#undef gets
#define gets(...) banned_gets_use_fgets
#undef alloca
#define alloca(...) banned_alloca_use_buf

/* No way to tell a number from none. */
#undef atoi
#define atoi(...) banned_atoi_use_num
#undef atol
#define atol(...) banned_atol_use_num
#undef atoll
#define atoll(...) banned_atoll_use_num

/* State of their own, or this machine's time zone. */
#undef strtok
#define strtok(...) banned_strtok_use_span_cut
#undef localtime
#define localtime(...) banned_localtime_use_utc
#undef gmtime
#define gmtime(...) banned_gmtime_use_utc
#undef ctime
#define ctime(...) banned_ctime_use_utc
#undef asctime
#define asctime(...) banned_asctime_use_utc
#undef rand
#define rand(...) banned_rand_use_rng
#undef srand
#define srand(...) banned_srand_use_rng

/* A shell, with our environment. */
#undef system
#define system(...) banned_system
#undef popen
#define popen(...) banned_popen

#endif
