/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef VERSION_H
#define VERSION_H

/* Semantic versioning; the contract with users is what it speaks of. */
#define VERSION "0.1.0"

#endif
