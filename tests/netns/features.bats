#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does the kernel do with features what nod foresees? Random requests, each compared on all devices.
# SEED=N asks other things; REQUESTS=N more of them.

load lab
load worlds

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	make_hosts
}

teardown() {
	close_lab
}

foresee() {
	random_things featureworld 2500
}

@test "veth: every request for features ends as foreseen" {
	veth_world
	foresee
}

@test "bridge: what ports lose and get, bridges and what is on them lose and get" {
	bridge_world
	foresee
}

@test "tap: nobody has agreed to take anything" {
	tap_world
	foresee
}

@test "tap: its owner agreed to some of it; what nobody can know is said to be unknown" {
	agreed_tap_world
	foresee
}

@test "macvlan: the parent decides, and LRO takes both" {
	macvlan_world
	foresee
}

@test "vxlan: with an underlay, without one, in a bridge" {
	vxlan_world
	foresee
}

@test "tunnels and macvlans on bridges, and tunnels in bridges" {
	stacked_world
	foresee
}
