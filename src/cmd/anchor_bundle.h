/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef ANCHOR_BUNDLE_H
#define ANCHOR_BUNDLE_H

#include "app.h"

/*
 * An anchor of the history in a bundle (consign-bundle(5)), by a key that is
 * not on the archive's machine, from wherever that key is: no archive root and
 * no state folder.  So there is no record of what is sent, and no month to
 * count: it is one PUT and one GET, and a look at what is there before, each
 * of which is tried max_attempts times at most.
 */
int anchor_bundle_run(struct app *app, struct err *e);

#endif
