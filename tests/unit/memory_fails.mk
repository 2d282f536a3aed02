# SPDX-License-Identifier: GPL-2.0-or-later
# These tests make every single allocation fail (tests/unit/memory_fails.h).
$(BUILD)/tests/unit/test_%_memory: ALL_LDFLAGS += \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free
