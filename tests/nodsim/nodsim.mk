# SPDX-License-Identifier: GPL-2.0-or-later
# nodsim: its core in user space, for unit tests and for tools.

NODSIM_SOURCES := $(sort $(wildcard tests/nodsim/core/*.c) $(wildcard tests/nodsim/core/quirks/*.c))
NODSIM_OBJECTS := $(NODSIM_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/nodsim/quirk_list.o

# The registry of quirks comes from file names, as that of detectors. There may be none.
NODSIM_QUIRK_SOURCES := $(sort $(wildcard tests/nodsim/core/quirks/*.c))
NODSIM_QUIRKS := $(sort $(notdir $(basename $(NODSIM_QUIRK_SOURCES))))
$(BUILD)/nodsim/quirk_list.c: $(NODSIM_QUIRK_SOURCES) tests/nodsim/nodsim.mk
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#include "tests/nodsim/core/quirk.h"'; \
	  for q in $(NODSIM_QUIRKS); do echo "extern const struct sim_quirk sim_quirk_$$q;"; done; \
	  echo 'const struct sim_quirk *const sim_quirks[] = {'; \
	  for q in $(NODSIM_QUIRKS); do echo "	&sim_quirk_$$q,"; done; \
	  echo '	NULL,'; echo '};'; } > $@
$(BUILD)/nodsim/quirk_list.o: $(BUILD)/nodsim/quirk_list.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libnodsim-core.a: $(NODSIM_OBJECTS)
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) qcs $@ $^

# Linked behind nod's own archives: neither needs the other.
$(filter $(BUILD)/tests/unit/test_nodsim_%,$(UNIT_PROGRAMS)): $(BUILD)/libnodsim-core.a

# --- the kernel module --------------------------------------------------------------------------

#   make nodsim KDIR=...     for the kernel whose headers or build folder that is
KDIR ?= /lib/modules/$(file </proc/sys/kernel/osrelease)/build
NODSIM_RELEASE := $(or $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null),none)
NODSIM_MODULE := $(BUILD)/nodsim/$(NODSIM_RELEASE)/nodsim.ko

$(NODSIM_MODULE): $(shell find tests/nodsim -type f ! -name nodsim.mk) \
		$(wildcard $(KDIR)/Module.symvers)
	$(call say,KBUILD,$@)
	$(Q)WERROR='$(WERROR)' V='$(V)' tests/nodsim/build '$(KDIR)' $(@D)
	$(Q)touch $@

nodsim: $(NODSIM_MODULE)

.PHONY: nodsim
