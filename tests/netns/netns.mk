# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests in namespaces need: one program for each tests/netns/NAME.c.

NETNS_SOURCES := $(sort $(wildcard tests/netns/*.c))
NETNS_PROGRAMS := $(NETNS_SOURCES:tests/netns/%.c=$(BUILD)/tests/%)

$(NETNS_PROGRAMS): $(BUILD)/tests/%: $(BUILD)/tests/netns/%.o $(BUILD)/libnod.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

netns-programs: $(NETNS_PROGRAMS) $(BUILD)/tests/mkcap

# The suite builds nod and the captures.
captures: netns-programs

.PHONY: netns-programs
