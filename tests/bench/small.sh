#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/small.sh
#
# 1000 objects of 4 KiB over TLS: consign's push, which proves each, beside
# the copies of rclone and awscli, which prove none; and the run after that,
# with nothing to do, by a listing and where listing is denied.  Prints a
# table, and for each bar PASS or FAIL.  RUNS=3 rounds, OBJECTS=1000.
#
# CPU       seconds of user and system time, the whole process tree
# peak      VmHWM at exit, summed over the tree's processes (see hwm.c)
# requests  lines in the store's log
#
# Medians of the rounds.  What is counted, requests and syncs, is the same on
# every machine; seconds are not.
# shellcheck disable=SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

RUNS=${RUNS:-3}
OBJECTS=${OBJECTS:-1000}
NEEDED=$((1 << 20))

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$ROOT/tests/servers/peers.sh"
copiers=(rclone awscli)

# files FOLDER: the objects, in ten folders
files() {
	local i
	for i in 0 1 2 3 4 5 6 7 8 9; do
		mkdir -p "$1/$i"
		head -c $((OBJECTS * 4096 / 10)) /dev/urandom |
		    split -a 3 -b 4096 - "$1/$i/object-"
	done
}

at() {
	echo --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --ca-file "$CA" --approve --reviewed-by kim
}

# push [UNDER...]: of the archive
# shellcheck disable=SC2120  # measure calls it, too
push() {
	# shellcheck disable=SC2046  # options
	"$@" "$CONSIGN" push archive $(at)
}

# measure NAME COMMAND...: a line of figures to NAME.runs
measure() {
	local name=$1 wall cpu sum
	shift
	forget_requests
	if ! "$@" >out 2>err; then
		fail "small/$name" "$(tail -n 5 err peer.log 2>&1)"
		exit 1
	fi
	read -r wall _ _ cpu sum _ <figures
	echo "$wall $cpu $sum $(requests ANY)" >>"$name.runs"
}

rclone_all() {
	peer /usr/bin/rclone copy --config '' --s3-provider Other \
	    --s3-env-auth --s3-endpoint "$ENDPOINT" --s3-region "$REGION" \
	    --s3-no-check-bucket --ca-cert "$CA" --exclude '.consign/**' \
	    archive ":s3:$BUCKET/rclone"
}

awscli_all() {
	peer /usr/bin/aws s3 sync --endpoint-url "$ENDPOINT" \
	    --region "$REGION" --ca-bundle "$CA" --no-progress \
	    --exclude '.consign/*' archive "s3://$BUCKET/awscli"
}

# fresh: an empty store that has proven everything to an archive of new files
fresh() {
	local tier
	stop_store
	rm -rf archive store
	mkdir archive
	start_tls_store server-ec --suites aes128gcm --trust-digests "$@"
	for tier in 0 1 2 3 4; do
		# shellcheck disable=SC2046
		"$CONSIGN" prove --root archive $(at) --tier $tier \
		    >tier.out 2>&1 && continue
		fail "small/tier$tier" "$(cat tier.out)"
		exit 1
	done
	files archive
}

# median FILE COLUMN
median() {
	sort -g -k "$2,$2" "$1.runs" | awk -v c="$2" '{ v[NR] = $c }
	    END { print v[int((NR + 1) / 2)] }'
}

# row TITLE NAME
row() {
	printf '%-34s %8.2f %8.2f %9d %9d\n' "$1" "$(median "$2" 1)" \
	    "$(median "$2" 2)" "$(median "$2" 3)" "$(median "$2" 4)"
}

# bar NAME COLUMN MOST
bar() {
	local is
	is=$(median "$1" "$2")
	check "small/$1-${columns[$2]}-$is-of-$3" \
	    awk "BEGIN { exit !($is <= $3) }"
}
columns=('' wall cpu peak requests)

"$ROOT/tests/servers/packages.sh" openssl strace "${copiers[@]}" || exit 1
bench_tools
under=("$hwm" -o "$WORK/figures")
for ((round = 1; round <= RUNS; round++)); do
	fresh
	measure push push "${under[@]}"
	measure again push "${under[@]}"
	for name in "${copiers[@]}"; do
		measure "$name" "${name}_all"
		measure "$name-again" "${name}_all"
	done
	fresh --deny LIST
	push >out 2>err || fail small/denied "$(cat err)"
	measure heads push "${under[@]}"
done

printf '%-34s %8s %8s %9s %9s\n' "$OBJECTS of 4 KiB, median of $RUNS" \
    'wall s' 'CPU s' 'peak KiB' requests
row 'consign push, each proven' push
for name in "${copiers[@]}"; do
	row "$name, none proven" "$name"
done
row 'again: consign, by listing' again
row 'again: consign, by HEADs' heads
for name in "${copiers[@]}"; do
	row "again: $name" "$name-again"
done
for name in "${copiers[@]}"; do
	awk -v a="$(median push 2)" -v b="$(median "$name" 2)" \
	    -v n="$name" 'BEGIN { printf "consign/%s: %.2f\n", n, a / b }'
done

# The bars are for 1000 objects.
bar push 2 1
bar push 4 $((3 * OBJECTS))
bar again 4 $(((OBJECTS + 999) / 1000 + 1))
bar again 2 0.1
bar heads 4 "$OBJECTS"
bar heads 2 0.5

fresh
check small/traced push strace -f -c -e trace=fsync,fdatasync,syncfs -o calls
syncs=$(awk '$NF ~ /sync/ { n += $4 } END { print n + 0 }' calls)
check "small/syncs-$syncs-of-50" [ "$syncs" -le 50 ]
