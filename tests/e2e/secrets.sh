# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# Credentials of true shapes, and the forms in which they may slip out.  To be
# sourced after lib.sh.

token=FwoGZXIvYXdzEBYaDKLooksLikeASessionTokenOfAWS0123456789+/==

# hmac HEXKEY TEXT: in hex
hmac() {
	printf %s "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" |
	    sed 's/.*[ =]//'
}

hex() {
	od -An -v -tx1 | tr -d ' \n'
}

# signing_key: today's, of $AWS_SECRET_ACCESS_KEY, in hex
signing_key() {
	k=$(printf %s "AWS4$AWS_SECRET_ACCESS_KEY" | hex)
	for word in "$(date -u +%Y%m%d)" "$REGION" s3 aws4_request; do
		k=$(hmac "$k" "$word")
	done
	echo "$k"
}

# forms VALUE: as it may be written, a line each.  Base64 inside a longer one
# is found by what all of its three alignments share.
forms() {
	echo "$1"
	printf %s "$1" | hex && echo
	printf %s "$1" | hex | tr a-f A-F && echo
	printf %s "$1" | sed 's,/,%2F,g; s,+,%2B,g; s,=,%3D,g' && echo
	for pad in '' x xx; do
		printf '%s%s' "$pad" "$1" | openssl base64 -A |
		    cut -c 5-24
	done
}

# each_shape COMMAND: COMMAND NAME KEY-ID SECRET for those of AWS, R2 and B2
each_shape() {
	"$1" aws AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
	"$1" hex 0a1b2c3d4e5f60718293a4b5c6d7e8f9 \
	    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
	"$1" b2 005abcdef0123456789000001 K005xYzAbCdEfGhIjKlMnOpQrStUvWx
}

# echoing_store KEY-ID SECRET [OPTION...]: one that repeats all it knows in its
# errors; the forms are in forms.txt
echoing_store() {
	AWS_ACCESS_KEY_ID=$1
	AWS_SECRET_ACCESS_KEY=$2
	AWS_SESSION_TOKEN=$token
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
	S3D_ECHO="$2 $(printf %s "$2" | hex) $(signing_key) $token"
	export S3D_ECHO
	for value in "$1" "$2" "$token" "$(signing_key)"; do
		forms "$value"
	done > forms.txt
	shift 2
	start_store --session-token "$token" --echo-secrets "$@"
}
