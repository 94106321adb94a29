#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Nights on a box in trouble: no room, no rights, unreadable disks, files that
# change and vanish, odd names, torn and damaged history, clocks that jump,
# signals.  Nothing is lost, the status is right, and the next night goes on.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

# Who looks for leaks at the end cannot do so while somebody else traces.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

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
	# What was half written cannot be cut off again: nothing follows it, and
	# the next run finds it torn.
	if strace -o trace true 2> /dev/null; then
		# The lock is cut first.
		leave 0
		# shellcheck disable=SC2046,SC2086  # options
		try room/uncut 8/disk_full strace -f -o trace \
		    -e inject=ftruncate:error=EIO:when=2+ "$CONSIGN" push \
		    --root "$A" --state "$STATE" $(at_store) $YES
		rm -f "$mounted/fill"
		try room/uncut-then 0 push --state "$STATE"
		check room/uncut-whole whole
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

# The same by a limit of the size of files, which is a signal, too.
fresh limit
for i in $(seq 50); do
	echo "limit $i" > "$A/limit$i"
done
limited() {
	(
		ulimit -f "$1"
		push -q
	)
}
for blocks in 16 32 64; do
	try "limit/$blocks" 8 limited "$blocks"
	check "limit/$blocks-whole" sh "$ROOT/docs/verify-ledger.sh" \
	    "$A/.consign/ledger.jsonl"
done
try limit/later 0 push
check limit/whole whole

# --- No rights ------------------------------------------------------------

# user COMMAND...: as somebody who is not root
user() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
user_push() {
	# shellcheck disable=SC2046,SC2086  # options
	user "$WORK/consign" push --root "$A" $(at_store) $YES "$@"
}
user_can() {
	for word in status ls receipts 'ledger verify' 'ledger show' check \
	    plan; do
		case $word in
		plan) at=$(at_store) ;;
		*) at= ;;
		esac
		# shellcheck disable=SC2086
		user "$WORK/consign" $word --root "$A" $at > can.out 2>&1
		case $? in
		0 | 1) ;;
		*)
			echo "$word: $(cat can.out)"
			return 1
			;;
		esac
	done
}

if [ "$(id -u)" -eq 0 ] && user true 2> /dev/null; then
	chmod 755 "$WORK"
	cp "$CONSIGN" "$WORK/consign"
	fresh readonly
	chmod -R a+rX "$A"
	echo more > "$A/more"
	try readonly/push 8/io_error user_push
	check readonly/nothing-written [ "$(rows begin)" = \
	    "$(STATE=$WORK/climbed/.consign rows begin)" ]
	check readonly/others user_can

	# A folder and a file that may not be read: said, all others done, 8.
	fresh unreadable
	chown -R 65534:65534 "$A"
	mkdir -p "$A/shut" "$A/open"
	echo in > "$A/shut/in"
	echo in too > "$A/open/in"
	echo secret > "$A/mode000"
	chmod 0 "$A/shut" "$A/mode000"
	ends unreadable/push 8 3 user_push
	check unreadable/names-both [ "$(grep -c \
	    '^consign: io_error: main/\(mode000\|shut\)' err)" = 2 ]
	check unreadable/others [ "$(outcome main/open/in)" = uploaded ]
	check unreadable/counted [ "$(ended failed)" = 2 ]
	ends unreadable/again 8 3 user_push
	chown -R 65534:65534 "$A"
	chmod 755 "$A/shut" "$A/mode000"
	try unreadable/later 0 user_push
	check unreadable/later-all [ "$(ended uploaded)" = 2 ]
	check unreadable/whole whole
else
	skip rights "not root"
fi

# --- A disk that does not read --------------------------------------------

# eio N: push while the Nth read of main/bad fails
eio() {
	# shellcheck disable=SC2046,SC2086  # options
	strace -f -o trace -P "$A/bad" -e trace=pread64,read \
	    -e "inject=pread64,read:error=EIO:when=$1" \
	    "$CONSIGN" push --root "$A" $(at_store) $YES
}
fresh eio
head -c 600000 /dev/urandom > "$A/bad"
echo good > "$A/good"
if strace -o trace true 2> /dev/null; then
	try eio/hash 8/io_error eio 1+
	check eio/hash-others [ "$(outcome main/good)" = uploaded ]
	try eio/send 8/io_error eio 8+
	check eio/send-not-kept [ ! -e "$S3_DIR/$BUCKET/$(key "$A/bad")" ]
	try eio/later 0 push
	try eio/check 8/io_error strace -f -o trace -P "$A/bad" \
	    -e inject=pread64:error=EIO "$CONSIGN" check --root "$A"
	check eio/later-all [ "$(outcome main/bad)" = uploaded ]
	check eio/whole whole
else
	skip eio "no strace that works here"
fi

# --- Names, and what is no file -------------------------------------------

fresh names
nl=$(printf 'a\nb')
bad=$(printf 'bad\377\376')
mkdir "$A/$nl"
echo name 1 > "$A/$nl/$bad"
echo name 2 > "$A/$(printf 'tab\t"quoted" \\back %%41')"
echo name 3 > "$A/-rf"
echo name 4 > "$A/ leading and trailing "
echo name 5 > "$A/$(printf '\033[31mred')"
echo name 6 > "$A/$(printf '%0250d' 7)"
: > "$A/empty"
ln -s /etc/passwd "$A/link"
ln -s nowhere "$A/dangling"
ln -s . "$A/loop"
mkfifo "$A/fifo"
python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$A/socket" 2> /dev/null
try names/push 0 push
check names/quiet [ -z "$(cat out err)" ]
check names/all [ "$(ended uploaded)" = 7 ]
check names/escaped [ "$(outcome 'main/a%0Ab/bad%FF%FE')" = uploaded ]
check names/escape [ "$(outcome 'main/%1B[31mred')" = uploaded ]
check names/percent [ "$(rows proof 'back %2541')" = 1 ]
check names/empty [ "$(outcome main/empty)" = uploaded ]
check names/links [ "$(rows admit 'link"')$(rows admit dangling)" = 00 ]
check names/whole whole
plain() {
	[ -z "$(tr -d '\n -~' < out | head -c 1)" ]
}
for word in ls status receipts 'ledger show'; do
	# shellcheck disable=SC2086
	try "names/$word" 0 "$CONSIGN" $word --root "$A"
	check "names/$word-plain" plain
done
try names/again 0 push
check names/again-none [ "$(ended uploaded)$(ended current)" = 010 ]

fresh many
mkdir "$A/many"
(
	cd "$A/many" || exit
	seq -f 'file%g' 10000 | while read -r name; do
		echo "many $((${name#file} % 20))" > "$name"
	done
)
try many/push 0 push
check many/uploaded [ "$(ended uploaded)" = 20 ]
check many/all [ "$(($(ended uploaded) + $(ended remote_same) + \
    $(ended current)))" = 10003 ]
check many/none-failed [ "$(ended failed)" = 0 ]
try many/again 0 push
check many/current [ "$(ended current)" = 10003 ]

# A mount point is not crossed, and no loss of anything.
fresh mount
if small 100k; then
	no_more_small
	mkdir "$A/mnt"
	mount -t tmpfs -o size=100k none "$A/mnt"
	mounted=$A/mnt
	echo inside > "$A/mnt/inside"
	try mount/push 0 push
	check mount/not-crossed [ "$(rows admit mnt)" = 0 ]
	no_more_small
fi

# --- Files that move ------------------------------------------------------

fresh moving
head -c 3000000 /dev/urandom > "$A/moving"
# while_held FILE COMMAND...: done while a push waits to hear whether the store
# has that file, which was hashed for it
while_held() {
	hold "HEAD $(key "$1") delay:60000"
	shift
	push -q --jobs 1 > moving.out 2> moving.err &
	pid=$!
	held 1
	"$@"
	release
	wait "$pid"
	moved=$?
}
rewrite() {
	head -c 3000000 /dev/urandom > "$A/moving"
}
moving_key=$(key "$A/moving")
while_held "$A/moving" rewrite
check moving/status [ "$moved" = 6 ]
check moving/says grep -q '^consign: local_bytes_changed: .*main/moving' \
    moving.err
check moving/outcome [ "$(outcome main/moving)" = failed_local_changed ]
check moving/never-whole [ "$(store_do GET "$moving_key" || echo none)" = none ]
try moving/later 0 push
check moving/later-all [ "$(outcome main/moving)" = uploaded ]
check moving/later-right get "$(key "$A/moving")" back --force
check moving/later-same cmp back "$A/moving"
# The same size and times, but other bytes, after it was hashed.
head -c 3000000 /dev/urandom > "$A/sly"
swap() {
	touch -r "$A/sly" stamp
	head -c 3000000 /dev/urandom | dd of="$A/sly" conv=notrunc \
	    2> /dev/null
	touch -r stamp "$A/sly"
}
while_held "$A/sly" swap
check sly/status [ "$moved" = 6 ]
check sly/outcome [ "$(outcome main/sly)" = failed_local_changed ]
try sly/later 0 push
check sly/whole whole
# Gone before it is sent; and before it is hashed, which is nothing at all.
echo going > "$A/going"
while_held "$A/going" rm "$A/going"
echo going > "$A/going"
echo again > "$A/again"
while_held "$A/again" rm "$A/going"
check vanished/status [ "$moved" = 8 ]
check vanished/says grep -q 'main/going' moving.err
try vanished/later 0 push
# Something else in its place, all the time.
echo file > "$A/turns"
try turns/first 0 push
rm "$A/turns"
mkdir "$A/turns"
echo inside > "$A/turns/inside"
try turns/folder 0 push
check turns/whole whole

# --- History that was harmed ----------------------------------------------

# A torn last row, at each of several places.
fresh torn
size=$(wc -c < "$A/.consign/ledger.jsonl")
last=$(tail -n 1 "$A/.consign/ledger.jsonl" | wc -c)
for cut in 1 2 60 $((last / 2)) $((last - 1)); do
	A=$WORK/torn
	cp -a "$A" "$WORK/torn$cut"
	A=$WORK/torn$cut
	truncate -s "$((size - cut))" "$A/.consign/ledger.jsonl"
	# The manifest reflects the row that is torn now: made anew.
	rm "$A/.consign/manifest.jsonl"
	try "torn/$cut-reads" 0 "$CONSIGN" ls --root "$A"
	try "torn/$cut" 0 push
	check "torn/$cut-recorded" [ "$(rows torn)" = 1 ]
	check "torn/$cut-aside" [ "$(cat "$A"/.consign/ledger.jsonl.torn-* |
	    wc -c)" = "$((last - cut))" ]
	check "torn/$cut-current" [ "$(ended current)" = 3 ]
	check "torn/$cut-whole" whole
done

# Any other damage: nothing is sent.
# broken NAME COMMAND...: which changes the ledger on its standard input
broken() {
	name=$1
	shift
	fresh "broken-$name"
	echo new > "$A/new"
	"$@" < "$WORK/climbed/.consign/ledger.jsonl" \
	    > "$A/.consign/ledger.jsonl"
	cp "$A/.consign/ledger.jsonl" harmed
	forget_requests
	try "broken/$name" 6/ledger_broken push
	check "broken/$name-nothing" cmp harmed "$A/.consign/ledger.jsonl"
	check "broken/$name-unsent" [ ! -s "$S3_LOG" ]
	try "broken/$name-verify" 6/ledger_broken "$CONSIGN" ledger verify \
	    --root "$A"
}
add_line() {
	cat
	echo "$1"
}
broken empty true
broken cut head -n 5
broken shorter head -n -1
broken torn-behind-manifest head -c -10
broken last-chain sed "\$s/\"chain\":\"./\"chain\":\"x/"
broken tail-garbage add_line garbage
broken tail-empty-row add_line '{}'

# Where the manifest does not hide it, in any row.
broken_anew() {
	name=$1
	shift
	fresh "anew-$name"
	"$@" < "$WORK/climbed/.consign/ledger.jsonl" \
	    > "$A/.consign/ledger.jsonl"
	rm "$A/.consign/manifest.jsonl"
	forget_requests
	try "anew/$name" 6/ledger_broken push
	check "anew/$name-unsent" [ ! -s "$S3_LOG" ]
}
broken_anew middle sed '7s/kim/tim/'
broken_anew deleted sed 7d
broken_anew swapped sed '7{h;d};8G'
broken_anew doubled sed 7p
broken_anew first sed 1d
broken_anew nul sed '9s/"kind"/"ki\x00nd"/'
broken_anew number sed '9s/"seq":8/"seq":08/'

# No ledger, but a manifest.
fresh lost
rm "$A/.consign/ledger.jsonl"
try lost/ledger 6/ledger_broken push
# Neither: another beginning, whose tiers are unproven.
rm "$A/.consign/manifest.jsonl"
try lost/both 3/tiered_gate_unmet push

# The manifest is a view: without it the next run has another, the same.
fresh view
rm "$A/.consign/manifest.jsonl"
try view/removed 0 push
check view/removed-current [ "$(ended current)" = 3 ]
check view/removed-whole whole
# harm NAME COMMAND...: which changes the manifest on its standard input; the
# run then ends well, or with status 6 and advice that mends it
harm() {
	name=$1
	shift
	fresh "harm-$name"
	echo new > "$A/new"
	"$@" < "$WORK/climbed/.consign/manifest.jsonl" \
	    > "$A/.consign/manifest.jsonl"
	push -q > out 2> err
	got=$?
	case $got in
	0)
		pass "harm/$name"
		;;
	6)
		if grep -q 'ledger rebuild' err; then
			pass "harm/$name"
		else
			fail "harm/$name" "$(cat err)"
		fi
		try "harm/$name-rebuild" 0 "$CONSIGN" ledger rebuild \
		    --root "$A"
		;;
	*)
		fail "harm/$name" "status $got: $(cat err)"
		;;
	esac
	try "harm/$name-then" 0 push
	try "harm/$name-made-anew" 0 "$CONSIGN" ledger rebuild --root "$A"
	try "harm/$name-at-last" 0 push
	check "harm/$name-all" [ "$(ended current)" = 4 ]
	check "harm/$name-whole" whole
	check "harm/$name-right" right
}
# right: are the bytes of all objects in the store those of the archive?
right() {
	for file in 1 2 3; do
		get "$(key "$A/$file")" back --force > /dev/null &&
		    cmp back "$A/$file" || return
	done
}
harm empty true
harm cut head -n -1
harm line sed 2d
harm half head -c 700
harm garbage sed '2s/.*/garbage/'
harm order sed '2{h;d};3G'
harm etag sed '2s/"etag_1":"./"etag_1":"0/'
harm object sed '2s/"object_id":"sha256:..../"object_id":"sha256:0000/'
harm key sed '2s,"remote_key_1":"sha256,"remote_key_1":"sha257,'
harm size sed '2s/"size_bytes":2/"size_bytes":3/'
harm rows sed '1s/"ledger_rows":/&1/'
harm tier-up sed '1s/"tier_1":4/"tier_1":3/'
harm month sed '1s/"month_class_a_1":[0-9]*/"month_class_a_1":0/'
harm chain sed '1s/"chain":"../"chain":"00/'

# A receipt that was edited or forged says nothing to anybody.
fresh forged
rm -rf "$A/.consign/ledger.jsonl" "$A/.consign/manifest.jsonl"
forget_requests
try forged/tier 3/tiered_gate_unmet push
check forged/unsent [ ! -s "$S3_LOG" ]
fresh edited
for receipt in "$A"/.consign/receipts/*/*.json; do
	sed -i 's/"uploaded"/"failed_upload"/; s/"etag":"./"etag":"0/' \
	    "$receipt"
done
try edited/push 0 push
check edited/current [ "$(ended current)" = 3 ]
rm -r "$A/.consign/receipts"
try edited/gone 0 push
check edited/gone-current [ "$(ended current)" = 3 ]

# --- Clocks ---------------------------------------------------------------

# The store's clock is years off: said, nothing sent after that.
restart() {
	start_store --port "$S3_PORT" "$@"
}
fresh clock
for offset in -400 400 -63072000 63072000; do
	echo "$offset" > "$A/clock$offset"
	restart --now-offset "$offset"
	try "clock/$offset" 4/clock_skewed push
	check "clock/$offset-nothing" [ "$(requests PUT 200)" = 0 ]
done
restart --now-offset 200
try clock/200 0 push
restart
try clock/back 0 push
check clock/whole whole

# Rows that are dated ahead: months never go back.
fresh ahead
last_month() {
	ledger | grep '"kind":"reserve"' | tail -n 1 |
	    sed 's/.*"month":"\([^"]*\)".*/\1/'
}
# forward: each reserve row as of December 2099, and the chain over it anew
forward() {
	python3 - "$A/.consign/ledger.jsonl" << 'PYTHON'
import hashlib
import re
import sys

chain = bytes(32)
rows = []
for row in open(sys.argv[1]):
    body = row[:row.rindex(',"chain":')]
    if '"kind":"reserve"' in body:
        body = re.sub('"month":"[^"]*"', '"month":"2099-12"', body)
    chain = hashlib.sha256(chain + body.encode()).digest()
    rows.append('%s,"chain":"%s"}\n' % (body, chain.hex()))
open(sys.argv[1], "w").writelines(rows)
PYTHON
	rm "$A/.consign/manifest.jsonl"
}
check ahead/dated forward
echo ahead > "$A/ahead"
try ahead/push 0 push
check ahead/month [ "$(last_month)" = 2099-12 ]
check ahead/whole whole

# --- Signals --------------------------------------------------------------

# counted_nearly: those that wait are in the store's log later, or never
counted_nearly() {
	counted_all > /dev/null || {
		more=$(($(ended class_a_requests) + \
		    $(ended class_b_requests) - $(requests ANY)))
		[ "$((more >= 1 && more <= 4))" = 1 ] || counted_all
	}
}

# stopped NAME SIGNAL N WHEN RULE...: amid a push of 150 objects, as soon as
# WHEN succeeds; the rules hold a request, so that there is no end before
stopped() {
	fresh "$1"
	restart
	mkdir "$A/batch"
	for i in $(seq 150); do
		echo "$1 $i" > "$A/batch/$i"
	done
	forget_requests
	stopped=$1
	stopped_by=$2
	stopped_status=$((128 + $3))
	stopped_when=$4
	shift 4
	hold "$@"
	# A background job of a script ignores SIGINT, one of nohup SIGHUP;
	# this one does not.
	# shellcheck disable=SC2046,SC2086  # options
	env --default-signal=HUP,INT,TERM "$CONSIGN" push --jobs 1 \
	    --root "$A" $(at_store) $YES > stop.out 2> stop.err &
	pid=$!
	"$stopped_when"
	kill "-$stopped_by" "$pid"
	wait "$pid"
	set -- "$stopped" $?
	check "$1/status" [ "$2" = "$stopped_status" ]
	release
	check "$1/says" grep -q '^consign: interrupted: .*; .' stop.err
	check "$1/line" [ "$(wc -l < stop.err)" = 1 ]
	check "$1/ended" [ "$(ended result)" = interrupted ]
	check "$1/counted" counted_nearly
	check "$1/rows" [ "$(rows proof "/batch/")" = "$(ended uploaded)" ]
	check "$1/amid" [ "$(ended uploaded)" -gt 0 ]
	check "$1/not-all" [ "$(ended uploaded)" -lt 150 ]
	check "$1/whole" whole
	try "$1/later" 0 push
	check "$1/later-all" [ "$(rows proof "/batch/")" = 150 ]
	check "$1/later-once" [ "$(ledger | grep '"kind":"proof"' |
	    sed -n 's/.*"path":"\(main.batch[^"]*\)".*/\1/p' | sort |
	    uniq -d | wc -l)" = 0 ]
	check "$1/later-whole" whole
}
stopped term TERM 15 held 'PUT * delay:60000 after=37'
check term/receipt [ "$(grep -l '"result_status":"interrupted"' \
    "$A"/.consign/receipts/*/*.json | wc -l)" -ge 1 ]
twenty_puts() {
	eventually so_many PUT 20
}
so_many() {
	[ "$(requests "$1")" -ge "$2" ]
}
stopped int INT 2 twenty_puts 'PUT * delay:30' 'PUT * delay:60000 after=99'
stopped hup HUP 1 held 'GET * delay:60000 after=120'
stopped term-reading TERM 15 held 'GET * stall:60000 after=20'
