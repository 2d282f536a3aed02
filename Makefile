# nod: network offload diagnosis
#
#   make                build/nod and the demonstration capture
#   make check          every test that can run here
#   make generate       write completions and option lists again from the tables
#   make install        DESTDIR=, PREFIX=/usr/local
#   make bench          ratios against other tools; makes its own inputs (some GB in build/bench)
#   make check-corpus CORPUS=DIR    compare every capture of a folder with tshark
#   make accept T=NAME  take the present output of a golden test as right
#
# V=1 shows the commands. WERROR=1 makes warnings fatal. SANITIZE=address,undefined instruments.

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

CC ?= cc
PKG_CONFIG ?= pkg-config
PACKAGES := jansson libmnl
# Of these the headers; the libraries are loaded when a capture needs them (pcap/library.h).
HEADER_PACKAGES := libpcap zlib libzstd
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
	-Wpointer-arith -Wwrite-strings -Wimplicit-fallthrough
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
ifneq ($(SANITIZE),)
INSTRUMENT := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Vectors are written by hand where they pay. Left to itself the compiler also moves pairs of fields
# as vectors, right after they were written one by one, and the CPU waits for each.
TUNING := -fno-tree-vectorize

# A frame goes through functions of a dozen files: the program is optimized as a whole where the
# compiler can do that with objects that also link without (GCC). LTO= turns it off.
ifeq ($(origin LTO)$(SANITIZE),undefined)
LTO := $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -flto=auto -ffat-lto-objects -Werror -x c -o /dev/null - 2>/dev/null && \
	echo -flto=auto -ffat-lto-objects)
endif

# -iquote, never -I: our folder pcap/ has the name of libpcap's header directory.
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DNOD_VERSION='"$(VERSION)"' -iquote . -iquote $(BUILD) \
	$(WARNINGS) $(TUNING) $(LTO) $(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(HEADER_PACKAGES)) $(INSTRUMENT) \
	$(CFLAGS)
# GCC optimizes as a whole whatever has the means in it, unless it is told not to: for nod alone.
ALL_LDFLAGS = $(if $(LTO),-fno-lto) $(INSTRUMENT) $(LDFLAGS)
LIBS = $(shell $(PKG_CONFIG) --libs $(PACKAGES)) -ldl

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

LIB_SOURCES := $(sort $(wildcard lib/*/*.c) $(wildcard pcap/*.c) $(wildcard pcap/*/*.c))
CMD_SOURCES := $(sort $(wildcard cmd/*.c))
GEN_SOURCES := $(sort $(wildcard cmd/gen/*.c))
TABLE_SOURCES := $(filter-out cmd/main.c,$(CMD_SOURCES))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/detectors.o
CMD_OBJECTS := $(CMD_SOURCES:%.c=$(BUILD)/%.o)
GEN_OBJECTS := $(GEN_SOURCES:%.c=$(BUILD)/%.o) $(TABLE_SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/nod

# The compiler's flags are needed again: it compiles here, if LTO is on. A later -flto would not undo
# -fno-lto.
$(BUILD)/nod: $(CMD_OBJECTS) $(LIB_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(filter-out -fno-lto,$(ALL_LDFLAGS)) $(if $(LTO),$(LTO) $(TUNING) $(CFLAGS)) \
		-o $@ $^ $(LIBS)

$(BUILD)/nodgen: $(GEN_OBJECTS) $(LIB_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The registry of detectors comes from file names: adding pcap/detect/NAME.c is enough.
DETECTORS := $(notdir $(basename $(sort $(wildcard pcap/detect/*.c))))
$(BUILD)/detectors.c: $(sort $(wildcard pcap/detect/*.c)) Makefile
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#include "pcap/detector.h"'; \
	  for d in $(DETECTORS); do echo "extern const struct detector detect_$$d;"; done; \
	  echo 'const struct detector *const detectors[] = {'; \
	  for d in $(DETECTORS); do echo "	&detect_$$d,"; done; \
	  echo '	NULL,'; echo '};'; } > $@
$(BUILD)/detectors.o: $(BUILD)/detectors.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(BUILD)

include tests/tests.mk

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all clean
