#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Whatever goes wrong, and though the store's errors repeat all that it knows:
# no output holds a credential, in any form.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/secrets.sh"

echo bytes > file
echo other > other
all=$WORK/all.txt		# every byte said

# run COMMAND...: how it ends is looked at elsewhere
run() {
	for option in -q -v --json; do
		"$@" $option >> "$all" 2>&1
	done
}

# everything_wrong: puts and gets that fail in every way
everything_wrong() {
	n=0
	for rule in 'ANY * status:403/SignatureDoesNotMatch' \
	    'ANY * status:403/InvalidAccessKeyId' \
	    'ANY * status:403/AccessDenied' 'PUT * status:403/AccessDenied' \
	    'PUT * close-early:403/AccessDenied' 'PUT * quota' \
	    'ANY * status:400/AuthorizationHeaderMalformed' \
	    'ANY * status:403/RequestTimeTooSkewed' \
	    'ANY * status:404/NoSuchBucket' 'ANY * status:503/SlowDown' \
	    'PUT * status:500/InternalError' 'ANY * status:400/Odd' \
	    'PUT * status:400/BadDigest' 'GET * corrupt' 'PUT * replace' \
	    'ANY * redirect:307/http://127.0.0.1:1/' 'GET * garbage' \
	    'PUT * status:501/NotImplemented' 'ANY * head-huge' \
	    'GET * content-encoding:gzip' 'GET * wrong-content-range'; do
		n=$((n + 1))
		faults "$rule"
		run put file "wrong/$n" --max-attempts 2
		run get "wrong/$n" - --max-attempts 2
	done
	faults
	put file wrong/conflict
	run put other wrong/conflict
	run put file wrong/missing --provider-kind nonsense
	right=$AWS_SECRET_ACCESS_KEY
	AWS_SECRET_ACCESS_KEY=$(echo "$right" | rev)
	run put file wrong/secret
	forms "$AWS_SECRET_ACCESS_KEY" >> forms.txt
	AWS_SECRET_ACCESS_KEY=$right
	run "$CONSIGN" put file wrong/region --endpoint "$ENDPOINT" \
	    --bucket "$BUCKET" --region us-west-9
	run "$CONSIGN" sign GET /wrong/sign --endpoint "$ENDPOINT" \
	    --region "$REGION"
}

# secrets NAME KEY-ID SECRET: credentials of one shape
secrets() {
	name=$1
	echoing_store "$2" "$3"
	: > "$all"
	everything_wrong

	check "secrets/$name-looked-for" [ "$(wc -l < forms.txt)" -ge 35 ]
	check "secrets/$name-much-said" [ "$(wc -l < "$all")" -gt 100 ]
	check "secrets/$name-none-said" [ -z "$(grep -F -f forms.txt "$all")" ]
	check "secrets/$name-no-stopped-line" \
	    [ -z "$(grep secret_guard "$all")" ]
	check "secrets/$name-no-header" \
	    [ -z "$(grep -e Credential= -e Signature= "$all")" ]

	# The twin: this store does say all that.
	curl -s -H "Authorization: AWS4-HMAC-SHA256 Credential=$2/20200101/x" \
	    "$ENDPOINT/$BUCKET/key" > heard.txt
	check "secrets/$name-store-does" grep -qF "$3" heard.txt
	guarded "$name"
}

# guarded NAME: names that hold a credential stop the run before it is said
guarded() {
	digits=$(printf %s "$AWS_SECRET_ACCESS_KEY" | hex)
	try "secrets/$1-key-raw" 9/secret_guard \
	    put file "a/$AWS_SECRET_ACCESS_KEY/b"
	check "secrets/$1-key-not-said" \
	    [ -z "$(cat out err | grep -F -f forms.txt)" ]
	check "secrets/$1-key-not-sent" \
	    [ -z "$(grep -F "$AWS_SECRET_ACCESS_KEY" "$S3_LOG")" ]
	try "secrets/$1-key" 9/secret_guard put file "a/$digits"
	try "secrets/$1-file" 9/secret_guard put "not-there-$digits" key
	check "secrets/$1-file-not-said" \
	    [ -z "$(cat out err | grep -F -f forms.txt)" ]
	try "secrets/$1-key-id" 9/secret_guard get "x$AWS_ACCESS_KEY_ID" -
	try "secrets/$1-command" 9/secret_guard "$CONSIGN" "$digits"
	try "secrets/$1-option" 9/secret_guard put file key "--$digits"
	try "secrets/$1-value" 9/secret_guard put file key --max-puts "$digits"
	faults "ANY * etag:\"$AWS_SECRET_ACCESS_KEY\"" 'ANY * ignore-if-match'
	try "secrets/$1-etag" 9/secret_guard put file "etag/$1" --json
	check "secrets/$1-etag-not-said" \
	    [ -z "$(cat out err | grep -F -f forms.txt)" ]
	faults
	try "secrets/$1-bytes-may" 0 put_and_get_secret
}
put_and_get_secret() {
	printf %s "$AWS_SECRET_ACCESS_KEY" > holds
	put holds "holds/$name" && get "holds/$name" - > held &&
	    cmp holds held
}

each_shape secrets

# --- The process ----------------------------------------------------------

chmod 755 .
cp "$CONSIGN" consign
hold 'HEAD * delay:60000'
unset S3D_ECHO
export KEPT=kept-in-the-environment
nobody=
[ "$(id -u)" -ne 0 ] ||
    nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
# shellcheck disable=SC2086  # a command
$nobody ./consign put file process --endpoint "$ENDPOINT" \
    --bucket "$BUCKET" --region "$REGION" > out 2> err &
pid=$!
held 1
tr '\0' '\n' < "/proc/$pid/cmdline" > cmdline
check process/cmdline grep -q -x process cmdline
check process/cmdline-clean [ -z "$(grep -F -f forms.txt cmdline)" ]
if tr '\0' '\n' 2> /dev/null < "/proc/$pid/environ" > environ; then
	check process/environ grep -q kept-in-the-environment environ
	check process/environ-clean [ -z "$(grep -F -f forms.txt environ)" ]
fi
# The kernel gives the files of a process that may not be traced to root.
check process/not-dumpable [ "$(stat -c %u "/proc/$pid/environ")" -eq 0 ]
check process/no-core grep -q '^Max core file size  *0  *0 ' "/proc/$pid/limits"
release
wait "$pid"
check process/ends-well [ $? -eq 0 ]
