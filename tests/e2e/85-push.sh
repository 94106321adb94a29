#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# push: a night on an archive.  What is new is sent and proven, what is current
# is left alone, what is missing is found and sent again; gates, bounds, and
# what becomes of an object when something is wrong.
. "$(dirname "$0")/lib.sh"

start_store
AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
YES='--approve --reviewed-by kim'

# push [OPTION...]: of the archive $A, approved
# shellcheck disable=SC2120  # try calls it, too
push() {
	# shellcheck disable=SC2086  # options
	"$CONSIGN" push "$A" $AT $YES "$@"
}

# climb: the store proves all its tiers to the archive $A
climb() {
	for tier in 0 1 2 3 4; do
		# shellcheck disable=SC2086
		"$CONSIGN" prove --root "$A" $AT $YES --tier $tier \
		    > climb.out 2>&1 || {
			fail climb "tier $tier: $(cat climb.out)"
			exit 1
		}
	done
}

# archive NAME: a fresh one, $A, whose store has proven everything
archive() {
	A=$WORK/$1
	mkdir -p "$A"
	climb
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

# outcome PATH: result_status of the last proof or fail row of that path
outcome() {
	grep -E '"kind":"(proof|fail)"' "$A/.consign/ledger.jsonl" |
	    grep -F "\"path\":\"$1\"" | tail -n 1 |
	    sed 's/.*"result_status":"\([a-z_]*\)".*/\1/'
}

# whole: the ledger's chain is; the manifest is what it would be made anew
whole() {
	sh "$ROOT/docs/verify-ledger.sh" "$A/.consign/ledger.jsonl" &&
	    cp "$A/.consign/manifest.jsonl" kept.manifest &&
	    "$CONSIGN" ledger rebuild --root "$A" > whole.out 2>&1 &&
	    cmp kept.manifest "$A/.consign/manifest.jsonl"
}

# --- The gates, before anything is written --------------------------------

A=$WORK/gates
mkdir -p "$A/sub"
echo one > "$A/one"
echo two > "$A/sub/two"
one=$(id "$A/one")
gate() {
	name=gate/$1
	shift
	forget_requests
	try "$name" "$@"
	check "$name-nothing" [ ! -e "$A/.consign" ] && [ ! -s "$S3_LOG" ]
}
# shellcheck disable=SC2086
{
	gate mode 3/approval_required "$CONSIGN" push "$A" $AT
	gate both 2/usage "$CONSIGN" push "$A" $AT --approve --dry-run
	gate reviewer 3/reviewer_required "$CONSIGN" push "$A" $AT --approve
	gate reviewer-form 3/reviewer_required "$CONSIGN" push "$A" $AT \
	    --approve --reviewed-by 'Kim K'
	gate bucket 2/config_invalid "$CONSIGN" push "$A" \
	    --endpoint "$ENDPOINT" --region r $YES
	gate reference 2/config_invalid push --access-key-id-ref AKIA1234
	gate file 3/tiered_gate_unmet push --only "$one" \
	    --secret-access-key-ref "file:$A/one"
	gate objects 3/max_objects_exceeded push --max-objects 1
	gate tier 3/tiered_gate_unmet push
	gate unnamed 3/tiered_gate_unmet push --max-objects 2
	gate only 1/not_found push --only "sha256:$(printf '%064d' 0)"
	gate only-form 2/usage push --only sha256:0
	gate ceiling 3/put_ceiling_exceeded push --only "$one" --max-puts 0
	gate bytes 3/put_ceiling_exceeded push --only "$one" --max-bytes-up 3
	gate month 3/put_ceiling_exceeded push --only "$one" --max-puts-month 0
	gate window 3/outside_window push --only "$one" \
	    --window "$(date -d '+2 hour' +%H:%M)-$(date -d '+3 hour' +%H:%M)"
	gate secret 2/credential_unset env -u AWS_SECRET_ACCESS_KEY \
	    "$CONSIGN" push "$A" $AT $YES --only "$one"
	gate dry 0 "$CONSIGN" push "$A" $AT --dry-run --only "$one"
}

# --- The first object, and the tiers --------------------------------------

forget_requests
try first 0 push --only "$one" --json
check first-outcome [ "$(outcome main/one)" = uploaded ]
check first-counted counted
check first-stored get "$(key "$A/one")" back
check first-proven cmp "$A/one" back
try first-again 0 push --only "$one" --skip-uploaded
check first-current [ "$(ended current)" = 1 ]
try batch-of-two 3/tiered_gate_unmet push
try other-bucket 3/tiered_gate_unmet "$CONSIGN" push "$A" \
    --endpoint "$ENDPOINT" --bucket other-bucket --region "$REGION" \
    --store-ref "generic-s3:$BUCKET" --approve --reviewed-by kim
climb
try all 0 push
check all-quiet [ ! -s out ] && [ ! -s err ]
check all-outcome [ "$(outcome main/sub/two)" = uploaded ]
check all-ended [ "$(ended uploaded)$(ended current)" = 11 ]
check all-whole whole

# --- Nothing to do --------------------------------------------------------

forget_requests
try idle 0 push
check idle-looked [ "$(ops)" = 'HEAD HEAD' ]
check idle-ended [ "$(ended uploaded)$(ended current)" = 02 ]
touch "$A/one"
try touched 0 push
check touched-not-sent [ "$(ended uploaded)$(ended current)" = 02 ]
check touched-admitted [ "$(grep -c '"kind":"admit".*"path":"main/one"' \
    "$A/.consign/ledger.jsonl")" = 2 ]
echo two again > "$A/sub/two"
try changed 0 push
check changed-sent [ "$(ended uploaded)$(ended current)" = 11 ]
: > "$A/empty"
cp "$A/one" "$A/copy of one"
printf 'odd' > "$A/$(printf 'new\nline \377 %%')"
try names 0 push
check names-odd [ "$(outcome 'main/new%0Aline %FF %25')" = uploaded ]
check names-empty [ "$(outcome main/empty)" = uploaded ]
check names-copy [ "$(outcome 'main/copy of one')" = skipped_remote_same ]
check names-whole whole

# --- What the store lost, or has otherwise --------------------------------

# store_do METHOD KEY [FILE]: by somebody else
store_do() {
	hash=$(sha256sum < "${3:-/dev/null}" | cut -c 1-64)
	curl -sf -o curl.out -X "$1" --aws-sigv4 "aws:amz:$REGION:s3" \
	    -H "x-amz-content-sha256: $hash" -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    ${3:+--data-binary @"$3"} "$ENDPOINT/$BUCKET/$2"
}

check wiped store_do DELETE "$(key "$A/sub/two")"
try wiped-push 0 push
check wiped-sent [ "$(ended uploaded)$(ended current)" = 14 ]
check wiped-back get "$(key "$A/sub/two")" back --force
check wiped-bytes cmp "$A/sub/two" back

# Other bytes are never overwritten.
echo three > "$A/three"
tr e E < "$A/three" > other.bytes
check conflict-there store_do PUT "$(key "$A/three")" other.bytes
try conflict 6/remote_conflict push
check conflict-outcome [ "$(outcome main/three)" = \
    remote_conflict_different_bytes ]
check conflict-others [ "$(ended current)$(ended failed)" = 51 ]
check conflict-kept store_do GET "$(key "$A/three")"
check conflict-kept-bytes cmp other.bytes curl.out
try force-other 0 push --only "$(id "$A/three")" --force-reupload
check force-outcome [ "$(outcome main/three)" = uploaded ]
check force-kept get "$(key "$A/three")" back --force
check force-bytes cmp "$A/three" back
try force-same 0 push --only "$(id "$A/three")" --force-reupload
check force-same-sent [ "$(ended uploaded)" = 1 ]
try force-path 3/plan_unfit push --force-reupload --key-strategy path

# Our own bytes, proven wrong by two reads, are removed.
echo four > "$A/four"
faults "GET $(key "$A/four") corrupt"
try wrong 6/verification_failed push
faults
check wrong-outcome [ "$(outcome main/four)" = failed_verification ]
check wrong-removed [ "$(grep -c '"kind":"delete".*proven_wrong' \
    "$A/.consign/ledger.jsonl")" = 1 ]
try wrong-gone 1/not_found get "$(key "$A/four")" back --force
try wrong-later 0 push
check wrong-later-outcome [ "$(outcome main/four)" = uploaded ]

# What could not be read back is neither success nor mismatch.
echo five > "$A/five"
faults "GET $(key "$A/five") status:503"
try unread 5 push --max-attempts 2 --backoff-base 10ms
faults
check unread-kept get "$(key "$A/five")" back --force
echo before > "$A/a first by name"
forget_requests
try unread-later 0 push
check unread-later-outcome [ "$(outcome main/five)" = skipped_remote_same ]
check unread-later-first grep -q "$(key "$A/five")" "$(head -n 1 "$S3_LOG" \
    > first.request; echo first.request)"
check lost-whole whole

# --- Failures of the whole run, and of one object -------------------------

echo six > "$A/six"
echo seven > "$A/seven"
faults 'PUT * status:403/AccessDenied'
try denied 4/permission_denied push --jobs 1
check denied-stopped [ "$(requests PUT)" -ge 1 ]
faults 'PUT * quota'
try quota 5/quota_exceeded push --jobs 1
check quota-stopped [ "$(ended failed)" = 1 ]
faults "PUT $(key "$A/six") status:400/InvalidArgument"
try one-of-two 5/store_refused push
check one-of-two-others [ "$(outcome main/seven)" = uploaded ]
faults
try both 0 push
check failure-receipts [ "$(grep -l '"result_status":"failed_' \
    "$A"/.consign/receipts/*/*.json | wc -l)" -ge 4 ]

# --- Bounds ---------------------------------------------------------------

for i in 1 2 3 4 5; do
	head -c 10000 /dev/urandom > "$A/big$i"
done
try bytes-up 11/suspended push --max-bytes-up 25000
check bytes-up-some [ "$(ended uploaded)" = 2 ]
try bytes-down 11/suspended push --max-bytes-down 15000
check bytes-down-some [ "$(ended uploaded)" = 1 ]
try bytes-rest 0 push
check bytes-rest-some [ "$(ended uploaded)" = 2 ]
spent=$(sed -n '1s/.*"month_class_a_1":\([0-9]*\).*/\1/p' \
    "$A/.consign/manifest.jsonl")
echo eight > "$A/eight"
try month 3/put_ceiling_exceeded push --max-puts-month "$spent"
try month-enough 0 push --max-puts-month $((spent + 20))

# --- The lock -------------------------------------------------------------

echo nine > "$A/nine"
hold "PUT $(key "$A/nine") delay:60000"
# shellcheck disable=SC2119
push > first.out 2>&1 &
holder=$!
held 1
try locked 7/locked push
check locked-holder grep -Eq 'pid [0-9]+ since 20' err
(
	sleep 0.5
	release
) &
try waited 0 push --wait 60s
check waited-current [ "$(ended uploaded)" = 0 ]
wait "$holder"
check bounds-whole whole

# --- A bucket that keeps versions -----------------------------------------

# shellcheck disable=SC2034  # see lib.sh
S3_DIR=$WORK/versions.store
start_store --versioned
AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
archive versions
echo one > "$A/one"
try versions 0 push
try versions-again 0 push
check versions-current [ "$(ended current)" = 1 ]
# Another generation of the same bytes is read, and proven anew.
cp "$A/one" one.now
check rewritten store_do PUT "$(key "$A/one")" one.now
try generation 0 push
check generation-read [ "$(outcome main/one)" = skipped_remote_same ]
try generation-again 0 push
check generation-current [ "$(ended current)" = 1 ]
# Wrong bytes are removed by their version, and nothing else is.
echo two > "$A/two"
faults "GET $(key "$A/two") corrupt"
try version-wrong 6/verification_failed push
faults
check version-removed [ "$(grep -c '"kind":"delete".*"version_id"' \
    "$A/.consign/ledger.jsonl")" = 1 ]
try version-later 0 push
check version-later-outcome [ "$(outcome main/two)" = uploaded ]
check versions-whole whole
