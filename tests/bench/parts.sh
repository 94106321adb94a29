#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/parts.sh
#
# A sparse file in parts over TLS, hashed, sent and proven by ranges, with four
# workers and with one, and a pipe: the peak of memory, summed over processes
# (hwm.c), against its bar, and CPU time.  SIZE, PIPE: how large.  PEERS=1: a
# GiB of random bytes, too, and its CPU time against that of awscli's upload and
# half of that of rclone's, neither of which proves anything.  LINE=160M: then a
# file of that size through a long line, 50 ms each way and 256 KiB under way on
# a connection, where four workers have to be 3.5 times as fast as one: to send
# and prove it, by a pipe, too, and to get it back.
# shellcheck disable=SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

SIZE=${SIZE:-10G}
PIPE=${PIPE:-3G}
NEEDED=$((6 << 20))	# for the random bytes; else copies are holes

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$ROOT/tests/e2e/night.sh"
# shellcheck source=/dev/null
. "$ROOT/tests/soak/relay.sh"
# shellcheck source=/dev/null
. "$ROOT/tests/servers/peers.sh"

# per_gib SECONDS BYTES
per_gib() {
	awk "BEGIN { printf \"%.2f\", $1 / $2 * 1024 ^ 3 }"
}

# run NAME BYTES BAR COMMAND...: its figures, against the bar in KiB
run() {
	local name=$1 bytes=$2 bar=$3 wall cpu kib gib processes
	shift 3
	forget_requests
	check "$name" "$hwm" -o figures "$@"
	[ -s figures ] || return
	read -r wall _ _ cpu kib _ processes < figures
	gib=$(per_gib "$cpu" "$bytes")
	echo "$name: peak $kib KiB of $bar in $processes processes, $wall s," \
	    "$gib s of CPU a GiB, $(requests PART) parts," \
	    "$(requests GET 206) ranges"
	seconds=$wall took=$gib
	check "$name-peak-$kib-KiB-of-$bar" [ "$kib" -le "$bar" ]
	rm figures
}

# with NAME JOBS BAR [OPTION...]: a push of a file of SIZE; a new one each time
with() {
	local name=$1 jobs=$2 bar=$3
	shift 3
	truncate -s 0 "$A/big"
	truncate -s "$SIZE" "$A/big"
	echo "$name" | dd of="$A/big" conv=notrunc status=none
	# shellcheck disable=SC2046,SC2086  # options
	run "$name" "$(stat -c %s "$A/big")" "$bar" "$CONSIGN" push "$A" \
	    $(at_store) $YES --jobs "$jobs" "$@"
	check "$name-by-ranges" [ "$(requests GET 206)" = \
	    "$(requests PART 200)" ]
}

# beside: what the same object costs others
beside() {
	local client cpu
	local -A gib
	"$ROOT/tests/servers/packages.sh" awscli rclone || exit 1
	rm "$A/big"
	head -c 1G /dev/urandom > "$A/random"
	# shellcheck disable=SC2046,SC2086
	run parts/random $((1 << 30)) 4096 "$CONSIGN" push "$A" \
	    $(at_store) $YES --jobs 4
	under=("$hwm" -o "$WORK/figures")
	for client in awscli rclone; do
		check "parts/$client" "${client}_put" "$A/random" "$client"
		read -r _ _ _ cpu _ < figures
		gib[$client]=$(per_gib "$cpu" $((1 << 30)))
		echo "$client: ${gib[$client]} s of CPU a GiB, sent only"
	done
	check "parts/cpu-$took-of-awscli-${gib[awscli]}" \
	    awk "BEGIN { exit !($took <= ${gib[awscli]}) }"
	check "parts/cpu-$took-of-half-of-rclone-${gib[rclone]}" \
	    awk "BEGIN { exit !($took <= ${gib[rclone]} / 2) }"
}

# pipe BAR: of PIPE
pipe() {
	local bytes
	bytes=$(numfmt --from=iec "$PIPE")
	# shellcheck disable=SC2046,SC2086
	run "parts/pipe-$PIPE" "$bytes" "$1" "$CONSIGN" put - pipe \
	    --root "$A" $(at_store) $YES < <(head -c "$bytes" /dev/zero)
}

# faster WHAT ONE FOUR: seconds
faster() {
	local by
	by=$(awk "BEGIN { printf \"%.2f\", $2 / $3 }")
	echo "line/$1: four workers are $by times as fast as one"
	check "line/$1-four-by-one-$by-of-3.5" \
	    awk "BEGIN { exit !($by >= 3.5) }"
}

# back JOBS BAR: the file of SIZE comes back
back() {
	# shellcheck disable=SC2046
	run "line/get-$1" "$(stat -c %s "$A/big")" "$2" "$CONSIGN" get \
	    main/big --root "$A" $(at_store) --jobs "$1" --force -o back
	check "line/get-$1-bytes" cmp back "$A/big"
}

# again JOBS BAR: the same bytes by a pipe, to a key of their own
again() {
	# shellcheck disable=SC2046,SC2086,SC2094
	run "line/pipe-$1" "$(stat -c %s "$A/big")" "$2" "$CONSIGN" put - \
	    "pipe-$1" --root "$A" $(at_store) $YES --jobs "$1" \
	    --multipart-part-size 5M --multipart-threshold 5M < "$A/big"
}

# long_line: how much faster are four workers on one?
long_line() {
	local one
	SIZE=$LINE
	open_line --delay 50 --window 262144
	archive line
	with line/jobs-1 1 700 --multipart-part-size 5M \
	    --multipart-threshold 5M
	one=$seconds
	with line/jobs-4 4 4096 --multipart-part-size 5M \
	    --multipart-threshold 5M
	faster push "$one" "$seconds"
	back 1 700
	one=$seconds
	back 4 4096
	faster get "$one" "$seconds"
	again 1 700
	one=$seconds
	again 4 4096
	faster pipe "$one" "$seconds"
	close_line
}

start_tls_store server-ec --suites aes128gcm --trust-digests
bench_tools
archive parts
with parts/jobs-4 4 4096
with parts/jobs-1 1 700
pipe 4096
if [ -n "${PEERS:-}" ]; then
	beside
fi
if [ -n "${LINE:-}" ]; then
	long_line
fi
