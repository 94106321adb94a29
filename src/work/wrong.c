/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "wrong.h"

int
wrong_remove(struct wrong *w, struct err *e)
{
	enum object_way way = w->versioned ? OBJECT_BY_VERSION :
	    OBJECT_BY_ETAG;
	bool safe = w->versioned ? w->told->version_id[0] != '\0' :
	    w->delete_if_match && w->told->etag[0] != '\0';
	struct err why = {0};

	w->deleted = safe &&
	    object_delete(w->client, w->key, w->told, way, &why) == 0;
	w->left = !w->deleted && why.code != ERR_REPLACED_BY_OTHER;
	return err_set(e, ERR_VERIFICATION_FAILED,
	    "the stored bytes are not those that were sent%s",
	    w->deleted ? "; they were removed again" :
	    w->left ? "; they were left there" : "");
}
