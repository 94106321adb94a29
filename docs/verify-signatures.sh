#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: verify-signatures.sh LEDGER KEYS...
#
# Checks every signature of a ledger, as consign-ledger(5) describes them,
# with a shell, openssl, and mktemp, mv, rm, sed, sha256sum, tr: those of
# busybox will do.  KEYS are files NAME.pub of a state folder, or a writers.yaml; of
# that, only the keys are looked at, not what they may do.
#
# The chain that is signed is not checked here: verify-ledger.sh does that,
# and goes first.  Prints how many signatures there are, and the row of the
# last.  Exit status: 0 all are right, 1 one is not or its key is unknown, 2
# something can not be read.
set -u
LC_ALL=C
export LC_ALL

if [ $# -lt 2 ]; then
	echo 'usage: verify-signatures.sh LEDGER KEYS...' >&2
	exit 2
fi
ledger=$1
shift
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# bytes HEX: as they are
bytes() {
	hex=$1
	octal=
	while [ -n "$hex" ]; do
		rest=${hex#??}
		byte=$((0x${hex%"$rest"}))
		octal="$octal\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
		hex=$rest
	done
	# shellcheck disable=SC2059 # the format is the bytes
	printf "$octal"
}

# integer HEX: a positive one in DER, in hex, into $der
integer() {
	hex=$1
	while :; do
		case $hex in
		00?*) hex=${hex#00} ;;
		[89a-f]*) hex=00$hex; break ;;
		*) break ;;
		esac
	done
	der=$(printf '02%02x%s' $((${#hex} / 2)) "$hex")
}

# add KEY: its base64, as "openssl ec -pubout" has it between the two lines
add() {
	{
		echo '-----BEGIN PUBLIC KEY-----'
		echo "$1" | sed 's/.\{64\}/&\n/g'
		echo '-----END PUBLIC KEY-----'
	} > "$work/key"
	openssl pkey -pubin -in "$work/key" -outform DER -out "$work/der" ||
	    exit 2
	id=$(sha256sum < "$work/der")
	id=${id%"${id#????????????????}"}
	mv "$work/key" "$work/$id.pub"
}

# check ROW: a checkpoint, with $previous before it
check() {
	seq=${1#\{\"seq\":}
	seq=${seq%%,*}
	writer=${1#*,\"writer\":\"}
	writer=${writer%%\"*}
	sig=${1#*,\"sig\":\"}
	sig=${sig%%\"*}
	case $writer in
	*[!0-9a-f]* | '') echo "row $seq: no writer" >&2; exit 1 ;;
	esac
	case ${#sig}$sig in
	128*[!0-9a-f]*) echo "row $seq: no signature" >&2; exit 1 ;;
	128*) ;;
	*) echo "row $seq: no signature" >&2; exit 1 ;;
	esac
	if [ ! -f "$work/$writer.pub" ]; then
		echo "row $seq: the key $writer is not known" >&2
		exit 1
	fi
	s=${sig#????????????????????????????????????????????????????????????????}
	integer "${sig%"$s"}"
	body=$der
	integer "$s"
	body=$body$der
	bytes "$(printf '30%02x%s' $((${#body} / 2)) "$body")" > "$work/sig"
	bytes "$previous" > "$work/signed"
	openssl dgst -sha256 -verify "$work/$writer.pub" \
	    -signature "$work/sig" "$work/signed" > /dev/null 2>&1 || {
		echo "row $seq: the signature of $writer is wrong" >&2
		exit 1
	}
	last=$seq
	n=$((n + 1))
}

for file in "$@"; do
	[ -r "$file" ] || { echo "cannot read $file" >&2; exit 2; }
	case $(sed -n '1s/^-----BEGIN PUBLIC KEY-----$/PEM/p' "$file") in
	PEM) add "$(sed '/^-/d' "$file" | tr -d '\n')" ;;
	*)
		sed -n 's/^ *public_key: *"*\([^" ]*\).*/\1/p' "$file" \
		    > "$work/keys"
		while read -r text; do
			add "$text"
		done < "$work/keys"
		;;
	esac
done

[ -r "$ledger" ] || { echo "cannot read $ledger" >&2; exit 2; }
n=0
last=none
previous=0000000000000000000000000000000000000000000000000000000000000000
while IFS= read -r line; do
	case $line in
	'{"seq":'*',"kind":"checkpoint",'*) check "$line" ;;
	esac
	previous=${line##*,\"chain\":\"}
	previous=${previous%\"\}}
done < "$ledger"
echo "$n signatures, the last in row $last"
