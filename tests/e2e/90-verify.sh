#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# verify: what a store is recorded to hold, proven again without local files;
# what is wrong there is alleged only when it is sure, and nothing is removed.
. "$(dirname "$0")/lib.sh"

start_store
. "$ROOT/tests/e2e/archive.sh"

# fresh NAME FILE...: an archive of these, $A, all pushed
fresh() {
	stop_store
	S3_DIR=$WORK/$1.store
	A=$WORK/$1
	start_store ${VERSIONED:+--versioned}
	mkdir -p "$A"
	climb
	shift
	for name; do
		echo "this is $name" > "$A/$name"
	done
	# One after the other: the first is proven first, in seconds, too.
	consign push --jobs 1 --approve --reviewed-by kim || fail fresh push
	forget_requests
}

# --- Before there is anything ---------------------------------------------

A=$WORK/none
mkdir -p "$A"
try nothing 0 consign verify
check nothing-written [ ! -e "$A/.consign" ]
check nothing-sent [ ! -s "$S3_LOG" ]
try nothing-only 1/not_found consign verify --only "$(object /dev/null)"

# --- All is well ----------------------------------------------------------

fresh well a b c d
rm "$A/b"
try well 0 consign verify
check well-quiet [ ! -s out ] && [ ! -s err ]
check well-read [ "$(ops)" = 'GET GET GET GET' ]
check well-outcome [ "$(verdict main/b)" = \
    'skipped_remote_same rehash consign_uploaded' ]
check well-receipt [ "$(receipt main/b operation)" = verify_object ]
check well-receipt-proven [ -n "$(receipt main/b proven_at)" ]
check well-receipt-strategy [ "$(receipt main/b key_strategy)" = sha256 ]
check well-ended [ "$(ended uploaded)$(ended current)$(ended remote_same)$(\
    ended failed)" = 0040 ]
check well-whole whole
forget_requests
try json 0 consign verify --json
check json-rows [ "$(grep -c '"proof":"rehash"' out)" = 4 ]
check json-counted counted
try ranges 0 consign verify --proof ranges
check ranges-outcome [ "$(latest main/a proof)" = rehash ]
forget_requests
try presence 0 consign verify --proof presence
check presence-looked [ "$(ops)" = 'HEAD HEAD HEAD HEAD' ]
check presence-ended [ "$(ended current)$(ended remote_same)" = 40 ]
check presence-keeps [ "$(listed main/a proof_1)" = rehash ]
forget_requests
try only 0 consign verify --only "$(object "$A/a")"
check only-one [ "$(ops)" = GET ]
try only-unknown 1/not_found consign verify --only "$(object /dev/null)"
try only-form 2/usage consign verify --only a
try proof-form 2/config_invalid consign verify --proof faith
try alien 2/usage consign verify --plan-from "$A/a"
try force 2/usage consign verify --force-reupload
try capped 3/max_objects_exceeded consign verify --max-objects 3
try window 3/outside_window consign verify \
    --window "$(date -d '+2 hour' +%H:%M)-$(date -d '+3 hour' +%H:%M)"
try lapsed 3/tiered_gate_unmet "$CONSIGN" verify "$A" \
    --endpoint "$ENDPOINT" --region "$REGION" --bucket other-bucket \
    --store-ref "generic-s3:$BUCKET"

AWS_ACCESS_KEY_ID=AKIAANOTHERKEY000000 try other-key \
    3/tiered_gate_unmet consign verify
# shellcheck disable=SC2086
check put consign put "$A/a" a/key $YES
try put-verified 0 consign verify --only "$(object "$A/a")" --json
check put-path grep -q '"path":"put/a/key".*"proof":"rehash"' out
check put-strategy [ "$(receipt put/a/key key_strategy)" = given ]

# --- A sample -------------------------------------------------------------

forget_requests
try sample 0 consign verify --sample 2 -v
check sample-size [ "$(ops)" = 'GET GET' ]
check sample-said grep -q 'a sample: 2 of the 5' out
forget_requests
try percent 0 consign verify --sample 21% --json
check percent-size [ "$(ops)" = 'GET GET' ]
check percent-said grep -q '"kind":"sample","sampled":2,"recorded":5' out
forget_requests
try sample-all 0 consign verify --sample 50
check sample-all-size [ "$(requests GET)" = 5 ]
try sample-none 2/usage consign verify --sample 0
try sample-word 2/usage consign verify --sample some
try sample-much 2/usage consign verify --sample 101%
try sample-rolling 2/usage consign verify --sample 1 --rolling

# Every object is drawn at some time.
drawn() {
	: > drawn.out
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		consign verify --sample 1 --json >> drawn.out || return
	done
	[ "$(grep -o '"path":"[^"]*"' drawn.out | sort -u | wc -l)" -gt 1 ]
}
check sample-random drawn

# --- The oldest proofs first ----------------------------------------------

fresh rolling e f g h
size=$(wc -c < "$A/e")
# next_second: what is proven then is newer than all before
next_second() {
	second=$(date +%s)
	while [ "$(date +%s)" = "$second" ]; do
		sleep 0.1
	done
}
next_second
consign verify --only "$(object "$A/e")"
next_second
try rolling 11/suspended consign verify --rolling \
    --max-bytes-down $((2 * size + 1)) --json
check rolling-first [ "$(grep -o 'main/[a-z]' out | sort | xargs)" = \
    'main/f main/g' ]
check rolling-ended [ "$(ended remote_same)$(ended failed)" = 20 ]
next_second
try rolling-on 11/suspended consign verify --rolling \
    --max-bytes-down $((2 * size)) --json
check rolling-second [ "$(grep -o 'main/[a-z]' out | sort | xargs)" = \
    'main/e main/h' ]
try rolling-tight 3/put_ceiling_exceeded consign verify --rolling \
    --max-bytes-down $((size - 1))
try rolling-all 0 consign verify --rolling
check rolling-whole whole

# --- Something is wrong there ---------------------------------------------

fresh wrong i j k
faults "GET $(key "$A/i") corrupt times=1"
try once 0 consign verify
check once-outcome [ "$(latest main/i proof)" = rehash ]
check once-read-twice [ "$(receipt main/i bytes_verified)" = \
    $((2 * $(wc -c < "$A/i"))) ]

faults "GET $(key "$A/i") corrupt"
forget_requests
try corrupt 6/verification_failed consign verify
check corrupt-outcome [ "$(verdict main/i)" = \
    'failed_verification none none' ]
check corrupt-twice [ "$(requests GET)" = 4 ]
check corrupt-kept [ "$(requests DELETE)$(requests PUT)" = 00 ]
check corrupt-place [ -z "$(listed main/i proof_1)" ]
check corrupt-others [ "$(ended remote_same)$(ended failed)" = 21 ]
check corrupt-whole whole
faults

fresh replaced i j k
store_do PUT "$(key "$A/i")" "$A/j"
try replaced 6/replaced_by_other consign verify
check replaced-outcome [ "$(verdict main/i)" = \
    'replaced_by_other none none' ]
check replaced-kept [ "$(requests DELETE)" = 0 ]
store_do PUT "$(key "$A/k")" "$A/j"
try replaced-seen 6/replaced_by_other consign verify --proof presence
check replaced-seen-outcome [ "$(latest main/k result_status)" = \
    replaced_by_other ]

fresh gone i j k
store_do DELETE "$(key "$A/i")"
try gone 1/not_found consign verify
check gone-outcome [ "$(verdict main/i)" = 'failed_verification none none' ]
store_do DELETE "$(key "$A/j")"
try gone-seen 1/not_found consign verify --proof presence
check gone-place [ -z "$(listed main/j proof_1)" ]
check gone-push push
check gone-back [ "$(ended uploaded)$(ended current)" = 21 ]

fresh mixed i j k
store_do DELETE "$(key "$A/i")"
faults "GET $(key "$A/j") corrupt"
expect_status 1/objects_failed consign verify || [ "$got" = 1 ]
check mixed [ "$got" = 1 ]
check mixed-lines [ "$(wc -l < err)" = 3 ]
check mixed-code grep -q '^consign: objects_failed: ' err

# --- It cannot be told: nothing is taken away -----------------------------

# untold NAME STATUS/CODE RESULT RULE: and main/i is still on record
untold() {
	hold "GET $(key "$A/i") $4"
	expect_status "$2" consign verify --only "$(object "$A/i")" \
	    --max-attempts 2 --stall-timeout 1s
	if [ "$got" = "${2%/*}" ] && grep -q "^consign: ${2#*/}: " err; then
		pass "untold/$1"
	else
		fail "untold/$1" "$got: $(cat err)"
	fi
	release
	check "untold/$1-outcome" [ "$(verdict main/i)" = \
	    "$3 none consign_uploaded" ]
	check "untold/$1-kept" [ "$(listed main/i proof_1)" = rehash ]
}

fresh untold i
untold busy 5/store_busy indeterminate status:503
untold slow 5/rate_limited failed_rate_limited status:503/SlowDown
untold cut 5/unreachable failed_network short-body
untold coded 5/indeterminate indeterminate content-encoding:gzip
untold other-tag 5/indeterminate indeterminate etag:TEXT
untold silent 5/timed_out failed_network delay:60000
untold denied 4/permission_denied indeterminate status:403/AccessDenied
untold signature 4/auth_rejected failed_auth \
    status:403/SignatureDoesNotMatch
faults "HEAD * status:503"
try untold/look 5/store_busy consign verify --proof presence \
    --max-attempts 2 --json
faults
check untold/look-kept [ "$(listed main/i proof_1)" = rehash ]
check untold/whole whole
try untold/then 0 consign verify
stop_store
expect_status 5/unreachable consign verify --max-attempts 1
check untold/nobody [ "$got" = 5 ]

# --- Asked to end, and killed ----------------------------------------------

fresh ended i j
# background: verify is at its first object, $pid
background() {
	hold 'GET * delay:60000'
	# shellcheck disable=SC2046  # options
	"$CONSIGN" verify "$A" $(at_store) 2> background.err &
	pid=$!
	held 1
}
background
try locked 7/locked consign verify
kill -TERM "$pid"
wait "$pid"
status=$?
check ended-status [ "$status" = 143 ]
check ended-row [ "$(tail -n 1 "$A/.consign/ledger.jsonl" |
    grep -c '"kind":"end".*"result":"interrupted"')" = 1 ]
check ended-kept [ "$(listed main/i proof_1)" = rehash ]
background
kill -KILL "$pid"
{ wait "$pid"; } 2> wait.err
release
try ended-then 0 consign verify
check ended-all [ "$(ended remote_same)" = 2 ]
check ended-whole whole

# --- A versioned bucket: the generation on record, whatever came after -----

VERSIONED=yes
fresh versioned i
store_do PUT "$(key "$A/i")" "$ROOT/LICENSE"
try versioned 0 consign verify
check versioned-outcome [ "$(latest main/i proof)" = rehash ]
try versioned-look 6/replaced_by_other consign verify --proof presence
