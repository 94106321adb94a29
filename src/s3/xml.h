/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef XML_H
#define XML_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/*
 * A bounded reader of the XML that S3 servers answer with; not a general
 * parser.  It works on a whole document in memory, allocates nothing, and
 * trusts a document only when all of it is there: a root element that is not
 * closed, or anything but space, comments and processing instructions after
 * it, makes the document malformed, and a malformed document says nothing.
 *
 * Taken: space before the prolog (servers send it to keep a connection alive
 * while they complete an upload), a byte order mark, a declaration in either
 * kind of quotes, attributes (checked and skipped), prefixes (skipped: names
 * are compared without them), the five named entities, decimal and
 * hexadecimal references, CDATA, comments, processing instructions.
 *
 * Refused: DOCTYPE and any other "<!", unknown entities, a tag closed by
 * another name, more than XML_DEPTH_MAX levels, bytes that are not UTF-8, raw
 * control bytes, references to NUL, to surrogates or beyond U+10FFFF.
 * References to other control characters are taken although XML 1.0 section
 * 4.1 forbids them: S3 lists keys that hold such characters that way.
 *
 * A path names elements from the root down, "Error/Code".
 */
#define XML_DEPTH_MAX 8		/* S3's deepest answer has 6: a lifecycle tag */

struct xml {
	/* All private. */
	struct span doc;
	size_t at;
	struct span open[XML_DEPTH_MAX];	/* names as written */
	int depth;
	bool empty;		/* <a/>: its end is still to be told */
	bool rooted;		/* the root element was seen */
};

/* Checks all of doc, then stands before its root; -1 when malformed. */
int xml_open(struct xml *x, struct span doc);

/*
 * The next element at path, from its "<" to its last ">": a document by
 * itself, for xml_text().  1, or 0 when there are no more.
 */
int xml_each(struct xml *x, const char *path, struct span *element);

/* Is doc complete and well-formed, and its root element of that name? */
bool xml_root(struct span doc, const char *name);

/*
 * The decoded text of the one element at path, ended by NUL; line ends stay
 * as they are.  1; 0 when there is no such element; -1 when doc is
 * malformed, when there are several, when it holds other elements, or when
 * the text and its NUL need more than size bytes.  *out is empty unless 1.
 */
int xml_text(struct span doc, const char *path, char *out, size_t size);

/*
 * Several children of the root at once, whose names say what they are: found
 * is as xml_text() returns it, and out as it leaves it.  0, or -1 when doc is
 * malformed: then none is found.
 */
struct xml_child {
	const char *name;	/* without a prefix */
	char *out;
	size_t size;
	int found;
};

int xml_children(struct span doc, struct xml_child *child, size_t n);

#endif
