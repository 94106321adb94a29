/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#ifndef MARKUP_H
#define MARKUP_H

#include "buf.h"
#include "span.h"

/* The attribute of every root element (S3 API reference). */
#define MARKUP_XMLNS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

/* Text in XML: & < > " and control characters as references. */
void markup_text(struct buf *out, struct span text);

/* <name>text</name>, or what the format makes of a number. */
void markup_element(struct buf *out, const char *name, struct span text);
void markup_number(struct buf *out, const char *name, long long n);

/* "2013-05-24T00:00:00.000Z", as S3 writes times in XML. */
void markup_time(struct buf *out, const char *name, long long t);

#endif
