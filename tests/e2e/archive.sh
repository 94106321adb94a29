# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of what an archive has on record.  To be sourced after lib.sh.

. "$ROOT/tests/e2e/night.sh"

# climb_to TIER: the store proves so many tiers to the archive $A
climb_to() {
	climb_n=0
	while [ "$climb_n" -le "$1" ]; do
		# shellcheck disable=SC2086  # options
		consign prove $YES --tier $climb_n > climb.out 2>&1 || {
			fail climb "tier $climb_n: $(cat climb.out)"
			exit 1
		}
		climb_n=$((climb_n + 1))
	done
}

# latest PATH FIELD: of the last row that says what came of that path
latest() {
	ledger | grep -E '"kind":"(proof|fail|adopt)"' |
	    grep -F "\"path\":\"$1\"" | tail -n 1 |
	    sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p"
}

# verdict PATH: its result_status, proof and availability
verdict() {
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
