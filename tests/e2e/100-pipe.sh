#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# put - KEY: standard input of any length, with an archive and without; what
# fails on its way leaves nothing, or says what it left.
# shellcheck disable=SC2016,SC2086,SC2094  # scripts, options, two descriptors
. "$(dirname "$0")/lib.sh"

start_store --min-part 1024
. "$ROOT/tests/e2e/archive.sh"
A=$WORK/archive
mkdir "$A"
PART=65536
T="--multipart-threshold 64k --multipart-part-size 64k --allow-tiny-parts"

# pipe SIZE KEY [OPTION...]: so many bytes, kept in the file "sent"
pipe() {
	head -c "$1" /dev/urandom > sent
	shift
	put - "$@" $T < sent
}

# same KEY: does the store hold what was sent?
same() {
	rm -f back
	get "$1" back && cmp -s back sent
}

# asked OPS COMMAND...: succeeds, and asks the store just this
asked() {
	asked_ops=$1
	shift
	forget_requests
	"$@" > out 2> err || return 1
	[ "$(ops)" = "$asked_ops" ] || {
		echo "asked $(ops)"
		return 1
	}
}

# uploads: how many are neither completed nor ended
uploads() {
	ended=$(grep -cE '"op":"(COMPLETE)".*"status":200,' "$S3_LOG")
	aborted=$(grep -cE '"op":"ABORT".*"status":20[04],' "$S3_LOG")
	echo "$(($(requests CREATE 200) - ended - aborted))"
}

# --- Without an archive: parts are in memory ------------------------------

check pipe/empty asked 'HEAD PUT GET' pipe 0 empty
check pipe/empty-bytes same empty
check pipe/one-byte asked 'HEAD PUT GET' pipe 1 one
check pipe/one-byte-bytes same one
check pipe/a-part asked 'HEAD PUT GET' pipe $PART part
check pipe/a-part-bytes same part
check pipe/a-byte-more asked 'HEAD CREATE PART PART HEAD COMPLETE HEAD GET' \
    pipe $((PART + 1)) more
check pipe/a-byte-more-bytes same more
check pipe/whole-parts \
    asked 'HEAD CREATE PART PART PART HEAD COMPLETE HEAD GET' \
    pipe $((3 * PART)) whole
check pipe/whole-parts-bytes same whole
check pipe/many pipe 3000000 many
check pipe/many-bytes same many
forget_requests
try pipe/json 0 pipe 300000 json --json
check pipe/json-counted counted
check pipe/json-row grep -q "\"object_id\":\"$(object sent)\",\
\"size_bytes\":300000,\"remote_key\":\"json\"" out
check pipe/json-attempts [ "$(row attempts)" = 5 ]
check pipe/silent sh -c 'head -c 9 /dev/zero | "$@" | wc -c | grep -qx 0' \
    sh "$CONSIGN" put - silent --endpoint "$ENDPOINT" --bucket "$BUCKET" \
    --region "$REGION"

# slow: bytes that come one by one, then many
slow() {
	(printf a; sleep 0.3; printf b; sleep 0.3; head -c 100000 /dev/zero) |
	    put - slow --multipart-part-size 64k --allow-tiny-parts
}
check pipe/slow slow
(printf ab; head -c 100000 /dev/zero) > sent
check pipe/slow-bytes same slow

# --- What is there already ------------------------------------------------

again() {
	put - "$@" $T < sent
}
check pipe/first pipe 200000 twice
check pipe/again-is-not-sent asked 'HEAD GET' again twice
try pipe/again-row 0 again twice --json
check pipe/again-status [ "$(row result_status)" = skipped_remote_same ]
cp sent kept.bytes
forget_requests
try pipe/conflict 6/remote_conflict pipe 200001 twice
check pipe/conflict-asked [ "$(ops)" = HEAD ]
forget_requests
try pipe/conflict-of-one-size 6/remote_conflict pipe 200000 twice
check pipe/conflict-sends-nothing [ "$(ops)" = 'HEAD GET GET' ]
try pipe/conflict-short 6/remote_conflict pipe 5 twice
cp kept.bytes sent
check pipe/conflict-harms-nothing same twice

# Somebody is faster: seen right before Complete, and nothing is overwritten.
faster() {
	{
		head -c 100000 "$1"
		eventually grep -q '"op":"PART"' "$S3_LOG"
		store_do PUT race "$2"
		tail -c +100001 "$1"
	} | put - race --multipart-part-size 64k --allow-tiny-parts
}
head -c 200000 /dev/urandom > sent
echo other > other
forget_requests
try pipe/race-other 6/remote_conflict faster sent other
check pipe/race-other-aborted [ "$(uploads)" = 0 ]
check pipe/race-other-kept [ "$(requests COMPLETE)" = 0 ]
store_do DELETE race
forget_requests
try pipe/race-same 0 faster sent sent
check pipe/race-same-aborted [ "$(uploads)" = 0 ]

# --- Faults ---------------------------------------------------------------

faults 'PART * status:503 times=2'
check pipe/busy pipe 200000 busy
check pipe/busy-bytes same busy
faults 'PART * reset-after-bytes:1000 times=2'
check pipe/reset pipe 200000 reset
check pipe/reset-bytes same reset
faults 'COMPLETE * lose-answer times=1'
check pipe/lost-complete pipe 200000 lost
check pipe/lost-complete-bytes same lost
faults 'CREATE * lose-answer times=1'
check pipe/lost-create pipe 200000 lostc
check pipe/lost-create-bytes same lostc
faults 'PUT * status:503 times=1'
check pipe/busy-put pipe 10 busyp
faults 'PART * status:503'
forget_requests
try pipe/stays-busy 5/store_busy pipe 200000 stays
check pipe/stays-busy-aborted [ "$(uploads)" = 0 ]
faults 'PART * status:404/NoSuchUpload after=1'
try pipe/upload-lost 5/indeterminate pipe 200000 gone
faults 'GET * corrupt'
try pipe/proven-wrong 6/verification_failed pipe 200000 wrong
faults

# --- Who makes it ---------------------------------------------------------

# produced COMMAND OPTION...: by a program that says how it ended
produced() {
	produced_by=$1
	shift
	{
		{ sh -c "$produced_by"; echo $? >&3; } |
		    put - "$@" --multipart-part-size 64k --allow-tiny-parts \
		    --expect-exit 4
	} 3> status 4< status
}
produces='head -c 200000 /dev/zero'
head -c 200000 /dev/zero > sent
check exit/0 produced "$produces" made
check exit/0-bytes same made
forget_requests
try exit/1 8/io_error produced "$produces; exit 1" failed
check exit/1-aborted [ "$(uploads)" = 0 ]
check exit/1-incomplete [ "$(requests COMPLETE)" = 0 ]
try exit/1-nothing-there 1/not_found get failed none
forget_requests
try exit/1-short 8/io_error produced 'echo a; exit 3' failed
check exit/1-short-sends-nothing [ "$(requests ANY)" = 0 ]
try exit/killed 8/io_error produced "$produces"'; exit 137' failed
try exit/nothing 8/io_error again failed --expect-exit 5 5< /dev/null
echo yes > status
try exit/no-number 8/io_error again failed --expect-exit 5 5< status
printf '0\n0\n0' > status
check exit/several again several --expect-exit 5 5< status
printf '0\n2\n' > status
try exit/one-of-several 8/io_error again several2 --expect-exit 5 5< status
try exit/closed 8/io_error again failed --expect-exit 5 5<&-
try exit/not-for-reading 8/io_error again failed --expect-exit 5 5> status
try exit/no-number-of-ours 2 again failed --expect-exit 2
try exit/of-files 2/usage put other of-files --expect-exit 5
mkfifo fifo
# The script that started us holds the other end, and never closes it.
held() {
	{
		(sleep 0.5; echo 0 >&5) &
		again held --expect-exit 5
	} 5<> fifo
}
check exit/held-open held

# --- Standard input that is none ------------------------------------------

try stdin/closed 8/io_error put - closed <&-
try stdin/folder 8/io_error put - folder < /
try stdin/write-only 8/io_error put - write-only 0> written
# on_terminal: the message comes from there, too
on_terminal() {
	script -qec "$CONSIGN put - tty --endpoint $ENDPOINT \
	    --bucket $BUCKET --region $REGION" /dev/null < /dev/null > tty.out
	status=$?
	cat tty.out >&2
	return $status
}
if command -v script > /dev/null; then
	try stdin/terminal 2/usage on_terminal
else
	skip stdin/terminal "no script(1)"
fi

# --- Lengths --------------------------------------------------------------

try size/dry-run 0 again dry --dry-run --json
check size/dry-run-grows [ "$(row reach_bytes)" -gt $((PART * 10000)) ]
forget_requests
try size/equal 0 again dry --dry-run --json --provider-kind cloudflare-r2
check size/equal-reach [ "$(row reach_bytes)" = $((PART * 10000)) ]
check size/dry-run-asks-nothing [ "$(requests ANY)" = 0 ]
try size/expected 0 again dry --dry-run --json --expect-size 1000M
check size/expected-part [ "$(row part_size_bytes)" = 1048576 ]
try size/unfit 3/plan_unfit again dry --expect-size 100G
try size/max-bytes 3/plan_unfit again dry --expect-size 1M --max-bytes-up 9999
try size/max-puts 3/plan_unfit again dry --max-puts 4
try size/no-puts 3/put_ceiling_exceeded again dry --max-puts 0
check size/max-puts-met again met --max-puts 6
# Expected small: by one PUT, however small parts are.
# shellcheck disable=SC2046
check size/one-put asked 'HEAD PUT GET' sh -c '"$@" < sent' sh \
    "$CONSIGN" put - oneput $(at_store) --expect-size 300k \
    --multipart-threshold 1M --multipart-part-size 64k --allow-tiny-parts
# Expected so long, it is longer: as far as 1000 parts of that size reach.
far() {
	head -c "$1" /dev/zero | put - "far$1" --multipart-threshold 1k \
	    --multipart-part-size 1k --allow-tiny-parts --expect-size 500k \
	    --provider-kind openstack-swift --max-bytes-up 1M
}
check size/longer far 600000
forget_requests
try size/too-long 3/plan_unfit far 1048577
check size/too-long-aborted [ "$(uploads)" = 0 ]
# Unequal ones: 1000 parts, which double after each 100.
grown() {
	head -c 300000 /dev/urandom > sent
	put - grown --multipart-threshold 1k --multipart-part-size 1k \
	    --allow-tiny-parts --provider-kind openstack-swift < sent
}
forget_requests
check size/grown grown
check size/grown-parts [ "$(requests PART 200)" = 197 ]
check size/grown-bytes same grown
S3_DIR=$WORK/equal
start_store --min-part 1024 --equal-parts
check size/equal-parts pipe 1000000 equal --provider-kind cloudflare-r2
check size/equal-parts-bytes same equal

# --- On an archive --------------------------------------------------------

S3_DIR=$WORK/rooted
start_store --min-part 1024
STATE=$A/.consign

# keep SIZE KEY [OPTION...]: what was sent is kept in the file "sent"
keep() {
	head -c "$1" /dev/urandom > sent
	shift
	consign put - "$@" $T $YES < sent
}
journals() {
	find "$STATE/uploads" -name '*.jsonl' 2> /dev/null | wc -l
}

try root/approval 3/approval_required consign put - k < sent
try root/needs-tier-1 3/tiered_gate_unmet keep 10 small
forget_requests
try root/expected-small 0 keep 10 small --expect-size 10
check root/small-bytes same small
check root/small-outcome [ "$(verdict put/small)" = \
    'uploaded rehash consign_uploaded' ]
S3_DIR=$WORK/fresh
start_store --min-part 1024
A=$WORK/fresh-archive
STATE=$A/.consign
mkdir "$A"
forget_requests
try root/longer-than-expected 3/tiered_gate_unmet \
    keep 70000 longer --expect-size 10
check root/longer-sends-nothing \
    [ "$(grep '"key":"longer"' "$S3_LOG" | grep -c -v HEAD)" = 0 ]
# However large a part is, the threshold is what counts.
over() {
	head -c 70000 /dev/zero | consign put - over $YES --expect-size 10 \
	    --multipart-threshold 64k
}
try root/above-the-threshold 3/tiered_gate_unmet over
check root/above-sends-nothing \
    [ "$(grep '"key":"over"' "$S3_LOG" | grep -c -v HEAD)" = 0 ]
climb_to 1
forget_requests
try root/large 0 keep 300000 large
check root/large-counted counted_all
check root/large-bytes same large
check root/large-outcome [ "$(verdict put/large)" = \
    'uploaded ranges consign_uploaded' ]
check root/large-parts [ "$(receipt put/large part_count)" = 5 ]
check root/large-part-size [ "$(receipt put/large part_size_bytes)" = $PART ]
check root/large-id [ "$(latest put/large object_id)" = "$(object sent)" ]
check root/no-journal-left [ "$(journals)" = 0 ]
check root/tier-2 sh -c '"$CONSIGN" status --root "$1" --json |
    grep -q "\"tier\":2"' sh "$A"
check root/whole whole
try root/again 0 consign put - large $T $YES < sent
check root/again-outcome [ "$(latest put/large result_status)" = \
    skipped_remote_same ]
try root/conflict 6/remote_conflict keep 300000 large

# The producer fails: the upload is ended, and on record as ended.
broken() {
	{
		{ head -c 200000 /dev/zero; echo 1 >&3; } |
		    consign put - broken $T $YES --expect-exit 4
	} 3> status 4< status
}
forget_requests
try root/producer-failed 8/io_error broken
check root/producer-failed-aborted [ "$(uploads)" = 0 ]
check root/producer-failed-row grep -q '"kind":"abort"' "$STATE/ledger.jsonl"
check root/producer-failed-journal [ "$(journals)" = 0 ]
faults 'PART * status:503'
try root/busy 5/store_busy keep 200000 busy
faults
check root/busy-journal [ "$(journals)" = 0 ]

# kill -9 amid the input: the next one finds it on record, and ends it.
two_landed() {
	[ "$(cat "$STATE"/uploads/*.jsonl 2> unseen |
	    grep -c '"kind":"part"')" = 2 ]
}
killed() {
	forget_requests
	rm -f killed.done
	# shellcheck disable=SC2046
	(
		head -c 150000 /dev/zero
		eventually [ -e killed.done ]
	) | "$CONSIGN" put - killed \
	    --root "$A" $(at_store) $T $YES \
	    > killed.out 2>&1 &
	pid=$!
	eventually two_landed
	kill "-$1" "$pid"
	: > killed.done
	wait "$pid" 2> /dev/null
	true
}
killed 9
check root/killed-journal [ "$(journals)" = 1 ]
try root/abort-lists 0 consign abort --dry-run --json
check root/abort-names-it grep -q '"remote_key":"killed"' out
check root/abort-landed [ "$(row parts_landed | head -n 1)" = 2 ]
check root/abort-bytes [ "$(row bytes_landed | head -n 1)" = 131072 ]
try root/abort 0 consign abort $YES
check root/abort-journal [ "$(journals)" = 0 ]
killed 15
check root/interrupted-journal [ "$(journals)" = 1 ]
try root/after-it 0 keep 150000 killed
check root/after-it-journal [ "$(journals)" = 0 ]
check root/after-it-ended [ "$(uploads)" = 0 ]
check root/after-it-bytes same killed
check root/whole-after-all whole

# A spool that does not fit.
mkdir full
if mount -t tmpfs -o size=1m tmpfs full 2> /dev/null; then
	forget_requests
	full() {
		head -c 4000000 /dev/zero | consign put - full $YES \
		    --state "$WORK/full/state" --expect-size 4000000
	}
	try root/full 8/disk_full full
	check root/full-sends-nothing [ "$(grep -c '"key":"full"' "$S3_LOG")" \
	    = 0 ]
	umount full
else
	skip root/full "cannot mount a tmpfs"
fi

# What the manual shows.
if command -v busybox > /dev/null; then
	mkdir docs
	echo one > docs/1
	head -c 200000 /dev/urandom > docs/2
	section=$(awk '/^\.Ss consign put/ { on = 1 } /^\.Ss consign get/ { on = 0 }
	    on && /^\.Ed/ { show = 0 }
	    on && show { print }
	    on && /^\.Bd -literal/ { show = 1 }' "$ROOT/docs/consign.1" |
	    sed 's/\\e$/\\/')
	check manual/shows-one [ -n "$section" ]
	{
		echo 'consign() { c=$1; shift; "$CONSIGN" "$c" "$@" $MORE; }'
		echo "$section"
	} > example.sh
	MORE="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
	export MORE
	check manual/runs busybox sh example.sh
	check manual/stored get docs.tar.gz docs.back
	check manual/whole sh -c 'gzip -dc docs.back | tar t | grep -q docs/2'
	mv docs away
	store_do DELETE docs.tar.gz
	busybox sh example.sh 2> err
	check manual/fails [ $? -eq 8 ]
	try manual/nothing-stored 1/not_found get docs.tar.gz none
	unset MORE
else
	skip manual/runs "no busybox"
fi
