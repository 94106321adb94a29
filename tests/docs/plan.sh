#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# consign-plan(5) lists the fields of a saved plan, in their order.
. "$(dirname "$0")/../e2e/lib.sh"

page=$ROOT/docs/consign-plan.5

# written N: the fields of line N of the plan
written() {
	sed -n "$1p" plan | grep -o '[{,]"[a-z_]*":' | tr -d '{,":'
}

# listed SECTION: those of a section's table
listed() {
	awk -v name="$1" '/^\.S[hs] / { on = substr($0, 5) == name }
		on && /^\.It Va / { print $3 }' "$page"
}

mkdir root
echo text > root/a.txt
check plan/saved "$CONSIGN" plan root --endpoint https://s3.invalid \
    --bucket backup --region r --key-strategy prefix --key-prefix x \
    --key-append-extension --save plan
line=1
for section in 'The head' 'An object' 'The end'; do
	written $line > fields
	listed "$section" > table
	check "plan/$section-is-there" [ -s fields ]
	check "plan/$section" diff fields table
	line=$((line + 1))
done

# Every verdict and reason of the program is told, and no other.
sed -n '/^plan_\(verdict\|reason\)_name/,/^}/s/.* = "\([a-z_]*\)".*/\1/p' \
    "$ROOT/src/policy/plan.c" | sort > words
sed -n '/^\.Ss An object/,/^\.Ss The end/{
	s/^\.It Li \([a-z_]*\)$/\1/p
	s/^\.Li \([a-z_]*\)\( [,;:.]\)*$/\1/p
    }' "$page" | sort > listed
check plan/words-are-there [ "$(wc -l < words)" -gt 10 ]
check plan/words diff words listed
