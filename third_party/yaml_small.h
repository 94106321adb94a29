/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */

/*
 * Read by libyaml.mk into libyaml's scanner, behind its macros and before its
 * functions: what the scanner has spelt out a hundred times becomes functions,
 * each made of the macro itself.  The program gets smaller for it; what the
 * scanner does stays the same.
 */

#define SMALL	static __attribute__((noinline, unused))

struct small_view {
	const yaml_char_t *pointer;
};

SMALL int
small_is_alpha(struct small_view at)
{
	return IS_ALPHA(at);
}

SMALL int
small_is_break(struct small_view at)
{
	return IS_BREAK(at);
}

SMALL int
small_is_blankz(struct small_view at)
{
	return IS_BLANKZ(at);
}

SMALL int
small_cache(yaml_parser_t *parser, size_t length)
{
	return CACHE(parser, length);
}

SMALL void
small_skip(yaml_parser_t *parser)
{
	SKIP(parser);
}

SMALL void
small_skip_line(yaml_parser_t *parser)
{
	SKIP_LINE(parser);
}

SMALL int
small_init(yaml_parser_t *parser, yaml_string_t *string)
{
	return STRING_INIT(parser, *string, INITIAL_STRING_SIZE);
}

SMALL void
small_del(yaml_parser_t *parser, yaml_string_t *string)
{
	STRING_DEL(parser, *string);
}

SMALL int
small_extend(yaml_parser_t *parser, yaml_string_t *string)
{
	return STRING_EXTEND(parser, *string);
}

SMALL void
small_clear(yaml_string_t *string)
{
	CLEAR(, *string);
}

SMALL int
small_join(yaml_parser_t *parser, yaml_string_t *to, yaml_string_t *from)
{
	return JOIN(parser, *to, *from);
}

SMALL int
small_read(yaml_parser_t *parser, yaml_string_t *string)
{
	return READ(parser, *string);
}

SMALL int
small_read_line(yaml_parser_t *parser, yaml_string_t *string)
{
	return READ_LINE(parser, *string);
}

SMALL int
small_enqueue(yaml_parser_t *parser, const yaml_token_t *token)
{
	return ENQUEUE(parser, parser->tokens, *token);
}

#undef IS_ALPHA_AT
#undef IS_BREAK_AT
#undef IS_BLANKZ_AT
#undef CACHE
#undef SKIP
#undef SKIP_LINE
#undef STRING_INIT
#undef STRING_DEL
#undef STRING_EXTEND
#undef CLEAR
#undef JOIN
#undef READ
#undef READ_LINE
#undef ENQUEUE

#define SMALL_AT(string, offset) \
	((struct small_view){ (string).pointer + (offset) })
#define IS_ALPHA_AT(string, offset)	small_is_alpha(SMALL_AT(string, offset))
#define IS_BREAK_AT(string, offset)	small_is_break(SMALL_AT(string, offset))
#define IS_BLANKZ_AT(string, offset) \
	small_is_blankz(SMALL_AT(string, offset))
#define CACHE(parser, length)		small_cache(parser, length)
#define SKIP(parser)			small_skip(parser)
#define SKIP_LINE(parser)		small_skip_line(parser)
#define STRING_INIT(parser, string, size) small_init(parser, &(string))
#define STRING_DEL(parser, string)	small_del(parser, &(string))
#define STRING_EXTEND(parser, string)	small_extend(parser, &(string))
#define CLEAR(parser, string)		small_clear(&(string))
#define JOIN(parser, to, from)		small_join(parser, &(to), &(from))
#define READ(parser, string)		small_read(parser, &(string))
#define READ_LINE(parser, string)	small_read_line(parser, &(string))
#define ENQUEUE(parser, tokens, token)	small_enqueue(parser, &(token))
