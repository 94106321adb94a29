#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-history(5) and consign-bundle(5): their tables are those of the
# program, and their examples run.
. "$(dirname "$0")/../e2e/lib.sh"
. "$ROOT/tests/e2e/archive.sh"

# fields FILE STRUCT...: name, form, and whether it is optional; in order
fields() {
	fields_file=$1
	shift
	for fields_struct; do
		awk -F '[(), ]+' -v s="$fields_struct" '
			/^\tFORM_(NEED|MAY)\(/ && $2 == s {
				form = tolower(substr($4, 6))
				sub(/^hex64$/, "digest", form)
				print $3, form ($1 ~ /MAY/ ? " ?" : "")
			}' "$ROOT/src/store/$fields_file"
	done
}
# listed PAGE
listed() {
	awk -F ' Ta( |$)' '/^\.It Va / {
		sub(/^\.It Va /, "", $1)
		sub(/\\ \?$/, " ?", $2)
		print $1, $2
	}' "$ROOT/docs/$1"
}
# shown PAGE N: its N-th example, as people see it
shown() {
	awk -v n="$2" '/^\.Bd/ { on = ++seen == n; next }
		/^\.Ed/ { on = 0 }
		on' "$ROOT/docs/$1" | sed 's/\\e/\\/g'
}

fields pack.c line > is
listed consign-history.5 > says
check history/fields-are-there [ "$(wc -l < is)" -eq 7 ]
check history/fields diff is says
fields bundle.c first bundle_file last > is
listed consign-bundle.5 > says
check bundle/fields-are-there [ "$(wc -l < is)" -eq 12 ]
check bundle/fields diff is says

# --- A box, its store, and what is shown ------------------------------------

start_store
A=$WORK/old
mkdir -p "$A"
printf 'archive: photos\nremote_receipts: true\n' > "$A/consign.yaml"
"$CONSIGN" key new nas1 --root "$A" > writers.yaml
climb_to 2
echo one > "$A/one"
push -q > push.out 2>&1 || fail push "$(cat push.out)"

mkdir bin
ln -s "$CONSIGN" bin/consign
shown consign-history.5 1 | sed "s,--endpoint.*,$(at_store)," > lost-box.sh
check history/example-is-there grep -q from-store lost-box.sh
check history/lost-box env PATH="$WORK/bin:$PATH" sh -e lost-box.sh
check history/rebuilt [ -s photos/.consign/ledger.jsonl ]

mkdir packs
ledger | sed -n 's/.*"kind":"pack".*"remote_key":"\([^"]*\)".*/\1/p' |
    while read -r key; do get "$key" "packs/pack.${key##*/}"; done
cp "$ROOT/docs/verify-ledger.sh" packs
shown consign-history.5 2 > packs/by-hand.sh
check history/by-hand sh -e -c 'cd packs && sh -e by-hand.sh'
check history/same cmp packs/ledger.jsonl photos/.consign/ledger.jsonl

try bundle/export 0 "$CONSIGN" ledger export --root "$A" -o bundle \
    --writers writers.yaml
try bundle/verify 0 "$CONSIGN" ledger verify --bundle bundle \
    --writers writers.yaml
shown consign-bundle.5 1 | sed "s,verify-ledger,$ROOT/docs/&," > check.sh
check bundle/example sh -e check.sh
sh check.sh > said
check bundle/files [ "$(grep -c ': OK$' said)" -eq \
    "$(grep -c '"name"' bundle/bundle.jsonl)" ]
check bundle/digest grep -q "$(sed '$d' bundle/bundle.jsonl | sha256sum |
    cut -d ' ' -f 1)" bundle/bundle.jsonl
