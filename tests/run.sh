#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: [LANES=N] tests/run.sh LOGS FLOOR [FLAVOUR] < STEPS
#
# Runs steps, one a line of "NAME COMMAND"; '#' starts a comment line.  The
# output goes to LOGS/NAME.log; of it the PASS, FAIL and SKIP lines are shown,
# with FLAVOUR before the names, and its end if the step failed.  A step that
# ends badly, hangs or reports nothing has failed too.  The last line is
# "N passed, N failed", and ", N skipped" if any was; fewer than FLOOR tests
# are a failure.  With LANES so many steps run at once, in no order.
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

# lane NUMBER: the steps of one lane, one after the other
lane() {
	while read -r name command; do
		step "$name" "$command"
	done < "$logs/lane.$1"
}

lanes=${LANES:-1}
grep -v -e '^#' -e '^[[:space:]]*$' | awk -v lanes="$lanes" -v logs="$logs" '
	{ print > (logs "/lane." NR % lanes) }'
for i in $(seq 0 $((lanes - 1))); do
	[ ! -e "$logs/lane.$i" ] || lane "$i" &
done
wait
rm -f "$logs"/lane.*

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
