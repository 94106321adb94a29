#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# get: all of the object under its name, or nothing.  What is gone on with by
# later runs, and archives, are in 98-restore.sh.
. "$(dirname "$0")/lib.sh"

start_tls_store server-ec
head -c 3000000 /dev/urandom > file
hex=$(sha256sum file | cut -c 1-64)
hash_key=sha256/$(echo "$hex" | cut -c 1-2)/$hex
other_hex=$(echo other | sha256sum | cut -c 1-64)
put file a/key
put file "$hash_key"
put file "sha256/$(echo "$other_hex" | cut -c 1-2)/$other_hex"
: > empty
put empty nothing

# whole NAME COMMAND...: does it leave the file's bytes in "back"?
whole() {
	whole_name=$1
	shift
	rm -f back
	if ! expect_status 0 "$@"; then
		fail "$whole_name" "$why"
	elif ! cmp -s back file; then
		fail "$whole_name" "other bytes came back"
	else
		no_remains "$whole_name"
	fi
}

# none NAME STATUS/CODE COMMAND...: does it fail and leave no "back"?
none() {
	none_name=$1
	shift
	rm -f back
	if ! expect_status "$@"; then
		fail "$none_name" "$why"
	elif [ -e back ]; then
		fail "$none_name" "left a file"
	else
		no_remains "$none_name"
	fi
}

no_remains() {
	if [ -z "$(find . -name '.consign-*')" ]; then
		pass "$1"
	else
		fail "$1" "left $(find . -name '.consign-*')"
		rm -f .consign-*
	fi
}

# waits NAME STATUS/CODE COMMAND...: does it fail and leave no "back", but
# beside it what came, for the next one to go on with?
waits() {
	waits_name=$1
	shift
	rm -f back .consign-*
	if ! expect_status "$@"; then
		fail "$waits_name" "$why"
	elif [ -e back ]; then
		fail "$waits_name" "left a file"
	elif [ "$(find . -name '.consign-*' -perm 0600 | wc -l)" != 2 ]; then
		fail "$waits_name" "left $(find . -name '.consign-*')"
	elif ! grep -q 'goes on behind the [0-9]* bytes' err; then
		fail "$waits_name" "advised otherwise: $(cat err)"
	else
		pass "$waits_name"
	fi
	rm -f .consign-*
}

# to_stdout KEY [OPTION...]: through standard output into "back"
to_stdout() {
	stdout_key=$1
	shift
	get "$stdout_key" - "$@" > back
}

# with_id ID KEY
with_id() {
	get "$2" back "$1"
}

# --- All is well ----------------------------------------------------------

forget_requests
whole get/file get a/key back
check get/one-request [ "$(ops)" = GET ]
check get/silent [ ! -s out ]
whole get/stdout to_stdout a/key
whole get/id with_id "sha256:$hex" a/key
whole get/hash-key get "$hash_key" back
expect_status 0 get "$hash_key" back --json --force
check get/json-row grep -q "^{\"operation\":\"restore_object\",\
\"object_id\":\"sha256:$hex\",\"size_bytes\":3000000,\"remote_key\":\
\"$hash_key\",\"etag\":\"[0-9a-f]*\",\"proof\":\"rehash\",\
\"bytes_verified\":3000000,\"attempts\":1}\$" out
forget_requests
expect_status 0 get a/key back --json --force
check get/json-unproven [ "$(row proof)" = none ]
check get/json-counters counted
check get/empty get nothing none
check get/empty-is [ -f none ] && [ ! -s none ]

(
	umask 027
	get a/key masked
)
check get/umask [ "$(stat -c %a masked)" = 640 ]
echo mine > back
check get/force get a/key back --force
check get/force-bytes cmp back file
ln -sf file link
none get/symbolic-link 8/io_error get a/key link --force
check get/symbolic-link-stays [ -L link ]
whole get/elsewhere eval 'mkdir there && get a/key there/x && mv there/x back'

# --- Not what was asked for -----------------------------------------------

none get/not-found 1/not_found get no/key back
none get/not-found-stdout 1/not_found get no/key -
none get/other-id 6/verification_failed with_id "sha256:$other_hex" a/key
forget_requests
none get/other-hash-key 6/verification_failed \
    get "sha256/$(echo "$other_hex" | cut -c 1-2)/$other_hex" back
check get/two-reads [ "$(ops)" = 'GET GET' ]
for id in "$hex" "sha256:${hex}0" sha256: "md5:$hex"; do
	none "get/no-id '$id'" 2/usage with_id "$id" a/key
done
none get/json-and-stdout 2/usage get a/key - --json
waits get/ceiling 11/suspended get a/key back --max-bytes-down 1000000

faults 'GET * corrupt times=1'
whole get/corrupt-once with_id "sha256:$hex" a/key
faults 'GET * corrupt'
none get/corrupt 6/verification_failed with_id "sha256:$hex" a/key
faults 'GET * content-encoding:gzip'
none get/encoded 5/indeterminate get a/key back
faults 'GET * status:403/AccessDenied'
none get/denied 4/permission_denied get a/key back

# --- Broken lines ---------------------------------------------------------

forget_requests
faults 'GET * short-body times=1'
whole get/resumed get a/key back
check get/resumed-there grep -q '"range":"bytes=1500000-"' "$S3_LOG"
faults 'GET * short-body times=1'
whole get/resumed-stdout to_stdout a/key
faults 'GET * reset-after-bytes:2000000 times=2'
whole get/resumed-after-reset get a/key back
faults 'GET * short-body times=1' 'GET * range-ignored'
whole get/range-ignored get a/key back
faults 'ANY * etag:none' 'GET * short-body times=1'
whole get/unnamed-starts-over get a/key back
faults 'ANY * etag:none' 'GET * short-body times=1'
try get/unnamed-stdout 5/indeterminate get a/key -
faults 'GET * chunked'
whole get/chunked get a/key back
faults 'GET * chunked' 'GET * short-body times=1'
whole get/chunked-resumed get a/key back
faults 'GET * http10'
none get/until-close 5/indeterminate get a/key back
faults 'GET * short-body times=1' 'GET * replace after=1 times=1'
none get/replaced-amid 6/replaced_by_other get a/key back
put file again
faults 'GET * short-body times=1' 'GET * vanish after=1 times=1'
none get/removed-amid 6/replaced_by_other get again back
put file again
faults 'GET * short-body' 'GET * status:503 after=1'
waits get/broken-for-good 5/store_busy get again back
faults

# --- Signals --------------------------------------------------------------

# signalled SIGNAL WHEN COMMAND...: the program, with a signal as soon as WHEN
# succeeds.  Scripts have their background jobs ignore SIGINT, nohup has SIGHUP.
signalled() {
	signal=$1
	when=$2
	shift 2
	env --default-signal=HUP,INT,TERM "$CONSIGN" "$@" \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --ca-file "$CA" &
	signalled=$!
	eventually "$when"
	kill -s "$signal" "$signalled"
	wait "$signalled"
}

# half_came: is there what the store sent before it stalled?
half_came() {
	[ -n "$(find . -name '.consign-*.part' -size +1400k)" ]
}

is_held() {
	holds 1
}

is_told_to_wait() {
	[ "$(requests HEAD 503)" -ge 1 ]
}
truncate -s 33554432 large
# each SIGNAL STATUS
each() {
	hold 'GET * stall:60000'
	waits "signal/get-$1" "$2/interrupted" \
	    signalled "$1" half_came get --key again -o back
	kept_before=$(kept)
	hold 'PUT * stall:60000'
	none "signal/put-$1" "$2/interrupted" \
	    signalled "$1" is_held put large large
	check "signal/put-$1-not-kept" [ "$(kept)" -eq "$kept_before" ]
	faults 'HEAD * status:503/SlowDown/60'
	forget_requests
	none "signal/pause-$1" "$2/interrupted" \
	    signalled "$1" is_told_to_wait put large large
}
each INT 130
each TERM 143
each HUP 129
release
whole signal/next-run get again back
