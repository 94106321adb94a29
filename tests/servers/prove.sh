# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# What the server is found to do, that it climbs all tiers, and that nothing
# stays there.  Sourced by run.sh; see lib.sh for the variables.

# proves N [OPTION...]: that tier, on an archive of its own
proves() {
	local n=$1
	shift
	ends "$server/prove-$n" 0 prove --root "$state/archive" --tier "$n" --approve \
	    --reviewed-by kim \
	    --access-key-id-ref env:AWS_ACCESS_KEY_ID \
	    --secret-access-key-ref env:AWS_SECRET_ACCESS_KEY "$@"
}

# As measured: Swift 2.30 refuses If-None-Match on PUT, s3rver 3.7 looks at
# no condition at all.
declare -A found_at=(
	[swift]='absence get get delete list delete'
	[s3rver]='absence get list delete'
)

# findings: those of the row in the file "out" that are true
findings() {
	local f
	for f in absence_visible put_if_none_match get_if_match get_range \
	    delete_if_match versioned list_allowed delete_allowed; do
		[ "$(row "$f")" != true ] || echo "${f%%_*}"
	done | xargs
}

# Nothing below the archive's own prefix, by the server's own means.
left() {
	if [ "$server" = swift ]; then
		swift_names consign/
	else
		find "$state/data/$BUCKET/consign" -type f 2>/dev/null
	fi
}

check_prove() {
	local n
	mkdir "$state/archive"
	proves 0 --json
	check "$server/findings" \
	    [ "$(findings)" = "${found_at[$server]}" ]
	for n in 1 2 3 4; do
		proves "$n"
	done
	check "$server/prove-leaves-nothing" [ -z "$(left)" ]
}
