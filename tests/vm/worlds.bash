# SPDX-License-Identifier: GPL-2.0-or-later
# Worlds of devices that programs ask random things of.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for who reads this file
WORLDS_KNOWN=(bond-modes bond-nics bond-lro team vlan-nics vlan-soft bridge-nics bridge-soft macvlan
	macsec vrf nics jumbo lro nodsim nodsim-odd)

world_bond-modes() {
	local mode n=0
	for mode in balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb; do
		dummies "d$n"
		pair "v$n"
		add "bond$n" type bond mode "$mode"
		ports "bond$n" "d$n" "v$n"
		vlan "bond$n" 7
		n=$((n + 1))
	done
	add empty type bond
	vlan empty 8
	add br0 type bridge
	ports br0 bond1.7 bond2
}

world_bond-nics() {
	nics e1000 e1000e virtio_net
	add bond0 type bond mode active-backup
	ports bond0 gig0 pcie0
	add bond1 type bond mode 802.3ad
	ports bond1 virtio0 virtio1
	add bond2 type bond mode balance-xor
	ports bond2 gig1 pcie1 virtio2
	vlan bond0 10
	vlan bond1 11
	vlan bond1.11 5
	add mac0 link bond0.10 type macvlan mode bridge
	add ipv0 link bond1 type ipvlan mode l2
	add vx0 type vxlan id 5 dstport 4789 dev bond2 remote 192.0.2.1
	add br0 type bridge
	ports br0 bond0
}

world_bond-lro() {
	nics e1000 vmxnet3
	add bond0 type bond mode balance-rr
	ports bond0 vmx0 gig0
	add bond1 type bond mode active-backup
	ports bond1 vmx1 vmx2
	vlan bond1 3
	add mac0 link bond0 type macvlan
	add bond2 type bond mode balance-xor
	ports bond2 vmx3
	add br0 type bridge
	ports br0 bond2
}

world_team() {
	nics e1000 virtio_net vmxnet3
	dummies d0
	pair v0
	add team0 type team
	ports team0 d0 v0 gig0
	add team1 type team
	ports team1 virtio0 virtio1
	add team2 type team
	ports team2 vmx0
	add empty type team
	vlan team0 4
	vlan team1 4
	add br0 type bridge
	ports br0 team1.4
	add mac0 link team2 type macvlan
}

world_vlan-nics() {
	local name
	nics
	for name in gig0 pcie0 virtio0 virtio1 virtio2 virtio3 vmx0 rtl0 lance0 tulip0 hundred0 ne0; do
		vlan "$name" 9
	done
	vlan gig0 20 802.1ad
	vlan gig0.20 1
	vlan virtio0.9 1
}

world_vlan-soft() {
	local name
	dummies d0
	pair v0 v1
	add vx0 type vxlan id 5 dstport 4789 remote 192.0.2.1
	add ge0 type geneve id 5 remote 192.0.2.1
	add br0 type bridge
	add br1 type bridge
	ports br1 v1
	for name in d0 v0 vx0 ge0 br0 br1; do
		vlan "$name" 9
		vlan "$name.9" 1
	done
	vlan d0 20 802.1ad
	vlan d0.20 1
	add mac0 link d0 type macvlan
	vlan mac0 3
	# What comes up with its parent; below a bond it must not be up before, and be able to.
	ip link set dev v0 up
	ip link set dev v0.9 down
	add bond0 type bond
	ports bond0 v0.9
}

world_bridge-nics() {
	nics
	add br0 type bridge
	ports br0 gig0 virtio0 vmx0
	add br1 type bridge vlan_filtering 1
	ports br1 pcie0 rtl0 lance0
	add br2 type bridge
	ports br2 tulip0 hundred0
	vlan br0 2
	add mac0 link br1 type macvlan
	vlan virtio1 6
	add br3 type bridge
	ports br3 virtio1.6
	add vx0 type vxlan id 5 dstport 4789 dev gig1 remote 192.0.2.1
	ports br2 vx0
}

world_bridge-soft() {
	dummies d0 d1
	pair one two three
	add br0 type bridge
	ports br0 one two d0
	add br1 type bridge
	ports br1 d1
	add mac0 link br0 type macvlan
	add vx0 type vxlan id 9 dstport 4790 dev br1 remote 192.0.2.1
	add mac1 link three type macvlan
	add tap0 link three-end type macvtap
	add ifb7 type ifb
}

world_macvlan() {
	nics e1000 virtio_net vmxnet3
	dummies d0
	vlan gig0 5
	vlan virtio0 5
	add mac0 link gig0.5 type macvlan mode bridge
	add mac1 link virtio0.5 type macvlan mode private
	add mac2 link vmx0 type macvlan mode vepa
	add tap0 link vmx1 type macvtap
	add tap1 link virtio1 type macvtap
	add ipv0 link gig1 type ipvlan mode l2
	add ipv1 link virtio2 type ipvlan mode l3s
	add tap2 link d0 type ipvtap mode l2
	vlan virtio3 7
	add ipv2 link virtio3.7 type ipvlan
	vlan mac2 8
}

world_macsec() {
	local name
	nics e1000 e1000e virtio_net vmxnet3
	dummies d0
	pair v0
	for name in gig0 pcie0 virtio0 virtio1 vmx0 d0 v0; do add "sec-$name" link "$name" type macsec; done
	vlan virtio2 5
	add sec-vlan link virtio2.5 type macsec
	vlan sec-gig0 3
	add br0 type bridge
	ports br0 sec-virtio0
	add bond0 type bond
	ports bond0 gig1 pcie1
	add sec-bond link bond0 type macsec
}

world_vrf() {
	nics e1000 virtio_net vmxnet3
	dummies d0
	vlan gig1 5
	add red type vrf table 10
	ports red gig0 virtio0 gig1.5
	add blue type vrf table 11
	ports blue vmx0 d0
	add vx0 type vxlan id 1 dstport 4789 dev virtio1 remote 192.0.2.9
	ports red vx0
	add ge0 type geneve id 1 remote 192.0.2.9
	add ifb7 type ifb
}

world_nics() {
	nics
}

# Where a MTU costs a feature. Not every driver takes it.
world_jumbo() {
	local name
	nics
	for name in gig0 pcie0 virtio0 vmx0 rtl0; do
		ip link set dev "$name" mtu 4000 2>/dev/null || echo "# $name keeps its MTU"
	done
	vlan gig0 5
	vlan pcie0 5
}

world_lro() {
	nics vmxnet3
	add bond0 type bond
	ports bond0 vmx0
	add mac0 link bond0 type macvlan
	vlan vmx1 4
	add mac1 link vmx2 type macvlan
	add mac2 link mac1 type macvlan
	add vx0 type vxlan id 1 dstport 4789 dev mac1 remote 192.0.2.9
	add team0 type team
	ports team0 vmx3
	add tap0 link team0 type macvtap
}

# Everything that a NIC of today offers, in pairs of which both ends are here. Without the module, no world.
world_nodsim() {
	local name
	nodsim_pairs 6 || return
	add bond0 type bond mode active-backup
	ports bond0 sim0 sim1
	add bond1 type bond mode 802.3ad
	ports bond1 sim2
	vlan bond0 10
	vlan bond1 11
	add team0 type team
	ports team0 sim3
	vlan team0 4
	vlan sim4 9
	vlan sim4 20 802.1ad
	vlan sim4.20 1
	add mac0 link sim5 type macvlan mode bridge
	add mac1 link bond0.10 type macvlan
	add ipv0 link sim6 type ipvlan mode l2
	add br0 type bridge
	ports br0 sim7
	add br1 type bridge
	ports br1 bond1
	add red type vrf table 10
	ports red sim8
	add vx0 type vxlan id 5 dstport 4789 dev sim9 remote 192.0.2.1
	add ge0 type geneve id 5 remote 192.0.2.1
	add gt0 type gretap local 192.0.2.1 remote 192.0.2.4 dev sim10
	for name in vx0 ge0 gt0; do vlan "$name" 3; done
}

# odd_pair NAME PEER FEATURES: a NIC that lacks something, or has it in another way
odd_pair() {
	local parameter=/sys/module/nodsim/parameters/features
	[ -e $parameter ] || load_nodsim || return
	echo "$3" >$parameter && nodsim_pair "$1" "$2"
	echo default >$parameter
}

world_nodsim-odd() {
	local name
	odd_pair two0 two1 default,tx-checksum-ipv4,tx-checksum-ipv6 || return
	odd_pair four0 four1 default,tx-checksum-ipv4
	odd_pair flat0 flat1 default,-tx-scatter-gather
	odd_pair whole0 whole1 default,-tx-gso-partial
	odd_pair bare0 bare1 rx-lro,tx-scatter-gather
	odd_pair raw0 raw1 default,-rx-checksum,-tx-checksum-ip-generic
	nodsim_pair full0 full1
	add bond0 type bond mode active-backup
	ports bond0 two0 full0
	add bond1 type bond mode 802.3ad
	ports bond1 flat0 whole0
	add team0 type team
	ports team0 bare0 full1
	add br0 type bridge
	ports br0 raw0 four0
	vlan bond0 10
	vlan bond1 11
	vlan team0 12
	for name in two1 four1 flat1 whole1 bare1 raw1; do vlan "$name" 9; done
	vlan two1 20 802.1ad
	vlan two1.20 1
	add mac0 link four1 type macvlan mode bridge
	add mac1 link flat1.9 type macvlan
	add ipv0 link bare1 type ipvlan mode l2
	add red type vrf table 10
	ports red two1.9
	add vx0 type vxlan id 5 dstport 4789 dev whole1 remote 192.0.2.1
	add ge0 type geneve id 5 remote 192.0.2.1
	add gr0 type gre local 192.0.2.1 remote 192.0.2.5 dev raw1
	vlan vx0 3
}
