# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# For tests of how fast and when.  To be sourced after lib.sh.

# within LOW N HIGH
within() {
	echo "$1 <= $2 <= $3"
	[ "$1" -le "$2" ] && [ "$2" -le "$3" ]
}

# clock OFFSET: HH:MM of UTC, in so many minutes
clock() {
	date -u -d "$1 minutes" +%H:%M
}
