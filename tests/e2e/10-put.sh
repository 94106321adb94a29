#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# put where all is well: what is asked of the store, what is said, and that
# nothing is ever overwritten.
. "$(dirname "$0")/lib.sh"

# --- What the tests ask ---------------------------------------------------

# same KEY FILE: does the store hold these bytes there?
same() {
	rm -f back
	get "$1" back && cmp -s back "$2"
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

# silent COMMAND...: succeeds, and prints nothing
silent() {
	"$@" > out 2> err && [ ! -s out ] && [ ! -s err ]
}

log_sum() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$S3_LOG" |
	    awk '{ n += $1 } END { print n + 0 }'
}

# bytes_counted: do the bytes in a JSON row equal those in the store's log?
bytes_counted() {
	[ "$(row bytes_up) $(row bytes_down)" = \
	    "$(log_sum bytes_in) $(log_sum bytes_out)" ]
}

# all_canonical: was every request signed right, and its target canonical?
all_canonical() {
	[ -s "$S3_LOG" ] &&
	    ! grep -v '"sig":"ok","canonical":true' "$S3_LOG"
}

head -c 300000 /dev/urandom > file
: > empty
echo other > other

# --- One object, without and with TLS -------------------------------------

# basics NAME: against the store that was just started
basics() {
	check "put/$1" asked 'HEAD PUT GET' put file a/key.bin
	check "put/$1-bytes" same a/key.bin file
	check "put/$1-again-is-not-sent" asked 'HEAD GET' put file a/key.bin
	check "put/$1-silent" silent put file a/key.bin
	forget_requests
	try "put/$1-conflict" 6/remote_conflict put other a/key.bin
	check "put/$1-conflict-sends-nothing" [ "$(ops)" = HEAD ]
	head -c 300000 /dev/zero > zeros
	try "put/$1-conflict-of-one-size" 6/remote_conflict \
	    put zeros a/key.bin
	check "put/$1-conflict-harms-nothing" same a/key.bin file
	check "put/$1-empty" asked 'HEAD PUT GET' put empty nothing
	check "put/$1-empty-bytes" same nothing empty
	check "put/$1-canonical" all_canonical
}

start_store
basics http
check put/http-kept [ "$(kept)" -eq 2 ]
S3_DIR=$WORK/tls
start_tls_store server-ec
basics https
check put/one-connection [ "$(sed -n 's/.*"conn":\([0-9]*\).*/\1/p' \
    "$S3_LOG" | sort -u | wc -l)" -eq "$(grep -c '"nth":1,' "$S3_LOG")" ]
start_tls_store server-rsa
check put/https-rsa asked 'HEAD PUT GET' put file by-rsa

# --- What is said ---------------------------------------------------------

start_store
forget_requests
check put/json expect_status 0 put file json/key --json
check put/json-two-rows [ "$(wc -l < out)" -eq 2 ]
check put/json-counters counted
check put/json-bytes bytes_counted
check put/json-no-retry [ "$(row retries)" = 0 ]
check put/json-row grep -q "^{\"operation\":\"upload_object\",\"object_id\":\
\"sha256:$(sha256sum file | cut -c 1-64)\",\"size_bytes\":300000,\
\"remote_key\":\"json/key\",\"etag\":\"$(md5sum file | cut -c 1-32)\",\
\"result_status\":\"uploaded\",\"proof\":\"rehash\",\"bytes_verified\":300000,\
\"attempts\":1}\$" out
forget_requests
check put/json-skip expect_status 0 put file json/key --json
check put/json-skip-said [ "$(row result_status)" = skipped_remote_same ]
check put/json-skip-counters counted
check put/json-skip-bytes bytes_counted
forget_requests
expect_status 6/remote_conflict put other json/key --json
check put/json-conflict-counters counted
check put/json-conflict-row \
    [ "$(row result_status)" = remote_conflict_different_bytes ]
check put/json-conflict-unproven [ "$(row proof)" = none ]
check put/json-quiet-stderr [ "$(wc -l < err)" -eq 1 ]

# on_terminal OPTION: put again, as a person sees it
on_terminal() {
	script -qec "$CONSIGN put file json/key $1 --endpoint $ENDPOINT \
	    --bucket $BUCKET --region $REGION" /dev/null < /dev/null
}
check put/terminal expect_status 0 on_terminal ''
check put/terminal-told grep -q '^skipped_remote_same json/key: ' out
check put/terminal-quiet expect_status 0 on_terminal -q
check put/terminal-quiet-told-nothing [ ! -s out ]

check put/verbose expect_status 0 put -v file verbose
check put/verbose-proof grep -q "^uploaded verbose: 300000 bytes, \
sha256:$(sha256sum file | cut -c 1-64), proof rehash\$" out
check put/verbose-phases grep -q '^prove: ' err

# --- Keys -----------------------------------------------------------------

keys() {
	printf '%s\n' 'a b' 'a+b' 'A' '%41' '%' '%zz' 'per%20cent' \
	    'e=mc&2;x' 'q?m#h' '//two' '/lead' 'trail/' './a/../b' '..' \
	    "~quote'\"<>" 'back\slash' '*[!]()$,@:' ' space ' \
	    "$(printf '\303\274')" "$(printf 'u\314\210')" \
	    "$(printf '\346\227\245\346\234\254')" \
	    "$(printf '\360\237\223\246')" \
	    "$(printf %01024d 7)"
}

forget_requests
bad=
keys > keys.txt
n=0
while IFS= read -r key; do
	n=$((n + 1))
	echo "$n" > "key.$n"
	put "key.$n" "$key" --json >> rows || bad="$bad '$key'"
done < keys.txt
n=0
while IFS= read -r key; do
	n=$((n + 1))
	same "$key" "key.$n" || bad="$bad '$key' (back)"
done < keys.txt
check put/odd-keys [ "$n$bad" = 23 ]
check put/odd-keys-canonical all_canonical
check put/odd-keys-json python3 -c 'if True:
	import json
	rows = [json.loads(line) for line in open("rows")]
	keys = [row["remote_key"] for row in rows if "remote_key" in row]
	assert keys == open("keys.txt").read().splitlines(), keys'

# --- Other ways to the store ----------------------------------------------

start_store
S3_DIR=$WORK/virtual
start_store
check put/virtual-host "$CONSIGN" put file k/v --addressing virtual \
    --endpoint "http://localhost:$S3_PORT" --bucket "$BUCKET" --region "$REGION"
check put/virtual-host-path-free all_canonical
check put/virtual-host-same-object same k/v file
try put/virtual-host-needs-a-name 2/config_invalid \
    put file k/v --addressing virtual

start_store --session-token a-session-token-of-these-tests
export AWS_SESSION_TOKEN=a-session-token-of-these-tests
check put/session-token put file token
export AWS_SESSION_TOKEN=b-session-token-of-these-tests
try put/session-token-wrong 4/auth_rejected put file token2
unset AWS_SESSION_TOKEN
try put/session-token-missing 4/auth_rejected put file token2
MY_TOKEN=a-session-token-of-these-tests
export MY_TOKEN
check put/session-token-ref put file token3 --session-token-ref env:MY_TOKEN

S3_DIR=$WORK/versions
start_store --versioned
check put/versioned expect_status 0 put file v/key --json
check put/versioned-id [ -n "$(row version_id)" ]
check put/versioned-proof grep -q "\"op\":\"GET\".*\
\"query\":\"versionId=$(row version_id)\"" "$S3_LOG"
check put/versioned-skip asked 'HEAD GET' put file v/key
try put/versioned-conflict 6/remote_conflict put other v/key
check put/versioned-kept [ "$(kept)" -eq 1 ]

for kind in cloudflare-r2 backblaze-b2 minio generic-s3; do
	check "put/kind-$kind" put file "kind/$kind" --provider-kind "$kind"
done

# --- What is refused before anything is sent ------------------------------

# refused NAME STATUS/CODE OPTION...
refused() {
	forget_requests
	refused_name=$1
	refused_status=$2
	shift 2
	if ! expect_status "$refused_status" put "$@"; then
		fail "$refused_name" "$why"
	elif [ -s "$S3_LOG" ]; then
		fail "$refused_name" "asked $(ops)"
	else
		pass "$refused_name"
	fi
}

refused put/dry-run 0 file dry --dry-run
refused put/no-class-a 3/put_ceiling_exceeded file ceiling --max-puts 0
refused put/bytes-up 3/put_ceiling_exceeded file ceiling --max-bytes-up 299999
refused put/bytes-down 3/put_ceiling_exceeded file ceiling \
    --max-bytes-down 299999
check put/ceilings-just-met put file ceiling --max-puts 1 \
    --max-bytes-up 300000 --max-bytes-down 300000
truncate -s 5368709121 too-large
refused put/too-large 3/plan_unfit too-large large
refused put/root 3/approval_required file root --root "$WORK"
mkdir with-root
echo 'archive: found' > with-root/consign.yaml
cd with-root || exit 1
refused put/root-found 3/approval_required "$WORK/file" root
