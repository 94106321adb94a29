# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# PowerPC, big-endian: old boxes, and the proof of byte order.

X       = powerpc-linux-gnu-
MACHINE = -mlong-double-64
MUSL    = powerpc
PAGE    = -z max-page-size=65536
QEMU    = qemu-ppc
LIMIT   = 942
