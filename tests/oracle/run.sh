#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/oracle/run.sh [VECTORS] [FOLDER]
#
# Compares our signatures with those of other people's programs: botocore
# (500 generated requests) and curl.  VECTORS is the driver, build/tests/vectors;
# what was compared stays in FOLDER, build/oracle, as vector files.
set -u

vectors=$(realpath "${1:-build/tests/vectors}") || exit 2
folder=$(realpath -m "${2:-build/oracle}") || exit 2
cd "$(dirname "$0")" || exit 2

# Debian's own Python: the packages are not seen by another.
python=/usr/bin/python3
failed=0

# oracle NAME TEST: runs NAME_sigv4.py if TEST says that there is one
oracle() {
	if eval "$2" > /dev/null 2>&1; then
		"$python" -B "$1_sigv4.py" "$vectors" "$folder" || failed=1
	else
		echo "SKIP oracle/$1: not installed"
	fi
}

oracle botocore "$python -c 'import botocore'"
oracle curl "$python -c 'import http.server' && command -v curl"
exit "$failed"
