# SPDX-License-Identifier: GPL-2.0-or-later
# One libFuzzer program for each tests/fuzz/fuzz_NAME.c, in $(BUILD)/fuzz, with all of nod
# instrumented for coverage and by the sanitizers.

FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OBJECTS := $(FUZZ_SOURCES:%.c=$(BUILD)/%.o)

# Inside the second make: $(BUILD) is the fuzz folder already.
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/libcmd.a $(BUILD)/libnod.a
	$(call say,LINK,$@)
	$(Q)$(CC) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
# Behind nod's own archives, which it shares no code with.
$(BUILD)/fuzz_nodsim: $(BUILD)/libnodsim-core.a
fuzz-programs-here: $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/%)

fuzz-programs:
	$(Q)$(MAKE) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined \
		fuzz-programs-here

.PHONY: fuzz-programs fuzz-programs-here
.SECONDARY: $(FUZZ_OBJECTS)
