#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# run.sh all | SERVER...: consign against real S3 servers on loopback.
#
#	swift	OpenStack Swift with s3api, from Debian's packages
#	s3rver	an emulator, from npm
#
# Prints PASS, FAIL or SKIP and a name for each check; ends with 1 if any
# failed, or if nothing was checked and nothing skipped.  A server that
# cannot be had here is skipped and says why.  Needs root or sudo only to
# install packages.  CONSIGN names the binary, build/consign if not given.
# Everything started is stopped at the end; the logs stay only after a
# failure.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh
set -u
umask 077

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=$top/build/servers
CONSIGN=$(realpath "${CONSIGN:-$top/build/consign}")

for part in lib tls swift s3rver checks peers interop; do
	# shellcheck source=/dev/null
	. "$here/$part.sh"
done

# had SERVER: whether it can be had here; else says why
had() {
	local packages="$1_packages[@]"
	"$here/packages.sh" nginx-light openssl curl "${!packages}" &&
	"$1_can_run"
}

# try SERVER: all checks against it, in a folder of its own
try() {
	local why
	work=$(mktemp -d "$build/$1.XXXXXX")
	mkdir "$work/empty"
	if ! why=$(had "$1" 2>&1); then
		skip "$1" "$why"
		return
	fi
	if ! make_certificates || ! "$1_start" || ! front_start; then
		fail "$1/start" "see the logs in $work"
		return
	fi
	endpoint=$https_ec ca=$tls/ca.pem
	check_server
	if why=$("$here/packages.sh" "${peer_packages[@]}" 2>&1); then
		check_interop
	else
		skip "$1/interop" "$why"
	fi
}

case ${1:-} in
all) set -- swift s3rver ;;
swift | s3rver) ;;
*)
	sed -n '5,16s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

# Stops the server; the folder stays only after a failure, without the objects.
finish() {
	stop_all
	if [ "$failed" -gt "$before" ]; then
		find "$work" -type f -size +1M -delete
	else
		rm -rf "$work"
	fi
}

mkdir -p "$build"
before=0 work=
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for name; do
	before=$failed
	try "$name"
	finish
done
echo "servers: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ $((passed + skipped)) -gt 0 ]
