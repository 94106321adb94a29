#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The main job in one go, on loopback: this source tree as an archive to a
# store over TLS, proven, fetched back, compared and unpacked.
. "$(dirname "$0")/lib.sh"

say() {
	echo
	echo "== $*"
}

# run NAME COMMAND...: shows the command and what it says
run() {
	run_name=demo/$1
	shift
	echo "\$ $*"
	if "$@"; then
		pass "$run_name"
	else
		fail "$run_name" "ended with status $?"
	fi
}

say "A store on loopback, with TLS and a certificate of its own authority"
start_tls_store server-ec
echo "$ENDPOINT, bucket $BUCKET"

say "The archive: these sources"
tar -C "$ROOT" -czf sources.tar.gz Makefile LICENSE src tests cross
sha256sum sources.tar.gz
ls -l sources.tar.gz

set -- --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
    --ca-file "$CA"

say "Sent; then read back and hashed before it counts as stored"
run put "$CONSIGN" put sources.tar.gz backup/sources.tar.gz --json "$@"
echo "The store saw: $(ops)"

say "Once more: the same bytes are there, nothing is sent"
forget_requests
run again "$CONSIGN" put sources.tar.gz backup/sources.tar.gz --json "$@"
echo "The store saw: $(ops)"

say "Other bytes under that key: refused, nothing is overwritten"
echo "not the archive" > other
try demo/refused 6/remote_conflict "$CONSIGN" put other backup/sources.tar.gz "$@"
cat err

say "Restored into another file, and unpacked"
run get "$CONSIGN" get --key backup/sources.tar.gz -o restored.tar.gz "$@"
run same-bytes cmp sources.tar.gz restored.tar.gz
mkdir restored
run unpack tar -C restored -xzf restored.tar.gz
run same-tree diff -r "$ROOT/src" restored/src
echo
