#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/bench/run.sh
#
# One object of 1 GiB sent by consign and by the clients people have
# already, side by side to one TLS endpoint on loopback; prints a table, and
# for each bar PASS or FAIL.  RUNS=3 rounds, SIZE=1G.
#
# wall      seconds
# CPU       seconds of user and system time per GiB, the whole process tree
# peak      VmHWM at exit, summed over the tree's processes (see hwm.c)
# requests  lines in the store's log
# on disk   consign: the binary.  Others: dpkg's Installed-Size of the package
#           and of everything it depends on, libc included
#
# All figures are medians of the rounds, each by itself; in every round each
# client runs once, so that a slow moment of the machine meets all of them.
# consign's first row, all but the proof, is told by its own `put -v`, which
# gives the times of each phase; its peak and requests are the whole run's.
# shellcheck disable=SC2034,SC2154  # shared variables: tests/e2e/lib.sh
set -u

RUNS=${RUNS:-3}
SIZE=${SIZE:-1G}
NEEDED=$((8 << 20))

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$ROOT/tests/servers/peers.sh"
clients=(consign curl "${peers[@]}")

# What `sha256sum`, then curl's PUT with that digest signed, cost.
curl_put() {
	# shellcheck disable=SC2016  # expanded by the inner shell
	peer /bin/sh -c '
		sum=$(sha256sum "$1") &&
		curl -sSf --cacert "$2" --aws-sigv4 "aws:amz:$3:s3" \
		    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
		    -H "x-amz-content-sha256: ${sum%% *}" -T "$1" "$4"' \
	    curl "$1" "$CA" "$REGION" "$ENDPOINT/$BUCKET/$2"
}

# Frees the space; neither measured nor counted.
forget() {
	curl -sSf --cacert "$CA" -X DELETE --aws-sigv4 "aws:amz:$REGION:s3" \
	    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
	    "$ENDPOINT/$BUCKET/$1"
}

# measure CLIENT: one line of figures to CLIENT.runs, and to sent.runs what
# consign took until its proof began: wall cpu-per-GiB peak-KiB requests
measure() {
	local wall cpu sum
	forget_requests
	if ! "$1_put" object object >out 2>err; then
		fail "bench/$1" "$(tail -n 5 err peer.log)"
		exit 1
	fi
	read -r wall _ _ cpu sum _ <figures
	echo "$wall $(per_gib "$cpu") $sum $(requests ANY)" >>"$1.runs"
	if [ "$1" = consign ]; then
		read -r wall cpu < <(before_proof)
		echo "$wall $(per_gib "$cpu") $sum $(requests ANY)" \
		    >>sent.runs
	fi
	forget object
}

# per_gib SECONDS
per_gib() {
	awk -v s="$1" -v size="$bytes" \
	    'BEGIN { printf "%.3f", s / size * 1073741824 }'
}

# median FILE COLUMN
median() {
	sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c }
	    END { m = int((NR + 1) / 2)
		print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

# disk CLIENT: MiB
disk() {
	local packages=("$1")
	case $1 in
	consign)
		stat -L -c %s "$CONSIGN" | awk '{ print $1 / 1048576 }'
		return
		;;
	awscli | s3cmd) packages+=(python3) ;;
	esac
	# shellcheck disable=SC2046  # a list of package names
	dpkg-query -W -f '${Installed-Size}\n' $(apt-cache depends \
	    --recurse --installed --no-recommends --no-suggests \
	    --no-enhances --no-conflicts --no-breaks --no-replaces \
	    "${packages[@]}" | grep '^[a-z0-9]' | sort -u) \
	    2>dpkg.err | awk '{ n += $1 } END { print n / 1024 }'
}

# What consign says of itself, "PHASE: N s, cpu N s": wall and CPU time of all
# but the proof.
before_proof() {
	awk '/^(hash|look|send): / { wall += $2; cpu += $5 }
	    END { print wall, cpu }' err
}

# ratio OURS THEIRS
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# row NAME FIGURES CLIENT: medians of FIGURES.runs
row() {
	local at=$2.runs
	printf '%-28s %7.2f %10.2f %9.0f %9.0f %8.1f\n' "$1" \
	    "$(median "$at" 1)" "$(median "$at" 2)" "$(median "$at" 3)" \
	    "$(median "$at" 4)" "$(disk "$3")"
}

table() {
	local client
	printf '%-28s %7s %10s %9s %9s %8s\n' "$SIZE over TLS, median of $RUNS" \
	    'wall s' 'CPU s/GiB' 'peak KiB' requests 'disk MiB'
	row 'consign, hash and PUT' sent consign
	row 'consign, with proof' consign consign
	row 'sha256sum, then curl' curl curl
	for client in "${peers[@]}"; do
		row "$client" "$client" "$client"
	done
}

# against CLIENT [BAR]: the ratios of CPU time, and whether the first is
# under the bar
against() {
	local theirs sent whole
	theirs=$(median "$1.runs" 2)
	sent=$(ratio "$(median sent.runs 2)" "$theirs")
	whole=$(ratio "$(median consign.runs 2)" "$theirs")
	echo "consign/$1: hash + PUT $sent, with proof $whole"
	[ -n "${2:-}" ] || return 0
	if awk -v a="$sent" -v b="$2" 'BEGIN { exit !(a <= b) }'; then
		pass "bench/$1 $sent of $2"
	else
		fail "bench/$1" "$sent, over the bar of $2"
	fi
}

"$ROOT/tests/servers/packages.sh" curl openssl "${peers[@]}" || exit 1
bench_start
under=("$hwm" -o "$WORK/figures")
head -c "$SIZE" /dev/urandom >object
bytes=$(stat -c %s object)
for ((round = 1; round <= RUNS; round++)); do
	for client in "${clients[@]}"; do
		measure "$client"
	done
done
table
against curl 0.5
against awscli 0.4
against rclone 0.2
against s3cmd
