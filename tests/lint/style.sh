#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/lint/style.sh [TREE]
#
# What can be said of the tree without compiling it.
set -u
cd "${1:-.}" || exit 2

failed=0

# verdict NAME OFFENDERS: what was found, one a line; nothing is a pass
verdict() {
	if [ -z "$2" ]; then
		echo "PASS style/$1"
	else
		echo "    ${2//$'\n'/$'\n'    }"
		echo "FAIL style/$1"
		failed=1
	fi
}

files() {
	find Makefile .ci cross docs src tests third_party -name dl -prune -o \
	    -type f "$@" -print | sort
}
mapfile -t code < <(files -name '*.[ch]')
mapfile -t scripts < <(files \( -name '*.sh' -o -path .ci/run \))
mapfile -t recipes < <(files \( -name '*.mk' -o -name Makefile \))
mapfile -t pages < <(find docs -name '*.[1-9]' | sort)
all=("${code[@]}" "${scripts[@]}" "${recipes[@]}")

verdict licence-line "$(grep -L 'SPDX-License-Identifier: MIT' "${all[@]}"
    grep -L 'Copyright (c) 20[0-9]* the consign authors' "${all[@]}")"

# A header is named by its base name: the search path decides what is seen.
path='[[:space:]]*#[[:space:]]*include[[:space:]]*("[^"]*/|.*\.\.)'
verdict include-path "$(grep -nE "^$path" "${code[@]}")"

# Within src/, and within tests/.  A .c and its .h are one name.
verdict unique-names "$(for part in src tests; do
	find $part -name '*.[ch]' | sed 's,\.[ch]$,,' | sort -u |
	    sed 's,.*/,,' | sort | uniq -d
done)"

verdict long-file "$(wc -l "${all[@]}" | awk '$2 != "total" && $1 > 900')"

verdict long-line "$(for f in "${code[@]}"; do
	expand "$f" | awk -v f="$f" 'length > 80 { print f ":" NR }'
done)"

verdict trailing-space "$(grep -nE '[[:space:]]+$' "${all[@]}")"

verdict left-to-do "$(grep -nwE 'TO''DO|FIX''ME' "${all[@]}")"

verdict executable "$(grep -l '^#!' "${scripts[@]}" | while read -r f; do
	[ -x "$f" ] || echo "$f"
done)"

verdict shellcheck "$(shellcheck -P SCRIPTDIR "${scripts[@]}" 2>&1)"

verdict manual "$([ ${#pages[@]} -gt 0 ] || echo 'no page in docs/'
    mandoc -T lint -W warning "${pages[@]}" < /dev/null 2>&1)"

exit $failed
