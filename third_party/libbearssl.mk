# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Builds BearSSL's library from SRC as OUT/libbearssl.a with CC, AR, CFLAGS.
# BR_RDRAND=0: its seeder would trust RDRAND alone; we inject our own entropy.
# -O2 where the bytes of an upload pass, -Os for the rest.

OBJS := $(patsubst $(SRC)/src/%.c,$(OUT)/bearssl/%.o, \
	$(wildcard $(SRC)/src/*.c $(SRC)/src/*/*.c))

$(OUT)/libbearssl.a: $(OBJS)
	@rm -f $@
	@$(AR) rcsD $@ $(OBJS)

OPT = -Os
$(OUT)/bearssl/hash/%.o $(OUT)/bearssl/symcipher/%.o: OPT = -O2

$(OUT)/bearssl/%.o: $(SRC)/src/%.c
	@mkdir -p $(@D)
	@$(CC) $(OPT) $(CFLAGS) -DBR_RDRAND=0 -I$(SRC)/inc -I$(SRC)/src \
	    -c -o $@ $<
