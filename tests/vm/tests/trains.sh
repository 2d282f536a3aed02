#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does this kernel merge what nod's model of it says it merges?
# built: tests/grotrains
# modules: veth sch_tbf vxlan geneve ip_gre gre 8021q
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash

seed=${SEED:-1} trains=${TRAINS:-2000}

# The model of a kernel with other rules has to be found out.
other() {
	case $(uname -r) in
	6.1.*) echo linux-6.18 ;;
	*) echo linux-4.7 ;;
	esac
}

found_out() {
	local status=0
	grotrains --seed "$seed" --count 300 --model "$1" || status=$?
	[ $status -eq 1 ]
}

echo "# $(uname -r), SEED=$seed TRAINS=$trains"
for module in veth sch_tbf vxlan geneve ip_gre 8021q; do
	modprobe "$module" || echo "# without $module"
done
show=yes test_that "super-frames are those of the model" \
	grotrains --seed "$seed" --count "$trains"
test_that "the model of another kernel is found out" found_out "$(other)"
end_tests
