#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# confirm: a person's word is taken on what a live provider was proven to
# hold, and on nothing else.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

GOOD=20261122t030000z-0123456789ab-0000000000000001
FAILED=20261122t030000z-0123456789ab-0000000000000002
SEEN=20261122t030000z-0123456789ab-0000000000000003
LOST=20261122t030000z-0123456789ab-0000000000000004
FORGED=20261122t030000z-0123456789ab-0000000000000005

# history STORE SCOPE [EXTRA ROW]: an archive "a" that uploaded and failed
history() {
	rm -rf a
	mkdir -p a/.consign
	good=$(receipt_file a/.consign a "$GOOD" "$1" uploaded rehash)
	bad=$(receipt_file a/.consign a "$FAILED" "$1" failed_upload none)
	seen=$(receipt_file a/.consign a "$SEEN" "$1" uploaded presence)
	receipt_file a/.consign a "$FORGED" "$1" uploaded rehash > /dev/null
	{
		genesis_row a
		begin_row push "$1"
		probe_row "$1" "$2" bucket
		outcome_row proof "$1" "$GOOD" "$good" uploaded rehash \
		    consign_uploaded
		outcome_row fail "$1" "$FAILED" "$bad" failed_upload none none
		outcome_row proof "$1" "$SEEN" "$seen" uploaded presence \
		    declared_uploaded
		outcome_row proof "$1" "$LOST" "$good" uploaded rehash \
		    consign_uploaded
		[ -z "$3" ] || echo "$3"
		end_row push "$1"
	} | chained > a/.consign/ledger.jsonl
	chmod 644 a/.consign/ledger.jsonl
}

confirm() {
	"$CONSIGN" confirm "$@" --root a
}

approved() {
	confirm "$@" --approve --reviewed-by kim
}

rows() {
	wc -l < a/.consign/ledger.jsonl
}

# refuse NAME STATUS/CODE COMMAND...: and not a row is written
refuse() {
	refuse_name=$1
	before=$(rows)
	shift
	if ! expect_status "$@"; then
		fail "$refuse_name" "$why"
	elif [ "$(rows)" -ne "$before" ] || [ -s out ]; then
		fail "$refuse_name" "it wrote or said something"
	else
		pass "$refuse_name"
	fi
}

history offsite public
refuse mode/none 3/approval_required confirm "$GOOD"
refuse mode/both 2/usage confirm "$GOOD" --dry-run --approve
refuse reviewer/none 3/reviewer_required confirm "$GOOD" --approve
refuse reviewer/bad 3/reviewer_required confirm "$GOOD" --approve \
    --reviewed-by Kim
refuse receipt/odd-id 2/usage approved ../ledger
refuse receipt/none 1/not_found approved "${GOOD%1}9"
refuse receipt/forged 6/verification_failed approved "$FORGED"
refuse receipt/lost 6/ledger_broken approved "$LOST"
refuse receipt/of-failure 3/tiered_gate_unmet approved "$FAILED"
refuse receipt/of-presence 3/tiered_gate_unmet approved "$SEEN"
refuse receipt/other-store 2/usage approved "$GOOD" --store elsewhere
rm -f a/.consign/lock
try dry 0 confirm "$GOOD" --dry-run
check dry/says grep -q 'would be confirmed: offsite, generic-s3' out
check dry/wrote-nothing [ "$(rows)" -eq 8 ]
check dry/no-lock [ ! -e a/.consign/lock ]

# Edited, in the ways that would pay.
file=a/.consign/receipts/2026-11/$GOOD.json
sed -i 's/"size_bytes":5/"size_bytes":6/' "$file"
refuse receipt/edited 6/verification_failed approved "$GOOD"
history offsite public
sed -i '$s/"uploaded":1/"uploaded":2/' a/.consign/ledger.jsonl
refuse ledger/edited 6/ledger_broken approved "$GOOD"

history offsite loopback
refuse scope/loopback 3/tiered_gate_unmet approved "$GOOD"
history offsite private
refuse scope/private 3/tiered_gate_unmet approved "$GOOD"
history offsite loopback "$(probe_row offsite public bucket)"
refuse scope/later-public 3/tiered_gate_unmet approved "$GOOD"
history offsite public "$(probe_row offsite public other)"
refuse scope/other-bucket 3/tiered_gate_unmet approved "$GOOD"

mkdir b
try no-ledger 1/not_found "$CONSIGN" confirm "$GOOD" --root b --approve \
    --reviewed-by kim
check no-ledger/nothing [ -z "$(find b -mindepth 1)" ]

# --- What is taken --------------------------------------------------------

history offsite public
try taken 0 approved "$GOOD" --store offsite
check taken/quiet [ ! -s out ]
check taken/rows [ "$(sed -n 's/.*"kind":"\([a-z]*\)".*/\1/p' \
    a/.consign/ledger.jsonl | tail -n 3 | xargs)" = 'begin confirm end' ]
check taken/row grep -q "\"kind\":\"confirm\".*\"receipt\":\"$GOOD\",\"receipt_sha256\":\"$good\",\"reviewed_by\":\"kim\"" \
    a/.consign/ledger.jsonl
check taken/chain "$ROOT/docs/verify-ledger.sh" a/.consign/ledger.jsonl
check taken/manifest grep -q '"confirmed_1":true' a/.consign/manifest.jsonl
try again 0 approved "$GOOD" --json
check again/says grep -q '"verdict":"confirmed before"' out
check again/rows [ "$(rows)" -eq 11 ]

history offsite public
touch a/.consign/lock
python3 -c 'import fcntl, sys, time
f = open("a/.consign/lock", "r+")
fcntl.lockf(f, fcntl.LOCK_EX)
f.write("pid 4711 since 2026-11-22T03:00:00Z\n")
f.flush()
print("held", flush=True)
time.sleep(60)' > held.txt &
holder=$!
eventually [ -s held.txt ]
refuse locked 7/locked approved "$GOOD"
check locked/names-holder grep -q 'pid 4711 since 2026-11-22T03:00:00Z' err
refuse locked/short 7/locked approved "$GOOD" --wait 300ms
refuse locked/odd 2/config_invalid approved "$GOOD" --wait soon
refuse locked/long 2/config_invalid approved "$GOOD" --wait 2592001
(
	sleep 0.5
	kill "$holder"
) &
try locked/waits 0 approved "$GOOD" --wait 60
wait
