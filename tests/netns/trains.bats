#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does the running kernel merge what nod's model of it says it merges? Trains of all kinds, each of which
# the kernel takes in one poll, so that no clock has a say in it.
# SEED=N makes other trains; TRAINS=N more of them.

setup() {
	bats_require_minimum_version 1.5.0
	seed=${SEED:-1} trains=${TRAINS:-5000}
}

# grotrains OPTION...: where there is a way to ask the kernel.
grotrains() {
	run "$BUILD/tests/grotrains" --seed "$seed" "$@"
	echo "$output"
	[ "$status" -ne 3 ] || skip "${output##*$'\n'}"
}

@test "$(uname -r): super-frames are those of the model (SEED, TRAINS)" {
	grotrains --count "$trains"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} =~ ^([0-9]+)' trains, 0 differences, ' ]]
	((BASH_REMATCH[1] > trains / 2))
}

# A test that cannot fail proves nothing: this is not the kernel that linux-4.7 stands for, or it is not
# the one that linux-6.18 does.
@test "$(uname -r): the model of another kernel is found out" {
	local release other=linux-6.18
	release=$(uname -r)
	[[ $release =~ ^([0-9]+)\.([0-9]+) ]]
	if ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] >= 6018)); then other=linux-4.7; fi
	grotrains --count 1500 --model "$other"
	[ "$status" -eq 1 ]
	[[ $output != *" trains, 0 differences,"* ]]
}

@test "$(uname -r): a train is the same whenever it is made" {
	grotrains --count 300
	first=$output
	grotrains --count 300
	[ "$output" = "$first" ]
}

# LAB_CAPTURES=FOLDER: with lab_wire.pcap and lab_after_gro.pcap, of the same frames before and after GRO.
@test "captures of Linux 6.18: what came out of GRO is what the model makes of what went in (LAB_CAPTURES)" {
	[ -n "${LAB_CAPTURES-}" ] || skip "LAB_CAPTURES is not set"
	run "$BUILD/tests/labcaptures" linux-6.18 "$LAB_CAPTURES"/lab_{wire,after_gro}.pcap
	echo "$output"
	[ "$status" -eq 0 ]
	run "$BUILD/tests/labcaptures" linux-6.10 "$LAB_CAPTURES"/lab_{wire,after_gro}.pcap
	[ "$status" -eq 1 ]
}
