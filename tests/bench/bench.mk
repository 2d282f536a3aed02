# SPDX-License-Identifier: GPL-2.0-or-later
# How fast nod is beside other tools, and what a flow costs. bench_sum, of the checksum code alone, is
# built here too and run by hand.

BENCH_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/bench/*.c)))

$(BENCH_PROGRAMS): %: %.o $(BUILD)/libnod.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

bench: $(BENCH_PROGRAMS) $(BUILD)/nod $(BUILD)/tests/mkcap
	@BUILD='$(BUILD)' tests/bench/run

bench-live: $(BUILD)/tests/bench/timing $(BUILD)/nod
	@BUILD='$(BUILD)' tests/bench/live

bench-capture: $(BUILD)/tests/bench/timing $(BUILD)/tests/bench/capwrite $(BUILD)/nod
	@BUILD='$(BUILD)' tests/bench/capture

bench: bench-live bench-capture

.PHONY: bench bench-live bench-capture
.SECONDARY: $(BENCH_PROGRAMS:%=%.o)
