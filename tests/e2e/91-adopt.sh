#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# adopt: objects that are in a store already, recorded: as claims, which let
# nothing be skipped, or proven.  Where they are is said by the key strategy or
# by a map, which holds as a whole or not at all.
. "$(dirname "$0")/lib.sh"

start_store
. "$ROOT/tests/e2e/archive.sh"

# fresh NAME FILE...: an archive of these, $A, whose store was probed
fresh() {
	A=$WORK/$1
	mkdir -p "$A"
	climb_to 0
	shift
	for name; do
		echo "this is $name of $A" > "$A/$name"
	done
	forget_requests
}

# adopt [OPTION...]: approved
adopt() {
	# shellcheck disable=SC2086
	consign adopt $YES "$@"
}

# --- The gates ------------------------------------------------------------

A=$WORK/gates
mkdir -p "$A"
echo one > "$A/one"
try gate/mode 3/approval_required consign adopt
try gate/both 2/usage consign adopt --approve --dry-run
try gate/reviewer 3/reviewer_required consign adopt --approve
try gate/tier 3/tiered_gate_unmet adopt
check gate/tier-next grep -q 'consign prove --tier 0' err
try gate/plan 2/usage adopt --plan-from "$A/one"
try gate/force 2/usage adopt --force-reupload
check gate/nothing [ ! -e "$A/.consign" ] && [ ! -s "$S3_LOG" ]
climb_to 0
echo two > "$A/two"
try gate/objects 3/max_objects_exceeded adopt --max-objects 1
try gate/bytes 3/put_ceiling_exceeded adopt --content-hash-verify \
    --max-bytes-down 3
try gate/only 1/not_found adopt --only "$(object /dev/null)"

AWS_ACCESS_KEY_ID=AKIAANOTHERKEY000000 try gate/other-key \
    3/tiered_gate_unmet adopt

# --- A claim --------------------------------------------------------------

fresh claim a b c
for name in a b; do
	store_do PUT "$(key "$A/$name")" "$A/$name"
done
forget_requests
try dry 0 consign adopt --dry-run
check dry-nothing [ ! -s "$S3_LOG" ]
check dry-says grep -q "would look for main/a at $(key "$A/a")" out
try claim 0 adopt
check claim-quiet [ ! -s out ] && [ ! -s err ]
check claim-looked [ "$(ops)" = 'HEAD HEAD HEAD' ]
check claim-row [ "$(latest main/a proof) $(latest main/a availability)" = \
    'presence declared_uploaded' ]
check claim-no-receipt [ -z "$(latest main/a receipt)" ]
check claim-listed [ "$(listed main/b availability_1)" = declared_uploaded ]
check claim-absent [ -z "$(listed main/c availability_1)" ]
check claim-ended [ "$(ended uploaded)$(ended current)$(ended remote_same)$(\
    ended failed)" = 0000 ]
check claim-whole whole
forget_requests
try claim-again 0 adopt --json
check claim-counts grep -q '"kind":"adopt","declared":2,"proven":0,"absent":1' \
    out
check claim-counted counted

# It gates nothing: no tier is proven by it, and nothing is skipped for it.
try claim-tier 3/tiered_gate_unmet push
check claim-push push --only "$(object "$A/a")"
check claim-read [ "$(latest main/a result_status) $(latest main/a proof)" = \
    'skipped_remote_same rehash' ]

# verify proves what was claimed.
try claim-verify 0 consign verify
check claim-verified [ "$(verdict main/b)" = \
    'skipped_remote_same rehash consign_uploaded' ]
check claim-from [ "$(receipt main/b availability_from)" = declared_uploaded ]
try claim-known 0 adopt --json
check claim-known-counts grep -q '"proven_before":2' out

# A claim that a person sees again stays one.
fresh seen a
store_do PUT "$(key "$A/a")" "$A/a"
check seen adopt
try seen-presence 0 consign verify --proof presence
check seen-outcome [ "$(verdict main/a)" = \
    'skipped_already_present presence declared_uploaded' ]
check seen-unproven [ -z "$(receipt main/a proven_at)" ]

# --- What is there is something else --------------------------------------

fresh wrong a b
store_do PUT "$(key "$A/a")" "$ROOT/LICENSE"
tr s S < "$A/b" > other
store_do PUT "$(key "$A/b")" other
forget_requests
try size 6/remote_conflict adopt
check size-outcome [ "$(verdict main/a)" = \
    'remote_conflict_different_bytes none none' ]
check size-receipt [ "$(receipt main/a operation)" = adopt_object ]
check size-unread [ "$(requests GET)" = 0 ]
check size-claim [ "$(listed main/b availability_1)" = declared_uploaded ]
try false-claim 6/remote_conflict consign verify
check false-claim-outcome [ "$(verdict main/b)" = \
    'remote_conflict_different_bytes none none' ]
try bytes 6/remote_conflict adopt --content-hash-verify \
    --only "$(object "$A/b")"
check bytes-kept [ "$(requests DELETE)$(requests PUT)" = 00 ]
check bytes-whole whole

fresh nothing a b
try nothing 1/not_found adopt
try nothing-only 1/not_found adopt --only "$(object "$A/a")"
check nothing-outcome [ "$(verdict main/a)" = 'failed_verification none none' ]

# --- Proven ---------------------------------------------------------------

fresh proven a b c
for name in a b c; do
	store_do PUT "$(key "$A/$name")" "$A/$name"
done
forget_requests
try proven 0 adopt --content-hash-verify
check proven-read [ "$(requests HEAD)$(requests GET)$(requests PUT)" = 330 ]
check proven-row [ "$(latest main/a proof) $(latest main/a availability)" = \
    'rehash consign_uploaded' ]
check proven-receipt [ "$(receipt main/a operation) $(\
    receipt main/a result_status)" = 'adopt_object skipped_remote_same' ]
check proven-at [ -n "$(listed main/a proven_at_1)" ]
check proven-whole whole
forget_requests
try proven-again 0 adopt --content-hash-verify
check proven-quiet [ ! -s "$S3_LOG" ]
try proven-push 0 push --only "$(object "$A/a")"
check proven-current [ "$(ended current)" = 1 ]

fresh faulty a b
for name in a b; do
	store_do PUT "$(key "$A/$name")" "$A/$name"
done
faults "GET $(key "$A/a") corrupt times=1" "GET $(key "$A/b") status:503"
try faulty 5/store_busy adopt --content-hash-verify --max-attempts 2 --json
faults
check faulty-twice [ "$(latest main/a proof)" = rehash ]
check faulty-untold [ "$(verdict main/b)" = 'indeterminate none none' ]
faults "GET * short-body"
expect_status 5/unreachable adopt --content-hash-verify --max-attempts 2
check faulty-cut [ "$got" = 5 ]
faults "HEAD * status:503"
expect_status 5/store_busy adopt --max-attempts 2
check faulty-unseen [ "$got" = 5 ]
check faulty-unclaimed [ "$(listed main/b availability_1)" = none ]
faults
forget_requests
try faulty-verify 0 consign verify
check faulty-verify-others [ "$(ops)" = GET ]
try faulty-then 0 adopt --content-hash-verify
check faulty-proven [ "$(listed main/b proof_1)" = rehash ]

# --- By a map -------------------------------------------------------------

fresh map a b c
store_do PUT old/first "$A/a"
store_do PUT 'old/second%20one' "$A/b"
printf '\357\273\277%s\told/first\r\n{"object_id":"%s","remote_key":"%s"}' \
    "$(object "$A/a")" "$(object "$A/b")" 'old/second one' > map.txt
try map 0 adopt --key-map map.txt --content-hash-verify --json
check map-key [ "$(latest main/a remote_key) $(latest main/b remote_key)" = \
    'old/first old/second one' ]
check map-strategy [ "$(receipt main/a key_strategy)" = given ]
check map-unmapped grep -q '"unmapped":1' out
check map-whole whole
forget_requests
check map-push push --only "$(object "$A/a")"
check map-current [ "$(ended current)$(requests PUT)" = 10 ]
echo "$(object "$A/c")	old/third" > map.txt
try map-absent 1/not_found adopt --key-map map.txt
echo "$(object /dev/null)	old/third" > map.txt
try map-strange 1/not_found adopt --key-map map.txt

# refused NAME STATUS/CODE TEXT: a map that adopts nothing
refused() {
	printf '%b' "$3" > map.txt
	cp "$A/.consign/ledger.jsonl" ledger.before
	forget_requests
	try "map-refused/$1" "$2" adopt --key-map map.txt
	check "map-refused/$1-nothing" cmp ledger.before \
	    "$A/.consign/ledger.jsonl"
	check "map-refused/$1-unsent" [ ! -s "$S3_LOG" ]
}
fresh refused a b
store_do PUT old/a "$A/a"
store_do PUT old/b "$A/b"
a=$(object "$A/a")
b=$(object "$A/b")
good="$a\\told/a\\n"
refused empty 2/config_invalid ''
refused word 2/config_invalid "${good}word\\n"
refused spaces 2/config_invalid "${good}$b old/b\\n"
refused no-key 2/config_invalid "${good}$b\\t\\n"
refused half-id 2/config_invalid "${good}sha256:abc\\told/b\\n"
refused blank-line 2/config_invalid "$good\\n"
refused json 2/config_invalid "$good{\"object_id\":\"$b\"}\\n"
refused percent 2/config_invalid "${good}$b\\told/%%4\\n"
refused two-keys 2/config_invalid "$good$a\\told/b\\n"
refused one-key 2/config_invalid "$good$b\\told/a\\n"
refused digest 3/plan_unfit "$good$b\\tsha256/${a#sha256:}\\n"
refused ours 3/plan_unfit "$good$b\\tconsign/x\\n"
try map-missing 8/io_error adopt --key-map no-such-file
printf '%s\told/a\n%s\told/a\n%s\tx/%s.tar\n' "$a" "$a" "$b" \
    "${b#sha256:}" > map.txt
try map-twice 1/not_found adopt --key-map map.txt
check map-twice-first [ "$(listed main/a remote_key_1)" = old/a ]
seq 1 200001 | sed 's,.*,'"$a"'	old/a,' > map.txt
try map-long 2/config_invalid adopt --key-map map.txt
