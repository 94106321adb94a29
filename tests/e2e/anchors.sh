# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of anchors.  To be sourced after lib.sh.

. "$ROOT/tests/e2e/archive.sh"

# settings LINE...: what consign.yaml says
settings() {
	printf '%s\n' "$@" > "$A/consign.yaml"
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

# newest: the name of the anchor with the greatest number
newest() {
	anchors | sort -n | tail -n 1
}

# last_rows N: kinds of the last rows
last_rows() {
	ledger | tail -n "$1" | sed 's/.*"kind":"\([a-z]*\)".*/\1/' | xargs
}

# change: another file to send
change() {
	date +%s%N > "$A/file"
}

# reserved FILE: these rows have reserved all that the store saw
reserved() {
	for c in A:class_a B:class_b free:free; do
		said=$(grep '"kind":"reserve"' "$1" |
		    sed "s/.*\"${c#*:}_requests\":\([0-9]*\).*/\1/" |
		    awk '{ n += $1 } END { print n }')
		seen=$(requests_class "${c%%:*}")
		[ "$said" -ge "$seen" ] || {
			echo "$c: reserved $said, seen $seen"
			return 1
		}
	done
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

# good NAME: the newest anchor is right, its copy the same, and all counted
good() {
	stored "$(newest)" > document
	check "$1/right" right document
	check "$1/copy" cmp document "$A/.consign/anchors/$(newest)"
	check "$1/rows" [ "$(last_rows 3)" = 'anchor end checkpoint' ]
	check "$1/whole" whole
	check "$1/counted" counted_all
}
