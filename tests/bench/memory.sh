#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/memory.sh
#
# The peak memory of consign while it puts a sparse file of more than 4 GiB
# over TLS as one PUT and proves it, summed over its processes (hwm.c), against
# the bar.  SIZE and BAR (KiB) may be set.
# shellcheck disable=SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

SIZE=${SIZE:-4097M}
BAR=${BAR:-600}
NEEDED=8192		# both copies are holes

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

bench_start
truncate -s "$SIZE" sparse
check "memory/put-$SIZE" consign_put sparse sparse
if [ -s figures ]; then
	read -r wall _ _ cpu kib _ <figures
	echo "put and proof of $SIZE: peak $kib KiB of $BAR, $wall s," \
	    "$cpu s of CPU, $(requests PUT) PUT"
	check "memory/peak-$kib-KiB" [ "$kib" -le "$BAR" ]
	check memory/one-PUT [ "$(requests PUT)" = 1 ]
fi
