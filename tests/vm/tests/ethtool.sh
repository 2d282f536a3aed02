#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod say of every kind of device what ethtool says, and is its JSON JSON?
# built: nod
# files: tests/vm/asking.bash
# tools: ip ethtool jq diff awk
# modules: e1000 e1000e virtio_pci virtio_net vmxnet3 8139cp pcnet32 tulip e100 ne2k-pci
# modules: veth dummy ifb bonding bridge 8021q macvlan macvtap ipvlan macsec vrf vxlan geneve ip_gre
# modules: team team_mode_roundrobin wireguard hsr gcm aes_generic
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash
# shellcheck source=/dev/null
. /vm/asking.bash

zoo() {
	nics
	dummies d0
	pair v0
	add bond0 type bond mode active-backup
	ports bond0 gig0 pcie0
	add bond1 type bond mode 802.3ad
	ports bond1 virtio0 virtio1
	add empty type bond
	vlan bond0 10
	vlan bond0.10 5
	add team0 type team
	ports team0 gig1 d0
	add br0 type bridge
	ports br0 bond1 v0
	add mac0 link vmx0 type macvlan
	add tap0 link mac0 type macvtap
	vlan vmx1 4
	add ipv0 link vmx2 type ipvlan
	add red type vrf table 10
	ports red pcie1
	add sec0 link virtio2 type macsec
	vlan virtio3 7
	add vx0 type vxlan id 1 dstport 4789 dev vmx3 remote 192.0.2.9
	add ge0 type geneve id 1 remote 192.0.2.9
	add gt0 type gretap local 192.0.2.1 remote 192.0.2.4 dev rtl0
	add gr0 type gre local 192.0.2.1 remote 192.0.2.5 oseq ocsum
	add ifb7 type ifb
	add wg0 type wireguard
	add hsr0 type hsr slave1 lance0 slave2 tulip0
	all_up
}

has ethtool || skip_all "ethtool is not installed"
has diff || skip_all "diff is not installed"
echo "# $(uname -r)"
no_first_devices
zoo
for device in $(devices); do
	test_that "$device as ethtool shows it" same_as_ethtool "$device"
done
if has jq; then
	test_that "JSON of all" eval 'by_json >/tmp/json'
	for device in $(devices); do
		test_that "$device in JSON" same_in_json "$device"
	done
	test_that "JSON of details" eval 'nod show --json --details | jq -e ".devices[0].batching" >/dev/null'
else
	skip_test JSON "jq is not installed"
fi
end_tests
