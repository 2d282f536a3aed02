#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod split frames as this kernel's GSO does, also in tunnels that are not at hand everywhere, and back
# into what this kernel's GRO merged? Each is asked again with segments of a wrong size, and must fail.
# built: tests/gsosplit tests/grosplit
# tools: ip
# modules: veth sch_tbf vxlan geneve ip_gre
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash

seed=${SEED:-1} splits=${SPLITS:-200}
frames=/tmp/frames

# none_agree COMMAND...: the control.
none_agree() {
	local words status=0
	words=$("$@" wrong) || status=$?
	echo "$words"
	[ $status -eq 1 ] && [[ $words == *$'\n'"0 of "* ]]
}

make_wire() {
	ip link add near type veth peer name far
	ip link set dev near mtu 65535 addrgenmode none up
	ip link set dev far mtu 65535 addrgenmode none up
	ip address add 10.66.0.1/24 dev near
	ip address add fd66::1/64 dev near nodad
	ip neighbour add 10.66.0.2 lladdr 02:00:00:00:00:09 dev near
	ip neighbour add fd66::2 lladdr 02:00:00:00:00:09 dev near
}

plain() { # COUNT [wrong]
	gsosplit offloads near off &&
		gsosplit plain near far "$seed" "$@"
}

compare() { # COUNT [wrong]
	gsosplit compare tunnel far "$seed" "$1" "$frames" "${@:2}"
}

# First all offloads are on, and the frames come out of the tunnel whole.
through_tunnel() {
	gsosplit offloads near on &&
		gsosplit record tunnel far "$seed" "$splits" "$frames" &&
		gsosplit offloads near off &&
		compare "$splits" &&
		none_agree compare 20
}

tunnel() { # TYPE OPTION...
	local words
	if ! words=$(ip link add tunnel type "$@" 2>&1); then
		skip_test "in $*" "$words"
		return
	fi
	ip link set dev tunnel mtu 65000 addrgenmode none up
	test_that "in $*: segments are those of the kernel" through_tunnel
	ip link del dev tunnel
}

# Trains that did not merge agree at any size.
none_merged_agrees() {
	local words status=0
	words=$(grosplit "$seed" 20 wrong) || status=$?
	echo "$words"
	[ $status -eq 1 ] && [[ $words =~ ([0-9]+)" of 20 agree, "([0-9]+)" merged" ]] &&
		[ $((BASH_REMATCH[1] + BASH_REMATCH[2])) -eq 20 ]
}

remote=(local 10.66.0.1 remote 10.66.0.2)
remote6=(local fd66::1 remote fd66::2)

echo "# $(uname -r), SEED=$seed SPLITS=$splits"
for module in veth sch_tbf vxlan geneve ip_gre; do
	modprobe "$module" || echo "# without $module"
done
make_wire
show=yes test_that "TCP and UDP: segments are those of the kernel" plain "$splits"
test_that "TCP and UDP: another size is found out" none_agree plain 20
tunnel vxlan id 7 dstport 4789 "${remote[@]}" udpcsum
tunnel vxlan id 7 dstport 4789 "${remote[@]}" noudpcsum
tunnel vxlan id 7 dstport 4789 "${remote6[@]}" udpcsum
tunnel geneve id 7 remote 10.66.0.2 udpcsum
tunnel geneve id 7 remote 10.66.0.2 noudpcsum
tunnel geneve id 7 remote fd66::2
tunnel gretap "${remote[@]}"
tunnel gretap "${remote[@]}" key 7
tunnel gretap "${remote[@]}" key 7 csum
show=yes test_that "trains that the kernel merged come apart into what was sent" \
	grosplit "$seed" "$splits"
test_that "trains: another size is found out" none_merged_agrees
end_tests
