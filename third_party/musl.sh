#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: CC=... CROSS_COMPILE=... CFLAGS=... third_party/musl.sh SRC OUT [TARGET]
#
# Builds a static musl from SRC, out of tree, and installs it as OUT/include
# and OUT/lib.  TARGET is musl's name of the machine (default: this machine).
set -eu

src=$1
out=$2
root=$PWD

# Not built, for nobody here calls it and it is a fifth of all: complex
# numbers, IPC, and of mathematics all but what printf needs.
needed=
for f in __fpclassify __signbit copysign fabs fmod frexp scalbn; do
	needed="$needed %/$f.o %/${f}l.o"
done
math="\$(filter obj/src/math/%,\$(ALL_OBJS))"
parts="LIBC_OBJS=\$(filter-out obj/src/complex/% obj/src/ipc/% \
	\$(filter-out$needed,$math),\$(filter obj/src/%,\$(ALL_OBJS)))"

rm -rf "$out"
mkdir -p "$out/obj"
up=$(echo "$out/obj" | sed 's,[^/][^/]*,..,g')	# back to $root: no full path
cd "$out/obj"
{
	"$up/$src/configure" ${3:+--target="$3"} --prefix="$root/$out" \
	    --syslibdir="$root/$out/lib" --disable-shared --enable-static &&
	${MAKE:-make} "$parts" && ${MAKE:-make} "$parts" install
} > log 2>&1 || { tail -n 50 log; exit 1; } >&2
