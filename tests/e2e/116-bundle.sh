#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# A bundle holds a whole history, and is checked without an archive: as it
# was made, then with each of its files changed, missing, and one more.
# shellcheck disable=SC2016  # what sed and sh read
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

start_store
A=$WORK/photos
mkdir -p "$A"
"$CONSIGN" key new nas1 --root "$A" > writers.yaml
printf 'anchor: write\n' > "$A/consign.yaml"
climb_to 2
echo one > "$A/one"
echo two > "$A/two"
push -q > push.out 2>&1 || fail push "$(cat push.out)"
stop_store

export_to() {
	export_dir=$1
	shift
	"$CONSIGN" ledger export --root "$A" -o "$export_dir" "$@"
}
verify() {
	"$CONSIGN" ledger verify --bundle "$@"
}

# --- Made -------------------------------------------------------------------

try export/usage 2/usage "$CONSIGN" ledger export --root "$A"
try export 0 export_to b --writers writers.yaml --json
check export/rows [ "$(row rows)" -eq "$(ledger | wc -l)" ]
check export/receipts [ "$(row receipts)" -eq \
    "$(find "$A/.consign/receipts" -name '*.json' | wc -l)" ]
check export/ledger cmp b/ledger.jsonl "$A/.consign/ledger.jsonl"
check export/files [ "$(cd b && find . -maxdepth 2 -type f | sort | xargs)" \
    = "$(cd "$A/.consign" && echo ./anchors/*) ./bundle.jsonl \
./keys/nas1.pub ./ledger.jsonl ./writers.yaml" ]
check export/no-key [ -z "$(find b -name '*.key')" ]
check export/modes [ -z "$(find b -type f ! -perm 644)" ]
(cd b && sed -n 's/.*"name":"\([^"]*\)",.*"sha256":"\([0-9a-f]*\)".*/\2  \1/p' \
    bundle.jsonl > ../sums)
check export/sha256sum sh -c 'cd b && sha256sum --quiet -c ../sums'
check export/index-last [ "$(sed '$d' b/bundle.jsonl | sha256sum |
    cut -d ' ' -f 1)" = "$(tail -n 1 b/bundle.jsonl |
    sed 's/.*"index_sha256":"\([0-9a-f]*\)".*/\1/')" ]
try export/exists 8/io_error export_to b
mkdir empty
try export/empty-exists 8/io_error export_to empty/
check export/left [ -z "$(ls -d .consign-* 2> /dev/null)" ]
try export/no-parent 8/io_error export_to none/b

# --- Verified ---------------------------------------------------------------

cp -r b elsewhere
mkdir lone
try verify 0 verify "$WORK/elsewhere"
check verify/own-writers grep -q 'proves nothing about who wrote it' out
try verify/json 0 verify b --json
check verify/fields [ "$(row rows) $(row receipts_lost) $(row anchors) \
$(row writers)" = "$(ledger | wc -l) 0 2 bundle" ]
try verify/writers 0 verify b --writers writers.yaml
check verify/no-warning [ "$(grep -c 'proves nothing' out)" -eq 0 ]
"$CONSIGN" key new other --root lone > others.yaml
try verify/others 6/verification_failed verify b --writers others.yaml
try verify/nowhere 8/io_error verify nowhere

# damaged NAME COMMAND...: in a copy of the bundle, which is refused then
damaged() {
	damaged_name=$1
	shift
	rm -rf d
	cp -r b d
	(cd d && "$@")
	try "$damaged_name" 6 verify d
}
# flip FILE [OFFSET]
flip() {
	flip_at=${2:-$(($(wc -c < "$1") / 2))}
	flip_byte=$(dd if="$1" bs=1 skip="$flip_at" count=1 2> /dev/null)
	[ "$flip_byte" = 7 ] && flip_byte=8 || flip_byte=7
	printf %s "$flip_byte" |
	    dd of="$1" bs=1 seek="$flip_at" conv=notrunc 2> /dev/null
}
for file in $(cd b && find . -type f | sort); do
	name=${file#./}
	case $name in receipts/*) name=receipt ;; anchors/*) name=anchor ;; esac
	# What is no key or no list of writers is refused as such.
	case $name in
	writers.yaml)
		damaged "$name/flipped" flip "$file" 3
		;;
	*)
		damaged "$name/flipped" flip "$file"
		;;
	esac
	[ "$name" = bundle.jsonl ] || damaged "$name/missing" rm "$file"
	damaged "$name/longer" sh -c "echo >> $file"
done > one-by-one
grep -v ^PASS one-by-one
n=$(grep -c ^PASS one-by-one)
check each-file [ "$n" -gt 20 ]

rm -rf d && cp -r b d && rm d/bundle.jsonl
try index/missing 8/io_error verify d
damaged file/added touch keys/more.pub
damaged receipt/added touch receipts/2026-11.json
damaged folder/deep sh -c 'mkdir -p receipts/a/b && touch receipts/a/b/c'
damaged link ln -s ledger.jsonl link
damaged index/line-gone sed -i 3d bundle.jsonl
damaged index/last-gone sed -i '$d' bundle.jsonl
damaged index/order sed -i '2{h;d};3{G}' bundle.jsonl

# Whoever writes a new index has to have a ledger that holds.
index() {
	sed -i '$d' bundle.jsonl
	size=$(wc -c < ledger.jsonl)
	sum=$(sha256sum < ledger.jsonl | cut -d ' ' -f 1)
	sed -i "s/\(\"ledger.jsonl\",\"size_bytes\":\)[0-9]*,\"sha256\":\"[0-9a-f]*/\1$size,\"sha256\":\"$sum/" \
	    bundle.jsonl
	sum=$(sha256sum < bundle.jsonl | cut -d ' ' -f 1)
	n=$(grep -c '"name"' bundle.jsonl)
	echo "{\"files\":$n,\"lost\":0,\"index_sha256\":\"$sum\"}" \
	    >> bundle.jsonl
}
edited() {
	sed -i "$1" ledger.jsonl
	index
}
damaged row/deleted edited 8d
check row/deleted-said grep -q 'ledger row 7: ' err
damaged row/swapped edited '8{h;d};9{G}'
check row/swapped-said grep -q 'ledger row 7: ' err
damaged row/twice edited 8p
check row/twice-said grep -q 'ledger row 8: ' err
damaged row/changed edited '8s/"seq":7,"time":"2/"seq":7,"time":"3/'
check row/changed-said grep -q 'ledger row 7: ' err
damaged rows/cut edited '9,$d'
damaged rows/last-cut edited '$d'

# One that a row names, and no line of the index.
unlisted() {
	receipt=$(find receipts -name '*.json' | head -n 1)
	rm "$receipt"
	sed -i "/${receipt##*/}/d" bundle.jsonl
	index
}
damaged receipt/unlisted unlisted
check receipt/unlisted-said grep -q 'rows name .* receipts, and' err

# --- What is lost before ----------------------------------------------------

receipt=$(find "$A/.consign/receipts" -name '*.json' | sort | head -n 1)
changed=$(find "$A/.consign/receipts" -name '*.json' | sort | tail -n 1)
mv "$receipt" kept
echo >> "$changed"
export_to lossy > out 2> err
check lossy [ "$?" -eq 6 ]
check lossy/says-missing grep -q "${receipt##*/} is missing" err
check lossy/says-changed grep -q "${changed##*/} is changed" err
check lossy/index [ "$(grep -c '"lost":"[mc]' lossy/bundle.jsonl)" -eq 2 ]
try lossy/verify 6/verification_failed verify lossy
cp kept "lossy/receipts/2026-11/${receipt##*/}" 2> /dev/null ||
    cp kept "lossy/receipts/$(basename "$(dirname "$receipt")")/"
try lossy/found-again 6/verification_failed verify lossy

# --- While a run is at work -------------------------------------------------

start_store
for n in 1 2 3 4 5 6 7 8; do
	head -c 300 /dev/urandom > "$A/more$n"
done
A=$WORK/photos push -q > push.out 2>&1 &
for n in 1 2 3 4 5 6; do
	export_to "live$n" > out 2>&1
	verify "live$n" > out 2>&1 || grep -q 'receipts were lost' out ||
	    fail live "$n: $(cat out)"
done
wait $!
pass live
