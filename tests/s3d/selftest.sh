#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: S3D=build/tests/s3d tests/s3d/selftest.sh
#
# The loopback store against clients that are not ours: curl, and botocore
# where python3-botocore is installed.
# shellcheck disable=SC1091  # is checked by itself
. "$(dirname "$0")/../e2e/lib.sh"

export BUCKET REGION
empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
unsigned='x-amz-content-sha256: UNSIGNED-PAYLOAD'

# s3 METHOD TARGET [CURL-OPTION...]: a signed request; the answer's body goes
# to "body", its head to "head", its status to standard output
s3() {
	method=$1
	target=$2
	shift 2
	[ "$method" != HEAD ] || set -- --head "$@"
	curl -sS -o body -D head -w '%{http_code}' --path-as-is -g \
	    --aws-sigv4 "aws:amz:$REGION:s3" -X "$method" \
	    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    "$@" "$ENDPOINT/$target" 2> curl.err
}

# expect NAME STATUS[/CODE] METHOD TARGET [CURL-OPTION...]: with the payload
# not signed unless an option says otherwise
expect() {
	expect_name=s3d/$1
	expected=$2
	shift 2
	case "$*" in
	*x-amz-content-sha256*) ;;
	*) set -- "$@" -H "$unsigned" ;;
	esac
	got=$(s3 "$@")
	[ "$expected" = "${expected%/*}" ] ||
	    got=$got/$(sed -n 's,.*<Code>\(.*\)</Code>.*,\1,p' body)
	if [ "$got" = "$expected" ]; then
		pass "$expect_name"
	else
		fail "$expect_name" "$got, not $expected: $(cat curl.err)"
	fi
}

# same NAME A B
same() {
	if [ "$2" = "$3" ]; then
		pass "s3d/$1"
	else
		fail "s3d/$1" "'$2' is not '$3'"
	fi
}

# broken NAME METHOD TARGET [CURL-OPTION...]: no proper answer must come
broken() {
	broken_name=s3d/$1
	shift
	if got=$(s3 "$@" -H "$unsigned" -m 20); then
		fail "$broken_name" "answered $got"
	else
		pass "$broken_name"
	fi
}

botocore() {
	if /usr/bin/python3 -c 'import botocore' 2> /dev/null; then
		/usr/bin/python3 "$ROOT/tests/s3d/client.py" "$@" > py.out 2>&1
		grep -Ev '^(PASS|FAIL) ' py.out
		grep -E '^(PASS|FAIL) ' py.out
		passed=$((passed + $(grep -c '^PASS ' py.out)))
		failed=$((failed + $(grep -c '^FAIL ' py.out)))
	else
		echo "SKIP s3d/botocore/$1: needs python3-botocore"
	fi
}

# --- Plain ----------------------------------------------------------------

start_store
printf 'hello, world\n' > hello
sum=$(sha256sum hello | cut -d ' ' -f 1)
expect put 200 PUT bucket/k -T hello -H "x-amz-content-sha256: $sum"
expect get 200 GET bucket/k
check s3d/get-bytes cmp hello body
expect range 206 GET bucket/k -r 7-11
same range-bytes "$(cat body)" world
expect head 200 HEAD bucket/k
same head-size "$(sed -n 's/^Content-Length: //p' head | tr -d '\r')" 13
expect put-wrong-digest 400/XAmzContentSHA256Mismatch PUT bucket/wrong \
    -T hello -H "x-amz-content-sha256: $empty"
expect nothing-stored 404/NoSuchKey GET bucket/wrong
expect put-wrong-md5 400/BadDigest PUT bucket/wrong -T hello \
    -H 'Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=='
expect put-no-length 411/MissingContentLength PUT bucket/wrong
expect no-bucket 404/NoSuchBucket GET absent/k
expect bad-bucket 404/NoSuchBucket GET ../k
expect virtual-host 200 GET k -H "Host: bucket.localhost:$S3_PORT"
expect streaming 501/NotImplemented PUT bucket/k -T hello \
    -H 'x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
expect not-built 501/NotImplemented GET 'bucket/k?acl='
expect delete 204 DELETE bucket/k
expect gone 404 HEAD bucket/k

secret=$AWS_SECRET_ACCESS_KEY
AWS_SECRET_ACCESS_KEY=wrong
expect wrong-secret 403/SignatureDoesNotMatch GET bucket/k
AWS_SECRET_ACCESS_KEY=$secret
REGION=eu-north-7
expect wrong-region 400/AuthorizationHeaderMalformed GET bucket/k
check s3d/region-told grep -q '<Region>us-east-1</Region>' body
REGION=us-east-1
id=$AWS_ACCESS_KEY_ID
AWS_ACCESS_KEY_ID=AKIANOBODY
expect unknown-key 403/InvalidAccessKeyId GET bucket/k
AWS_ACCESS_KEY_ID=$id
botocore plain "$ENDPOINT"
botocore strict "$ENDPOINT"

# --- The log --------------------------------------------------------------

forget_requests
s3 PUT bucket/q%22x -T hello -H "$unsigned" > status
s3 GET bucket/absent -H "$unsigned" > status
s3 DELETE bucket/absent -H "$unsigned" > status
same log-lines "$(wc -l < "$S3_LOG")" 3
same log-classes "$(requests_class A)$(requests_class B)$(requests_class free)" 111
same log-statuses "$(requests PUT 200)$(requests GET 404)$(requests ANY)" 113
check s3d/log-is-json /usr/bin/python3 -c '
import json, sys
for line in sys.stdin: json.loads(line)' < "$S3_LOG"
check s3d/log-bytes grep -q '"key":"q\\"x".*"bytes_in":13,' "$S3_LOG"

# --- Options --------------------------------------------------------------

for offset in 840 -840; do
	start_store --now-offset "$offset"
	expect "skew $offset" 404/NoSuchKey GET bucket/none
done
for offset in 960 -960; do
	start_store --now-offset "$offset"
	expect "skew $offset" 403/RequestTimeTooSkewed GET bucket/none
done

start_store --cond get=ignore,put=501,delete=ignore
s3 PUT bucket/k -T hello -H "$unsigned" > status
expect cond-get-ignored 200 GET bucket/k -H 'If-Match: "0"'
expect cond-put-501 501/NotImplemented PUT bucket/k -T hello \
    -H 'If-None-Match: *'
expect cond-delete-ignored 204 DELETE bucket/k -H 'If-Match: "0"'
expect cond-delete-done 404/NoSuchKey GET bucket/k

start_store --deny DELETE,ABORT
expect deny 403/AccessDenied DELETE bucket/k
expect deny-not 404/NoSuchKey GET bucket/k

S3D_ECHO=the-extra-text
export S3D_ECHO
start_store --echo-secrets
expect echo 404/NoSuchKey GET bucket/none
check s3d/echo-id grep -q "$AWS_ACCESS_KEY_ID" body
check s3d/echo-to-sign grep -q '<StringToSign>AWS4-HMAC-SHA256' body
check s3d/echo-extra grep -q the-extra-text body
check s3d/echo-header grep -q 'x-amz-echo-authorization: AWS4' head

start_store --region auto
REGION=auto
expect region-auto 404/NoSuchKey GET bucket/none
REGION=us-east-1
expect region-alias 404/NoSuchKey GET bucket/none

S3_DIR=$WORK/versioned
start_store --versioned
botocore versioned "$ENDPOINT"
S3_DIR=$WORK/locked
start_store --object-lock
mode='x-amz-object-lock-mode: COMPLIANCE'
until='x-amz-object-lock-retain-until-date: 2099-01-01T00:00:00Z'
sum="x-amz-checksum-sha256: $(openssl dgst -sha256 -binary hello | base64)"
expect lock-conf 200 GET 'bucket?object-lock='
check s3d/lock-enabled grep -q '>Enabled<' body
expect lock-no-checksum 400/InvalidRequest PUT bucket/k -T hello \
    -H "$mode" -H "$until"
expect lock-no-date 400/InvalidArgument PUT bucket/k -T hello -H "$mode" \
    -H "$sum"
expect lock-past 400/InvalidArgument PUT bucket/k -T hello -H "$mode" \
    -H "$sum" -H 'x-amz-object-lock-retain-until-date: 2020-01-01T00:00:00Z'
expect lock-put 200 PUT bucket/k -T hello -H "$mode" -H "$until" -H "$sum"
version=$(sed -n 's/^x-amz-version-id: //p' head | tr -d '\r')
expect lock-delete 403/AccessDenied DELETE "bucket/k?versionId=$version"
expect lock-over 200 PUT bucket/k -T hello
expect lock-marker 204 DELETE bucket/k
expect lock-stays 200 GET "bucket/k?versionId=$version"
check s3d/lock-shown grep -q "^$until" head
expect lock-free 200 PUT bucket/free -T hello
version=$(sed -n 's/^x-amz-version-id: //p' head | tr -d '\r')
expect lock-free-delete 204 DELETE "bucket/free?versionId=$version"
S3_DIR=$WORK/store
start_store --equal-parts
expect lock-none 400/InvalidRequest PUT bucket/k -T hello -H "$mode" \
    -H "$until" -H "$sum"
expect lock-no-conf 404/ObjectLockConfigurationNotFoundError \
    GET 'bucket?object-lock='
botocore equal "$ENDPOINT"
start_store --session-token the-token
botocore token "$ENDPOINT"
AWS_ACCESS_KEY_ID=a:colon/and:slash
start_store
botocore tls "$ENDPOINT"
AWS_ACCESS_KEY_ID=$id

# --- Faults ---------------------------------------------------------------

start_store
head -c 1000000 /dev/urandom > big
s3 PUT bucket/k -T big -H "$unsigned" > status
faults 'GET k status:503/SlowDown/7 times=1 after=1'
expect fault-after 200 GET bucket/k
expect fault-times 503/SlowDown GET bucket/k
check s3d/fault-retry-after grep -q '^Retry-After: 7' head
expect fault-over 200 GET bucket/k
faults 'ANY k* reset-before'
broken fault-reset-before GET bucket/k
expect fault-glob 404/NoSuchKey GET bucket/other
faults 'PUT * reset-after-bytes:5000'
broken fault-reset-in-put PUT bucket/half -T big
expect fault-put-undone 404/NoSuchKey GET bucket/half
faults 'PUT * reset-after-bytes:5'
broken fault-reset-in-small PUT bucket/half -T hello
faults 'PUT * stall:400'
before=$(date +%s%N)
expect fault-stall-put 200 PUT bucket/slow -T hello
check s3d/fault-stalled [ $(($(date +%s%N) - before)) -ge 400000000 ]
faults 'GET * reset-after-bytes:5000'
broken fault-reset-in-get GET bucket/k
faults 'PUT * lose-answer'
broken fault-lose-answer PUT bucket/lost -T hello
expect fault-put-done 200 GET bucket/lost
faults 'GET * lose-answer-after-bytes:10'
broken fault-lose-in-head GET bucket/k
faults 'GET * short-body'
broken fault-short-body GET bucket/k
faults 'GET * garbage'
broken fault-garbage GET bucket/k
faults 'GET * corrupt-once'
expect fault-corrupt 200 GET bucket/k
same fault-corrupt-byte "$(cmp -l big body | wc -l)" 1
expect fault-corrupt-once 200 GET bucket/k
check s3d/fault-corrupt-over cmp big body
for rule in chunked http10; do
	faults "GET * $rule"
	expect "fault-$rule" 200 GET bucket/k
	check "s3d/fault-$rule-bytes" cmp big body
done
faults 'ANY * close-early:403/AccessDenied'
expect fault-close-early 403/AccessDenied GET bucket/k
faults 'ANY * redirect:307/http://127.0.0.1:1/x'
expect fault-redirect 307/TemporaryRedirect GET bucket/k
check s3d/fault-location grep -q '^Location: http://127.0.0.1:1/x' head
faults 'PUT * quota' 'GET * quota:507'
expect fault-quota 403/QuotaExceeded PUT bucket/full -T hello
expect fault-507 507 GET bucket/k
faults
etag=$(md5sum hello | cut -d ' ' -f 1)
s3 PUT bucket/e -T hello -H "$unsigned" > status
for form in "weak W/\"$etag\"" "unquoted $etag" "empty " \
    "entity &quot;$etag&quot;" "x-y x-y"; do
	faults "GET * etag:${form%% *}"
	s3 GET bucket/e -H "$unsigned" > status
	same "fault-etag-${form%% *}" \
	    "$(sed -n 's/^ETag: //p' head | tr -d '\r')" "${form#* }"
done
faults 'GET * etag:none'
s3 GET bucket/e -H "$unsigned" > status
same fault-etag-none "$(grep -c ETag head)" 0
faults 'PUT * replace'
s3 PUT bucket/e -T hello -H "$unsigned" > status
faults
expect fault-replace 412 GET bucket/e -H "If-Match: $etag"
expect fault-replaced 200 GET bucket/e
same fault-replace-byte "$(cmp -l hello body | wc -l)" 1
faults 'PUT * vanish'
s3 PUT bucket/e -T hello -H "$unsigned" > status
expect fault-vanish 404/NoSuchKey GET bucket/e
faults 'GET * range-ignored'
expect fault-range-ignored 200 GET bucket/k -r 0-9
faults 'GET * wrong-content-range' 'GET * content-encoding:gzip' \
    'GET * date:-7200'
expect fault-several 206 GET bucket/k -r 0-9
check s3d/fault-content-range grep -q '^Content-Range: bytes 1-10/1000000' head
check s3d/fault-content-encoding grep -q '^Content-Encoding: gzip' head
faults 'ANY * ignore-if-match'
expect fault-ignore-if-match 200 GET bucket/k -H 'If-Match: "0"'
faults 'ANY * drop-list-permission'
expect fault-drop-list 403/AccessDenied GET bucket/absent
faults 'ANY * delay:300' 'GET * stall:300'
before=$(date +%s%N)
expect fault-delay 200 GET bucket/k
check s3d/fault-delayed [ $(($(date +%s%N) - before)) -ge 600000000 ]
for fault in delay stall; do
	hold "GET * $fault:60000"
	s3 GET bucket/k -H "$unsigned" > status &
	held 1
	check s3d/fault-held-$fault kill -0 $!
	release
	wait $!
	same fault-released-$fault "$(cat status)" 200
done
hold 'PUT * stall:60000'
s3 PUT bucket/slow -T hello -H "$unsigned" > status &
held 1
check s3d/fault-held-put kill -0 $!
release
wait $!
same fault-released-put "$(cat status)" 200
faults 'CREATE * whitespace-then:3000/InternalError'
expect fault-whitespace 200/InternalError POST 'bucket/m?uploads=' -d ''
same fault-blanks "$(head -c 3000 body | tr -d ' ' | wc -c)" 0
faults 'GET * head-huge'
broken fault-head-huge GET bucket/k
faults 'GET * no-such-fault'
expect fault-malformed 400/BadFaultRule GET bucket/k
faults
same fault-rule-refused "$("$S3D" --dir d --bucket bbb --access-key a \
    --secret-key s --fault 'GET k nonsense' 2>&1)" \
    's3d: bad fault rule: GET k nonsense'

# --- Large and sparse -----------------------------------------------------

start_store --trust-digests
truncate -s 4294967297 sparse
printf x | dd of=sparse bs=1 seek=4294967296 conv=notrunc 2> dd.err
expect sparse-put 200 PUT bucket/sparse -T sparse
check s3d/sparse-stays-sparse [ "$(du -sk "$S3_DIR" | cut -f 1)" -lt 20000 ]
expect sparse-range 206 GET bucket/sparse -r 4294967295-
same sparse-end "$(od -An -tx1 body)" ' 00 78'
rm -f sparse

# --- TLS ------------------------------------------------------------------

for kind in server-ec server-rsa; do
	start_tls_store "$kind"
	CURL_CA_BUNDLE=$CERTS/ca.pem
	export CURL_CA_BUNDLE
	expect "tls-put-$kind" 200 PUT bucket/t -T big
	expect "tls-get-$kind" 200 GET bucket/t
	check "s3d/tls-bytes-$kind" cmp big body
	botocore tls "$ENDPOINT" "$CERTS/ca.pem"
	botocore resume "$ENDPOINT" "$CERTS/ca.pem"
done
start_tls_store server-ec --suites chacha20
expect tls-chacha20 200 GET bucket/t --ciphers ECDHE-ECDSA-CHACHA20-POLY1305
broken tls-no-gcm GET bucket/t --tls-max 1.2 \
    --ciphers ECDHE-ECDSA-AES128-GCM-SHA256
start_tls_store server-ec --suites aes128gcm
expect tls-gcm 200 GET bucket/t
for bad in expired wrongname untrusted; do
	start_tls_store "$bad"
	broken "tls-$bad" GET bucket/t
done

# --- Life -----------------------------------------------------------------

# gone NAME PORT: nobody listens there any more
gone() {
	curl -s "http://127.0.0.1:$2/" > body
	same "$1" $? 7
}

start_store --lifetime 1
sleep 2.5
gone lifetime "$S3_PORT"
# shellcheck disable=SC2016  # for the inner shell
sh -c '"$S3D" --dir orphan --bucket bbb --access-key a --secret-key s \
    --port-file orphan.port &
    while [ ! -s orphan.port ]; do sleep 0.1; done'
sleep 1.5
gone ends-with-parent "$(cat orphan.port)"
