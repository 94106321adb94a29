# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# s3rver, from npm.  It checks neither signatures nor digests and takes any
# region, so it proves nothing about those: it is here as another writer of
# answers.  Sourced by run.sh; see lib.sh for the variables.

s3rver_version=3.7.1
s3rver_packages=()
command -v npm >/dev/null || s3rver_packages=(nodejs npm)

s3rver_can_run() {
	local at=$ROOT/build/npm
	[ -e "$at/node_modules/s3rver/package.json" ] && return
	mkdir -p "$at"
	npm install --prefix "$at" --no-audit --no-fund \
	    "s3rver@$s3rver_version" >"$state/npm.log" 2>&1 ||
	    { echo "npm cannot install s3rver@$s3rver_version"; return 1; }
}

s3rver_start() {
	local port
	provider=generic-s3
	AWS_ACCESS_KEY_ID=S3RVER AWS_SECRET_ACCESS_KEY=S3RVER

	free_port port
	spawn s3rver node "$ROOT/build/npm/node_modules/s3rver/bin/s3rver.js" \
	    --directory "$state/data" --address 127.0.0.1 --port "$port" \
	    --no-vhost-buckets --configure-bucket "$BUCKET"
	http=http://localhost:$port
	answers "$http/"
}

# s3rver_peek KEY FILE: its bytes to FILE; prints the status of the answer
s3rver_peek() {
	curl -s -o "$2" -w '%{http_code}' \
	    --aws-sigv4 "aws:amz:$REGION:s3" \
	    -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
	    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
	    "$http/$BUCKET/$1"
}

# s3rver_wipe KEY: it is lost
s3rver_wipe() {
	rm "$state/data/$BUCKET/$1"*
}
