/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "anchors.h"
#include "archive.h"
#include "custody.h"
#include "folder.h"
#include "grant.h"
#include "hash.h"
#include "hex.h"
#include "resolve_seals.h"
#include "row.h"
#include "text.h"

#include "resolve_facts.h"

/* Faults of this program's surroundings, not facts. */
static bool
is_over(const struct err *e)
{
	return e->code == ERR_NO_MEMORY || e->code == ERR_INTERRUPTED;
}

/* --- The file ------------------------------------------------------------- */

static void
look_at_file(struct resolve_gathered *g)
{
	static const enum resolve_file states[] = {
		[DEPLOYED_ABSENT] = RESOLVE_FILE_ABSENT,
		[DEPLOYED_FILE] = RESOLVE_FILE_PLAIN,
		[DEPLOYED_LINK] = RESOLVE_FILE_LINK,
		[DEPLOYED_SPECIAL] = RESOLVE_FILE_SPECIAL,
		[DEPLOYED_UNKNOWN] = RESOLVE_FILE_UNKNOWN
	};

	deployed_open(&g->deployed, g->path, &g->unreadable);
	g->facts.file = states[g->deployed.state];
	if (g->facts.file == RESOLVE_FILE_UNKNOWN)
		g->cause[RESOLVE_NON_CANONICAL_PATH] = g->unreadable;
}

/* See carrier.h. */
static bool
is_same(void *context, struct span canonical)
{
	const struct resolve_gathered *g = context;
	char path[PATH_MAX];
	struct buf b;

	buf_fixed(&b, path, sizeof(path));
	return text_unescape(&b, canonical) == 0 && buf_ok(&b) &&
	    deployed_is_other(&g->deployed, path);
}

static int
hash_deployed(struct resolve_gathered *g, struct err *e)
{
	static const char prefix[] = "sha256:";
	uint8_t digest[SHA256_LEN];
	struct err *why = &g->cause[RESOLVE_HASH_MISMATCH];

	g->facts.verify_file = true;
	*why = g->unreadable;
	if (g->deployed.file.fd == 0)
		return 0;
	if (hash_file(&g->deployed.file, digest, why) == 0) {
		memcpy(g->facts.file_hash, prefix, sizeof(prefix) - 1);
		hex_encode(g->facts.file_hash + sizeof(prefix) - 1, digest,
		    SHA256_LEN);
		return 0;
	}
	if (!is_over(why))
		return 0;
	*e = *why;
	return -1;
}

/* --- Anchors -------------------------------------------------------------- */

/* Looked for in one place; the second time for one from off the box. */
struct hunt {
	struct anchors_search search;
	struct resolve_gathered *g;
	bool off_box;
};

static enum anchors_verdict
judge_anchor(struct anchors_search *s, const struct anchors_found *f,
    struct err *e)
{
	const struct hunt *h = s->context;
	const struct keyring *ring = &h->g->ring;
	const struct anchor *a = &f->anchor;
	struct span id = span_of(a->by.writer);
	const struct writer *w = writers_find(&ring->writers, id);
	const struct grant_claim claim = { .grants = WRITERS_ANCHOR,
	    .archive = a->archive_id, .time = a->time };

	(void)e;
	if (grant_judge(w, &claim) != GRANT_GIVEN ||
	    !anchor_is_by(a, w->point) ||
	    (h->off_box && keyring_is_here(ring, id)))
		return ANCHORS_PASS;
	return ANCHORS_TAKE;
}

/* 1: there is one, and it was taken; 0; -1. */
static int
hunt(struct hunt *h, bool in_store, struct err *e)
{
	struct resolve_gathered *g = h->g;
	const struct resolve_ask *ask = g->ask;
	struct resolve_anchor *to = &g->facts.anchor[g->facts.nanchors];
	int rc;

	h->search = (struct anchors_search){ .archive_id = ask->archive_id,
	    .judge = judge_anchor, .context = h };
	rc = in_store ? anchors_in_store(&h->search, ask->client, e) :
	    anchors_in_folder(&h->search, ask->state, e);
	if (rc != 1)
		return rc;
	g->anchor[g->facts.nanchors] = h->search.found.anchor;
	to->seq = h->search.found.anchor.seq;
	to->asked = in_store && !h->off_box;
	to->off_box = !keyring_is_here(&g->ring,
	    span_of(h->search.found.anchor.by.writer));
	g->facts.nanchors++;
	return 1;
}

/* The newest, and the newest from off the box. */
static int
hunt_both(struct resolve_gathered *g, bool in_store, struct err *e)
{
	struct hunt *h = calloc(1, sizeof(*h));
	int rc;

	if (h == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for anchors");
	h->g = g;
	rc = hunt(h, in_store, e);
	if (rc == 1 && !g->facts.anchor[g->facts.nanchors - 1].off_box) {
		h->off_box = true;
		rc = hunt(h, in_store, e);
	}
	free(h);
	return rc < 0 ? -1 : 0;
}

static int
find_anchors(struct resolve_gathered *g, struct err *e)
{
	struct err *why = &g->cause[RESOLVE_ADMISSION_NOT_IMMUTABLE];
	const struct resolve_ask *ask = g->ask;

	g->facts.anchor_asked = ask->anchor;
	if (!g->ring.has_writers || ask->archive_id[0] == '\0')
		return 0;
	if (hunt_both(g, false, why) == 0 && ask->client != NULL)
		(void)hunt_both(g, true, why);
	if (!is_over(why))
		return 0;
	*e = *why;
	return -1;
}

/* --- The ledger ----------------------------------------------------------- */

static bool
is_stopped(void *context)
{
	const struct resolve_gathered *g = context;

	return g->ask->clock->stop_signal(g->ask->clock) != 0;
}

static int
read_carrier(struct resolve_gathered *g, const struct carrier_ask *ask,
    struct err *e)
{
	struct err why = {0};
	int rc = carrier_read(&g->carrier, ask, &why);

	g->facts.carrier_state = rc;
	g->facts.damaged = why.code == ERR_LEDGER_BROKEN;
	if (rc >= 0)
		return 0;
	if (!is_over(&why)) {
		g->cause[g->facts.damaged ? RESOLVE_LEDGER_BROKEN :
		    RESOLVE_SOURCE_UNPROVEN] = why;
		return 0;
	}
	*e = why;
	if (e->code == ERR_INTERRUPTED)
		e->sys = g->ask->clock->stop_signal(g->ask->clock);
	return -1;
}

/*
 * Proofs are looked for of the object that is proposed.  Where another one is
 * admitted, which cannot be trusted any more, it takes a second pass to tell
 * whether that one is proven.
 */
static int
read_twice(struct resolve_gathered *g, struct carrier_ask *ask,
    struct err *e)
{
	char id[CARRIER_OBJECT_LEN + 1] = "";
	const struct carrier_admit *a;

	if (resolve_rules_proposed(g->ask->request, id))
		ask->object_id = span_of(id);
	for (int pass = 0; pass < 2; pass++) {
		if (read_carrier(g, ask, e) != 0)
			return -1;
		a = g->facts.carrier_state == 1 ?
		    resolve_rules_admit(&g->carrier) : NULL;
		if (a == NULL || a->null || strcmp(a->object_id, id) == 0)
			return 0;
		memcpy(id, a->object_id, sizeof(id));
		ask->object_id = span_of(id);
	}
	/* It was admitted anew meanwhile. */
	g->carrier.proof.there = false;
	return 0;
}

static int
read_ledger(struct resolve_gathered *g, struct err *e)
{
	char canonical[3 * PATH_MAX + 1];
	const struct anchor *anchor[CARRIER_ANCHORS];
	struct carrier_ask ask = { .ledger = g->ask->ledger,
	    .origin = g->ask->request->origin, .anchor = anchor,
	    .nanchors = g->facts.nanchors, .context = g, .stop = is_stopped };
	struct row_admit now;
	struct buf b;

	for (size_t i = 0; i < g->facts.nanchors; i++)
		anchor[i] = &g->anchor[i];
	buf_fixed(&b, canonical, sizeof(canonical));
	text_escape(&b, span_of(g->path));
	ask.canonical = buf_as_span(&b);
	if (g->facts.file == RESOLVE_FILE_PLAIN) {
		row_identify(&now, &g->deployed.id);
		ask.inode = now.inode;
		ask.many_links = g->deployed.links > 1;
		ask.is_same = is_same;
	}
	if (read_twice(g, &ask, e) != 0)
		return -1;
	for (size_t i = 0; i < g->facts.nanchors; i++) {
		struct resolve_anchor *n = &g->facts.anchor[i];

		n->met = g->carrier.anchor[i];
		n->off_box &= !n->met.by_writer;
	}
	return 0;
}

/* --- Writers -------------------------------------------------------------- */

static int
read_writers(struct resolve_gathered *g, struct err *e)
{
	struct err *why = &g->cause[RESOLVE_CARRIER_WRITER_UNPROVEN];

	if (keyring_open(&g->ring, g->ask->state, g->ask->writers, why) == 0) {
		if (!g->ring.has_writers)
			err_set(why, ERR_CONFIG_INVALID, "there is no list "
			    "of writers '%s'", g->ring.path);
		return 0;
	}
	if (!is_over(why))
		return 0;
	*e = *why;
	return -1;
}

/* Is the list out of the hands of whoever writes the ledger? */
static void
check_custody(struct resolve_gathered *g)
{
	struct err *why = &g->cause[RESOLVE_CARRIER_WRITER_UNPROVEN];
	char here[PATH_MAX], path[PATH_MAX];
	long user = g->carrier.producer;

	if (!g->ring.has_writers || g->facts.carrier_state != 1)
		return;
	/* root can write anything: of others it is out of the hands. */
	if (user == 0)
		user = -1;
	g->facts.writers_good = folder_real(here, ".", why) == 0 &&
	    archive_place(path, here, g->ring.path, why) == 0 &&
	    custody_check(path, user, why) == 0;
}

/* --- All of it ------------------------------------------------------------ */

static int
gather(struct resolve_gathered *g, struct err *e)
{
	const struct resolve_ask *ask = g->ask;
	uint64_t expires;

	if (read_writers(g, e) != 0 || find_anchors(g, e) != 0 ||
	    read_ledger(g, e) != 0)
		return -1;
	check_custody(g);
	if (g->facts.writers_good)
		resolve_seals_check(&g->facts, &g->ring.writers);
	expires = g->ring.has_writers ? g->ring.writers.proof_expires_after :
	    WRITERS_NO_EXPIRY;
	g->facts.proof_expires_after = ask->proof_expires_after < expires ?
	    ask->proof_expires_after : expires;
	if (ask->verify_file && resolve_rules_judge(&g->facts).code ==
	    RESOLVE_TRUSTED && hash_deployed(g, e) != 0)
		return -1;
	/* Whoever checks before he uses must not be shown another file. */
	if (g->facts.file == RESOLVE_FILE_PLAIN &&
	    !deployed_holds(&g->deployed, g->path))
		g->facts.file = RESOLVE_FILE_REPLACED;
	return 0;
}

int
resolve_facts_gather(struct resolve_gathered *g,
    const struct resolve_ask *ask, struct err *e)
{
	struct span path = ask->request->artifact_path;

	g->ask = ask;
	g->facts = (struct resolve_facts){ .request = ask->request,
	    .now = ask->clock->wall_s(ask->clock), .carrier = &g->carrier };
	if (!resolve_rules_is_canonical(path))
		return 0;
	memcpy(g->path, path.p, path.len);
	g->path[path.len] = '\0';
	look_at_file(g);
	return ask->ledger != NULL ? gather(g, e) : 0;
}

void
resolve_facts_close(struct resolve_gathered *g)
{
	deployed_close(&g->deployed);
	keyring_close(&g->ring);
}
