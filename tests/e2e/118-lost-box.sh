#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A box is lost, with its ledger, receipts and manifest; its history comes
# back from the packs and the anchor that its runs left in the store, on
# another machine, over TLS.  Then what happens where the store lies.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

start_tls_store server-ec
A=$WORK/old
mkdir -p "$A"
printf 'archive: photos\nremote_receipts: true\nanchor: check\n' \
    > "$A/consign.yaml"
# listed NAME: the archive $A gets a key, and writers.yaml an entry of it
echo writers: > writers.yaml
listed() {
	"$CONSIGN" key new "$1" --root "$A" | sed -n "/^  $1:/,\$p" \
	    >> "$WORK/writers.yaml"
}
listed nas1
climb
echo one > "$A/one"
echo two > "$A/two"
push > push.out 2>&1 || fail push "$(cat push.out)"
echo three > "$A/three"
push > push.out 2>&1 || fail push "$(cat push.out)"
kept_objects=$(kept)

# --- All of it --------------------------------------------------------------

# What the last run's packs can have: rows up to the row before its own pack.
packed=$(ledger | sed -n 's/.*"kind":"pack".*"to_seq":\([0-9]*\),.*/\1/p' |
    tail -n 1)
mv "$A/.consign" gone
OLD=$WORK/gone
A=$WORK/new
mkdir "$A"
cp "$WORK"/old/[ot]* "$A"

# rebuild [OPTION...]: on the new box, which knows the id and who may write
rebuild() {
	# shellcheck disable=SC2086  # options
	consign ledger rebuild --from-store --archive-id photos \
	    --writers "$WORK/writers.yaml" $YES "$@"
}

try approval/missing 3/approval_required consign ledger rebuild --from-store
try dry-run 0 consign ledger rebuild --from-store --archive-id photos \
    --dry-run
check dry-run/nothing [ ! -e "$A/.consign" ]
# shellcheck disable=SC2086  # options
try other-archive 1/not_found consign ledger rebuild --from-store \
    --archive-id photo $YES
check other-archive/nothing [ ! -e "$A/.consign" ]
forget_requests
try rebuilt 0 rebuild --json
check rebuilt/says [ "$(row end) $(row rows) $(row receipts_lost)" = \
    "complete $packed 0" ]
check rebuilt/signed grep -q '"writers_judged":true' out
check rebuilt/counted counted
check rebuilt/byte-for-byte sh -c "head -n $packed '$OLD/ledger.jsonl' |
    cmp - '$A/.consign/ledger.jsonl'"
sed -n 's/.*"receipt":"\([^"]*\)".*/\1/p' "$A/.consign/ledger.jsonl" |
    sort -u > named
(cd "$A/.consign/receipts" && ls -- */*) | sed 's,.*/,,; s,\.json$,,' |
    sort > there
check rebuilt/receipts cmp named there
check rebuilt/receipts-same sh -c "cd '$A/.consign/receipts' &&
    for f in */*; do cmp \"\$f\" '$OLD/receipts/'\"\$f\" || exit 1; done"
check rebuilt/manifest [ -s "$A/.consign/manifest.jsonl" ]
check rebuilt/anchor [ -n "$(ls "$A/.consign/anchors")" ]
try again/refused 2/usage rebuild

try verify 0 consign ledger verify --writers "$WORK/writers.yaml"
try status 0 "$CONSIGN" status --root "$A"
try ls 0 "$CONSIGN" ls --root "$A"
check ls/three [ "$(wc -l < out)" -ge 3 ]
forget_requests
try push/nothing-sent 0 push --json
check push/current [ "$(row uploaded) $(row current) $(row failed)" = \
    "0 3 0" ]
check push/kept [ "$(kept)" -eq "$kept_objects" ]
try verify-store 0 consign verify
check history/whole whole

# From there on the new box packs, over what the old one has.
A=$WORK/new
printf 'archive: photos\nremote_receipts: true\n' > "$A/consign.yaml"
listed nas2
echo four > "$A/four"
try new/push 0 push
A=$WORK/third
mkdir "$A"
try new/rebuilt 0 rebuild --json
check new/rows [ "$(row end)" = complete ]
check new/four grep -q '"path":"main/four"' "$A/.consign/ledger.jsonl"
