#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# put on an archive: gated, recorded and proven like a push of one object; and
# without one as before.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

start_store
A=$WORK/a
mkdir -p "$A"
echo one > one
echo two > two

# putting FILE KEY [OPTION...]: on the archive, approved
putting() {
	# shellcheck disable=SC2086  # options
	consign put $YES "$@"
}

# --- Gates, with nothing sent or written ----------------------------------

gate() {
	name=gate/$1
	shift
	forget_requests
	try "$name" "$@"
	check "$name-nothing-written" [ -z "$(ls -A "$A")" ]
	check "$name-nothing-sent" [ ! -s "$S3_LOG" ]
}
gate mode 3/approval_required consign put one k
gate both 2/usage consign put one k --approve --dry-run --reviewed-by kim
gate reviewer 3/reviewer_required consign put one k --approve
gate reviewer-form 3/reviewer_required consign put one k --approve \
    --reviewed-by 'Kim'
gate no-file 8/io_error putting missing k
gate folder 8/io_error putting . k
gate reference 2/config_invalid putting one k --access-key-id-ref AKIA123
gate credentials 3/tiered_gate_unmet putting one k \
    --secret-access-key-ref file:one
gate unset 2/credential_unset putting one k --access-key-id-ref env:NOT_SET
gate ceiling 3/put_ceiling_exceeded putting one k --max-puts 0
gate month 3/put_ceiling_exceeded putting one k --max-puts-month 0
gate bytes-up 3/put_ceiling_exceeded putting one k --max-bytes-up 3
gate bytes-down 3/put_ceiling_exceeded putting one k --max-bytes-down 3
gate threshold 3/tiered_gate_unmet putting one k --multipart-threshold 3
gate window 3/outside_window putting one k \
    --window "$(date -u -d '+2 hour' +%H:%M)-$(date -u -d '+3 hour' +%H:%M)"
gate empty-key 2/usage putting one ''
gate long-key 2/usage putting one "$(printf '%01025d' 0)"
gate control-key 2/usage putting one "$(printf 'a\nb')"
gate latin-key 2/usage putting one "$(printf 'a\377b')"
gate dry 0 consign put one k --dry-run
gate dry-json 0 consign put one k --dry-run --json
check gate/dry-says grep -q '"gate":"tier","verdict":"PASS"' out

# --- The first one proves the store by itself -----------------------------

forget_requests
try first 0 putting one name/of/one --json
check first-said [ "$(row result_status | head -n 1)" = uploaded ]
check first-counted counted
check first-on-record counted_all
check first-path [ "$(rows proof '"path":"put/name/of/one"')" = 1 ]
check first-admitted [ "$(rows admit '"origin":"a/put"')" = 1 ]
check first-canonical [ "$(rows admit "\"canonical_path\":\"$WORK/one\"")" = 1 ]
check first-object [ "$(rows proof "$(object one)")" = 1 ]
check first-key [ "$(rows proof '"remote_key":"name/of/one"')" = 1 ]
check first-probed [ "$(rows probe '"result":"ok"')" = 1 ]
check first-begin [ "$(rows begin '"command":"put"')" = 1 ]
receipt=$(find "$A/.consign/receipts" -name '*.json')
for text in '"operation":"upload_object"' '"result_status":"uploaded"' \
    '"proof":"rehash"' '"remote_key":"name/of/one"' '"reviewed_by":"kim"' \
    '"approved":true' '"path":"put/name/of/one"' \
    '"unproven_against_live_provider":true' \
    '"availability_from":"none","availability_to":"consign_uploaded"'; do
	check "first-receipt $text" grep -qF "$text" "$receipt"
done
check first-back get name/of/one back --force
check first-bytes cmp one back
check first-whole whole
check first-nothing-else [ "$(ls -A "$A")" = .consign ]
check first-no-probe-left [ "$(kept)" = 1 ]

# --- Again, and otherwise -------------------------------------------------

forget_requests
try again 0 putting one name/of/one
check again-quiet [ -z "$(cat out err)" ]
check again-looked [ "$(ops)" = HEAD ]
check again-current [ "$(ended current)$(ended uploaded)" = 10 ]
receipts=$(find "$A/.consign/receipts" -name '*.json' | wc -l)
check again-no-receipt [ "$receipts" = 1 ]
cp one copy
try copy 0 putting copy name/of/one
check copy-not-sent [ "$(ended uploaded)" = 0 ]
try conflict 6/remote_conflict putting two name/of/one
check conflict-outcome [ "$(outcome put/name/of/one)" = \
    remote_conflict_different_bytes ]
check conflict-receipt [ "$(grep -l conflict_different_bytes \
    "$A"/.consign/receipts/*/*.json | wc -l)" = 1 ]
check conflict-kept get name/of/one back --force
check conflict-bytes cmp one back
try conflict-over 0 putting one name/of/one
check conflict-whole whole
cp "$A/.consign/ledger.jsonl" before
forget_requests
try dry 0 consign put two other --dry-run
try dry-refused 3/put_ceiling_exceeded consign put two other --dry-run \
    --max-puts 0
check dry-wrote-nothing cmp before "$A/.consign/ledger.jsonl"
check dry-sent-nothing [ ! -s "$S3_LOG" ]
try odd-key 0 putting two 'odd %41 ä&+?#;key'
check odd-key-path [ "$(outcome 'put/odd %2541 ä&+?#;key')" = uploaded ]
check odd-key-back get 'odd %41 ä&+?#;key' back --force
check odd-key-bytes cmp two back
: > empty
try empty 0 putting empty empty
check empty-proven [ "$(outcome put/empty)" = uploaded ]
check wiped-there store_do DELETE empty
try wiped 0 putting empty empty
check wiped-sent [ "$(ended uploaded)" = 1 ]
# push knows of none of them, nor they of push.
echo in > "$A/in"
try push 0 push --only "$(object "$A/in")"
check push-own [ "$(ended uploaded)$(ended current)" = 10 ]
check whole whole
try ls 0 "$CONSIGN" ls --root "$A"
check ls-names grep -q 'put/name/of/one' out

# --- What goes wrong ------------------------------------------------------

faults 'PUT k1 status:403/AccessDenied'
try denied 4/permission_denied putting one k1
check denied-outcome [ "$(outcome put/k1)" = failed_auth ]
faults 'PUT k2 quota'
try quota 5/quota_exceeded putting one k2
faults 'GET k3 corrupt'
try wrong 6/verification_failed putting one k3
check wrong-outcome [ "$(outcome put/k3)" = failed_verification ]
check wrong-removed [ "$(rows delete proven_wrong)" = 1 ]
faults 'GET k4 status:503'
try unread 5 putting one k4 --max-attempts 2
faults
try unread-later 0 putting one k4
check unread-later-outcome [ "$(outcome put/k4)" = skipped_remote_same ]
check wrong-whole whole

# Told to end amid it.
hold 'PUT k5 delay:600000'
# shellcheck disable=SC2046,SC2086  # options
"$CONSIGN" put one k5 --root "$A" $(at_store) $YES > out 2> err &
pid=$!
held 1
try locked 7/locked putting one k6
kill -TERM "$pid"
wait "$pid"
check term [ $? = 143 ]
release
settled
check term-ended [ "$(ended result)" = interrupted ]
check term-receipt [ "$(outcome put/k5)" = interrupted ]
try term-later 0 putting one k5
check term-whole whole

# --- Where the archive is -------------------------------------------------

# By --state alone; the root is the folder one stands in.
mkdir here
cp one here
state_only() {
	(
		cd here || exit
		# shellcheck disable=SC2046,SC2086  # options
		"$CONSIGN" put one by/state --state "$WORK/elsewhere" \
		    $(at_store) $YES "$@"
	)
}
try state/push 0 state_only
check state/ledger [ -s elsewhere/ledger.jsonl ]
check state/untouched [ "$(ls -A here)" = one ]
check state/whole sh "$ROOT/docs/verify-ledger.sh" elsewhere/ledger.jsonl

# By the current folder, once it is one.
from_root() {
	(
		cd "$A" || exit
		# shellcheck disable=SC2046  # options
		"$CONSIGN" put in from/root $(at_store) "$@"
	)
}
try cwd/mode 3/approval_required from_root
# shellcheck disable=SC2086
try cwd/approved 0 from_root $YES
check cwd/recorded [ "$(outcome put/from/root)" = uploaded ]

# Without one: this machine only, no words, no state.
mkdir none
without() {
	(
		cd none || exit
		# shellcheck disable=SC2046  # options
		"$CONSIGN" put ../one "$@"
	)
}
# shellcheck disable=SC2046
{
	try none/put 0 without none/key $(at_store)
	try none/approved 0 without none/key $(at_store) --approve \
	    --reviewed-by kim
	try none/both 2/usage without none/key $(at_store) --approve --dry-run
	try none/again 0 without none/key $(at_store)
}
check none/no-state [ -z "$(ls -A none)" ]
try none/far 3/root_required without k --endpoint https://192.0.2.1 \
    --bucket "$BUCKET" --region r
