# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# Archives on a running store, for tests of what is done with them.  To be
# sourced after lib.sh and start_store; $A is the archive's root.

AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
AT="$AT --backoff-base 10ms"
YES='--approve --reviewed-by kim'

# consign COMMAND [OPTION...]: on the archive $A
consign() {
	command=$1
	shift
	# shellcheck disable=SC2086  # options
	"$CONSIGN" "$command" --root "$A" $AT "$@"
}

# climb TIER: the store proves so many tiers to the archive
climb() {
	tier=0
	while [ "$tier" -le "$1" ]; do
		# shellcheck disable=SC2086
		consign prove $YES --tier $tier > climb.out 2>&1 || {
			fail climb "tier $tier: $(cat climb.out)"
			exit 1
		}
		tier=$((tier + 1))
	done
}

# id FILE: its object id;  key FILE: where it goes
id() {
	echo "sha256:$(sha256sum < "$1" | cut -c 1-64)"
}
key() {
	sha256sum < "$1" | sed 's,^\(..\)\([0-9a-f]*\).*,sha256/\1/\1\2,'
}

# ended FIELD: its number in the last row of the ledger, an "end"
ended() {
	tail -n 1 "$A/.consign/ledger.jsonl" |
	    sed -n "s/.*\"kind\":\"end\".*\"$1\":\([0-9]*\).*/\1/p"
}

# latest PATH FIELD: of the last row that says what came of that path
latest() {
	grep -E '"kind":"(proof|fail|adopt)"' "$A/.consign/ledger.jsonl" |
	    grep -F "\"path\":\"$1\"" | tail -n 1 |
	    sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p"
}

# outcome PATH: its result_status, proof and availability
outcome() {
	echo "$(latest "$1" result_status) $(latest "$1" proof)" \
	    "$(latest "$1" availability)"
}

# receipt PATH FIELD: of the receipt that the last such row names
receipt() {
	sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p" \
	    "$A"/.consign/receipts/*/"$(latest "$1" receipt).json"
}

# listed PATH FIELD: of its line of the manifest
listed() {
	grep -F "{\"path\":\"$1\"" "$A/.consign/manifest.jsonl" |
	    sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p"
}

# whole: the ledger's chain is; the manifest is what it would be made anew
whole() {
	sh "$ROOT/docs/verify-ledger.sh" "$A/.consign/ledger.jsonl" &&
	    cp "$A/.consign/manifest.jsonl" kept.manifest &&
	    "$CONSIGN" ledger rebuild --root "$A" > whole.out 2>&1 &&
	    cmp kept.manifest "$A/.consign/manifest.jsonl"
}

# store_do METHOD KEY [FILE]: by somebody else
store_do() {
	hash=$(sha256sum < "${3:-/dev/null}" | cut -c 1-64)
	curl -sf -o curl.out -X "$1" --aws-sigv4 "aws:amz:$REGION:s3" \
	    -H "x-amz-content-sha256: $hash" \
	    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    ${3:+--data-binary @"$3"} "$ENDPOINT/$BUCKET/$2"
}
