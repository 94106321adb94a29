# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# ARMv5TE, soft float: Kirkwood and older boxes.

X       = arm-linux-gnueabi-
MACHINE = -march=armv5te -marm
MUSL    = arm
PAGE    = -z max-page-size=65536
QEMU    = qemu-arm -cpu arm926
LIMIT   = 864
