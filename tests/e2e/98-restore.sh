#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# get, over several runs and from an archive: what was fetched is not fetched
# again, nothing half verified is trusted, and no wrong byte gets a name or
# leaves by a pipe.
. "$(dirname "$0")/lib.sh"

start_store
. "$ROOT/tests/e2e/archive.sh"

# asked: for how many bytes of "big" since forget_requests
asked() {
	sed -n 's/.*"op":"GET".*"range":"\([^"]*\)","status":20.*/\1/p' \
	    "$S3_LOG" | awk -v size=$SIZE '
		{ sub("bytes=", ""); n += size - $1 } END { print n + 0 }'
}

# left: the bytes that wait for the next get, and nothing else of ours is here
left() {
	find . -maxdepth 1 -name '.consign-*.part' -size +0 \
	    -exec stat -c %s {} +
}
remains() {
	find . -maxdepth 1 -name '.consign-*'
}
clean() {
	rm -f back .consign-*
}

# cut_off KEY BYTES: a get that ends there; the store has noticed, and forgotten it
cut_off() {
	forget_requests
	get "$1" back --force --max-bytes-down "$2" > cut.out 2>&1
	settled
	forget_requests
}

# fetched NAME: "back" is the object, and all else is gone
fetched() {
	if ! cmp -s back big; then
		fail "$1" "other bytes came back"
	elif [ -n "$(remains)" ]; then
		fail "$1" "left $(remains)"
	else
		pass "$1"
	fi
}

SIZE=9000000
STEP=1048576
head -c $SIZE /dev/urandom > big
head -c $SIZE /dev/urandom > big.other
put big big
hex=$(sha256sum big | cut -c 1-64)
hash_key=$(key big)
put big "$hash_key"

# --- Gone on with by the next run -----------------------------------------

# By a ceiling, at a byte that is known.
forget_requests
try ceiling 11/suspended get big back --max-bytes-down 5000000
check ceiling-left [ "$(left)" = 5000000 ]
check ceiling-private [ "$(remains | xargs stat -c %a | xargs)" = '600 600' ]
try ceiling-next 0 get big back -v
fetched ceiling-whole
check ceiling-said grep -q 'going on behind it: 5000000 bytes' err
check ceiling-range grep -q '"range":"bytes=5000000-8999999"' "$S3_LOG"

# Through many of them, a part each, and the last one exactly at the end.
clean
runs=0
until get big back --max-bytes-down 1500000 2> err; do
	runs=$((runs + 1))
	[ "$(left)" = $((runs * 1500000)) ] || fail many-runs-left "$(left)"
	[ "$runs" -lt 20 ] || break
done
fetched many-runs
check many-runs-count [ "$runs" = 5 ]

# came BYTES: are so many there?
came() {
	there=$(left | head -n 1)
	[ "${there:-0}" -ge "$1" ]
}

# By the kernel, wherever that is.
# killed_at BYTES [OPTION...]: a get that is killed when so many are there
killed_at() {
	at=$1
	shift
	hold "GET * stall:600000 times=1"
	"$CONSIGN" get --key big -o back "$@" --endpoint "$ENDPOINT" \
	    --bucket "$BUCKET" --region "$REGION" 2> killed.err &
	pid=$!
	eventually came "$at"
	held 1
	kill -9 "$pid"
	wait "$pid" 2> /dev/null
	release
	settled
}
clean
forget_requests
killed_at 4000000
check killed-no-name [ ! -e back ]
have=$(left)
check killed-left [ "$have" -gt 0 ]
forget_requests
try killed-next 0 get big back
fetched killed-whole
check killed-asked [ "$(asked)" -le $((SIZE - have + STEP)) ]

clean
forget_requests
for bound in 1100000 2300000 3500000; do
	get big back --max-bytes-down 1200000 2> err
	killed_at "$bound"
done
try killed-often 0 get big back
fetched killed-often-whole
check killed-often-once [ ! -e "$(remains)" ]

# All bytes were there, only the name was not: nothing is fetched again.
clean
hold 'GET * stall:600000 times=1'
get big back 2> err &
held 1
echo mine > back
release
wait $!
check in-the-way [ $? = 8 ]
check in-the-way-kept cmp -s back - <<- END
	mine
END
forget_requests
try forced 0 get big back --force
fetched forced-whole
check forced-asked [ "$(asked)" = 0 ]

# A signal, in time.
clean
forget_requests
hold 'GET * stall:600000'
told() {
	"$CONSIGN" get --key big -o back --endpoint "$ENDPOINT" \
	    --bucket "$BUCKET" --region "$REGION" &
	pid=$!
	eventually came 4000000
	kill "$pid"
	wait "$pid"
}
try signal 143/interrupted told
release
have=$(left)
check signal-left [ "$have" -gt 0 ]
settled
forget_requests
try signal-next 0 get big back
fetched signal-whole
check signal-asked [ "$(asked)" -eq $((SIZE - have)) ]

# A store that knows no ranges, or no names: from the first byte.
clean
cut_off big 5000000
faults 'GET * range-ignored'
try no-ranges 0 get big back
fetched no-ranges-whole
clean
faults 'ANY * etag:none'
try unnamed 11/suspended get big back --max-bytes-down 5000000
check unnamed-nothing-left [ -z "$(remains)" ]
faults

# --- What waits is not trusted --------------------------------------------

# changed NAME COMMAND...: what waits is spoilt, noticed, and not used
changed() {
	changed_name=$1
	shift
	clean
	cut_off big 5000000
	part=$(find . -name '.consign-*.part')
	note=$(find . -name '.consign-*.note')
	"$@"
	try "changed/$changed_name" 0 get big back -v
	fetched "changed/$changed_name-whole"
	check "changed/$changed_name-all" [ "$(asked)" = $SIZE ]
}

cut_short() {
	truncate -s 4000000 "$part"
}
spoil() {
	printf x | dd of="$part" bs=1 seek="$1" conv=notrunc 2> /dev/null
}
changed a-byte spoil 1234567
check changed/said grep -q "beginning anew" err
changed the-last-byte spoil 4999999
changed cut cut_short
remove_note() {
	rm "$note"
}
garble_note() {
	echo '{' > "$note"
}
shift_note() {
	sed 's/"at":5000000/"at":4999999/' "$note" > new && cat new > "$note"
}
link_away() {
	mv "$part" elsewhere && ln -s elsewhere "$part"
}
link_hard() {
	ln "$part" another
}
changed note-gone remove_note
changed note-garbled garble_note
changed note-of-another shift_note
changed a-link link_away
check changed/a-link-not-followed [ "$(stat -c %s elsewhere)" = 5000000 ]
changed a-hard-link link_hard
rm -f elsewhere another new

# More bytes than noted are cut off: a kill between bytes and note.
clean
cut_off big 5000000
head -c 70000 /dev/zero >> "$(find . -name '.consign-*.part')"
try longer 0 get big back
fetched longer-whole
check longer-asked [ "$(asked)" = $((SIZE - 5000000)) ]

# Another object, and another key, to the same file.
cut_off big 5000000
try another-key 0 get "$hash_key" back --force
fetched another-key-whole

# Somebody else is at it.
clean
hold 'GET * stall:600000 times=1'
get big back 2> other.err &
pid=$!
held 1
try locked 7/locked get big back
release
wait "$pid"
fetched locked-whole

# --- Another generation ---------------------------------------------------

clean
put big changing
cut_off changing 5000000
store_do PUT changing big.other
forget_requests
try replaced 0 get changing back -v
check replaced-said grep -q 'beginning anew' err
check replaced-bytes cmp back big.other
check replaced-nothing-left [ -z "$(remains)" ]
store_do PUT changing big
clean
cut_off changing 5000000
store_do DELETE changing
try removed 1/not_found get changing back
check removed-nothing-left [ -z "$(remains)" ]

# --- The disk, the target -------------------------------------------------

half_there() {
	[ -n "$(find tight -name '.consign-*.part' -size +3900k)" ]
}

# filled: the disk is full amid a get, which waits until there is room
filled() {
	hold 'GET * stall:600000 times=1'
	get big tight/back > out 2> err &
	pid=$!
	eventually half_there
	head -c 20000000 /dev/zero > tight/filler 2> /dev/null
	release
	wait "$pid"
	check filled-status [ $? = 8 ]
	check filled-code grep -q '^consign: disk_full: .*; make room' err
	rm tight/filler
	forget_requests
	try filled-next 0 get big tight/back
	check filled-bytes cmp big tight/back
	check filled-asked [ "$(asked)" -lt $SIZE ]
}
mkdir tight
if mount -t tmpfs -o size=4m tmpfs tight 2> /dev/null; then
	forget_requests
	try no-room 8/disk_full get big tight/back
	check no-room-nothing [ -z "$(ls -A tight)" ]
	check no-room-asked [ "$(requests GET)" -le 1 ]
	mount -o remount,size=12m tight
	filled
	umount tight
else
	skip no-room "may not mount"
fi
clean
mkdir folder
ln -s nowhere link
try target-folder 8/io_error get big folder
try target-slash 8/io_error get big folder/
try target-link 8/io_error get big link --force
try target-nowhere 8/io_error get big no/such/folder
check target-nothing-left [ -z "$(remains)$(ls -A folder)" ]

# --- Wrong bytes ----------------------------------------------------------

clean
get big back "sha256:$hex" --max-bytes-down 5000000 2> err
faults 'GET * corrupt times=1'
try wrong-once 0 get big back "sha256:$hex"
fetched wrong-once-whole
clean
faults 'GET * corrupt'
try wrong 6/verification_failed get big back "sha256:$hex"
check wrong-nothing-left [ -z "$(remains)" ] && [ ! -e back ]
faults

# --- Through a pipe -------------------------------------------------------

# piped NAME STATUS/CODE COMMAND...: what came by standard output, in "back"
piped() {
	piped_name=$1
	piped_want=$2
	shift 2
	"$@" > back 2> err
	got=$?
	if [ "$got" != "${piped_want%/*}" ]; then
		fail "$piped_name" "$got: $(cat err)"
	elif [ "$got" != 0 ] && [ -s back ]; then
		fail "$piped_name" "$(wc -c < back) bytes came out"
	elif [ "$got" = 0 ] && ! cmp -s back big; then
		fail "$piped_name" "other bytes came out"
	else
		pass "$piped_name"
	fi
}
forget_requests
piped pipe-unknown 0 get big -
check pipe-unknown-once [ "$(ops)" = GET ]
piped pipe-unknown-said 0 get big - -v
check pipe-unknown-words grep -q 'passed on as they come' err
forget_requests
piped pipe-twice 0 get "$hash_key" - -v
check pipe-twice-reads [ "$(ops)" = 'GET GET' ]
check pipe-twice-said grep -q 'after 2 reads' err
faults 'GET * corrupt'
piped pipe-wrong 6/verification_failed get "$hash_key" -
faults 'GET * corrupt times=1'
piped pipe-wrong-once 0 get "$hash_key" -
faults 'GET * corrupt after=1 times=1'
"$CONSIGN" get --key "$hash_key" -o - --endpoint "$ENDPOINT" --bucket \
    "$BUCKET" --region "$REGION" > back 2> err
check pipe-second-wrong [ $? = 6 ]
check pipe-second-wrong-prefix cmp -n "$(wc -c < back)" back big
check pipe-second-wrong-short [ "$(wc -c < back)" -lt $SIZE ]
faults 'GET * short-body times=2'
piped pipe-broken 0 get "$hash_key" -
faults 'ANY * etag:none' 'GET * short-body after=1 times=1'
piped pipe-unnamed 0 get "$hash_key" -
faults
# to_back FILE: what is at its key, through a pipe
to_back() {
	get "$(key "$1")" - > back
}
head -c 1000 big > tiny
put tiny "$(key tiny)"
forget_requests
check pipe-small to_back tiny
check pipe-small-once [ "$(ops)" = GET ]
check pipe-small-bytes cmp back tiny
: > empty
put empty "$(key empty)"
check pipe-empty to_back empty
check pipe-empty-is [ ! -s back ]
check pipe-nothing-left [ -z "$(remains)" ]

# --- From an archive ------------------------------------------------------

clean
A=$WORK/archive
mkdir -p "$A/sub"
climb
cp big "$A/sub/big"
echo small > "$A/a 50%"
cp "$A/a 50%" "$A/twin"
touch -d '2020-02-02 02:02:02.123456789' "$A/sub/big"
touch -d '1965-05-05 05:05:05.5' "$A/twin"
# shellcheck disable=SC2086
consign push $YES || fail push "did not"

# restore ARGUMENT FILE [OPTION...]
restore() {
	restore_what=$1
	restore_to=$2
	shift 2
	consign get "$restore_what" -o "$restore_to" "$@"
}
cp "$A/.consign/ledger.jsonl" ledger.before
rm -f back
forget_requests
try path 0 restore main/sub/big back --json
fetched path-whole
check path-row grep -q "^{\"operation\":\"restore_object\",\"object_id\":\
\"sha256:$hex\",\"size_bytes\":$SIZE,\"path\":\"main/sub/big\",\"remote_key\":\
\"$hash_key\",\"etag\":\"[0-9a-f]*\",\"proof\":\"rehash\"" out
check path-counted counted
check path-mtime [ "$(stat -c %y back)" = "$(stat -c %y "$A/sub/big")" ]
check path-mode [ "$(stat -c %a back)" = 644 ]
check path-bound grep -q '"status":200' "$S3_LOG"
try escaped 0 restore 'main/a 50%25' small
check escaped-bytes cmp small "$A/a 50%"
try raw 1/not_found restore 'main/a 50%' small2
try twin 0 restore main/twin twin
check twin-mtime [ "$(stat -c %y twin)" = "$(stat -c %y "$A/twin")" ]
try unknown-path 1/not_found restore main/none none
try a-prefix 1/not_found restore main/sub none
try id 0 restore "sha256:$hex" back --force
fetched id-whole
try unknown-id 1/not_found restore "$(object empty)" none
try by-key 0 consign get --key "$hash_key" -o back --force
fetched by-key-whole
check by-key-mtime [ "$(stat -c %y back)" = "$(stat -c %y "$A/sub/big")" ]
try off-record 0 consign get --key big -o back --force
check off-record-row cmp back big
check nothing-written cmp ledger.before "$A/.consign/ledger.jsonl"

rm -f back
try archive-ceiling 11/suspended restore main/sub/big back \
    --max-bytes-down 5000000
settled
forget_requests
try archive-next 0 restore main/sub/big back
fetched archive-whole
check archive-asked [ "$(asked)" = $((SIZE - 5000000)) ]

# The pipe's bytes wait in the state folder, and are read once.
forget_requests
piped pipe-archive 0 restore main/sub/big -
check pipe-archive-once [ "$(ops)" = GET ]
check pipe-archive-nothing-left [ -z "$(find "$A/.consign" -name '*.tmp')" ]
faults 'GET * corrupt'
piped pipe-archive-wrong 6/verification_failed restore main/sub/big -
faults
if [ "$(id -u)" = 0 ]; then
	skip pipe-read-only "root writes everywhere"
else
	chmod 555 "$A/.consign"
	piped pipe-read-only 0 restore main/sub/big -
	chmod 755 "$A/.consign"
fi

# What is on record is another generation now, or gone.
rm -f back
store_do PUT "$hash_key" big.other
try other-generation 6/replaced_by_other restore main/sub/big back
check other-generation-nothing [ -z "$(remains)" ] && [ ! -e back ]
try other-bytes 6/verification_failed consign get "sha256:$hex" \
    --key "$hash_key" -o back
store_do PUT "$hash_key" big
try same-bytes 0 consign get "sha256:$hex" --key "$hash_key" -o back
fetched same-bytes-whole
store_do DELETE "$hash_key"
try gone 1/not_found restore main/sub/big back --force
check gone-stays cmp back big
store_do PUT "$hash_key" big

# --- Drills ---------------------------------------------------------------

# shellcheck disable=SC2086
consign push $YES || fail push-again "did not"
before=$(ls -A)
forget_requests
try drill 0 consign get main/sub/big --drill
check drill-nothing-left [ "$(ls -A)" = "$before" ]
check drill-read [ "$(ops)" = GET ]
check drill-receipt [ "$(receipt main/sub/big operation)" = restore_object ]
check drill-outcome [ "$(verdict main/sub/big)" = \
    'skipped_remote_same rehash consign_uploaded' ]
check drill-ended [ "$(ended remote_same)$(ended failed)" = 10 ]
check drill-whole whole
forget_requests
try drill-id 0 consign get "$(object "$A/twin")" --drill --json
check drill-row grep -q '"proof":"rehash"' out
check drill-counted counted
try drill-key 0 consign get --key "$hash_key" --drill
faults 'GET * corrupt'
try drill-wrong 6/verification_failed consign get main/sub/big --drill
faults
check drill-wrong-outcome [ "$(verdict main/sub/big)" = \
    'failed_verification none none' ]
check drill-wrong-receipt \
    [ "$(receipt main/sub/big operation)" = restore_object ]
try drill-after 1/not_found restore main/sub/big back --force
try drill-after-key 0 consign get "sha256:$hex" --key "$hash_key" -o back \
    --force
fetched drill-after-whole
try drill-output 2/usage consign get main/twin --drill -o back
try drill-no-archive 2/usage get big '' --drill
echo "window: \"$(date -d '+2 hour' +%H:%M)-$(date -d '+3 hour' +%H:%M)\"" \
    > "$A/consign.yaml"
try drill-window 3/outside_window consign get main/twin --drill
try window 0 restore main/twin back --force
check drill-whole-history whole

# --- Of several stores ----------------------------------------------------

# Each of its own name; "two" has what "one" has not.
A=$WORK/several
mkdir -p "$A/.consign"
echo several > "$A/file"
{
	echo 'stores:'
	for name in one two; do
		echo "  $name:"
		echo "    endpoint: $ENDPOINT"
		echo "    bucket: $BUCKET"
		echo "    region: $REGION"
		echo "    key_strategy: prefix"
		echo "    key_prefix: $name"
	done
} > "$A/consign.yaml"
for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	"$CONSIGN" prove --root "$A" --store two $YES --tier $tier > out 2>&1
done
# shellcheck disable=SC2086
check several-push "$CONSIGN" push --root "$A" --store two $YES
forget_requests
try several 0 "$CONSIGN" get --root "$A" main/file -o back --force
check several-bytes cmp back "$A/file"
check several-from grep -q '"key":"two/' "$S3_LOG"
try several-other 1/not_found "$CONSIGN" get --root "$A" main/file \
    --store one -o none
try several-none 1/not_found "$CONSIGN" get --root "$A" main/none -o none
try several-drill 0 "$CONSIGN" get --root "$A" main/file --drill
check several-drill-store [ "$(latest main/file store_ref)" = two ]
