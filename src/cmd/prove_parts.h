/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PROVE_PARTS_H
#define PROVE_PARTS_H

#include "prove_object.h"

/* Two equal parts of the least size that stores take, and a byte. */
#define PROVE_PARTS_SIZE ((int64_t)5 << 20)
#define PROVE_PARTS_COUNT 3
#define PROVE_PARTS_BYTES (2 * PROVE_PARTS_SIZE + 1)

/*
 * An object of PROVE_PARTS_BYTES in parts, proven, with the rows and the
 * receipt of such an upload.  After a failure these are flushed.
 */
int prove_parts_upload(struct prove_object *o, struct run *run,
    struct err *e);

#endif
