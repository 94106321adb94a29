#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# verify of several objects, and put of one large file, by several workers:
# the outcome is that of one, whatever ends on the way.
. "$(dirname "$0")/lib.sh"

start_store --min-part 1
. "$ROOT/tests/e2e/archive.sh"

connections() {
	sed -n "s/.*\"conn\":\([0-9]*\),.*\"op\":\"$1\".*/\1/p" "$S3_LOG" |
	    sort -u | wc -l
}
some() { [ "$(requests "$1")" -ge "$2" ]; }
workers() { pgrep -P "$run"; }

# start COMMAND [OPTION...]: in the background; sets $run.  By the program
# itself: its workers are found by their parent
start() {
	# shellcheck disable=SC2046  # options
	"$CONSIGN" "$@" --root "$A" $(at_store) > run.out 2> run.err &
	run=$!
}
# together N RULE...: held until there are N at once
together() {
	together_n=$1
	shift
	hold "$@"
	(held "$together_n"; release) &
}

ended_with() {
	wait "$run"
	got=$?
	[ "$got" = "$1" ] || {
		echo "status $got: $(cat run.err)"
		return 1
	}
}

# --- verify ---------------------------------------------------------------

A=$WORK/archive
mkdir -p "$A"
climb
for i in $(seq 30); do
	head -c $((i * 20000)) /dev/urandom > "$A/f$i"
done
# shellcheck disable=SC2086
consign push $YES || fail push "did not"

# outcomes: of each object, without what differs between runs
outcomes() {
	for i in $(seq 30); do
		echo "$i $(verdict "main/f$i")"
	done
}
for jobs in 1 4; do
	forget_requests
	together $jobs 'GET * delay:600000'
	try "verify-$jobs" 0 consign verify --jobs $jobs --json
	check "verify-$jobs-counted" counted
	check "verify-$jobs-gets" [ "$(ops | tr ' ' '\n' | sort -u)" = GET ]
	check "verify-$jobs-each-once" [ "$(requests GET 200)" = 30 ]
	check "verify-$jobs-connections" [ "$(connections GET)" = $jobs ]
	outcomes > outcomes.$jobs
	check "verify-$jobs-ended" \
	    [ "$(ended remote_same)$(ended failed)" = 300 ]
done
check verify-same cmp outcomes.1 outcomes.4
check verify-what [ "$(sort -u -k2 outcomes.4 | wc -l)" = 1 ]
forget_requests
try presence 0 consign verify --proof presence --jobs 4 --json
check presence-counted counted
check presence-heads [ "$(requests HEAD 200)" = 30 ]
check presence-current [ "$(ended current)" = 30 ]
forget_requests
try sample 0 consign verify --sample 10 --jobs 4
check sample-ten [ "$(requests GET)" = 10 ]
forget_requests
try one 0 consign verify --only "$(object "$A/f7")" --jobs 4
check one-get [ "$(ops)" = GET ]

# A worker that is killed costs one attempt.
forget_requests
hold 'GET * delay:600000 after=4'
start verify --jobs 4
check killed-begun eventually some GET 4
held 4
kill -9 "$(workers | sed -n 2p)"
release
check killed-status ended_with 0
check killed-ended [ "$(ended remote_same)$(ended failed)" = 300 ]

# What is not as it was is found, the rest is proven.
store_do PUT "$(key "$A/f3")" "$A/f4"
store_do DELETE "$(key "$A/f5")"
faults "GET $(key "$A/f6") corrupt"
forget_requests
consign verify --jobs 4 > out 2> err
check losses-status [ $? = 1 ]
faults
check losses-code grep -q '^consign: objects_failed: 3 objects' err
check losses-replaced [ "$(verdict main/f3)" = \
    'replaced_by_other none none' ]
check losses-gone [ "$(verdict main/f5)" = \
    'failed_verification none none' ]
check losses-wrong [ "$(verdict main/f6)" = \
    'failed_verification none none' ]
check losses-rest [ "$(ended remote_same) $(ended failed)" = '27 3' ]
store_do PUT "$(key "$A/f3")" "$A/f3"
# shellcheck disable=SC2086
consign push $YES > again.out 2>&1 || fail push-again "$(cat again.out)"

# A ceiling holds for all of them together; the oldest proofs come first.
runs=0
sleep 1		# proofs have whole seconds
for _ in 1 2 3 4 5 6; do
	forget_requests
	consign verify --rolling --jobs 4 --max-bytes-down 2500000 \
	    > out 2> err
	[ $? = 11 ] || fail "rolling-status-$runs" "$(cat err)"
	sed -n 's/.*"op":"GET".*"key":"\([^"]*\)".*/\1/p' "$S3_LOG" >> keys
	[ "$(sed -n 's/.*"bytes_out":\([0-9]*\),.*/\1/p' "$S3_LOG" |
	    awk '{ n += $1 } END { print n <= 2500000 }')" = 1 ] ||
	    fail "rolling-bytes-$runs" "more came"
	runs=$((runs + 1))
done
check rolling-all [ "$(sort -u keys | wc -l)" = 30 ]

# A signal.
hold 'GET * delay:600000 after=4'
forget_requests
start verify --jobs 4
check signal-begun eventually some GET 4
held 4
workers > pids
kill "$run"
check signal-status ended_with 143
check signal-workers [ "$(xargs ps -o pid= -p < pids | wc -l)" = 0 ]
release
settled

# --- put ------------------------------------------------------------------

PARTS='--multipart-threshold 5M --multipart-part-size 5M'
head -c 27000000 /dev/urandom > large
# put_in NAME JOBS: under that key, with so many workers
put_in() {
	# shellcheck disable=SC2086
	consign put large "$1" $YES $PARTS --jobs "$2" --json
}
for jobs in 1 4; do
	forget_requests
	together $jobs 'PART * delay:600000'
	try "put-$jobs" 0 put_in large$jobs $jobs
	check "put-$jobs-counted" counted
	check "put-$jobs-connections" [ "$(connections PART)" = $jobs ]
	check "put-$jobs-parts" [ "$(requests PART 200)" = 6 ]
	check "put-$jobs-proven" [ "$(verdict put/large$jobs)" = \
	    'uploaded ranges consign_uploaded' ]
	check "put-$jobs-strategy" \
	    [ "$(receipt put/large$jobs key_strategy)" = given ]
	try "put-$jobs-again" 0 put_in large$jobs $jobs
	check "put-$jobs-again-none" [ "$(requests PART)" = 6 ]
done
forget_requests
hold 'PART * delay:600000 after=2'
# shellcheck disable=SC2086
start put large killed $YES $PARTS --jobs 4
check put-killed-begun eventually some PART 2
held 4
kill -9 "$(workers | sed -n 3p)"
release
check put-killed-status ended_with 0
check put-killed-once [ "$(requests CREATE)" = 1 ]
check put-killed-proven [ "$(verdict put/killed)" = \
    'uploaded ranges consign_uploaded' ]

# All of it is killed, and gone on with.
forget_requests
hold 'PART * delay:600000 after=3'
# shellcheck disable=SC2086
start put large resumed $YES $PARTS --jobs 2
check put-cut-begun eventually some PART 3
held 2
kill -9 "$run"
wait "$run" 2> /dev/null
release
settled
try put-resumed 0 put_in resumed 4
check put-resumed-one [ "$(requests CREATE)" = 1 ]
check put-whole whole

# --- How fast the line is -------------------------------------------------

# A part that takes three seconds is remembered; then parts are smaller, so
# that four at once arrive in time.
class_a() {
	consign plan --jobs 4 --only "$(object "$A/far")" --json > out
	row class_a_requests | tail -n 1
}
truncate -s 300M "$A/far"
check rate-before [ "$(class_a)" -lt 9 ]
head -c 1050000 /dev/urandom > slow
faults 'PART * delay:3000 times=1'
began=$(date +%s%N)
# shellcheck disable=SC2086
try rate-slow 0 consign put slow slow $YES --multipart-threshold 1M \
    --multipart-part-size 1M --allow-tiny-parts --jobs 1
faults
took=$((($(date +%s%N) - began) / 1000000))
rate=$(ended line_rate)
# A part of 1 MiB took 3 s at least, and less than all of it did.
check rate-row [ "${rate:-0}" -ge $((1048576 * 1000 / took)) ]
check rate-of-delay [ "${rate:-0}" -le $((1048576 / 3)) ]
check rate-fact grep -q "\"line_rate_1\":$rate," "$A/.consign/manifest.jsonl"
check rate-after [ "$(class_a)" -gt 9 ]
# shellcheck disable=SC2086
try rate-limited 0 consign put large limited $YES $PARTS --bwlimit 1G
check rate-limited-none [ -z "$(ended line_rate)" ]
# shellcheck disable=SC2086
try rate-fast 0 consign put large fast $YES $PARTS --jobs 4
check rate-again [ "$(class_a)" -lt 9 ]
