#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A night on loopback: an archive root with the sources of this program as
# tar files, a store over TLS that proves itself tier by tier, the push, a
# second one with nothing to do, and one that finds what the store has lost.
. "$(dirname "$0")/lib.sh"

step=0
say() {
	step=$((step + 1))
	printf '\n%d. %s\n\n' "$step" "$1"
}

# show NAME STATUS COMMAND...: the command, what it says (digests cut short),
# and whether it ends with that status
show() {
	show_name=$1
	show_status=$2
	shift 2
	echo "   \$ $*"
	if [ "$1" = consign ]; then
		shift
		"$CONSIGN" "$@" > said 2>&1
	else
		"$@" > said 2>&1
	fi
	got=$?
	sed 's/\([0-9a-f]\{12\}\)[0-9a-f]\{52\}/\1.../; s/^/     /' said
	check "demo/$show_name" [ "$got" -eq "$show_status" ]
}

# asked NAME OPS: what the store was asked since forget_requests, by kind
asked() {
	echo "     the store was asked: $(ops)"
	check "demo/$1" [ "$(ops)" = "$2" ]
}

say "A store starts on this machine, with TLS and an authority of its own."
start_tls_store server-ec
echo "     $ENDPOINT"

say "The archive: these sources, in three tar files."
mkdir vault vault/2025 vault/2026
tar -C "$ROOT" -czf vault/2025/vectors.tar.gz vectors
tar -C "$ROOT" -czf vault/2026/sources.tar.gz Makefile src cross
tar -C "$ROOT" -czf vault/2026/manuals.tar.gz docs LICENSE
show archive 0 find vault -name '*.gz' -size +0

say "It begins: a consign.yaml, to which the store is added."
show init 0 consign init vault
cat >> vault/consign.yaml <<END

stores:
  nas:
    provider_kind: generic-s3
    endpoint: $ENDPOINT
    bucket: $BUCKET
    region: $REGION
    ca_file: $CA
END
show settings 0 tail -n 6 vault/consign.yaml

say "What a push would do, and what it would cost.  Nothing is sent."
show plan 0 consign plan vault

yes='--approve --reviewed-by kim'
say "Too early: the store has proven nothing, so three objects are refused."
# shellcheck disable=SC2086  # options
show refused 3 consign push vault $yes
check demo/nothing-sent [ "$(requests ANY)" -eq 0 ]

say "The store climbs, tier by tier, with tiny objects that are removed again."
for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	show tier-$tier 0 consign prove --root vault --tier $tier -v $yes
done
check demo/left-nothing [ "$(kept)" -eq 0 ]

say "The night's push.  Each object counts when it was read back and hashed."
forget_requests
# shellcheck disable=SC2086
show push 0 consign push vault --jobs 1 -v $yes
asked asked 'HEAD PUT GET HEAD PUT GET HEAD PUT GET'

say "The next night: every object is still what was proven.  Nothing is sent."
forget_requests
# shellcheck disable=SC2086
show nothing-to-do 0 consign push vault --jobs 1 -v $yes
asked asked-nothing 'HEAD HEAD HEAD'

lost=$(sha256sum < vault/2026/sources.tar.gz |
    sed 's,^\(..\)\([0-9a-f]*\).*,sha256/\1/\1\2,')
say "The store loses an object.  The night after finds that, and sends it."
echo "     gone: $lost"
rm -r "$S3_DIR/$BUCKET/o/$(printf %s "$lost" | sha256sum | cut -c 1-64)"
forget_requests
# shellcheck disable=SC2086
show found 0 consign push vault --jobs 1 -v $yes
asked asked-lost 'HEAD HEAD HEAD PUT GET'

say "What history says of the store, and of that object, sent twice."
show status 0 consign status vault
id=sha256:$(sha256sum < vault/2026/sources.tar.gz | cut -c 1-64)
show receipts 0 consign receipts vault --only "$id"
receipt=$(find vault/.consign/receipts -name \
    "$(tail -n 1 said | cut -d ' ' -f 1).json")

say "The receipt of the second time, as it stands on the disk."
show receipt 0 sed 's/,"/,\n "/g' "$receipt"
check demo/sent-again grep -q '"result_status":"uploaded"' "$receipt"

say "History is a chain that a shell can check."
show ledger 0 consign ledger verify --root vault
show busybox 0 sh "$ROOT/docs/verify-ledger.sh" vault/.consign/ledger.jsonl

say "The object comes back, and is the same."
show get 0 consign get main/2026/sources.tar.gz --root vault -v \
    -o restored.tar.gz
show same 0 cmp restored.tar.gz vault/2026/sources.tar.gz
mkdir restored
show unpack 0 tar -C restored -xzf restored.tar.gz
show unpacked 0 ls restored restored/src
echo
