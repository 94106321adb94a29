#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/docs/trust.sh
#
# Every test that docs/trust.md names is there, under that name.
set -u
cd "$(dirname "$0")/../.." || exit 2
page=docs/trust.md
failed=0

# verdict NAME FOUND
verdict() {
	if [ "$2" = yes ]; then
		echo "PASS trust/$1"
	else
		echo "FAIL trust/$1: $page names it, and it is not there"
		failed=1
	fi
}

# The column "shown by", a citation a line: "121 `broken/`" becomes "121" and
# "121 broken/".
awk -F '|' 'NF >= 6 { print $5 }' "$page" | tr ';' '\n' |
    sed 's/^ *//' > build/trust.cited
there() { [ -e "$1" ] && echo yes; }
n=0
while read -r line; do
	for word in $line; do
		word=$(echo "$word" | tr -d '`,')
		case $word in
		[0-9]*)
			[ -z "${word##*[!0-9]*}" ] && continue
			file=$(ls tests/e2e/"$word"-*.sh 2> /dev/null)
			verdict "$word" "$([ -n "$file" ] && echo yes)"
			n=$((n + 1))
			;;
		t_*) verdict "$word" "$(there "$(echo tests/*/"$word".c)")" ;;
		vectors/* | docs/* | tests/*)
			verdict "$word" "$(there "$word")"
			;;
		*)
			# A test's name, of the file that was named last.
			echo "$line" | grep -q "\`$word" || continue
			[ -n "${file:-}" ] || continue
			# shellcheck disable=SC2086  # may be several
			verdict "${file##*/} $word" \
			    "$(grep -qF -e "$word" $file && echo yes)"
			n=$((n + 1))
			;;
		esac
	done
done < build/trust.cited
[ "$n" -ge 60 ] || verdict "only $n citations" no
exit $failed
