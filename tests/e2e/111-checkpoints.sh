#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Every run ends with a signature; rows that are changed, taken away, doubled,
# moved or brought in are found, wherever they stand, and named: by the chain,
# and where somebody made that anew, by the signatures.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

A=$WORK/photos
L=$A/.consign/ledger.jsonl
mkdir "$A"

of() {
	"$CONSIGN" "$@" --root "$A"
}

says() {
	check "$1" grep -Eq -e "$3" "$2"
}

# signatures LEDGER KEYS...: by openssl, with a busybox and nothing else
mkdir bin
for applet in sh mktemp mv rm sed sha256sum tr; do
	ln -s "$(command -v busybox)" "bin/$applet"
done
ln -s "$(command -v openssl)" bin/openssl
signatures() {
	env -i PATH="$WORK/bin" sh "$ROOT/docs/verify-signatures.sh" "$@"
}

# --- Each command that writes ends so --------------------------------------

start_store
of key new nas1 > w.yaml
echo one > "$A/a"
echo two > "$A/b"

# ends NAME COMMAND...: the rows end and checkpoint are the last two
ends() {
	ends_name=$1
	shift
	try "$ends_name" 0 "$@"
	check "$ends_name/signed" [ "$(ledger | tail -n 2 |
	    sed 's/.*"kind":"\([a-z]*\)".*/\1/' | xargs)" = 'end checkpoint' ]
}

# shellcheck disable=SC2086  # options
{
	ends run/prove consign prove $YES --tier 0
	ends run/push push --only "$(object "$A/a")"
	cp "$L" small
	ends run/verify consign verify
	ends run/put consign put $YES "$A/b" k/b
	ends run/adopt consign adopt $YES
	ends run/abort consign abort $YES
}
check run/no-other [ "$(ledger | grep -c '"kind":"begin"')" -eq \
    "$(rows checkpoint)" ]
try whole/verify 0 of ledger verify --writers w.yaml
says whole/all out "^$(ledger | wc -l) rows are signed by nas1, with"
check whole/no-more [ "$(wc -l < out)" -eq 2 ]
try whole/json 0 of ledger verify --writers w.yaml --json
says whole/judged out '"writers_judged":true,"good_rows":'"$(ledger | wc -l)}"
check whole/openssl [ "$(signatures "$L" w.yaml)" = \
    "$(rows checkpoint) signatures, the last in row $(($(ledger | wc -l) - 1))" ]
check whole/chain sh "$ROOT/docs/verify-ledger.sh" "$L"

# --- A run that died, and its rows ----------------------------------------

cp "$L" before
begun=$(($(ledger | wc -l) + 1))
sed '$d' "$L" > shorter
cp shorter "$L"
rm "$A/.consign/manifest.jsonl"
try died/verify 0 of ledger verify --writers w.yaml
says died/until out "last good signature is that of row [0-9]*; [0-9]* behind"
try died/doctor 0 of doctor
says died/doctor-says out '^warn signature: rows behind'
# shellcheck disable=SC2086  # options
{
	try died/dry 0 of ledger checkpoint --dry-run
	says died/dry-says out '^[0-9]* rows would be signed by nas1'
	check died/dry-leaves cmp shorter "$L"
	try died/unapproved 3/approval_required of ledger checkpoint
	try died/unreviewed 3/reviewer_required of ledger checkpoint --approve
	ends died/checkpoint of ledger checkpoint $YES
	check died/reviewed [ "$(ledger | grep '"command":"ledger"' |
	    grep -c '"reviewed_by":"kim"')" -eq 1 ]
	cp "$L" signed
	try died/again 0 of ledger checkpoint $YES
	check died/nothing-new cmp signed "$L"
	try died/again-json 0 of ledger checkpoint $YES --json
	says died/again-says out '"verdict":"were signed before"'
}
try died/well 0 of ledger verify --writers w.yaml
says died/all out "^$((begun + 1)) rows are signed by nas1"

# --- By whom ----------------------------------------------------------------

mkdir other
"$CONSIGN" key new nas1 --root other > other.yaml
sed 's/archive: photos/archive: others/' w.yaml > archive.yaml
sed 's/\[admit, upload, verify/[admit, verify/' w.yaml > grants.yaml
{
	cat w.yaml
	echo '    revoked: 2030-01-01T00:00:00Z'
} > revoked.yaml
{
	cat w.yaml
	echo '    valid_until: 2020-01-01T00:00:00Z'
} > expired.yaml
{
	cat w.yaml
	echo '    valid_from: 2090-01-01T00:00:00Z'
} > early.yaml

# judged NAME WORDS: with NAME.yaml nothing is good
judged() {
	try "judge/$1" 6/verification_failed of ledger verify \
	    --writers "$1.yaml"
	says "judge/$1-says" err "$2"
	says "judge/$1-none" out '^no row is under a good signature$'
	try "judge/$1-json" 6/verification_failed of ledger verify \
	    --writers "$1.yaml" --json
	says "judge/$1-zero" out '"good_rows":0}$'
}
judged other 'is not listed in writers.yaml'
judged archive 'is listed for another archive'
judged grants 'was not granted what it signed'
judged revoked 'is revoked'
judged expired 'was not valid any more'
judged early 'was not valid yet'
echo 'writers: {}' > none.yaml
try judge/none 2/config_invalid of ledger verify --writers none.yaml
says judge/none-says err 'none.yaml: 1:1: no writer is listed'
try judge/missing 8/io_error of ledger verify --writers missing.yaml
mv "$A/.consign/keys" keys
try judge/unknown 0 of ledger verify
says judge/unknown-says out 'nobody known, .* is not known here: not checked$'
try judge/from-outside 0 of ledger verify --writers w.yaml
mv keys "$A/.consign/keys"
mkdir unsigned unsigned/.consign
head -n 5 small > unsigned/.consign/ledger.jsonl
try judge/unsigned 6/verification_failed "$CONSIGN" ledger verify \
    --root unsigned --writers w.yaml
says judge/unsigned-says err 'no row of the ledger is signed'

# --- A small ledger, changed at every row -----------------------------------

# Another archive, of which rows are brought in.
photos=$A
A=$WORK/twins
mkdir "$A"
echo one > "$A/a"
of key new nas1 > twins.yaml
climb_to 0
push --only "$(object "$A/a")"
cp "$A/.consign/ledger.jsonl" twin
A=$photos

mkdir forged
python3 "$ROOT/tests/e2e/forge.py" small twin forged > list
check forged/enough [ "$(grep -c '^anew' list)" -gt 40 ]

# found PATTERN: each of these is broken, at that row
found() {
	grep "^$1" list > some
	wrong=
	while read -r name row; do
		cp "forged/$name" "$L"
		of ledger verify > out 2> err
		status=$?
		read -r line < err
		case $status$line in
		"6consign: ledger_broken: ledger row $row: "*) ;;
		"6consign: ledger_broken: ledger row $row is "*) ;;
		*) wrong="$wrong, $name: not $row but $status $line" ;;
		esac
	done < some
	check "found/$1" [ -z "$wrong" ]
	[ -z "$wrong" ] || echo "$wrong" | head -c 1000
}
cp small "$L"
rm -f "$A/.consign/manifest.jsonl"
of ledger rebuild > rebuilt.out
cp "$A/.consign/manifest.jsonl" manifest
for what in delete double splice edit cut swap; do
	found "stands-$what"
done
rm "$A/.consign/manifest.jsonl"
for what in delete double splice edit swap; do
	found "anew-$what"
done
found bit

# --- What else looks --------------------------------------------------------

# script LEDGER ROW WORDS: the one that uses openssl finds it there
script() {
	signatures "forged/$1" w.yaml > out 2> err
	check "script/$1" [ $? -eq 1 ]
	says "script/$1-says" err "^row $2: $3"
}
last=$(($(wc -l < small) - 1))
first=$(grep -n '"kind":"checkpoint"' small | head -n 1 | cut -d : -f 1)
script anew-edit-1 $((first - 1)) 'the signature of [0-9a-f]* is wrong'
script "anew-delete-$((last - 1))" $((last - 1)) 'the signature of'
sig=$(sed -n '$s/.*"sig":"\(.\).*/\1/p' small)
[ "$sig" = 1 ] && other=2 || other=1
sed "\$s/\"sig\":\"./\"sig\":\"$other/" small > forged/flipped
script flipped "$last" 'the signature of'
sed '$s/"sig":"\(.\{127\}\)./"sig":"\1/' small > forged/short
script short "$last" 'no signature'
signatures "$L" other.yaml > out 2> err
check script/unknown [ $? -eq 1 ]
says script/unknown-says err '^row [0-9]*: the key [0-9a-f]* is not known$'
signatures "$L" missing.yaml > out 2> err
check script/unreadable [ $? -eq 2 ]

# A signature that does not fit is never signed over.
cp forged/anew-edit-1 "$L"
# shellcheck disable=SC2086  # options
try broken/checkpoint 6/ledger_broken of ledger checkpoint $YES
check broken/left cmp forged/anew-edit-1 "$L"
cp "forged/anew-edit-$((last - 1))" "$L"
try broken/doctor 6/ledger_broken of doctor -q
says broken/doctor-says out "^fail signature: ledger row $last: "
