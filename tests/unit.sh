#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/unit.sh DIR [RUNNER...]
#
# Runs what was built in DIR, under RUNNER (qemu) if given: the unit tests,
# every folder of vectors/ and every fuzzer over its corpus.  Prints their
# PASS and FAIL lines and, last, "N passed, N failed".
set -u

dir=$1
shift
floor=${FLOOR:-1}
log=$dir/unit.log
: > "$log"

# one NAME COMMAND...: its lines; a bad end or no PASS line is a failure too
one() {
	name=$1
	shift
	out=$("$@" 2>&1 < /dev/null)
	status=$?
	printf '%s\n' "$out"
	if [ $status -ne 0 ] && ! printf '%s\n' "$out" | grep -q '^FAIL '; then
		echo "FAIL $name: ended with status $status"
	elif [ $status -eq 0 ] && ! printf '%s\n' "$out" | grep -q '^PASS '; then
		echo "FAIL $name: tested nothing"
	fi
}

{
	for t in "$dir"/*/t_*; do
		case $t in
		*.d | *.o | *"*") continue ;;
		esac
		one "${t#"$dir"/}" "$@" "$t"
	done
	for v in vectors/*/; do
		[ -x "$dir/vectors" ] && [ -e "$v" ] || continue
		kind=$(basename "$v")
		grep -qw "$kind" "$dir/vectors.kinds" 2> /dev/null || continue
		one "vectors/$kind" "$@" "$dir/vectors" "$kind" "$v"*.txt
	done
	for f in "$dir"/fuzz_*; do
		[ -x "$f" ] || continue
		name=${f##*/fuzz_}
		one "corpus/$name" "$@" "$f" tests/corpus/"$name"/*
	done
} | tee "$log"

awk -v floor="$floor" '
	/^PASS / { pass++ }
	/^FAIL / { fail++ }
	END {
		if (pass + fail < floor) {
			printf "FAIL only %d tests ran, of at least %d\n",
			    pass + fail, floor
			fail++
		}
		printf "%d passed, %d failed\n", pass, fail
		exit fail > 0
	}' "$log"
