#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Nights on a box in trouble: no room, no rights, unreadable disks, files that
# change and vanish, odd names, torn and damaged history, clocks that jump,
# signals.  Nothing is lost, the status is right, and the next night goes on.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

start_store
archive trouble
for i in 1 2 3; do
	echo "$i" > "$A/$i"
done
try first 0 push
# What later tests begin from: an archive whose store has proven everything.
cp -a "$A" "$WORK/climbed"

# fresh NAME: the archive again, as it was after its first night
fresh() {
	A=$WORK/$1
	cp -a "$WORK/climbed" "$A"
}

# ends NAME STATUS LINES COMMAND...: with so many lines on standard error
ends() {
	ends_name=$1
	ends_want="$2 $3"
	shift 3
	"$@" > out 2> err
	ends_got="$? $(wc -l < err)"
	if [ "$ends_got" = "$ends_want" ]; then
		pass "$ends_name"
	else
		fail "$ends_name" "$ends_got, not $ends_want: $(cat err)"
	fi
}

# --- No room --------------------------------------------------------------

mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; cleanup' EXIT

# small SIZE: mounts $WORK/small, or not
small() {
	mkdir -p "$WORK/small"
	mount -t tmpfs -o "size=$1" none "$WORK/small" 2> /dev/null || return
	mounted=$WORK/small
}
no_more_small() {
	umount "$mounted"
	mounted=
}
# leave N: fills the small file system up to N KiB
leave() {
	rm -f "$mounted/fill"
	leave_now=$(df -k "$mounted" | awk 'NR == 2 { print $4 }')
	head -c $(((leave_now - $1) * 1024)) /dev/zero > "$mounted/fill"
}

fresh room
if small 2m; then
	STATE=$mounted/state
	cp -a "$A/.consign" "$STATE"
	rm -rf "$A/.consign"
	for i in $(seq 200); do
		echo "room $i" > "$A/room$i"
	done
	leave 0
	# Its begin row may still fit into a page; nothing is sent without one.
	forget_requests
	try room/none 8/disk_full push --state "$STATE"
	check room/none-sent [ "$(requests PUT)" = 0 ]
	for room in 4 8 16 32 64 128 256; do
		leave "$room"
		try "room/$room" 8/disk_full push --state "$STATE"
		check "room/$room-whole" sh "$ROOT/docs/verify-ledger.sh" \
		    "$STATE/ledger.jsonl"
	done
	# What was half written cannot even be cut off again: nothing may be
	# appended to that, and the next run finds it torn.
	if strace -o trace true 2> /dev/null; then
		leave 0
		ledger_room=$(($(ledger | wc -c) % 4096))
		torn_before=$(rows torn)
		# shellcheck disable=SC2046,SC2086  # options
		try room/uncut 8/disk_full strace -f -o trace \
		    -e inject=ftruncate:error=EIO "$CONSIGN" push \
		    --root "$A" --state "$STATE" $(at_store) $YES
		rm -f "$mounted/fill"
		try room/uncut-then 0 push --state "$STATE"
		echo "room $ledger_room, torn $torn_before then $(rows torn)"
	fi
	try room/status 0 "$CONSIGN" ls --root "$A" --state "$STATE"
	rm -f "$mounted/fill"
	try room/later 0 push --state "$STATE"
	check room/later-all [ "$(($(ended uploaded) + $(ended current) + \
	    $(ended remote_same)))" = 203 ]
	check room/later-whole whole
	no_more_small
	STATE=
else
	skip room "nothing may be mounted"
fi

