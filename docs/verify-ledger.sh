#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: verify-ledger.sh [LEDGER]
#
# Checks the chain of a ledger, as consign-ledger(5) describes it, with a
# shell and sha256sum: those of busybox will do.  Prints the number of rows
# and the last chain value.  Exit status: 0 whole, 1 broken, 2 not readable;
# a torn last line is said, and is not counted.
#
# Some 500 rows a second: one sha256sum each.
LC_ALL=C
export LC_ALL

ledger=${1:-.consign/ledger.jsonl}
seq=0
chain=0000000000000000000000000000000000000000000000000000000000000000

broken() {
	echo "ledger row $seq: $1" >&2
	exit 1
}

# octal HEX: what printf needs to write those bytes
octal() {
	hex=$1
	octal=
	while [ -n "$hex" ]; do
		rest=${hex#??}
		byte=$((0x${hex%"$rest"}))
		octal="$octal\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
		hex=$rest
	done
}

# row LINE: is it the next row?
row() {
	body=${1%,\"chain\":*}
	value=${1#"$body"}
	value=${value#,\"chain\":\"}
	value=${value%\"\}}
	if [ "$1" != "$body,\"chain\":\"$value\"}" ] || [ ${#value} -ne 64 ]
	then
		broken 'no chain value at the end'
	fi
	case $body in
	"{\"seq\":$seq,\"time\":\""*) ;;
	*) broken 'another number' ;;
	esac
	octal "$chain"
	# shellcheck disable=SC2059 # the format is the bytes
	sum=$({ printf "$octal"; printf %s "$body"; } | sha256sum)
	[ "${sum%% *}" = "$value" ] || broken 'the chain value is wrong'
	chain=$value
	seq=$((seq + 1))
}

[ -r "$ledger" ] || { echo "cannot read $ledger" >&2; exit 2; }
while IFS= read -r line; do
	row "$line"
	line=
done < "$ledger"
[ -z "$line" ] || echo "a torn row ${#line} bytes long at the end" >&2
echo "$seq rows, chain $chain"
