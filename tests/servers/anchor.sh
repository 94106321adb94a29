# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Anchors at a real server, of the archive of push.sh: written, read back,
# listed, and a ledger that was cut off.  Sourced by run.sh, last of all; see
# lib.sh for the variables.

check_anchor() {
	local ledger=$state/night/.consign/ledger.jsonl rows
	check "$server/anchor-key" "$CONSIGN" key new box --root "$state/night"
	printf 'anchor: check\n' >"$state/night/consign.yaml"
	night anchor 0 push
	rows=$(wc -l <"$ledger")
	night anchor-fits 0 ledger anchor
	check "$server/anchor-two" [ \
	    "$(find "$state/night/.consign/anchors" -type f | wc -l)" -eq 2 ]
	head -n "$rows" "$ledger" >"$state/cut"
	cp "$state/cut" "$ledger"
	rm "$state/night/.consign/manifest.jsonl"
	night anchor-rolled-back 6/ledger_rolled_back push
}
