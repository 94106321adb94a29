#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Anchors: what is written, that openssl and sha256sum find it right, that
# nothing is ever written over, and that every request is counted.
# shellcheck disable=SC2086  # $YES is options
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

# settings WORD [LINE]: what consign.yaml says of anchors
settings() {
	printf 'anchor: %s\n%s\n' "$1" "${2:-}" > "$A/consign.yaml"
}

# begin NAME: an archive with a key, whose store has proven tier 1
begin() {
	A=$WORK/$1
	mkdir -p "$A"
	echo "$1" > "$A/file"
	climb_to 1
	consign_key
}

consign_key() {
	"$CONSIGN" key new box --root "$A" > "$WORK/entry" || fail key "$?"
}

# anchors: names of those in the store, by name;  copies: in the state folder
anchors() {
	cat "$S3_DIR/$BUCKET"/o/*/*[0-9a-f] 2> /dev/null |
	    grep -a -o "consign/${A##*/}/anchors/[0-9a-f-]*" |
	    sed 's,.*/,,' | sort -u
}
copies() {
	ls "$A/.consign/anchors" 2> /dev/null
}

# stored NAME: the document, as the store has it
stored() {
	stored_key=consign/${A##*/}/anchors/$1
	stored_sum=$(printf %s "$stored_key" | sha256sum | cut -c 1-64)
	cat "$S3_DIR/$BUCKET/o/$stored_sum"/*.data
}

# right DOCUMENT: it is as consign-anchor(5) says, and stands in the ledger
right() {
	"$ROOT/docs/verify-anchor.sh" "$1" "$A/.consign/keys/box.pub" \
	    "$A/.consign/ledger.jsonl"
}

# counted_all: what the ledger's ends say together is what the store saw
counted_all() {
	for c in A:class_a B:class_b free:free; do
		said=$(ledger | grep '"kind":"end"' |
		    sed "s/.*\"${c#*:}_requests\":\([0-9]*\).*/\1/" |
		    awk '{ n += $1 } END { print n }')
		seen=$(requests_class "${c%%:*}")
		[ "$said" -eq "$seen" ] || {
			echo "$c: said $said, seen $seen"
			return 1
		}
	done
}

start_store
begin one
settings write
try anchor/run 0 push
check anchor/object [ "$(anchors | wc -l)" -eq 1 ]
name=$(anchors)
stored "$name" > document
check anchor/right right document
check anchor/copy cmp document "$A/.consign/anchors/$name"
check anchor/rows [ "$(ledger | tail -n 4 |
    sed 's/.*"kind":"\([a-z]*\)".*/\1/' | xargs)" = \
    'reserve anchor end checkpoint' ]
check anchor/whole whole
check anchor/counted counted_all
cat document
