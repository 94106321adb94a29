#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What stores and networks do wrong, and what becomes of a put then: the
# status, what was asked of the store, and counters that equal its log.
. "$(dirname "$0")/lib.sh"

start_store
head -c 300000 /dev/urandom > file
number=0

# suffer NAME STATUS[/CODE] OPS RULE...: put the file to a fresh key, $key,
# under these faults; OPS is what is asked of the store, or "any".  $with
# may hold more options.  A delay or stall ends with the put.  Afterwards $ms
# is how long it took.
with=
suffer() {
	name=$1
	status=$2
	expected=$3
	shift 3
	number=$((number + 1))
	key=$(printf 'key/%03d' "$number")
	hold "$@"
	forget_requests
	started=$(date +%s%N)
	# shellcheck disable=SC2086  # options
	expect_status "$status" put file "$key" --json $with
	ms=$((($(date +%s%N) - started) / 1000000))
	release
	if [ -n "$why" ]; then
		fail "$name" "$why"
	elif [ "$expected" != any ] && [ "$(ops)" != "$expected" ]; then
		fail "$name" "asked $(ops)"
	elif ! logged; then
		fail "$name" "$(cat differs)"
	else
		pass "$name"
	fi
}

# Do the counters equal the log, which knows of a delayed answer late?
logged() {
	eventually counted > differs
}

# said NAME WORDS: were they in the line of the last failure?
said() {
	check "$1" grep -q -e "$2" err
}

# became STATUS: what the row of the last file says became of it
became() {
	check "$name-row" [ "$(row result_status)" = "$1" ]
}

# stored NAME: is the last file there, once?
stored() {
	rm -f back
	check "$1" get "$key" back
	check "$1-bytes" cmp back file
}

# --- Busy stores ----------------------------------------------------------

suffer busy/head 0 'HEAD HEAD HEAD PUT GET' 'HEAD * status:503 times=2'
check busy/head-retries [ "$(row retries)" = 2 ]
suffer busy/put 0 'HEAD PUT HEAD PUT GET' 'PUT * status:500 times=1'
check busy/put-retries [ "$(row retries)" = 1 ]
suffer busy/get 0 'HEAD PUT GET GET' 'GET * status:502 times=1'
suffer busy/three 0 any 'HEAD * status:504 times=3'
suffer busy/four 5/store_busy 'HEAD HEAD HEAD HEAD' 'HEAD * status:503'
became failed_upload
with='--max-attempts 2'
suffer busy/two-allowed 5/store_busy 'HEAD HEAD' 'HEAD * status:503'
with='--max-attempts 6'
suffer busy/six-allowed 0 any 'HEAD * status:503 times=5'
with=
suffer busy/slow-down 5/rate_limited any 'PUT * status:503/SlowDown'
became failed_rate_limited
suffer busy/too-many 5/rate_limited 'HEAD HEAD HEAD HEAD' 'HEAD * status:429'
with='--max-puts 2'
suffer busy/ceiling 3/put_ceiling_exceeded 'HEAD PUT HEAD PUT HEAD' \
    'PUT * status:503'
with=

# took LEAST MOST: did the last run take so many milliseconds?
took() {
	echo "$ms ms"
	[ "$ms" -ge "$1" ] && [ "$ms" -le "$2" ]
}
suffer busy/retry-after 0 any 'GET * status:503/SlowDown/1 times=1'
check busy/retry-after-waited took 1000 30000

# --- Broken lines ---------------------------------------------------------

suffer line/reset-put 0 any 'PUT * reset-before times=1'
stored line/reset-put-kept
suffer line/reset-put-amid 0 any 'PUT * reset-after-bytes:100000 times=1'
stored line/reset-put-amid-kept
suffer line/reset-head 0 any 'HEAD * reset-before times=1'
suffer line/reset-always 5/unreachable any 'PUT * reset-before'
became failed_network
suffer line/cut-proof 0 'HEAD PUT GET GET' \
    'GET * reset-after-bytes:100000 times=1'
suffer line/short-proof 0 'HEAD PUT GET GET' 'GET * short-body times=1'
check line/short-proof-resumed grep -q '"range":"bytes=[1-9][0-9]*-"' "$S3_LOG"
suffer line/short-always 5/unreachable any 'GET * short-body'
suffer line/short-unnamed 5/unreachable 'HEAD PUT HEAD GET GET GET GET' \
    'ANY * etag:none' 'GET * short-body'
suffer line/cut-head 0 any 'GET * lose-answer-after-bytes:20 times=1'

# The answer to a PUT is lost: it is looked for, not sent again.
before=$(kept)
suffer lost/answer 0 'HEAD PUT HEAD GET' 'PUT * lose-answer times=1'
check lost/answer-uploaded [ "$(row result_status)" = uploaded ]
check lost/answer-stored-once [ "$(kept)" -eq $((before + 1)) ]
stored lost/answer-kept
suffer lost/always 0 'HEAD PUT HEAD GET' 'PUT * lose-answer'

# The same, and the store does not show it at first: the 412 of the second
# PUT is then our own write.
before=$(kept)
suffer lost/own-412 0 'HEAD PUT HEAD PUT HEAD GET' \
    'PUT * lose-answer times=1' 'HEAD * status:404/NoSuchKey after=1 times=1'
check lost/own-412-refused [ "$(requests PUT 412)" -eq 1 ]
check lost/own-412-uploaded [ "$(row result_status)" = uploaded ]
check lost/own-412-stored-once [ "$(kept)" -eq $((before + 1)) ]

# Somebody else is faster: same bytes are there, other bytes are a conflict.
echo other > other
put_ended() {
	wait "$racer"
	racer=$?
	cat racer.err >&2
	return $racer
}
put other race/other
faults 'HEAD * status:404/NoSuchKey times=1'
try race/other-bytes 6/remote_conflict put file race/other
put file race/same
faults 'HEAD * status:404/NoSuchKey times=1'
try race/same-bytes 0 put file race/same --json
check race/same-bytes-not-ours [ "$(row result_status)" = skipped_remote_same ]

# Both find the key free; the one that is told so late, finds it taken.
hold 'HEAD * delay:60000 times=1'
put other race/both 2> racer.err &
racer=$!
held 1
check race/both-one-wins put file race/both
release
try race/both-at-once 6/remote_conflict put_ended

# --- Wrong bytes ----------------------------------------------------------

suffer bytes/corrupt-once 0 'HEAD PUT GET GET' 'GET * corrupt times=1'
suffer bytes/corrupt 6/verification_failed 'HEAD PUT GET GET' \
    'GET * corrupt'
became failed_verification
stored bytes/corrupt-kept
suffer bytes/encoded 5/indeterminate any 'GET * content-encoding:gzip'
became indeterminate
suffer bytes/chunked 0 'HEAD PUT GET' 'GET * chunked'
suffer bytes/http10 0 any 'PUT * http10'
suffer bytes/no-length 5/indeterminate 'HEAD PUT HEAD' 'HEAD * http10' \
    'PUT * etag:none'
suffer bytes/no-length-needed 0 'HEAD PUT GET' 'HEAD * http10'
suffer bytes/until-close 5 any 'GET * http10'

# --- Somebody else writes -------------------------------------------------

suffer other/replaced 6/replaced_by_other 'HEAD PUT GET HEAD' 'PUT * replace'
became replaced_by_other
suffer other/replaced-by-same 0 'HEAD PUT GET' 'PUT * replace-same'
suffer other/vanished 6/replaced_by_other 'HEAD PUT GET HEAD' 'PUT * vanish'
suffer other/replaced-late 6/replaced_by_other 'HEAD PUT GET HEAD' \
    'GET * replace times=1'
suffer other/not-sent 5/indeterminate any 'GET * status:404/NoSuchKey'
suffer other/not-matched 5/indeterminate any \
    'GET * status:412/PreconditionFailed'
suffer other/if-match-ignored 6/replaced_by_other any \
    'GET * replace times=1' 'GET * ignore-if-match'
suffer other/vanished-late 6/replaced_by_other any 'GET * vanish times=1'
suffer other/resumed-over-another 6/replaced_by_other any \
    'GET * short-body times=1' 'GET * replace after=1 times=1'
suffer other/resumed-unbound 6/replaced_by_other any \
    'GET * short-body times=1' 'GET * replace after=1 times=1' \
    'GET * ignore-if-match'

# --- Entity tags, ranges --------------------------------------------------

# A PUT that names no generation is looked at by HEAD before the proof.
for form in none empty weak unquoted entity; do
	asked='HEAD PUT HEAD GET'
	case $form in
	unquoted | entity) asked='HEAD PUT GET' ;;
	esac
	suffer "etag/$form" 0 "$asked" "ANY * etag:$form"
	suffer "etag/$form-of-put" 0 "$asked" "PUT * etag:$form"
	suffer "etag/$form-resumed" 0 any "ANY * etag:$form" \
	    'GET * short-body times=1'
done
suffer etag/other-in-get 5 any 'GET * etag:"0123456789abcdef"'

suffer range/ignored 0 'HEAD PUT GET GET' 'GET * short-body times=1' \
    'GET * range-ignored'
suffer range/wrong 5/indeterminate any 'GET * short-body times=1' \
    'GET * wrong-content-range'

# --- No HTTP --------------------------------------------------------------

suffer http/garbage 5 any 'HEAD * garbage'
suffer http/garbage-put 0 'HEAD PUT HEAD GET' 'PUT * garbage'
suffer http/huge-head 5 any 'GET * head-huge'
suffer http/redirect 2/wrong_region HEAD \
    "ANY * redirect:307/http://127.0.0.1:$S3_PORT/elsewhere"
suffer http/redirect-of-put 2/wrong_region any \
    "PUT * redirect:301/http://127.0.0.1:$S3_PORT/elsewhere"

# --- Silence --------------------------------------------------------------

with='--stall-timeout 300ms --max-attempts 1'
suffer silence/head 5/timed_out any 'HEAD * delay:60000'
check silence/head-within took 300 30000
suffer silence/amid-proof 5/timed_out any 'GET * stall:60000'
check silence/amid-proof-within took 300 30000
suffer silence/put 5/timed_out any 'PUT * stall:60000'
check silence/put-within took 300 30000
with='--request-timeout 300ms --max-attempts 1'
suffer silence/whole-request 5/timed_out any 'HEAD * delay:60000'
with='--stall-timeout 1s'
suffer silence/once 0 any 'GET * stall:60000 times=1'
with=
suffer silence/short 0 any 'GET * delay:300'

# --- Refusals -------------------------------------------------------------

suffer refused/quota 5/quota_exceeded 'HEAD PUT' 'PUT * quota'
became failed_upload
suffer refused/quota-507 5/quota_exceeded 'HEAD PUT' 'PUT * quota:507'
suffer refused/put 4/permission_denied 'HEAD PUT' \
    'PUT * status:403/AccessDenied'
became failed_auth
suffer refused/read-back 4/permission_denied 'HEAD PUT GET' \
    'GET * status:403/AccessDenied'
became indeterminate
suffer refused/look 4/absence_not_visible 'HEAD GET' \
    'ANY * drop-list-permission'
suffer refused/too-large 5/store_refused any 'PUT * status:400/EntityTooLarge'
suffer refused/digest-once 0 'HEAD PUT PUT GET' \
    'PUT * status:400/BadDigest times=1'
suffer refused/digest 6/verification_failed 'HEAD PUT PUT' \
    'PUT * status:400/BadDigest'
suffer refused/unknown-400 5/store_refused 'HEAD PUT' \
    'PUT * status:400/NeverHeardOf'

with_secret() {
	(
		export "${1?}"
		put file wrong/key
	)
}
# once NAME OPS: what the last refusal cost
once() {
	check "$1" [ "$(ops)" = "$2" ]
}
forget_requests
try refused/secret 4/auth_rejected \
    with_secret AWS_SECRET_ACCESS_KEY=loopback-tests-secret-access-key-0002
once refused/secret-not-retried 'HEAD GET'
forget_requests
try refused/key-id 4/auth_rejected \
    with_secret AWS_ACCESS_KEY_ID=AKIANOBODYATALL00000
once refused/key-id-not-retried 'HEAD GET'
forget_requests
try refused/region 2/wrong_region "$CONSIGN" put file region/key \
    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region eu-west-9
said refused/region-named "'us-east-1'"
once refused/region-not-retried 'HEAD GET'

# --- Stores that are different --------------------------------------------

S3_DIR=$WORK/different
start_store --cond PUT=501
suffer cond/put-501 0 'HEAD PUT HEAD PUT GET'
put other cond/other
faults 'HEAD * status:404/NoSuchKey times=1'
try cond/get-bound 0 put other cond/other
faults 'HEAD * status:404/NoSuchKey times=1'
try cond/looks-again 6/remote_conflict put file cond/other
faults
try cond/conflict 6/remote_conflict put file cond/other
start_store --cond PUT=ignore,GET=ignore
suffer cond/ignored 0 'HEAD PUT GET'

start_store --deny HEAD
suffer deny/head 0 'HEAD GET PUT GET'
start_store --deny HEAD,GET
suffer deny/head-get 4/absence_not_visible 'HEAD GET'
start_store --deny PUT
suffer deny/put 4/permission_denied 'HEAD PUT'
start_store --deny GET
suffer deny/get 4/permission_denied 'HEAD PUT GET'

for offset in 1200 400; do
	start_store --now-offset $offset
	suffer "clock/behind-$offset" 4/clock_skewed any
	said "clock/behind-$offset-said" "clock is ${offset%0}[0-9] s behind"
	check "clock/behind-$offset-once" [ "$(requests ANY)" -le 2 ]
	start_store --now-offset -$offset
	suffer "clock/ahead-$offset" 4/clock_skewed any
	said "clock/ahead-$offset-said" \
	    "clock is \($offset\|$((offset / 10 - 1))[0-9]\) s ahead"
	check "clock/ahead-$offset-once" [ "$(requests ANY)" -le 2 ]
done
start_store --now-offset 200
suffer clock/within 0 'HEAD PUT GET'

# --- The same over TLS ----------------------------------------------------

start_tls_store server-ec
suffer tls/busy 0 'HEAD HEAD PUT GET' 'HEAD * status:503 times=1'
check tls/resumed grep -q '"conn":2,.*"resumed":true' "$S3_LOG"
suffer tls/lost-answer 0 'HEAD PUT HEAD GET' 'PUT * lose-answer times=1'
suffer tls/reset 0 any 'PUT * reset-before times=1'
suffer tls/reset-amid 0 any 'PUT * reset-after-bytes:100000 times=1'
stored tls/reset-amid-kept
suffer tls/short-proof 0 'HEAD PUT GET GET' 'GET * short-body times=1'
suffer tls/cut-proof 0 'HEAD PUT GET GET' \
    'GET * reset-after-bytes:100000 times=1'
suffer tls/corrupt 6/verification_failed any 'GET * corrupt'
suffer tls/garbage 5 any 'HEAD * garbage'
with='--stall-timeout 300ms --max-attempts 1'
suffer tls/silence 5/timed_out any 'GET * stall:60000'
with=
start_tls_store server-ec --no-sessions
suffer tls/not-resumed 0 any 'HEAD * status:503 times=1'
check tls/not-resumed-said grep -q '"conn":2,.*"resumed":false' "$S3_LOG"
for suite in aes128gcm aes256gcm chacha20; do
	start_tls_store server-rsa --suites "$suite"
	suffer "tls/suite-$suite" 0 'HEAD PUT GET'
done
start_tls_store server-rsa --suites cbc
suffer tls/suite-cbc-refused 5/tls_untrusted ''

# --- Early refusals -------------------------------------------------------

# early NAME: of 20 refusals that a server gives before it hangs up on a body
# of 64 MiB, how many are heard?
truncate -s 67108864 large
early() {
	heard=0
	sent=0
	faults 'PUT * close-early:403/AccessDenied'
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		! expect_status 4/permission_denied put large "$i" --json ||
		    heard=$((heard + 1))
		sent=$((sent + $(row bytes_up)))
	done
	check "early/$1-heard" [ "$heard" -eq 20 ]
	check "early/$1-sent" [ "$sent" -lt $((20 * 16777216)) ]
}
start_store
early http
start_tls_store server-ec
early https
