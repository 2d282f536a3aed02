#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does the kernel get what pcap/gro/replay.c is given, in one poll, and is what comes back all of it, in
# order, whatever else the machine does? What is merged is compared elsewhere; here it is the plainest of
# trains.
# shellcheck disable=SC2154

load lab

probe() { "$BUILD/tests/groprobe" "$@"; }

setup() {
	bats_require_minimum_version 1.5.0
	need setpriv
	open_lab
	cd "$BATS_TEST_TMPDIR" || return
	run probe
	[[ $output != *": no right to "* && $output != *": this kernel has no "* ]] || skip "${output#*: }"
	[ "$status" -eq 0 ]
}

teardown() {
	close_lab
}

ETHER="eth 02:00:00:00:00:02 > 02:00:00:00:00:01"
IP="ip 10.66.0.2 > 10.66.0.1 id=500+1"
TCP="tcp 40000 > 5001 ack=1"
INNER="eth 02:00:00:00:01:02 > 02:00:00:00:01:01 / ip 192.168.66.2 > 192.168.66.1 id=900+1 / $TCP"

# frames NAME COUNT FRAME [CHANGES]: a capture NAME.pcap
frames() {
	printf 'let frame = %s\nfor n in 1..%d {\n send frame %s\n}\n' "$3" "$2" "${4-}" >"$1.frames"
	"$BUILD/tests/mkcap" "$1.frames" "$1.pcap"
}

# comes WORDS OPTION...: what groprobe prints, but for what the kernel lacks
comes() {
	local words=$1 came
	shift
	run -0 probe "$@"
	came=$(sed '/^missing /d' <<<"$output")
	[ "$came" = "$words" ] && return
	printf 'came:\n%s\nand not:\n%s\n' "$came" "$words"
	return 1
}

# of KIND OPTION...: skip without it
of() {
	local kind=$1
	shift
	if probe "$@" | grep -qx "missing $kind"; then skip "the kernel has no $kind"; fi
}

# Headers of Ethernet, IPv4 and TCP, then payload.
@test "ten segments become one" {
	frames ten 10 "$ETHER / $IP / $TCP / data 1000"
	comes "1 $((54 + 10 * 1000)) 1000 1 partial" ten.pcap
	frames six 10 "$ETHER / ip6 fd66::2 > fd66::1 / $TCP / data 1000"
	comes "1 $((74 + 10 * 1000)) 1000 4 partial" six.pcap
}

@test "nothing comes but what was sent" {
	frames ten 10 "$ETHER / $IP / $TCP / data 1000"
	head -c 24 ten.pcap >nothing.pcap
	comes "" nothing.pcap
	# Nor would anything later: without an address IPv6 has nothing to say.
	comes "" -a nothing.pcap
	frames other 2 "$ETHER / ip 10.66.0.2 > 10.66.0.1 / icmp"
	comes "1 42 0 0 complete
1 42 0 0 complete" other.pcap
}

@test "a packet with a bad checksum overtakes the train" {
	frames bad 10 "$ETHER / $IP / $TCP / data 1000" "with tcp.csum=(ok,ok,ok,ok,bad,ok,ok,ok,ok,ok)"
	comes "1 1054 0 0 complete
1 $((54 + 4 * 1000)) 1000 1 partial
1 $((54 + 5 * 1000)) 1000 1 partial" bad.pcap
}

@test "frames of protocols that the kernel does not know keep their place" {
	# 0x88b6 is for experiments. The train comes last: it is held until the poll ends.
	frames three 3 "$ETHER / $IP / $TCP / data 1000" "with tcp.csum=(ok,ok,bad)"
	{ echo "send $ETHER type=0x88b6 / data 50" && cat three.frames; } >unknown.frames
	"$BUILD/tests/mkcap" unknown.frames unknown.pcap
	comes "1 64 0 0 complete
1 1054 0 0 complete
1 2054 1000 1 partial" unknown.pcap
}

@test "62 frames are one poll, one more is too much" {
	frames many 62 "$ETHER / $IP / $TCP / data 1000"
	comes "1 $((54 + 62 * 1000)) 1000 1 partial" many.pcap
	frames more 63 "$ETHER / $IP / $TCP / data 1000"
	run probe more.pcap
	[ "$status" -eq 1 ]
	[[ $output == *"more than 62 frames for one poll" ]]
}

# A socket of usual size can hold neither what is sent nor what comes.
@test "62 frames of any length come through" {
	local i words=
	frames giant 62 "$ETHER / $IP / $TCP / data 65400"
	for i in {1..62}; do words+="1 65454 0 0 complete"$'\n'; done
	comes "${words%$'\n'}" giant.pcap
}

@test "two polls do not merge with each other" {
	frames first 5 "$ETHER / $IP / $TCP / data 1000"
	frames second 5 "$ETHER / $IP / $TCP / data 1000" "with tcp.seq={5001+1000*(n-1)} ip.id={505+n-1}"
	comes "1 5054 1000 1 partial
2 5054 1000 1 partial" first.pcap second.pcap
}

@test "frames come back as they were, with their tags" {
	local name
	frames plain 1 "$ETHER / $IP / $TCP / data 1000"
	frames one 1 "$ETHER / vlan 5 / $IP / $TCP / data 1000"
	frames two 1 "$ETHER / vlan 5 / vlan 6 / $IP / $TCP / data 1000"
	for name in plain one two; do
		probe -o out "$name.pcap"
		# The header of the file, and of the frame.
		tail -c +$((24 + 16 + 1)) "$name.pcap" | cmp - out
	done
}

@test "VXLAN merges at a port that has a device, and nowhere else" {
	local outer
	of vxlan -v 4789
	for outer in "$IP" "ip6 fd66::2 > fd66::1"; do
		frames vxlan 3 "$ETHER / $outer / udp 49152 / vxlan 7 / $INNER / data 1000"
		run -0 probe -v 4788 -v 4789 -v 8472 vxlan.pcap
		[ "$(grep -c '^1 .* 1000 1 partial' <<<"$output")" -eq 1 ]
		[ "$(grep -c '^1 ' <<<"$output")" -eq 1 ]
		# A socket of one's own finds its place taken, and is not needed.
		run -0 probe -m udp -u 4789 -u 6000 -v 4789 vxlan.pcap
		[ "$(grep -c '^1 .* 1000 1 partial' <<<"$output")" -eq 1 ]
		run -0 probe -v 4788 vxlan.pcap
		[ "$(grep -c '^1 .* 0 0 complete' <<<"$output")" -eq 3 ]
	done
}

@test "Geneve merges at a port that has a device, and nowhere else" {
	of geneve -g 6081
	frames geneve 3 "$ETHER / $IP / udp 49152 / geneve 7 / $INNER / data 1000"
	run -0 probe -g 6081 geneve.pcap
	[ "$(grep -c '^1 .* 1000 1 partial' <<<"$output")" -eq 1 ]
	run -0 probe geneve.pcap
	[ "$(grep -c '^1 .* 0 0 complete' <<<"$output")" -eq 3 ]
}

@test "UDP merges in the modes that are for it" {
	local ip
	for ip in "$IP" "ip6 fd66::2 > fd66::1"; do
		frames udp 10 "$ETHER / $ip / udp 4000 > 6000 / data 1000"
		run -0 probe udp.pcap
		[ "$(grep -c '^1 .* 0 0 complete' <<<"$output")" -eq 10 ]
		run probe -m forwarding udp.pcap
		[[ $output != *"cannot tell"* ]] || skip "${output#*: }"
		[ "$(grep -c '^1 10.* 1000 5 partial' <<<"$output")" -eq 1 ]
		run -0 probe -m udp -u 5999 -u 6000 udp.pcap
		[ "$(grep -c '^1 10.* 1000 5 partial' <<<"$output")" -eq 1 ]
		run -0 probe -m udp -u 5999 udp.pcap
		[ "$(grep -c '^1 .* 0 0 complete' <<<"$output")" -eq 10 ]
		run -0 probe -m fraglist udp.pcap
		[ "$(grep -c '^1 10.* 1000 5 complete' <<<"$output")" -eq 1 ]
	done
}

# More of them than there are CPUs.
keep_busy() {
	local i
	for ((i = 0; i <= $(nproc); i++)); do
		start setpriv --pdeathsig KILL bash -c 'echo busy; while :; do :; done'
		expect '^busy$'
	done
}

@test "always the same, also on a machine that has other things to do" {
	frames ten 10 "$ETHER / $IP / $TCP / data 1000"
	frames bad 10 "$ETHER / $IP / $TCP / data 1000" "with tcp.csum=(ok,ok,ok,ok,bad,ok,ok,ok,ok,ok)"
	frames many 62 "$ETHER / $IP / $TCP / data 1000"
	frames flows 62 "$ETHER / $IP / $TCP / data 100" "with tcp.sport=(1,2,3,4,5,6,7,8,9,10)"
	probe -n 200 ten.pcap bad.pcap many.pcap flows.pcap | grep -v '^#' >alone
	keep_busy
	probe -n 200 ten.pcap bad.pcap many.pcap flows.pcap | grep -v '^#' >beside
	cmp alone beside
}

@test "without a right to a namespace: that is what is said, and which setting it is" {
	need unshare
	unshare --user --map-root-user true 2>/dev/null || skip "no right to make a user namespace"
	# In a user namespace of its own, as if it were the machine: not even one is allowed.
	# shellcheck disable=SC2016 # it is for the shell inside
	run unshare --user --map-root-user bash -c '
		echo 0 >/proc/sys/user/max_user_namespaces || exit 77
		exec setpriv --bounding-set=-all --inh-caps=-all "$0"' "$BUILD/tests/groprobe"
	[ "$status" -ne 77 ] || skip "/proc/sys cannot be written"
	[ "$status" -eq 1 ]
	[[ $output == *"no right to a private network namespace: the sysctl user.max_user_namespaces is 0; set it to 1 or more, or run nod as root" ]]
}
