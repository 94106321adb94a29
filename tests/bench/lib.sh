# shellcheck shell=bash disable=SC2034,SC2154  # see tests/servers/lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The endpoint of a measurement: the loopback store over TLS, AES-128-GCM
# only, so that all clients use the same cipher.  The store hashes no body
# (--trust-digests): its work is the same for all and small.  Sourced, after
# tests/servers/lib.sh and tls.sh, with work and top set.

store_start() {
	S3D=${S3D:-$top/build/s3d}
	server=s3d provider=generic-s3 region=us-east-1 bucket=bucket
	key_id=AKIABENCHMARK secret=a-secret-for-loopback-only

	mkdir -p "$work/empty" "$work/store"
	make_certificates || return 1
	spawn s3d "$S3D" --dir "$work/store" --bucket "$bucket" \
	    --access-key "$key_id" --secret-key "$secret" \
	    --port-file "$work/port" --log "$work/requests" \
	    --cert "$tls/ec.pem" --key "$tls/ec.key" --suites aes128gcm \
	    --trust-digests
	wait_for -s "$work/port" || return 1
	endpoint=https://localhost:$(cat "$work/port") ca=$tls/ca.pem
	answers "$endpoint/"
}

# hwm_build: the measuring wrapper, for this machine
hwm_build() {
	hwm=$top/build/hwm
	[ "$hwm" -nt "$top/tests/bench/hwm.c" ] ||
	    "${CC:-gcc}" -std=c11 -O2 -D_POSIX_C_SOURCE=200809L \
	        -o "$hwm" "$top/tests/bench/hwm.c"
}
