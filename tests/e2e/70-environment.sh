#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Little is needed: no HOME, zone, locale, writable folder, new kernel or
# generous limits; and nothing is touched but what was named.
. "$(dirname "$0")/lib.sh"

start_tls_store server-ec
head -c 300000 /dev/urandom > file
store="--endpoint $ENDPOINT --bucket $BUCKET --region $REGION --ca-file $CA"

# there COMMAND...: the command, and then whether its put to $key arrived
key=0
there() {
	key=$((key + 1))
	rm -f back
	"$@" && get "$key" back && cmp back file
}

# bare NAME=VALUE...: put with these beside the credentials in its environment
bare() {
	# shellcheck disable=SC2086  # options
	env -i AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" \
	    AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" "$@" \
	    "$CONSIGN" put file "$key" $store
}

# --- Surroundings ---------------------------------------------------------

check environment/none there bare X=
check environment/odd-zone there bare TZ=Nowhere/Nothing TZDIR=/dev/null
check environment/far-zone there bare TZ=FAR-23:59:59
check environment/odd-locale there bare LC_ALL=xx_YY.UTF-99 LANG=C
check environment/no-home there bare HOME=/nonexistent USER= LOGNAME= TMPDIR=/x
check environment/proxy there bare https_proxy=http://127.0.0.1:1 \
    HTTPS_PROXY=http://127.0.0.1:1 ALL_PROXY=socks5://127.0.0.1:1
check environment/libc there bare LD_PRELOAD=/nonexistent.so \
    RES_OPTIONS=nonsense LOCALDOMAIN=x SSLKEYLOGFILE="$WORK/keys" \
    SSL_CERT_FILE=/dev/null MALLOC_ARENA_MAX=1
check environment/no-key-log [ ! -e keys ]

with_mask() {
	(
		umask "$1"
		bare X=
	)
}
check environment/umask-000 there with_mask 000
check environment/umask-777 there with_mask 777

# limited OPTION VALUE: put under a limit of the shell
limited() {
	(
		ulimit "$1" "$2"
		bare X=
	)
}
check limits/files there limited -n 6
check limits/stack there limited -s 512
check limits/memory there limited -v 4096

# A folder that may not be written, of somebody else.
chmod 755 . certs
cp "$CONSIGN" consign
mkdir readonly
cp file readonly
chmod 555 readonly
from_readonly() {
	(
		cd readonly || exit
		nobody=
		[ "$(id -u)" -ne 0 ] || nobody='setpriv --reuid 65534
		    --regid 65534 --clear-groups'
		# shellcheck disable=SC2086  # a command, options
		$nobody ../consign put file "$key" $store
	)
}
check environment/read-only-folder there from_readonly
chmod 755 readonly

# by_busybox: the script of a box's owner
by_busybox() {
	# shellcheck disable=SC2086  # options
	"$box" env -i PATH=/nonexistent \
	    AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID" \
	    AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" \
	    "$box" sh -c 'set -e
		"$@" || exit
		if "$@" --region; then exit 1; else [ $? -eq 2 ]; fi' \
	    sh "$CONSIGN" put file "$key" $store
}
if box=$(command -v busybox); then
	check environment/busybox there by_busybox
else
	skip environment/busybox "there is none"
fi

# --- An old kernel --------------------------------------------------------

on_old_kernel() {
	# shellcheck disable=SC2086  # options
	./oldkernel "$CONSIGN" put file "$key" $store
}
if cc -o oldkernel "$ROOT/tests/e2e/oldkernel.c" 2> cc.txt &&
    ./oldkernel /bin/true; then
	check kernel/put there on_old_kernel
	check kernel/get ./oldkernel "$CONSIGN" get --key "$key" -o old \
	    --endpoint "$ENDPOINT" --bucket "$BUCKET" --region "$REGION" \
	    --ca-file "$CA"
	# The twin: what needs a newer call does fail.
	expect_status 1 ./oldkernel "$(command -v python3)" -c \
	    'import os; os.memfd_create("x")'
	check kernel/filter grep -q 'not implemented' err
else
	skip kernel "no filter of system calls here"
fi

# --- What is touched ------------------------------------------------------

# opened: the files that were opened, of the last trace
opened() {
	sed -n 's/.*open[a-z0-9]*([^"]*"\([^"]*\)".*) = [0-9].*/\1/p' trace |
	    sort -u | xargs
}
traced() {
	strace -f -o trace "$@" --endpoint "https://localhost:$S3_PORT" \
	    --bucket "$BUCKET" --region "$REGION" --ca-file certs/ca.pem
}
# A process that may not be traced shows its names to root alone.
if [ "$(id -u)" -eq 0 ] && strace -o trace true 2> /dev/null; then
	check trace/put traced "$CONSIGN" put file traced
	check trace/put-opened \
	    [ "$(opened)" = 'certs/ca.pem file' ]
	check trace/no-process \
	    [ -z "$(grep -E '(fork|clone3?|execve)\(' trace | sed 1d)" ]
	check trace/one-connection \
	    [ "$(grep -c 'connect(.*= -1 EINPROGRESS' trace)" -eq 1 ]
	check trace/nothing-made [ -z "$(grep -E \
	    'O_CREAT|mkdir|rename|unlink|link\(|chmod' trace)" ]
	check trace/get traced "$CONSIGN" get --key traced -o target
	check trace/get-opened [ "$(opened | sed 's/consign-[0-9a-f]*/X/g')" = \
	    '. .X.note .X.part certs/ca.pem' ]
	check trace/help strace -o trace "$CONSIGN" put --help
	check trace/help-opened [ -z "$(opened)" ]
	check trace/no-network-for-sign strace -o trace "$CONSIGN" sign GET / \
	    --endpoint "$ENDPOINT" --region x
	check trace/no-socket [ -z "$(grep 'socket(' trace)" ]
else
	skip trace "not root, or no strace that works here"
fi
