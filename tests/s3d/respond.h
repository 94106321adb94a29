/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef RESPOND_H
#define RESPOND_H

#include "exchange.h"

/*
 * Sends the answer, with its faults, and logs the request before the last
 * byte leaves, so that whoever has the answer finds the line.
 */
void respond_send(struct exchange *x);

#endif
