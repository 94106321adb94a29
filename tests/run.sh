#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/run.sh LOGS FLOOR [FLAVOUR] < STEPS
#
# Runs steps, one a line of "NAME COMMAND"; '#' starts a comment line.  The
# output goes to LOGS/NAME.log; of it the PASS, FAIL and SKIP lines are shown,
# with FLAVOUR before the names, and its end if the step failed.  A step that
# ends badly, hangs or reports nothing has failed too.  The last line is
# "N passed, N failed", and ", N skipped" if any was; fewer than FLOOR tests
# are a failure.
set -u

logs=$1
floor=$2
flavour=${3:+$3/}
limit=1200			# seconds a step
results=$logs/results
rm -rf "$logs"
mkdir -p "$logs"
: > "$results"

# step NAME COMMAND
step() {
	log=$logs/$(echo "$1" | tr / -).log
	timeout "$limit" sh -c "$2" > "$log" 2>&1 < /dev/null
	status=$?
	lines=$(grep -a -E '^(PASS|FAIL|SKIP) ' "$log" |
	    sed -E "s,^[A-Z]+ ,&$flavour,")
	if [ "$status" -ne 0 ]; then
		echo "--- the end of $log:"
		tail -n 50 "$log" | sed 's/^/    /'
	fi
	case $status:$lines in
	*"FAIL "*) ;;
	0:) lines="FAIL $flavour$1: reported nothing" ;;
	0:*) ;;
	*) lines="$lines
FAIL $flavour$1: ended with status $status" ;;
	esac
	echo "$lines" | sed '/^$/d' | tee -a "$results"
}

while read -r name command; do
	case $name in
	"" | "#"*) ;;
	*) step "$name" "$command" ;;
	esac
done

awk -v floor="$floor" '
	/^PASS / { pass++ }
	/^FAIL / { fail++ }
	/^SKIP / { skip++ }
	END {
		if (pass + fail < floor) {
			print "FAIL only " pass + fail " tests ran of " floor
			fail++
		}
		line = pass + 0 " passed, " fail + 0 " failed"
		print skip ? line ", " skip " skipped" : line
		exit fail > 0
	}' "$results"
