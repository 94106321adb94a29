#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A box is lost, with its ledger, receipts and manifest; its history comes
# back from the packs and the anchor that its runs left in the store, on
# another machine, over TLS.  Then what happens where the store lies.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

start_tls_store server-ec
A=$WORK/old
mkdir -p "$A"
printf 'archive: photos\nremote_receipts: true\nanchor: check\n' \
    > "$A/consign.yaml"
# listed NAME: the archive $A gets a key, and writers.yaml an entry of it
echo writers: > writers.yaml
listed() {
	"$CONSIGN" key new "$1" --root "$A" | sed -n "/^  $1:/,\$p" \
	    >> "$WORK/writers.yaml"
}
listed nas1
climb
echo one > "$A/one"
echo two > "$A/two"
push -q > push.out 2>&1 || fail push "$(cat push.out)"
echo three > "$A/three"
push -q > push.out 2>&1 || fail push "$(cat push.out)"
kept_objects=$(kept)

# --- All of it --------------------------------------------------------------

# What the last run's packs can have: rows up to the row before its own pack.
packed=$(ledger | sed -n 's/.*"kind":"pack".*"to_seq":\([0-9]*\),.*/\1/p' |
    tail -n 1)
mv "$A/.consign" gone
OLD=$WORK/gone
A=$WORK/new
mkdir "$A"
cp "$WORK"/old/[ot]* "$A"

# rebuild [OPTION...]: on the new box, which knows the id and who may write
writers="--writers $WORK/writers.yaml"
rebuild() {
	# shellcheck disable=SC2086  # options
	consign ledger rebuild --from-store --archive-id photos $writers \
	    $YES "$@"
}

try approval/missing 3/approval_required consign ledger rebuild --from-store
try dry-run 0 consign ledger rebuild --from-store --archive-id photos \
    --dry-run
check dry-run/nothing [ ! -e "$A/.consign" ]
# shellcheck disable=SC2086  # options
try other-archive 1/not_found consign ledger rebuild --from-store \
    --archive-id photo $YES
check other-archive/nothing [ ! -e "$A/.consign" ]
forget_requests
try rebuilt 0 rebuild --json
check rebuilt/says [ "$(row end) $(row rows) $(row receipts_lost)" = \
    "complete $packed 0" ]
check rebuilt/signed grep -q '"writers_judged":true' out
check rebuilt/counted counted
check rebuilt/byte-for-byte sh -c "head -n $packed '$OLD/ledger.jsonl' |
    cmp - '$A/.consign/ledger.jsonl'"
# same_receipts: those that rows name are there, and no others
same_receipts() {
	ledger | sed -n 's/.*"receipt":"\([^"]*\)".*/\1/p' | sort -u > named
	find "$A/.consign/receipts" -name '*.json' |
	    sed 's,.*/,,; s,\.json$,,' | sort > there
	cmp named there
}
check rebuilt/receipts same_receipts
check rebuilt/receipts-same sh -c "cd '$A/.consign/receipts' &&
    for f in */*; do cmp \"\$f\" '$OLD/receipts/'\"\$f\" || exit 1; done"
check rebuilt/manifest [ -s "$A/.consign/manifest.jsonl" ]
check rebuilt/anchor [ -n "$(ls "$A/.consign/anchors")" ]
try again/refused 2/usage rebuild

try verify 0 consign ledger verify --writers "$WORK/writers.yaml"
try status 0 "$CONSIGN" status --root "$A"
try ls 0 "$CONSIGN" ls --root "$A"
check ls/three [ "$(wc -l < out)" -ge 3 ]
forget_requests
try push/nothing-sent 0 push --json
check push/current [ "$(row uploaded) $(row current) $(row failed)" = \
    "0 3 0" ]
check push/kept [ "$(kept)" -eq "$kept_objects" ]
try verify-store 0 consign verify
check history/whole whole

# From there on the new box packs, over what the old one has.
A=$WORK/new
printf 'archive: photos\nremote_receipts: true\n' > "$A/consign.yaml"
listed nas2
echo four > "$A/four"
try new/push 0 push
A=$WORK/third
mkdir "$A"
try new/rebuilt 0 rebuild --json
check new/rows [ "$(row end)" = complete ]
check new/four grep -q '"path":"main/four"' "$A/.consign/ledger.jsonl"

# --- Cut off ----------------------------------------------------------------

cp "$A/.consign/ledger.jsonl" all.jsonl
all=$(wc -l < all.jsonl)

A=$WORK/killed
mkdir "$A"
listed nas3
faults 'GET * delay:60'
for wait in 0.02 0.1 0.2 0.3 0.4 0.5 0.6; do
	# shellcheck disable=SC2046,SC2086  # options
	"$CONSIGN" ledger rebuild --from-store --archive-id photos $writers \
	    $YES --root "$A" $(at_store) > out 2>&1 &
	sleep $wait
	kill -9 $! 2> /dev/null
	wait $! 2> /dev/null
	[ ! -e "$A/.consign/ledger.jsonl" ] ||
	    cmp "$A/.consign/ledger.jsonl" all.jsonl > cmp.out 2>&1 ||
	    fail killed "at $wait: half a ledger"
	[ ! -e "$A/.consign/ledger.jsonl" ] || break
done
faults 'GET * status:503 after=4'
[ -e "$A/.consign/ledger.jsonl" ] ||
    try store-down 5 rebuild --max-attempts 2
check store-down/nothing sh -c "[ ! -e '$A/.consign/ledger.jsonl' ] ||
    cmp '$A/.consign/ledger.jsonl' all.jsonl"
faults
late=
if [ -e "$A/.consign/ledger.jsonl" ]; then
	late=yes
else
	try killed/again 0 rebuild --json
fi
check killed/whole cmp "$A/.consign/ledger.jsonl" all.jsonl
check killed/receipts same_receipts
check killed/key [ -e "$A/.consign/keys/nas3.key" ]
# What a kill behind the ledger left is the next run's to sweep.
[ -z "$late" ] || push -q > late.out 2>&1 || fail killed/late "$(cat late.out)"
check killed/clean [ -z "$(find "$A" -name '.consign-*')" ]

# --- A store that has lost, or lies -----------------------------------------

# key N: the key of the N-th pack;  place KEY: where the store
# has the object;  hide KEY, show KEY: it is gone, and back
key() {
	sed -n 's/.*"kind":"pack".*"remote_key":"\([^"]*\)".*/\1/p' \
	    all.jsonl | sed -n "$1p"
}
place() {
	echo "$S3_DIR/$BUCKET/o/$(printf %s "$1" | sha256sum | cut -c 1-64)"
}
hide() {
	mv "$(place "$1")" "hidden.${1##*/}"
}
show() {
	mv "hidden.${1##*/}" "$(place "$1")"
}
flip() {
	printf x | dd of="$1" bs=1 seek="$2" conv=notrunc 2> /dev/null
}

# lost NAME STATUS END ROWS [OPTION...]: what is rebuilt then, on a fresh box
lost() {
	lost_name=$1
	lost_want="$2 $3 $4"
	A=$WORK/box
	rm -rf "$A"
	mkdir "$A"
	shift 4
	rebuild --json "$@" > out 2> err
	lost_got="$? $(row end) $(row rows)"
	check "$lost_name" [ "$lost_got" = "$lost_want" ]
	[ ! -e "$A/.consign/ledger.jsonl" ] ||
	    check "$lost_name/prefix" sh -c "head -n $(row rows) all.jsonl |
	    cmp - '$A/.consign/ledger.jsonl'"
}

one=$(key 1)
two=$(key 2)
data=$(echo "$(place "$two")"/*.data)
rows=$(echo "$two" | sed 's,.*/0*\([0-9]*\)-.*,\1,')
cp -p "$data" kept

hide "$two"
lost gap 6 behind_anchor "$rows"
check gap/status grep -q 'consign: ledger_rolled_back: history ends with row' \
    err
show "$two"
flip "$data" 700
lost row 6 behind_anchor "$rows"
check row/said grep -q "$two: ledger row 1[0-9]: the chain" err
cp -p kept "$data"
sed 's/"archive_id":"photos"/"archive_id":"photoz"/' kept > "$data"
lost other-archive 6 behind_anchor "$rows"
check other-archive/said grep -q "of another archive, 'photoz'" err
cp -p kept "$data"

# A receipt's byte: rows stay, that receipt is not taken.
flip "$data" "$(($(wc -c < kept) - 40))"
lost receipt 6 complete "$all"
check receipt/lost [ "$(row receipts_lost)" = 1 ]
cp -p kept "$data"

# Without anchors a gap is one, and an end cannot be told from the end.
sed -n 's/.*"kind":"anchor".*"remote_key":"\([^"]*\)".*/\1/p' \
    "$OLD/ledger.jsonl" > anchors
while read -r anchor; do
	hide "$anchor"
done < anchors
hide "$two"
lost no-anchor/gap 6 gap "$rows"
show "$two"
flip "$data" 700
lost no-anchor/row 6 damaged "$rows"
cp -p kept "$data"
hide "$one"
lost no-first 6 '' ''
check no-first/nothing [ ! -e "$A/.consign/ledger.jsonl" ]
show "$one"

# Rows that the store made up: their chain is right, and nobody signed them.
python3 - kept "$rows" > forged << 'EOF'
import hashlib, json, sys
lines = open(sys.argv[1], "rb").read().split(b"\n")
head = json.loads(lines[0])
n = head["to_seq"]
body = (b'{"seq":%d,"time":"2026-11-22T03:00:00Z","kind":"abort",'
    b'"begin_seq":1,"store_ref":"s","remote_key":"k","upload_id":"u"' % n)
chain = hashlib.sha256(bytes.fromhex(head["chain"]) + body).hexdigest()
row = body + b',"chain":"' + chain.encode() + b'"}'
head["to_seq"] = n + 1
head["chain"] = chain
new = json.dumps(head, separators=(",", ":")).encode()
rows = lines[1:1 + n - head["from_seq"]]
rest = lines[1 + n - head["from_seq"]:]
sys.stdout.buffer.write(b"\n".join([new] + rows + [row] + rest))
EOF
to=$(echo "$two" | sed 's,.*-0*,,')
hide "$two"
put forged "$(echo "$two" | sed "s,-.*,,")-$(printf %012d $((to + 1)))" \
    > put.out 2>&1 || fail forged "$(cat put.out)"
lost forged 6 unsigned "$to"
check forged/left-out [ "$(row left_out)" = 1 ]
writers=
rm -rf "$A"
mkdir "$A"
rebuild > out 2> err
check unjudged [ "$?" -eq 6 ]
check unjudged/said grep -q 'whether a writer signed them was not judged' out
check unjudged/rows grep -q "^photos: $((to + 1)) rows from 2 packs" out
