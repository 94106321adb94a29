#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: third_party/fetch.sh NAME DIR
#
# Unpacks the source NAME of sources.list into DIR.  The tarball is taken from
# third_party/dl if somebody dropped it in, else fetched there from Debian's
# source archive.  Only a tarball with the recorded checksum is unpacked.
set -eu

name=$1
dir=$2
pins=third_party/sources.list
dl=third_party/dl

die() {
	echo "fetch: $*" >&2
	exit 1
}

# Sets $tarball to the file of this name in $dl, or to nothing.
find_tarball() {
	tarball=
	while read -r n sum file _; do
		if [ "$n" != "$name" ] || [ ! -e "$dl/$file" ]; then
			continue
		fi
		echo "$sum  $dl/$file" | sha256sum -c --status - ||
		    die "wrong checksum: $dl/$file; remove it, or put there" \
		    "the file with sha256 $sum"
		tarball=$dl/$file
	done < "$pins"
}

# apt with a state of its own: works for any user and leaves the system's
# lists alone.
apt() {
	apt-get -qq -o Dir::State::lists="$state/lists" \
	    -o Dir::Cache="$state/cache" -o Dir::Etc::sourceparts=- \
	    -o Dir::Etc::sourcelist="$sources" -o APT::Sandbox::User= "$@" \
	    >> "$state/log" 2>&1
}

# The source archive beside the binary one that this system uses.
update_lists() {
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	if [ -e /etc/apt/sources.list.d/debian.sources ]; then
		sed 's/^Types:.*/Types: deb-src/' \
		    /etc/apt/sources.list.d/debian.sources > "$sources"
	else
		sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > "$sources"
	fi
	apt update && : > "$state/updated"
}

# fetch_debian PACKAGE=VERSION: apt may fail over files that we don't need
# (a second tarball, Debian's patches), so what counts is what arrived.
fetch_debian() {
	state=$PWD/build/apt
	sources=$state/source.list
	[ ! -e /etc/apt/sources.list.d/debian.sources ] ||
	    sources=$state/source.sources
	[ -e "$state/updated" ] || update_lists || return 0
	(cd "$dl" && apt source --download-only --tar-only "$1") || :
}

mkdir -p "$dl"
find_tarball
if [ -z "$tarball" ]; then
	package=$(awk -v n="$name" '$1 == n && $4 != "-" { print $4 }' "$pins")
	[ -n "$package" ] || die "no source named '$name' in $pins"
	fetch_debian "$package"
	find_tarball
fi
[ -n "$tarball" ] || die "cannot fetch $name (see build/apt/log);" \
    "put one of these into $dl:" \
    "$(awk -v n="$name" '$1 == n { printf "%s ", $3 }' "$pins")"

rm -rf "$dir"
mkdir -p "$dir"
tar -xf "$tarball" --strip-components=1 -C "$dir"
