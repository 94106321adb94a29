# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What consign sends, the clients of peers.sh must get, and the other way
# round.  Sourced by run.sh; see lib.sh for the variables.

# 20 MiB: awscli and s3cmd send it in parts, whose ETag is no digest of the
# whole.  Other bytes for each client, so that nothing can be mixed up.
check_interop() {
	local name key
	for name in "${peers[@]}"; do
		key="inter op/$name+ü.bin"
		head -c 20M /dev/urandom >"$state/sent"
		ends "$server/put-for-$name" 0 put "$state/sent" "of/$key"
		rm -f "$state/got"
		check "$server/$name-gets-it" \
		    "${name}_get" "of/$key" "$state/got"
		check "$server/$name-gets-the-bytes" \
		    cmp "$state/sent" "$state/got"

		check "$server/$name-puts" \
		    "${name}_put" "$state/sent" "by/$key"
		same "$server/get-of-$name" "$state/sent" "by/$key"
		ends "$server/skip-of-$name" 0 put "$state/sent" "by/$key"
	done
}
