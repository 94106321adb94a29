#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Workers: whatever their number, the outcome is the same and every request is
# counted; parts of one object are under way at once; a worker that is killed
# or hangs costs one attempt; and none outlives the run.
. "$(dirname "$0")/lib.sh"

start_store
YES='--approve --reviewed-by kim'
export YES

# archive NAME: an empty one, to which the store proves all its tiers
archive() {
	A=$WORK/$1
	AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
	AT="$AT --store-ref $1 --backoff-base 10ms"
	mkdir -p "$A"
	for tier in 0 1 2 3 4; do
		# shellcheck disable=SC2086
		"$CONSIGN" prove --root "$A" $AT $YES --tier $tier \
		    > prove.out 2>&1 || fail "$1/tier$tier" "$(cat prove.out)"
	done
	forget_requests
}

push() {
	# shellcheck disable=SC2086
	"$CONSIGN" push "$A" $AT $YES --multipart-threshold 5M \
	    --multipart-part-size 5M "$@"
}

# start_push NAME [OPTION...]: in the background; sets $run
start_push() {
	name=$1
	shift
	# shellcheck disable=SC2086
	"$CONSIGN" push "$A" $AT $YES --multipart-threshold 5M \
	    --multipart-part-size 5M "$@" > "$name.out" 2> "$name.err" &
	run=$!
}

workers() { pgrep -P "$run"; }

# ended STATUS: how did the push in the background end?
ended() {
	wait "$run"
	got=$?
	[ "$got" = "$1" ] || {
		echo "status $got: $(cat "$name.err")"
		return 1
	}
}

# counted_since: do the ends of runs since forget_requests equal the log?
counted_since() {
	tail -n 1 "$A/.consign/ledger.jsonl" > out
	grep -q '"kind":"end"' out && counted
}

# parts_once: was each part taken once only?
parts_once() {
	twice=$(grep '"op":"PART".*"status":200,' "$S3_LOG" |
	    sed 's/.*"key":"\([^"]*\)","query":"\([^"]*\)".*/\1 \2/' |
	    sort | uniq -d)
	[ -z "$twice" ] || {
		echo "$twice"
		return 1
	}
}

# places: what the manifest says of each object
places() {
	id='.*"object_id":"\([^"]*\)"'
	state='.*"availability[^"]*":"\([^"]*\)"'
	tail -n +2 "$A/.consign/manifest.jsonl" |
	    sed "s/^{\"path\":\"\([^\"]*\)\"$id$state.*/\1 \2 \3/"
}

# --- Many objects ---------------------------------------------------------

mkdir many
for i in $(seq 200); do
	head -c $((i * 300)) /dev/urandom > "many/$i"
done
for i in $(seq 10); do
	cp "many/$((i * 7))" "many/same$i"
done
for jobs in 1 2 4; do
	archive "jobs$jobs"
	cp many/* "$A"
	# Each its own keys, so that each sends all.
	try "many-$jobs" 0 push --jobs $jobs --key-strategy prefix \
	    --key-prefix "jobs$jobs" --json
	check "many-$jobs-counted" counted_since
	check "many-$jobs-sent" [ "$(requests PUT 200)" = 200 ]
	places > places.$jobs
	check "many-$jobs-places" [ "$(grep -c consign_uploaded \
	    places.$jobs)" = 210 ]
	check "many-$jobs-connections" [ "$(sed -n \
	    's/.*"conn":\([0-9]*\),.*"op":"PUT".*/\1/p' "$S3_LOG" |
	    sort -u | wc -l)" -ge $((jobs / 2 + 1)) ]
	check "many-$jobs-same" cmp places.1 places.$jobs
	try "many-$jobs-again" 0 push --jobs $jobs --key-strategy prefix \
	    --key-prefix "jobs$jobs"
done

# --- One object in parts --------------------------------------------------

archive parts
head -c 42000000 /dev/urandom > "$A/big"
# All four have a part at once, and a range of the proof.
hold 'PART * delay:600000'
(
	held 4
	hold 'GET * delay:600000'
	held 4
	release
) &
try big 0 push --jobs 4 --json
check big-counted counted_since
check big-connections [ "$(sed -n \
    's/.*"conn":\([0-9]*\),.*"op":"PART".*/\1/p' "$S3_LOG" | sort -u |
    wc -l)" = 4 ]
check big-proof-connections [ "$(sed -n \
    's/.*"conn":\([0-9]*\),.*"op":"GET".*/\1/p' "$S3_LOG" | sort -u |
    wc -l)" = 4 ]
check big-once parts_once

# Several, each of fewer parts than there are workers.
for i in 1 2 3 4; do
	head -c 11000000 /dev/urandom > "$A/two$i"
done
forget_requests
try several 0 push --jobs 4
check several-counted counted_since
check several-once parts_once

# --- A worker that ends ---------------------------------------------------

archive killed
head -c 42000000 /dev/urandom > "$A/big"
hold 'PART * delay:600000 after=2'
start_push killed --jobs 4
check killed-begun eventually parts_came 6
workers > pids
check killed-workers [ "$(wc -l < pids)" = 4 ]
kill -9 "$(sed -n 2p pids)"
release
check killed-worker ended 0
settled
check killed-counted counted_since
check killed-no-orphan [ "$(requests CREATE)" = 1 ]

# A PUT of a worker that was killed may have been done: it is looked for.
archive put
for i in 1 2 3 4; do
	head -c 100000 /dev/urandom > "$A/f$i"
done
hold 'PUT * delay:600000'
n=$(kept)
both_came() { [ "$(kept)" -ge $((n + 2)) ]; }
start_push put --jobs 2
check put-begun eventually both_came
kill -9 "$(workers | head -n 1)"
release
check put-worker ended 0
settled
check put-counted counted_since
check put-outcomes [ "$(grep -c '"result_status":"uploaded"' \
    "$A/.consign/ledger.jsonl")" -ge 4 ]

# --- A worker that hangs --------------------------------------------------

archive hung
head -c 42000000 /dev/urandom > "$A/big"
hold 'PART * delay:600000 after=2'
start_push hung --jobs 4 --stall-timeout 2s --connect-timeout 1s
check hung-begun eventually parts_came 6
kill -STOP "$(workers | head -n 1)"
release
check hung-worker ended 0
settled
check hung-counted counted_since
hold 'PART * delay:600000 times=1'
head -c 42000000 /dev/urandom > "$A/big2"
forget_requests
try silent-store 0 push --jobs 4 --stall-timeout 2s
release
settled
check silent-store-counted counted_since

# --- A run that ends ------------------------------------------------------

# gone: no worker of the run is left
gone() {
	while read -r pid; do
		! kill -0 "$pid" 2> /dev/null || return 1
	done < pids
}

for sig in KILL TERM; do
	archive "end$sig"
	head -c 42000000 /dev/urandom > "$A/big"
	hold 'PART * delay:600000 after=4'
	start_push "end$sig" --jobs 4
	check "$sig-begun" eventually parts_came 8
	workers > pids
	check "$sig-workers" [ "$(wc -l < pids)" = 4 ]
	kill -$sig "$run"
	status=137
	[ $sig = KILL ] || status=143
	check "$sig-status" ended $status
	check "$sig-workers-gone" eventually gone
	release
	try "$sig-resumed" 0 push --jobs 4
	check "$sig-one-upload" [ "$(requests CREATE)" = 1 ]
	check "$sig-none-left" [ "$(kept)" -ge 1 ]
done
