# SPDX-License-Identifier: GPL-2.0-or-later
# Test captures: mkcap, one capture for every file of frames, and simcap.

MKCAP_SOURCES := $(sort $(wildcard tests/tools/mkcap*.c))
FRAMES := $(sort $(wildcard tests/fixtures/captures/*.frames))
FRAMES_PCAPNG := $(if $(FRAMES),$(shell grep -l '^file pcapng' $(FRAMES)))
CAPTURES := \
	$(patsubst tests/fixtures/captures/%.frames,$(BUILD)/captures/%.pcapng,$(FRAMES_PCAPNG)) \
	$(patsubst tests/fixtures/captures/%.frames,$(BUILD)/captures/%.pcap,\
	$(filter-out $(FRAMES_PCAPNG),$(FRAMES)))

$(BUILD)/tests/mkcap: $(MKCAP_SOURCES:%.c=$(BUILD)/%.o)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/captures/%.pcap $(BUILD)/captures/%.pcapng: tests/fixtures/captures/%.frames \
		$(BUILD)/tests/mkcap
	$(call say,MKCAP,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/tests/mkcap $< $@

captures: $(CAPTURES)

$(BUILD)/tests/simcap: $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/tools/simcap*.c))) \
		$(BUILD)/libnodsim-core.a
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs libpcap)

.PHONY: captures
