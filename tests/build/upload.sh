#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# usage: tests/build/upload.sh CONSIGN [QEMU [OPTION...]]
#
# One file over TLS to the loopback store and back, by a consign of any
# machine that QEMU runs.  The store is this machine's.
CONSIGN=$1
shift
# shellcheck source=/dev/null
. tests/e2e/lib.sh

printf '#!/bin/sh\nexec %s %s "$@"\n' "$*" "$CONSIGN" > consign
chmod +x consign
CONSIGN=$WORK/consign

start_tls_store server-ec
head -c 300000 /dev/urandom > file
check upload/put put file folder/key.bin
check upload/get get folder/key.bin back
check upload/same-bytes cmp file back
