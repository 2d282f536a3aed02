# SPDX-License-Identifier: GPL-2.0-or-later
# Completions and manual pages: templates (*.in) filled in from the tables of the commands by nodgen.
# The products are committed, so that nobody needs a build to read them.

GENERATED := $(patsubst %.in,%,$(sort $(wildcard completions/*.in man/*.in)))
FRESH := $(GENERATED:%=$(BUILD)/generated/%)

$(FRESH): $(BUILD)/generated/%: %.in $(BUILD)/nodgen
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/nodgen $< > $@

generate: $(FRESH)
	$(Q)set -e; for file in $(GENERATED); do \
		cmp -s $(BUILD)/generated/$$file $$file || cp $(BUILD)/generated/$$file $$file; \
	done

check-generated: $(FRESH)
	$(Q)status=0; for file in $(GENERATED); do \
		diff -uN $$file $(BUILD)/generated/$$file || status=1; \
	done; \
	[ $$status = 0 ] || echo 'Run "make generate" and commit what it changes.'; exit $$status

# For the unit tests: all of nodgen but its main().
$(BUILD)/libcmd.a: $(filter-out $(BUILD)/cmd/gen/nodgen.o,$(GEN_SOURCES:%.c=$(BUILD)/%.o))

.PHONY: generate check-generated
