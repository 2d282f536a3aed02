#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# nod split as a whole: what it writes is what was on the wire, by nod itself and by other tools, and
# nothing is ever half written or overwritten. $NOD is the program.
# shellcheck disable=SC2154 # $output, $stderr and $status are made by bats

setup() {
	load mistakes
	bats_require_minimum_version 1.5.0
	captures=$BUILD/captures
	# A folder that has nothing in it: bats keeps files of its own beside it.
	mkdir "$BATS_TEST_TMPDIR/here" && cd "$BATS_TEST_TMPDIR/here" || return
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# left COMMAND...: as root of a namespace of one's own, if need be.
left() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else unshare --user --map-root-user "$@"; fi
}

capture() { # NAME
	local file
	for file in "$captures/$1".pcap "$captures/$1".pcapng; do
		[ -e "$file" ] && echo "$file" && return
	done
	return 1
}

# number KEY FILE: of a JSON report
number() {
	sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$2" | head -n 1
}

# Payload of TCP, flow by flow, as tshark sees it.
payload() {
	tshark -r "$1" -T fields -e tcp.srcport -e tcp.dstport -e tcp.payload 'tcp.len > 0' 2>/dev/null |
		tr -d ':' | awk '{ flow[$1 " " $2] = flow[$1 " " $2] $3 } END { for (f in flow) print f, flow[f] }' |
		sort | sha256sum
}

@test "what was merged or not yet split becomes frames of the wire" {
	local name format
	for name in tso-send gro-receive lro windows-lso big-tcp gso-partial udp-gso demo; do
		for format in pcapng pcap; do
			"$NOD" split --json --format $format "$(capture $name)" -o $name.out >report
			[ "$(number refused report)" -eq 0 ]
			[ "$(number split report)" -gt 0 ] || [ $name = demo ]
			"$NOD" pcap --json --fail-on never $name.out >after
			[ "$(number frames after)" -eq "$(number written_frames report)" ]
			[ "$(number oversized after)" -eq 0 ]
			! grep -Eq '"(partial|partial_nolen|lco|bad|zero)": [1-9]' after || return
		done
	done
}

@test "nothing is left to split" {
	"$NOD" split "$(capture tso-send)" -o once
	"$NOD" split --json once -o twice >report
	[ "$(number split report)" -eq 0 ]
	[ "$(number filled report)" -eq 0 ]
}

@test "tshark finds no wrong checksum, capinfos and tcpdump read both formats" {
	local name format
	need tshark
	need capinfos
	for name in tso-send gro-receive lro windows-lso big-tcp gso-partial udp-gso demo; do
		for format in pcapng pcap; do
			"$NOD" split --json --format $format "$(capture $name)" -o $name.out >report
			[ -z "$(tshark -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
				-o ip.check_checksum:TRUE -r $name.out \
				'tcp.checksum.status == 0 || udp.checksum.status == 0 || ip.checksum.status == 0 ||
					tcp.analysis.lost_segment || tcp.analysis.retransmission' 2>/dev/null)" ]
			capinfos -TrcM $name.out | cut -f2 >frames
			[ "$(cat frames)" -eq "$(number written_frames report)" ]
			! command -v tcpdump >/dev/null || tcpdump -r $name.out -w /dev/null 2>/dev/null
		done
	done
}

@test "the payload of each TCP flow is what it was" {
	local name
	need tshark
	for name in tso-send gro-receive lro demo; do
		"$NOD" split "$(capture $name)" -o out
		[ "$(payload out)" = "$(payload "$(capture $name)")" ]
	done
}

@test "jumbo frames stay as they are" {
	"$NOD" split --json "$(capture jumbo)" -o out >report
	[ "$(number kept report)" -eq "$(number frames report)" ]
	"$NOD" split --json --mtu 1500 "$(capture jumbo)" -o out >report
	[ "$(number kept report)" -eq "$(number frames report)" ]
}

@test "comments, in pcapng, say what was done" {
	need tshark
	"$NOD" split "$(capture tso-send)" -o out >/dev/null
	run --separate-stderr tshark -r out -T fields -e frame.comment 'frame.comment'
	[ "${lines[0]}" = "nod split: 45 segments of frame 5, 1448 bytes of payload each (by IP IDs)" ]
	[ "${#lines[@]}" -eq 30 ]
}

@test "interfaces and their names are carried over; pcap cannot hold several link types" {
	need capinfos
	"$NOD" split "$(capture ng-multi)" -o out >/dev/null
	[ "$(capinfos -I out | sed -n 's/^ *Name = //p' | paste -sd ' ')" = "eth0 tun0 other tun6 eth1" ]
	run --separate-stderr "$NOD" split --format pcap "$(capture ng-multi)" -o no
	[ "$status" -eq 3 ]
	[[ $stderr == *"pcap has one link type"* ]]
	[ ! -e no ]
}

# A single large datagram: nothing tells what it was made of.
@test "what nobody can know is kept, counted, and status 1" {
	need tcpdump
	tcpdump -r "$(capture udp-gso)" -c 1 -w one.pcap 'udp and greater 2000' 2>/dev/null
	run --separate-stderr "$NOD" split --json one.pcap -o out
	[ "$status" -eq 1 ]
	echo "$output" >report
	[ "$(number refused report)" -eq 1 ]
	[ "$(number written_frames report)" -eq 1 ]
	grep -q '"reason": "nothing tells how long its segments were"' report
	run --separate-stderr "$NOD" split --segment 1472 one.pcap -o out
	[ "$status" -eq 0 ]
	[[ $output == *"1 frame into 10 segments"*"1 frame as given"* ]]
}

@test "times: equal, or spread without passing the next frame" {
	need tshark
	"$NOD" split "$(capture tso-send)" -o equal >/dev/null
	[ "$(tshark -r equal -T fields -e frame.time_epoch 2>/dev/null | sort -u | wc -l)" -le 66 ]
	"$NOD" split --times spread "$(capture tso-send)" -o spread >/dev/null
	[ "$(tshark -r spread -T fields -e frame.time_epoch 2>/dev/null | sort -u | wc -l)" -eq 906 ]
	tshark -r spread -T fields -e frame.time_epoch 2>/dev/null | sort -c
	"$NOD" split --times spread --rate 1 "$(capture tso-send)" -o slow >/dev/null
	tshark -r slow -T fields -e frame.time_epoch 2>/dev/null | sort -c
}

@test "times: whatever they are, nothing is earlier than its frame" {
	need tshark
	cat >late.frames <<-END
		file pcapng
		interface ethernet
		time 9223372036.854775
		send eth 02:00:00:00:00:01 > 02:00:00:00:00:02 / ip 10.0.0.1 > 10.0.0.2 / tcp 1 > 2 ack=1 csum=partial / data 5840
	END
	"$BUILD/tests/mkcap" late.frames late.pcapng
	"$NOD" split --mtu 1500 --segment 1460 --times spread late.pcapng -o spread >/dev/null
	[ "$(tshark -r spread -T fields -e frame.time_epoch 2>/dev/null | cut -d . -f 1 | uniq -c | tr -s ' ')" = " 4 9223372036" ]
}

@test "a checksum that was filled in is not called one to fill in" {
	need tshark
	cat >sent.frames <<-END
		file pcapng
		interface ethernet
		let sent = eth 02:00:00:00:00:01 > 02:00:00:00:00:02 / ip 10.0.0.1 > 10.0.0.2 / tcp 1 > 2 csum=partial / data 1000
		send sent | dir=out not-ready
		send sent with data.len=5840 | dir=out not-ready segmented
	END
	"$BUILD/tests/mkcap" sent.frames sent.pcapng
	"$NOD" split sent.pcapng -o wire >/dev/null
	[ "$(tshark -r wire -T fields -e frame.packet_flags 2>/dev/null | sort | uniq -c | tr -s ' ')" = " 5 0x00000002" ]
}

@test "a pipe is read, and standard output written" {
	"$NOD" split "$(capture gro-receive)" -o file >/dev/null
	"$NOD" split - -o - <"$(capture gro-receive)" >redirected 2>report
	# shellcheck disable=SC2002 # a pipe is what is tested
	cat "$(capture gro-receive)" | "$NOD" -q split --format pcap - -o - >piped
	"$NOD" split --format pcap "$(capture gro-receive)" -o file2 >/dev/null
	cmp piped file2
	[ "$(wc -c <redirected)" -gt "$(wc -c <piped)" ]
	grep -q '150 frames made' report
}

@test "the input is never overwritten, whatever it is called" {
	cp "$(capture gro-receive)" in
	ln in hard
	ln -s in soft
	cp in before
	for name in in ./in hard soft "$PWD/in"; do
		mistake "split: $name is the input: it is never overwritten" "nod split" split in -o "$name"
		mistake "split: $name is the input: it is never overwritten" "nod split" split soft -o "$name"
	done
	mistake "split: hard is the input: it is never overwritten" "nod split" split - -o hard <in
	# shellcheck disable=SC2016 # for the inner shell
	run --separate-stderr bash -c '"$NOD" split in -o - >>in'
	[ "$status" -eq 2 ]
	cmp in before
}

@test "mistakes" {
	local in
	in=$(capture gro-receive)
	mistake 'split: no output is given: -o FILE, or -o - for standard output' 'nod split' split "$in"
	mistake 'split: unexpected operand "b"' 'nod split' split a b -o c
	mistake 'split: standard output takes the capture or the report, not both' 'nod split' \
		split --json "$in" -o -
	failure 'no/such/folder/out: opening for writing: No such file or directory' \
		split "$in" -o no/such/folder/out
	failure 'nothing: No such file or directory' split nothing -o out
	[ -z "$(ls)" ]
}

@test "a terminal gets no capture" {
	need script
	run script -qec "\"$NOD\" split \"$(capture gro-receive)\" -o -" /dev/null </dev/null
	[ "$status" -eq 2 ]
	[[ $output == *"a capture is not written to a terminal"* ]]
}

@test "another file is replaced, but only by a complete one" {
	echo old >out
	failure 'missing: No such file or directory' split missing -o out
	[ "$(cat out)" = old ]
	"$NOD" split "$(capture gro-receive)" -o out >/dev/null
	"$NOD" pcap --fail-on never out >/dev/null
	[ "$(ls)" = out ]
}

@test "a full disk is status 3, and leaves what was there" {
	need unshare
	left unshare --mount true 2>/dev/null || skip "no mount namespace can be made"
	mkdir disk
	left unshare --mount mount -t tmpfs -o size=64k none disk 2>/dev/null || skip "no right to mount"
	# shellcheck disable=SC2016 # for the inner shell
	run left unshare --mount bash -c 'mount -t tmpfs -o size=64k none disk || exit 99
		echo old >disk/out
		"$0" split "$1" -o disk/out 2>&1
		echo "status $?"
		"$0" split "$1" -o disk/new 2>&1
		ls -A disk
		cat disk/out' "$NOD" "$(capture tso-send)"
	[ "${lines[0]}" = "nod: disk/out: writing: No space left on device" ]
	[ "${lines[1]}" = "status 3" ]
	[ "${lines[2]}" = "nod: disk/new: writing: No space left on device" ]
	[ "${lines[3]}" = out ]
	[ "${lines[4]}" = old ]
	[ "${#lines[@]}" -eq 5 ]
	failure "/dev/full: writing: No space left on device" split "$(capture tso-send)" -o /dev/full
}

@test "without /proc a name beside it is used, and taken away again" {
	need unshare
	left unshare --mount true 2>/dev/null || skip "no mount namespace can be made"
	mkdir disk
	# shellcheck disable=SC2016 # for the inner shell
	run left unshare --mount bash -c 'mount -t tmpfs none /proc && mount -t tmpfs -o size=64k none disk || exit 99
		"$0" split "$1" -o out >/dev/null || exit 98
		"$0" split "$1" -o disk/out 2>&1
		ls -A disk' "$NOD" "$(capture tso-send)"
	[ "$status" -ne 99 ] || skip "no right to mount"
	[ "$output" = "nod: disk/out: writing: No space left on device" ]
	"$NOD" pcap --fail-on never out >/dev/null
	[ "$(ls)" = "disk
out" ]
}

@test "a run that is killed while it reads leaves nothing" {
	mkfifo input
	"$NOD" split input -o out &
	# What was written is in the pipe, and nod waits for more.
	exec 9>input
	cat "$(capture tso-send)" >&9
	kill -TERM $!
	wait $! || [ $? -eq 143 ]
	exec 9>&-
	[ "$(ls -A)" = input ]
}

@test "nobody reads any more: quiet" {
	# shellcheck disable=SC2016 # for the inner shell
	run --separate-stderr bash -c '"$NOD" -q split "$0" -o - | head -c 100 | wc -c; exit "${PIPESTATUS[0]}"' \
		"$(capture tso-send)"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "a capture that breaks off is split as far as it goes, status 3" {
	head -c 200000 "$(capture tso-send)" >first
	run --separate-stderr "$NOD" split --json first -o out
	[ "$status" -eq 3 ]
	[[ $stderr == "nod: first: "* ]]
	echo "$output" >report
	[ "$(number split report)" -gt 0 ]
	grep -q '"error": "' report
	"$NOD" pcap --json out >after
	[ "$(number frames after)" -eq "$(number written_frames report)" ]
}

@test "only what matches the filter is written" {
	"$NOD" split --json -f 'src host 10.0.0.1' "$(capture tso-send)" -o out >report
	"$NOD" pcap --json -f 'not src host 10.0.0.1' out >after
	[ "$(number frames after)" -eq 0 ]
	[ "$(number split report)" -eq 30 ]
}
