#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong around the commands about the running machine: rights that are missing, disks that are full,
# names that would control the terminal, devices that vanish. `features` says what the kernel makes of it.
# shellcheck disable=SC2154

load lab

setup() {
	bats_require_minimum_version 1.5.0
	need ip setpriv
	open_lab
	make_hosts
	export NOD_STATE_DIR=$BATS_TEST_TMPDIR/state NOD BUILD
	journal=$NOD_STATE_DIR/journal.jsonl
	red=$'\033[31mred'
	left ip link add v0 type veth peer name v1 || skip "the kernel has no veth"
}

# Watchers end when nothing waits any more.
teardown() {
	[ "${#at_left[@]}" -eq 0 ] || left "$NOD" confirm -q 2>/dev/null || true
	close_lab
}

nod() { left "$NOD" "$@"; }

# The same without any capability, though still as the same user.
plain_nod() {
	left setpriv --bounding-set=-all --inh-caps=-all "$NOD" "$@"
}

features() { left "$BUILD/tests/features" v0; }

# on_mounts COMMAND: in a shell that may mount, with an empty $folder for it.
on_mounts() {
	export folder=$BATS_TEST_TMPDIR/folder
	mkdir -p "$folder"
	left unshare --mount mount -t tmpfs none "$folder" 2>/dev/null || skip "no right to mount"
	run --separate-stderr left unshare --mount bash -c "$1"
}

# Nothing in $output or $stderr controls the terminal.
harmless() {
	[[ $output$stderr != *$'\033'* ]] && return
	echo "an escape sequence: $output$stderr" | cat -v
	return 1
}

# --- rights -------------------------------------------------------------------------------------

@test "without a right to the state directory: that is what is said" {
	mkdir "$BATS_TEST_TMPDIR/closed"
	chmod 500 "$BATS_TEST_TMPDIR/closed"
	NOD_STATE_DIR=$BATS_TEST_TMPDIR/closed/state run --separate-stderr plain_nod set v0 gro=on
	[ "$status" -eq 3 ]
	[[ $stderr == *closed/state*"Permission denied"* ]]
}

@test "without capabilities: reading works" {
	local command
	for command in show 'show --json' 'show --details' 'why v0 tso' 'set --dry-run v0 gro=on' \
		'undo --list'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr plain_nod $command
		[ "$status" -eq 0 ]
		[ -n "$output" ]
		[ -z "$stderr" ]
	done
	run --separate-stderr plain_nod watch --timeout=0
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
}

@test "without capabilities: nothing is changed, and it is said which one where" {
	local before options inode
	before=$(features)
	inode=$(left stat -Lc %i /proc/self/ns/net)
	for options in '' --atomic --for=1h --stack --json; do
		# shellcheck disable=SC2086 # no word if empty
		run --separate-stderr plain_nod set $options v0 tx=off gro=on
		[ "$status" -eq 3 ]
		[ -z "$output" ]
		[ "$stderr" = "nod: nothing was changed: that needs CAP_NET_ADMIN in the user namespace that owns network namespace $inode" ]
		[ "$(features)" = "$before" ]
	done
	[ ! -s "$journal" ]
	run nod undo --list
	[ "$output" = "No change was made." ]
}

@test "without capabilities: a change cannot be put back, and is not said to be" {
	local before
	nod set -q v0 gro=on >/dev/null
	before=$(features)
	run --separate-stderr plain_nod undo
	[ "$status" -eq 3 ]
	[[ $stderr == "nod: nothing was changed: that needs CAP_NET_ADMIN in "* ]]
	[ "$(features)" = "$before" ]
	run nod undo --list
	[[ ${lines[0]} == "1 "*" done" ]]
	[ "$(grep -c '^[0-9]' <<<"$output")" -eq 1 ]
	# With them it still can.
	nod undo
	[ "$(features)" != "$before" ]
}

# --- names --------------------------------------------------------------------------------------

@test "names of devices do not control the terminal" {
	local command
	left ip link add "$red" type veth peer name $'p\033[1m\377' || skip "no such names here"
	left ip link set dev "$red" up
	nod set -q "$red" tx-checksum-ip-generic=off >/dev/null
	for command in show 'show --tree' 'show --details' 'show --json' 'show --jsonl' 'show --args' \
		'show --ethtool' 'show -f tso' 'show --changed -v' 'undo --list' 'undo --list --json' \
		'undo --dry-run' 'complete devices' 'complete changes'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr nod $command
		[ "$status" -eq 0 ]
		[[ $output == *'[31mred'* ]]
		harmless
	done
	for command in why 'why --json' 'why -v' 'set lro=on' 'set tso=on' 'set --json tso=on' \
		'set --stack tx=on'; do
		# shellcheck disable=SC2086
		run --separate-stderr nod $command "$red"
		[ "$status" -le 1 ]
		harmless
	done
}

@test "names of devices do not control the terminal when they go while a change is on trial" {
	local status=0 all=
	left ip link add "$red" type veth peer name p0 || skip "no such names here"
	start setpriv --pdeathsig KILL "${at_left[@]}" "$NOD" set --for=1h "$red" gro=on
	expect 'is put back at'
	left ip link del "$red"
	kill "$started"
	wait "$started" || status=$?
	[ "$status" -eq 1 ]
	while IFS= read -r -t "$WAIT_SECONDS" -u "$words" line; do all+=$line$'\n'; done
	output=$all stderr='' harmless
	[[ $all == *' is gone.'* ]]
}

@test "names of namespaces do not control the terminal" {
	# shellcheck disable=SC2016 # for the inner shell
	on_mounts "set -- '$red' ${at_right[2]}"'
		mount -t tmpfs none /run || exit
		mkdir /run/netns
		touch "/run/netns/$1" /run/netns/plain
		mount --bind "/proc/$2/ns/net" "/run/netns/$1"
		"$NOD" show --tree --all-netns
		"$NOD" show --tree --netns "$1"
		"$NOD" show --json --netns "$1"
		"$NOD" complete namespaces
		setpriv --bounding-set=-all --inh-caps=-all "$NOD" show --tree --all-netns
		echo "status $?"
		setpriv --bounding-set=-all --inh-caps=-all "$NOD" show --tree --netns "$1"
		"$NOD" show --netns plain
	'
	harmless
	[[ $output == *'status 0'* ]]
	[[ $stderr == *'entering network namespace \x1b[31mred needs CAP_SYS_ADMIN'* ]]
	[[ $stderr == *'no network namespace is named plain'* ]]
}

# --- disks --------------------------------------------------------------------------------------

@test "a recording that does not fit on the disk" {
	# shellcheck disable=SC2016 # for the inner shell
	on_mounts '
		mount -t tmpfs -o size=4k none "$folder" || exit
		"$NOD" show --json --record "$folder/tape" >/dev/null
	'
	[ "$status" -eq 3 ]
	[ "$stderr" = "nod: $folder/tape: No space left on device" ]
}

@test "a journal that does not fit on the disk: nothing is changed" {
	local before
	before=$(features)
	# shellcheck disable=SC2016 # for the inner shell
	on_mounts '
		mount -t tmpfs -o size=4k none "$folder" || exit
		head -c 4096 /dev/zero >"$folder/fill"
		NOD_STATE_DIR=$folder/state "$NOD" set v0 gro=on tx=off
	'
	[ "$status" -eq 3 ]
	[[ $stderr == "nod: journal $folder/state/journal.jsonl: "*"No space left on device" ]]
	[ "$(features)" = "$before" ]
}

@test "a result that cannot be written: the change is in the journal" {
	local option
	[ -c /dev/full ] || skip "there is no /dev/full"
	for option in '' --json; do
		# shellcheck disable=SC2016 # for the inner shell
		run --separate-stderr left bash -c '"$NOD" set $1 v0 gro=on >/dev/full' - $option
		[ "$status" -eq 3 ]
		[ "${stderr_lines[-1]}" = "nod: writing to standard output: No space left on device" ]
		features | grep -qx 'v0 rx-gro requested on'
		# shellcheck disable=SC2016
		run --separate-stderr left bash -c '"$NOD" undo $1 >/dev/full' - $option
		[ "$status" -eq 3 ]
		features | grep -qx 'v0 rx-gro not-requested off'
	done
	run nod undo --list
	[ "$(grep -c '^[0-9]' <<<"$output")" -eq 4 ]
	# shellcheck disable=SC2016
	run --separate-stderr left bash -c '"$NOD" undo --list >/dev/full'
	[ "$status" -eq 3 ]
}

# --- devices that vanish ------------------------------------------------------------------------

@test "devices that come and go while they are changed" {
	local round command line
	# shellcheck disable=SC2016 # for the inner shell
	start setpriv --pdeathsig KILL "${at_left[@]}" bash -c '
		echo there
		while :; do ip link add w0 type veth peer name w1; ip link del w0; done'
	expect '^there$'
	for ((round = 0; round < 30; round++)); do
		for command in 'set w0 tso=off' 'set --atomic w0 v0 gro=on' 'show w0' 'why w0' undo; do
			# shellcheck disable=SC2086 # several words
			run --separate-stderr nod $command
			[[ $status -le 1 || $status -eq 3 ]]
			[ "$status" -ne 3 ] || [ -n "$stderr" ]
			while IFS= read -r line; do
				[[ -z $line || $line == 'nod: there is no device "w'*  ||
					$line == 'nod: there is no change to put back'* ||
					$line =~ ^'Change '[0-9]+'; nod undo '[0-9]+' puts it back.'$ ||
					$line == *'came and went'* ]] && continue
				echo "$command: $line"
				return 1
			done <<<"$stderr"
		done
	done
	end "$started"
	nod undo --list --json >/dev/null
}
