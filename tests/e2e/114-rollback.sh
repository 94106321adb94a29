#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A history that was rolled back, forked, or taken from another box: with
# "anchor: check" a run finds that before it sends anything.
# shellcheck disable=SC2046,SC2086,SC2119  # options
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/anchors.sh"

# only_read: nothing was sent since forget_requests
only_read() {
	[ "$(requests ANY)" -gt 0 ] &&
	    [ "$(requests ANY)" -eq "$(($(requests LIST) + $(requests GET)))" ]
}

# keep, restore: the state folder as it is, and again
keep() {
	rm -rf kept
	cp -a "$A/.consign" kept
}
restore() {
	rm -rf "$A/.consign"
	cp -a kept "$A/.consign"
}

# cut_to ROWS: the ledger ends there, and the manifest knows of no more
cut_to() {
	head -n "$1" kept/ledger.jsonl > "$A/.consign/ledger.jsonl"
	rm -f "$A/.consign/manifest.jsonl"
}

# refused NAME [COMMAND...]: as rolled back, with nothing sent, nothing of
# the ledger's rows changed, and what was added not signed
refused() {
	refused_name=$1
	shift
	[ $# -gt 0 ] || set -- push
	: > ledger.before
	[ ! -e "$A/.consign/ledger.jsonl" ] ||
	    cp "$A/.consign/ledger.jsonl" ledger.before
	before=$(kept)
	forget_requests
	try "$refused_name" 6/ledger_rolled_back "$@"
	check "$refused_name/reads" only_read
	check "$refused_name/kept" [ "$(kept)" -eq "$before" ]
	head -c "$(wc -c < ledger.before)" "$A/.consign/ledger.jsonl" |
	    cmp - ledger.before || fail "$refused_name/rows" changed
	check "$refused_name/unsigned" [ "$(last_rows 1)" = end ]
	check "$refused_name/said" [ "$(ended result)" = ledger_rolled_back ]
}

start_store
begin one
settings 'anchor: check'
try first 0 push
try second 0 push
keep
rows=$(wc -l < kept/ledger.jsonl)
seq=$(newest)

# --- Shorter --------------------------------------------------------------

for n in "$((rows / 2))" "$((seq - 1))"; do
	cut_to "$n"
	refused "cut-$n"
	restore
done
# Without any, as a new disk has it, and only the keys are left.
rm -f "$A/.consign/ledger.jsonl" "$A/.consign/manifest.jsonl"
refused none push --only "$(object "$A/file")"
restore
cut_to "$((rows / 2))"
refused by-hand consign ledger anchor $YES
restore
cut_to "$((seq - 1))"
refused verify consign verify
restore

# --- Another --------------------------------------------------------------

# Cut, and gone on with while nobody looked: longer than the anchor knows.
cut_to "$((seq - 2))"
settings 'anchor: off'
for n in 1 2 3; do
	change
	try "fork/on-$n" 0 push
done
check fork/longer [ "$(ledger | wc -l)" -gt "$rows" ]
settings 'anchor: check'
refused fork
restore

# Another box's, with this one's keys and name.
other=$WORK/other/one
first=$A
A=$other
mkdir -p "$A"
echo other > "$A/file"
climb_to 1
A=$first
cp "$other/.consign/ledger.jsonl" "$A/.consign/ledger.jsonl"
rm -f "$A/.consign/manifest.jsonl"
refused other
restore
try well 0 push

# Two boxes that call themselves the same: who is second finds it out, at the
# start, or, where nobody looks then, when both anchor the same row.
rm -rf twin
cp -a "$A" twin
change
try twin/first 0 push
A=$WORK/twin
change
refused twin/check
rm -rf twin
cp -a "$first" twin
A=$first
settings 'anchor: write'
change
try twin/anchors 0 push
A=$WORK/twin
settings 'anchor: write'
change
forget_requests
try twin/write 6/ledger_rolled_back push
check twin/write-proven [ "$(outcome main/file)" = uploaded ]
check twin/write-conflict [ "$(requests PUT 412)" -eq 1 ]
check twin/write-unsigned [ "$(last_rows 1)" = end ]
A=$first
settings 'anchor: check'

# The ledger alone was put back, and nobody looked at the start: the copy of
# the anchor that is written next is there already.
keep
settings 'anchor: write'
change
try copy/first 0 push
cp kept/ledger.jsonl kept/manifest.jsonl "$A/.consign"
change
forget_requests
try copy 6/ledger_rolled_back push
check copy/said grep -q 'anchored row [0-9]* before' err
check copy/unsigned [ "$(last_rows 1)" = end ]
restore
rm -rf "$S3_DIR"
start_store --port "$S3_PORT"
settings 'anchor: check'

# --- Order is that of numbers ---------------------------------------------

while [ "$(ledger | wc -l)" -lt 110 ]; do
	change
	push > out 2>&1 || fail order "$(cat out)"
done
check order/both sh -c "echo '$(anchors)' | grep -qx '[0-9][0-9]' &&
    echo '$(anchors)' | grep -qx '[0-9][0-9][0-9]'"
keep
cut_to 98
refused order
check order/newest grep -q "knows $(newest)" err
restore

# newest_own: of those that our box wrote
newest_own() {
	ledger | sed -n 's/.*"kind":"anchor".*"anchored_seq":\([0-9]*\).*/\1/p' |
	    tail -n 1
}

# --- What others put there ------------------------------------------------

echo rubbish > rubbish
for name in 99999 99998-00000000 100000x 0100000 -5 123456789012345678901; do
	"$CONSIGN" put rubbish "consign/one/anchors/$name" $(at_store) > out ||
	    fail rubbish "$(cat out)"
done
cut_to 98
refused rubbish
restore
# A genuine one under a greater number: the number is in no signature.
stored "$(newest_own)" | sed 's/"seq":[0-9]*/"seq":77777/' > forged
"$CONSIGN" put forged consign/one/anchors/77777 $(at_store) > out ||
    fail forged "$(cat out)"
try forged 0 push
check forged/said grep -q 'anchor 77777 is not as' err
try rubbish/well 0 push

# One of an unknown key is said, and neither believed nor in the way.
A=$other
consign_key
while [ "$(ledger | wc -l)" -lt 200 ]; do
	change
	push > out 2>&1 || fail unknown "$(cat out)"
done
settings 'anchor: write'
change
push > out 2>&1 || fail unknown "$(cat out)"
A=$first
change
try unknown 0 push
check unknown/said grep -q "anchor [0-9]* is not as a key that is known" err
keep
cut_to 98
refused unknown/cut
restore

# --- A store that shows no list, and one that lost them -------------------

start_store --port "$S3_PORT" --deny LIST
try list-denied 4/permission_denied push
start_store --port "$S3_PORT"
rm -rf "$S3_DIR"
mkdir -p "$S3_DIR"
start_store --port "$S3_PORT"
change
try lost 0 push

# --- Where a store would write over, and over TLS -------------------------

rm -rf "$S3_DIR"
start_tls_store server-rsa --cond put=501
begin tls
settings 'anchor: check'
try tls/first 0 push
keep
cut_to 12
refused tls
restore
try tls/well 0 push
