#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What is wrong on this side of the wire, or with the server's certificate:
# the contract's status, one line that says what to do, and nothing left
# behind, neither here nor in the store.
. "$(dirname "$0")/lib.sh"

# refuse NAME STATUS/CODE COMMAND...
refuse() {
	refuse_name=$1
	kept_before=$(kept)
	shift
	if ! expect_status "$@"; then
		fail "$refuse_name" "$why"
	elif [ -s out ]; then
		fail "$refuse_name" "printed $(head -c 200 out)"
	elif [ "$(kept)" -ne "$kept_before" ]; then
		fail "$refuse_name" "something was stored"
	elif [ -n "$(find . -name '.consign-*')" ]; then
		fail "$refuse_name" "left $(find . -name '.consign-*')"
	else
		pass "$refuse_name"
	fi
}

# advises NAME TEXT: does the line of the last refusal say this?
advises() {
	check "$1" grep -q -e "; .*$2" err
}

# at URL FILE KEY [OPTION...]: put to another endpoint
at() {
	at_url=$1
	shift
	"$CONSIGN" put "$@" --endpoint "$at_url" --bucket "$BUCKET" \
	    --region "$REGION" --max-attempts 2 --backoff-base 1ms
}

start_store
echo bytes > file

# --- The file -------------------------------------------------------------

mkdir folder
mkfifo pipe
ln -s nowhere dangling
refuse file/missing 8/io_error put no-such-file key
refuse file/standard-input-closed 8/io_error put - key <&-
refuse file/empty-name 8/io_error put '' key
refuse file/odd-name 8/io_error put "$(printf 'a\nb\033[31m')" key
check file/odd-name-shown grep -q "'a%0Ab%1B\[31m'" err
refuse file/folder 8/io_error put folder key
refuse file/pipe 8/io_error put pipe key
refuse file/device 8/io_error put /dev/zero key
refuse file/dangling 8/io_error put dangling key

# Root may read everything: as somebody else, then.
as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
put_as_nobody() {
	as_nobody ./consign put "$@" --endpoint "$ENDPOINT" \
	    --bucket "$BUCKET" --region "$REGION"
}
cp "$CONSIGN" consign
chmod 755 . consign
chmod 000 file
refuse file/unreadable 8/io_error put_as_nobody file unreadable
chmod 644 file
try file/readable 0 put_as_nobody file readable

# meddle NAME COMMAND: a file is sent to a store that stops amid it until the
# command was run on the file.  The half that is not read yet is more than
# sockets hold.
meddle() {
	head -c 33554432 /dev/urandom > moving
	hold 'PUT * stall:60000 times=1'
	put moving moving > /dev/null 2> said &
	put_pid=$!
	held 1
	sh -c "$2" 2> /dev/null
	release
	wait "$put_pid"
	put_status=$?
	refuse "$1" 6/local_bytes_changed replay
}
replay() {
	grep '^consign:' said >&2
	return $put_status
}
meddle file/grows 'echo more >> moving'
meddle file/shrinks 'truncate -s 5000000 moving'
meddle file/emptied ': > moving'
meddle file/rewritten 'printf x | dd of=moving seek=33554431 bs=1 conv=notrunc'
meddle file/rewritten-early 'printf x | dd of=moving bs=1 conv=notrunc'
try file/unmoved 0 put moving moving

# --- The key --------------------------------------------------------------

refuse key/empty 2/usage put file ''
refuse key/long 2/usage put file "$(printf %01025d 0)"
refuse key/control 2/usage put file "$(printf 'a\001b')"
refuse key/newline 2/usage put file "$(printf 'a\nb')"
refuse key/delete 2/usage put file "$(printf 'a\177b')"
refuse key/latin1 2/usage put file "$(printf 'a\344b')"
refuse key/surrogate 2/usage put file "$(printf '\355\240\200')"
refuse key/get-empty 2/usage get '' back

# --- The endpoint ---------------------------------------------------------

for url in localhost ftp://localhost https:// https://localhost/path \
    'https://localhost?x' https://localhost:0 https://localhost:65536 \
    https://localhost: https://localhost:x https://127.1 https://2130706433 \
    'https://[::1' https://::1 'https://[::1%lo]' 'https://two words' \
    https://dot..dot; do
	refuse "endpoint/malformed '$url'" 2/config_invalid at "$url" file key
done
refuse endpoint/password 2/config_invalid at https://me:sesame@localhost \
    file key
check endpoint/password-not-said [ -z "$(grep sesame err)" ]
refuse endpoint/none 2/config_invalid "$CONSIGN" put file key \
    --bucket "$BUCKET" --region "$REGION"
refuse endpoint/both 2/config_invalid put file key \
    --endpoint-host localhost
refuse endpoint/unknown-name 5/unresolved at https://nohost.invalid file key
refuse endpoint/elsewhere 3/root_required at https://192.0.2.1 file key
refuse endpoint/elsewhere-http 3/root_required at http://192.0.2.1 file key

get_from() {
	"$CONSIGN" get --key key -o back --endpoint "$@" --bucket "$BUCKET" \
	    --region "$REGION" --max-attempts 1 --connect-timeout 300ms
}
refuse endpoint/plain-http 2/config_invalid get_from http://192.0.2.1
refuse endpoint/plain-http-allowed 5 get_from http://192.0.2.1 \
    --allow-plain-http

# --- Settings -------------------------------------------------------------

bare() {
	"$CONSIGN" put file key --endpoint "$ENDPOINT" "$@"
}
refuse bucket/none 2/config_invalid bare --region x
refuse bucket/short 2/config_invalid bare --region x --bucket ab
refuse bucket/slash 2/config_invalid bare --region x --bucket a/b
refuse bucket/not-there 2/no_such_bucket bare --region "$REGION" \
    --bucket absent-bucket
refuse region/none 2/config_invalid bare --bucket "$BUCKET"
advises region/none-advice '--region'
refuse region/odd 2/config_invalid bare --bucket "$BUCKET" --region 'a b'
refuse provider/unknown 2/config_invalid put file key --provider-kind minioo
advises provider/nearest 'did you mean minio?'
refuse option/unknown 2/usage put file key --regoin x
advises option/nearest 'did you mean --region?'
refuse option/twice 2/usage put file key --json --json
refuse option/no-value 2/usage put file key --pin
refuse option/flag-with-value 2/usage put file key --json=yes
refuse option/no-number 2/config_invalid put file key --max-puts many
refuse option/no-time 2/config_invalid put file key --stall-timeout 5
refuse option/too-small 2/config_invalid put file key --max-attempts 0
refuse option/of-get 2/usage put file key --force
refuse command/unknown 2/usage "$CONSIGN" putt file key
advises command/nearest 'did you mean put?'
refuse command/none 2/usage "$CONSIGN"
refuse command/after-option 2/usage "$CONSIGN" --json put file key
check command/after-option-said grep -q 'comes before' err
refuse command/one-argument 2/usage put file
refuse command/three-arguments 2/usage put file key more
try command/double-dash 0 "$CONSIGN" put --endpoint "$ENDPOINT" \
    --bucket "$BUCKET" --region "$REGION" -- file --json

# --- Credentials ----------------------------------------------------------

without() {
	(
		unset "$1"
		put file key
	)
}
refuse creds/no-key-id 2/credential_unset without AWS_ACCESS_KEY_ID
refuse creds/no-secret 2/credential_unset without AWS_SECRET_ACCESS_KEY
with() {
	(
		export "${1?}"
		shift
		put file key "$@"
	)
}
refuse creds/empty-key-id 2/credential_unset with AWS_ACCESS_KEY_ID=
refuse creds/empty-secret 2/credential_unset with AWS_SECRET_ACCESS_KEY=
refuse creds/secret-of-three 2/config_invalid with AWS_SECRET_ACCESS_KEY=abc
refuse creds/secret-with-newline 2/config_invalid \
    with AWS_SECRET_ACCESS_KEY="$(printf 'abcdefghijklm\nnopqrstuvwxyz')"
refuse creds/ref-unset 2/credential_unset put file key \
    --secret-access-key-ref env:NOT_SET_ANYWHERE
advises creds/ref-unset-advice export
refuse creds/value-as-ref 2/config_invalid put file key \
    --secret-access-key-ref "$AWS_SECRET_ACCESS_KEY"
check creds/value-as-ref-not-said [ -z "$(grep loopback-tests err)" ]
refuse creds/lower-case-ref 2/config_invalid put file key \
    --secret-access-key-ref env:secret
refuse creds/file-ref 3/tiered_gate_unmet put file key \
    --secret-access-key-ref file:/etc/hostname
short_secret() {
	AWS_SECRET_ACCESS_KEY=short1 get_from "$@"
}
refuse creds/short-secret-elsewhere 2/config_invalid \
    short_secret https://192.0.2.1
refuse creds/short-secret-here 4/auth_rejected \
    with AWS_SECRET_ACCESS_KEY=short1

# --- Targets and streams --------------------------------------------------

try target/there 0 put file there
echo mine > mine
refuse target/exists 8/io_error get there mine
check target/exists-unchanged [ "$(cat mine)" = mine ]
refuse target/folder 8/io_error get there folder --force
refuse target/no-folder 8/io_error get there no/such/folder
refuse target/slash 8/io_error get there folder/
refuse target/none 2/usage "$CONSIGN" get --key there \
    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION"

# redirected WHERE COMMAND...: with streams as the shell is told
redirected() {
	where=$1
	shift
	eval "\"\$@\" $where"
}
before=$(kept)
try stream/no-stdin 0 redirected '<&-' put file s1
try stream/no-stdout 0 redirected '>&-' put file s2
try stream/no-stderr 0 redirected '2>&-' put file s3
try stream/none 0 redirected '<&- >&- 2>&-' put file s4
redirected '2>&-' put no-such-file s5
check stream/no-stderr-status [ $? -eq 8 ]
check stream/kept [ "$(kept)" -eq $((before + 4)) ]
refuse stream/json-nowhere 8/io_error redirected '>&-' put file s1 --json
refuse stream/json-full 8/disk_full redirected '> /dev/full' \
    put file s1 --json
refuse stream/get-nowhere 8/io_error redirected '>&-' get there -
refuse stream/get-full 8/disk_full redirected '> /dev/full' get there -
refuse stream/version-full 8/disk_full redirected '> /dev/full' \
    "$CONSIGN" --version

try disk/large 0 put moving large
file_limit() {
	(
		ulimit -f 10	# less than a block: nothing to keep
		get large back
	)
}
refuse disk/file-limit 8/io_error file_limit
mkdir small
if mount -t tmpfs -o size=1m tmpfs small 2> /dev/null; then
	refuse disk/full 8/disk_full get large small/back
	faults 'GET * chunked'	# its size is not known beforehand
	refuse disk/full-amid 8/disk_full get large small/back
	faults
	check disk/full-nothing-left [ -z "$(ls -A small)" ]
	umount small
else
	skip disk/full "cannot mount a tmpfs"
fi

# --- Who answers ----------------------------------------------------------

stop_store
refuse net/refused 5/unreachable at http://127.0.0.1:1 file key
refuse net/refused-name 5/unreachable at http://localhost:1 file key

# trusting OPTION...: put over TLS to the store that runs
trusting() {
	at "$ENDPOINT" file key "$@"
}
start_tls_store server-ec
try tls/trusted 0 trusting --ca-file "$CERTS/ca.pem"
try tls/endpoint-host 0 "$CONSIGN" put file key --bucket "$BUCKET" \
    --region "$REGION" --endpoint-host "localhost:$S3_PORT" \
    --ca-file "$CERTS/ca.pem"
refuse tls/mozilla 5/tls_untrusted trusting
refuse tls/wrong-ca 5/tls_untrusted trusting --ca-file "$CERTS/other.pem"
refuse tls/ca-missing 8/io_error trusting --ca-file none.pem
: > empty.pem
refuse tls/ca-empty 2/config_invalid trusting --ca-file empty.pem
refuse tls/ca-no-pem 2/config_invalid trusting --ca-file file
refuse tls/spoken-plain 5 at "http://127.0.0.1:$S3_PORT" file key
refuse tls/address 5/tls_untrusted at "https://127.0.0.1:$S3_PORT" file key \
    --ca-file "$CERTS/ca.pem"

pin() {
	echo "sha256/$(openssl pkey -in "$CERTS/$1.key" -pubout -outform DER |
	    openssl dgst -sha256 -binary | openssl base64)"
}
try tls/pin 0 at "https://127.0.0.1:$S3_PORT" file key \
    --pin "$(pin server-ec)"
refuse tls/pin-of-another 5/tls_untrusted \
    at "https://127.0.0.1:$S3_PORT" file key --pin "$(pin server-rsa)"
refuse tls/pin-malformed 2/config_invalid trusting --pin sha256/short

for name in expired wrongname untrusted cn-only; do
	start_tls_store "$name"
	refuse "tls/$name" 5/tls_untrusted trusting --ca-file "$CERTS/ca.pem"
done
start_tls_store ip
refuse tls/ip-by-name 5/tls_untrusted trusting --ca-file "$CERTS/ca.pem"
try tls/ip 0 at "https://127.0.0.1:$S3_PORT" file key \
    --ca-file "$CERTS/ca.pem"
start_store
refuse tls/not-spoken 5 at "https://127.0.0.1:$S3_PORT" file key \
    --connect-timeout 500ms
