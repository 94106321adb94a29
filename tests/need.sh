#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/need.sh demo | check | fuzz
#
# Sees to it that the Debian packages for `make demo` and its like are
# there: installs them as root or by sudo, else prints the line to run.
set -eu

build="gcc libc6-dev make binutils xz-utils"
demo="openssl"
check="git clang shellcheck mandoc qemu-user gcc-aarch64-linux-gnu
	gcc-arm-linux-gnueabihf gcc-arm-linux-gnueabi gcc-i686-linux-gnu
	gcc-mipsel-linux-gnu gcc-powerpc-linux-gnu python3 python3-botocore
	curl procps strace busybox"

case ${1-} in
demo) list="$build $demo" ;;
check) list="$build $demo $check" ;;
fuzz) list="$build clang libclang-rt-14-dev" ;;
*) echo "usage: tests/need.sh demo | check | fuzz" >&2; exit 2 ;;
esac

if ! command -v dpkg-query > /dev/null; then
	echo "need: this is not Debian; needed are the likes of: $list" >&2
	exit 0
fi
# shellcheck disable=SC2086  # a list of words
exec tests/servers/packages.sh $list
