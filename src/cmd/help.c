/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include "opt.h"
#include "sha256.h"
#include "version.h"

#include "help.h"

/* Much more than all texts together. */
#define HELP_MAX 16384

static int
print(struct app *app, struct buf *b, struct err *e)
{
	BUG_ON(!buf_ok(b));
	return out_bytes(app->out, buf_as_span(b), e);
}

int
help_all(struct app *app, struct err *e)
{
	char text[HELP_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_puts(&b, "usage: consign COMMAND [options] [arguments]\n\n"
	    "Carries files to S3-compatible object storage and proves that "
	    "they arrived.\n\ncommands:\n");
	for (const struct command *c = commands; c->name != NULL; c++)
		buf_printf(&b, "  %-10s %s\n", c->name, c->summary);
	buf_puts(&b, "\noptions of all commands:\n");
	opt_help(&b, options_global);
	buf_puts(&b, "\n'consign COMMAND --help' tells more; the manual is "
	    "consign(1).\n");
	return print(app, &b, e);
}

int
help_command(struct app *app, const struct command *c, struct err *e)
{
	struct command_group group[COMMANDS_GROUPS_MAX];
	size_t n = commands_groups(group, c);
	char text[HELP_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_printf(&b, "usage: consign %s %s%s[options]\n\n%s", c->name,
	    c->arguments, c->arguments[0] != '\0' ? " " : "", c->details);
	if (c->fields != NULL) {
		buf_printf(&b, "\noptions of %s:\n", c->name);
		opt_help(&b, c->fields);
	}
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "\n%s:\n", group[i].title);
		opt_help(&b, group[i].fields);
	}
	return print(app, &b, e);
}

int
help_version(struct app *app, struct err *e)
{
	struct sha256_variant variant[SHA256_VARIANTS_MAX];

	sha256_variants(variant);
	return out_result(app->out, e, "consign %s\n"
	    "roots: Mozilla's of %s\n"
	    "sha256: %s\n"
	    "unproven_against_live_provider",
	    VERSION, app->roots_date, variant[0].name);
}
