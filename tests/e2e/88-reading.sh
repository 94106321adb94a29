#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# status, ls, receipts and check: what they say of an archive, of one that
# somebody changed, and while another run writes; and that they write nothing.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/history.sh"

YES='--approve --reviewed-by kim'
NONE=sha256:$(printf '%064d' 0)

# Each of the archive $A.
status() { "$CONSIGN" status "$A" "$@"; }
ls_() { "$CONSIGN" ls "$A" "$@"; }
receipts() { "$CONSIGN" receipts "$A" "$@"; }
check_() { "$CONSIGN" check "$A" "$@"; }

# shellcheck disable=SC2086,SC2120  # options; try calls it, too
push() { "$CONSIGN" push "$A" $YES "$@"; }

# object FILE: its object id
object() { echo "sha256:$(sha256sum < "$1" | cut -c 1-64)"; }

# said TEXT...: lines that the last command printed
said() {
	for text; do
		grep -qxF "$text" out || {
			echo "not said: $text"
			cat out
			return 1
		}
	done
}

# settings FILE ENDPOINT BUCKET
settings() {
	cat > "$1" << YAML
max_puts_month: 5000
sources:
  main:
    path: files
stores:
  offsite:
    endpoint: $2
    bucket: $3
    region: $REGION
YAML
}

# --- Before anything ------------------------------------------------------

start_store
A=$WORK/night
mkdir -p "$A/files/sub"
settings "$A/consign.yaml" "$ENDPOINT" "$BUCKET"
echo one > "$A/files/one"
echo two > "$A/files/sub/two"
: > "$A/files/zero"
one=$(object "$A/files/one")

try begin/status 0 status
check begin/said said 'archive: night' 'store: offsite' 'probe: never' \
    'complete: never' unproven_against_live_provider
try begin/age 1/not_found status --max-age 26h
try begin/ls 0 ls_
check begin/ls-nothing [ ! -s out ]
try begin/receipts 0 receipts --all
try begin/check 0 check_
check begin/check-quiet [ ! -s out ]
try begin/head 0 status
check begin/head-none [ "$(tail -n 1 out)" = 'head: none yet' ]
check begin/nothing-written [ ! -e "$A/.consign" ]

# --- A night --------------------------------------------------------------

for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	try "tier$tier" 0 "$CONSIGN" prove --root "$A" $YES --tier $tier
	try "tier$tier/status" 0 status
	check "tier$tier/said" grep -q "^tier: $tier; a run may send " out
	[ "$tier" = 4 ] || check "tier$tier/next" said "next: consign prove \
--tier $((tier + 1)) --store offsite --approve --reviewed-by WHO"
done
check tier4/no-next sh -c '! grep -q ^next: out'
try part 0 push --only "$one"
try part/status 0 status
check part/said said 'all: 1 object, 4 bytes' 'proven: 1 object, 4 bytes'
try night 0 push
try status 0 status
check status/said said 'all: 3 objects, 8 bytes' \
    'proven: 3 objects, 8 bytes' 'declared: 0 objects, 0 bytes' \
    'not there: 0 objects, 0 bytes' unproven_against_live_provider
check status/requests grep -q \
    '^requests: [0-9]* of class A in 20..-.., at most 5000$' out
try status/row 0 status --json
check status/rows [ "$(wc -l < out)" = 3 ]
head=$(tail -n 1 "$A/.consign/ledger.jsonl" |
    sed 's/^{"seq":\([0-9]*\),.*"chain":"\([0-9a-f]*\)"}$/\1:\2/')
check status/head-row [ "$(row seq):$(row chain)" = "$head" ]
check status/month [ "$(row month_class_a)" = \
    "$(requests_class A)" ]
try status/age 0 status --max-age 26h
try status/age-quiet 0 status --max-age 26h -q
check status/age-nothing-said [ ! -s out ]
try status/named 0 status --store offsite
check status/head [ "$(tail -n 1 out)" = "head: $head" ]
verify() { "$CONSIGN" ledger verify --root "$A" --head "$1"; }
try head/same 0 verify "$head"
cp -r "$A/.consign" kept
sed -i '$d' "$A/.consign/ledger.jsonl"
rm "$A/.consign/manifest.jsonl"
try head/cut 6/ledger_rolled_back verify "$head"
check head/cut-says grep -q "and not row ${head%:*} of --head" err
rm -rf "$A/.consign"
mv kept "$A/.consign"
try head/other 6/ledger_rolled_back verify "${head%:*}:$(printf %064d 0)"
try head/first 6/ledger_rolled_back verify "0:${head#*:}"
for bad in 5 "5:" "$head"0 "-1:${head#*:}" ":${head#*:}" "x:${head#*:}"; do
	try "head/bad $bad" 2/usage verify "$bad"
done
try head/not-show 2/usage "$CONSIGN" ledger show --root "$A" --head "$head"
try status/unknown 2/usage status --store onsite
try status/age-form 2/config_invalid status --max-age tomorrow
too_old() { ! status --max-age 1s -q > old.out 2>&1; }
eventually too_old
try status/age-old 1/not_found status --max-age 1s -q

settings "$A/consign.yaml" "$ENDPOINT" other-bucket
try lapsed/status 0 status
check lapsed/said grep -q '^lapsed: the bucket is not the one' out
check lapsed/tier grep -q '^tier: none' out
try lapsed/age 1/not_found status --max-age 26h
settings "$A/consign.yaml" "$ENDPOINT" "$BUCKET"

# --- ls -------------------------------------------------------------------

try ls 0 ls_
check ls/order [ "$(cut -d ' ' -f 1 out | xargs)" = \
    'main/one main/sub/two main/zero' ]
check ls/line grep -q "^main/one  4  $one  offsite proven 20..-" out
try ls/only 0 ls_ --only "$one"
check ls/only-one [ "$(wc -l < out)" = 1 ]
try ls/only-none 1/not_found ls_ --only "$NONE"
try ls/id 0 "$CONSIGN" ls "$one" --root "$A"
check ls/id-one [ "$(wc -l < out)" = 1 ]
try ls/id-form 2/usage "$CONSIGN" ls sha256:12 --root "$A"
try ls/path 0 ls_ --path main/s
check ls/path-one [ "$(cut -d ' ' -f 1 out)" = main/sub/two ]
try ls/path-none 1/not_found ls_ --path main/x

# refers PATH: does its admission reference name the row that admitted it?
refers() {
	ls_ --path "$1" --json > out || return
	seq=$(row admit_seq)
	chain=$(sed -n "/^{\"seq\":$seq,/s/.*\"chain\":\"\(.*\)\"}/\1/p" \
	    "$A/.consign/ledger.jsonl")
	cat out
	[ "${#chain}" = 64 ] && [ "$(row admission_ref)" = "$seq:$chain" ] &&
	    sed -n "$((seq + 1))p" "$A/.consign/ledger.jsonl" |
	    grep -qF "\"kind\":\"admit\""
}
check ls/reference refers main/sub/two
first=$(row admission_ref)
echo three > "$A/files/sub/two"
try ls/again 0 push
try head/earlier 0 verify "$head"
check ls/reference-again refers main/sub/two
check ls/reference-moved [ "$(row admission_ref)" != "$first" ]
check ls/origin [ "$(row origin)" = "$(basename "$A")/main" ]
check ls/manifest-fields [ "$(sed 's/,"origin".*/}/' out)" = \
    "$(grep -F '"main/sub/two"' "$A/.consign/manifest.jsonl")" ]

# --- check ----------------------------------------------------------------

# bad NAME STATUS/CODE VERDICT PATH: that is wrong, and all else is well
bad() {
	try "check/$1" "$2" check_
	check "check/$1-said" grep -q "^$3 $4: " out
	check "check/$1-alone" [ "$(wc -l < out)" = 1 ]
}
try check 0 check_ -v
check check/same [ "$(grep -c '^same main/' err)" = 3 ]
try check/rows 0 check_ --json
check check/counted [ "$(row same | tail -n 1)" = 3 ]
touch "$A/files/one"
try check/touched 0 check_
cp -p "$A/files/one" kept
echo more >> "$A/files/one"
bad changed 6/local_bytes_changed changed main/one
echo eno > "$A/files/one"
touch -r kept "$A/files/one"
try check/restore 0 push
cp -p "$A/files/one" kept
printf 'X' | dd of="$A/files/one" bs=1 conv=notrunc 2> dd.err
touch -r kept "$A/files/one"
bad corrupted 6/local_bytes_changed corrupted main/one
rm "$A/files/one"
bad missing 1/not_found missing main/one
ln -s zero "$A/files/one"
bad link 1/not_found missing main/one
try check/other 0 check_ --only "$(object "$A/files/zero")"
try check/none 1/not_found check_ --only "$NONE"
echo four > "$A/files/sub/two"
try check/mixed 1/objects_failed check_
check check/mixed-both [ "$(wc -l < out)" = 2 ]
rm "$A/files/one"
cp -p kept "$A/files/one"
echo three > "$A/files/sub/two"
try check/mended 0 check_
mv "$A/files" "$A/gone"
try check/no-folder 8/io_error check_
mv "$A/gone" "$A/files"

# --- receipts -------------------------------------------------------------

LAST=$(ls_ --path main/zero --json | sed 's/.*"receipt_1":"\([^"]*\)".*/\1/')
FILE=$(find "$A/.consign/receipts" -name "$LAST.json")
cp "$FILE" receipt.kept
total=$(grep -c '"receipt":' "$A/.consign/ledger.jsonl")

try receipts 0 receipts
check receipts/all-named [ "$(wc -l < out)" = "$total" ]
check receipts/line grep -qx "$LAST  uploaded  rehash  offsite  main/zero" out
try receipts/json 0 receipts --json
check receipts/whole [ "$(grep -c '"verdict":"whole"}$' out)" = "$total" ]
try receipts/id 0 "$CONSIGN" receipts "$(object "$A/files/zero")" --root "$A"
check receipts/id-one [ "$(wc -l < out)" = 1 ]
try receipts/only 0 receipts --only "$(object "$A/files/zero")" --only "$one"
check receipts/only-two [ "$(wc -l < out)" = 2 ]
try receipts/none 1/not_found receipts --only "$NONE"
try receipts/store 0 receipts --store offsite
try receipts/no-store 1/not_found receipts --store onsite

# hostile NAME VERDICT CODE: the receipt's file is something else now
hostile() {
	try "hostile/$1" "$3" receipts
	check "hostile/$1-said" grep -q "^$LAST  $2: receipt $LAST: " out
	try "hostile/$1-row" "$3" receipts --json
	check "hostile/$1-verdict" [ "$(grep -F "$LAST" out |
	    grep -c "\"verdict\":\"$2\"}$")" = 1 ]
	try "hostile/$1-other" 0 receipts --only "$one"
	rm -rf "$FILE"
	cp receipt.kept "$FILE"
}
sed -i 's/"attempts":1/"attempts":2/' "$FILE"
hostile edited changed 6/ledger_broken
sed -i "s/$LAST/${LAST%?}x/" "$FILE"
hostile other-id changed 6/ledger_broken
head -c 300 receipt.kept > "$FILE"
hostile truncated changed 6/ledger_broken
head -c 200000 /dev/zero > "$FILE"
hostile huge changed 6/ledger_broken
: > "$FILE"
hostile empty changed 6/ledger_broken
rm "$FILE" && ln -s "$WORK/receipt.kept" "$FILE"
hostile link changed 6/ledger_broken
rm "$FILE" && mkfifo "$FILE"
hostile pipe changed 6/ledger_broken
rm "$FILE"
hostile missing missing 6/ledger_broken

month=$(dirname "$FILE")
stray=${LAST%????}ffff
sed "s/$LAST/$stray/" receipt.kept > "$month/$stray.json"
echo '{"path":"\u001b[2J"}' > "$month/$(printf 'evil\033.json')"
: > "$A/.consign/receipts/note"
try strays/unasked 0 receipts
check strays/unasked-none [ "$(wc -l < out)" = "$total" ]
try strays 0 receipts --all
check strays/three [ "$(wc -l < out)" = $((total + 3)) ]
check strays/one grep -q "^$stray  unnamed  uploaded  rehash" out
check strays/evil grep -q '/evil%1B.json  unnamed: ' out
check strays/note grep -q '^note  unnamed: ' out
check strays/clean sh -c '! grep -q "[[:cntrl:]]" out'
try strays/rows 0 receipts --all --json
check strays/verdicts [ "$(grep -c '"verdict":"unnamed"}$' out)" = 3 ]
try strays/only 0 receipts --all --only "$(object "$A/files/zero")"
check strays/only-two [ "$(wc -l < out)" = 2 ]

# --- Histories made by hand -----------------------------------------------

# made WHEN...: an archive whose push ended then, with a proof of then
made() {
	A=$WORK/made
	WHEN=$1
	rm -rf "$A"
	mkdir -p "$A/.consign"
	{
		genesis_row made
		begin_row push s
		probe_row s public bucket
		admit_row main/a
		outcome_row proof s id-1 "${OBJECT#*:}" uploaded rehash \
		    consign_uploaded
		shift
		for more; do
			echo "$more"
		done
	} | chained > "$A/.consign/ledger.jsonl"
	WHEN=2026-11-22T03:00:00Z
}
confirm_row="\"kind\":\"confirm\",\"begin_seq\":1,\"store_ref\":\"s\",\
\"provider_kind\":\"generic-s3\",\"receipt\":\"id-1\",\
\"receipt_sha256\":\"${OBJECT#*:}\",\"reviewed_by\":\"kim\""
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
made "$now" "$(end_row push s)"
try made 0 status --max-age 26h
made "$now" "$(end_row push s)" "$confirm_row"
try made/confirmed 0 status
check made/proven-live said \
    'proven_against_live_provider: generic-s3, 1 objects'
made "$now"
try made/died 0 status
check made/died-said grep -q '^died: the run that row 1 began' out
try made/died-age 1/not_found status --max-age 26h
made "$now" "$(probe_row s public bucket |
    sed 's/"result":"ok"/"result":"begun"/')"
try made/pending 0 status
check made/pending-said grep -q \
    '^pending: a probe left consign/a/prove/0123456789abcdef' out
made 2999-01-01T00:00:00Z "$(end_row push s)"
try made/ahead 1/not_found status --max-age 26h
check made/ahead-said grep -q 'which is to come' err
made 2026-01-01T00:00:00Z "$(end_row push s)"
try made/old 1/not_found status --max-age 26h
try made/old-enough 0 status --max-age 2400000h
made "$now" "$(end_row push s)"
sed -i '4s/main/nain/' "$A/.consign/ledger.jsonl"
for command in status ls_ receipts check_; do
	try "made/broken-$command" 6/ledger_broken $command
done

# --- Nothing is written, and nothing is in the way ------------------------

# Long names, so that history does not fit in memory at once.
A=$WORK/long
mkdir -p "$A/files"
settings "$A/consign.yaml" "$ENDPOINT" "$BUCKET"
name=$(printf '%0200d' 0)
i=0
while [ $i -lt 1100 ]; do
	echo $i > "$A/files/$name$i"
	i=$((i + 1))
done
for tier in 0 1 2 3 4; do
	# shellcheck disable=SC2086
	try "long/tier$tier" 0 "$CONSIGN" prove --root "$A" $YES --tier $tier
done
# shellcheck disable=SC2119
push > push.out 2>&1 &
pusher=$!
during=0
while kill -0 $pusher 2> /dev/null; do
	for command in status ls_ receipts check_; do
		$command --json > during.out 2>&1 ||
		    fail "during/$command" "$(tail -n 1 during.out)"
	done
	during=$((during + 1))
done
check during/some [ "$during" -gt 0 ]
check during/pushed wait $pusher
rm "$A/.consign/manifest.jsonl"
printf '{"seq":9' >> "$A/.consign/ledger.jsonl"

# as_nobody COMMAND...: without any right but those of everybody
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}
trace() {
	find "$A" -printf '%p %s %T@ %C@\n' | sort
}
chmod 755 "$WORK"
cp "$CONSIGN" "$WORK/consign"
[ "$(id -u)" = 0 ] || chmod a-w "$A/.consign"
trace > before
for command in status ls receipts check; do
	try "read-only/$command" 0 as_nobody ./consign $command "$A" --json
	check "read-only/$command-all" [ "$(wc -l < out)" -ge 2 ]
done
try read-only/ls 0 as_nobody ./consign ls "$A" --json
check read-only/references [ "$(grep -c '"admission_ref":"' out)" = 1100 ]
try read-only/strays 0 as_nobody ./consign receipts "$A" --all
trace > after
check read-only/nothing-written cmp before after
chmod u+w "$A/.consign"
