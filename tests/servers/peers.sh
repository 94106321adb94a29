# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The clients that people have already: CLIENT_put FILE KEY sends, CLIENT_get
# KEY FILE fetches.  Debian's binaries by their full path, with HOME in this
# run's folder and no other configuration.  Sourced; see lib.sh for the
# variables.

peers=(awscli s3cmd rclone)
peer_packages=("${peers[@]}")

# peer VARIABLE=VALUE... COMMAND...: its output goes to peer.log
peer() {
	mkdir -p "$work/home"
	env -i PATH=/usr/bin:/bin HOME="$work/home" LC_ALL=C.UTF-8 \
	    NO_PROXY=localhost AWS_ACCESS_KEY_ID="$key_id" \
	    AWS_SECRET_ACCESS_KEY="$secret" "${under[@]}" \
	    "$@" >>"$work/peer.log" 2>&1
}

awscli_cp() {
	peer /usr/bin/aws s3 cp --endpoint-url "$endpoint" \
	    --region "$region" --ca-bundle "$ca" --no-progress "$1" "$2"
}
awscli_put() { awscli_cp "$1" "s3://$bucket/$2"; }
awscli_get() { awscli_cp "s3://$bucket/$1" "$2"; }

s3cmd_do() {
	local host=${endpoint#https://}
	peer /usr/bin/s3cmd --config /dev/null --host "$host" \
	    --host-bucket "$host" --region "$region" --ca-certs "$ca" \
	    --no-progress "$@"
}
s3cmd_put() { s3cmd_do put "$1" "s3://$bucket/$2"; }
s3cmd_get() { s3cmd_do get "s3://$bucket/$1" "$2"; }

rclone_copy() {
	peer /usr/bin/rclone copyto --config '' --s3-provider Other \
	    --s3-env-auth --s3-endpoint "$endpoint" --s3-region "$region" \
	    --s3-no-check-bucket --ca-cert "$ca" "$1" "$2"
}
rclone_put() { rclone_copy "$1" ":s3:$bucket/$2"; }
rclone_get() { rclone_copy ":s3:$bucket/$1" "$2"; }
