/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "yaml_walk.h"

/* An open mapping. */
struct level {
	const char *key[YAML_WALK_KEYS];
	size_t nkeys;
	bool value_next;	/* a key was read, its value comes */
};

struct walk {
	const struct yaml_visitor *visitor;
	struct yaml_texts *texts;
	struct level level[YAML_WALK_DEPTH];
	int depth;		/* open mappings */
	bool in_list;
	int documents;
	struct yaml_place place;
	struct err *e;
};

/* Put the place in front of what err says. */
static int
fail_here(struct walk *w)
{
	return err_ctx(w->e, "%zu:%zu", w->place.line, w->place.column);
}

static int
refuse(struct walk *w, const char *what)
{
	err_set(w->e, ERR_CONFIG_INVALID, "%s", what);
	return fail_here(w);
}

static int
refuse_anchor(struct walk *w, const char *what)
{
	err_set(w->e, ERR_CONFIG_INVALID, "%s are not supported", what);
	err_advise(w->e, "quote a text that begins with *, & or !");
	return fail_here(w);
}

/* Hand on what was found: fn is one of the visitor's. */
static int
tell(struct walk *w, int (*fn)(void *, const struct yaml_place *,
    struct err *))
{
	w->place.depth = w->depth;
	return fn(w->visitor->context, &w->place, w->e) == 0 ? 0 :
	    fail_here(w);
}

static bool
expects_value(const struct walk *w)
{
	return w->depth > 0 && (w->in_list ||
	    w->level[w->depth - 1].value_next);
}

/* The value of the last key is complete. */
static void
value_done(struct walk *w)
{
	if (w->depth > 0 && !w->in_list)
		w->level[w->depth - 1].value_next = false;
}

/* A copy that lives as long as the texts do. */
static const char *
keep(struct yaml_texts *t, const unsigned char *text, size_t len)
{
	char *to = t->memory + t->used;

	/* Never so: see yaml_walk(). */
	BUG_ON(t->size - t->used < len + 1);
	memcpy(to, text, len);
	to[len] = '\0';
	t->used += len + 1;
	return to;
}

static int
take_key(struct walk *w, const char *key)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	struct level *l = &w->level[w->depth - 1];

	if (key[strspn(key, word)] != '\0') {
		err_set(w->e, ERR_CONFIG_INVALID, "'%s' cannot be a key",
		    key);
		return fail_here(w);
	}
	for (size_t i = 0; i < l->nkeys; i++) {
		if (strcmp(l->key[i], key) != 0)
			continue;
		err_set(w->e, ERR_CONFIG_INVALID, "'%s' is given twice", key);
		return fail_here(w);
	}
	if (l->nkeys == YAML_WALK_KEYS)
		return refuse(w, "too many keys in one place");
	l->key[l->nkeys++] = key;
	l->value_next = true;
	w->place.key[w->depth - 1] = key;
	return tell(w, w->visitor->key);
}

/* Is it no text at all, to a reader of the file or of YAML? */
static bool
is_missing(const yaml_event_t *ev)
{
	const char *text = (const char *)ev->data.scalar.value;

	return text[0] == '\0' ||
	    (ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (strcmp(text, "~") == 0 || strcmp(text, "null") == 0));
}

static int
take_scalar(struct walk *w, const yaml_event_t *ev)
{
	const unsigned char *value = ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	const char *text;

	if (ev->data.scalar.anchor != NULL || ev->data.scalar.tag != NULL)
		return refuse_anchor(w, "anchors and tags");
	if (w->depth == 0)
		return refuse(w, "the top must be a mapping");
	if (ev->start_mark.line != ev->end_mark.line)
		return refuse(w, "a text must stand on one line");
	if (memchr(value, '\0', len) != NULL)
		return refuse(w, "a NUL byte cannot be part of a text");
	if (is_missing(ev))
		return refuse(w, expects_value(w) ? "a value is missing" :
		    "a key is missing");
	text = keep(w->texts, value, len);
	if (!expects_value(w))
		return take_key(w, text);
	w->place.depth = w->depth;
	if (w->visitor->scalar(w->visitor->context, &w->place, text, w->e)
	    != 0)
		return fail_here(w);
	value_done(w);
	return 0;
}

static int
begin_mapping(struct walk *w, const yaml_event_t *ev)
{
	if (ev->data.mapping_start.anchor != NULL ||
	    ev->data.mapping_start.tag != NULL)
		return refuse_anchor(w, "anchors and tags");
	if (w->in_list || (w->depth > 0 && !expects_value(w)))
		return refuse(w, "a mapping is not expected here");
	/* The visitor first: it knows better what belongs here. */
	if (w->depth > 0 && tell(w, w->visitor->mapping) != 0)
		return -1;
	if (w->depth == YAML_WALK_DEPTH)
		return refuse(w, "mappings are nested too deep");
	w->level[w->depth].nkeys = 0;
	w->level[w->depth].value_next = false;
	w->depth++;
	return 0;
}

static int
begin_list(struct walk *w, const yaml_event_t *ev)
{
	if (ev->data.sequence_start.anchor != NULL ||
	    ev->data.sequence_start.tag != NULL)
		return refuse_anchor(w, "anchors and tags");
	if (w->depth == 0)
		return refuse(w, "the top must be a mapping");
	if (w->in_list || !expects_value(w))
		return refuse(w, "a list is not expected here");
	w->in_list = true;
	return tell(w, w->visitor->list);
}

static int
begin_document(struct walk *w, const yaml_event_t *ev)
{
	if (w->documents++ > 0)
		return refuse(w, "only one document is taken");
	if (ev->data.document_start.version_directive != NULL ||
	    ev->data.document_start.tag_directives.start !=
	    ev->data.document_start.tag_directives.end)
		return refuse(w, "directives are not supported");
	return 0;
}

static int
handle(struct walk *w, const yaml_event_t *ev)
{
	w->place.line = ev->start_mark.line + 1;
	w->place.column = ev->start_mark.column + 1;
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(w, ev);
	case YAML_SCALAR_EVENT:
		return take_scalar(w, ev);
	case YAML_ALIAS_EVENT:
		return refuse_anchor(w, "aliases");
	case YAML_MAPPING_START_EVENT:
		return begin_mapping(w, ev);
	case YAML_MAPPING_END_EVENT:
		w->depth--;
		value_done(w);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		return begin_list(w, ev);
	case YAML_SEQUENCE_END_EVENT:
		w->in_list = false;
		value_done(w);
		return 0;
	case YAML_STREAM_END_EVENT:
		return w->documents == 1 ? 0 :
		    refuse(w, "there is nothing in it");
	default:
		return 0;
	}
}

/* The place of a byte of the document. */
static void
find_place(struct yaml_place *place, struct span document, size_t at)
{
	place->line = place->column = 1;
	for (size_t i = 0; i < at; i++) {
		unsigned char c = (unsigned char)document.p[i];

		if (c == '\n') {
			place->line++;
			place->column = 1;
		} else if ((c & 0xc0) != 0x80) {	/* begins a character */
			place->column++;
		}
	}
}

/* libyaml's own complaint; its words are constants of the library. */
static int
syntax_error(struct walk *w, const yaml_parser_t *p, struct span document)
{
	if (p->error == YAML_MEMORY_ERROR)
		return err_set(w->e, ERR_NO_MEMORY, "no memory for YAML");
	if (p->error == YAML_READER_ERROR) {
		find_place(&w->place, document, p->problem_offset);
	} else {
		w->place.line = p->problem_mark.line + 1;
		w->place.column = p->problem_mark.column + 1;
	}
	/* A glob that is not quoted: "*.jpg" is a bad alias to YAML. */
	if (p->context != NULL && (strstr(p->context, "alias") != NULL ||
	    strstr(p->context, "anchor") != NULL ||
	    strstr(p->context, "tag") != NULL))
		return refuse_anchor(w, "anchors, aliases and tags");
	return refuse(w, p->problem != NULL ? p->problem :
	    "this is not YAML");
}

static int
parse(struct walk *w, yaml_parser_t *p, struct span document)
{
	yaml_event_type_t type;
	int rc;

	do {
		yaml_event_t ev;

		if (!yaml_parser_parse(p, &ev))
			return syntax_error(w, p, document);
		type = ev.type;
		rc = handle(w, &ev);
		yaml_event_delete(&ev);
	} while (rc == 0 && type != YAML_STREAM_END_EVENT);
	return rc;
}

/* What YAML takes, but a reader does not see as what it is. */
static int
check_unseen(struct walk *w, struct span document)
{
	static const struct {
		const char *bytes, *what;
	} unseen[] = {
		{ "\t", "a tab" },
		{ "\r", "a carriage return amid a line" },
		{ "\xc2\x85", "a line end of another kind" },	/* U+0085 */
		{ "\xe2\x80\xa8", "a line end of another kind" },
		{ "\xe2\x80\xa9", "a line end of another kind" },
		{ "\xef\xbb\xbf", "a byte order mark amid the text" },
		{ NULL, NULL }
	};

	for (size_t i = 0; i < document.len; i++) {
		struct span rest = { document.p + i, document.len - i };

		if (span_starts(rest, "\r\n"))
			continue;
		for (size_t k = 0; unseen[k].bytes != NULL; k++) {
			if (!span_starts(rest, unseen[k].bytes))
				continue;
			find_place(&w->place, document, i);
			err_set(w->e, ERR_CONFIG_INVALID, "%s",
			    unseen[k].what);
			err_advise(w->e, "use spaces and plain line ends");
			return fail_here(w);
		}
	}
	return 0;
}

int
yaml_walk(struct span document, const struct yaml_visitor *visitor,
    struct yaml_texts *texts, struct err *e)
{
	struct walk w = { .visitor = visitor, .texts = texts, .e = e };
	yaml_parser_t parser;
	int rc;

	*texts = (struct yaml_texts){0};
	if (document.len > YAML_WALK_SIZE)
		return err_set(e, ERR_CONFIG_INVALID,
		    "%zu bytes are more than %d", document.len,
		    YAML_WALK_SIZE);
	if (span_starts(document, "\xef\xbb\xbf"))
		document = (struct span){ document.p + 3, document.len - 3 };
	if (check_unseen(&w, document) != 0)
		return -1;
	/*
	 * A scalar is kept with a NUL, and is at most 3 bytes for each 2 in
	 * the document ("\L" is U+2028; other escapes are longer than what
	 * they stand for).  It takes a byte there at least, empty ones being
	 * refused, and one between it and the next.  So n bytes in all make
	 * at most 3/2 (n + 1).
	 */
	texts->size = 2 * document.len + 2;
	texts->memory = malloc(texts->size);
	if (texts->memory == NULL || !yaml_parser_initialize(&parser))
		return err_set(e, ERR_NO_MEMORY, "no memory for YAML");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)
	    (document.len > 0 ? document.p : ""), document.len);
	rc = parse(&w, &parser, document);
	yaml_parser_delete(&parser);
	return rc;
}

void
yaml_walk_free(struct yaml_texts *texts)
{
	free(texts->memory);
	*texts = (struct yaml_texts){0};
}
