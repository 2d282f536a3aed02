#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod capture take all frames of a device, say of them what nod pcap says of the file, and end well
# however it ends? Two hosts of the test with a wire between them.
# shellcheck disable=SC2030,SC2031,SC2154

load lab
load ../cli/mistakes

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	make_hosts
	join_hosts
	cd "$BATS_TEST_TMPDIR" || return
	export TZ=UTC0
}

teardown() {
	close_lab
}

# watch OPTION...: nod capture of the wire's left end, in the background, and ready. Its report goes to
# ./report; $watcher is its id. A shell that puts it into the background has it ignore Ctrl-C.
watch() {
	start "${at_left[@]}" setpriv --pdeathsig KILL env --default-signal=INT \
		sh -c 'exec "$@" >report' - "$NOD" capture "$@" wire
	watcher=$started watched=$words
	expect '^listening on wire$'
}

# ended STATUS: the capture ends with it.
ended() {
	local status=0
	wait "$watcher" || status=$?
	[ "$status" -eq "$1" ] && return
	echo "status $status"
	cat report
	cat <&"$watched"
	return 1
}

# A capture of a transfer, ended as by Ctrl-C.
watch_transfer() { # OPTION...
	watch "$@"
	transfer right 10.66.0.2
	kill -INT "$watcher"
	ended 0
}

# datagrams COUNT: as many datagrams from left to right, to a port where nobody is.
datagrams() {
	local i
	for ((i = 0; i < $1; i++)); do left bash -c 'echo word >/dev/udp/10.66.0.2/9'; done
}

# The frames that nod pcap counts in a file.
frames_of() {
	"$NOD" pcap --json --fail-on=never "$1" | jq '.captures[0].frames'
}

@test "the report is what nod pcap says of the file" {
	watch_transfer --write=a.pcapng --annotate --flows
	"$NOD" pcap --flows a.pcapng >again
	# Behind it stand words on the capture as such.
	head -n "$(wc -l <again)" report | diff again -
	grep -q '^Received [0-9 ]* frames on wire, dropped 0\.$' report
	grep -q '^Confined: capabilities dropped' report
}

@test "the same as JSON, and what a file cannot say" {
	need jq
	watch_transfer --write=a.pcapng --annotate --json
	"$NOD" pcap --json a.pcapng | jq -S .captures[0] >again
	jq -S '.captures[0] | del(.live)' report | diff again -
	jq -e '.captures[0] | .frames as $frames | .live | .device == "wire" and .dropped == 0 and
		.received >= $frames and .files == 1 and .ended == "signal" and
		.confinement.capabilities and .confinement.user == null' report
	jq -e '.captures[0].mtu == {"value": 1500, "source": "interface"}' report
	jq -e 'any(.captures[0].findings[]; .id == "oversized-frame")' report
}

@test "lines of JSON: a finding as soon as it is there, and all at the end" {
	local line
	need jq
	start "${at_left[@]}" setpriv --pdeathsig KILL "$NOD" capture --jsonl wire
	watcher=$started watched=$words
	expect '^listening on wire$'
	transfer right 10.66.0.2
	expect '"type":"appeared".*"id":"checksum-artefact"' "$watched"
	jq -e '.file == "wire" and .count > 0' <<<"$line"
	kill -TERM "$watcher"
	expect '"type":"capture"' "$watched"
	jq -e '.live.device == "wire" and .format == "live" and .frames > 0' <<<"$line"
	expect '"type":"finding".*"id":"checksum-artefact"' "$watched"
	wait "$watcher"
}

@test "other programs read the file, with directions and checksum bits" {
	watch_transfer --write=a.pcapng --annotate
	if command -v tcpdump >/dev/null; then
		[ "$(tcpdump -nr a.pcapng 2>/dev/null | wc -l)" -eq "$(frames_of a.pcapng)" ]
	fi
	need tshark jq
	[ "$(tshark -r a.pcapng 2>/dev/null | wc -l)" -eq "$(frames_of a.pcapng)" ]
	[ -n "$(tshark -r a.pcapng -Y 'frame.packet_flags_direction == 2' 2>/dev/null)" ]
	tshark -r a.pcapng -T fields -e frame.comment 2>/dev/null | grep -q '^nod:gso=tcp4 size='
}

@test "without --annotate no frame has a comment" {
	need tshark
	watch_transfer --write=a.pcapng
	tshark -r a.pcapng -T fields -e frame.comment >comments 2>/dev/null
	refute grep -q nod comments
}

@test "no file: the report alone" {
	watch_transfer
	grep -q '^wire: [0-9 ]* frames, [0-9.]* s, live$' report
	[ -z "$(find . -name '*.pcap*')" ]
}

@test "--count ends it, with just so many frames" {
	watch --write=a.pcapng --count=5 --filter='udp port 9'
	datagrams 7
	ended 0
	[ "$(frames_of a.pcapng)" -eq 5 ]
}

@test "what came before Ctrl-C is there, also what the kernel has not handed over yet" {
	watch --write=a.pcapng --filter='udp port 9'
	datagrams 3
	kill -INT "$watcher"
	ended 0
	[ "$(frames_of a.pcapng)" -eq 3 ]
}

@test "--filter: nothing else is taken" {
	need jq
	watch --write=a.pcapng --filter='udp port 9' --count=3
	transfer right 10.66.0.2
	datagrams 3
	ended 0
	"$NOD" pcap --json a.pcapng | jq -e '.captures[0].checksums | (.tcp | add) == 0 and (.udp | add) == 3'
}

@test "--duration ends it" {
	need jq
	watch --duration=1 --json
	ended 0
	jq -e '.captures[0].live.ended == "duration"' report
}

@test "--snap-length keeps the beginning of frames" {
	need jq
	watch --write=a.pcapng --snap-length=60 --json
	transfer right 10.66.0.2
	kill -INT "$watcher"
	ended 0
	jq -e '.captures[0].truncated_frames > 0' report
	"$NOD" pcap --json a.pcapng | jq -e '.captures[0].truncated_frames > 0'
}

@test "--rotate-size: whole files, named in order, and the newest are kept" {
	local file files frames=0 all
	need jq
	watch --write=a.pcapng --rotate-size=1 --json --buffer=64
	transfer right 10.66.0.2 4500000
	kill -INT "$watcher"
	ended 0
	files=(a_0000?_20[0-9]*.pcapng)
	[ "${#files[@]}" -ge 4 ]
	[ "$(jq '.captures[0].live.files' report)" -eq "${#files[@]}" ]
	for file in "${files[@]}"; do frames=$((frames + $(frames_of "$file"))); done
	all=$(jq '.captures[0].frames' report)
	[ "$frames" -eq "$all" ]
	rm "${files[@]}"
	watch --write=a.pcapng --rotate-size=1 --files=2 --json --buffer=64
	transfer right 10.66.0.2 4500000
	kill -INT "$watcher"
	ended 0
	files=(a_*.pcapng)
	[ "${#files[@]}" -eq 2 ]
	# The last of all is among them.
	[[ ${files[1]} = a_0000"$(jq '.captures[0].live.files' report)"_* ]]
}

@test "--rotate-time: a file is complete when its time is over" {
	local first
	need jq
	watch --write=a.pcapng --rotate-time=1 --json
	datagrams 1
	# It has its end, statistics of the interface, once another one has begun.
	until compgen -G 'a_00002_*.pcapng' >/dev/null; do datagrams 1; done
	first=$(echo a_00001_*.pcapng)
	[ "$(frames_of "$first")" -gt 0 ]
	kill -INT "$watcher"
	ended 0
}

@test "-w -: the capture on standard output, words on standard error" {
	need jq
	start "${at_left[@]}" setpriv --pdeathsig KILL sh -c \
		'"$1" capture --count=4 --filter="udp port 9" -w - wire | "$1" pcap --json - >piped; echo over' - "$NOD"
	expect '^listening on wire$'
	datagrams 4
	expect '^4 frames written\. Received 4 frames on wire, dropped 0\.'
	expect '^over$'
	jq -e '.captures[0].frames == 4' piped
}

@test "a reader that goes away is no error" {
	start "${at_left[@]}" setpriv --pdeathsig KILL bash -c \
		'"$1" capture -w - wire | head -c 100 >part; echo "status ${PIPESTATUS[0]}"' - "$NOD"
	expect '^listening on wire$'
	datagrams 1
	expect '^status 0$'
	[ "$(stat -c %s part)" -eq 100 ]
}

@test "a pipe that nobody reads yet: Ctrl-C ends the wait, and a reader gets all" {
	local status=0
	need jq
	mkfifo pipe
	"${at_left[@]}" setpriv --pdeathsig KILL env --default-signal=INT \
		"$NOD" capture --write=pipe wire 2>words 3>&- &
	watcher=$! && running+=("$watcher")
	# Next after that it opens the pipe.
	until grep -q '^NoNewPrivs:.1$' "/proc/$watcher/status"; do :; done
	kill -INT "$watcher"
	timeout "$WAIT_SECONDS" tail --pid="$watcher" -f /dev/null || kill -KILL "$watcher"
	wait "$watcher" || status=$?
	[ "$status" -eq 130 ]
	[ ! -s words ]
	start "${at_left[@]}" setpriv --pdeathsig KILL "$NOD" capture --write-only --count=2 \
		--filter='udp port 9' --write=pipe wire
	exec {reader}<pipe
	expect '^listening on wire$'
	datagrams 2
	"$NOD" pcap --json - <&"$reader" | jq -e '.captures[0].frames == 2'
}

@test "datagrams that macvlan puts together of fragments are not called merged by a NIC" {
	need jq
	right ip link add lan link wire type macvlan mode bridge || skip "the kernel has no macvlan"
	right ip link set dev lan addrgenmode none up
	right ip maddr add 01:00:5e:01:02:03 dev lan
	left ip route add 239.0.0.0/8 dev wire
	start "${at_right[@]}" setpriv --pdeathsig KILL sh -c 'exec "$@" >report' - \
		"$NOD" capture --json --count=1 --filter='udp port 9' lan
	watcher=$started watched=$words
	expect '^listening on lan$'
	left bash -c 'dd if=/dev/zero bs=4000 count=1 >/dev/udp/239.1.2.3/9' 2>&1
	ended 0
	jq -e '.captures[0].sizes.max_ip_len == 4028' report
	jq -e '[.captures[0].findings[].id] | index("oversized-unmarked") == null' report
}

@test "a device that vanishes: what was seen, and status 3" {
	watch --write=a.pcapng --json
	datagrams 2
	left ip link delete wire
	ended 3
	expect '^nod: ' "$watched"
	need jq
	jq -e '.captures[0].live.ended == "device" and .captures[0].frames > 0' report
	[ "$(frames_of a.pcapng)" -gt 0 ]
}

@test "a full disk: status 3, and what fits is kept" {
	start "${at_left[@]}" setpriv --pdeathsig KILL unshare --mount sh -c \
		'mkdir small && mount -t tmpfs -o size=512k none small || exit 1
		"$1" capture -w small/a.pcapng wire >report; echo "status $?"; "$1" pcap --json small/a.pcapng >kept' - "$NOD"
	expect '^(listening on wire$|.*mount)' && [ "$line" = "listening on wire" ] ||
		skip "no right to mount"
	transfer_words=$words
	transfer right 10.66.0.2 4000000
	expect 'small/a.pcapng: .*No space left on device$' "$transfer_words"
	expect '^status 3$' "$transfer_words"
	need jq
	until [ -s kept ]; do :; done
	jq -e '.captures[0].frames > 0' kept
	grep -q 'frames' report
}

@test "Ctrl-C while a report is read does not hang: a second one ends nod" {
	watch
	kill -INT "$watcher"
	kill -INT "$watcher" 2>/dev/null || true
	wait "$watcher" || true
	refute kill -0 "$watcher"
}

@test "two interfaces in one file: what both say is known, the rest is not" {
	need mergecap jq
	watch --write=a.pcapng --count=2 --filter='udp port 9'
	datagrams 2
	ended 0
	watch --write=b.pcapng --count=2 --filter='udp port 9'
	datagrams 2
	ended 0
	left ip link set dev wire mtu 1400
	watch --write=c.pcapng --count=2 --filter='udp port 9'
	datagrams 2
	ended 0
	mergecap -I none -w same.pcapng a.pcapng b.pcapng
	"$NOD" pcap --json same.pcapng >same
	jq -e '.captures[0].frames == 4' same
	# Some versions leave out comments of interfaces.
	jq -e '.captures[0].mtu.source == "interface"' same ||
		skip "mergecap does not keep what interfaces say"
	mergecap -I none -w other.pcapng a.pcapng c.pcapng
	"$NOD" pcap --json other.pcapng | jq -e '.captures[0].mtu.source == "default"'
}

# in_folder FOLDER OPTION...: as root, who can become others, in a network of its own.
in_folder() {
	local folder=$1
	shift
	run --separate-stderr unshare --net sh -c 'ip link set dev lo up && exec "$@"' - \
		"$NOD" capture --duration=1 --fail-on=never --write="$folder/a.pcapng" "$@" lo
}

@test "root becomes the owner of the folder, or whom --user says" {
	need jq
	unshare --net setpriv --reuid=nobody --clear-groups true 2>/dev/null ||
		skip "only root can become others"
	theirs=$(mktemp -d)
	chown nobody "$theirs"
	in_folder "$theirs" --json
	[ "$status" -eq 0 ]
	jq -e '.captures[0].live.confinement.user == "nobody"' <<<"$output"
	[ "$(stat -c %U "$theirs/a.pcapng")" = nobody ]
	rm "$theirs/a.pcapng"
	in_folder "$theirs" --user=nobody
	[ "$status" -eq 0 ]
	[ "$(stat -c %U "$theirs/a.pcapng")" = nobody ]
	rm -r "$theirs"
	# The folder of root is not theirs.
	in_folder . --user=nobody
	[ "$status" -eq 3 ]
	[[ $stderr = *'Permission denied' ]]
	[ ! -e a.pcapng ]
}

@test "without the right to listen" {
	run --separate-stderr "${at_left[@]}" setpriv --bounding-set=-net_raw --inh-caps=-net_raw \
		"$NOD" capture wire
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[[ $stderr = 'nod: listening takes root, or the capability CAP_NET_RAW'* ]]
}

@test "what is found is shown in place, as wide as the terminal is then" {
	local shown nod
	load ../cli/terminal
	needs_terminal
	start "${at_left[@]}" setpriv --pdeathsig KILL env -u COLUMNS TERM=xterm script -qefc \
		"stty cols 70 rows 20; echo \$\$ on \$(tty); exec env --default-signal=INT '$NOD' capture wire" \
		/dev/null
	watcher=$started watched=$words
	expect ' on /dev/'
	nod=${line%% *} terminal=${line##* } terminal=${terminal%$'\r'}
	expect '^listening on wire'
	transfer right 10.66.0.2
	expect 'checksum-artefact +[0-9].*frame' "$watched"
	stty -F "$terminal" cols 40
	# Lines of before may still be on their way. Those of after are cut.
	shown=$line
	for _ in {1..5}; do
		expect 'note +checksum-artefact' "$watched"
		shown=$(sed 's/\x1b\[[0-9;]*[A-Za-z]//g; s/\r//g' <<<"$line")
		[ "${#shown}" -ge 40 ] || break
	done
	[ "${#shown}" -lt 40 ]
	kill -INT "$nod"
	expect '^Confined: ' "$watched"
	wait "$watcher"
}

@test "mistakes" {
	mistake 'capture: --files needs --rotate-size or --rotate-time: else there is one' 'nod capture' \
		capture --files=3 -w a wire
	mistake 'capture: no file is given to rotate: -w FILE, of which the names are made' 'nod capture' \
		capture --rotate-size=3 wire
	mistake 'capture: standard output does not rotate: give -w a name' 'nod capture' \
		capture --rotate-time=3 -w - wire
	mistake 'capture: --write-only needs -w FILE' 'nod capture' capture --write-only wire
	mistake 'capture: --annotate is about the file: -w FILE' 'nod capture' capture --annotate wire
	mistake 'capture: standard output is the capture with -w -, not the place for JSON' 'nod capture' \
		capture --json -w - wire
	mistake 'capture: --write-only makes no report, so there is none as JSON' 'nod capture' \
		capture --jsonl --write-only -w a wire
	run --separate-stderr "${at_left[@]}" "$NOD" capture wier
	[ "$status" -eq 3 ]
	[ "$stderr" = 'nod: there is no device "wier"; did you mean "wire"?' ]
	run --separate-stderr "${at_left[@]}" "$NOD" capture --filter='tcp prot 1' wire
	[ "$status" -eq 2 ]
	[ ! -e a ]
	run --separate-stderr "${at_left[@]}" "$NOD" capture -w missing/a wire
	[ "$status" -eq 3 ]
	[[ $stderr = *'missing/a: No such file or directory' ]]
	run --separate-stderr "${at_left[@]}" "$NOD" capture --user='no one' wire
	[ "$status" -eq 3 ]
	[ "$stderr" = 'nod: there is no user "no one"' ]
}
