#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# memory.sh: the peak memory of consign while it puts a sparse 4 GiB file
# over TLS as one PUT and proves it, summed over its processes (hwm.c).
# SIZE and BAR (KiB) may be set.
# shellcheck disable=SC2034,SC2154  # shared variables: tests/servers/lib.sh
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
CONSIGN=$(realpath "${CONSIGN:-$top/build/consign}")
SIZE=${SIZE:-4G} BAR=${BAR:-600}

for part in servers/lib servers/tls bench/lib; do
	# shellcheck source=/dev/null
	. "$top/tests/$part.sh"
done

# Both copies are holes: in memory they take no room and read fastest.
mkdir -p "$top/build"
room=$top/build
[ ! -w /dev/shm ] || room=/dev/shm
work=$(mktemp -d "$room/consign-memory.XXXXXX")
trap 'stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! hwm_build || ! store_start; then
	cat "$work"/*.log
	exit 1
fi
truncate -s "$SIZE" "$work/sparse"
under=("$hwm" -o "$work/hwm")
if ! consign put "$work/sparse" sparse; then
	fail "memory/put-$SIZE" "$(cat "$work/err")"
	exit 1
fi
read -r wall _ _ cpu kib _ <"$work/hwm"
echo "put and proof of $SIZE: peak $kib KiB (bar $BAR)," \
    "$wall s, $cpu s of CPU, $(grep -c '"PUT"' "$work/requests") PUT"
verdict "memory/put-$SIZE" "$kib KiB, over $BAR" [ "$kib" -le "$BAR" ]
[ "$failed" = 0 ]
