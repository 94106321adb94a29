#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-writers(5): its example is taken, its commands run, and its table of
# grants names every kind of row.
. "$(dirname "$0")/../e2e/lib.sh"

page=$ROOT/docs/consign-writers.5

# shown N: the page's example of that number, as people see it
shown() {
	awk -v n="$1" '/^\.Bd/ { on = ++seen == n; next }
		/^\.Ed/ { on = 0 }
		on' "$page"
}

shown 1 | sed -e ':a' -e '/\\e$/{N;s/\\e\n//;ba' -e '}' > example.yaml
check writers/example-key grep -q '^    public_key: .\{124\}$' example.yaml
mkdir photos music
"$CONSIGN" key new nas2 --root music > writers.yaml
try writers/example 1/not_found "$CONSIGN" ledger verify --root music \
    --writers example.yaml
sed 's/QcDQgAE/QcDQgAF/' example.yaml > other.yaml
try writers/example-changed 2/config_invalid "$CONSIGN" ledger verify \
    --root music --writers other.yaml
check writers/example-place grep -q 'other.yaml: 5:17: public_key is not' err

shown 2 | sed 's/^consign ledger.*//' > example.sh
ln -s "$CONSIGN" consign
check writers/commands env PATH="$WORK:$PATH" sh -e example.sh
check writers/appended [ "$(grep -c '^  nas[12]:$' writers.yaml)" -eq 2 ]
try writers/both 1/not_found "$CONSIGN" ledger verify --root music \
    --writers writers.yaml

{
	sed -n '/^\.Bl -column "confirm"/,/^\.El/p' "$page" |
	    sed 's/.*Ta rows//; /^\.It Cm anchor/d; s/No which.*//; s/^\.B.*//' |
	    tr -s ' ,' '\n' | grep '^[a-z]*$' | grep -v '^and$'
	echo genesis
	echo checkpoint
} | grep -v '^$' | sort > listed
sed -n 's/^	\[ROW_[A-Z]*\] = { "\([a-z]*\)".*/\1/p' "$ROOT/src/store/row.c" |
    sort > kinds
check writers/kinds diff kinds listed
