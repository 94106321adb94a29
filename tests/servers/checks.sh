# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What consign must do against any server.  Sourced by run.sh; see lib.sh for
# the variables.  Every check has keys of its own.

# same NAME FILE KEY: get of KEY yields the bytes of FILE
same() {
	rm -f "$work/got"
	if consign get --key "$3" -o "$work/got"; then
		verdict "$1" 'other bytes came back' cmp -s "$2" "$work/got"
	else
		fail "$1" "get: status $?: $(head -c 400 "$work/err")"
	fi
}

# there NAME FILE KEY: another client finds the bytes of FILE at KEY
there() {
	local status
	status=$("${server}_peek" "$3" "$work/peeked")
	if [ "$status" = 200 ]; then
		verdict "$1" 'another client finds other bytes' \
		    cmp -s "$2" "$work/peeked"
	else
		fail "$1" "another client got status $status"
	fi
}

# requests KEY [METHOD [STATUS]]: how many of them the fronts have seen
requests() {
	grep -c "\"${2:-.*} /$bucket/$1 HTTP/1.1\" ${3:-}" \
	    "$work/nginx-access.log"
}

check_sizes() {
	local name
	: >"$work/0"
	printf x >"$work/1"
	head -c 20M /dev/urandom >"$work/20M"
	for name in 0 1 20M; do
		ends "$server/put-$name" 0 '' put "$work/$name" "size/$name"
		same "$server/get-$name" "$work/$name" "size/$name"
		there "$server/stored-$name" "$work/$name" "size/$name"
	done
}

# The same object over each kind of connection, each into the other's place.
check_connections() {
	local kind endpoint
	for kind in http https_ec https_rsa; do
		endpoint=${!kind}
		ends "$server/put-$kind" 0 '' put "$work/20M" "over/$kind"
		same "$server/get-$kind" "$work/20M" "over/$kind"
		ends "$server/skip-$kind" 0 '' put "$work/20M" over/http
	done
}

# No request is sent to a server that is not trusted.
check_untrusted() {
	local name
	for name in expired wrong_name; do
		name=https_$name
		endpoint=${!name} ends "$server/refused-$name" 5 \
		    tls_untrusted put "$work/1" refused
	done
	ca=$tls/other_ca.pem ends "$server/refused-other-ca" 5 \
	    tls_untrusted put "$work/1" refused
	verdict "$server/untrusted-saw-nothing" 'a request was sent' \
	    [ "$(requests refused)" = 0 ]
}

check_conflict() {
	printf 'first\n' >"$work/first"
	printf 'other\n' >"$work/other"
	printf 'longer than the first\n' >"$work/longer"
	ends "$server/put-first" 0 '' put "$work/first" conflict
	ends "$server/put-same-again" 0 '' put "$work/first" conflict
	ends "$server/conflict" 6 remote_conflict put "$work/other" conflict
	ends "$server/conflict-of-size" 6 remote_conflict \
	    put "$work/longer" conflict
	there "$server/conflict-unchanged" "$work/first" conflict
	verdict "$server/written-once" 'not one PUT' \
	    [ "$(requests conflict PUT 200)" = 1 ]
}

check_missing() {
	ends "$server/get-missing-key" 1 not_found \
	    get --key missing -o "$work/none"
	verdict "$server/get-missing-leaves-nothing" 'a file was left' \
	    [ ! -e "$work/none" ]
	bucket=no-such-bucket ends "$server/put-missing-bucket" 2 \
	    no_such_bucket put "$work/1" key
	bucket=no-such-bucket ends "$server/get-missing-bucket" 2 \
	    no_such_bucket get --key key -o "$work/none"
}

check_credentials() {
	key_id=nobody:here ends "$server/unknown-key-id" 4 auth_rejected \
	    put "$work/1" credentials
	if [ "$server" = s3rver ]; then
		skip "$server/wrong-secret" 'it checks no signature'
		skip "$server/wrong-region" 'it takes any region'
	else
		secret=not-the-right-secret ends "$server/wrong-secret" 4 \
		    auth_rejected put "$work/1" credentials
		region=eu-west-1 ends "$server/wrong-region" 2 wrong_region \
		    put "$work/1" credentials
		verdict "$server/wrong-region-names-the-right-one" \
		    "not in: $(head -c 400 "$work/err")" \
		    grep -qw "$region" "$work/err"
	fi
	verdict "$server/nothing-stored" 'an object is there' \
	    [ "$("${server}_peek" credentials "$work/peeked")" = 404 ]
}

# Keys that a client must encode, and those that it must not normalise.
keys=(
	'plain' 'with space' ' lead' 'plus+plus' 'a=b&c=d' '100%' '%41%2F'
	"~!*'()" "\$@:;,?#[]" '"<>\^`{|}' 'deep/er/and deeper/+' 'end/.'
	'Grüße-日本-😀' '-dash' './dot/../dots'
)

check_keys() {
	local key n=0
	local -a plain=("${keys[@]}")
	# s3rver maps keys to files, whose names cannot have empty parts.
	[ "$server" = s3rver ] || plain+=('two//slashes' 'slash/')
	for key in "${plain[@]}"; do
		n=$((n + 1))
		printf '%s' "$key" >"$work/key"
		ends "$server/put-key-$n($key)" 0 '' put "$work/key" "k/$key"
		same "$server/get-key-$n($key)" "$work/key" "k/$key"
	done
	[ "$server" = swift ] || return 0
	printf 'k/%s\n' "${plain[@]}" | LC_ALL=C sort >"$work/names"
	swift_names k/ | LC_ALL=C sort >"$work/names-there"
	verdict "$server/key-names" 'the server knows other names' \
	    cmp -s "$work/names" "$work/names-there"
}

# Without an archive root nothing is kept.
check_no_state() {
	verdict "$server/no-state" 'files were left in the working folder' \
	    [ -z "$(ls -A "$work/empty")" ]
}

check_server() {
	check_sizes
	check_connections
	check_untrusted
	check_conflict
	check_missing
	check_credentials
	check_keys
	check_no_state
}
