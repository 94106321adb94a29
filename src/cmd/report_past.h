/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef REPORT_PAST_H
#define REPORT_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "reader.h"
#include "row.h"

/*
 * What a report says of the past: one pass over the whole ledger, whose chain
 * it checks, with room for the last runs and for the last failures that
 * nothing has mended since.  Texts are the struct's own; long ones are cut.
 */
#define REPORT_RUNS 20
#define REPORT_FAILURES 50

struct report_run {
	int64_t seq, begun_at;
	int64_t ended_at;		/* FORM_NONE: it has no end */
	char command[32];
	char store_ref[FACTS_WORD_MAX + 1];	/* "": of none */
	char reviewed_by[64];			/* "": by nobody */
	char result[64];
	int64_t uploaded, current, remote_same, failed;
	int64_t class_a, class_b, free;		/* requests */
	int64_t bytes_up, bytes_down, retries;
};

struct report_failure {
	int64_t seq, time;
	char store_ref[FACTS_WORD_MAX + 1];
	char path[1024];
	char result_status[64];
	char receipt[64];
};

struct report_past {
	int64_t runs;			/* all there were */
	bool more;			/* older failures found no room */
	int64_t checkpoint, anchor;	/* the last such row, or FORM_NONE */
	char writer[64];		/* of the checkpoint */
	int64_t anchored_seq;

	/* The newest last. */
	size_t nruns, nfailures;
	struct report_run run[REPORT_RUNS];
	struct report_failure failure[REPORT_FAILURES];

	char scratch[RECORD_SIZE_MAX];	/* private */
};

/* Large; zeroed.  Errors are those of reader_next_row() and row_read(). */
int report_past_read(struct report_past *p, struct reader *reader,
    struct err *e);

#endif
