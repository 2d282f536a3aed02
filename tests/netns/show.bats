#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod show say what ethtool and ip say of the same devices in the same moment, whatever kinds there are,
# however many, and while they come and go?
# shellcheck disable=SC2154

load lab

setup() {
	bats_require_minimum_version 1.5.0
	need jq ip ethtool
	open_lab
	make_hosts
}

teardown() {
	close_lab
}

# A zoo: one of each kind that this kernel has.
make_devices() {
	left ip link add v0 type veth peer name v1
	left ip link add br0 type bridge
	left ip link set dev v0 master br0
	left ip link add vx0 type vxlan id 7 dev v1 dstport 4789 || true
	left ip link add mv0 link v1 type macvlan || true
	left ip link add ifb0 type ifb || true
	left ip tuntap add dev tap0 mode tap || true
	left ip tuntap add dev tun0 mode tun || true
	left ip link set dev tap0 master br0 || true
	left ip link add far type veth peer name near netns "${at_right[2]}"
}

devices() {
	left ip -j link | jq -r '.[].ifname'
}

# ethtool may refuse what it is asked: then there is nothing to compare.
change() { # DEVICE FEATURE on|off...
	left ethtool -K "$@" >/dev/null 2>&1 || true
}

same_as_ethtool() {
	local device
	for device in $(devices); do
		diff -u <(left ethtool -k "$device") <(left "$NOD" show --ethtool "$device")
	done
}

# Groups of ethtool have null where single features have a value; those with one member have its state.
json_as_ethtool() {
	left ethtool --json -k '*' |
		jq -S '[.[] | {key: .ifname, value: (del(.ifname) | with_entries(select(.value.fixed != null)))}] |
			from_entries' >"$BATS_TEST_TMPDIR/theirs"
	left "$NOD" show --json | jq -S --slurpfile theirs "$BATS_TEST_TMPDIR/theirs" '
		{"scatter-gather": "tx-scatter-gather", "rx-checksumming": "rx-checksum",
		 "generic-segmentation-offload": "tx-generic-segmentation",
		 "generic-receive-offload": "rx-gro", "large-receive-offload": "rx-lro",
		 "rx-vlan-offload": "rx-vlan-hw-parse", "tx-vlan-offload": "tx-vlan-hw-insert",
		 "ntuple-filters": "rx-ntuple-filter", "receive-hashing": "rx-hashing"} as $alias |
		[.devices[] | .features as $features | {key: .name, value:
			($theirs[0][.name] | with_entries(.key as $key | $features[$alias[$key] // $key] as $ours |
				.value = {active: $ours.active, fixed: ($ours.hw == false or $ours.nochange),
					requested: $ours.wanted}))}] | from_entries' >"$BATS_TEST_TMPDIR/ours"
	[ "$(jq 'length' "$BATS_TEST_TMPDIR/theirs")" -ge 5 ]
	diff -u "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
}

@test "--ethtool: byte for byte, on every kind of device" {
	make_devices
	same_as_ethtool
	change v0 tx off
	change v1 sg off
	change br0 tso off gro off
	change tap0 tx off
	change mv0 lro on
	change v0 rxvlan off txvlan off
	same_as_ethtool
	diff -u <(for device in $(devices); do left ethtool -k "$device"; done) \
		<(left "$NOD" show --ethtool)
}

@test "--ethtool: features that are requested and blocked" {
	make_devices
	change v0 sg off
	change v0 tso on
	[[ $(left ethtool -k v0) == *"off [requested on]"* ]]
	same_as_ethtool
}

@test "JSON: the same features as ethtool --json" {
	make_devices
	change v0 tx off
	change v1 sg off
	json_as_ethtool
}

@test "JSON: the same links as ip" {
	make_devices
	left ip link set dev v1 up mtu 1400
	diff -u <(left ip -j -d link | jq -S '[.[] | {name: .ifname, ifindex, mtu, master,
			kind: .linkinfo.info_kind, up: (.flags | any(. == "UP")),
			tso_max_size, gso_max_size, gro_max_size} | with_entries(select(.value != null))]') \
		<(left "$NOD" show --json | jq -S '[.devices[] | {name, ifindex, mtu, master, kind, up,
			tso_max_size: .sizes.tso_max_size, gso_max_size: .sizes.gso_max_size,
			gro_max_size: .sizes.gro_max_size} | with_entries(select(.value != null))]')
}

@test "JSON: who is above, below and beside whom" {
	make_devices
	left "$NOD" show --json >"$BATS_TEST_TMPDIR/json"
	link() { jq -r --arg name "$1" ".devices[] | select(.name == \$name) | $2" "$BATS_TEST_TMPDIR/json"; }
	[ "$(link v0 .peer)" = v1 ]
	[ "$(link v0 .master)" = br0 ]
	[ "$(link mv0 .lower)" = v1 ]
	[ "$(link vx0 .lower)" = v1 ]
	[ "$(link br0 '.uppers // [] | length')" = 0 ]
	[ "$(link v0 '.uppers | join(" ")')" = br0 ]
	[ "$(link far '.peer')" = null ]
	[ "$(link far '.link_netnsid | type')" = number ]
}

@test "patterns, drivers, kinds, and a name that is none" {
	make_devices
	names() { left "$NOD" show --json "$@" | jq -r '[.devices[].name] | join(" ")'; }
	[ "$(names 'v*')" = "$(devices | grep '^v' | tr '\n' ' ' | sed 's/ $//')" ]
	[ "$(names --kind bridge)" = br0 ]
	[ "$(names --driver veth 'v*' far)" = "$(devices | grep '^[vf][0-9a]' | grep -v vx | tr '\n' ' ' | sed 's/ $//')" ]
	[ "$(names 'none*')" = "" ]
	left ip link set dev v1 up
	[ "$(names --up)" = "lo v1" ]
	run --separate-stderr left "$NOD" show v00
	[ "$status" -eq 3 ]
	[[ $stderr == *'v0'* ]]
}

@test "--netns: by the number of a process, and namespaces that only processes hold" {
	make_devices
	local held=${at_right[2]}
	[ "$(left "$NOD" show --json --netns "$held" | jq -r '.devices[].name' | sort | tr '\n' ' ')" = "lo near " ]
	left "$NOD" show --json --all-netns >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/words"
	jq -e '[.devices[] | select(.name == "near")] | length == 1 and .[0].netns != null' "$BATS_TEST_TMPDIR/json"
	jq -e '[.devices[] | select(.name == "v0")] | length == 1 and .[0].netns == null' "$BATS_TEST_TMPDIR/json"
	run --separate-stderr left "$NOD" show --netns no-such-namespace
	[ "$status" -eq 3 ]
	[[ $stderr == *no-such-namespace* ]]
}

@test "a recording answers as the kernel did" {
	make_devices
	local tape=$BATS_TEST_TMPDIR/tape
	left "$NOD" show --json --record "$tape" >"$BATS_TEST_TMPDIR/live"
	"$NOD" show --json --replay "$tape" >"$BATS_TEST_TMPDIR/replayed"
	diff -u "$BATS_TEST_TMPDIR/live" "$BATS_TEST_TMPDIR/replayed"
	run left "$NOD" show --record "$tape"
	[ "$status" -eq 3 ]
}

@test "devices come, go and change their names while nod looks" {
	make_devices
	local going=$BATS_TEST_TMPDIR/going
	touch "$going"
	# shellcheck disable=SC2016
	start left bash -c 'echo there
		while [ -e "$0" ]; do
			for i in {1..20}; do echo "link add churn$i type veth peer name other$i"; done
			for i in {1..20}; do echo "link set dev churn$i name changed$i"; done
			for i in {1..20}; do echo "link del dev changed$i"; done
		done | ip -batch -' "$going"
	expect '^there$'
	for _ in {1..100}; do
		left "$NOD" show --json >"$BATS_TEST_TMPDIR/json"
		jq -e '[.devices[] | select(.name == "v0" or .name == "br0")] | length == 2' "$BATS_TEST_TMPDIR/json" >/dev/null
		jq -e '[.devices[] | select(.features | length < 40)] | length == 0' "$BATS_TEST_TMPDIR/json" >/dev/null
	done
	# It lives in a folder of this test, which goes in any case.
	rm "$going"
	wait "$started"
}

@test "ten thousand devices" {
	for i in {1..5000}; do echo "link add a$i type veth peer name b$i"; done >"$BATS_TEST_TMPDIR/batch"
	left ip -batch "$BATS_TEST_TMPDIR/batch"
	[ "$(left "$NOD" show --jsonl | jq -r 'select(.type == "device").name' | sort | uniq | wc -l)" -eq 10001 ]
	[ "$(left "$NOD" show --ethtool b5000)" = "$(left ethtool -k b5000)" ]
	left "$NOD" show --up >"$BATS_TEST_TMPDIR/text"
	grep -q '^lo' "$BATS_TEST_TMPDIR/text"
}
