#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# prove: what each kind of store is found to do, the tiers one after the other,
# and that nothing stays in the bucket, also where a proof was killed.
. "$(dirname "$0")/lib.sh"

# prove [OPTION...]: on the archive "a", at the running store.  With run=exec,
# in a subshell, it is the process that can be killed.
run=
prove() {
	$run "$CONSIGN" prove --root a --endpoint "$ENDPOINT" --bucket "$BUCKET" \
	    --provider-kind cloudflare-r2 --region "$REGION" \
	    --access-key-id-ref env:AWS_ACCESS_KEY_ID \
	    --secret-access-key-ref env:AWS_SECRET_ACCESS_KEY \
	    --backoff-base 10ms --max-attempts 3 ${CA:+--ca-file "$CA"} "$@"
}

# tier N [OPTION...]: approved
tier() {
	tier_n=$1
	shift
	prove --tier "$tier_n" --approve --reviewed-by kim "$@"
}

# fresh [STORE OPTION...]: a new archive and an empty store, on a port of its
# own that stays, as another one would be another endpoint
fresh() {
	rm -rf a store
	mkdir a
	start_store "$@"
}

# again [STORE OPTION...]: the same store, started anew in another way
again() {
	start_store --port "$S3_PORT" "$@"
}

ledger() {
	cat a/.consign/ledger.jsonl
}

# last KIND FIELD: of the last row of that kind
last() {
	ledger | grep "\"kind\":\"$1\"" | tail -n 1 |
	    sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# unfinished: multipart uploads that nobody ended
unfinished() {
	find "$S3_DIR" -path '*/u/*' -name '*.part*' | wc -l
}

# empty: nothing is in the bucket, not an old version nor a part
empty() {
	[ "$(($(kept) + $(unfinished)))" -eq 0 ] || {
		find "$S3_DIR" -type f
		return 1
	}
}

# counted_in_ledger: the row "end" and the store counted the same
counted_in_ledger() {
	said="$(last end class_a_requests) $(last end class_b_requests)"
	said="$said $(last end free_requests)"
	seen="$(requests_class A) $(requests_class B) $(requests_class free)"
	[ "$said" = "$seen" ] || {
		echo "said $said, seen $seen"
		return 1
	}
}

# --- What is refused, with nothing sent and nothing written ---------------

# refuse NAME STATUS/CODE OPTION...
refuse() {
	refuse_name=$1
	refuse_want=$2
	shift 2
	rm -rf a
	mkdir a
	forget_requests
	if ! expect_status "$refuse_want" prove "$@"; then
		fail "$refuse_name" "$why"
	elif [ "$(requests ANY)" -ne 0 ] || [ -e a/.consign ]; then
		fail "$refuse_name" "it sent or wrote something"
	else
		pass "$refuse_name"
	fi
}

start_store
refuse tier/none 2/usage --approve --reviewed-by kim
refuse tier/five 2/config_invalid --tier 5 --approve --reviewed-by kim
refuse mode/none 3/approval_required --tier 0
refuse mode/both 2/usage --tier 0 --approve --dry-run --reviewed-by kim
refuse reviewer/none 3/reviewer_required --tier 0 --approve
refuse reviewer/bad 3/reviewer_required --tier 0 --approve \
    --reviewed-by -kim
refuse order/from-nothing 3/tiered_gate_unmet --tier 1 --approve \
    --reviewed-by kim
check order/names-the-next grep -q 'consign prove --tier 0' err
refuse ceiling 3/put_ceiling_exceeded --tier 0 --approve --reviewed-by kim \
    --max-puts 2
refuse dry-run 0 --tier 0 --dry-run
check dry-run/gates [ "$(grep -c '^gate .*PASS' out)" -eq 8 ]
refuse dry-run/stops 3/tiered_gate_unmet --tier 3 --dry-run

# --- What stores are found to do ------------------------------------------

# found NAME FINDINGS STORE-OPTION...: the probe's findings that are true, by
# their initials; and that it took no more than it should, and left nothing
found() {
	found_name=$1
	found_want=$2
	shift 2
	fresh "$@"
	forget_requests
	try "$found_name" 0 tier 0 --json
	found_got=
	for f in absence_visible put_if_none_match get_if_match get_range \
	    delete_if_match versioned list_allowed delete_allowed; do
		[ "$(row "$f")" != true ] || found_got="$found_got $f"
	done
	found_got=$(echo "$found_got" | sed 's/_[a-z_]*//g')
	check "$found_name/findings" [ "$found_got" = " $found_want" ]
	check "$found_name/leaves-nothing" empty
	check "$found_name/counted" counted_in_ledger
	check "$found_name/cost" [ "$(requests_class A)" -le 3 ]
	check "$found_name/cost-b" [ "$(requests_class B)" -le 9 ]
	for f in absence_visible put_if_none_match get_if_match \
	    delete_if_match versioned list_allowed; do
		[ "$(row "$f")" = "$(last probe "$f")" ] ||
		    fail "$found_name/row" "$f"
	done
}

found all 'absence put get get delete list delete'
found versioned 'absence put get get versioned list delete' --versioned
found no-put 'absence get get delete list delete' --cond PUT=ignore
found put-501 'absence get get delete list delete' --cond PUT=501
found ceph-versioned 'absence get get versioned list delete' --versioned \
    --cond PUT=ignore
found no-get 'absence put get delete list delete' --cond GET=ignore
found get-501 'absence put get delete list delete' --cond GET=501
found no-delete 'absence put get get list delete' --cond DELETE=ignore
found delete-501 'absence put get get list delete' --cond DELETE=501
found no-ranges 'absence put get delete list delete' \
    --fault 'GET * range-ignored'
found no-list 'absence put get get delete delete' --deny LIST
found weak-etags 'absence put get list delete' --fault 'ANY * etag:weak'
found chunked 'absence put get get delete list delete' \
    --fault 'GET * chunked'

start_tls_store server-ec
rm -rf a
mkdir a
try tls 0 tier 0 --json
check tls/key [ "$(last probe tls_spki_sha256 | wc -c)" -eq 65 ]
check tls/leaves-nothing empty

# What a credential may not do is found; what stays is said.
fresh --deny DELETE
try no-removal 0 tier 0 --json
check no-removal/found [ "$(row delete_allowed)" = false ]
check no-removal/says [ "$(row left)" = "$(last probe remote_key)" ]
check no-removal/stays [ "$(kept)" -eq 1 ]
again
try no-removal/later 0 tier 0

# --- What ends a probe ----------------------------------------------------

# ends NAME STATUS/CODE REQUESTS STORE-OPTION...
ends() {
	ends_name=$1
	ends_want=$2
	ends_requests=$3
	shift 3
	fresh "$@"
	forget_requests
	try "$ends_name" "$ends_want" tier 0
	check "$ends_name/requests" [ "$(requests ANY)" -eq "$ends_requests" ]
	check "$ends_name/leaves-nothing" empty
	check "$ends_name/not-proven" [ "$(last probe result)" = \
	    "${ends_want#*/}" ]
	try "$ends_name/no-tier" 3/tiered_gate_unmet tier 1
}

ends clock-ahead 4/clock_skewed 1 --fault 'ANY * date:400'
ends clock-behind 4/clock_skewed 1 --fault 'ANY * date:-400'
ends absence 4/absence_not_visible 1 --fault 'ANY * drop-list-permission'
ends no-get 4/absence_not_visible 1 --deny GET
ends no-put 4/permission_denied 5 --deny PUT
ends corrupt 6/verification_failed 7 \
    --fault 'GET */probe corrupt'

# --- Tier by tier ---------------------------------------------------------

# climbs NAME STORE-OPTION...
climbs() {
	climbs_name=$1
	shift
	fresh "$@"
	for n in 0 1 2 3 4; do
		forget_requests
		try "$climbs_name/tier$n" 0 tier "$n"
		check "$climbs_name/tier$n-is-quiet" [ ! -s out ]
		check "$climbs_name/tier$n-leaves-nothing" empty
		check "$climbs_name/tier$n-counted" counted_in_ledger
		[ "$n" -eq 0 ] ||
		    check "$climbs_name/tier$n-row" [ "$(last approve tier)" \
		    -eq "$n" ]
		[ "$n" -ge 3 ] ||
		    try "$climbs_name/tier$n-is-not-tier$((n + 1))" \
		    3/tiered_gate_unmet tier "$((n + 2))"
	done
	check "$climbs_name/ledger" sh "$ROOT/docs/verify-ledger.sh" \
	    a/.consign/ledger.jsonl
}

climbs plain
check receipts [ "$(find a/.consign/receipts -type f | wc -l)" -eq 15 ]
try repeated 0 tier 1
try repeated/probe 0 tier 0
try repeated/last 0 tier 4 --json
check repeated/says [ "$(row tier)" = 4 ]
climbs versioned --versioned
climbs swift --cond PUT=501
climbs ceph --cond DELETE=ignore --cond COMPLETE=ignore

# --keep
fresh
try keep/0 0 tier 0 --keep
check keep/probe-leaves-nothing empty
try keep/1 0 tier 1 --keep
check keep/1-stays [ "$(kept)" -eq 1 ]
try keep/2 0 tier 2
check keep/1-stays-for-good [ "$(kept)" -eq 1 ]

# Another endpoint is another store; so is another access key, in part.
fresh
try lapse/0 0 tier 0
start_store
try lapse/endpoint 3/tiered_gate_unmet tier 1
fresh
try lapse/key-0 0 tier 0
kept_key=$AWS_ACCESS_KEY_ID
AWS_ACCESS_KEY_ID=AKIALOOPBACKTESTS001
again
forget_requests
try lapse/key 3/tiered_gate_unmet tier 1
check lapse/key-nothing-sent [ "$(requests ANY)" -eq 0 ]
try lapse/key-probed 0 tier 0
try lapse/key-again 0 tier 1
AWS_ACCESS_KEY_ID=$kept_key

# --- Killed ---------------------------------------------------------------

# killed NAME N OP NUMBER STORE-OPTION...: while that request of a proof of
# tier N waits, the proof is killed; the next run cleans up
killed() {
	killed_name=$1
	killed_n=$2
	killed_at=$4
	killed_op=$3
	shift 4
	fresh "$@"
	i=0
	while [ "$i" -lt "$killed_n" ]; do
		tier "$i" > out 2> err || fail "$killed_name" "tier $i"
		i=$((i + 1))
	done
	hold "$killed_op * delay:60000 after=$((killed_at - 1))"
	(
		run='exec'
		tier "$killed_n" > out 2> err
	) &
	pid=$!
	held 1
	kill -9 "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	if empty > /dev/null; then
		fail "$killed_name" "nothing was there when it was killed"
	fi
	release
	again "$@"
	try "$killed_name/next-run" 0 tier 0
	check "$killed_name/leaves-nothing" empty
	try "$killed_name/goes-on" 0 tier "$killed_n"
}

killed kill/probe 0 GET 2
killed kill/probe-versioned 0 GET 2 --versioned
killed kill/probe-versions 0 GET 2 --versioned --cond PUT=ignore
killed kill/probe-delete 0 DELETE 1
killed kill/small 1 GET 1
killed kill/parts 2 PART 2
killed kill/parts-versioned 2 PART 3 --versioned
killed kill/batch 3 PUT 6
killed kill/no-list 3 PUT 6 --deny LIST --deny LISTVERSIONS \
    --deny LISTUPLOADS

# Told to end, it ends, and the next run cleans up.
fresh
hold 'GET * delay:60000 after=1'
(
	run='exec'
	tier 0 > out 2> err
) &
pid=$!
held 1
kill -TERM "$pid"
wait "$pid"
check term/status [ "$?" -eq 143 ]
release
again
try term/next-run 0 tier 0
check term/leaves-nothing empty
