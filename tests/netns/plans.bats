#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does the kernel do what nod set --dry-run says, comes back what nod puts back, and does its advice help?
# Random changes, each compared on all devices. SEED=N asks other things; REQUESTS=N more of them.

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

# Dry runs and what comes back; then advice for what is blocked.
plan() {
	random_things plans 1500 && random_things advice 250
}

@test "veth: dry runs, what comes back, advice" {
	local output
	veth_world
	output=$(plan) || {
		echo "$output"
		return 1
	}
	echo "nothing to compare: $output"
	[[ $output =~ side-effect\ [1-9] && $output =~ withdrawn\ [1-9] && $output =~ advice\ [1-9] ]]
}

@test "bridge: dry runs, what comes back, advice" {
	bridge_world
	plan
}

@test "tap: dry runs, what comes back, advice" {
	tap_world
	plan
}

@test "tap, agreed with its owner: dry runs, what comes back, advice" {
	agreed_tap_world
	plan
}

@test "macvlan: dry runs, what comes back, advice" {
	macvlan_world
	plan
}

@test "vxlan: dry runs, what comes back, advice" {
	vxlan_world
	plan
}

@test "stacked: dry runs, what comes back, advice" {
	stacked_world
	plan
}
