#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# An anchor of an exported history, from another machine and by a key that was
# never on the archive's: who owns that one can not write it anew.
# shellcheck disable=SC2046,SC2086,SC2119  # options
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/anchors.sh"

start_tls_store server-ec
begin one
settings 'anchor: check'
try run 0 push
try export 0 "$CONSIGN" ledger export --root "$A" -o "$WORK/bundle"
rows=$(wc -l < bundle/ledger.jsonl)

# The other machine: no archive at all but for making the key.
mkdir desk elsewhere
"$CONSIGN" key new desk --root desk > desk.entry
desk=$WORK/desk/.consign/keys/desk
id=$(openssl pkey -pubin -in "$desk.pub" -outform DER | sha256sum |
    cut -c 1-8)

# anchor [OPTION...]: of the bundle
anchor() {
	(
		cd elsewhere &&
		    "$CONSIGN" ledger anchor --bundle "$WORK/bundle" \
		    $(at_store) "$@"
	)
}

forget_requests
try mode 3/approval_required anchor --key "$desk.key"
try reviewer 3/reviewer_required anchor --key "$desk.key" --approve
try no-key 2/usage anchor $YES
try missing-key 2/config_invalid anchor --key "$desk.no" $YES
try store-name 2/usage anchor --key "$desk.key" --store offsite $YES
try on-the-box 2/config_invalid anchor --key "$A/.consign/keys/box.key" $YES
cp -a "$WORK/bundle" "$WORK/whole"
rm "$WORK/bundle/keys"/*
try signed-rows 2/config_invalid anchor --key "$A/.consign/keys/box.key" $YES
sed -i '3s/"time":"2/"time":"1/' "$WORK/bundle/ledger.jsonl"
try broken 6/ledger_broken anchor --key "$desk.key" $YES
rm -rf "$WORK/bundle"
cp -a "$WORK/whole" "$WORK/bundle"
try puts 3/put_ceiling_exceeded anchor --key "$desk.key" --max-puts 0 $YES
try dry 0 anchor --key "$desk.key" --dry-run
check nothing [ "$(requests ANY)" -eq 0 ]

try anchor 0 anchor --key "$desk.key" $YES --json
check anchor/said grep -q "/anchors/$rows-$id\"" out
grep '"kind":"end"' out > end && mv end out
check anchor/counted counted
check anchor/requests [ "$(ops)" = 'LIST GET HEAD PUT GET' ]
check anchor/no-state [ -z "$(ls -A elsewhere)" ]
check anchor/bundle diff -r "$WORK/whole" "$WORK/bundle"
stored "$rows-$id" > document
check anchor/right "$ROOT/docs/verify-anchor.sh" document "$desk.pub" \
    "$A/.consign/ledger.jsonl"

# Again: it is there, and not written over.
sleep 1
forget_requests
try again 0 anchor --key "$desk.key" $YES
check again/not-put [ "$(requests PUT)" -eq 0 ]

# The box goes on; its checks take what it knows itself.
change
try on 0 push
check on/said grep -q "anchor [0-9a-f-]* is not as a key that is known" err

# The bundle is old now, and is an earlier state of the same history.
"$CONSIGN" key new desk2 --root desk > desk.entry
forget_requests
try old 0 anchor --key "${desk}2.key" $YES
check old/put [ "$(requests PUT)" -eq 1 ]

# A bundle whose history is another than the anchors know.
cp -a "$A" "$WORK/fork"
A=$WORK/fork
head -n 12 "$WORK/one/.consign/ledger.jsonl" > "$A/.consign/ledger.jsonl"
rm "$A/.consign/manifest.jsonl"
settings 'anchor: off' 'archive: one'
for _ in 1 2 3 4; do
	change
	push > out 2>&1 || fail fork "$(cat out)"
done
"$CONSIGN" ledger export --root "$A" -o "$WORK/forked" > out 2>&1 ||
    fail fork/export "$(cat out)"
rm -rf "$WORK/bundle"
cp -a "$WORK/forked" "$WORK/bundle"
forget_requests
try fork 6/ledger_rolled_back anchor --key "$desk.key" $YES
check fork/nothing [ "$(requests PUT)" -eq 0 ]
