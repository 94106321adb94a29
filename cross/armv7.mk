# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# ARMv7, hard float: most NAS boxes.  Kernels with 64 KiB pages exist.

X       = arm-linux-gnueabihf-
MACHINE = -march=armv7-a+fp -mthumb
MUSL    = arm
PAGE    = -z max-page-size=65536
QEMU    = qemu-arm -cpu cortex-a9
LIMIT   = 637
