/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_CMD_H
#define REPORT_CMD_H

#include "app.h"

/*
 * consign report: an archive's state as one HTML page that needs nothing
 * else.  Made from what status, receipts and ls read; it takes no lock and
 * writes nothing but the page.
 */
extern const struct field report_cmd_fields[];

int report_cmd_run(struct app *app, struct err *e);

#endif
