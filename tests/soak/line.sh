#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: SEEDS=20 SIZE=268435456 tests/soak/line.sh
#
# A file there and back over a line that breaks at random places, again and
# again: it always arrives, and what had come is not fetched twice.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../e2e/lib.sh"

SEEDS=${SEEDS:-20}
SIZE=${SIZE:-268435456}
BREAKS=5

# random SEED N: the Nth number of that seed below 2^31.
random() {
	echo "$1 $2" | sha256sum | cut -c 1-7 | { read -r x; echo $((0x$x * 8)); }
}

# breaks OP SEED N: break N of its requests off after a random number of bytes.
breaks() {
	i=0
	while [ "$i" -lt "$3" ]; do
		echo "$1 * reset-after-bytes:$(($(random "$2" "$1$i") % \
		    (SIZE / BREAKS))) times=1 after=$i"
		i=$((i + 1))
	done
}

# fetched: bytes that the store sent as bodies since the last forget_requests.
fetched() {
	sed -n 's/.*"method":"GET".*"bytes_out":\([0-9]*\).*/\1/p' "$S3_LOG" |
	    awk '{ n += $1 } END { print n + 0 }'
}

head -c "$SIZE" /dev/urandom > file
start_tls_store server-ec
seed=1
while [ "$seed" -le "$SEEDS" ]; do
	forget_requests
	{ breaks PUT "$seed" 2; breaks GET "$seed" "$BREAKS"; } > new
	mv new "$S3_FAULTS"
	check "soak/put-$seed" put file "key-$seed"
	forget_requests
	breaks GET "$seed" "$BREAKS" > new
	mv new "$S3_FAULTS"
	rm -f back
	check "soak/get-$seed" get "key-$seed" back
	check "soak/same-bytes-$seed" cmp file back
	# At each break a few MiB may be under way in buffers.
	sent=$(fetched)
	check "soak/not-twice-$seed" \
	    [ "$sent" -le $((SIZE + BREAKS * 8 * 1024 * 1024)) ]
	seed=$((seed + 1))
done
