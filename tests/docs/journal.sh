#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-journal(5) lists the fields that the program writes.
. "$(dirname "$0")/../e2e/lib.sh"

page=$ROOT/docs/consign-journal.5
source=$ROOT/src/store/journal.c

# Fields: name and form, in order.
awk -F '[(), ]+' '/^\tFORM_(NEED|MAY)\(/ {
	form = tolower(substr($4, 6))
	sub(/^hex64$/, "digest", form)
	sub(/^upload$/, "upload id", form)
	print $3, form ($1 ~ /MAY/ ? " ?" : "")
    }' "$source" > fields
awk -F ' Ta( |$)' '/^\.It Va / {
	sub(/^\.It Va /, "", $1)
	sub(/\\ \?$/, " ?", $2)
	print $1, $2
    }' "$page" > listed
check journal/fields-are-there [ "$(wc -l < fields)" -gt 15 ]
check journal/fields diff fields listed

sed -n 's/^	\[JOURNAL_[A-Z]*\] = { "\([a-z][a-z]*\)".*/\1/p' "$source" |
    sort > kinds
sed -n 's/^\.It Ic //p' "$page" | sort > listed
check journal/kinds diff kinds listed
