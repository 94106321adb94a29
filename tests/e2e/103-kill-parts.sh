#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# An upload in parts that is killed at any moment: the run and its workers, the
# run alone, one worker alone; and then to its end at once.  A part that had
# landed is not sent again, even if nobody was told of it, unless it was just
# landing when the store was asked; every object is proven, history is whole,
# and nothing is left behind.  KILLS says how often (20).
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

KILLS=${KILLS:-20}
JOBS=4
PART=1048576
PARTS=12
start_store --min-part 1024
archive killed

# random N: the Nth number of this run below 1000
random() {
	awk -v n="$1" 'BEGIN { srand(n * 7919); print int(rand() * 1000) }'
}

# night [UNDER...]: a push, by so many workers
night() {
	# shellcheck disable=SC2046,SC2086  # options
	"$@" "$CONSIGN" push "$A" $(at_store) $YES --jobs $JOBS \
	    --multipart-threshold $PART --multipart-part-size $PART \
	    --allow-tiny-parts
}

# fresh: an object that the store has not seen, and time to interrupt it
fresh() {
	head -c $((PART * PARTS - 100)) /dev/urandom > "$A/big"
	faults 'PART * delay:40' 'GET * delay:20'
}

# twice: how many parts of the object were taken more than once, each time
# counted
twice() {
	grep '"op":"PART".*"status":200,' "$S3_LOG" |
	    grep -F "\"$(key "$A/big")\"" |
	    sed 's/.*partNumber=\([0-9]*\).*/\1/' | sort | uniq -c | awk '{ n += $1 - 1 } END { print n + 0 }'
}

# victim WHO: is dead now
victim() {
	case $1 in
	all) kill -9 -- "-$run" ;;
	run) kill -9 "$run" ;;
	worker) kill -9 "$(pgrep -P "$run" | sed -n \
	    "$((1 + $(random $((n + 5000))) % JOBS))p")" ;;
	esac 2> /dev/null
}

# proven: is that object, in the latest row of it?
proven() {
	ledger | grep -F '"path":"main/big"' | tail -n 1 |
	    grep '"kind":"proof"' | grep -F "\"$(object "$A/big")\"" |
	    grep -qE '"proof":"(ranges|rehash)"'
}

# milliseconds
now() {
	echo $(($(date +%s%N) / 1000000))
}

fresh
began=$(now)
try undisturbed 0 night
span=$(($(now) - began))
check undisturbed-once [ "$(twice)" = 0 ]

killed=0
n=0
while [ "$n" -lt "$KILLS" ]; do
	n=$((n + 1))
	case $((n % 3)) in
	0) who=worker most=1 ;;
	1) who=all most=0 ;;
	2) who=run most=0 ;;
	esac
	fresh
	began=$(now)
	night exec setsid > kill.out 2> kill.err &
	run=$!
	sleep "$(random "$n" | awk -v ms="$span" '{ print $1 * ms / 1e6 }')"
	ms=$span
	! victim "$who" || killed=$((killed + 1)) ms=
	wait "$run" 2> /dev/null
	status=$?
	# It was over too soon: that is how long it takes now.
	[ -z "$ms" ] || span=$(($(now) - began))
	if [ "$who" = worker ] && [ "$status" -ne 0 ]; then
		fail "kill$n-worker" "status $status: $(cat kill.err)"
	fi
	settled		# the store has taken what had come
	expect_status 0 night || fail "kill$n-$who" "$why"
	again=$(twice)
	[ "$again" -le "$most" ] || fail "kill$n-$who-twice" "$again parts"
	proven || fail "kill$n-$who-proven" "$(ledger | tail -n 3)"
	left=$(find "$S3_DIR/$BUCKET/u" -name record)
	[ -z "$left" ] || fail "kill$n-$who-orphan" "$left"
	left=$(find "$A/.consign/uploads" -type f -print -delete)
	[ -z "$left" ] || fail "kill$n-$who-left" "$left"
done
check killed [ "$killed" -ge $((KILLS / 4)) ]
check counted no_less
faults
forget_requests
try idle 0 night
check idle-nothing-sent [ "$(requests PUT)$(requests PART)" = 00 ]
check whole whole
check no-failures [ "$(rows fail)" = 0 ]
echo "killed $killed of $KILLS runs of $span ms"
