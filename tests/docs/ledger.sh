#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-ledger(5) lists the fields that the program writes, and the script
# beside it tells a whole ledger from a broken one.
. "$(dirname "$0")/../e2e/lib.sh"

page=$ROOT/docs/consign-ledger.5
rows=$ROOT/vectors/ledger/rows.jsonl

# --- Fields: name, form, and whether it is optional; in order ---------------

(cd "$ROOT/src/store" && cat row.c manifest.c facts.c receipt.c) |
    awk -F '[(), ]+' '/^\tFORM_(NEED|MAY)\(/ {
	form = tolower(substr($4, 6))
	sub(/^hex64$/, "digest", form)
	if (sub(/^hex/, "", form))
		form = form " hex digits"
	sub(/^upload$/, "upload id", form)
	print $3, form ($1 ~ /MAY/ ? " ?" : "")
    }' > fields
awk -F ' Ta( |$)' '/^\.It Va / {
	sub(/^\.It Va /, "", $1)
	sub(/\\ \?$/, " ?", $2)
	print $1, $2
}' "$page" > listed
check ledger/fields-are-there [ "$(wc -l < fields)" -gt 150 ]
check ledger/fields diff fields listed

sed -n 's/^	\[ROW_[A-Z]*\] = { "\([a-z]*\)".*/\1/p' "$ROOT/src/store/row.c" |
    sort > kinds
sed -n 's/^\.It Ic //p' "$page" | tr -d ' ' | tr , '\n' | sort > listed
check ledger/kinds diff kinds listed

# --- The script, with a busybox and nothing else ----------------------------

mkdir bin
for applet in sh sha256sum; do
	ln -s "$(command -v busybox)" "bin/$applet"
done

# verdict NAME STATUS WORDS: of the ledger in "ledger"
verdict() {
	env -i PATH="$WORK/bin" sh "$ROOT/docs/verify-ledger.sh" ledger \
	    > said 2>&1
	status=$?
	if [ "$status" -eq "$2" ] && grep -q "$3" said; then
		pass "ledger/$1"
	else
		fail "ledger/$1" "status $status: $(cat said)"
	fi
}

# flip N: bit 0 of byte N, from 0, into "ledger"
flip() {
	byte=$(od -An -tu1 -j "$1" -N 1 "$rows")
	head -c "$1" "$rows" > ledger
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %o $((byte ^ 1)))" >> ledger
	tail -c +$(($1 + 2)) "$rows" >> ledger
}

cp "$rows" ledger
n=$(wc -l < "$rows")
size=$(wc -c < "$rows")
verdict whole 0 "^$n rows, chain [0-9a-f]*$"
check ledger/last-value grep -q "$(tail -c 67 "$rows" | head -c 64)" said

at=3
while [ "$at" -lt $((size - 1)) ]; do
	flip "$at"
	verdict "flipped-at-$at" 1 '^ledger row'
	at=$((at + 211))
done

sed 2d "$rows" > ledger
verdict row-removed 1 '^ledger row 1'
sed 2p "$rows" > ledger
verdict row-doubled 1 '^ledger row 2'
sed 1d "$rows" > ledger
verdict first-removed 1 '^ledger row 0'
head -c $((size - 1)) "$rows" > ledger
verdict torn 0 "^$((n - 1)) rows"
check ledger/torn-is-said grep -q '^a torn row' said
: > ledger
verdict empty 0 '^0 rows'
rm ledger
verdict missing 2 '^cannot read'

# --- The example ------------------------------------------------------------

cp "$rows" ledger.jsonl
sed -n '/^\.Bd/,/^\.Ed/p' "$page" | sed '/^\.[BE]d/d; s/\\e/\\/g' > example.sh
check ledger/example grep -q "$(sh example.sh | cut -c 1-64)" ledger.jsonl
check ledger/example-says [ "$(sh example.sh | wc -c)" -gt 64 ]
