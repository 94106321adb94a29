# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The runbook on an archive, from a store that has proven nothing: one object,
# tier by tier what may be sent then, twenty of them, nothing to do, and an
# object that the server has lost.  Sourced by run.sh; see lib.sh for the
# variables.

# on COMMAND [OPTION...]: on the archive "night", approved
on() {
	consign "$@" --root "$state/night" --approve --reviewed-by kim \
	    --access-key-id-ref env:AWS_ACCESS_KEY_ID \
	    --secret-access-key-ref env:AWS_SECRET_ACCESS_KEY \
	    --multipart-threshold 6M --multipart-part-size 5M
}

# night NAME N[/CODE] COMMAND [OPTION...]
night() {
	local name=$1 status=$2
	shift 2
	try "$server/night-$name" "$status" on "$@"
}

# digest FILE
digest() {
	sha256sum <"$1" | cut -c 1-64
}

# ended: of the last run, "uploaded current remote_same failed"
ended() {
	local end field
	end=$(tail -n 1 "$state/night/.consign/ledger.jsonl")
	for field in uploaded current remote_same failed; do
		sed -n "s/.*\"kind\":\"end\".*\"$field\":\([0-9]*\).*/\1/p" \
		    <<<"$end"
	done | xargs
}

# puts: PUTs below sha256/ that the front has seen
puts() {
	grep -c "\"PUT /$BUCKET/sha256/" "$state/nginx-access.log"
}

# An empty one, an odd name, one in parts, the rest as they come.
twenty() {
	local i
	mkdir -p "$state/night/deep/er"
	for ((i = 1; i <= 17; i++)); do
		head -c $((i * i * 500)) /dev/urandom \
		    >"$state/night/deep/file $i"
	done
	: >"$state/night/empty"
	printf odd >"$state/night/deep/er/Grüße + 100% \"&\".txt"
	head -c 12M /dev/urandom >"$state/night/large"
}

check_tiers() {
	local one two
	one=sha256:$(digest "$state/night/deep/file 1")
	two=sha256:$(digest "$state/night/deep/file 2")
	night all-too-early 3/tiered_gate_unmet push
	night one 0 push --only "$one" --max-objects 1 --skip-uploaded
	night two-too-early 3/tiered_gate_unmet push --only "$one" \
	    --only "$two" --force-reupload
	night tier-2 0 prove --tier 2
	night batch 0 push --only "$one" --only "$two"
	check "$server/night-batch-ended" [ "$(ended)" = '1 1 0 0' ]
	night tier-3 0 prove --tier 3
	night all-still-too-early 3/tiered_gate_unmet push
	night tier-4 0 prove --tier 4
}

check_push() {
	local key before
	twenty
	check_tiers
	night all 0 push
	check "$server/night-all-ended" [ "$(ended)" = '18 2 0 0' ]
	before=$(puts)
	night nothing-to-do 0 push
	check "$server/night-nothing-ended" [ "$(ended)" = '0 20 0 0' ]
	check "$server/night-nothing-sent" [ "$(puts)" = "$before" ]

	key=$(digest "$state/night/deep/file 9")
	key=sha256/${key:0:2}/$key
	check "$server/night-wiped" "${server}_wipe" "$key"
	check "$server/night-is-gone" \
	    [ "$("${server}_peek" "$key" "$state/peeked")" = 404 ]
	night found 0 push
	check "$server/night-found-ended" [ "$(ended)" = '1 19 0 0' ]
	there "$server/night-is-back" "$state/night/deep/file 9" "$key"
	key=$(digest "$state/night/large")
	there "$server/night-large" "$state/night/large" \
	    "sha256/${key:0:2}/$key"
	check "$server/night-ledger" sh "$ROOT/docs/verify-ledger.sh" \
	    "$state/night/.consign/ledger.jsonl"
}
