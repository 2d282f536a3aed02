# SPDX-License-Identifier: GPL-2.0-or-later
# The test makes every single allocation fail: those of jansson through its own hook, these by name.
$(BUILD)/tests/unit/test_record: ALL_LDFLAGS += -Wl,--wrap=realloc
