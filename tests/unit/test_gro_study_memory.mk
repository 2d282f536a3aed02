# SPDX-License-Identifier: GPL-2.0-or-later
# The test makes every single allocation fail.
$(BUILD)/tests/unit/test_gro_study_memory: ALL_LDFLAGS += \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free
