#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# The main job in one go, on loopback: an archive of this source tree to a
# store over TLS, proven, fetched back, compared and unpacked.
. "$(dirname "$0")/lib.sh"

step=0
say() {
	step=$((step + 1))
	printf '\n%d. %s\n\n' "$step" "$1"
}

# show NAME STATUS COMMAND...: the command, what it says, and whether it ends
# with that status
show() {
	show_name=$1
	show_status=$2
	shift 2
	echo "   \$ $*"
	case $1 in
	consign)
		shift
		# shellcheck disable=SC2086  # options
		"$CONSIGN" "$@" $at > said 2>&1
		;;
	*) "$@" > said 2>&1 ;;
	esac
	got=$?
	sed 's/^/     /' said
	check "demo/$show_name" [ "$got" -eq "$show_status" ]
}

say "A store starts on this machine: TLS, a certificate of its own authority."
start_tls_store server-ec
at="--endpoint $ENDPOINT --ca-file $CA --bucket $BUCKET --region $REGION"
printf '   Every consign below is also given\n%s\n' \
    "$(echo "$at" | sed 's/ --/\n--/g; s/^/     /; s/\n/&     /g')"

say "The archive: these sources."
tar -C "$ROOT" -czf sources.tar.gz Makefile LICENSE src tests cross
show archive 0 sha256sum sources.tar.gz

say "It is sent, and counts as stored after it was read back and hashed."
show put 0 consign put -v sources.tar.gz backup/sources.tar.gz
echo "     the store was asked: $(ops)"
check demo/asked [ "$(ops)" = 'HEAD PUT GET' ]

say "Once more: the same bytes are there. They are proven, and not sent."
forget_requests
show again 0 consign put -v sources.tar.gz backup/sources.tar.gz
echo "     the store was asked: $(ops)"
check demo/asked-again [ "$(ops)" = 'HEAD GET' ]

say "Other bytes under that key: refused, nothing is overwritten."
echo 'not the archive' > other
show refused 6 consign put other backup/sources.tar.gz

say "A store that sends wrong bytes back is found out."
faults 'GET * corrupt'
show corrupt 6 consign put sources.tar.gz backup/corrupt.tar.gz
faults

say "The archive comes back, and is the same."
show get 0 consign get --key backup/sources.tar.gz -o restored.tar.gz
show checksums 0 sha256sum sources.tar.gz restored.tar.gz
check demo/same-bytes cmp sources.tar.gz restored.tar.gz
mkdir restored
show unpack 0 tar -C restored -xzf restored.tar.gz
show unpacked 0 ls restored restored/src
echo
