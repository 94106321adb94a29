# shellcheck shell=bash disable=SC2034,SC2154  # variables: tests/e2e/lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What is measured with, and against.  Sourced; takes in tests/e2e/lib.sh.

export LC_ALL=C.UTF-8
export no_proxy=localhost${no_proxy:+,$no_proxy}

# shellcheck source=/dev/null
. "$(dirname "$0")/../e2e/lib.sh"

# bench_tools: what figures are told by
bench_tools() {
	hwm=$ROOT/build/hwm
	[ "$hwm" -nt "$ROOT/tests/bench/hwm.c" ] ||
	    "${CC:-gcc}" -std=c11 -O2 -D_POSIX_C_SOURCE=200809L -o "$hwm" \
	        "$ROOT/tests/bench/hwm.c" || exit 1
}

# bench_start: AES-128-GCM only, so that all clients use the same cipher; no
# body is hashed, so that the store's work is small and the same for all.
bench_start() {
	start_tls_store server-ec --suites aes128gcm --trust-digests
	bench_tools
}

# consign_put FILE KEY: its figures (hwm.c) to the file "figures", the times
# of its phases to standard error
consign_put() {
	"$hwm" -o figures "$CONSIGN" put -v "$1" "$2" \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --ca-file "$CA"
}
