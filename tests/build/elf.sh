#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/build/elf.sh PROGRAM LIMIT
#
# PROGRAM is a hardened static PIE of at most LIMIT KiB, stripped, and beside
# it lies PROGRAM.debug with its symbols.
set -u

program=$1
limit=$2
headers=$(readelf -hlW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf -sW "$program.debug")
failed=0

# verdict STATUS NAME
verdict() {
	if [ "$1" -eq 0 ]; then
		echo "PASS elf/$2"
	else
		echo "FAIL elf/$2 ($program)"
		failed=1
	fi
}

# has NAME TEXT PATTERN, lacks NAME TEXT PATTERN
has() {
	echo "$2" | grep -qE "$3"
	verdict $? "$1"
}
lacks() {
	! echo "$2" | grep -qE "$3"
	verdict $? "$1"
}

has   pie          "$headers" 'Type: +DYN'
lacks no-interp    "$headers" ' INTERP '
has   relro        "$headers" ' GNU_RELRO '
has   stack-no-exec "$headers" ' GNU_STACK .* RW '
lacks no-wx        "$headers" ' (RWE|WE) '
lacks no-needed    "$dynamic" '\(NEEDED\)'
lacks no-textrel   "$dynamic" 'TEXTREL'
has   bind-now     "$dynamic" '\(FLAGS(_1)?\).*NOW'
has   stack-guard  "$symbols" ' __stack_chk_fail$'
lacks stripped     "$(readelf -SW "$program")" ' \.(symtab|debug_)'
lacks no-path      "$(strings -a "$program.debug")" "$PWD|/home/|/root/"

size=$(wc -c < "$program")
[ "$size" -le $((limit * 1024)) ]
verdict $? "size: $size bytes, at most $limit KiB"
exit $failed
