/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HEX_H
#define HEX_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

/* The value of a hex digit of either case; -1 for anything else. */
int hex_digit(char c);

/* 2n lowercase digits and a NUL. */
void hex_encode(char *out, const uint8_t *in, size_t n);

/* Exactly 2n lowercase digits into n bytes; -1 for anything else. */
int hex_decode(uint8_t *out, size_t n, struct span in);

#endif
