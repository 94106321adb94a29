/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "archive_conf.h"
#include "ecdsa.h"
#include "spki.h"
#include "writers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken is complete, and no key is there twice. */
static void
check_writer(const struct writers *w, size_t i)
{
	const struct writer *writer = &w->writer[i];
	char id[SPKI_ID_LEN + 1];

	BUG_ON(!archive_conf_is_name(writer->name));
	BUG_ON(!archive_conf_is_name(writer->archive));
	BUG_ON(writer->grants == 0 || writer->grants > 31);
	BUG_ON(!ecdsa_is_point(writer->point));
	spki_id(id, writer->point);
	BUG_ON(strcmp(id, writer->id) != 0);
	BUG_ON(writers_find(w, span_of(id)) != writer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = { (const char *)data, size };
	struct writers w;
	struct err e = {0};

	if (writers_load(&w, document, &e) == 0) {
		BUG_ON(w.n < 1 || w.n > WRITERS_MAX);
		BUG_ON(w.proof_expires_after == 0);
		for (size_t i = 0; i < w.n; i++)
			check_writer(&w, i);
	} else {
		BUG_ON(e.code != ERR_CONFIG_INVALID);
		BUG_ON(size <= YAML_WALK_SIZE &&
		    (e.msg[0] < '1' || e.msg[0] > '9'));
	}
	writers_free(&w);
	return 0;
}
