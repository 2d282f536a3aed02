# SPDX-License-Identifier: GPL-2.0-or-later
# Tests in stock Debian kernels. The first time they load some 200 MB.

# Beside nod, what the tests there run.
VM_BUILT := $(addprefix $(BUILD)/,$(sort $(shell sed -n 's/^\# built: //p' tests/vm/tests/*.sh)))

vm-programs: $(VM_BUILT)

check-vm: vm-programs
	@$(TEST_ENVIRONMENT) tests/vm/run $(if $(KERNEL),--kernel $(KERNEL)) $(T)

vm-shell: vm-programs
	@$(TEST_ENVIRONMENT) tests/vm/run $(if $(KERNEL),--kernel $(KERNEL)) --shell

.PHONY: vm-programs check-vm vm-shell
