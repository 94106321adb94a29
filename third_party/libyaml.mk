# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
# Builds libyaml's parser from SRC as OUT/libyaml.a with CC, AR, CFLAGS, SMALL.
# Its configure script only finds out the version, which is given here.

OBJS := $(patsubst $(SRC)/src/%.c,$(OUT)/yaml/%.o,$(wildcard $(SRC)/src/*.c))

VERSION = -DYAML_VERSION_STRING='"0.2.5"' -DYAML_VERSION_MAJOR=0 \
	-DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5

$(OUT)/libyaml.a: $(OBJS)
	@rm -f $@
	@$(AR) rcsD $@ $(OBJS)

COMPILE = $(CC) $(SMALL) $(CFLAGS) $(VERSION) -I$(SRC)/include -c -o $@

$(OUT)/yaml/%.o: $(SRC)/src/%.c
	@mkdir -p $(@D)
	@$(COMPILE) $<

# Half the size: see there.  It goes before the first function.
$(OUT)/yaml/scanner.o: $(SRC)/src/scanner.c third_party/yaml_small.h
	@mkdir -p $(@D)
	@sed '0,/^static int$$/s//#include "yaml_small.h"\n\n&/' $< > $(@:o=c)
	@$(COMPILE) -iquote third_party -iquote $(SRC)/src $(@:o=c)
