#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A part that landed, of which nobody was told: the next run asks the store
# once, and sends only what is not there.  It does not ask where all that was
# sent is accounted for; and sends again where the store does not say, or says
# what is no MD5.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

PART=1048576
PARTS=6
start_store --min-part 1024
archive doubt

# night [OPTION...]: a push
night() {
	push --multipart-threshold $PART --multipart-part-size $PART \
	    --allow-tiny-parts "$@"
}

fresh() {
	head -c $((PART * PARTS - 100)) /dev/urandom > "$A/big"
	forget_requests
}

# broken NAME [OPTION...]: the fourth part lands, and its answer is lost
broken() {
	broken_name=$1
	shift
	fresh
	faults "PART * lose-answer after=3"
	try "$broken_name" 5 night --jobs 1 --max-attempts 1 "$@"
	check "$broken_name-sent" [ "$(requests PART)" = 4 ]
	faults
	forget_requests
}

# goes_on NAME PARTS LISTS [OPTION...]: sends so many, asks so often
goes_on() {
	goes_on_name=$1 goes_on_parts=$2 goes_on_lists=$3
	shift 3
	try "$goes_on_name" 0 night "$@"
	check "$goes_on_name-parts" [ "$(requests PART)" = "$goes_on_parts" ]
	check "$goes_on_name-lists" \
	    [ "$(requests LISTPARTS)" = "$goes_on_lists" ]
	check "$goes_on_name-proven" [ "$(outcome main/big)" = uploaded ]
	check "$goes_on_name-counted" counted_all
}

broken lost
goes_on lost-goes-on 2 1 --jobs 1
broken workers
goes_on workers-go-on 2 1 --jobs 3

# Killed while an answer is waited for.
fresh
hold "PART * delay:600000 after=2"
# shellcheck disable=SC2046,SC2086  # options
"$CONSIGN" push "$A" $(at_store) $YES --jobs 1 --multipart-threshold $PART \
    --multipart-part-size $PART --allow-tiny-parts > kill.out 2> kill.err &
run=$!
held 1
kill -9 "$run"
wait "$run" 2> wait.err
release
settled
forget_requests
goes_on killed-goes-on 3 1 --jobs 1

# All that was sent is accounted for: there is nothing to ask.
fresh
try ceiling 11/suspended night --jobs 2 --max-bytes-up $((PART * 3))
check ceiling-suspended grep -q '^{"kind":"suspended"' \
    "$A"/.consign/uploads/*.jsonl
landed=$(requests PART 200)
forget_requests
goes_on ceiling-goes-on $((PARTS - landed)) 0 --jobs 2

# The file is another by now, although it looks the same: that part differs.
broken changed
touch -r "$A/big" stamp
printf x | dd of="$A/big" bs=1 seek=$((PART * 3 + 5)) conv=notrunc 2> dd.err
touch -r stamp "$A/big"
faults
try changed-goes-on 0 night --jobs 1
check changed-no-old-part [ "$(requests PART 200)" = $PARTS ]

# A key that may not ask; a store whose ETags are something else.
broken denied
faults "LISTPARTS * status:403/AccessDenied"
goes_on denied-goes-on 3 1 --jobs 1
start_store --min-part 1024 --trust-digests --port "$S3_PORT"
broken no-md5
goes_on no-md5-goes-on 3 1 --jobs 1
check whole whole
