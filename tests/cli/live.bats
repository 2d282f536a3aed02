#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Typing mistakes and bad files given to the commands about the running machine. What the kernel says comes
# from a recording: nothing of the machine is looked at, nothing can be changed. $NOD is the program.
# shellcheck disable=SC2094,SC2154

setup() {
	bats_require_minimum_version 1.5.0
	load mistakes
	demo=$(realpath "$BATS_TEST_DIRNAME/../fixtures/exchanges/demo.tape")
	export NOD_STATE_DIR=$BATS_TEST_TMPDIR/state
	cd "$BATS_TEST_TMPDIR" || return
	cp "$demo" demo.tape
	red=$'\033[31mred'
	long=$(printf 'x%.0s' {1..200})
}

# recorded COMMAND WORD...: with the recording, and without changing anything.
recorded() {
	case $1 in
	set) set -- "$1" --dry-run --replay demo.tape "${@:2}" ;;
	*) set -- "$1" --replay demo.tape "${@:2}" ;;
	esac
	words=("$@")
}

# wrong MESSAGE COMMAND WORD...: a mistake; broken: a failure.
wrong() {
	recorded "${@:2}"
	mistake "$2: $1" "nod $2" "${words[@]}"
}

broken() {
	recorded "${@:2}"
	failure "$1" "${words[@]}"
}

@test "devices that are not there, with what was meant" {
	local command
	for command in show 'why' 'set tso=on'; do
		# shellcheck disable=SC2086 # several words
		{
			broken 'there is no device "uplnk"; did you mean "uplink"?' $command uplnk
			broken 'there is no device "nonsense"' $command nonsense
			broken 'there is no device ""' $command ""
			broken 'there is no device "\x1b[31mred"' $command "$red"
			broken 'there is no device "'"${long:0:60}"'..."' $command "$long"
		}
	done
	broken 'there is no device "uplink="; did you mean "uplink"?' why uplink=
	broken 'no device matches "\x1b[31mred*"' why "$red*"
	broken 'no device matches "zz*"' set 'zz*' tso=on
}

@test "a pattern that matches nothing shows nothing" {
	run --separate-stderr "$NOD" show --replay demo.tape 'zz*'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$stderr" = "No device matches." ]
	"$NOD" show --replay demo.tape --json 'zz*' | tr -d ' \n' | grep -q '"devices":\[\]'
}

@test "features that are not there, with what was meant" {
	wrong 'there is no feature "tsoo" in this kernel; did you mean "tso"?' show -f tsoo
	wrong 'there is no feature "TSO" in this kernel; did you mean "tso"?' why uplink TSO
	wrong 'there is no feature "rx-gr0" in this kernel; did you mean "rx-gro"?' set uplink rx-gr0=on
	wrong 'there is no feature "zz*" in this kernel' set uplink 'zz*=on'
	wrong 'there is no feature "" in this kernel' why uplink tso ''
	wrong 'there is no feature "" in this kernel' set uplink =on
	wrong 'there is no feature "\x1b[31mred" in this kernel' set uplink "$red=on"
	wrong 'there is no feature "'"${long:0:60}"'..." in this kernel' why uplink "$long"
}

@test "set: words that are missing, or wrong" {
	wrong 'missing operands: devices, and FEATURE=on or FEATURE=off' set
	wrong 'missing operand FEATURE=on|off: what to change?' set uplink
	wrong 'missing operand FEATURE=on|off: what to change?' set uplink tso
	wrong 'missing operand DEV: on which device?' set tso=on
	wrong '"tso=maybe": FEATURE=on or FEATURE=off is wanted' set uplink tso=maybe
	wrong '"tso=": FEATURE=on or FEATURE=off is wanted' set uplink tso=
	wrong '"tso=ON": FEATURE=on or FEATURE=off is wanted' set uplink tso=ON
	wrong '"tso=\x1b[31mred": FEATURE=on or FEATURE=off is wanted' set uplink "tso=$red"
	wrong 'there is no feature "tso=" in this kernel; did you mean "tso"?' set uplink tso==on
	wrong 'unknown option "-o"' set uplink -o
	wrong 'unknown option "--drt-run"; did you mean "--dry-run"?' set uplink --drt-run
}

@test "set: what contradicts itself" {
	wrong 'tx-tcp-segmentation of uplink cannot be both on and off' set uplink tso=on tso=off
	wrong 'tx-tcp-segmentation of uplink cannot be both on and off' \
		set uplink segmentation=on tx-tcp-segmentation=off
	# Said twice is said once.
	run "$NOD" set --dry-run --replay demo.tape uplink uplink tx=on tx=on
	[ "$status" -eq 0 ]
	[ "$(grep -c 'tx-checksum-ip-generic ' <<<"$output")" -eq 1 ]
}

@test "set: options that do not go together" {
	local recording='--record and --replay go with --dry-run only'
	wrong '--for and --dry-run exclude each other' set --for=60s uplink tso=on
	mistake "set: $recording" 'nod set' set --replay demo.tape uplink tso=on
	mistake "set: $recording" 'nod set' set --record new nonsense tso=on
	[ ! -e new ]
	wrong "--from says what to change; FEATURE=on|off does not go with it" set --from x tso=on
	[ ! -e state ]
}

@test "set --for: times that are none" {
	local time
	for time in 0 0s 1y -1 '' 1.5m 31d 31x 721h 99999999999999999999 60S '1 m' s 1s1 1h30 1m1m1; do
		mistake "set: --for=$time: a time from 1s to 30 days is wanted, like 90s, 5m or 1h" \
			'nod set' set "--for=$time" nonsense tso=on
	done
	mistake 'set: --for=\x1b[31mred: a time from 1s to 30 days is wanted, like 90s, 5m or 1h' \
		'nod set' set "--for=$red" nonsense tso=on
	[ ! -e state ]
}

# from TEXT...: in a file, as printf takes it.
from() {
	# shellcheck disable=SC2059
	printf "$@" >list
}

@test "set --from: lists with mistakes say which line" {
	from 'garbage\n'
	broken 'list: line 1: missing operand FEATURE=on|off: what to change?' set --from list
	from '# a comment\n\nuplink tso=maybe\n'
	broken 'list: line 3: "tso=maybe": FEATURE=on or FEATURE=off is wanted' set --from list
	from 'uplink tso=on\nuplink tso=off\n'
	broken 'list: line 2: tx-tcp-segmentation of uplink cannot be both on and off' set --from list
	from 'uplink gro=on\nuplnk gro=on'
	broken 'list: line 2: there is no device "uplnk"; did you mean "uplink"?' set --from list
	from 'gro=on\n'
	broken 'list: line 1: missing operand DEV: on which device?' set --from list
	from 'uplink \377=on\n'
	broken 'list: line 1: there is no feature "\xff" in this kernel' set --from list
	from 'uplink gro=on\n'
	broken 'list: its lines name their devices; no others can be given' set --from list uplink
	# Lines that end as on other systems are fine.
	from 'uplink gro=on\r\n'
	run "$NOD" set --dry-run --replay demo.tape --from list
	[ "$status" -eq 0 ]
	[[ $output == *"rx-gro "*"on, was off"* ]]
}

@test "set --from: files that are no list" {
	: >list
	broken 'list: it is empty' set --from list
	broken '/dev/null: it is empty' set --from /dev/null
	broken 'standard input: it is empty' set --from - </dev/null
	mkdir folder
	broken 'folder: reading: Is a directory' set --from folder
	broken 'nothing: opening it: No such file or directory' set --from nothing
	broken '\x1b[31mred: opening it: No such file or directory' set --from "$red"
	printf 'uplink gro=on\0\n' >list
	broken 'list: neither text nor JSON' set --from list
	cp "$NOD" list
	broken 'list: neither text nor JSON' set --from list
	head -c 10000000 /dev/zero | tr '\0' x >list
	broken 'list: line 1: missing operand FEATURE=on|off: what to change?' set --from list
}

@test "set --from: snapshots that are none" {
	from '{'
	run --separate-stderr "$NOD" set --dry-run --replay demo.tape --from list
	[ "$status" -eq 3 ]
	[[ $stderr == "nod: list: line 1, column 1: "* ]]
	local list
	for list in '[]' ' [ {"devices": []} ]' '["x"]' '[['; do
		from '%s' "$list"
		broken 'list: a list, where a snapshot is an object of nod show --json' \
			set --from list
	done
	from '{}'
	broken 'list: none of its devices is of this namespace' set --from list
	from '{"devices": {}}'
	broken 'list: devices: a list is wanted' set --from list
	from '{"devices": [{"name": "nonsense"}]}'
	broken 'list: there is no device "nonsense"' set --from list
	from '{"devices": [{"name": "uplink"}]}'
	broken 'list: none of its devices is meant' set --from list wire
	from '{"devices": [{"name": "\\u001b[31mred"}]}'
	broken 'list: there is no device "\x1b[31mred"' set --from list
	from '{"devices": [{"name": "uplink", "features": {"rx-gro": {"hw": true, "wanted": 1}}}]}'
	broken 'list: devices[0].features.rx-gro.wanted: true or false is wanted' set --from list
	{
		printf '{"devices": '
		head -c 1000000 /dev/zero | tr '\0' '['
	} >list
	run --separate-stderr "$NOD" set --dry-run --replay demo.tape --from list
	[ "$status" -eq 3 ]
	[ "${#stderr}" -lt 240 ]
	# What it was made of is one.
	"$NOD" show --json --replay demo.tape >list
	run "$NOD" set --dry-run --replay demo.tape --from list
	[ "$status" -eq 0 ]
}

@test "undo and confirm: what is not a number of a change" {
	local command
	for command in undo confirm; do
		mistake "$command: N: 0 is out of range (at least 1)" "nod $command" $command 0
		mistake "$command: N: \"1.5\" is not a whole number" "nod $command" $command 1.5
		mistake "$command: N: \"\x1b[31mred\" is not a whole number" "nod $command" $command "$red"
		mistake "$command: unknown option \"-1\"" "nod $command" $command -1
		mistake "$command: unexpected operand \"2\"" "nod $command" $command 1 2
		failure "there is no change 7 in $NOD_STATE_DIR" $command 7
	done
	mistake 'undo: --list goes with neither a number nor --dry-run' 'nod undo' undo --list 3
	mistake 'undo: --list goes with neither a number nor --dry-run' 'nod undo' undo -ln
	mistake 'undo: this command does not take --record' 'nod undo' undo --record new
}

@test "watch: numbers that are none" {
	mistake 'watch: --count: 0 is out of range (at least 1)' 'nod watch' watch --count=0
	mistake 'watch: --timeout: "1y" is not a whole number' 'nod watch' watch --timeout=1y
	mistake 'watch: --timeout: 999999999999 is out of range (0 to 100000000)' 'nod watch' \
		watch --timeout=999999999999
	mistake 'watch: --interval: "-1" is not a whole number' 'nod watch' watch --interval=-1
	mistake 'watch: this command does not take --json' 'nod watch' watch --json
	mistake 'watch: this command does not take --replay' 'nod watch' watch --replay demo.tape
}

@test "show: options that do not go together" {
	wrong 'choose one of --tree, --ethtool, --args and --details' show --tree --args
	wrong 'choose one of --group and --feature' show -g vlan -f tso
	wrong '--ethtool always prints all features' show --ethtool --all
	wrong '--details prints no features' show --details --all
	wrong '-g: unknown value "vlans"; did you mean "vlan"?' show -g vlans
	mistake 'show: --tree, --ethtool and --args do not go with JSON' 'nod show' show --json --tree
	mistake 'show: --ethtool and --args do not go with --all-netns' 'nod show' \
		show --all-netns --args
	wrong 'missing operand DEV' why
}

@test "namespaces that are none" {
	local name
	# With an empty one, what the shell makes of the words has no blank at its end.
	failure "no network namespace is named" show --netns=
	for name in nonsense . .. -1; do
		failure "no network namespace is named $name" show "--netns=$name"
	done
	failure 'no network namespace is named \x1b[31mred' show --netns "$red"
	failure "no network namespace is named $long" show --netns "$long"
	for name in 0 99999999999999999999; do
		failure "no network namespace is named $name, and no process has that number" \
			show --netns "$name"
	done
	failure '/dev/null is not a network namespace' show --netns /dev/null
	failure "$PWD is not a network namespace" show --netns "$PWD"
	failure 'network namespace /no/such: No such file or directory' show --netns /no/such
	# Wherever it can be given.
	failure 'no network namespace is named nonsense' --netns nonsense why lo
	failure 'no network namespace is named nonsense' set --netns nonsense lo tso=on
	failure 'no network namespace is named nonsense' undo --netns nonsense
	failure 'no network namespace is named nonsense' confirm --netns nonsense
	failure 'no network namespace is named nonsense' watch --netns nonsense --timeout 0
	mistake 'show: --netns and --all-netns exclude each other' 'nod show' \
		show --all-netns --netns nonsense
}

@test "--replay: files that are no recording" {
	local command first
	first=$(grep -n -m 1 '^? generic' demo.tape | cut -d : -f 1)
	for command in show 'why lo' 'set -n lo gro=off'; do
		# shellcheck disable=SC2086 # several words
		{
			echo garbage >file
			failure 'file: line 1: starts with none of ?, =, ! and #' $command --replay file
			cp "$NOD" file
			failure 'file: line 1: starts with none of ?, =, ! and #' $command --replay file
			head -c 5000 demo.tape >file
			failure "file: line $(wc -l <file | awk '{ print $1 + 1 }'): cut short" \
				$command --replay file
			: >file
			failure 'file: line 1: ends without any question' $command --replay file
			# Cut between lines: behind a question, and before it.
			head -n "$first" demo.tape >file
			failure "file: line $first: a recorded answer is cut short" \
				$command --replay file
			head -n $((first - 1)) demo.tape >file
			failure "file: ends at line $((first - 1)) without what is asked for: this kernel has no ethtool netlink with features (Linux 5.7 and later, built with CONFIG_ETHTOOL_NETLINK)" \
				$command --replay file
			failure '.: reading: Is a directory' $command --replay .
			failure 'nothing: No such file or directory' $command --replay nothing
			failure '\x1b[31mred: No such file or directory' $command --replay "$red"
		}
	done
	mistake 'show: --record and --replay exclude each other' 'nod show' \
		show --replay demo.tape --record new
	[ ! -e new ]
}

@test "--record: never onto a file that is there" {
	cp demo.tape kept
	failure 'kept: File exists' show --record kept
	cmp demo.tape kept
	failure '.: File exists' show --record .
	failure 'no/such: No such file or directory' show --record no/such
	if [ -c /dev/full ]; then
		failure '/dev/full: File exists' show --record /dev/full
	fi
	ln -s nothing link
	failure 'link: File exists' show --record link
	[ ! -e nothing ]
}

@test "a kernel without ethtool netlink is told as such" {
	local command line
	# The answer to the question for the family of that name (in hex): there is none.
	awk '/^\?/ { family = /^\? generic .*657468746f6f6c00$/ } family && /^=/ { next }
		{ print } /^\?/ && family { print "! 2" }' demo.tape >old.tape
	line=$(($(grep -n -m 1 '^! 2$' old.tape | cut -d : -f 1) - 1))
	for command in show 'show --json' 'show --details' 'show --tree' 'show --ethtool lo' 'why lo' \
		'set -n lo gro=off'; do
		# shellcheck disable=SC2086 # several words
		failure "old.tape: line $line: this kernel has no ethtool netlink with features (Linux 5.7 and later, built with CONFIG_ETHTOOL_NETLINK)" \
			$command --replay old.tape
	done
}

@test "output that does not arrive" {
	local command
	[ -c /dev/full ] || skip "there is no /dev/full"
	mkfifo pipe
	for command in show 'show --json' 'show --ethtool lo' 'show --tree' 'show --args' 'show --details' \
		'why uplink' 'why --jsonl uplink' 'set -n uplink tx=on' 'set -n --json uplink tx=on'; do
		# shellcheck disable=SC2016 # for the inner shell
		run --separate-stderr bash -c '"$NOD" $1 --replay demo.tape >/dev/full' - "$command"
		[ "$status" -eq 3 ]
		[ "$stderr" = "nod: writing to standard output: No space left on device" ]
		# shellcheck disable=SC2016
		run --separate-stderr bash -c '"$NOD" $1 --replay demo.tape >&-' - "$command"
		[ "$status" -eq 3 ]
		[ "$stderr" = "nod: writing to standard output: Bad file descriptor" ]
		# Both ends, then the one that reads is closed: the reader is gone for certain.
		exec 5<>pipe 6>pipe 5>&-
		# shellcheck disable=SC2016
		run --separate-stderr bash -c '"$NOD" $1 --replay demo.tape >&6' - "$command"
		exec 6>&-
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
	done
}
