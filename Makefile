# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
#	make		build/consign: static, for this machine
#	make debug	build/debug/consign: glibc, address and undefined sanitizers
#	make test	unit tests, vectors and corpus, under the sanitizers
#	make cross	build/TARGET/consign for each cross/TARGET.mk, tested in qemu
#	make fuzz T=x	fuzzes tests/fuzz/fuzz_x.c for SECONDS (60)
#	make check	everything above and more; what has to pass
#	make demo	a store on loopback, and an archive there and back
#	V=1		shows the commands;  WERROR=  lets warnings be
#
# One run of make builds one flavour: the release for this machine (native),
# for another (the names in cross/), or a glibc build (debug, clang, fuzz).

FLAVOUR = native
GLIBC   = debug clang fuzz
TARGETS = $(basename $(notdir $(wildcard cross/*.mk)))
WERROR  = -Werror
FLOOR   = 1
Q       = $(if $(V),,@)
SAY     = $(if $(V),@:,@printf '  %-7s %s\n')
MAKEFLAGS += --no-print-directory

all:
.PHONY: all debug test cross fuzz check demo clean FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

# --- Layers ---------------------------------------------------------------

# From the top down, in the order of linking; seam has headers only.
LAYERS = cmd work policy store conf s3 http net crypto os util seam

# Whose headers a layer may include: nothing else is on its search path.
SEES_util   =
SEES_seam   = util
SEES_os     = util seam
SEES_crypto = util
SEES_net    = util seam crypto
SEES_http   = util seam
SEES_s3     = util seam crypto http
SEES_conf   = util
SEES_store  = util os crypto
SEES_policy = util conf store
SEES_work   = util seam os crypto s3 http
SEES_cmd    = util seam os crypto http s3 conf store policy work
SEES_main   = $(LAYERS)

# The same for the parts of tests/; t_*.c of a layer see what the layer sees.
SEES_vec     = util
SEES_fake    = util seam
SEES_vectors = util seam crypto http s3
SEES_s3d     = util
SEES_fuzz    = $(LAYERS)

# Other people's headers.  In tests BearSSL is the oracle of our own crypto.
THIRD_net     = bearssl
THIRD_conf    = libyaml
THIRD_store   = uthash
THIRD_main    = bearssl
THIRD_fake    = bearssl
THIRD_s3d     = bearssl
THIRD_vectors = bearssl
ORACLE_crypto = bearssl
ORACLE_s3     = bearssl
%/src/crypto/ecdsa.o: THIRD_crypto = bearssl

# --- Flavours -------------------------------------------------------------

ifneq ($(filter $(FLAVOUR),$(TARGETS)),)
include cross/$(FLAVOUR).mk
endif

OUT   = build$(if $(filter native,$(FLAVOUR)),,/$(FLAVOUR))
OBJ   = build/$(FLAVOUR)
DEP   = build/dep/$(FLAVOUR)
TESTS = $(if $(filter debug,$(FLAVOUR)),build/tests,$(OBJ)/tests)

CC = $(X)gcc
AR = $(X)ar

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla $(WERROR)
HARD = -fPIE -fstack-protector-strong -ffunction-sections -fdata-sections

ifeq ($(filter $(FLAVOUR),$(GLIBC)),)

# Release: our own musl, a static PIE.  The flags are spelt out because
# -static-pie leaves an interpreter in the ARM and MIPS binaries of GCC 12.
OPT    = -Os
FAST   = -O2
gccfile = $(shell $(CC) $(MACHINE) -print-file-name=$(1))
MODE   = $(MACHINE) $(HARD) -nostdinc -isystem $(DEP)/musl/include \
	-isystem $(call gccfile,include)
FOREIGN = $(MODE)
LIBC   = $(DEP)/musl/lib/libc.a
LINK   = $(CC) $(MACHINE) -nostdlib -static \
	-Wl,-pie,--no-dynamic-linker,-z,text,--gc-sections \
	-Wl,-z,relro,-z,now,-z,noexecstack,--build-id=none,--hash-style=gnu \
	$(PAGE) $(addprefix $(DEP)/musl/lib/,rcrt1.o crti.o) \
	$(call gccfile,crtbeginS.o) -L$(DEP)/musl/lib
LINK_END = -Wl,--start-group -lc $(call gccfile,libgcc.a) \
	$(call gccfile,libgcc_eh.a) -Wl,--end-group \
	$(call gccfile,crtendS.o) $(DEP)/musl/lib/crtn.o

else

SAN     = -fsanitize=address,undefined -fno-sanitize-recover=all
ifneq ($(FLAVOUR),debug)
CC      = clang
endif
ifeq ($(FLAVOUR),fuzz)
SAN    += -fsanitize=fuzzer-no-link
FUZZER  = -fsanitize=fuzzer
endif
OPT    = -O1 -g -fno-omit-frame-pointer
FAST   = $(OPT)
MODE   = $(SAN)
FOREIGN = -g -fsanitize=address
LINK   = $(CC) $(SAN)

endif

BANNED = $(addprefix -include ,$(wildcard src/util/banned.h))
CPP    = -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -MMD -MP $(BANNED)
CFLAGS = -std=c11 $(WARN) $(MODE) $(CPP)

# --- Other people's sources -----------------------------------------------

SRC = build/src

$(SRC)/%/.unpacked: third_party/fetch.sh third_party/sources.list
	$(SAY) FETCH $*
	$(Q)third_party/fetch.sh $* $(@D)
	$(Q)touch $@

# Only one fetch at a time: they share apt's state.
$(SRC)/libyaml/.unpacked: | $(SRC)/bearssl/.unpacked
$(SRC)/uthash/.unpacked:  | $(SRC)/libyaml/.unpacked
$(SRC)/musl/.unpacked:    | $(SRC)/uthash/.unpacked
$(SRC)/cacert/.unpacked:  | $(SRC)/musl/.unpacked
UNPACKED = $(foreach s,bearssl libyaml uthash musl cacert,$(SRC)/$s/.unpacked)

INC_bearssl = -isystem $(SRC)/bearssl/inc
INC_libyaml = -isystem $(SRC)/libyaml/include
INC_uthash  = -isystem $(SRC)/uthash/src

$(DEP)/musl/lib/libc.a: $(SRC)/musl/.unpacked third_party/musl.sh
	$(SAY) MUSL $(FLAVOUR)
	$(Q)CC="$(CC)" CROSS_COMPILE="$(X)" CFLAGS="-Os $(HARD) $(MACHINE)" \
	    MAKE="$(MAKE)" third_party/musl.sh $(SRC)/musl $(DEP)/musl $(MUSL)

$(DEP)/libbearssl.a: $(SRC)/bearssl/.unpacked
$(DEP)/libyaml.a: $(SRC)/libyaml/.unpacked

$(DEP)/lib%.a: third_party/%.mk $(LIBC)
	$(SAY) LIB "$(FLAVOUR) $*"
	$(Q)$(MAKE) -f $< SRC=$(SRC)/$* OUT=$(DEP) CC="$(CC)" AR="$(AR)" \
	    CFLAGS="$(FOREIGN)"

# --- Our own objects: one archive a layer ---------------------------------

# The first folder of an object's stem names its layer; main.c is "main".
layer    = $(firstword $(subst /, ,$*))
iquote   = $(foreach l,$(1),-iquote src/$l)
third    = $(foreach t,$(1),$(INC_$t))
COMPILE  = $(CC) $(OPT) $(CFLAGS) -c -o $@ $<

$(OBJ)/src/crypto/%.o: OPT = $(FAST)

$(OBJ)/src/%.o: src/%.c Makefile | $(UNPACKED) $(LIBC)
	$(SAY) CC "$@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(call iquote,$(SEES_$(layer))) \
	    $(call third,$(THIRD_$(layer)))

$(OBJ)/tests/%.o: tests/%.c Makefile | $(UNPACKED) $(LIBC)
	$(SAY) CC "$@"
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -iquote tests -iquote tests/fake \
	    $(call iquote,$(filter $(layer),$(LAYERS)) $(SEES_$(layer))) \
	    $(call third,$(THIRD_$(layer)) $(ORACLE_$(layer)))

# objects FOLDER
objects = $(patsubst %.c,$(OBJ)/%.o,$(wildcard $(1)/*.c))

define archive
	$(SAY) AR "$@"
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)
endef

define layer_archive
$(OBJ)/$(1).a: $(call objects,src/$(1))
	$$(archive)
endef
$(foreach l,$(LAYERS),$(eval $(call layer_archive,$l)))

# What a layer needs to link: itself and, from the top down, what it sees.
# policy sees no more than types of conf and store.
closure = $(filter $(1) $(SEES_$(1)) $(foreach l,$(SEES_$(1)),$(SEES_$l)),$(LAYERS))
LINKS_policy = policy util
archives = $(addprefix $(OBJ)/,$(addsuffix .a,$(or $(LINKS_$(1)),$(call closure,$(1)))))
libs     = $(if $(filter %/crypto.a,$(1)),$(DEP)/libbearssl.a) $(if $(filter %/conf.a,$(1)),$(DEP)/libyaml.a)

define link
	$(SAY) LINK "$@"
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LINK_END)
endef

# --- The program ----------------------------------------------------------

ALL = $(foreach l,$(LAYERS),$(OBJ)/$l.a)

$(OUT)/consign.debug: $(OBJ)/src/main.o $(ALL) $(DEP)/libbearssl.a $(DEP)/libyaml.a
	$(link)

ifeq ($(filter $(FLAVOUR),$(GLIBC)),)
$(OUT)/consign: $(OUT)/consign.debug
	$(Q)$(X)strip -o $@ $<
else
$(OUT)/consign: $(OBJ)/src/main.o $(ALL) $(DEP)/libbearssl.a $(DEP)/libyaml.a
	$(link)
endif

all: $(if $(wildcard src/main.c),$(OUT)/consign) $(ALL)

# --- Tests ----------------------------------------------------------------

$(OBJ)/tests.a: $(call objects,tests) $(call objects,tests/fake)
	$(archive)

# unit LAYER: one program a t_*.c, linked with no more than the layer may see
define unit
$(TESTS)/$(1)/t_%: $(OBJ)/tests/$(1)/t_%.o $(OBJ)/tests.a \
    $(call archives,$(1)) $(call libs,$(call archives,$(1)))
	$$(link)
endef
$(foreach l,$(LAYERS),$(eval $(call unit,$l)))
UNITS = $(patsubst tests/%.c,$(TESTS)/%,$(foreach l,$(LAYERS),$(wildcard tests/$l/t_*.c)))
.SECONDARY:

$(TESTS)/vectors: $(call objects,tests/vectors) $(OBJ)/tests.a \
    $(foreach l,s3 http crypto util,$(OBJ)/$l.a) $(DEP)/libbearssl.a
	$(link)

S3D = $(if $(filter debug,$(FLAVOUR)),$(TESTS),$(OUT))/s3d
$(S3D): $(call objects,tests/s3d) $(OBJ)/util.a $(DEP)/libbearssl.a
	$(link)

$(TESTS)/fuzz_%: $(OBJ)/tests/fuzz/fuzz_%.o \
    $(if $(FUZZER),,$(OBJ)/tests/fuzz/standalone.o) \
    $(ALL) $(DEP)/libbearssl.a $(DEP)/libyaml.a
	$(link)
FUZZERS = $(patsubst tests/fuzz/%.c,$(TESTS)/%,$(wildcard tests/fuzz/fuzz_*.c))

PROGRAMS = $(UNITS) $(FUZZERS) \
	$(if $(wildcard tests/vectors/*.c),$(TESTS)/vectors) \
	$(if $(wildcard tests/s3d/*.c),$(S3D))

tests: $(PROGRAMS)

# --- Other flavours -------------------------------------------------------

# Goals of the debug flavour are handed on, all at once: two runs of make must
# not build the same file.
ifneq ($(FLAVOUR),debug)
HANDED := $(filter build/tests/% build/debug/%,$(MAKECMDGOALS))
ifneq ($(HANDED),)
$(HANDED) &: FORCE
	$(Q)$(MAKE) FLAVOUR=debug $(HANDED)
endif
endif

debug:
	$(Q)$(MAKE) FLAVOUR=debug all

test:
	$(Q)$(MAKE) FLAVOUR=debug tests
	$(Q)FLOOR=$(FLOOR) tests/unit.sh build/tests

clean:
	rm -rf build

-include $(wildcard $(OBJ)/src/*.d $(OBJ)/src/*/*.d $(OBJ)/tests/*.d $(OBJ)/tests/*/*.d)
