#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/servers/run.sh all | SERVER...
#
# consign against real S3 servers on loopback:
#
#	swift	OpenStack Swift with s3api, from Debian's packages
#	s3rver	an emulator, from npm
#
# Prints PASS, FAIL or SKIP and a name for each check, and ends with 1 if any
# failed.  A server that cannot be had here is skipped and says why.  Root or
# sudo is needed only to install packages.  Everything that was started is
# stopped at the end; KEEP=1 leaves the logs.
# shellcheck disable=SC2034,SC2154  # shared variables: lib.sh
set -u

case ${1:-} in
all) set -- swift s3rver ;;
swift | s3rver) ;;
*)
	sed -n '5,15s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

here=$(cd "$(dirname "$0")" && pwd)
for part in ../e2e/lib lib front swift s3rver checks prove push parts anchor peers interop; do
	# shellcheck source=/dev/null
	. "$here/$part.sh"
done

# had SERVER: whether it can be had here; else says why
had() {
	local packages="$1_packages[@]"
	"$here/packages.sh" nginx-light openssl curl "${!packages}" &&
	"$1_can_run"
}

# against SERVER: all checks, in a folder of its own
against() {
	local why
	server=$1 state=$WORK/$1
	mkdir -p "$state/empty"
	if ! why=$(had "$server" 2>&1); then
		skip "$server" "$why"
		return
	fi
	if ! "${server}_start" || ! front_start; then
		fail "$server/start" 'its logs:'
		tail -v -n 5 "$state"/*.log
		return
	fi
	check_server
	check_prove
	check_push
	check_parts
	check_anchor
	if why=$("$here/packages.sh" "${peers[@]}" 2>&1); then
		check_interop
	else
		skip "$server/interop" "$why"
	fi
	stop_store
}

for name; do
	against "$name"
done
