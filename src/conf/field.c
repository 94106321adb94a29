/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "text.h"

#include "field.h"

void
field_list_free(struct field_list *list)
{
	free(list->item);
	list->item = NULL;
	list->n = 0;
}

void
field_option_name(char out[FIELD_NAME_MAX + 1], const struct field *f)
{
	size_t n = 0;

	for (const char *p = f->name; *p != '\0' && n < FIELD_NAME_MAX; p++)
		out[n++] = *p == '_' ? '-' : *p;
	out[n] = '\0';
}

const struct field *
field_find_option(const struct field *table, struct span name)
{
	char option[FIELD_NAME_MAX + 1];

	for (const struct field *f = table; f->name != NULL; f++) {
		field_option_name(option, f);
		if (span_is(name, option))
			return f;
	}
	return NULL;
}

/* "--ca-file" or "ca_file", as the reader of the message knows it. */
static void
shown_name(char out[FIELD_NAME_MAX + 3], const struct field *f,
    const char *prefix)
{
	struct buf b;
	char option[FIELD_NAME_MAX + 1];

	field_option_name(option, f);
	buf_fixed(&b, out, FIELD_NAME_MAX + 3);
	buf_puts(&b, prefix);
	buf_puts(&b, prefix[0] != '\0' ? option : f->name);
}

static int
list_add(struct field_list *list, const char *text, struct err *e)
{
	const char **item;

	/* The number is bounded by the command line or the file it is from. */
	item = realloc(list->item, (list->n + 1) * sizeof(*item));
	if (item == NULL)
		return err_set(e, ERR_NO_MEMORY, "no memory for a list");
	item[list->n++] = text;
	list->item = item;
	return 0;
}

static int
set_choice(const struct field *f, int *out, const char *text,
    const char *shown, struct err *e)
{
	char list[200] = "";
	struct buf b;
	const char *near;

	for (int i = 0; f->choices[i] != NULL; i++) {
		if (strcmp(f->choices[i], text) == 0) {
			*out = i;
			return 0;
		}
	}
	buf_fixed(&b, list, sizeof(list));
	for (int i = 0; f->choices[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", f->choices[i]);
	err_set(e, ERR_CONFIG_INVALID, "%s cannot be '%s'", shown, text);
	near = text_nearest(span_of(text), f->choices);
	return near != NULL ? err_advise(e, "did you mean %s?", near) :
	    err_advise(e, "give one of: %s", list);
}

static int
set_number(const struct field *f, uint64_t *out, const char *text,
    const char *shown, struct err *e)
{
	static const char *const form[] = {
		[FIELD_COUNT] = "a whole number",
		[FIELD_SIZE] = "a size such as 64M",
		[FIELD_MS] = "a time such as 30s",
		[FIELD_WAIT] = "a time such as 30s"
	};
	uint64_t max = f->max != 0 ? f->max : (uint64_t)INT64_MAX;
	uint64_t v;
	int bad;

	if (f->type == FIELD_COUNT)
		bad = num_u64(span_of(text), UINT64_MAX, &v);
	else if (f->type == FIELD_SIZE)
		bad = num_size(span_of(text), UINT64_MAX, &v);
	else
		bad = num_ms(span_of(text), UINT64_MAX, &v);
	if (bad != 0 && f->type == FIELD_WAIT) {
		bad = num_u64(span_of(text), UINT64_MAX / 1000, &v);
		if (bad == 0)
			v *= 1000;
	}
	if (bad != 0) {
		err_set(e, ERR_CONFIG_INVALID, "%s cannot be '%s'", shown,
		    text);
		return err_advise(e, "give %s", form[f->type]);
	}
	if (v < f->min || v > max) {
		err_set(e, ERR_CONFIG_INVALID, "%s cannot be '%s'", shown,
		    text);
		return err_advise(e, "the smallest is %llu, the largest %llu%s",
		    (unsigned long long)f->min, (unsigned long long)max,
		    f->type == FIELD_MS || f->type == FIELD_WAIT ?
		    " (milliseconds)" : "");
	}
	*out = v;
	return 0;
}

int
field_set(const struct field *f, void *base, const char *text,
    const char *prefix, struct err *e)
{
	void *at = (char *)base + f->offset;
	char shown[FIELD_NAME_MAX + 3];

	shown_name(shown, f, prefix);
	switch (f->type) {
	case FIELD_TEXT:
		*(const char **)at = text;
		return 0;
	case FIELD_LIST:
		return list_add(at, text, e);
	case FIELD_CHOICE:
		return set_choice(f, at, text, shown, e);
	case FIELD_COUNT:
	case FIELD_SIZE:
	case FIELD_MS:
	case FIELD_WAIT:
		return set_number(f, at, text, shown, e);
	case FIELD_FLAG:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return err_set(e, ERR_CONFIG_INVALID,
			    "%s is true or false, not '%s'", shown, text);
		*(bool *)at = text[0] == 't';
		return 0;
	}
	BUG_ON(true);
	return -1;
}

void
field_copy(const struct field *f, void *to, const void *from)
{
	static const size_t size[] = {
		[FIELD_TEXT] = sizeof(const char *),
		[FIELD_LIST] = 0,
		[FIELD_CHOICE] = sizeof(int),
		[FIELD_COUNT] = sizeof(uint64_t),
		[FIELD_SIZE] = sizeof(uint64_t),
		[FIELD_MS] = sizeof(uint64_t),
		[FIELD_WAIT] = sizeof(uint64_t),
		[FIELD_FLAG] = sizeof(bool)
	};

	BUG_ON(f->type == FIELD_LIST);
	memcpy((char *)to + f->offset, (const char *)from + f->offset,
	    size[f->type]);
}

void
field_presets(const struct field *table, void *base)
{
	for (const struct field *f = table; f->name != NULL; f++) {
		struct err e = {0};

		if (f->preset != NULL)
			BUG_ON(field_set(f, base, f->preset, "", &e) != 0);
	}
}
