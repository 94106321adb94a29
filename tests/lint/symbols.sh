#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/lint/symbols.sh OBJECTS
#
# Of the objects below OBJECTS/src: foo.o exports foo or foo_* only, nothing
# can be written to after start-up, and system calls are where they belong.
set -u

failed=0

# verdict NAME OFFENDERS
verdict() {
	if [ -z "$2" ]; then
		echo "PASS symbols/$1"
	else
		echo "$2" | sed 's/^/    /'
		echo "FAIL symbols/$1"
		failed=1
	fi
}

# objects NM-OPTION...: nm's output, "FILE BASE" before each line
objects() {
	find "$dir/src" -name '*.o' ! -name 'try_*' ! -name roots_data.o |
	    sort | xargs nm -A "$@" |
	    sed "s,^$dir/\\(\\([^:]*/\\)*\\([^:]*\\)\\.o\\): *,\\1 \\3 ,"
}

dir=$1
exported=$(objects -P -g --defined-only)
undefined=$(objects -P -u)
sections=$(objects -f sysv --defined-only | sed 's/ *[|] */|/g')
[ -n "$exported" ] || { echo "FAIL symbols: no objects in $dir"; exit 1; }

verdict namespace "$(echo "$exported" |
    awk '$3 != $2 && index($3, $2 "_") != 1 { print $1, $3 }')"

# Tables of pointers are in .data.rel.ro, which is read-only once relocated.
# os/signals.o: what a handler can set is a global.
verdict no-writable-globals "$(echo "$sections" | grep -v '^src/os/signals' |
    grep -E '[|][.](data|bss|tdata|tbss)' | grep -v '[|][.]data[.]rel[.]ro')"

# calls NAME LAYERS-WITHOUT FUNCTIONS
calls() {
	verdict "$1" "$(echo "$undefined" | grep -vE "^src/($2)" |
	    grep -E " ($3) U")"
}
calls sockets 'net/dial\.o' \
    'socket|connect|bind|listen|accept4?|getaddrinfo|send(to|msg)?|recv(from|msg)?'
calls files 'os/' \
    'open(at)?|creat|fopen|fdopen|unlink(at)?|rename(at)?|mkdir(at)?|opendir|fsync|fstat(at)?|stat|lstat|fcntl'
calls time-and-chance 'os/|net/dial\.o' \
    'time|clock_gettime|gettimeofday|getrandom|rand|random|nanosleep|sleep'
# util/err.o: BUG() speaks before it aborts.
calls printing 'cmd/|main\.o|util/err\.o' \
    'printf|fprintf|vfprintf|puts|fputs|putchar|fputc|fwrite|perror|stdout|stderr'
# os/child.o, os/trial.o: processes of our own have to end.
calls exits 'main\.o|os/(child|trial)\.o' 'exit|_exit|_Exit'
exit $failed
