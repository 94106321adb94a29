/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef HELP_H
#define HELP_H

#include "app.h"

/* What --help, COMMAND --help and --version print, made from the tables. */
int help_all(struct app *app, struct err *e);
int help_command(struct app *app, const struct command *c, struct err *e);
int help_version(struct app *app, struct err *e);

#endif
