/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <string.h>

#include "archive_conf.h"

/* A setting that is on. */
struct setting {
	const char *name;
	const char *text;
};

/* A text as a scalar: plain where nothing in it could be taken for YAML. */
static void
put_text(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";

	if (text[strspn(text, plain)] == '\0' && text[0] != '-' &&
	    strcmp(text, "null") != 0) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '\'');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'')
			buf_putc(out, '\'');	/* in quotes it is doubled */
		buf_putc(out, *p);
	}
	buf_putc(out, '\'');
}

static const char *
find_text(const struct setting *on, const char *name)
{
	for (; on->name != NULL; on++) {
		if (strcmp(on->name, name) == 0)
			return on->text;
	}
	return NULL;
}

/* What stands behind the name of a field that is off. */
static const char *
preset_of(const struct field *f)
{
	if (f->preset != NULL && strcmp(f->preset, FIELD_NO_LIMIT) != 0)
		return f->preset;
	return f->type == FIELD_FLAG ? "false" : f->value;
}

static void
put_fields(struct buf *out, const struct field *table, const char *indent,
    const struct setting *on)
{
	for (const struct field *f = table; f->name != NULL; f++) {
		const char *text = find_text(on, f->name);

		buf_printf(out, "%s# %s\n", indent, f->what);
		if (text != NULL) {
			buf_printf(out, "%s%s: ", indent, f->name);
			put_text(out, text);
			buf_putc(out, '\n');
		} else {
			buf_printf(out, "%s#%s: %s\n", indent, f->name,
			    preset_of(f));
		}
	}
}

/* See archive_conf.h. */
void
archive_conf_sample(struct buf *out, const char *archive, const char *state)
{
	const struct setting archive_on[] = {
		{ "archive", archive },
		{ "state", state },
		{ NULL, NULL }
	};
	static const struct setting source_on[] = {
		{ "path", "." },
		{ NULL, NULL }
	};
	static const struct setting none = { NULL, NULL };

	buf_puts(out,
	    "# The settings of this archive; consign.yaml(5) tells more.\n"
	    "#\n"
	    "# What is off has a # right before its name and shows its "
	    "preset, or what\n"
	    "# belongs there in CAPITALS.  Take the # away to turn it on.  "
	    "Sizes take\n"
	    "# k M G, times ms s m h.  Indent with spaces.\n"
	    "\n");
	put_fields(out, archive_conf_fields, "", archive_on);
	buf_puts(out, "\n"
	    "# Folders whose files are carried, each under a name of its own.\n"
	    "sources:\n"
	    "  main:\n");
	put_fields(out, archive_conf_source_fields, "    ", source_on);
	buf_puts(out, "\n"
	    "# Where they are sent, each under a name of its own.  "
	    "Credentials are never\n"
	    "# here: only where they are found.\n"
	    "#stores:\n"
	    "  #offsite:\n");
	put_fields(out, store_conf_fields, "    ", &none);
}
