#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A pipe whose parts are sent by workers while the next ones come.
# shellcheck disable=SC2086,SC2119,SC2154  # options; shared: lib.sh

. "$(dirname "$0")/lib.sh"

start_store --min-part 1024
. "$ROOT/tests/e2e/archive.sh"

A=$WORK/archive
STATE=$A/.consign
mkdir -p "$A"
climb
PART=65536
SMALL="--multipart-threshold $PART --multipart-part-size $PART
    --allow-tiny-parts"

connections() {
	sed -n "s/.*\"conn\":\([0-9]*\),.*\"op\":\"$1\".*/\1/p" "$S3_LOG" |
	    sort -u | wc -l
}
some() { [ "$(requests "$1" 200)" -ge "$2" ]; }
workers() { pgrep -P "$run"; }
# left: spools, and what is on record as unfinished
left() {
	find "$STATE" -name '.consign-*' -o -path '*/uploads/*.jsonl'
}
put_in() {
	put_key=$1
	shift
	consign put - "$put_key" $YES $SMALL "$@"
}
# start KEY [OPTION...]: in the background, from the fifo "input", which
# descriptor 7 writes to; by the program itself, for the sake of its workers
start() {
	start_key=$1
	shift
	# shellcheck disable=SC2046
	"$CONSIGN" put - "$start_key" --root "$A" $(at_store) $YES $SMALL \
	    "$@" < input > run.out 2> run.err &
	run=$!
	exec 7> input
}
ended_with() {
	exec 7>&-
	wait "$run"
	got=$?
	[ "$got" = "$1" ] || {
		echo "status $got: $(cat run.err)"
		return 1
	}
}
mkfifo input

# --- As many as there are --------------------------------------------------

head -c $((12 * PART + 5)) /dev/urandom > sent
for jobs in 1 4; do
	forget_requests
	faults 'PART * delay:300'
	before=$(date +%s%N)
	try "by-$jobs" 0 put_in by$jobs --jobs $jobs --json < sent
	took=$((($(date +%s%N) - before) / 1000000))
	faults
	check "by-$jobs/counted" counted
	check "by-$jobs/connections" [ "$(connections PART)" = $jobs ]
	check "by-$jobs/parts" [ "$(requests PART)" = 13 ]
	check "by-$jobs/ranges" [ "$(requests GET 206)" = 13 ]
	check "by-$jobs/proven" [ "$(verdict put/by$jobs)" = \
	    'uploaded ranges consign_uploaded' ]
	check "by-$jobs/bytes" get by$jobs back --force
	check "by-$jobs/same" cmp back sent
	check "by-$jobs/nothing-left" [ -z "$(left)" ]
	[ $jobs = 4 ] || one=$took
done
check faster [ "$((2 * took))" -lt "$one" ]
forget_requests
head -c $PART sent > few
try short 0 put_in short --jobs 4 < few
check short/ops [ "$(ops)" = 'HEAD PUT GET' ]
forget_requests
try expected 0 put_in expected --jobs 4 --expect-size $((2 * PART)) < sent
check expected/no-more [ "$(connections PART)" -le 3 ]
check expected/whole whole

# --- Faults ----------------------------------------------------------------

forget_requests
faults 'PART * status:503 times=5'
try busy 0 put_in busy --jobs 4 < sent
check busy/once [ "$(requests PART 200)" = 13 ]
check busy/bytes get busy back --force
check busy/same cmp back sent
faults 'PART * status:503'
try down 5 put_in down --jobs 4 < sent
faults
check down/nothing-left [ -z "$(left)" ]
faults 'PART * status:403/AccessDenied after=5'
try denied 4/permission_denied put_in denied --jobs 4 < sent
faults
check denied/nothing-left [ -z "$(left)" ]
check denied/nothing-there [ "$(requests COMPLETE)" = 1 ]

# While the producer rests, parts land, are tried again, and are on record.
forget_requests
faults 'PART * status:503 times=2'
start rests --jobs 4
head -c $((3 * PART + 1)) sent >&7
check rests/tried-again eventually some PART 3
faults
landed() { [ "$(grep -c '"kind":"part"' "$STATE"/uploads/*.jsonl)" = 3 ]; }
check rests/on-record eventually landed
tail -c +$((3 * PART + 2)) sent >&7
check rests/ends ended_with 0
check rests/proven [ "$(verdict put/rests)" = \
    'uploaded ranges consign_uploaded' ]
# And a line that is dead is told before it goes on.
faults 'PART * status:403/AccessDenied'
start dead --jobs 4
head -c $((2 * PART)) sent >&7
printf x >&7
check dead/ends eventually sh -c "! kill -0 $run 2> /dev/null"
check dead/status ended_with 4
faults
check dead/nothing-left [ -z "$(left)" ]

# A producer that fails, and one who sends too much, with parts under way.
failed() {
	# shellcheck disable=SC2094  # one writes, one reads
	{
		{ cat sent; echo 1 >&3; } |
		    put_in failed --jobs 4 --expect-exit 4
	} 3> status 4< status
}
forget_requests
faults 'PART * delay:200'
try producer-failed 8/io_error failed
check producer-failed/aborted [ "$(requests ABORT 204)" -ge 1 ]
check producer-failed/nothing-left [ -z "$(left)" ]
try too-much 3/plan_unfit put_in too-much --jobs 4 \
    --max-bytes-up $((4 * PART)) < sent
faults
check too-much/nothing-left [ -z "$(left)" ]
check nothing-there sh -c "! '$CONSIGN' get failed"

# --- Killed ----------------------------------------------------------------

# A worker: it costs an attempt.
forget_requests
faults 'PART * delay:300'
start worker --jobs 4
cat sent >&7 &
check worker/begun eventually some PART 2
kill -9 "$(workers | sed -n 3p)"
wait $!
check worker/ends ended_with 0
faults
check worker/once [ "$(requests CREATE)" = 1 ]
check worker/proven [ "$(verdict put/worker)" = \
    'uploaded ranges consign_uploaded' ]

# All of it: nothing goes on without the input; the next run cleans up.
forget_requests
start all --jobs 4
head -c $((4 * PART + 1)) sent >&7
check all/begun eventually some PART 4
workers > pids
kill -9 "$run"
check all/status ended_with 137
gone() { [ "$(xargs ps -o pid= -p < pids | wc -l)" = 0 ]; }
check all/workers-too eventually gone
check all/spools [ "$(find "$STATE" -name '.consign-*' | wc -l)" = 4 ]
try all/next 0 put_in all --jobs 4 < sent
check all/nothing-left [ -z "$(left)" ]
check all/aborted [ "$(requests ABORT 204)" -ge 1 ]
check all/proven [ "$(verdict put/all)" = \
    'uploaded ranges consign_uploaded' ]
# By a signal it says so, and leaves no spool.
start signal --jobs 4
head -c $((4 * PART + 1)) sent >&7
check signal/begun eventually some PART 4
kill "$run"
check signal/status ended_with 143
check signal/says grep -q '^consign: interrupted: ' run.err
check signal/no-spools [ -z "$(find "$STATE" -name '.consign-*')" ]
try signal/next 0 put_in signal --jobs 4 < sent
check signal/nothing-left [ -z "$(left)" ]
check whole whole

# --- Little room -----------------------------------------------------------

mkdir little
if mount -t tmpfs -o size=24m tmpfs little 2> err; then
	trap 'umount "$WORK/little"; cleanup' EXIT
	head -c 27000000 /dev/urandom > sent
	A=$WORK/little/archive
	STATE=$A/.consign
	mkdir "$A"
	climb
	# For one part at a time, of which an eighth is left for the ledger.
	free=$(df -kP little | awk 'END { print $4 }')
	head -c $(((free - 7500) * 1024)) /dev/zero > little/fill
	forget_requests
	try little 0 consign put - large $YES --jobs 4 --json \
	    --multipart-threshold 5M --multipart-part-size 5M < sent
	check little/counted counted
	check little/parts [ "$(requests PART 200)" = 6 ]
	check little/nothing-left [ -z "$(left)" ]
else
	skip little "cannot mount a tmpfs"
fi
