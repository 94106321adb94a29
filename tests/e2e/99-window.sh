#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# When: the window's end suspends a run, and the next one goes on.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"
. "$ROOT/tests/e2e/pace.sh"

start_store
archive slow
head -c 41943040 /dev/urandom > "$A/large"
# It closes within a minute and a bit.
left=$((60 - $(date +%S | sed 's/^0//')))
minutes=1
[ "$left" -ge 15 ] || minutes=2
shut=$(clock $minutes)
forget_requests
export TZ=UTC0
try window/suspends 11/suspended push --bwlimit 256k \
    --multipart-threshold 5M --multipart-part-size 5M \
    --window "$(clock -60)-$shut"
landed=$(requests PART 200)
# What is under way when it closes, with each worker, still lands.
check window/part-edge within 1 "$landed" 6
check window/in-time [ "$(clock 0)" = "$shut" ]
try window/shut 3/outside_window push --window "$(clock -60)-$shut"
try window/goes-on 0 push --multipart-threshold 5M --multipart-part-size 5M \
    --window "$(clock -1)-$(clock 60)"
check window/nothing-twice [ "$(requests PART 200)" = 8 ]
check window/proven [ "$(outcome main/large)" = uploaded ]

# A pause does not outlast it.
echo more > "$A/more"
faults "PUT * status:503/SlowDown/60"
left=$((60 - $(date +%S | sed 's/^0//')))
[ "$left" -ge 10 ] || sleep "$left"
before=$(date +%s)
try window/pause 11/suspended push --window "$(clock -60)-$(clock 1)"
check window/no-pause within 0 $(($(date +%s) - before)) 5
check window/why grep -q 'before it may be tried again (rate_limited)' err
faults
