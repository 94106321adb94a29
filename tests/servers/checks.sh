# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What consign must do against any server.  Sourced by run.sh; see lib.sh for
# the variables.  Every check has keys of its own.

# same NAME FILE KEY: get of KEY yields the bytes of FILE
same() {
	rm -f "$state/got"
	if consign get --key "$3" -o "$state/got" 2>err; then
		check "$1" cmp "$2" "$state/got"
	else
		fail "$1" "get: status $?: $(head -c 400 err)"
	fi
}

# there NAME FILE KEY: another client finds the bytes of FILE at KEY
there() {
	local status
	status=$("${server}_peek" "$3" "$state/peeked")
	if [ "$status" = 200 ]; then
		check "$1" \
		    cmp "$2" "$state/peeked"
	else
		fail "$1" "another client got status $status"
	fi
}

# requests KEY [METHOD [STATUS]]: how many of them the fronts have seen
requests() {
	grep -c "\"${2:-.*} /$BUCKET/$1 HTTP/1.1\" ${3:-}" \
	    "$state/nginx-access.log"
}

check_sizes() {
	local name
	: >"$state/0"
	printf x >"$state/1"
	head -c 20M /dev/urandom >"$state/20M"
	for name in 0 1 20M; do
		ends "$server/put-$name" 0 put "$state/$name" "size/$name"
		same "$server/get-$name" "$state/$name" "size/$name"
		there "$server/stored-$name" "$state/$name" "size/$name"
	done
}

# From standard input: one PUT, exactly a part of 5 MiB, and parts.
check_pipes() {
	local name input
	head -c 5M /dev/urandom >"$state/5M"
	for name in 0 1 5M 20M; do
		input=$state/$name
		ends "$server/pipe-$name" 0 put - "pipe/$name"
		input=
		same "$server/pipe-get-$name" "$state/$name" "pipe/$name"
		there "$server/pipe-stored-$name" "$state/$name" "pipe/$name"
		input=$state/$name
		ends "$server/pipe-again-$name" 0 put - "pipe/$name"
	done
	input=$state/5M
	ends "$server/pipe-conflict" 6 put - pipe/20M
}

# The same object over each kind of connection, each into the other's place.
check_connections() {
	local kind ENDPOINT
	for kind in http server-ec server-rsa; do
		ENDPOINT=${https[$kind]:-$http}
		ends "$server/put-$kind" 0 put "$state/20M" "over/$kind"
		same "$server/get-$kind" "$state/20M" "over/$kind"
		ends "$server/skip-$kind" 0 put "$state/20M" over/http
	done
}

# No request is sent to a server that is not trusted.
check_untrusted() {
	local name
	for name in expired wrongname; do
		ENDPOINT=${https[$name]} ends "$server/refused-$name" \
		    5/tls_untrusted put "$state/1" refused
	done
	CA=$CERTS/other.pem ends "$server/refused-other-ca" \
	    5/tls_untrusted put "$state/1" refused
	check "$server/untrusted-saw-nothing" \
		    [ "$(requests refused)" = 0 ]
}

check_conflict() {
	printf 'first\n' >"$state/first"
	printf 'other\n' >"$state/other"
	printf 'longer than the first\n' >"$state/longer"
	ends "$server/put-first" 0 put "$state/first" conflict
	ends "$server/put-same-again" 0 put "$state/first" conflict
	ends "$server/conflict" 6/remote_conflict put "$state/other" conflict
	ends "$server/conflict-of-size" 6/remote_conflict \
	    put "$state/longer" conflict
	there "$server/conflict-unchanged" "$state/first" conflict
	check "$server/written-once" \
		    [ "$(requests conflict PUT 200)" = 1 ]
}

check_missing() {
	ends "$server/get-missing-key" 1/not_found \
	    get --key missing -o "$state/none"
	check "$server/get-missing-leaves-nothing" \
		    [ ! -e "$state/none" ]
	BUCKET=no-such-bucket ends "$server/put-missing-bucket" \
	    2/no_such_bucket put "$state/1" key
	BUCKET=no-such-bucket ends "$server/get-missing-bucket" \
	    2/no_such_bucket get --key key -o "$state/none"
}

check_credentials() {
	AWS_ACCESS_KEY_ID=nobody:here ends "$server/unknown-key-id" \
	    4/auth_rejected put "$state/1" credentials
	if [ "$server" = s3rver ]; then
		skip "$server/wrong-secret" 'it checks no signature'
		skip "$server/wrong-region" 'it takes any region'
	else
		AWS_SECRET_ACCESS_KEY=not-the-right-secret \
		    ends "$server/wrong-secret" 4/auth_rejected \
		    put "$state/1" credentials
		REGION=eu-west-1 ends "$server/wrong-region" 2/wrong_region \
		    put "$state/1" credentials
		check "$server/wrong-region-names-the-right-one" \
		    grep -w "$REGION" err
	fi
	check "$server/nothing-stored" \
		    [ "$("${server}_peek" credentials "$state/peeked")" = 404 ]
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
		printf '%s' "$key" >"$state/key"
		ends "$server/put-key-$n($key)" 0 put "$state/key" "k/$key"
		same "$server/get-key-$n($key)" "$state/key" "k/$key"
	done
	[ "$server" = swift ] || return 0
	printf 'k/%s\n' "${plain[@]}" | LC_ALL=C sort >"$state/names"
	swift_names k/ | LC_ALL=C sort >"$state/names-there"
	check "$server/key-names" \
		    cmp "$state/names" "$state/names-there"
}

# Without an archive root nothing is kept.
check_no_state() {
	check "$server/no-state" \
		    [ -z "$(ls -A "$state/empty")" ]
}

check_server() {
	check_sizes
	check_pipes
	check_connections
	check_untrusted
	check_conflict
	check_missing
	check_credentials
	check_keys
	check_no_state
}
