/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef COMPLETE_H
#define COMPLETE_H

#include "exchange.h"

/* CompleteMultipartUpload: fills in x->reply. */
void complete_upload(struct exchange *x);

#endif
