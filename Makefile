# SPDX-License-Identifier: MIT
# Copyright (c) 2026 the consign authors
#
#	make		build/consign: static, for this machine
#	make debug	build/debug/consign: glibc, address and undefined sanitizers
#	make test	unit tests, vectors and corpus, under the sanitizers
#	make cross	build/TARGET/consign for each cross/TARGET.mk, tested in qemu
#	make fuzz T=x	fuzzes tests/fuzz/fuzz_x.c for SECONDS=60
#	make check	everything above and more: what has to pass
#	make demo	a night on loopback: tiers, pushes, a loss that is found
#	make soak	broken lines, a million files, all fuzzers: for long
#	make bench	consign beside the clients that people have
#	make check-servers	against real S3 servers and clients
#	make clean	removes what was built;  distclean: fetched sources too
#
#	V=1 shows the commands;  WERROR= lets warnings be.
#
# One run of make builds one flavour: the release for this machine (native)
# or for another (the names in cross/), or a glibc build (debug, clang, fuzz).

FLAVOUR = native
GLIBC   = debug clang fuzz
TARGETS = $(basename $(notdir $(wildcard cross/*.mk)))
WERROR  = -Werror
FLOOR   = 1000
SECONDS = 60
Q       = $(if $(V),,@)
SAY     = $(if $(V),@:,@printf '  %-7s %s\n')
MAKEFLAGS += --no-print-directory

all:
.PHONY: all debug objects tests run-tests test e2e e2e-debug fuzz cross check demo \
	soak bench check-servers clean distclean
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# --- Layers ---------------------------------------------------------------

# From the top down, which is the order of linking.  seam is headers only.
LAYERS = cmd work policy store conf s3 http net crypto os util seam

# Whose headers a layer may include.  Nothing else is on its search path.
# (work names http only because the headers of s3 do.)
SEES_util   =
SEES_seam   = util
SEES_os     = util seam
SEES_crypto = util
SEES_net    = util seam crypto
SEES_http   = util seam
SEES_s3     = util seam crypto http
SEES_conf   = util crypto
SEES_store  = util os crypto
SEES_policy = util conf store
SEES_work   = util seam os crypto s3 http
SEES_cmd    = util seam os crypto http s3 conf store policy work
SEES_main   = $(LAYERS)

# The same for the folders of tests/ that are not named after a layer.
SEES_vec     = util
SEES_fake    = util seam
SEES_vectors = util seam os crypto http s3 conf store policy cmd
SEES_s3d     = util
SEES_bench   = util crypto
SEES_fuzz    = $(LAYERS)

# Other people's headers.  ORACLE: for a layer's tests only, to compare with.
THIRD_net     = bearssl
THIRD_conf    = libyaml
THIRD_store   = uthash
THIRD_main    = bearssl
THIRD_fake    = bearssl
THIRD_s3d     = bearssl
THIRD_fuzz    = bearssl
ORACLE_crypto = bearssl
ORACLE_s3     = bearssl
%/src/crypto/ecdsa.o: THIRD_crypto = bearssl

# What a layer's tests link: the layer and what it sees, whether directly or
# through that.  Of conf and store, policy sees types only.
closure = $(filter $(1) $(SEES_$(1)) $(foreach l,$(SEES_$(1)),$(SEES_$l)),\
	$(LAYERS))
links   = $(if $(filter policy,$(1)),policy util,$(closure))

# --- Flavours -------------------------------------------------------------

# LIMIT: how many KiB the stripped program may have.
LIMIT = 742

ifneq ($(filter $(FLAVOUR),$(TARGETS)),)
include cross/$(FLAVOUR).mk
else ifeq ($(filter $(FLAVOUR),native $(GLIBC)),)
$(error FLAVOUR is one of: native $(GLIBC) $(TARGETS))
endif

OUT   = build$(if $(filter native,$(FLAVOUR)),,/$(FLAVOUR))
OBJ   = build/obj/$(FLAVOUR)
DEP   = build/dep/$(FLAVOUR)
TESTS = build$(if $(filter debug,$(FLAVOUR)),,/$(FLAVOUR))/tests
CC    = $(X)gcc
AR    = $(X)ar
HOSTCC = gcc

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla $(WERROR)
CPP  = -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	-include src/util/banned.h -MMD -MP

ifeq ($(filter $(FLAVOUR),$(GLIBC)),)

# A release: our own musl, a static PIE.  All flags are spelt out because the
# -static-pie of GCC 12 leaves an interpreter in ARM and MIPS binaries.
gccfile  = $(shell $(CC) $(MACHINE) -print-file-name=$(1))
OPT     := $(if $(shell $(CC) -Oz -x c -E /dev/null 2> /dev/null),-Oz,-Os) \
	-fno-inline-small-functions -fno-partial-inlining -fno-tree-pre \
	-fno-code-hoisting -fno-move-loop-invariants -fno-caller-saves \
	-fno-tree-dominator-opts -fno-thread-jumps -fira-region=all
FAST     = -O2
HARD     = -fPIE -fstack-protector-strong -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables
MODE     = $(MACHINE) $(HARD) -nostdinc -isystem $(DEP)/musl/include \
	-isystem $(call gccfile,include)
FOREIGN  = $(MODE)
LIBC     = $(DEP)/musl/lib/libc.a
LAYOUT   = -pie -z relro -z now -z $(if $(PAGE),no)separate-code $(PAGE)
LINK     = $(CC) $(MACHINE) -nostdlib -static \
	$(foreach f,$(LAYOUT),-Xlinker $f) -Wl,-T,$(DEP)/layout.ld \
	-Wl,--no-dynamic-linker,-z,text,--gc-sections,-z,noexecstack \
	-Wl,--build-id=none,--hash-style=gnu $(RELR) \
	$(DEP)/musl/lib/rcrt1.o $(DEP)/musl/lib/crti.o -L$(DEP)/musl/lib
LINK_END = -Wl,--start-group -lc $(call gccfile,libgcc.a) \
	$(call gccfile,libgcc_eh.a) -Wl,--end-group $(DEP)/musl/lib/crtn.o
STRIP    = $(X)strip -o $@ $<

# What only few commands need lies in a segment of its own, behind the
# constants, so that a kernel which maps more than the page it was asked for
# does not map that.  Not with 64 KiB pages, where each segment costs as much.
ifeq ($(PAGE),)
HOT      = $(patsubst %,$(OBJ)/src/%.o,cmd/archive cmd/commands cmd/creds \
	cmd/help cmd/opt cmd/options cmd/out cmd/progress cmd/progress_line \
	cmd/put cmd/put_object cmd/report cmd/session cmd/speed \
	conf/field conf/store_conf)
COLD     = *cmd.a:* *policy.a:* *store.a:* *conf.a:* *libyaml.a:*
SPLIT    = -e 's/\*(\.text \.stub \.text\.\*/*($(foreach s,.text .stub .text.*,\
	EXCLUDE_FILE ($(COLD)) $s)/' \
	-e '/^  \.rodata1 /{a\  . = ALIGN (CONSTANT (MAXPAGESIZE));' \
	-e 'a\  .text_cold : { *(.text .text.*) }' -e '}'
endif

# Pointers to relocate take 24 bytes each on x86_64, a bit if packed.  GNU ld
# (2.40) packs them for x86 only, and on 32 bits musl's start code reads some
# of them before ours could relocate them.
ifneq ($(filter x86_64-%,$(shell $(CC) -dumpmachine)),)
RELR     = $(DEP)/relr.o -Wl,--wrap=__libc_start_main,-z,pack-relative-relocs
endif
READY    = $(LIBC) $(DEP)/layout.ld $(firstword $(RELR))

else

ifneq ($(FLAVOUR),debug)
CC       = clang
endif
ifeq ($(FLAVOUR),fuzz)
FUZZER   = -fsanitize=fuzzer
endif
OPT      = $(FAST)
ifneq ($(FLAVOUR),clang)
FAST     = -O1 -g -fno-omit-frame-pointer
MODE     = -fsanitize=address,undefined -fno-sanitize-recover=all \
	$(addsuffix -no-link,$(FUZZER))
endif
FOREIGN  = -g -fsanitize=address
LINK     = $(CC) $(MODE)
STRIP    = cp $< $@

endif

# --- Other people's sources: third_party/ ---------------------------------

SRC      = build/src
SOURCES  = bearssl libyaml uthash musl cacert
UNPACKED = $(SOURCES:%=$(SRC)/%/.unpacked)
INC_bearssl = -isystem $(SRC)/bearssl/inc
INC_libyaml = -isystem $(SRC)/libyaml/include
INC_uthash  = -isystem $(SRC)/uthash/src

$(SRC)/%/.unpacked: third_party/sources.list
	$(SAY) FETCH $*
	$(Q)third_party/fetch.sh $* $(@D)
	@touch $@

# One fetch at a time: they share apt's state.
$(SRC)/libyaml/.unpacked: | $(SRC)/bearssl/.unpacked
$(SRC)/uthash/.unpacked:  | $(SRC)/libyaml/.unpacked
$(SRC)/musl/.unpacked:    | $(SRC)/uthash/.unpacked
$(SRC)/cacert/.unpacked:  | $(SRC)/musl/.unpacked

$(DEP)/musl/lib/libc.a: third_party/musl.sh $(SRC)/musl/.unpacked
	$(SAY) MUSL $(FLAVOUR)
	$(Q)CC="$(CC)" CROSS_COMPILE="$(X)" CFLAGS="$(OPT) $(HARD) $(MACHINE)" \
	    MAKE="$(MAKE)" $< $(SRC)/musl $(DEP)/musl $(MUSL)

$(DEP)/relr.o: third_party/relr.c $(LIBC)
	$(SAY) CC $@
	$(Q)$(CC) -std=c11 $(OPT) $(WARN) $(MODE) -c -o $@ $<

# The linker's own script, but for one thing: it leaves so much between the
# segments that RELRO ends at the largest page (64 KiB), all of it zeros in
# the file.  Here it ends at a common page.  Nothing unwinds a stack.
$(DEP)/layout.ld: Makefile | $(LIBC)
	$(SAY) LD $@
	$(Q)$(shell $(CC) -print-prog-name=ld) $(LAYOUT) --verbose | \
	    sed -e '1,/^=====/d' -e '/^=====/,$$d' \
	    -e '/= DATA_SEGMENT_ALIGN/{i\  . += CONSTANT (MAXPAGESIZE);' \
	    -e 's/(MAXPAGESIZE)/(COMMONPAGESIZE)/;}' \
	    -e '/^  \.eh_frame/d' -e 's/\/DISCARD\/ : {/& *(.eh_frame)/' \
	    $(SPLIT) > $@

$(DEP)/libbearssl.a: $(SRC)/bearssl/.unpacked
$(DEP)/libyaml.a: $(SRC)/libyaml/.unpacked third_party/yaml_small.h

$(DEP)/lib%.a: third_party/lib%.mk | $(LIBC)
	$(SAY) LIB "$(FLAVOUR) $*"
	@rm -rf $(DEP)/$*
	$(Q)$(MAKE) -f $< CC="$(CC)" AR="$(AR)" CFLAGS="$(FOREIGN)" \
	    SMALL="$(if $(LIBC),$(OPT),-Os)" \
	    SRC=$(patsubst %/.unpacked,%,$(filter %/.unpacked,$^)) OUT=$(DEP)

# Mozilla's roots as a C file, by a program for the building machine.
MKROOTS_BEARSSL = $(addprefix $(SRC)/bearssl/src/,x509/x509_decoder.c \
	codec/pemdec.c codec/dec32be.c codec/enc32be.c codec/ccopy.c)

build/mkroots: third_party/mkroots.c src/net/roots.h | $(UNPACKED)
	$(SAY) HOSTCC $@
	$(Q)$(HOSTCC) -std=c11 -O1 -D_POSIX_C_SOURCE=200809L -o $@ \
	    -iquote src/net -I$(SRC)/bearssl/inc -I$(SRC)/bearssl/src \
	    $< $(MKROOTS_BEARSSL)

build/roots_data.c: build/mkroots $(SRC)/cacert/.unpacked
	$(SAY) ROOTS $@
	$(Q)build/mkroots $(SRC)/cacert > $@

# --- Our objects: one archive a layer -------------------------------------

# The first folder of an object's stem is its layer; of src/main.c it is main.
layer   = $(firstword $(subst /, ,$*))
iquote  = $(addprefix -iquote src/,$(1))
third   = $(foreach t,$(1),$(INC_$t))
objects = $(patsubst %.c,$(OBJ)/%.o,$(wildcard $(1)/*.c))
COMPILE = $(CC) -std=c11 $(OPT) $(WARN) $(MODE) $(CPP) -c -o $@ $<

$(OBJ)/src/crypto/%.o: OPT = $(FAST)

$(OBJ)/src/%.o: src/%.c Makefile | $(UNPACKED) $(READY)
	$(SAY) CC $@
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $(call iquote,$(SEES_$(layer))) \
	    $(call third,$(THIRD_$(layer)))

$(OBJ)/src/net/roots_data.o: build/roots_data.c Makefile | $(READY)
	$(SAY) CC $@
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -iquote src/net

$(OBJ)/tests/%.o: tests/%.c Makefile | $(UNPACKED) $(READY)
	$(SAY) CC $@
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -iquote tests -iquote tests/fake \
	    $(call iquote,$(filter $(layer),$(LAYERS)) $(SEES_$(layer))) \
	    $(call third,$(THIRD_$(layer)) $(ORACLE_$(layer)))

define archive
	$(SAY) AR $@
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)
endef

# rules LAYER: its archive, and its unit tests, which link no more of ours
# than the layer may see.
define rules
$(OBJ)/$(1).a: $(call objects,src/$(1))
	$$(archive)

$(TESTS)/$(1)/t_%: $(OBJ)/tests/$(1)/t_%.o $(OBJ)/tests.a \
    $(patsubst %,$(OBJ)/%.a,$(links)) $(DEP)/libbearssl.a $(DEP)/libyaml.a
	$$(link)
endef
$(foreach l,$(LAYERS),$(eval $(call rules,$l)))

$(OBJ)/net.a: $(OBJ)/src/net/roots_data.o

$(OBJ)/tests.a: $(call objects,tests) $(call objects,tests/fake)
	$(archive)

define link
	$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(LINK) $(LINK_MODE) -o $@ $(filter %.o %.a,$^) $(LINK_END)
endef

# --- The program ----------------------------------------------------------

ARCHIVES = $(LAYERS:%=$(OBJ)/%.a) $(DEP)/libbearssl.a $(DEP)/libyaml.a

all: $(OUT)/consign

$(OUT)/consign: $(OUT)/consign.debug
	$(Q)$(STRIP)

$(OUT)/consign.debug: $(OBJ)/src/main.o $(HOT) $(ARCHIVES)
	$(link)

debug:
	$(Q)$(MAKE) FLAVOUR=debug all

# --- Tests ----------------------------------------------------------------

# For a flavour in BRIEF only the layers' tests in which the width of a word,
# the order of bytes or system calls matter.
TESTED  = $(if $(filter $(FLAVOUR),$(BRIEF)),store http crypto os util,$(LAYERS))
UNITS   = $(patsubst tests/%.c,%,$(wildcard $(TESTED:%=tests/%/t_*.c)))
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
KINDS   = sha256 hmac uri sigv4 http s3xml s3err config ecdsa writers \
	carriers $(if $(filter $(FLAVOUR),$(BRIEF)),,resolve) anchor
S3D     = $(if $(filter debug,$(FLAVOUR)),$(TESTS),$(OUT))/s3d

tests: $(addprefix $(TESTS)/,$(UNITS) $(FUZZERS) vectors) $(S3D)

$(TESTS)/vectors: $(call objects,tests/vectors) $(OBJ)/tests.a \
    $(patsubst %,$(OBJ)/%.a,cmd policy store conf s3 http crypto os util) \
    $(DEP)/libyaml.a $(DEP)/libbearssl.a
	$(link)

$(S3D): $(call objects,tests/s3d) $(OBJ)/util.a $(DEP)/libbearssl.a
	$(link)

$(TESTS)/fuzz_%: LINK_MODE = $(FUZZER)
$(TESTS)/fuzz_%: $(OBJ)/tests/fuzz/fuzz_%.o \
    $(if $(FUZZER),,$(OBJ)/tests/fuzz/standalone.o) $(ARCHIVES)
	$(link)

# Each line is a step for tests/run.sh: its name, its command.  A release is
# also looked at from outside and made to upload something.
define STEPS
$(foreach t,$(UNITS),$t $(QEMU) $(TESTS)/$t
)$(foreach k,$(KINDS),vectors/$k $(QEMU) $(TESTS)/vectors $k vectors/$k/*.txt
)$(foreach f,$(FUZZERS),$f $(QEMU) $(TESTS)/$f tests/corpus/$(f:fuzz_%=%)/*
)$(if $(LIBC),elf tests/build/elf.sh $(OUT)/consign $(LIMIT)
upload tests/build/upload.sh $(OUT)/consign $(QEMU)
)
endef

run-tests: tests $(if $(LIBC),$(OUT)/consign $(filter build/s3d,$(S3D)))
	$(file > $(OBJ)/steps,$(STEPS))
	$(Q)tests/run.sh build/log/$(FLAVOUR) $(FLOOR) \
	    $(filter-out debug,$(FLAVOUR)) < $(OBJ)/steps

test:
	$(Q)$(MAKE) FLAVOUR=debug run-tests FLOOR=$(FLOOR)

# The program from outside: every tests/e2e/*.sh that is executable.  e2e-debug
# is the same with the sanitizers in it, but for the tests of its surroundings
# (memory limits, an old kernel) and of its pace, which those need more of.
e2e: build/consign build/s3d
	$(call run-e2e,build,$(wildcard tests/e2e/*.sh))

e2e-debug: build/s3d
	$(Q)$(MAKE) FLAVOUR=debug all
	$(call run-e2e,build/debug,$(filter-out %/70-environment.sh \
	    %/99-pace.sh %/99-window.sh,$(wildcard tests/e2e/[0-9]*.sh)),debug)

# run-e2e FOLDER SCRIPTS FLAVOUR: with the program of that folder.  Most of
# them wait most of the time.  Those that take longest begin first.
LONG    = $(addprefix tests/e2e/,99-pace.sh 99-window.sh 92-trouble.sh \
	95-secrets-archive.sh 96-workers.sh 100-pipe.sh 102-progress.sh)
run-e2e = $(Q)for t in $(filter $(2),$(LONG)) $(filter-out $(LONG),$(2)); do \
	    [ ! -x $$t ] || echo "$$t CONSIGN=$(1)/consign S3D=build/s3d $$t"; \
	done | LANES=6 tests/run.sh build/log/e2e$(3:%=-%) 1 $(3)

# Every source by another compiler: its warnings, no program.
objects: $(call objects,src) $(call objects,src/*) $(call objects,tests) \
    $(call objects,tests/*)

fuzz:
	$(Q)tests/need.sh fuzz
	$(Q)$(MAKE) FLAVOUR=fuzz build/fuzz/tests/fuzz_$(T)
	@mkdir -p build/fuzz/corpus/$(T)
	build/fuzz/tests/fuzz_$(T) -max_total_time=$(SECONDS) -max_len=65536 \
	    build/fuzz/corpus/$(T) tests/corpus/$(T)

# --- Other machines -------------------------------------------------------

cross: $(TARGETS:%=cross-%)

cross-%: build/s3d $(UNPACKED) build/roots_data.c
	$(Q)$(MAKE) FLAVOUR=$* run-tests

# --- Everything -----------------------------------------------------------

check:
	$(Q)tests/need.sh check
	+$(Q)tests/run.sh build/log/check 9000 < tests/check.steps

demo:
	$(Q)tests/need.sh demo
	+$(Q)$(MAKE) all build/s3d
	$(Q)tests/e2e/demo.sh

# What takes long: SEEDS=20 broken lines, a plan of a million files, and each
# fuzzer for SECONDS.
soak: build/consign build/s3d
	$(Q)tests/soak/line.sh
	$(Q)tests/soak/parts.sh
	$(Q)KILLS=200 tests/e2e/103-kill-parts.sh
	$(Q)tests/bench/million.sh
	$(Q)for f in $(FUZZERS:fuzz_%=%); do $(MAKE) fuzz T=$$f || exit 1; done

bench: build/consign build/s3d
	$(Q)tests/bench/run.sh
	$(Q)tests/bench/small.sh
	$(Q)tests/bench/resolve.sh
	$(Q)PEERS=1 LINE=160M tests/bench/parts.sh

check-servers: build/consign
	$(Q)tests/servers/run.sh all

clean:
	rm -rf build

distclean: clean
	rm -rf third_party/dl

# Goals of the debug flavour are handed on, all of them at once: two runs of
# make must not build the same file.
HANDED := $(filter build/tests/% build/debug/%,$(MAKECMDGOALS))
ifneq ($(if $(filter debug,$(FLAVOUR)),,$(HANDED)),)
.PHONY: $(HANDED)
$(HANDED) &:
	$(Q)$(MAKE) FLAVOUR=debug $(HANDED)
endif

-include $(wildcard $(OBJ)/*/*.d $(OBJ)/*/*/*.d)
