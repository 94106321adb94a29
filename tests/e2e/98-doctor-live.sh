#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# doctor --live: what a store says of itself, a line each; it is only asked,
# and without the option not even that.
. "$(dirname "$0")/lib.sh"

mkdir -p a
# doctor [OPTION...]: of the archive a, at $E, $B and with $C, which are
# the running store's unless they are set
doctor() {
	ca=${C:-$CA}
	"$CONSIGN" doctor a --endpoint "${E:-$ENDPOINT}" \
	    --bucket "${B:-$BUCKET}" --region "$REGION" \
	    --backoff-base 10ms ${ca:+--ca-file "$ca"} "$@"
}

# line NAME LINE: that is one of them
line() {
	check "$1" grep -Eqx -e "$2" out
}

# --- All is well ----------------------------------------------------------

start_tls_store server-ec --lifecycle 7
S=generic-s3:bucket
try offline 0 doctor
check offline/silent [ "$(requests ANY)" -eq 0 ]
try well 0 doctor --live
line well/dns "ok   dns: $S: localhost is on this machine"
line well/tls "ok   tls: $S: the chain ends in a root that is trusted; the server's key is sha256:[0-9a-f]{64}"
line well/clock "ok   clock: $S: the store's is [01] s (ahead of|behind) ours"
line well/credentials "ok   credentials: $S: the store takes them, .*"
line well/uploads "ok   uploads: $S: a rule of the bucket ends unfinished ones after 7 days"
check well/asked [ "$(ops)" = 'GET LIFECYCLE' ]
check well/nothing-written [ ! -e a/.consign ]
check well/nothing-stored [ "$(kept)" -eq 0 ]
try json 0 doctor --live --json
check json/rows [ "$(grep -vc '^{"check":"[a-z]*","verdict":"[a-z]*",.*}$' \
    out)" -eq 0 ]
check well/no-secret [ "$(grep -cF -e "$AWS_ACCESS_KEY_ID" \
    -e "$AWS_SECRET_ACCESS_KEY" out)" -eq 0 ]

# --- What is wrong, by its name -------------------------------------------

# wrong NAME STATUS LINE
wrong() {
	try "$1" "$2" doctor --live
	line "$1-line" "fail $3: $S: .*"
}
AWS_SECRET_ACCESS_KEY=another-secret-access-key-of-nobody try \
    wrong/secret 4/auth_rejected doctor --live
line wrong/secret-line "fail credentials: $S: .*"
line wrong/secret-tls "ok   tls: $S: .*"
B=other try wrong/bucket 2/no_such_bucket doctor --live
line wrong/bucket-line 'fail bucket: generic-s3:other: .*'
C=$CERTS/other.pem wrong wrong/authority 5/tls_untrusted tls
E=https://nowhere.invalid wrong wrong/name 5/unresolved dns
E=https://localhost:1 wrong wrong/port 5/unreachable connection
faults 'GET * drop-list-permission'
try wrong/absence 4/absence_not_visible doctor --live
line wrong/absence-line "fail credentials: $S: .*to list the bucket.*"
faults 'GET * date:-600'
try wrong/clock 4/clock_skewed doctor --live
line wrong/clock-line "fail clock: $S: .*"
faults

# --- Rules ----------------------------------------------------------------

# A store that does not tell is no failure.
for fault in status:501/NotImplemented status:403/AccessDenied garbage; do
	faults "LIFECYCLE * $fault"
	expect_status 0 doctor --live || :
	case $fault in
	garbage) grep -q "^fail connection: $S: " out ;;
	*) grep -q "^warn uploads: $S: the store does not tell" out ;;
	esac
	check "rules/${fault%/*}" [ $? -eq 0 ]
done
faults
start_store
try rules/none 0 doctor --live
line rules/none-line "warn uploads: $S: no rule of the bucket ends unfinished ones; .*"
line rules/plain-line "warn tls: $S: none; who listens sees everything"
try rules/provider 0 doctor --live --provider-kind cloudflare-r2
line rules/provider-line "ok   uploads: cloudflare-r2:bucket: this provider ends unfinished ones after 7 days"
start_store --lifecycle 3/incoming
try rules/partly 0 doctor --live
line rules/partly-line "warn uploads: $S: a rule of the bucket ends unfinished ones, of some keys only"

# --- Several stores -------------------------------------------------------

cat > a/consign.yaml <<-end
	archive: a
	stores:
	  one:
	    endpoint: $ENDPOINT
	    bucket: $BUCKET
	    region: $REGION
	  two:
	    endpoint: $ENDPOINT
	    bucket: $BUCKET
	    region: $REGION
end
forget_requests
try several/offline 0 "$CONSIGN" doctor a
try several/unnamed 2/usage "$CONSIGN" doctor a --live
check several/silent [ "$(requests ANY)" -eq 0 ]
try several/named 0 "$CONSIGN" doctor a --live --store two
check several/asked [ "$(requests GET)" -eq 1 ]
