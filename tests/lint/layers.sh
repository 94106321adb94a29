#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/lint/layers.sh
#
# That the build refuses what a layer may not include, tried in a copy of the
# tree: every layer gets a header, and a file for each other layer that
# includes it.  The table is DESIGN.md's, written down a second time.
set -u

top=$PWD
make -s build/dep/native/musl/lib/libc.a build/roots_data.c || exit 1

may_see() {
	case $1 in
	util) ;;
	seam | crypto) echo util ;;
	conf) echo util crypto ;;
	os | http) echo util seam ;;
	net) echo util seam crypto ;;
	s3) echo util seam crypto http ;;
	store) echo util os crypto ;;
	policy) echo util conf store ;;
	work) echo util seam os crypto http s3 ;;
	cmd) echo util seam os crypto http s3 conf store policy work ;;
	esac
}
layers="util seam os crypto net http s3 conf store policy work cmd"

may_see_third() {
	case $1 in
	net) echo bearssl ;;
	conf) echo yaml ;;
	store) echo uthash ;;
	esac
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp -a Makefile cross src tests third_party .ci "$dir"
mkdir "$dir/build" "$dir/docs"
for kept in src dep mkroots roots_data.c; do
	ln -s "$top/build/$kept" "$dir/build/$kept"
done
cd "$dir" || exit 1

# try FILE HEADER: a source that does nothing but include
try() {
	mkdir -p "$(dirname "$1")"
	printf '%s\n#include %s\nextern int try;\n' \
	    "/* includes $2 */" "$2" > "$1"
}
for l in $layers; do
	mkdir -p "src/$l"
	echo "extern int try_$l;" > "src/$l/try_$l.h"
	for m in $layers; do
		try "src/$l/try_see_$m.c" "\"try_$m.h\""
		try "tests/$l/try_see_$m.c" "\"try_$m.h\""
	done
	for m in bearssl yaml uthash; do
		try "src/$l/try_third_$m.c" "<$m.h>"
	done
done
for header in src/*/*.h; do
	name=$(basename "$header" .h)
	try "$(dirname "$header")/try_alone_$name.c" "\"$name.h\""
done
tried=$(ls src/*/try_*.c tests/*/try_*.c)
# shellcheck disable=SC2046  # a list of words
make -k -j2 $(echo "$tried" | sed 's,^,build/obj/native/,; s,c$,o,') \
    > make.log 2>&1

failed=0

# verdict NAME MISSES: what came out otherwise than it should
verdict() {
	if [ -z "$2" ]; then
		echo "PASS layers/$1"
	else
		echo "$2"
		echo "FAIL layers/$1"
		failed=1
	fi
}

# expect FILE WORD LIST: FILE compiled if WORD is in the list, and if not,
# then its header was not found
expect() {
	case " $3 " in
	*" $2 "*) want=compiled ;;
	*) want=refused ;;
	esac
	if [ -e "build/obj/native/${1%.c}.o" ]; then
		got=compiled
	elif grep -q "^$1:.*: No such file" make.log; then
		got=refused
	else
		got=broken
	fi
	[ $got = $want ] || echo "    $1: $got, should be $want"
}

for l in $layers; do
	sees="$l $(may_see "$l")"
	third=$(may_see_third "$l")
	verdict "$l" "$(for m in $layers; do
		expect "src/$l/try_see_$m.c" "$m" "$sees"
	done)"
	verdict "tests-$l" "$(for m in $layers; do
		expect "tests/$l/try_see_$m.c" "$m" "$sees"
	done)"
	verdict "third-party-$l" "$(for m in bearssl yaml uthash; do
		expect "src/$l/try_third_$m.c" "$m" "$third"
	done)"
done
verdict headers-alone "$(for f in src/*/try_alone_*.c; do
	expect "$f" alone alone
done)"

# A path in an include would go around all that: style.sh refuses it.
mkdir -p two/src/util two/docs
try two/src/util/try_up.c '"../net/dial.h"'
try two/src/util/try_path.c '"net/dial.h"'
refused=$(tests/lint/style.sh two 2> /dev/null |
    grep -c 'src/util/try_[a-z]*.c:.*include')
verdict paths "$([ "$refused" = 2 ] || echo "    $refused of 2 refused")"
exit $failed
