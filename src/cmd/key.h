/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef KEY_H
#define KEY_H

#include "app.h"

/*
 * consign key new | show NAME: make a key that signs history; show its public
 * half, as an entry for writers.yaml.
 */
int key_run(struct app *app, struct err *e);

#endif
