#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# get by several workers: the outcome is that of one, whatever breaks on the
# way; what came is not fetched again; and no wrong byte gets a name.
. "$(dirname "$0")/lib.sh"

start_store
. "$ROOT/tests/e2e/archive.sh"

SIZE=35000000
head -c $SIZE /dev/urandom > big
head -c $SIZE /dev/urandom > big.other
hex=$(sha256sum big | cut -c 1-64)
hash_key=$(key big)
put big "$hash_key"
put big big

# sent: bytes that the store sent of ranges, since forget_requests
sent() {
	sed -n 's/.*"op":"GET".*"range":"bytes=\([^"]*\)","status":206.*/\1/p' \
	    "$S3_LOG" | awk -F- '{ n += $2 - $1 + 1 } END { print n + 0 }'
}
connections() {
	sed -n 's/.*"conn":\([0-9]*\),.*"op":"GET".*"status":206.*/\1/p' \
	    "$S3_LOG" | sort -u | wc -l
}
remains() {
	find . -maxdepth 1 -name '.consign-*'
}
part_bytes() {
	find . -maxdepth 1 -name '.consign-*.part' -exec stat -c '%b * 512' {} +
}
clean() {
	rm -f back .consign-*
	faults
	forget_requests
}

# fetched NAME [FILE]: "back" is the object, and all else is gone
fetched() {
	if ! cmp -s back "${2:-big}"; then
		fail "$1" "other bytes came back"
	elif [ -n "$(remains)" ]; then
		fail "$1" "left $(remains)"
	else
		pass "$1"
	fi
}

# start_get: in the background; sets $run
start_get() {
	"$CONSIGN" get --key "$hash_key" -o back --jobs 4 --endpoint \
	    "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    > run.out 2> run.err &
	run=$!
}
workers() { pgrep -P "$run"; }
have_workers() { [ "$(workers | wc -l)" = 4 ]; }
some_ranges() { [ "$(requests GET 206)" -ge "$1" ]; }

# together N RULE...: held until there are N at once
together() {
	together_n=$1
	shift
	hold "$@"
	(held "$together_n"; release) &
}

# noted: what came whole is in the note
noted() {
	at=$(sed -n 's/.*"at":\([0-9]*\),.*/\1/p' .consign-*.note)
	[ "${at:-0}" -ge "$(sent)" ]
}

# --- As one would ---------------------------------------------------------

forget_requests
together 4 'GET * delay:600000 after=1'
try known 0 get "$hash_key" back --jobs 4 --json
fetched known-whole
check known-counted counted
check known-connections [ "$(connections)" = 4 ]
check known-bytes [ "$(sent)" = $((SIZE - 16384)) ]
check known-row grep -q "\"size_bytes\":$SIZE.*\"proof\":\"rehash\"" out
clean
try unknown 0 get big back --jobs 4
fetched unknown-whole
check unknown-once [ "$(sent)" = $((SIZE - 16384)) ]
check unknown-requests [ "$(ops | tr ' ' '\n' | sort -u)" = GET ]
clean
try alone 0 get big back --jobs 1
fetched alone-whole
check alone-one-request [ "$(ops)" = GET ]
clean
head -c 16000000 big > less
put less less
forget_requests
try small 0 get less back --jobs 4
fetched small-whole less
check small-one-request [ "$(ops)" = GET ]
clean
try wide 0 get big back --jobs 32
fetched wide-whole
clean
try limited 0 get big back --jobs 4 --bwlimit 40M
fetched limited-whole

# --- Workers that end, lines that break -----------------------------------

clean
hold 'GET * delay:600000 after=1'
start_get
check killed-begun eventually have_workers
held 4
kill -9 "$(workers | sed -n 2p)"
release
wait "$run"
check killed-status [ $? = 0 ]
fetched killed-whole
clean
faults 'GET * reset-after-bytes:3000000 times=6'
try broken 0 get big back --jobs 4
fetched broken-whole
clean
faults 'GET * status:503 times=3'
try busy 0 get "$hash_key" back --jobs 4
fetched busy-whole
clean
faults 'GET * range-ignored'
try no-ranges 0 get "$hash_key" back --jobs 4
fetched no-ranges-whole
try no-ranges-unknown 0 get big back --jobs 4 --force
fetched no-ranges-unknown-whole
clean
faults 'GET * wrong-content-range'
try other-ranges 5/indeterminate get big back --jobs 4
check other-ranges-nothing [ ! -e back ]
clean
faults 'ANY * etag:none'
try nameless 0 get big back --jobs 4
fetched nameless-whole
check nameless-whole-read [ "$(requests GET 206)" = 0 ]

# --- Over several runs ----------------------------------------------------

# By the kernel: what was there to the end of a range is not fetched again.
clean
hold 'GET * stall:600000 after=5'
start_get
check power-begun eventually some_ranges 4
held 4
check power-noted eventually noted
kill -9 "$run"
wait "$run" 2> /dev/null
whole=$(sent)
check power-left [ "$(($(part_bytes)))" -ge "$whole" ]
release
settled
forget_requests
try power-next 0 get "$hash_key" back --jobs 4 -v
fetched power-whole
check power-bytes [ "$(sent)" -le $((SIZE - whole)) ]

# A signal: each worker keeps what has come.
clean
hold 'GET * stall:600000'
some_bytes() { [ "$(($(part_bytes)))" -gt 4500000 ]; }
start_get
check signal-begun eventually have_workers
eventually some_bytes
kill "$run"
wait "$run"
check signal-status [ $? = 143 ]
waiting=$(sed -n 's/.*behind the \([0-9]*\) bytes that wait.*/\1/p' run.err)
check signal-said [ "${waiting:-0}" -gt 4000000 ]
release
settled
forget_requests
cp -p .consign-*.part part && cp -p .consign-*.note note
try signal-next 0 get "$hash_key" back --jobs 4 -v
fetched signal-whole
check signal-bytes [ "$(sent)" = $((SIZE - ${waiting:-0})) ]

# The same by one process, gap after gap; and what is not so is fetched again.
name=$(printf %s back | sha256sum | cut -c 1-16)
again() {
	clean
	cp part ".consign-$name.part" && cp note ".consign-$name.note"
	chmod 600 .consign-*
}
again
try gaps 0 get "$hash_key" back --jobs 1
fetched gaps-whole
check gaps-bytes [ "$(sent)" = $((SIZE - ${waiting:-0})) ]
again
at=$(sed -n 's/.*"ahead":"\([0-9]*\)+.*/\1/p' note)
printf xyz | dd of=".consign-$name.part" bs=1 seek="$at" conv=notrunc 2> err
try spoilt 0 get "$hash_key" back --jobs 4
fetched spoilt-whole
check spoilt-bytes [ "$(sent)" -gt $((SIZE - ${waiting:-0})) ]
for bad in 'x' '1+2:3' "0+99999999999:$hex" "1+0:$hex" "-1+5:$hex" ' '; do
	again
	sed "s/\"ahead\":\"[^\"]*\"/\"ahead\":\"$bad\"/" note |
	    dd of=".consign-$name.note" conv=notrunc 2> err
	try "note-$bad" 0 get "$hash_key" back --jobs 4
	fetched "note-$bad-whole"
done

# Ceilings hold for all workers together, and are used to the byte.
clean
runs=0
until get "$hash_key" back --jobs 4 --max-bytes-down 10000000 2> err; do
	runs=$((runs + 1))
	[ "$runs" -lt 9 ] || break
done
fetched ceilings-whole
check ceilings-runs [ "$runs" = 3 ]
check ceilings-bytes [ "$(sent)" -ge $SIZE ]
clean
try small-ceiling 11/suspended get big back --jobs 4 --max-bytes-down 3000000
check small-ceiling-left grep -q 'the 3000000 bytes that wait' err
try small-ceiling-next 0 get big back --jobs 4
fetched small-ceiling-whole

# --- Other bytes ----------------------------------------------------------

clean
faults 'GET * corrupt times=1 after=1'
try wrong-once 0 get "$hash_key" back --jobs 4 -v
fetched wrong-once-whole
check wrong-once-said grep -q 'reading once more' err
clean
wrong=sha256/00/$(printf %064d 0)
put big.other "$wrong"
try wrong 6/verification_failed get "$wrong" back --jobs 4
check wrong-nothing [ -z "$(remains)" ] && [ ! -e back ]

# Another generation, amid the ranges; and between two runs.
clean
put big changing
hold 'GET changing delay:600000 after=3 times=2'
"$CONSIGN" get --key changing -o back --jobs 2 --endpoint "$ENDPOINT" \
    --bucket "$BUCKET" --region "$REGION" > run.out 2> run.err &
run=$!
check changing-begun eventually some_ranges 2
held 2
store_do PUT changing big.other
release
wait "$run"
check changing-status [ $? = 6 ]
check changing-nothing [ -z "$(remains)" ] && [ ! -e back ]
clean
try changed-before 11/suspended get changing back --jobs 4 \
    --max-bytes-down 20000000
store_do PUT changing big
try changed 0 get changing back --jobs 4 -v
fetched changed-whole
check changed-said grep -q 'beginning anew' err
clean
try nothing 1/not_found get nothing back --jobs 4
check nothing-left [ -z "$(remains)" ]

# --- The disk -------------------------------------------------------------

clean
mkdir tight
if mount -t tmpfs -o size=50m tmpfs tight 2> err; then
	hold 'GET * delay:600000 after=3'
	get "$hash_key" tight/back --jobs 4 > out 2> err &
	pid=$!
	held 4
	head -c 30000000 /dev/zero > tight/filler
	release
	wait "$pid"
	check filled-status [ $? = 8 ]
	cp err filled.err
	check filled-code grep -q '^consign: disk_full: .*; make room' filled.err
	rm tight/filler
	faults
	try filled-next 0 get "$hash_key" tight/back --jobs 4
	check filled-bytes cmp big tight/back
	umount tight
else
	skip filled "may not mount"
fi

# --- From an archive ------------------------------------------------------

clean
A=$WORK/archive
mkdir -p "$A"
climb
cp big "$A/big"
touch -d '2020-02-02 02:02:02.123456789' "$A/big"
# shellcheck disable=SC2086
consign push $YES || fail push "did not"
clean
together 3 'GET * delay:600000 after=1'
try path 0 consign get main/big -o back --json --jobs 3
fetched path-whole
check path-mtime [ "$(stat -c %y back)" = "$(stat -c %y "$A/big")" ]
check path-counted counted
check path-connections [ "$(connections)" = 3 ]
check path-bound [ "$(requests HEAD)" = 0 ]
