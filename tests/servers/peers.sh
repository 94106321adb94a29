# shellcheck shell=bash disable=SC2034,SC2154  # variables: tests/e2e/lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The clients that people have already: CLIENT_put FILE KEY sends, CLIENT_get
# KEY FILE fetches, at the store of tests/e2e/lib.sh.  Debian's binaries by
# their full path, with HOME in its folder and no other configuration.
# Sourced.

peers=(awscli s3cmd rclone)
under=(timeout 120)		# what they run under

# peer VARIABLE=VALUE... COMMAND...: its output goes to peer.log
peer() {
	mkdir -p "$WORK/home"
	env -i PATH=/usr/bin:/bin HOME="$WORK/home" LC_ALL=C.UTF-8 \
	    NO_PROXY=localhost AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" \
	    AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" "${under[@]}" \
	    "$@" >>"$WORK/peer.log" 2>&1
}

awscli_cp() {
	peer /usr/bin/aws s3 cp --endpoint-url "$ENDPOINT" \
	    --region "$REGION" --ca-bundle "$CA" --no-progress "$1" "$2"
}
awscli_put() { awscli_cp "$1" "s3://$BUCKET/$2"; }
awscli_get() { awscli_cp "s3://$BUCKET/$1" "$2"; }

s3cmd_do() {
	local host=${ENDPOINT#https://}
	peer /usr/bin/s3cmd --config /dev/null --host "$host" \
	    --host-bucket "$host" --region "$REGION" --ca-certs "$CA" \
	    --no-progress "$@"
}
s3cmd_put() { s3cmd_do put "$1" "s3://$BUCKET/$2"; }
s3cmd_get() { s3cmd_do get "s3://$BUCKET/$1" "$2"; }

rclone_copy() {
	peer /usr/bin/rclone copyto --config '' --s3-provider Other \
	    --s3-env-auth --s3-endpoint "$ENDPOINT" --s3-region "$REGION" \
	    --s3-no-check-bucket --ca-cert "$CA" "$1" "$2"
}
rclone_put() { rclone_copy "$1" ":s3:$BUCKET/$2"; }
rclone_get() { rclone_copy ":s3:$BUCKET/$1" "$2"; }
