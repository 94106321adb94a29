#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A proof by ranges that is cut off, by kill -9, a signal or a ceiling, is
# gone on with by the next run where it stopped: the store's log says what
# was read.  Another generation is read from its first byte, or refused.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

PART=1048576
PARTS=10
start_store --min-part 1024
archive proof

# night [OPTION...]: a push by $jobs
jobs=1
night() {
	push --jobs $jobs --multipart-threshold $PART \
	    --multipart-part-size $PART --allow-tiny-parts "$@"
}

# fresh: an object that the store has not seen
fresh() {
	head -c $((PART * PARTS - 100)) /dev/urandom > "$A/big"
	forget_requests
}

# journal: what is in it
journal() {
	find "$A/.consign/uploads" -type f -exec cat '{}' +
}

# some_proven N: that many parts are
some_proven() {
	[ "$(journal 2> wait.err | grep -c '"proven"')" -ge "$1" ]
}

# left: parts that the journal does not name as proven
left() {
	echo $((PARTS - $(journal | grep -c '"proven"')))
}

# goes_on NAME: the next run reads what is left, and no more
goes_on() {
	goes_on_name=$1 goes_on_left=$(left)
	faults
	forget_requests
	try "$goes_on_name" 0 night
	check "$goes_on_name-rest" [ "$(requests GET 206)" = "$goes_on_left" ]
	check "$goes_on_name-nothing-sent" [ "$(requests PART)" = 0 ]
	check "$goes_on_name-no-abort" [ "$(requests DELETE)" = 0 ]
	check "$goes_on_name-proven" [ "$(outcome main/big)" = uploaded ]
	check "$goes_on_name-journal" [ -z "$(ls "$A/.consign/uploads")" ]
	check "$goes_on_name-counted" counted_all
}

# killed NAME SIGNAL STATUS: so, amid the proof
killed() {
	killed_name=$1 killed_by=$2 killed_status=$3
	fresh
	hold "GET $(key "$A/big") delay:600000 after=3"
	# shellcheck disable=SC2046,SC2086  # options
	"$CONSIGN" push "$A" $(at_store) $YES --jobs $jobs \
	    --multipart-threshold $PART --multipart-part-size $PART \
	    --allow-tiny-parts > killed.out 2> killed.err &
	run=$!
	held 1
	check "$killed_name-under-way" eventually some_proven 3
	kill "-$killed_by" "$run"
	wait "$run" 2> wait.err
	killed_got=$?
	release
	settled
	check "$killed_name-status" [ "$killed_got" = "$killed_status" ]
	check "$killed_name-some-left" [ "$(left)" -gt 0 ]
}

killed kill KILL 137
"$CONSIGN" status --root "$A" --json > status.out
check kill-is-no-upload grep -q '"unfinished_uploads":0,' status.out
# shellcheck disable=SC2086  # options
try kill-abort-spares 0 consign abort $YES
check kill-journal-stays [ -n "$(ls "$A/.consign/uploads")" ]
goes_on kill-goes-on

jobs=3
killed workers KILL 137
goes_on workers-go-on
jobs=1

killed term TERM 143
touch "$A/big"		# another file, perhaps: it is hashed again
goes_on term-goes-on

# A ceiling; and the night after that one.
fresh
try ceiling 11/suspended night --max-bytes-down $((PART * 4))
check ceiling-kept [ "$(left)" -lt $PARTS ]
check ceiling-holds [ "$(requests GET 206)" -le 4 ]
forget_requests
try ceiling-again 11/suspended night --max-bytes-down $((PART * 4))
goes_on ceiling-goes-on

# All was read, and nobody wrote it down: nothing is read again.
killed late KILL 137
journal | sed -n '/"proven"/!p' > whole.journal
n=0
while [ "$n" -lt $PARTS ]; do
	n=$((n + 1))
	journal | grep '"proven"' | head -n 1 |
	    sed "s/\"number\":[0-9]*/\"number\":$n/"
done >> whole.journal
for at in "$A"/.consign/uploads/*.jsonl; do
	cp whole.journal "$at"
done
goes_on late-goes-on

# Somebody wrote the same bytes meanwhile: all of them are read anew.
killed same KILL 137
faults
check same-written store_do PUT "$(key "$A/big")" "$A/big"
forget_requests
try same-goes-on 0 night
check same-all-read [ "$(requests GET 206)" = $PARTS ]

# Or others, which nothing of ours is alleged of.
killed other KILL 137
faults
head -c $((PART * PARTS - 100)) /dev/urandom > other
check other-written store_do PUT "$(key "$A/big")" other
try other-refused 6/replaced_by_other night
check other-journal [ -z "$(ls "$A/.consign/uploads")" ]
store_do GET "$(key "$A/big")" && check other-stays cmp curl.out other

# Removed: it is sent again.
killed gone KILL 137
faults
check gone-removed store_do DELETE "$(key "$A/big")"
forget_requests
try gone-sent 0 night
check gone-all [ "$(requests PART 200)" = $PARTS ]
check gone-proven [ "$(outcome main/big)" = uploaded ]

# The file is another now: what was sent is nobody's business any more.
killed changed KILL 137
fresh
faults
try changed-sent 0 night
check changed-journal [ -z "$(ls "$A/.consign/uploads")" ]
check whole whole
