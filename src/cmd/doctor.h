/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "app.h"

/*
 * Look over an archive and its surroundings; without --live, without the
 * network.
 */
extern const struct field doctor_fields[];

int doctor_run(struct app *app, struct err *e);

#endif
