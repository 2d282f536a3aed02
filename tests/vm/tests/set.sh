#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod set do through a stack of real drivers what it says, and does nod undo put it back? LRO is
# that of vmxnet3: what is on top of a device decides about it. ethtool judges.
# built: nod
# files: tests/vm/asking.bash
# tools: ip ethtool diff
# modules: e1000 e1000e virtio_pci vmxnet3 bonding 8021q macvlan dummy ifb
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash
# shellcheck source=/dev/null
. /vm/asking.bash

# --- a stack ------------------------------------------------------------------------------------

make_stack() {
	add bond0 type bond mode active-backup
	ports bond0 gig0 pcie0
	vlan bond0 10
	all_up
}

alone() {
	nod set bond0 tso=off
	all_are tcp-segmentation-offload off bond0 && all_are tcp-segmentation-offload on gig0 pcie0
}

through_stack() {
	nod set --stack bond0 tso=off
	all_are tcp-segmentation-offload off bond0 gig0 pcie0
}

from_vlan() {
	nod set --stack bond0.10 gro=off
	all_are generic-receive-offload off bond0.10 gig0 pcie0
}

undone() {
	nod undo && as_before bond0.10 bond0 gig0 pcie0
}

dry_run() {
	nod set --dry-run --stack bond0 tso=off gro=off rx=off || return
	as_before bond0.10 bond0 gig0 pcie0
}

test_stack() {
	make_stack
	remember bond0.10 bond0 gig0 pcie0
	test_that "a dry run changes nothing" dry_run
	test_that "a bond alone" alone
	test_that "undo of a bond alone" undone
	test_that "a bond and its ports" through_stack
	test_that "undo of a bond and its ports" undone
	test_that "from a VLAN down to the ports" from_vlan
	test_that "undo from a VLAN down to the ports" undone
}

# --- LRO below a macvlan ------------------------------------------------------------------------

# S2: what is on top gives it up, and what is below loses it.
given_up() {
	says 0 '^ *mac0 +rx-lro +off' '^ *vmx0 +rx-lro +off' -- nod set --dry-run mac0 lro=off &&
		all_are large-receive-offload on vmx0 mac0 &&
		says 0 '^ *mac0 +rx-lro +off' '^ *vmx0 +rx-lro +off' -- nod set mac0 lro=off &&
		all_are large-receive-offload off vmx0 mac0
}

# S1: what is below cannot have it; and it does not stay requested.
held_down() { # DEVICE UPPER
	says 1 'S1' "$2" -- nod set --dry-run "$1" lro=on &&
		says 1 'S1' "$2" -- nod set "$1" lro=on &&
		is "$1" large-receive-offload off
}

held_down_by_hand() { # DEVICE UPPER: what somebody else left requested is explained
	ethtool -K "$1" lro on >/dev/null 2>&1 && return 1
	says 0 'rx-lro: off, requested on' 'S1' "$2" -- nod why "$1" lro || return
	ethtool -K "$1" lro off
}

both_at_once() {
	says 0 '^ *mac0 +rx-lro +on' '^ *vmx0 +rx-lro +on' -- nod set vmx0 lro=on mac0 lro=on &&
		as_before vmx0 mac0
}

test_macvlan() {
	add mac0 link vmx0 type macvlan
	all_up
	remember vmx0 mac0
	test_that "macvlan: begins with LRO" all_are large-receive-offload on vmx0 mac0
	test_that "macvlan: LRO given up goes below" given_up
	test_that "macvlan: undo" eval 'nod undo && as_before vmx0 mac0'
	test_that "macvlan: given up again" given_up
	test_that "macvlan: none below what has none" held_down vmx0 mac0
	test_that "macvlan: why not" held_down_by_hand vmx0 mac0
	test_that "macvlan: both at once" both_at_once
}

# --- LRO below a VLAN ---------------------------------------------------------------------------

vlan_takes_it() {
	is vmx1 large-receive-offload on && vlan vmx1 4 && is vmx1 large-receive-offload off
}

free_again() {
	ip link delete dev vmx1.4
	nod set vmx1 lro=on && is vmx1 large-receive-offload on
}

test_vlan() {
	test_that "VLAN: takes LRO from its parent" vlan_takes_it
	test_that "VLAN: none below it" held_down vmx1 vmx1.4
	test_that "VLAN: why not" held_down_by_hand vmx1 vmx1.4
	test_that "VLAN: without it again" free_again
}

has ethtool || skip_all "ethtool is not installed"
has diff || skip_all "diff is not installed"
echo "# $(uname -r)"
no_first_devices
nics e1000 e1000e vmxnet3
test_stack
test_macvlan
test_vlan
end_tests
