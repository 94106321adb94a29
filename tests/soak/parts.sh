#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: SEEDS=20 SIZE=2147483648 tests/soak/parts.sh
#
# A push in parts through a line whose connections are all reset, each after a
# random 1 to 40 MiB: it always arrives; a cut costs no more than the part that
# was under way; no upload is left; and what is on record is what the store saw.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"
. "$ROOT/tests/e2e/night.sh"
. "$ROOT/tests/soak/relay.sh"

SEEDS=${SEEDS:-20}
SIZE=${SIZE:-2147483648}
JOBS=4
PART=5242880
MIB=1048576

# sum OP MEMBER: of all these requests in the store's log
sum() {
	sed -n "s/.*\"op\":\"$1\".*\"$2\":\([0-9]*\).*/\1/p" "$S3_LOG" |
	    awk '{ n += $1 } END { printf "%.0f\n", n }'
}

# off: requests on record less those that the store saw.  A cut may swallow
# one that had been sent, each but one a connection.
off() {
	echo $(($(ended class_a_requests) + $(ended class_b_requests) + \
	    $(ended free_requests) - $(requests ANY)))
}

start_store --trust-digests
seed=1
while [ "$seed" -le "$SEEDS" ]; do
	open_line --cut $MIB:$((40 * MIB)) --seed "$seed" --count cuts
	archive "seed$seed"
	truncate -s "$SIZE" "$A/big"
	echo "$seed" | dd of="$A/big" conv=notrunc status=none
	: > cuts
	forget_requests
	try "soak/parts-$seed" 0 push --jobs $JOBS \
	    --multipart-threshold $PART --multipart-part-size $PART \
	    --max-puts $((2 * SIZE / PART))
	close_line
	n=$(wc -l < cuts)
	up=$(sum PART bytes_in)
	echo "seed $seed: $n cuts, $((up / MIB)) MiB of $((SIZE / MIB))" \
	    "sent, $(($(sum GET bytes_out) / MIB)) MiB read," \
	    "$(off) requests lost on the line"
	check "soak/parts-$seed-was-cut" [ "$n" -gt $((SIZE / MIB / 40)) ]
	check "soak/parts-$seed-not-twice" \
	    [ "$up" -le $((SIZE + n * PART)) ]
	check "soak/parts-$seed-counted" [ "$(off)" -ge 0 ]
	check "soak/parts-$seed-counted-well" [ "$(off)" -le "$n" ]
	check "soak/parts-$seed-once" [ "$(requests CREATE 200)" = 1 ]
	left=$(find "$S3_DIR/$BUCKET/u" -name record)
	check "soak/parts-$seed-none-left" [ -z "$left" ]
	check "soak/parts-$seed-proven" [ "$(outcome main/big)" = uploaded ]
	check "soak/parts-$seed-whole" whole
	seed=$((seed + 1))
done
