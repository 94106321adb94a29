#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: verify-anchor.sh ANCHOR PUBLIC-KEY [LEDGER]
#
# Checks an anchor, as consign-anchor(5) describes it, with a shell, sha256sum
# and openssl: its form, that the key (NAME.pub, PEM) is its writer's, and the
# signature.  With a ledger: that it stands there.  (Whether the ledger's own
# chain holds, verify-ledger.sh tells.)  Exit status: 0 good, 1 not, 2 not
# readable.
LC_ALL=C
export LC_ALL

if [ ! -r "$1" ] || [ ! -r "$2" ]; then
	echo "usage: verify-anchor.sh ANCHOR PUBLIC-KEY [LEDGER]" >&2
	exit 2
fi

bad() {
	echo "anchor: $1" >&2
	exit 1
}

# bytes HEX: those bytes
bytes() {
	left=$1
	octal=
	while [ -n "$left" ]; do
		rest=${left#??}
		byte=$((0x${left%"$rest"}))
		octal="$octal\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
		left=$rest
	done
	# shellcheck disable=SC2059 # the format is the bytes
	printf "$octal"
}

# integer HEX: that number in DER, as hex
integer() {
	n=$1
	while [ "${n#00}" != "$n" ]; do n=${n#00}; done
	case $n in [89a-f]*) n=00$n ;; esac
	printf '02%02x%s' $((${#n} / 2)) "$n"
}

hex='[0-9a-f]'
form='{"schema":"consign\.anchor\.v1","archive_id":"[a-z0-9-]*",'
form=$form'"seq":\([0-9]*\),"time":"[0-9T:-]*Z",'
form=$form'"previous":"\('$hex'\{64\}\)","writer":"\('$hex'\{16\}\)",'
form=$form'"sig":"\('$hex'\{64\}\)\('$hex'\{64\}\)"}'
fields=$(sed -n "s/^$form\$/\1 \2 \3 \4 \5/p" "$1")
if [ "$(wc -l < "$1")" -ne 1 ] || [ -z "$fields" ]; then
	bad 'not one'
fi
# shellcheck disable=SC2086 # five words
set -- "$1" "$2" "${3-}" $fields

id=$(openssl pkey -pubin -in "$2" -outform DER | sha256sum | cut -c 1-16)
[ "$id" = "$6" ] || bad "by the key $6, and this is $id"

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bytes "$5" > "$work/previous"
der=$(integer "$7")$(integer "$8")
bytes "$(printf '30%02x%s' $((${#der} / 2)) "$der")" > "$work/sig"
openssl dgst -sha256 -verify "$2" -signature "$work/sig" \
    "$work/previous" > "$work/said" 2>&1 || bad 'the signature is wrong'

[ -n "$3" ] || exit 0
there=$(sed -n "$4s/.*,\"chain\":\"\($hex*\)\"}\$/\1/p" "$3")
[ -n "$there" ] || bad "the ledger has fewer than $4 rows"
[ "$there" = "$5" ] || bad "ledger row $(($4 - 1)) is another"
