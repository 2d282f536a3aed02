# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests need built, and the targets that run them. Which suite needs what is in tests/run.

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(filter-out $(UNIT_SOURCES),$(sort $(wildcard tests/unit/*.c)))
UNIT_PROGRAMS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/%.o) $(UNIT_HELPERS:%.c=$(BUILD)/%.o)

# Archives, so that a test links no more than it calls. Two folders may have files of one name,
# hence "q": "r" would keep only the last.
$(BUILD)/libcmd.a: $(TABLE_SOURCES:%.c=$(BUILD)/%.o)
$(BUILD)/libnod.a: $(LIB_OBJECTS)
$(BUILD)/libcmd.a $(BUILD)/libnod.a:
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(UNIT_OBJECTS): ALL_CFLAGS += $(shell $(PKG_CONFIG) --cflags cmocka)
$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(UNIT_HELPERS:%.c=$(BUILD)/%.o) \
		$(BUILD)/libcmd.a $(BUILD)/libnod.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(shell $(PKG_CONFIG) --libs cmocka)

unit-programs: $(UNIT_PROGRAMS)

# Every capture that a line of tests/golden/LIST names.
GOLDEN_CAPTURES := $(sort $(shell sed 's/\#.*//' tests/golden/LIST | grep -o 'captures/[^ |"]*'))
golden-inputs: $(GOLDEN_CAPTURES:%=$(BUILD)/%)
captures: golden-inputs

# Those that the README looks at.
all: $(patsubst build/%,$(BUILD)/%,$(sort $(shell grep -o 'build/captures/[a-z0-9-]*\.pcap' README.md)))

# Fuzz harnesses, folders of captures, benchmarks, generated files, installation: add a file.
include $(sort $(wildcard tests/*/*.mk cmd/*.mk cmd/*/*.mk))

# The suites run make for what they need, with the variables of this call, but apart from its jobs.
TEST_ENVIRONMENT = MAKEFLAGS= MFLAGS= BUILD='$(BUILD)' TEST_MAKE='$(MAKE) $(MAKEOVERRIDES)'

check:
	@$(TEST_ENVIRONMENT) tests/run $(SUITES)

# The same questions, asked for an hour or so: other seeds, more of everything.
SEED ?= $(shell date +%s)
check-long:
	@echo '# SEED=$(SEED)'
	@SEED='$(SEED)' TRAINS=$${TRAINS:-100000} SPLITS=$${SPLITS:-20000} REQUESTS=$${REQUESTS:-5000} \
		FUZZ_SECONDS=$${FUZZ_SECONDS:-120} TEST_TIMEOUT=7200 VM_SECONDS=7200 VM_TIMEOUT=14400 \
		$(TEST_ENVIRONMENT) tests/run $(or $(SUITES),netns vm fuzz)

accept: $(BUILD)/nod golden-inputs
	@$(TEST_ENVIRONMENT) NOD=$(BUILD)/nod tests/golden/run --accept $(T)

.PHONY: check check-long accept unit-programs golden-inputs captures
.SECONDARY: $(UNIT_OBJECTS)
