#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the shells themselves offer with the completions in this tree. $NOD is the program.

setup() {
	load terminal
	bats_require_minimum_version 1.5.0
	root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/files/folder"
	ln -s "$NOD" "$BATS_TEST_TMPDIR/bin/nod"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	# No settings of whoever runs this.
	export HOME=$BATS_TEST_TMPDIR XDG_CONFIG_HOME=$BATS_TEST_TMPDIR ZDOTDIR=$BATS_TEST_TMPDIR
	unset BASH_ENV
	cd "$BATS_TEST_TMPDIR/files" || return
	touch 'slow.pcap' 'two words.pcap'
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# The arguments, sorted, in one line.
words() {
	printf '%s\n' "$@" | LC_ALL=C sort | paste -sd ' '
}

sorted() {
	LC_ALL=C sort | paste -sd ' '
}

# offered LINE EXPECTED...: SHELL_offers says just this, in any order.
offered() {
	local line=$1 actual
	shift
	actual=$("${shell}_offers" "$line" | sorted)
	if [ "$actual" != "$(words "$@")" ]; then
		echo "$shell, \"$line\": offered $actual"
		return 1
	fi
}

# The long options in the help of a command, '' being nod itself.
options_in_help() {
	# shellcheck disable=SC2086 # no argument if empty
	"$NOD" help $1 | sed -nE 's/^  (-.,|   ) (--[a-z0-9-]+).*/\2/p' | sorted
}

command_names() {
	"$NOD" complete commands | cut -f1
}

# Every command has all its options, and no other command's.
check_options() {
	local name actual
	for name in '' $(command_names); do
		actual=$("${shell}_offers" "nod $name --" | sed 's/=$//' | sorted)
		if [ "$actual" != "$(options_in_help "$name")" ]; then
			echo "$shell, \"nod $name --\": offered $actual"
			return 1
		fi
	done
}

check_commands() {
	# shellcheck disable=SC2046 # a word each
	offered "nod " $(command_names)
	offered "nod hel" help
	offered "nod compl"
	# shellcheck disable=SC2046
	offered "nod help " $(command_names)
	# The value of an option is not the command.
	# shellcheck disable=SC2046
	offered "nod --color never -q help " $(command_names)
}

# Words that are known at run time only, with colons and blanks in their descriptions.
check_topics() {
	# shellcheck disable=SC2046 # a word each
	offered "nod explain " $("$NOD" complete topics | cut -f1)
	offered "nod explain oversized-f" oversized-frame
}

# What the kernel has, asked in another way.
device_names() {
	sed -nE 's/^ *([^:]+):.*/\1/p' /proc/net/dev
}

check_devices() {
	local names
	[ -r /proc/net/dev ] || skip "no /proc"
	mapfile -t names < <(device_names)
	[ "${#names[@]}" -gt 0 ]
	offered "nod show " "${names[@]}"
	offered "nod watch -v " "${names[@]}"
	offered "nod why " "${names[@]}"
	offered "nod show lo --up l" "$(grep ^l <<<"$(device_names)")"
}

check_features() {
	local all
	all=$("${shell}_offers" "nod why lo ")
	grep -qx tx-tcp-segmentation <<<"$all"
	grep -qx tso <<<"$all"
	grep -qx segmentation <<<"$all"
	if grep '[=[:blank:]]' <<<"$all"; then return 1; fi
	offered "nod why lo ts" tso
	offered "nod show -f tx-tcp-e" tx-tcp-ecn-segmentation
	offered "nod set ts" tso=on tso=off
	offered "nod set lo tso=on gs" gso=on gso=off
	grep -qx lo <<<"$("${shell}_offers" "nod set ")"
}

# A namespace that only a process holds is offered by the number of the process.
check_namespaces() {
	local keeper answer
	command -v unshare >/dev/null || skip "unshare is not installed"
	coproc unshare --user --map-root-user --net sh -c 'echo there; exec cat'
	keeper=$COPROC_PID
	read -r -t 60 answer <&"${COPROC[0]}" || skip "no right to make a network namespace"
	[ "$answer" = there ]
	grep -qx "$keeper" <<<"$("${shell}_offers" "nod show --netns $keeper")"
	grep -qx "$keeper" <<<"$("${shell}_offers" "nod --netns $keeper")"
	eval "exec ${COPROC[1]}>&-"
}

# No kernel answers, for nod may open one descriptor only: nothing is offered, nothing complained of.
check_silence() {
	local list
	rm "$BATS_TEST_TMPDIR/bin/nod"
	cat >"$BATS_TEST_TMPDIR/bin/nod" <<-END
		#!/bin/bash
		{
			for fd in /proc/\$\$/fd/*; do
				fd=\${fd##*/}
				((fd < 3)) || eval "exec \$fd>&-"
			done
			ulimit -n 4
			exec '$NOD' "\$@"
		}
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/nod"
	# It does fail.
	run --separate-stderr nod show
	[ "$status" -eq 3 ]
	for list in devices features changes; do
		run --separate-stderr nod complete "$list"
		[ "$status" -eq 0 ]
		[ -z "$output$stderr" ]
	done
	offered "nod show "
	offered "nod set lo tso="
	[ -z "$("${shell}_offers" "nod why lo " 2>&1)" ]
}

check_values() {
	offered "nod --color " always auto never
	offered "nod help --color n" never
	offered "nod pcap --fail-on w" warning
	offered "nod pcap --fail-on " error never note warning
	offered "nod pcap --mtu "
	offered "nod pcap -f "
}

# --- bash ---------------------------------------------------------------------------------------

# Call the completion as bash does; a word each, "=" on its own as COMP_WORDBREAKS cuts it.
bash_offers() {
	# shellcheck disable=SC2016 # for the inner shell
	bash --norc --noprofile -c '
		source "$1"
		COMP_LINE=$2 COMP_POINT=${#2}
		read -ra COMP_WORDS <<<"$(sed "s/[=:@]/ & /g" <<<"$2")"
		[[ $2 == *" " ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_nod
		printf "%s\n" "${COMPREPLY[@]}"
	' - "$root/completions/nod.bash" "$1"
}

# What readline makes of a line when Escape * inserts all completions: the words, one a line. The
# shell runs a function in place of nod, which ends it.
readline_words() {
	command -v script >/dev/null || skip "script (util-linux) is not installed"
	cat >rc <<-END
		source '$root/completions/nod.bash'
		nod() {
			[ "\$1" != complete ] || { command nod "\$@"; return; }
			printf '%s\n' "\$@" >'$BATS_TEST_TMPDIR/typed'
			exit
		}
		bind '"\\e*": insert-completions'
		$2
	END
	# shellcheck disable=SC1003 # Escape * Return
	printf '%s\e*\n' "$1" | timeout 20 script -qec "bash --rcfile rc --noprofile -i" /dev/null >log
	cat "$BATS_TEST_TMPDIR/typed"
}

@test "bash: commands" {
	shell=bash
	check_commands
}

@test "bash: options of every command" {
	shell=bash
	check_options
}

@test "bash: topics of explain" {
	shell=bash
	check_topics
}

@test "bash: devices" {
	shell=bash
	check_devices
}

@test "bash: features, and what to make of them" {
	shell=bash
	check_features
	offered "nod set lo tso=" on off
	offered "nod set lo tso=of" off
	offered "nod set lo tso=on gso=o" on off
	offered "nod show --feature=tx-tcp-e" tx-tcp-ecn-segmentation
}

@test "bash: namespaces" {
	shell=bash
	check_namespaces
}

@test "bash: nothing on the terminal when no kernel answers" {
	shell=bash
	check_silence
}

@test "bash: values" {
	shell=bash
	check_values
	offered "nod --color=" always auto never
	offered "nod pcap --fail-on=n" never note
	offered "nod pcap --flows="
}

@test "bash: files, and operands behind --" {
	shell=bash
	run bash_offers "nod pcap s"
	[ "$output" = slow.pcap ]
	run bash_offers "nod pcap --frames -- "
	[ "${#lines[@]}" -eq 3 ]
	[[ $output == *"two words.pcap"* ]]
	# A file may have what bash cuts at in its name.
	touch 'of:host@time=1.pcap'
	run bash_offers "nod pcap of:host@ti"
	[ "$output" = '@time=1.pcap' ]
	run bash_offers "nod show --replay=of:h"
	[ "$output" = 'host@time=1.pcap' ]
}

@test "bash: readline replaces the right part of the line" {
	needs_terminal
	shell=bash
	[ "$(readline_words 'nod pcap --color=al')" = $'pcap\n--color=always' ]
	[ "$(readline_words 'nod pcap --color=al' "COMP_WORDBREAKS=\${COMP_WORDBREAKS//=}")" = \
		$'pcap\n--color=always' ]
	[ "$(readline_words 'nod pcap --fl')" = $'pcap\n--flows' ]
	[ "$(readline_words 'nod set lo gso=on tso=of')" = $'set\nlo\ngso=on\ntso=off' ]
	[ "$(readline_words 'nod set lo tso=of' "COMP_WORDBREAKS=\${COMP_WORDBREAKS//=}")" = \
		$'set\nlo\ntso=off' ]
	[ "$(readline_words 'nod set lo tso=')" = $'set\nlo\ntso=off\non' ]
	[ "$(readline_words 'nod pcap tw')" = $'pcap\ntwo words.pcap' ]
	[ "$(readline_words 'nod pcap "two w')" = $'pcap\ntwo words.pcap' ]
	touch 'of:host@time=1.pcap'
	[ "$(readline_words 'nod pcap of:host@ti')" = $'pcap\nof:host@time=1.pcap' ]
	[ "$(readline_words "nod pcap ~/files/sl")" = $'pcap\n'"$HOME/files/slow.pcap" ]
}

# --- zsh ----------------------------------------------------------------------------------------

zsh_offers() {
	timeout 30 zsh -f "$BATS_TEST_DIRNAME/offers.zsh" "$root/completions" "$1"
}

@test "zsh: commands" {
	needs zsh
	needs_terminal
	shell=zsh
	check_commands
}

@test "zsh: options of every command" {
	needs zsh
	needs_terminal
	shell=zsh
	check_options
}

@test "zsh: topics of explain" {
	needs zsh
	needs_terminal
	shell=zsh
	check_topics
}

@test "zsh: devices" {
	needs zsh
	needs_terminal
	shell=zsh
	check_devices
}

@test "zsh: features, and what to make of them" {
	needs zsh
	needs_terminal
	shell=zsh
	check_features
	offered "nod set lo tso=" tso=on tso=off
	offered "nod set lo tso=of" tso=off
	offered "nod show --feature=tx-tcp-e" tx-tcp-ecn-segmentation
}

@test "zsh: namespaces" {
	needs zsh
	needs_terminal
	shell=zsh
	check_namespaces
}

@test "zsh: nothing on the terminal when no kernel answers" {
	needs zsh
	needs_terminal
	shell=zsh
	check_silence
}

@test "zsh: values" {
	needs zsh
	needs_terminal
	shell=zsh
	check_values
	offered "nod pcap --fail-on=n" never note
	offered "nod pcap --flows="
}

@test "zsh: files" {
	needs zsh
	needs_terminal
	shell=zsh
	offered "nod pcap s" slow.pcap
	offered "nod pcap --frames -- f" folder
}

# --- fish ---------------------------------------------------------------------------------------

fish_offers() {
	# shellcheck disable=SC2016 # for fish
	fish -c 'source $argv[1]; complete -C $argv[2]' "$root/completions/nod.fish" "$1" | cut -f1
}

@test "fish: commands" {
	needs fish
	shell=fish
	check_commands
}

@test "fish: options of every command" {
	needs fish
	shell=fish
	check_options
}

@test "fish: topics of explain" {
	needs fish
	shell=fish
	check_topics
}

@test "fish: devices" {
	needs fish
	shell=fish
	check_devices
}

@test "fish: features, and what to make of them" {
	needs fish
	shell=fish
	check_features
	offered "nod set lo tso=" tso=on tso=off
	offered "nod set lo tso=of" tso=off
	offered "nod show --feature=tx-tcp-e" --feature=tx-tcp-ecn-segmentation
}

@test "fish: namespaces" {
	needs fish
	shell=fish
	check_namespaces
}

@test "fish: nothing on the terminal when no kernel answers" {
	needs fish
	shell=fish
	check_silence
}

@test "fish: values" {
	needs fish
	shell=fish
	check_values
	offered "nod pcap --fail-on=n" --fail-on=never --fail-on=note
}

@test "fish: files" {
	needs fish
	shell=fish
	offered "nod pcap s" slow.pcap
	offered "nod pcap --frames -- f" folder/
}
