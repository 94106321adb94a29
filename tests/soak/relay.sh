# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
# shellcheck shell=sh
#
# A long, thin or bad line to the running store, see relay.c.  To be sourced
# after tests/e2e/lib.sh.

# open_line [OPTION VALUE]...: ENDPOINT goes by it from then on
open_line() {
	"${CC:-gcc}" -std=c11 -O2 -o relay "$ROOT/tests/soak/relay.c" || exit 1
	: > relay.port
	./relay "$@" "$S3_PORT" > relay.port &
	relay=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -s relay.port ] || break
		sleep 0.1
	done
	ENDPOINT=${ENDPOINT%:*}:$(cat relay.port)
}

close_line() {
	kill "$relay"
	wait "$relay" 2> /dev/null
	ENDPOINT=${ENDPOINT%:*}:$S3_PORT
}
