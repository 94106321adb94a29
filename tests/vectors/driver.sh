#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/vectors/driver.sh [VECTORS]
#
# The driver itself: that a set which proves nothing does not pass.
set -u

vectors=$(realpath "${1:-build/tests/vectors}") || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0

# expect NAME STATUS WORDS ARGUMENT...: how the driver ends, and what it says
expect() {
	name=$1 want=$2 words=$3
	shift 3
	said=$("$vectors" "$@" 2>&1)
	got=$?
	if [ "$got" -eq "$want" ] && [ -z "${said##*"$words"*}" ]; then
		echo "PASS driver/$name"
	else
		echo "    status $got, not $want, or no '$words' in: $said"
		echo "FAIL driver/$name"
		failed=1
	fi
}

# file NAME LINE...: a vector file with a source, then the lines
file() {
	name=$1
	shift
	printf '# SOURCE: RFC 4231, test case 2\n\n' > "$name"
	printf '%s\n' "$@" >> "$name"
}

key='key = Jefe'
msg='msg = what do ya want for nothing?'
mac=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843

file good "name = two" "$key" "$msg" "mac = $mac"
file written 'key = hex:4a656665' \
    'msg = str:what do ya\x20want for nothing?' "mac = $mac"
file beside "$key" 'msg = file:message' "mac = $mac"
printf 'what do ya want for nothing?' > message
file wrong "$key" "$msg" "mac = ${mac%3}4"
file unknown "$key" "$msg" "mac = $mac" 'colour = blue'
file lacking "$key" "mac = $mac"
file twice "$key" "$key" "$msg" "mac = $mac"
file syntax 'key: Jefe'
file escape 'key = str:\q' "$msg" "mac = $mac"
file digits 'key = hex:4a6' "$msg" "mac = $mac"
file outside 'key = file:../x' "$msg" "mac = $mac"
file none '# only a comment'
sed 1d good > sourceless

expect good 0 'PASS hmac/good:3 two' hmac good
expect escapes 0 'PASS hmac/written:3' hmac written
expect file_beside 0 'PASS hmac/beside:3' hmac beside
expect wrong_value 1 'FAIL hmac/wrong:3' hmac wrong
expect unknown_key 1 "key 'colour'" hmac unknown
expect no_case 1 'no case in the file' hmac none
expect no_case_after_good 1 'no case in the file' hmac good none
expect wrong_before_good 1 'PASS hmac/good:3 two' hmac wrong good
expect lacking_key 2 "the case has no 'msg'" hmac lacking
expect key_twice 2 "has 'key' twice" hmac twice
expect syntax 2 "syntax:3: expected 'key = value'" hmac syntax
expect bad_escape 2 'escape:3: bad escape' hmac escape
expect bad_digits 2 'digits:3: expected two hex digits' hmac digits
expect file_elsewhere 2 'outside:3: bad file:NAME' hmac outside
expect no_source 2 "no '# SOURCE: ' line" hmac sourceless
expect missing_file 2 "cannot open 'missing'" hmac missing
expect unknown_kind 2 "unknown kind 'nosuch'" nosuch good
expect no_file 2 'usage: vectors KIND FILE...' hmac
exit "$failed"
