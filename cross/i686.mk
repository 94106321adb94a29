# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# 32-bit x86: early Atom boxes.

X       = i686-linux-gnu-
MACHINE =
MUSL    = i386
PAGE    =
QEMU    = qemu-i386
LIMIT   = 844
