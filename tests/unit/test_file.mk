# SPDX-License-Identifier: GPL-2.0-or-later
# What makes or reads captures beside nod needs the libraries themselves, which nod loads only when a
# capture needs them.
$(BUILD)/tests/unit/test_file $(BUILD)/tests/unit/test_file_pcapng $(BUILD)/tests/unit/test_file_source \
$(BUILD)/tests/groreplay $(BUILD)/tests/record: LIBS += $(shell $(PKG_CONFIG) --libs $(HEADER_PACKAGES))
