# shellcheck shell=bash disable=SC2034,SC2154  # shared variables: lib.sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# OpenStack Swift with its s3api: a proxy and the three storage servers, one
# replica in a plain folder, users from the proxy's configuration (tempauth).
# Sourced by run.sh; see lib.sh for the variables.

swift_packages=(swift-proxy swift-account swift-container swift-object swift
    memcached)

# Swift keeps what it knows of an object in extended attributes.
swift_can_run() {
	/usr/bin/python3 -c 'import os, sys
os.setxattr(sys.argv[1], "user.consign", b"1")' \
	    "$state" 2>"$state/xattr.log" ||
	    { echo 'the file system has no user extended attributes'; return 1; }
}

# swift_storage TYPE PORT: a one-device ring, and the server's configuration
swift_storage() {
	local builder=$swift/$1.builder
	swift-ring-builder "$builder" create 6 1 0 &&
	swift-ring-builder "$builder" add --region 1 --zone 1 \
	    --ip 127.0.0.1 --port "$2" --device disk --weight 1 &&
	swift-ring-builder "$builder" rebalance || return 1
	cat >"$swift/$1.conf" <<X
[DEFAULT]
swift_dir = $swift
devices = $swift/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = $2
workers = 0
user = $(id -un)
disable_fallocate = true
[pipeline:main]
pipeline = $1-server
[app:$1-server]
use = egg:swift#$1
X
}

# swift_proxy PORT MEMCACHED_PORT: its configuration
swift_proxy() {
	local filters='catch_errors cache s3api tempauth slo dlo' filter
	cat >"$swift/proxy.conf" <<X
[DEFAULT]
swift_dir = $swift
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(id -un)
[pipeline:main]
pipeline = $filters proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$2
[filter:s3api]
use = egg:swift#s3api
location = $REGION
[filter:tempauth]
use = egg:swift#tempauth
user_${AWS_ACCESS_KEY_ID/:/_} = $AWS_SECRET_ACCESS_KEY .admin
X
	for filter in catch_errors slo dlo; do
		printf '[filter:%s]\nuse = egg:swift#%s\n' $filter $filter
	done >>"$swift/proxy.conf"
}

swift_start() {
	local type port cache tries=100
	# An access key with a colon, a secret shorter than 16 bytes: both are
	# what this server's users have, the latter on loopback only.
	provider=openstack-swift swift=$state/swift
	AWS_ACCESS_KEY_ID=test:tester AWS_SECRET_ACCESS_KEY=testing

	mkdir -p "$swift/devices/disk"
	printf '[swift-hash]\nswift_hash_path_suffix = consign\n' \
	    >"$swift/swift.conf"
	for type in account container object; do
		free_port port
		swift_storage $type "$port" >>"$state/rings.log" 2>&1 || return 1
		spawn swift-$type swift-$type-server "$swift/$type.conf" -v
	done
	free_port cache
	free_port port
	swift_proxy "$port" "$cache"
	spawn memcached memcached -u "$(id -un)" -l 127.0.0.1 -p "$cache" -m 64
	spawn swift-proxy swift-proxy-server "$swift/proxy.conf" -v
	http=http://localhost:$port
	answers "$http/" || return 1
	until swift_bucket; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.2
	done
}

# Swift's own API is the independent view: it shares neither S3's signatures
# nor its way to write keys.  Its token is taken once, with the bucket.
swift_bucket() {
	token=$(curl -s -D - -o "$state/answer" \
	    -H "X-Auth-User: $AWS_ACCESS_KEY_ID" \
	    -H "X-Auth-Key: $AWS_SECRET_ACCESS_KEY" "$http/auth/v1.0" |
	    tr -d '\r' | sed -n 's/^X-Auth-Token: //p')
	[ -n "$token" ] && curl -sf -X PUT -H "X-Auth-Token: $token" \
	    "$http/v1/AUTH_test/$BUCKET"
}

# swift_peek KEY FILE: its bytes to FILE; prints the status of the answer
swift_peek() {
	curl -s -o "$2" -w '%{http_code}' -H "X-Auth-Token: $token" \
	    "$http/v1/AUTH_test/$BUCKET/$1"
}

# swift_wipe KEY: it is lost
swift_wipe() {
	curl -sf -X DELETE -H "X-Auth-Token: $token" \
	    "$http/v1/AUTH_test/$BUCKET/$1"
}

# swift_names PREFIX: the keys that begin with it, a line each
swift_names() {
	curl -sf -H "X-Auth-Token: $token" \
	    "$http/v1/AUTH_test/$BUCKET?prefix=$1"
}
