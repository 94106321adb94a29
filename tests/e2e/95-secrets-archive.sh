#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# No credential, in any form, in anything that an archive's runs say or keep,
# whatever goes wrong; and credentials in files.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"
. "$ROOT/tests/e2e/secrets.sh"

all=$WORK/all.txt		# every byte said

# run COMMAND...: in one way after another; how it ends is looked at elsewhere
turn=0
run() {
	turn=$((turn + 1))
	case $((turn % 4)) in
	0) option=-q ;;
	1 | 2) option=-v ;;
	3) option=--json ;;
	esac
	"$@" "$option" --max-attempts 2 >> "$all" 2>&1
}

# run_local COMMAND...: of one that talks to nobody, in all ways
run_local() {
	for option in -q -v --json; do
		"$CONSIGN" "$@" --root "$A" "$option" >> "$all" 2>&1
	done
}

everything_wrong() {
	n=0
	for rule in 'ANY * status:403/SignatureDoesNotMatch' \
	    'ANY * status:403/InvalidAccessKeyId' \
	    'ANY * status:403/AccessDenied' 'PUT * status:403/AccessDenied' \
	    'GET * status:403/AccessDenied' \
	    'PUT * close-early:403/AccessDenied' 'PUT * quota' \
	    'ANY * status:400/AuthorizationHeaderMalformed' \
	    'ANY * status:403/RequestTimeTooSkewed' \
	    'ANY * status:404/NoSuchBucket' 'ANY * status:503/SlowDown' \
	    'PUT * status:500/InternalError' 'ANY * status:400/Odd' \
	    'PUT * status:400/BadDigest' 'GET * corrupt' 'PUT * replace' \
	    'PUT * replace-same' 'GET * vanish' 'PUT * lose-answer' \
	    'ANY * redirect:307/http://127.0.0.1:1/' 'GET * garbage' \
	    'PUT * status:501/NotImplemented' 'ANY * head-huge' \
	    'LIST * status:500/InternalError' 'LIST * garbage' \
	    'CREATE * status:403/AccessDenied' 'PART * status:500/InternalError' \
	    'COMPLETE * whitespace-then:100/InternalError' \
	    'COMPLETE * status:403/AccessDenied' 'ABORT * status:500/Odd' \
	    'DELETE * status:403/AccessDenied'; do
		n=$((n + 1))
		echo "$n $rule" > "$A/wrong$n"
		head -c 70000 /dev/urandom > "$A/large"
		faults "$rule"
		run push --multipart-threshold 60k --multipart-part-size 32k \
		    --allow-tiny-parts
		# shellcheck disable=SC2086  # options
		run consign put $YES "$A/wrong$n" "wrong/$n"
		# shellcheck disable=SC2086
		run consign prove $YES --tier $((n % 5))
	done
	faults
	echo "$name" > "$A/conflict"
	echo other > other
	store_do PUT "$(key "$A/conflict")" other
	run push
	run push --region us-west-9
	run push --dry-run
	run consign push --dry-run
	run consign plan
	run consign verify
	run consign plan --save "$A/plan"
	rm -f "$A/plan"
	run_local status
	run_local ls
	run_local receipts
	run_local ledger show
	run_local doctor
	faults "ANY * etag:\"$AWS_SECRET_ACCESS_KEY\"" \
	    'ANY * ignore-if-match'
	run push --rehash
	faults
}

# none_kept: is no form of a credential in any file of the archive, nor in the
# name of one?
none_kept() {
	grep -rlaF -f forms.txt "$A" && return 1
	find "$A" | grep -F -f forms.txt && return 1
	return 0
}

# secrets NAME KEY-ID SECRET
secrets() {
	name=$1
	echoing_store "$2" "$3"
	archive "$name"
	: > "$all"
	everything_wrong
	check "$name/much-said" [ "$(wc -l < "$all")" -gt 200 ]
	check "$name/none-said" [ -z "$(grep -aF -f forms.txt "$all")" ]
	check "$name/no-header" \
	    [ -z "$(grep -a -e Credential= -e Signature= "$all")" ]
	check "$name/none-kept" none_kept
	check "$name/key-by-digest" [ "$(rows probe "\"key_ref\":\"$(
	    printf %s "$name|$2" | sha256sum | cut -c 1-16)\"")" -ge 1 ]
	check "$name/many-failures" [ "$(rows fail)" -ge 20 ]
	check "$name/whole" sh "$ROOT/docs/verify-ledger.sh" \
	    "$A/.consign/ledger.jsonl"
	named "$name"
}

# named NAME: files and keys that hold a credential end it before it is kept
named() {
	digits=$(printf %s "$AWS_SECRET_ACCESS_KEY" | hex)
	others="$digits $AWS_ACCESS_KEY_ID"
	others="$others $(printf %s "$AWS_SECRET_ACCESS_KEY" |
	    openssl base64 -A)"
	[ "$1" = aws ] || others=
	for form in "$AWS_SECRET_ACCESS_KEY" $others; do
		A=$WORK/named
		rm -rf "$A"
		cp -a "$WORK/$1" "$A"
		find "$A" -maxdepth 1 -type f -exec rm {} +
		mkdir -p "$A/$(dirname "x/$form")"
		echo new > "$A/x/$form"
		form_n=$(echo "$form" | cut -c 1-4)
		for command in push 'plan' 'push --dry-run' \
		    'push --key-strategy path' 'plan --save plan.out'; do
			case $command in
			plan* | *dry*) said='' ;;
			*) said=$YES ;;
			esac
			rm -f plan.out
			forget_requests
			# shellcheck disable=SC2086
			consign $command $said > out 2> err
			got=$?
			what="$1/named-$form_n/$command"
			case $got/$command in
			9/* | 0/*dry*) pass "$what" ;;
			*) fail "$what" "status $got: $(head -c 300 err)" ;;
			esac
			check "$what-none" [ -z "$(cat out err plan.out \
			    "$S3_LOG" 2> /dev/null | grep -aF -f forms.txt)" ]
		done
		rm -r "$A/x"
		check "$1/named-$form_n/none-kept" none_kept
		echo fine > fine
		# shellcheck disable=SC2086
		try "$1/named-$form_n/put" 9/secret_guard \
		    consign put $YES fine "k/$form"
		check "$1/named-$form_n/put-none-kept" none_kept
		# shellcheck disable=SC2086
		try "$1/named-$form_n/reviewer" 9/secret_guard \
		    consign push --approve --reviewed-by "$form"
		check "$1/named-$form_n/unsent" [ -z "$(grep -F \
		    -f forms.txt "$S3_LOG")" ]
		check "$1/named-$form_n/whole" sh \
		    "$ROOT/docs/verify-ledger.sh" "$A/.consign/ledger.jsonl"
	done
}

each_shape secrets

# --- Credentials in files -------------------------------------------------

unset AWS_SESSION_TOKEN S3D_ECHO
start_store
A=$WORK/files
mkdir -p "$A" "$WORK/keys"
echo one > "$A/one"
printf '%s\n' "$AWS_ACCESS_KEY_ID" > keys/id
printf '%s\n' "$AWS_SECRET_ACCESS_KEY" > keys/secret
forms "$AWS_SECRET_ACCESS_KEY" > forms.txt
chmod 600 keys/id keys/secret

# by_file SECRET-FILE [OPTION...]: a push with these, none in the environment
by_file() {
	secret_file=$1
	shift
	(
		unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
		push --access-key-id-ref "file:$WORK/keys/id" \
		    --secret-access-key-ref "file:$secret_file" "$@"
	)
}
# shellcheck disable=SC2086
{
	try file/unproven 3/tiered_gate_unmet by_file "$WORK/keys/secret" \
	    --only "$(object "$A/one")"
	check file/unproven-nothing [ ! -e "$A/.consign" ]
	try file/tier0-proof 0 consign prove $YES --tier 0
	try file/tier0 3/tiered_gate_unmet by_file "$WORK/keys/secret" \
	    --only "$(object "$A/one")"
	try file/tier1-proof 0 consign prove $YES --tier 1
}
try file/tier1 0 by_file "$WORK/keys/secret" --only "$(object "$A/one")"
check file/tier1-sent [ "$(outcome main/one)" = uploaded ]
climb

# refused NAME STATUS/CODE FILE: with nothing said of what is in it
refused() {
	forget_requests
	try "file/$1" "$2" by_file "$3"
	check "file/$1-nothing-said" [ -z "$(cat out err |
	    grep -F -f forms.txt)" ]
	check "file/$1-nothing-sent" [ ! -s "$S3_LOG" ]
}
# allowed NAME FILE
allowed() {
	try "file/$1" 0 by_file "$2"
}
keep_as() {
	cp keys/secret "keys/$1"
	chmod "$2" "keys/$1"
}
for mode in 600 400 700; do
	keep_as "m$mode" "$mode"
	allowed "mode-$mode" "$WORK/keys/m$mode"
done
for mode in 640 620 604 602 644 660 666 610 601; do
	keep_as "m$mode" "$mode"
	refused "mode-$mode" 8/io_error "$WORK/keys/m$mode"
done
ln -s secret keys/link
refused link 8/io_error "$WORK/keys/link"
refused folder 8/io_error "$WORK/keys"
refused missing 8/io_error "$WORK/keys/none"
mkfifo -m 600 keys/fifo
refused fifo 8/io_error "$WORK/keys/fifo"
refused device 8/io_error /dev/null
: > keys/empty
printf '\n%s\n' "$AWS_SECRET_ACCESS_KEY" > keys/second-line
printf ' %s\n' "$AWS_SECRET_ACCESS_KEY" > keys/blank
printf '%s\0\n' "$AWS_SECRET_ACCESS_KEY" > keys/nul
printf '%s\n' "$(printf '%05000d' 0)" > keys/long
printf '%s\r\n' "$AWS_SECRET_ACCESS_KEY" > keys/crlf
printf '%s' "$AWS_SECRET_ACCESS_KEY" > keys/no-newline
printf '%s\na second line\n' "$AWS_SECRET_ACCESS_KEY" > keys/two-lines
chmod 600 keys/*
refused empty 2/credential_unset "$WORK/keys/empty"
refused second-line 2/credential_unset "$WORK/keys/second-line"
refused blank 2/config_invalid "$WORK/keys/blank"
refused nul 2/config_invalid "$WORK/keys/nul"
refused long 2/config_invalid "$WORK/keys/long"
allowed crlf "$WORK/keys/crlf"
allowed no-newline "$WORK/keys/no-newline"
allowed two-lines "$WORK/keys/two-lines"
if [ "$(id -u)" -eq 0 ]; then
	keep_as others 600
	chown 65534 keys/others
	refused other-owner 8/io_error "$WORK/keys/others"
else
	skip file/other-owner "not root"
fi
# What came from a file is guarded like any other.
mkdir -p "$A/x/$(dirname "$AWS_SECRET_ACCESS_KEY")"
echo new > "$A/x/$AWS_SECRET_ACCESS_KEY"
refused guarded 9/secret_guard "$WORK/keys/secret"
rm -r "$A/x"
check file/none-kept none_kept
check file/whole whole
