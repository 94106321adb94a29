#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Anchors: what is written, that openssl and sha256sum find it right, that
# nothing is ever written over, and that every request is counted.
# shellcheck disable=SC2046,SC2086  # options
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/anchors.sh"

# --- At a run's end -------------------------------------------------------

start_store
begin one
settings 'anchor: write'
try run 0 push
check run/one [ "$(anchors | wc -l)" -eq 1 ]
check run/plain [ -z "$(anchors | tr -d 0-9)" ]
good run
change
try again 0 push --only "$(object "$A/file")" --json
check again/said grep -q "\"kind\":\"anchor\",.*/anchors/$(newest)\"" out
check again/two [ "$(anchors | wc -l)" -eq 2 ]
good again
settings 'anchor: off'
try off 0 push
check off/none [ "$(anchors | wc -l)" -eq 2 ]
settings 'anchor: write'
try unapproved 0 consign verify
check unapproved/none [ "$(anchors | wc -l)" -eq 2 ]

# What a plan says is what a push then takes.
change
consign plan --json > plan.out 2>&1
n=$(sed -n 's/.*"class_a_requests":\([0-9]*\).*/\1/p' plan.out | tail -n 1)
forget_requests
try planned 0 push --max-puts "$n"
check planned/equal [ "$(requests_class A)" -eq "$n" ]

# A lost answer is looked at, and sent once more only where it is not there.
faults 'PUT *anchors/* lose-answer times=1'
forget_requests
try lost 0 push
faults
check lost/once [ "$(requests PUT)" -eq 1 ]
check lost/right right "$A/.consign/anchors/$(newest)"

# An anchor that fails takes back nothing.
change
faults 'PUT *anchors/* status:403/AccessDenied'
try refused 4/permission_denied push
check refused/proven [ "$(outcome main/file)" = uploaded ]
check refused/rows [ "$(last_rows 2)" = 'end checkpoint' ]
check refused/ok [ "$(ledger | grep '"kind":"end"' | tail -n 1 |
    grep -c '"result":"ok"')" -eq 1 ]
faults
check refused/whole whole

# --- Killed between the PUT and the row -----------------------------------

forget_requests
rows=$(ledger | wc -l)
faults 'GET *anchors/* delay:60000'
n=$(anchors | wc -l)
"$CONSIGN" push --root "$A" $(at_store) $YES > out 2>&1 &
pid=$!
another() { [ "$(anchors | wc -l)" -gt "$n" ]; }
eventually another
kill -9 "$pid"
wait "$pid" 2> /dev/null
faults
check killed/stored [ "$(anchors | wc -l)" -eq $((n + 1)) ]
check killed/no-row [ "$(last_rows 1)" = reserve ]
ledger | tail -n "+$((rows + 1))" > behind
check killed/reserved reserved behind
settings 'anchor: check'
try killed/next 0 push
check killed/right right "$A/.consign/anchors/$(newest)"
check killed/whole whole

# --- Now, by hand ---------------------------------------------------------

settings 'anchor: off'
try now/mode 3/approval_required consign ledger anchor
forget_requests
try now/dry 0 consign ledger anchor --dry-run
check now/nothing [ "$(requests ANY)" -eq 0 ]
try now 0 consign ledger anchor $YES --json
check now/counted counted
good_copy=$(newest)
check now/right right "$A/.consign/anchors/$good_copy"
try now/usage 2/usage consign ledger verify --approve
try now/key 2/usage consign ledger anchor $YES --key x

# --- Without a key, and before tier 1 -------------------------------------

rm "$A/.consign/keys"/*
forget_requests
settings 'anchor: write'
try keyless 2/config_invalid push
try keyless/now 2/config_invalid consign ledger anchor $YES
check keyless/nothing [ "$(requests ANY)" -eq 0 ]
A=$WORK/young
mkdir "$A"
climb_to 0
consign_key
try young 3/tiered_gate_unmet consign ledger anchor $YES
echo young > "$A/file"
settings 'anchor: write'
try young/push 0 push --only "$(object "$A/file")"
check young/none [ -z "$(anchors)" ]

# --- Stores that would write over -----------------------------------------

for how in put=501 put=ignore; do
	rm -rf "$S3_DIR"
	start_store --cond "$how"
	begin "over-${how#*=}"
	settings 'anchor: check'
	try "$how" 0 push
	check "$how/random" sh -c "echo '$(newest)' |
	    grep -Eqx '[0-9]+-[0-9a-f]{8}'"
	good "$how"
	change
	try "$how/next" 0 push
	good "$how/next"
done

# --- What doctor --live says of them ---------------------------------------

# doctor NAME TEXT OPS [STORE-OPTION...]: at a store started like that, which
# is asked so
doctor() {
	doctor_name=$1
	doctor_text=$2
	doctor_ops=$3
	shift 3
	start_store --port "$S3_PORT" "$@"
	before=$(kept)
	consign doctor --live > out 2> err
	check "$doctor_name" grep -q "anchors.*$doctor_text" out
	check "$doctor_name/nothing" [ "$(kept)" -eq "$before" ]
	check "$doctor_name/asked" [ "$(ops)" = \
	    "GET LIFECYCLE LOCKCONF DELETE LIST$doctor_ops" ]
}
# over NAME TEXT STATUS [STORE-OPTION...]: the same where there is an anchor, of
# which not a byte may be another then; the PUT at it is answered so
over() {
	over_name=$1
	over_text=$2
	over_status=$3
	shift 3
	stored "$(newest)" > over.before
	doctor "$over_name" "$over_text" ' GET PUT' "$@"
	stored "$(newest)" > over.after
	check "$over_name/same" cmp over.before over.after
	check "$over_name/answer" [ "$(requests PUT "$over_status")" -eq 1 ]
}
rm -rf "$S3_DIR"
start_store
begin told
settings 'anchor: write'
doctor doctor/none 'has no object lock' ''
doctor doctor/may 'may delete objects' ''
doctor doctor/may-not 'may not delete objects' '' --deny DELETE
doctor doctor/ignores 'may delete objects' '' --cond delete=ignore
check doctor/no-anchor [ "$(grep -c 'write over' out)" -eq 0 ]
settings 'anchor: write' 'anchor_retention: 1h'
doctor doctor/bad 'no object lock for anchor_retention' ''
settings 'anchor: write'
try doctor/push 0 push
over over/may 'may write over .*; one that may not' 400
over over/may-not 'may not write over' 403 --deny PUT
over over/by-condition 'may write over' 412 --trust-digests
over over/by-digest 'may write over' 400 --cond PUT=ignore
over over/ignores-all 'may write over' 200 --cond PUT=ignore --trust-digests
over over/not-told 'does not tell whether .* write over' 501 --cond PUT=501
rm -rf "$S3_DIR" "$A/.consign"
start_store --object-lock
begin kept-long
settings 'anchor: write' 'anchor_retention: 1h'
doctor doctor/on 'has object lock, and keeps' '' --object-lock
doctor doctor/versions 'may delete versions' '' --object-lock
settings 'anchor: write'
doctor doctor/unused 'anchor_retention would' '' --object-lock
try doctor/push-kept 0 push
over over/versions 'may write over .*; their versions stay' 412 \
    --object-lock --trust-digests
settings 'anchor: off'
consign doctor --live > out 2>&1
check doctor/off [ "$(grep -c anchors out)" -eq 0 ]

# --- Object lock ----------------------------------------------------------

rm -rf "$S3_DIR"
start_store --object-lock
begin locked
settings 'anchor: check' 'anchor_retention: 24h'
try lock 0 push
good lock
stop_store
rm -rf "$S3_DIR"
start_store
begin lockless
settings 'anchor: write' 'anchor_retention: 24h'
try lockless 5/store_refused push
check lockless/proven [ "$(outcome main/file)" = uploaded ]
check lockless/none [ -z "$(anchors)" ]

# --- Over TLS -------------------------------------------------------------

rm -rf "$S3_DIR"
start_tls_store server-ec
begin tls
settings 'anchor: check'
try tls 0 push
good tls
change
try tls/next 0 push
good tls/next
