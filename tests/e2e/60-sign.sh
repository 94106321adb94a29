#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# sign: the examples of the Amazon S3 API reference ("Signature Calculations
# for the Authorization Header", "Using Query Parameters") through the command
# line, and what is shown and what is not.
. "$(dirname "$0")/lib.sh"

AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
host=examplebucket.s3.amazonaws.com

# aws METHOD PATH [OPTION...]: at the examples' place and time
aws() {
	"$CONSIGN" sign "$@" --endpoint-host "$host" --region us-east-1 \
	    --time 20130524T000000Z
}

# signs NAME SIGNATURE COMMAND...
signs() {
	signs_name=$1
	signature=$2
	shift 2
	if ! expect_status 0 "$@"; then
		fail "$signs_name" "$why"
	elif [ "$(tail -n 1 out)" = "$signature" ]; then
		pass "$signs_name"
	else
		fail "$signs_name" "signature $(tail -n 1 out)"
	fi
}

# --- The examples ---------------------------------------------------------

signs sign/get \
    f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41 \
    aws GET /test.txt --header 'Range: bytes=0-9'
cat > want <<END
canonical request:
GET
/test.txt

host:$host
range:bytes=0-9
x-amz-content-sha256:$empty
x-amz-date:20130524T000000Z

host;range;x-amz-content-sha256;x-amz-date
$empty

string to sign:
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972

signature:
f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
END
check sign/get-shown cmp out want

printf 'Welcome to Amazon S3.' > body
signs sign/put \
    98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd \
    aws PUT "/test\$file.text" --payload body \
    --header 'Date: Fri, 24 May 2013 00:00:00 GMT' \
    --header 'x-amz-storage-class: REDUCED_REDUNDANCY'
signs sign/put-by-hash \
    98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd \
    aws PUT "/test\$file.text" \
    --payload-hash "$(sha256sum body | cut -c 1-64)" \
    --header 'x-amz-storage-class: REDUCED_REDUNDANCY' \
    --header 'Date: Fri, 24 May 2013 00:00:00 GMT'
signs sign/lifecycle \
    fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543 \
    aws GET / --query lifecycle
signs sign/list \
    34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7 \
    aws GET / --query prefix=J --query max-keys=2
signs sign/presigned \
    aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404 \
    aws GET /test.txt --presign 86400 --payload-hash UNSIGNED-PAYLOAD
check sign/presigned-expires grep -q X-Amz-Expires=86400 out

other_secret() {
	AWS_SECRET_ACCESS_KEY=0123456789abcdef0123456789abcdef \
	    aws GET /test.txt --header 'Range: bytes=0-9'
}
expect_status 0 other_secret
check sign/other-secret-other-signature [ "$(tail -n 1 out)" != \
    f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41 ]

# The example for Cloudflare R2 that the wom-kit project publishes.
r2() {
	digest=3f78$(printf %060d 0 | tr 0 a)
	secret=$(printf '0123456789abcdef%.0s' 1 2 3 4)
	AWS_SECRET_ACCESS_KEY=$secret "$CONSIGN" sign PUT \
	    "/mybucket/sha256/3f/$digest" --payload-hash "$digest" \
	    --endpoint https://acct.r2.cloudflarestorage.com \
	    --provider-kind cloudflare-r2 --time 20260704T000000Z
}
signs sign/r2-region-auto \
    47de6b43728c21b0dd03137ff8313a6da86d706baf1d75ecf878c8cf09708374 r2

# --- What is shown --------------------------------------------------------

expect_status 0 aws GET /test.txt --header 'Range: bytes=0-9' --json
check sign/json-one-row [ "$(wc -l < out)" -eq 1 ]
check sign/json [ "$(row signature)" = \
    f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41 ]

AWS_SESSION_TOKEN=a-session-token-that-is-never-shown
export AWS_SESSION_TOKEN
check sign/token expect_status 0 aws GET /test.txt
check sign/token-signed grep -q '^x-amz-security-token:\[hidden\]$' out
check sign/token-not-shown [ -z "$(grep never-shown out)" ]
check sign/token-presigned expect_status 0 aws GET /test.txt --presign 60
check sign/token-presigned-not-shown \
    [ -z "$(grep -e never-shown -e AKIAIOSFODNN7EXAMPLE out)" ]
unset AWS_SESSION_TOKEN

check sign/encoded expect_status 0 aws GET '/a b/../c+d/%41/ü' \
    --query 'key=a b+c/~'
check sign/encoded-path grep -q '^/a%20b/../c%2Bd/%2541/%C3%BC$' out
check sign/encoded-query grep -q '^key=a%20b%2Bc%2F~$' out

# --- What is refused ------------------------------------------------------

try sign/no-endpoint 2/config_invalid "$CONSIGN" sign GET / --region r
try sign/no-region 2/config_invalid "$CONSIGN" sign GET / \
    --endpoint-host "$host"
try sign/bad-time 2/usage "$CONSIGN" sign GET / --endpoint-host "$host" \
    --region r --time 2013-05-24
try sign/bad-header 2/usage aws GET / --header no-colon
try sign/both-payloads 2/usage aws PUT / --payload body --payload-hash "$empty"
try sign/no-payload 8/io_error aws PUT / --payload missing
try sign/presign-too-long 2/config_invalid aws GET / --presign 604801
try sign/no-path 2/usage aws GET
no_secret() {
	(
		unset AWS_SECRET_ACCESS_KEY
		aws GET /
	)
}
try sign/no-secret 2/credential_unset no_secret
