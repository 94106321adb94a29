#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/resolve.sh
#
# consign resolve of one artifact in a ledger of ROWS=1000000 rows: CPU time
# and memory, against the bars CPU (seconds) and MEMORY (KiB).  The bar of CPU
# time is for a machine with SHA instructions, and is not held against others.
# shellcheck disable=SC2001,SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

ROWS=${ROWS:-1000000}
CPU=${CPU:-2}
MEMORY=${MEMORY:-4096}
NEEDED=$((2 << 20))

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

if [ "$(id -u)" -ne 0 ]; then
	skip resolve 'needs root, to be others'
	exit 0
fi
bench_tools
maker=$ROOT/build/rows
(cd "$ROOT/src" && "${CC:-gcc}" -std=c11 -O2 -D_DEFAULT_SOURCE \
    -iquote util -iquote crypto -o "$maker" ../tests/bench/rows.c \
    crypto/sha256*.c crypto/wipe.c util/hex.c) || exit 1

# A producer's ledger, and a list of writers that he cannot write.
SAFE=$(mktemp -d /run/consign-bench.XXXXXX) || exit 1
trap 'rm -rf "$SAFE"; cleanup' EXIT
chmod 755 "$SAFE" "$WORK"
mkdir -p photos/.consign
"$maker" photos /srv/photos "$ROWS" > photos/.consign/ledger.jsonl
chown -R 12341 photos
as() {
	setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"
}
as 12341 "$CONSIGN" key new nas1 --root photos > "$SAFE/writers.yaml"
as 12341 "$CONSIGN" ledger checkpoint --root photos --approve \
    --reviewed-by kim > out 2> err || fail checkpoint "$(cat err)"
chmod 644 "$SAFE/writers.yaml"
middle=$((ROWS / 2 & ~1))
size=$(($(stat -c %s photos/.consign/ledger.jsonl) / 1000000))

# measure NAME SEQ CODE [OPTION...]: of the file that this row admits
measure() {
	local name=$1 seq=$2 want=$3 row
	row=$(sed -n "$((seq + 1)){p;q}" photos/.consign/ledger.jsonl)
	shift 3
	as 23452 "$hwm" -o "$WORK/figures" "$CONSIGN" resolve \
	    --root photos --writers "$SAFE/writers.yaml" \
	    --artifact-path "$(field canonical_path)" \
	    --artifact-hash "${HASH:-$(field object_id)}" \
	    --hash-algorithm sha256 \
	    --canonicalization-version consign-path-1 \
	    --origin photos/main \
	    --admission-ref "$seq:$(field chain)" "$@" > out 2> err
	check "resolve/$name" grep -q "$want" out
	read -r wall user sys cpu memory _ < figures
	printf '%-24s %9s %6s MB %7s s CPU %6s KiB\n' "$name" "$ROWS" \
	    "$size" "$cpu" "$memory"
	check "resolve/$name-memory" [ "$memory" -le "$MEMORY" ]
	if grep -qw -e sha_ni -e sha2 /proc/cpuinfo; then
		check "resolve/$name-cpu" awk "BEGIN {
		    exit !($cpu <= $CPU) }"
	else
		skip "resolve/$name-cpu" 'no SHA instructions'
	fi
}
field() {
	sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" <<< "$row"
}

: > figures
chmod 666 figures
measure first 2 trusted_attested
measure middle "$middle" trusted_attested
measure last $((ROWS - 2 & ~1)) trusted_attested
# Two passes: another object was admitted than the one that is proposed.
HASH=sha256:$(printf '%064d' 0) CPU=$((2 * CPU)) \
    measure mismatch "$middle" HASH_MISMATCH
