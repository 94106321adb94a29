#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# packages.sh NAME...: sees to it that these Debian packages are there.
# Installs what is missing, as root or by sudo; where it may not, prints the
# command to run and ends with 1.  Daemons that come along are not started.
set -u

missing=
for name; do
	case $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) in
	*' installed') ;;
	*) missing="$missing $name" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	as_root='sudo -n'
	if ! $as_root true 2>/dev/null; then
		echo "to install:  sudo apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
fi
install() {
	# shellcheck disable=SC2086  # two lists of words
	$as_root env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 \
	    apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
	    install --no-install-recommends $missing >/dev/null
}
# The lists may be old or absent: then fetch them and try once more.
install 2>/dev/null ||
    { $as_root apt-get -qq update && install; } ||
    { echo "cannot install:$missing" >&2; exit 1; }
