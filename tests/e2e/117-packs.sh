#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# History packs: what a run leaves in the store of its own history, that it is
# counted and bounded, and what is left for the next run where it cannot.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

start_store
A=$WORK/photos
mkdir -p "$A"
"$CONSIGN" key new nas1 --root "$A" > writers.yaml

# pack N FIELD: of the N-th row of that kind, $ the last
pack() {
	ledger | grep '"kind":"pack"' | sed -n "$1p" |
	    sed 's/.*"'"$2"'":"\{0,1\}\([^",}]*\).*/\1/'
}
# stored N: that pack, as the store has it
stored() {
	stored_sum=$(printf %s "$(pack "$1" remote_key)" | sha256sum |
	    cut -c 1-64)
	cat "$S3_DIR/$BUCKET/o/$stored_sum"/*.data
}
# fresh N: N files that were not there before
fresh_n=0
fresh() {
	for _ in $(seq "$1"); do
		fresh_n=$((fresh_n + 1))
		echo "file $fresh_n" > "$A/$fresh_n"
	done
}

# --- When -------------------------------------------------------------------

climb_to 1
check off/none [ "$(rows pack)" = 0 ]
echo 'remote_receipts: true' > "$A/consign.yaml"
# shellcheck disable=SC2086  # options
consign prove $YES --tier 2 > prove.out 2>&1 || fail prove "$(cat prove.out)"
check on/all [ "$(rows pack) $(pack 1 from_seq)" = "1 0" ]
fresh 3
try plan 0 consign plan
check plan/says grep -q '^history packs  *1$' out
check plan/counts grep -q '^class A requests  *4 ' out
try dry-run 0 consign push --dry-run
check dry-run/none [ "$(rows pack)" = 1 ]
forget_requests
try push 0 push --json
check push/counted counted
check push/uploaded [ "$(row uploaded)" = 3 ]
check push/pack [ "$(rows pack) $(pack 2 from_seq)" = \
    "2 $(pack 1 to_seq)" ]
check push/order [ "$(ledger | tail -n 5 |
    sed 's/.*"kind":"\([a-z]*\)".*/\1/' | xargs)" = \
    "checkpoint reserve pack end checkpoint" ]
check push/to-checkpoint sh -c "sed -n $(pack 2 to_seq)p \
    '$A/.consign/ledger.jsonl' | grep -q '\"kind\":\"checkpoint\"'"
try verify 0 consign verify
check verify/none [ "$(rows pack)" = 2 ]
try nothing-new 0 push
check nothing-new/pack [ "$(rows pack)" = 3 ]
check history/whole whole

# --- What -------------------------------------------------------------------

stored 2 > pack
from=$(pack 2 from_seq)
to=$(pack 2 to_seq)
check pack/digest [ "$(sha256sum < pack | cut -c 1-64)" = \
    "$(pack 2 sha256)" ]
check pack/size [ "$(wc -c < pack)" = "$(pack 2 size_bytes)" ]
check pack/name [ "$(pack 2 remote_key)" = \
    "consign/photos/history/$(printf '%012d-%012d' "$from" "$to")" ]
check pack/bytes [ "$(ledger | head -n "$to" | wc -c)" = \
    "$(pack 2 to_bytes)" ]
check pack/rows sh -c "sed -n '2,$((1 + to - from))p' pack > rows.pack
    sed -n '$((from + 1)),${to}p' '$A/.consign/ledger.jsonl' |
    cmp - rows.pack"
sed "1,$((1 + to - from))d" pack > receipts.pack
sed -n 's/.*"receipt":"\([^"]*\)".*/\1/p' rows.pack |
    while read -r id; do
	cat "$A"/.consign/receipts/*/"$id.json"
done > receipts.here
check pack/receipts cmp receipts.here receipts.pack

# consign-history(5): a ledger from packs, by hand
i=1
while [ "$i" -le 3 ]; do
	stored $i > pack.$i
	i=$((i + 1))
done
for p in pack.1 pack.2 pack.3; do
	n=$(($(sed -n '1s/.*"from_seq":\([0-9]*\),"to_seq":\([0-9]*\).*/\2 - \1/p' $p)))
	sed -n "2,$((n + 1))p" $p
done > by-hand.jsonl
check by-hand/chain sh "$ROOT/docs/verify-ledger.sh" by-hand.jsonl
check by-hand/same sh -c "head -n $(pack 3 to_seq) \
    '$A/.consign/ledger.jsonl' | cmp - by-hand.jsonl"

# --- What stands in the way -------------------------------------------------

# unsent NAME STATUS [OPTION...]: the object is proven, the pack comes later
unsent() {
	unsent_name=$1
	unsent_status=$2
	shift 2
	fresh 1
	unsent_from=$(pack '$' to_seq)
	unsent_n=$(rows pack)
	try "$unsent_name" "$unsent_status" push "$@"
	check "$unsent_name/none" [ "$(rows pack)" = "$unsent_n" ]
	check "$unsent_name/proven" [ "$(outcome main/$fresh_n)" = uploaded ]
	check "$unsent_name/end-ok" [ "$(ledger | tail -n 2 |
	    grep -c '"result":"ok"')" = 1 ]
	check "$unsent_name/fresh" "$CONSIGN" status --root "$A" --max-age 1h
	faults
	try "$unsent_name/next" 0 push
	check "$unsent_name/next-from" [ "$(pack '$' from_seq)" = \
	    "$unsent_from" ]
}

try ceiling/gate 3/put_ceiling_exceeded sh -c "echo new > '$A/new' &&
    '$CONSIGN' push --root '$A' $(at_store) $YES --max-puts 1"
faults 'PUT consign/photos/history/* status:503'
unsent down 5 --max-attempts 2
faults 'GET consign/photos/history/* corrupt'
unsent wrong-bytes 6
faults 'PUT consign/photos/history/* status:403/AccessDenied'
unsent denied 4/permission_denied
faults 'PUT consign/photos/history/* lose-answer times=1'
fresh 1
try lost-answer 0 push
check lost-answer/pack [ "$(pack '$' from_seq)" = \
    "$(pack "$(($(rows pack) - 1))" to_seq)" ]
faults

# Killed when the pack is there, and its row is not.
fresh 1
before=$(pack '$' to_seq)
forget_requests
hold 'GET consign/photos/history/* delay:600000'
# shellcheck disable=SC2046,SC2086  # options
"$CONSIGN" push --root "$A" $(at_store) $YES > killed.out 2>&1 &
held 1
kill -9 $!
wait $! 2> /dev/null
release
settled
try killed/next 0 push
check killed/from [ "$(pack '$' from_seq)" = "$before" ]

# A receipt that is gone is said, and its line is empty.
fresh 1
faults 'PUT consign/photos/history/* status:503'
push --max-attempts 1 > lost.out 2>&1
faults
rm "$A"/.consign/receipts/*/"$(latest main/$fresh_n receipt).json"
push > lost.out 2>&1
check lost-receipt/said grep -q 'receipts are missing or changed' lost.out
stored '$' > pack
check lost-receipt/empty [ "$(grep -c '^$' pack)" = 1 ]

# --- Many -------------------------------------------------------------------

# Bounded by what one part may be: here by the least, 1 MiB.
A=$WORK/many
mkdir "$A"
climb
fresh 600
echo 'remote_receipts: true' > "$A/consign.yaml"
try many 0 push --multipart-part-size 1M --allow-tiny-parts
check many/packs [ "$(rows pack)" -ge 2 ]
check many/bounded [ "$(pack 1 size_bytes)" -le 1048576 ]
check many/full [ "$(pack 1 size_bytes)" -gt 1000000 ]
A=$WORK/again
mkdir "$A"
# shellcheck disable=SC2086  # options
try many/rebuilt 0 consign ledger rebuild --from-store --archive-id many \
    $YES --json
check many/all [ "$(row end)" = complete ]
check many/receipts [ "$(row receipts_lost)" = 0 ]

# Another bucket has none of it.
stop_store
S3_DIR=$WORK/other
A=$WORK/photos
start_store
climb_to 1
check elsewhere/all [ "$(pack '$' from_seq)" = 0 ]
