/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "span.h"
#include "text.h"

#include "opt.h"

struct parser {
	const struct opt_set *sets;
	size_t nsets;
	bool seen[OPT_SETS_MAX][OPT_FIELDS_MAX];
	char **next;		/* words left */
	char **end;
	struct err *e;
};

static int
unknown(struct parser *p, const char *word, struct span name)
{
	char names[OPT_SETS_MAX * OPT_FIELDS_MAX][FIELD_NAME_MAX + 1];
	const char *list[OPT_SETS_MAX * OPT_FIELDS_MAX + 1];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < p->nsets; i++)
		for (const struct field *f = p->sets[i].fields;
		    f->name != NULL; f++) {
			field_option_name(names[n], f);
			list[n] = names[n];
			n++;
		}
	list[n] = NULL;
	err_set(p->e, ERR_USAGE, "unknown option '%s'", word);
	near = text_nearest(name, list);
	return near != NULL ? err_advise(p->e, "did you mean --%s?", near) :
	    err_advise(p->e, "see --help");
}

/* Set what an option names; value is NULL where none was joined by '='. */
static int
take(struct parser *p, size_t set, const struct field *f, const char *value)
{
	const struct opt_set *s = &p->sets[set];
	size_t nr = (size_t)(f - s->fields);
	bool *seen = &p->seen[set][nr];
	char name[FIELD_NAME_MAX + 1];

	BUG_ON(nr >= OPT_FIELDS_MAX);
	field_option_name(name, f);
	if (*seen && f->type != FIELD_LIST)
		return err_set(p->e, ERR_USAGE, "--%s is given twice", name);
	*seen = true;
	if (f->type == FIELD_FLAG) {
		if (value != NULL)
			return err_set(p->e, ERR_USAGE, "--%s takes no value",
			    name);
		value = "true";
	} else if (value == NULL) {
		if (p->next == p->end)
			return err_set(p->e, ERR_USAGE, "--%s needs a value",
			    name);
		value = *p->next++;
	}
	if (s->given != NULL)
		s->given[nr] = true;
	return field_set(f, s->base, value, "--", p->e);
}

static int
take_long(struct parser *p, const char *word)
{
	const char *equals = strchr(word, '=');
	struct span name = { word + 2, equals != NULL ?
	    (size_t)(equals - word) - 2 : strlen(word) - 2 };

	for (size_t i = 0; i < p->nsets; i++) {
		const struct field *f =
		    field_find_option(p->sets[i].fields, name);

		if (f != NULL)
			return take(p, i, f,
			    equals != NULL ? equals + 1 : NULL);
	}
	return unknown(p, word, name);
}

/* "-o FILE" and "-oFILE"; flags are not bundled. */
static int
take_short(struct parser *p, const char *word)
{
	for (size_t i = 0; i < p->nsets; i++)
		for (const struct field *f = p->sets[i].fields;
		    f->name != NULL; f++)
			if (f->letter == word[1])
				return take(p, i, f,
				    word[2] != '\0' ? word + 2 : NULL);
	return unknown(p, word, span_of(word + 1));
}

int
opt_parse(int argc, char **argv, const struct opt_set *sets, size_t nsets,
    int *nargs, struct err *e)
{
	struct parser p = { .sets = sets, .nsets = nsets, .next = argv,
	    .end = argv + argc, .e = e };
	char **arg = argv;
	bool options = true;

	BUG_ON(nsets > OPT_SETS_MAX);
	while (p.next < p.end) {
		char *word = *p.next++;
		int rc = 0;

		if (!options || word[0] != '-' || word[1] == '\0')
			*arg++ = word;
		else if (strcmp(word, "--") == 0)
			options = false;
		else if (word[1] == '-')
			rc = take_long(&p, word);
		else
			rc = take_short(&p, word);
		if (rc != 0)
			return -1;
	}
	*nargs = (int)(arg - argv);
	return 0;
}

void
opt_help(struct buf *b, const struct field *fields)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		char option[FIELD_NAME_MAX + 1];
		char left[80];
		struct buf l;

		field_option_name(option, f);
		buf_fixed(&l, left, sizeof(left));
		if (f->letter != 0)
			buf_printf(&l, "-%c, ", f->letter);
		buf_printf(&l, "--%s", option);
		if (f->value != NULL)
			buf_printf(&l, " %s", f->value);
		buf_printf(b, "  %-34s %s\n", left, f->what);
	}
}
