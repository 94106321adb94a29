#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/build/rebuild.sh
#
# Builds what is here once more, from nothing, in another folder and with apt
# made unavailable: the sources are dropped into third_party/dl under their
# upstream names.  The program must be build/consign to the last byte.  They
# are also taken under Debian's names; drop-ins that are missing or broken
# are refused.
set -u

top=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# verdict STATUS NAME
verdict() {
	if [ "$1" -eq 0 ]; then
		echo "PASS rebuild/$2"
	else
		echo "FAIL rebuild/$2"
		failed=1
	fi
}

mkdir "$dir/bin"
printf '#!/bin/sh\necho "apt-get: unavailable" >&2\nexit 100\n' \
    > "$dir/bin/apt-get"
chmod +x "$dir/bin/apt-get"
PATH=$dir/bin:$PATH
unset MAKEFLAGS MFLAGS

# tree NAME: a copy of the tracked files as they are now
tree() {
	mkdir -p "$dir/$1/third_party/dl"
	git ls-files | tar -cf - --ignore-failed-read -T - |
	    tar -xf - -C "$dir/$1"
}

# build FOLDER
build() {
	make -j2 -C "$1" > "$dir/log" 2>&1 || {
		tail "$dir/log"
		return 1
	}
}

build .
verdict $? here

tree one
cp third_party/dl/*.tar.* "$dir/one/third_party/dl"
(cd "$dir/one" && awk '!/^#/ { print $1 }' third_party/sources.list | uniq |
    while read -r name; do
	third_party/fetch.sh "$name" "build/try/$name" &&
	    [ -e "build/try/$name" ] || exit 1
done)
verdict $? drop-in
rm -rf "$dir/one/build/try"

tree a-second-one
cp third_party/dl/*.tar.* "$dir/a-second-one/third_party/dl"
cd "$dir/a-second-one/third_party/dl" || exit 1
awk '$4 == "-" { print $2, $3 }' ../sources.list | while read -r sum name; do
	sha256sum ./*.orig.tar.* | awk -v s="$sum" '$1 == s { print $2 }' |
	    xargs -r -I FILE mv FILE "$name"
done
cd "$top" || exit 1
build "$dir/a-second-one"
verdict $? drop-in-upstream-names

cmp build/consign "$dir/a-second-one/build/consign"
verdict $? same-bytes

# refuses NAME TEXT: fetching bearssl fails and says TEXT
refuses() {
	if said=$(cd "$dir/one" && third_party/fetch.sh bearssl build/try 2>&1)
	then
		false
	else
		echo "$said" | grep -q "$2" && [ ! -e "$dir/one/build/try" ]
	fi
	verdict $? "$1"
}
bearssl=$dir/one/third_party/dl/bearssl_0.6+dfsg.1.orig.tar.xz
printf x >> "$bearssl"
refuses corrupted 'wrong checksum: third_party/dl/bearssl_0.6'
rm "$bearssl"
refuses missing 'put one of these into third_party/dl: bearssl_0.6'
exit $failed
