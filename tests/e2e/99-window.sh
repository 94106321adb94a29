#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# When: the window's end suspends a run, and the next one goes on.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"
. "$ROOT/tests/e2e/pace.sh"

start_store --min-part 1048576
archive slow
head -c 41943040 /dev/urandom > "$A/large"

# Elsewhere a proof takes longer than that: a range in 10 s.
large=$A
archive proof
proof=$A A=$large
head -c 62914560 /dev/urandom > "$proof/large"
faults "GET $(key "$proof/large") delay:10000"

# It closes within a minute and a bit.
left=$((60 - $(date +%S | sed 's/^0//')))
minutes=1
[ "$left" -ge 20 ] || minutes=2
shut=$(clock $minutes)
shut_at=$(date -u -d "$shut" +%s)
[ "$shut_at" -gt "$(date +%s)" ] || shut_at=$((shut_at + 86400))
export TZ=UTC0
# shellcheck disable=SC2046,SC2086  # options
"$CONSIGN" push "$proof" $(at_store) $YES --jobs 1 --multipart-threshold 5M \
    --multipart-part-size 5M --window "$(clock -60)-$shut" \
    > proof.out 2> proof.err &
proof_pid=$!
completed() {
	grep -qs '"kind":"completed"' "$proof"/.consign/uploads/*.jsonl
}
eventually completed
forget_requests
# 160 s long, of which it has 80 at most; small parts, for those that are under
# way when it closes still land.
parts='--multipart-threshold 1M --multipart-part-size 1M --allow-tiny-parts'
# shellcheck disable=SC2086  # options
try window/suspends 11/suspended push --bwlimit 256k $parts \
    --window "$(clock -60)-$shut"
landed=$(requests PART 200)
check window/part-edge within 1 "$landed" 35
check window/in-time within 0 $(($(date +%s) - shut_at)) 60
try window/shut 3/outside_window push --window "$(clock -60)-$shut"
# shellcheck disable=SC2086
try window/goes-on 0 push $parts --window "$(clock -1)-$(clock 60)"
check window/nothing-twice [ "$(requests PART 200)" = 40 ]
check window/proven [ "$(outcome main/large)" = uploaded ]

# So does a proof.
wait "$proof_pid"
check window/proof-suspends [ $? = 11 ]
check window/proof-says grep -q '^consign: suspended: ' proof.err
proven=$(grep -c '"kind":"proven"' "$proof"/.consign/uploads/*.jsonl)
check window/proof-edge [ "$proven" -ge 1 ]
check window/proof-cut-off [ "$proven" -lt 12 ]
faults
forget_requests
A=$proof
try window/proof-goes-on 0 push --multipart-threshold 5M \
    --multipart-part-size 5M
check window/proof-rest [ "$(requests GET 206)" = $((12 - proven)) ]
A=$large

# A pause does not outlast it.
echo more > "$A/more"
faults "PUT * status:503/SlowDown/60"
left=$((60 - $(date +%S | sed 's/^0//')))
[ "$left" -ge 20 ] || sleep "$left"
before=$(date +%s)
try window/pause 11/suspended push --window "$(clock -60)-$(clock 1)"
check window/no-pause within 0 $(($(date +%s) - before)) 15
check window/why grep -q 'before it may be tried again (rate_limited)' err
faults
