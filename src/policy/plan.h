/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

struct parts_plan;

/*
 * What a push would do with one object, why, and at what cost; and the sums
 * of all.  Pure: everything that decides is an argument.
 */
enum plan_verdict {
	PLAN_UPLOAD,	/* look, send, prove */
	PLAN_LOOK,	/* recorded as proven: look whether it is current */
	PLAN_BLOCKED,	/* can not be sent */
	PLAN_LEFT_OUT,	/* no object, or not now */
	PLAN__COUNT
};

enum plan_reason {
	PLAN_NEW,		/* its path was never admitted */
	PLAN_CHANGED,		/* other bytes were, or may have been */
	PLAN_NOT_IN_STORE,	/* these bytes were, and are not here */
	PLAN_DECLARED_ONLY,	/* they are, as a claim without proof */
	PLAN_DOUBTFUL,		/* they may be: a run could not tell */
	PLAN_FORCED,		/* --force-reupload */
	PLAN_PROVEN,
	PLAN_KEY_UNFIT,		/* the store would not keep such a key */
	PLAN_KEY_NOT_OF_BYTES,	/* forced, but another content may be there */
	PLAN_TOO_LARGE,		/* for the provider: see parts_plan.h */
	PLAN_UNSETTLED,		/* changed a moment ago */
	PLAN_UNREADABLE,	/* file or folder */
	PLAN_NOT_A_FILE,	/* link, device, mount point ... */
	PLAN_REASON__COUNT
};

/* "would_upload", "already_uploaded", "blocked", "left_out". */
const char *plan_verdict_name(enum plan_verdict verdict);
const char *plan_reason_name(enum plan_reason reason);

/* Numbers of requests, by the provider's price classes. */
struct plan_requests {
	int64_t a, b, free;
};

/* What holds for all objects of a run. */
struct plan_rules {
	/* One of each costs this: a 1 in its class. */
	struct plan_requests head, get, put, create, part, complete;

	uint64_t multipart_threshold;	/* smaller objects are small ones */
	bool force;		/* --force-reupload */
	bool key_of_bytes;	/* equal keys mean equal bytes */
	bool named;		/* --only */
};

/* One object, as it is known before anything is sent. */
struct plan_object {
	int64_t size;
	const struct parts_plan *parts;	/* NULL: it can not be sent */
	bool admitted;		/* the manifest has a line of its path ... */
	bool same;		/* ... of these very bytes */
	bool here;		/* ... and these are recorded in this store */
	bool proven;		/* ... by a proof */
	bool doubtful;		/* not here, but for what a run could not
				   tell */
	bool key_fits;
};

struct plan_decision {
	enum plan_verdict verdict;
	enum plan_reason reason;
	int tier;		/* for this object by itself */
	struct plan_requests requests;
	int64_t bytes_up, bytes_down;
	int64_t step;		/* bytes of the first part, or of all */
};

void plan_decide(struct plan_decision *d, const struct plan_object *object,
    const struct plan_rules *rules);

/* Of what is recorded: are all bytes proven to be in the store, by us? */
bool plan_is_proven(struct span availability, struct span proof);

/* Of all objects; zeroed at the start. */
struct plan_sums {
	int64_t count[PLAN__COUNT];	/* by verdict */
	int64_t doubtful;		/* to be begun with */
	int64_t bytes;			/* of the objects themselves */
	int64_t largest;
	struct plan_requests requests;
	int64_t bytes_up, bytes_down;
	struct plan_decision first;	/* of those that cost bytes */
	bool any;			/* first is there */
	struct err unfit;		/* why the first blocked one is */
};

/* why is looked at where it is blocked, and says so with its path. */
void plan_add(struct plan_sums *s, const struct plan_decision *d,
    int64_t size, const struct err *why);

/* To be sent, or to be looked at. */
int64_t plan_objects(const struct plan_sums *s);

/*
 * The ceiling of class A requests where none is given: what the plan counts,
 * a tenth more (rounded up), and 10.
 */
int64_t plan_max_puts(const struct plan_sums *s);

#endif
