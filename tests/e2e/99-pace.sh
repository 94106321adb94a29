#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# How fast: bwlimit keeps to its rate and is smooth, goes by the time of the
# day, stalls nothing and makes parts that arrive in time.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"
. "$ROOT/tests/e2e/pace.sh"

# ends STATUS: that of the script, whatever became of the meter
ends() {
	kill "$meter_pid" 2> meter.out
	(exit "$1")
	cleanup
}

meter_pid=

# start_meter: a relay in front of the store, see meter.py
start_meter() {
	python3 "$ROOT/tests/e2e/meter.py" "$S3_PORT" meter.port meter.log &
	meter_pid=$!
	trap 'ends $?' EXIT
	eventually [ -s meter.port ]
	S3_PORT=$(cat meter.port)
	ENDPOINT=${ENDPOINT%:*}:$S3_PORT
}

# took up|down: milliseconds of the body of 2 MiB; all handshakes and heads
# before it are shorter than 8 KiB
took() {
	awk -v way="$1" '$1 == way { sum += $3
		if (sum > 8192 && !first) first = $2
		if (sum < 2097152) last = $2 }
	    END { print last - first }' meter.log
}

# busiest up|down: the most bytes of any 100 ms
busiest() {
	awk -v way="$1" '$1 == way { at[++n] = $2; size[n] = $3; sum += $3
		while (at[n] - at[low + 1] >= 100) sum -= size[++low]
		if (sum > most) most = sum }
	    END { print most + 0 }' meter.log
}

# lasting COMMAND...: its milliseconds, in $ms
lasting() {
	lasting_from=$(date +%s%N)
	"$@" > out 2> err || {
		ms=failed
		return 1
	}
	ms=$((($(date +%s%N) - lasting_from) / 1000000))
}

# over N: was it done, in more milliseconds?
over() { [ "$ms" != failed ] && [ "$ms" -gt "$1" ]; }

# puts NAME LOW HIGH FILE [OPTION...]: in so many milliseconds.  A busy machine
# takes longer: the shortest of four counts
puts() {
	puts_name=$1 low=$2 high=$3 puts_file=$4
	shift 4
	for n in 1 2 3 4; do
		lasting put "$puts_file" "$puts_name$n" "$@"
		over "$high" || break
	done
	check "$puts_name" within "$low" "$ms" "$high"
}

head -c 2097152 /dev/urandom > file
head -c 40000 /dev/urandom > small

# --- The rate -------------------------------------------------------------

start_tls_store server-ec
start_meter
# Twice the share of 100 ms, and a piece that was under way.
burst=$((2 * 52429 + 4096))
even() {
	[ "$(busiest up)" -le $burst ] && [ "$(took up)" -le 4600 ] &&
	    [ "$(took down)" -le 4600 ]
}
# A busy machine holds up the meter, and what waited passes at once: then anew.
for n in 1 2 3 4; do
	: > meter.log
	put file paced$n --bwlimit 512k > pace.out 2>&1
	status=$?
	! even || break
done
check pace/put [ "$status" = 0 ]
check pace/up within 3400 "$(took up)" 4600
check pace/down within 3400 "$(took down)" 4600
check pace/smooth-up within 1 "$(busiest up)" $burst
# What the kernel's buffers take at the start is no burst on a line.
kill $meter_pid
wait $meter_pid 2> meter.out

start_store
puts pace/unlimited 0 2000 file
puts pace/high 0 2000 file --bwlimit 1G
for n in 1 2 3 4; do
	lasting get pace/high1 back --bwlimit 1M --force
	over 2600 || break
done
check pace/get within 1700 "$ms" 2600
check pace/get-same cmp file back

# --- By the time of the day -----------------------------------------------

# Slow for two hours around now in UTC, and no limit in the rest of the day.
table="$(clock -60)-$(clock 60) 32k"
export TZ=UTC0
puts table/in-it 2000 4000 small --bwlimit "$table"
export TZ=ALMT-6
puts table/beside-it 0 1500 small --bwlimit "$table"
puts table/off 0 1500 small --bwlimit "$(clock 300)-$(clock 420) off"
puts table/both 2000 4000 small --bwlimit \
    "$(clock 300)-$(clock 420) 32k, $(clock 420)-$(clock 300) off"
unset TZ

for text in fast 512 08:00-23:00 '08:00-12:00 1M,11:00-13:00 2M'; do
	try "table/refused-$text" 2/config_invalid put file key \
	    --bwlimit "$text"
done
check table/where grep -q "'11:00-13:00' at character 16 overlaps" err

# --- It is no stall -------------------------------------------------------

puts stall/none 4500 7000 small --bwlimit 16k --min-rate 1M --stall-timeout 1s
hold 'GET stalled stall:600000 times=1'
try stall/one 5/timed_out put small stalled --bwlimit 16k \
    --stall-timeout 1s --max-attempts 1
release

# --- Parts that arrive in time --------------------------------------------

stop_store
rm -rf "$S3_DIR"
start_store
archive slow
truncate -s 41943040 "$A/large"

# planned_a [OPTION...]: class A requests that a push of it all needs
planned_a() {
	consign plan --json "$@" > out
	sed -n 's/.*"class_a_requests":\([0-9]*\).*/\1/p' out | tail -n 1
}

one=$(planned_a)
check parts/without-limit [ "$one" = 1 ]
check parts/limit [ "$(planned_a --bwlimit 64k)" = 4 ]
check parts/jobs-share-it [ "$(planned_a --bwlimit 64k --jobs 4)" = 8 ]
check parts/fast-enough [ "$(planned_a --bwlimit 1M)" = 1 ]
check parts/off-in-window [ "$(planned_a --window 23:00-08:00 \
    --bwlimit '08:00-23:00 64k')" = 1 ]
check parts/lowest-in-window [ "$(planned_a --window 22:00-08:00 \
    --bwlimit '08:00-23:00 64k')" = 4 ]
consign plan --bwlimit 8k > out 2> err || :
check parts/too-slow grep -q 'takes 640 s at 8192 bytes a second, 160 s more' \
    out

# --- All workers together -------------------------------------------------

rm "$A/large"
for name in a b c d; do
	head -c 524288 /dev/urandom > "$A/$name"
done
lasting push --jobs 4 --bwlimit 512k
# Both ways go on side by side: 4 s, and the proof of the last one.
check workers/share within 4700 "$ms" 20000
check workers/all [ "$(ended uploaded)" = 4 ]
