#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The README's tour runs as it stands, but for the port, and says what the
# README shows; its crontab is made of what the tour did, and its line for R2
# can be planned; the commands, paths and goals that it names are there.
. "$(dirname "$0")/../e2e/lib.sh"

readme=$ROOT/README.md
port=$((20000 + $$ % 10000))

# --- The tour -------------------------------------------------------------

awk '/^```/ { code = /sh$/; next } code' "$readme" |
    sed "s/9000/$port/g" > tour.sh
check readme/tour-is-there [ "$(wc -l < tour.sh)" -gt 15 ]
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
(
	cd "$ROOT" && sh -e "$WORK/tour.sh"
) > said 2>&1
check readme/tour [ $? -eq 0 ]

# loose: on one line, without sizes and digests
loose() {
	tr '\n' ' ' | sed 's/  */ /g; s/ $//
	    s/[0-9][0-9]* bytes/N bytes/g; s/not [0-9][0-9]*/not N/g
	    s/sha256:[0-9a-f.]*/sha256:/g'
}

# Indented paragraphs of the tour are what was said.
loose < said > said.loose
sed -n '/^## Ten/,/^## Every/p' "$readme" |
    awk '/^```/ { code = !code } { print !code && /^    / ? $0 : "" }' |
    awk 'BEGIN { RS = "" } { gsub(/\n/, " "); print }' > shown
check readme/shown [ "$(wc -l < shown)" -ge 2 ]
while read -r line; do
	line=$(echo "$line" | loose)
	check "readme/says-${line%% *}" grep -qF "$line" said.loose
done < shown

# --- Every night ----------------------------------------------------------

sed -n '/^## Every/,/^## Comm/p' "$readme" > nightly
grep -o 'consign [a-z]* /srv/vault.*[a-z]$' nightly |
    sed 's,/srv/,,' > nights
check readme/crontab [ "$(wc -l < nights)" -eq 2 ]
while read -r line; do
	check "readme/did-${line%% vault*}" grep -qF -- "../$line" tour.sh
done < nights

# The line for R2, dry, of an archive with one object.
mkdir archive
echo photo > archive/photo
hex=$(sha256sum < archive/photo | cut -c 1-64)
line=$(sed -n '/consign push.*\\$/,/approve$/p' nightly | tr -d '\\\n' |
    sed "s,/srv/vault,archive,; s/ACCOUNT/account/; s/HEX/$hex/
        s/--approve/--dry-run/; s,^ *consign,\"\$CONSIGN\",")
try readme/r2-line 0 sh -c "$line"
check readme/r2-gates [ "$(grep -c '^gate .*PASS' out)" -eq 8 ]

# --- What is named --------------------------------------------------------

# all_there COMMAND...: does it hold for each of the lines of "named"?
all_there() {
	[ -s named ] || return 1
	while read -r name; do
		"$@" "$name" || {
			echo "not there: $name"
			return 1
		}
	done < named
}

grep -o "\`[a-z_]*/[a-z0-9_./-]*\`" "$readme" | tr -d '`' |
    grep -v '^build/' > named
sed -n '/^## Where/,/^|/s/^    \([a-z_]*\/\) .*/\1/p' "$readme" >> named
is_path() {
	[ -e "$ROOT/$1" ]
}
check readme/paths all_there is_path

grep -o 'make [a-z][a-z0-9-]*' "$readme" | cut -d' ' -f2 > named
is_goal() {
	grep -q "^$1:" "$ROOT/Makefile"
}
check readme/goals all_there is_goal

sed -n "/^## Commands/,/^## Cred/s/^| \(\`.*\`\) |.*/\1/p" "$readme" |
    tr -d '\`,' | xargs -n 1 | sort > named
"$CONSIGN" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
    sort > commands
check readme/commands cmp named commands
