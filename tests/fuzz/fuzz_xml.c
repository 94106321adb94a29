/* SPDX-License-Identifier: MIT */
/* Copyright (c) 2026 the consign authors */
#include <stdint.h>
#include <string.h>

#include "s3err.h"
#include "text.h"
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Elements lie inside of the document, in order, and are documents. */
static void
check_each(struct span doc, const char *path)
{
	const char *end = doc.p;
	struct span element;
	struct xml x, sub;

	BUG_ON(xml_open(&x, doc) != 0);
	while (xml_each(&x, path, &element) == 1) {
		BUG_ON(element.p < end);
		end = element.p + element.len;
		BUG_ON(end > doc.p + doc.len);
		BUG_ON(xml_open(&sub, element) != 0);
	}
}

static void
check_text(struct span doc, const char *path)
{
	char text[64];
	int rc = xml_text(doc, path, text, sizeof(text));

	BUG_ON(rc != 1 && text[0] != '\0');
	BUG_ON(!text_is_utf8(span_of(text)));
}

/* Several children at once are what each is alone. */
static void
check_children(struct span doc)
{
	char key[64], size[8], text[64];
	struct xml_child child[] = {
		{ "Key", key, sizeof(key), 0 },
		{ "Size", size, sizeof(size), 0 }
	};

	BUG_ON(xml_children(doc, child, 2) != 0);
	if (!xml_root(doc, "Contents"))
		return;
	BUG_ON(xml_text(doc, "Contents/Key", text, sizeof(text)) !=
	    child[0].found);
	BUG_ON(strcmp(text, key) != 0);
	BUG_ON(xml_text(doc, "Contents/Size", text, sizeof(size)) !=
	    child[1].found);
	BUG_ON(strcmp(text, size) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span doc = { (const char *)data, size };
	struct s3err_answer a = { .method = "POST", .status = 200,
	    .upload_id = true, .body = doc };
	struct s3err got;
	struct xml x;

	check_text(doc, "Error/Code");
	check_text(doc, "ListBucketResult/Contents/Key");
	s3err_classify(&got, &a);
	BUG_ON(got.class != S3ERR_UNCLEAR && !xml_root(doc, "Error"));
	if (xml_open(&x, doc) == 0) {
		check_each(doc, "Error");
		check_each(doc, "ListBucketResult/Contents");
		check_children(doc);
	}
	return 0;
}
