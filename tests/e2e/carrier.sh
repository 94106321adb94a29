# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of consign resolve: a producer with an archive, and an observer,
# each a user of its own.  To be sourced after lib.sh.  Only root can be others:
# without it, or without setpriv(1), all is one SKIP.
#
#	A, LEDGER	the archive, its ledger
#	KEY		the producer's private key
#	SAFE		a folder of root's, with writers.yaml in it: $WRITERS

. "$ROOT/tests/e2e/night.sh"

PRODUCER=12341
OBSERVER=23452
RESIGN=$ROOT/tests/e2e/resign.py

if [ "$(id -u)" -ne 0 ] || ! command -v setpriv > where; then
	skip other-users 'needs root and setpriv'
	exit 0
fi

# as USER COMMAND...
as() {
	as_user=$1
	shift
	setpriv --reuid "$as_user" --regid "$as_user" --clear-groups "$@"
}

# Not below /tmp, which anybody may write to.
SAFE=$(mktemp -d /run/consign-test.XXXXXX) || exit 2
WRITERS=$SAFE/writers.yaml
chmod 755 "$SAFE" "$WORK"
trap 'rm -rf "$SAFE"; cleanup' EXIT

# produce COMMAND [OPTION...]: the producer's, at the store
produce() {
	produce_what=$1
	shift
	# shellcheck disable=SC2046,SC2086  # options
	as $PRODUCER "$CONSIGN" "$produce_what" --root "$A" $(at_store) \
	    $YES "$@"
}

# admit FILE [OPTION...]: it is pushed
admit() {
	admit_file=$1
	shift
	produce push --only "$(object "$admit_file")" "$@" > admit.out 2>&1 || {
		fail admit "$(cat admit.out)"
		exit 1
	}
}

# allow KEY NAME GRANTS [FIELD...]: an entry of writers.yaml more
allow() {
	[ -e "$WRITERS" ] || echo writers: > "$WRITERS"
	allow_key=$(openssl pkey -in "$1" -pubout -outform DER | base64 -w 0)
	printf '  %s:\n    archive: %s\n    public_key: %s\n    grants: [%s]\n' \
	    "$2" "$(basename "$A")" "$allow_key" "$3" >> "$WRITERS"
	shift 3
	for allow_field; do
		echo "    $allow_field" >> "$WRITERS"
	done
	chmod 644 "$WRITERS"
}

# carrier NAME: an archive with the file $A/a, admitted, proven and signed
carrier() {
	A=$WORK/$1
	LEDGER=$A/.consign/ledger.jsonl
	mkdir -p "$A"
	echo "the first" > "$A/a"
	chown -R $PRODUCER "$A"
	as $PRODUCER "$CONSIGN" key new nas1 --root "$A" > key.out || exit 1
	KEY=$A/.consign/keys/nas1.key
	rm -f "$WRITERS"
	allow "$KEY" nas1 'admit, upload, verify'
	admit "$A/a"
	ask_for a
}

# ask_for FILE: the right request for it, in q_...
ask_for() {
	as $PRODUCER "$CONSIGN" ls --root "$A" --json > listed.out || exit 1
	grep -F "{\"path\":\"main/$1\"," listed.out > out
	q_path=$A/$1
	q_hash=$(object "$A/$1")
	q_algorithm=sha256
	q_version=consign-path-1
	q_origin=$(row origin)
	q_ref=$(row admission_ref)
	trusted=$q_hash
}

# resolve [OPTION...]: what q_... ask for; an empty one is not given
resolve() {
	as $OBSERVER "$CONSIGN" resolve --root "$A" --writers "$WRITERS" \
	    ${q_path:+--artifact-path "$q_path"} \
	    ${q_hash:+--artifact-hash "$q_hash"} \
	    ${q_algorithm:+--hash-algorithm "$q_algorithm"} \
	    ${q_version:+--canonicalization-version "$q_version"} \
	    ${q_origin:+--origin "$q_origin"} \
	    ${q_ref:+--admission-ref "$q_ref"} "$@"
}

# refused CODE COMMAND...: is it, with this code, and in the right words?
refused() {
	refused_code=$1
	shift
	"$@" > out 2> err
	got=$?
	cat out err
	[ "$got" -eq 10 ] && [ "$(wc -l < err)" -eq 1 ] &&
	    [ "$(cat out)" = \
	    "{\"result\":\"FAIL_CLOSED\",\"code\":\"$refused_code\"}" ] &&
	    grep -Eq "^consign: fail_closed: $refused_code: [^;]+; .+" err
}

# refuse NAME CODE [OPTION...]: a test that resolve ends so
refuse() {
	refuse_name=$1
	shift
	refuse_code=$1
	shift
	check "$refuse_name" refused "$refuse_code" resolve "$@"
}

# trusts COMMAND...: does it, and is the hash the right one?
trusts() {
	"$@" > out 2> err
	got=$?
	cat out err
	[ "$got" -eq 0 ] && [ ! -s err ] && [ "$(wc -l < out)" -eq 1 ] &&
	    grep -qF "{\"trusted_attested.artifact_hash\":\"$trusted\"," out
}

# trust NAME [OPTION...]: a test that resolve does
trust() {
	trust_name=$1
	shift
	check "$trust_name" trusts resolve "$@"
}

# forged [KEY...] < ROWS: the ledger is that
forged() {
	"$RESIGN" "$@" > forged.new || exit 1
	cat forged.new > "$LEDGER"
}

# reference PATTERN: SEQ:CHAIN of the last such row
reference() {
	grep "$1" "$LEDGER" | tail -n 1 |
	    sed 's/^{"seq":\([0-9]*\),.*"chain":"\([0-9a-f]*\)"}$/\1:\2/'
}
