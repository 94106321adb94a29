# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# ARMv8, 64-bit: current NAS boxes.  Kernels with 64 KiB pages exist.

X       = aarch64-linux-gnu-
MACHINE =
MUSL    = aarch64
PAGE    = -z max-page-size=65536
QEMU    = qemu-aarch64
LIMIT   = 830
