# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# MIPS, little-endian: routers with a disk.

X       = mipsel-linux-gnu-
MACHINE =
MUSL    = mipsel
PAGE    = -z max-page-size=65536
QEMU    = qemu-mipsel
LIMIT   = 1088
