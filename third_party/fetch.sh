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
list=third_party/sources.list
dl=third_party/dl

die() {
	echo "fetch: $*" >&2
	exit 1
}

# matches FILE SHA256
matches() {
	echo "$2  $1" | sha256sum -c --status -
}

# Debian's source packages by a private apt state, so that neither root nor a
# change of the system's lists is needed.  apt's own status says nothing:
# it also asks for files that we do not want.  The checksum decides.
fetch_debian() {
	state=$PWD/build/apt
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	set -- "$1" -qq -o Dir::State::lists="$state/lists" \
	    -o Dir::Cache="$state/cache" -o APT::Sandbox::User= \
	    -o Dir::Etc::sourceparts=- -o Dir::Etc::sourcelist="$state/src.list"
	if [ ! -e "$state/updated" ]; then
		cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.list \
		    2>/dev/null | sed -n 's/^deb /deb-src /p' > "$state/src.list"
		if [ -e /etc/apt/sources.list.d/debian.sources ]; then
			sed 's/^Types:.*/Types: deb-src/' \
			    /etc/apt/sources.list.d/debian.sources \
			    > "$state/src.sources"
		fi
	fi
	[ ! -e "$state/src.sources" ] ||
	    set -- "$@" -o Dir::Etc::sourcelist="$state/src.sources"
	package=$1
	shift
	[ -e "$state/updated" ] ||
	    { apt-get "$@" update && : > "$state/updated"; } || return 0
	(cd "$dl" && apt-get "$@" source --download-only --tar-only \
	    "$package") >&2 || true
}

# Sets $tarball to the first good file of this name, or leaves it empty.
find_tarball() {
	tarball=
	while read -r n sum file _; do
		[ "$n" = "$name" ] && [ -e "$dl/$file" ] || continue
		matches "$dl/$file" "$sum" ||
		    die "$dl/$file has not the checksum of $list: remove it," \
		    "or put the right file there"
		tarball=$dl/$file
		return 0
	done < "$list"
}

mkdir -p "$dl" build
find_tarball
if [ -z "$tarball" ]; then
	package=$(awk -v n="$name" '$1 == n && $4 != "-" { print $4 }' "$list")
	[ -n "$package" ] || die "no source named $name in $list"
	fetch_debian "$package"
	find_tarball
fi
[ -n "$tarball" ] || die "cannot fetch $name: put one of these into $dl:" \
    "$(awk -v n="$name" '$1 == n { printf "%s ", $3 }' "$list")"

rm -rf "$dir"
mkdir -p "$dir"
tar -xf "$tarball" --strip-components=1 -C "$dir"
