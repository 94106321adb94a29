#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: [LANES=N] tests/run.sh LOGS FLOOR [FLAVOUR] < STEPS
#	 tests/run.sh --step LOGS FLAVOUR NAME COMMAND
#
# Runs steps, one a line of "NAME COMMAND"; '#' starts a comment line.  The
# output goes to LOGS/NAME.log; of it the PASS, FAIL and SKIP lines are shown,
# with FLAVOUR before the names, and its end if the step failed.  A step that
# ends badly, hangs or reports nothing has failed too.  At the end those that
# failed are named once more; the last line is "N passed, N failed", and
# ", N skipped" if any was.  Fewer than FLOOR tests are a failure.  With LANES so many steps run at once: whenever one ends, the
# next one begins.  LOGS/times says of each how many seconds it took, and how many
# of CPU time.  --step is one of them.
set -u

limit=1200			# seconds a step

# step NAME COMMAND
step() {
	log=$logs/$(echo "$1" | tr / -).log
	began=$(date +%s)
	timeout "$limit" sh -c "$2" > "$log" 2>&1 < /dev/null
	status=$?
	times > "$log.cpu"	# a subshell's own would begin at 0
	awk -v wall="$(($(date +%s) - began))" -v name="$1" -F '[ms ]+' '
		END { printf "%d %.0f %s\n", wall, $1 * 60 + $2 + $3 * 60 + $4,
		    name }' "$log.cpu" >> "$logs/times"
	rm "$log.cpu"
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
	echo "$lines" | sed '/^$/d' | tee -a "$logs/results"
}

if [ "$1" = --step ]; then
	logs=$2
	flavour=$3
	step "$4" "$5"
	exit
fi

logs=$1
floor=$2
flavour=${3:+$3/}
results=$logs/results
rm -rf "$logs"
mkdir -p "$logs"
: > "$results"

# Each step's two words are two arguments, split off at a zero byte.
grep -v -e '^#' -e '^[[:space:]]*$' |
    sed 's/^[[:space:]]*\([^[:space:]]*\)[[:space:]]*/\1\x00/' | tr '\n' '\0' |
    xargs -0 -r -n 2 -P "${LANES:-1}" "$0" --step "$logs" "$flavour"

if grep -q '^FAIL ' "$results"; then
	echo "--- failed:"
	grep '^FAIL ' "$results" | cut -c 1-600 | sed 's/^/    /'
fi
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
