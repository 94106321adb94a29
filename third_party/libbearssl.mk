# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Builds BearSSL's library from SRC as OUT/libbearssl.a with CC, AR, CFLAGS
# and SMALL.
# No seeder and no clock of its own: RDRAND alone is not to be trusted, and we
# inject our own entropy and time.
# SMALL is for all but what the bytes of an upload pass.

OBJS := $(patsubst $(SRC)/src/%.c,$(OUT)/bearssl/%.o, \
	$(wildcard $(SRC)/src/*.c $(SRC)/src/*/*.c))

$(OUT)/libbearssl.a: $(OBJS)
	@rm -f $@
	@$(AR) rcsD $@ $(OBJS)

OPT = $(SMALL)
$(OUT)/bearssl/hash/%.o $(OUT)/bearssl/symcipher/%.o: OPT = -O2

$(OUT)/bearssl/%.o: $(SRC)/src/%.c
	@mkdir -p $(@D)
	@$(CC) $(OPT) $(CFLAGS) -DBR_RDRAND=0 -DBR_USE_URANDOM=0 \
	    -DBR_USE_UNIX_TIME=0 -I$(SRC)/inc -I$(SRC)/src -c -o $@ $<
