#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A push that is killed at any moment, many times, and then run to its end:
# every object is proven once, no request is uncounted, history is whole, and
# nothing is left behind.  KILLS says how often (200).
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/night.sh"

KILLS=${KILLS:-200}
start_store
AT="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION"
A=$WORK/archive
LEDGER=$A/.consign/ledger.jsonl
mkdir -p "$A"

for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	try "tier$tier" 0 "$CONSIGN" prove --root "$A" $AT $YES --tier $tier
done
mkdir "$A/small"
for i in $(seq 120); do
	head -c $((i * 40)) /dev/urandom > "$A/small/$i"
done
for i in 1 2 3 4 5 6; do
	head -c 700000 /dev/urandom > "$A/large$i"
done

killed=0
n=0
most=100	# ms until a kill: as many as a run takes, however fast that is
while [ "$n" -lt "$KILLS" ]; do
	n=$((n + 1))
	# Something new each night, so that there is something to interrupt.
	for i in 1 2 3; do
		date +%s%N > "$A/small/$((n * 3 % 120 + i))"
	done
	# A leak checker that is killed would complain.
	# shellcheck disable=SC2086
	ASAN_OPTIONS=detect_leaks=0 "$CONSIGN" push "$A" $AT $YES \
	    > kill.out 2> kill.err &
	pid=$!
	sleep "$(awk -v n="$n" -v most="$most" 'BEGIN { srand(n * 7919)
	    printf "%.3f", rand() * most / 1000 }')"
	if kill -9 "$pid" 2> /dev/null; then
		killed=$((killed + 1))
		most=$((most < 3000 ? most * 21 / 20 + 1 : most))
	else
		most=$((most * 9 / 10 + 1))
	fi
	wait "$pid" 2> /dev/null
	[ ! -s kill.err ] || fail "kill$n" "$(cat kill.err)"
done
check killed [ "$killed" -ge $((KILLS / 3)) ]
# shellcheck disable=SC2086
{
	try last 0 "$CONSIGN" push "$A" $AT $YES
	try idle 0 "$CONSIGN" push "$A" $AT $YES
}

check ledger sh "$ROOT/docs/verify-ledger.sh" "$LEDGER"
cp "$A/.consign/manifest.jsonl" kept.manifest
try rebuild 0 "$CONSIGN" ledger rebuild --root "$A"
check manifest cmp kept.manifest "$A/.consign/manifest.jsonl"
check counted no_less
check proven [ "$(grep -c '"proof_1":"rehash"' kept.manifest)" = 126 ]
check once [ -z "$(grep '"kind":"proof"' "$LEDGER" |
    sed 's/.*"object_id":"\([^"]*\)","path":"\([^"]*\)".*/\1 \2/' |
    sort | uniq -d)" ]
check no-failures [ "$(grep -c '"kind":"fail"' "$LEDGER")" = 0 ]
check nothing-left [ -z "$(find "$A" -name '.consign-*.tmp')" ]
check receipts [ "$(find "$A/.consign/receipts" -name '*.json' | wc -l)" -ge \
    "$(grep -c '"kind":"proof"' "$LEDGER")" ]
echo "killed $killed of $KILLS runs"
