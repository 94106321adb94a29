#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# run.sh: one object of 1 GiB sent by consign and by the clients people have
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
# shellcheck disable=SC2034,SC2154  # shared variables: tests/servers/lib.sh
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
CONSIGN=$(realpath "${CONSIGN:-$top/build/consign}")
RUNS=${RUNS:-3} SIZE=${SIZE:-1G}

for part in servers/lib servers/tls servers/peers bench/lib; do
	# shellcheck source=/dev/null
	. "$top/tests/$part.sh"
done
clients=(consign curl "${peers[@]}")

# What `sha256sum`, then curl's PUT with that digest signed, cost.
curl_put() {
	# shellcheck disable=SC2016  # expanded by the inner shell
	peer /bin/sh -c '
		sum=$(sha256sum "$1") &&
		curl -sSf --cacert "$2" --aws-sigv4 "aws:amz:$3:s3" \
		    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
		    -H "x-amz-content-sha256: ${sum%% *}" -T "$1" "$4"' \
	    curl "$1" "$ca" "$region" "$endpoint/$bucket/$2"
}

consign_put() { consign put -v "$1" "$2"; }

# Free the space, out of what is measured and counted.
forget() {
	curl -sSf --cacert "$ca" -X DELETE \
	    --aws-sigv4 "aws:amz:$region:s3" -u "$key_id:$secret" \
	    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
	    "$endpoint/$bucket/$1"
}

# measure CLIENT: one line of figures to CLIENT.runs, and to sent.runs what
# consign took until its proof began: wall cpu-per-GiB peak-KiB requests
measure() {
	local client=$1 before requests wall cpu sum
	before=$(wc -l <"$work/requests")
	if ! "${client}_put" "$work/object" object; then
		echo "bench: $client failed:" >&2
		cat "$work/err" "$work/peer.log" >&2
		exit 1
	fi
	requests=$(($(wc -l <"$work/requests") - before))
	read -r wall _ _ cpu sum _ <"$work/hwm"
	echo "$wall $(per_gib "$cpu") $sum $requests" >>"$work/$client.runs"
	if [ "$client" = consign ]; then
		read -r wall cpu < <(before_proof)
		echo "$wall $(per_gib "$cpu") $sum $requests" \
		    >>"$work/sent.runs"
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
	    2>>"$work/dpkg.log" | awk '{ n += $1 } END { print n / 1024 }'
}

# What consign says of itself, "PHASE: N s, cpu N s": wall and CPU time of all
# but the proof.
before_proof() {
	awk '/^(hash|look|send): / { wall += $2; cpu += $5 }
	    END { print wall, cpu }' "$work/err"
}

# ratio OURS THEIRS
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# row NAME FIGURES CLIENT: medians of FIGURES.runs
row() {
	local at=$work/$2.runs
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
	theirs=$(median "$work/$1.runs" 2)
	sent=$(ratio "$(median "$work/sent.runs" 2)" "$theirs")
	whole=$(ratio "$(median "$work/consign.runs" 2)" "$theirs")
	echo "consign/$1: hash + PUT $sent, with proof $whole"
	[ -z "${2:-}" ] || verdict "bench/$1 $sent (bar $2)" 'over the bar' \
	    awk -v a="$sent" -v b="$2" 'BEGIN { exit !(a <= b) }'
}

"$top/tests/servers/packages.sh" curl openssl "${peer_packages[@]}" || exit 1

# The object and its copy in the store: in memory where there is room.
room=$top/build
[ "$(df -k --output=avail /dev/shm | tail -n 1)" -lt $((8 << 20)) ] ||
    room=/dev/shm
mkdir -p "$room"
work=$(mktemp -d "$room/consign-bench.XXXXXX")
trap 'stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! hwm_build || ! store_start; then
	cat "$work"/*.log >&2
	exit 1
fi
under=("$hwm" -o "$work/hwm")
head -c "$SIZE" /dev/urandom >"$work/object"
bytes=$(stat -c %s "$work/object")
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
[ "$failed" = 0 ]
