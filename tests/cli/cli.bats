#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What holds for every command: help, mistakes, exit statuses, where output goes. $NOD is the program.

setup() {
	load terminal
	load mistakes
	bats_require_minimum_version 1.5.0
	unset NO_COLOR COLUMNS
	cd "$BATS_TEST_TMPDIR" || return
}

# The commands that help lists, one a line.
command_names() {
	"$NOD" complete commands | cut -f1
}

# on_terminal COMMAND: what it prints on a terminal, carriage returns and all.
on_terminal() {
	script -qec "$1" /dev/null </dev/null
}

# Fails if the command succeeds; "! command" would fail no test.
refute() {
	if "$@"; then return 1; fi
}

has_escape() {
	[[ $1 == *$'\033'* ]]
}

@test "without a command: help on stderr, status 2" {
	run --separate-stderr "$NOD"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == "Usage: nod "* ]]
}

@test "--help, -h and help: help on stdout, status 0" {
	run --separate-stderr "$NOD" --help
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output == "Usage: nod "* ]]
	[ "$output" = "$("$NOD" -h)" ]
	[ "$output" = "$("$NOD" help)" ]
}

@test "every command describes itself in 80 columns" {
	local name
	for name in $(command_names); do
		run --separate-stderr "$NOD" "$name" --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ $output == "Usage: nod $name"* ]]
		[ "$output" = "$("$NOD" help "$name")" ]
		[ "$output" = "$("$NOD" --help "$name")" ]
		refute grep -E '^.{81}' <<<"$output"
	done
}

@test "help lists every command but the hidden ones" {
	local name
	for name in $(command_names); do
		"$NOD" help | grep -qE "^  $name "
	done
	refute grep -w complete <<<"$("$NOD" help)"
}

@test "--version, before and behind a command" {
	run --separate-stderr "$NOD" --version
	[ "$status" -eq 0 ]
	[[ $output =~ ^nod\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$output" = "$("$NOD" help --version)" ]
	[ "$output" = "$("$NOD" --version help nonsense)" ]
}

@test "unknown commands, with what was meant" {
	mistake 'unknown command "hepl"; did you mean "help"?' nod hepl
	mistake 'unknown command "HELP"; did you mean "help"?' nod HELP
	mistake 'unknown command "xyzzy"' nod xyzzy
	mistake 'help: unknown command "hlp"; did you mean "help"?' 'nod help' help hlp
}

@test "unknown options, with what was meant" {
	mistake 'unknown option "--versoin"; did you mean "--version"?' nod --versoin
	mistake 'unknown option "--vers"; did you mean "--version"?' nod --vers
	mistake 'unknown option "-version"; did you mean "--version"?' nod -version
	mistake 'unknown option "-x" in "-qx"' nod -qx
	mistake 'help: unknown option "--quite"; did you mean "--quiet"?' 'nod help' help --quite
}

@test "mistakes in values and operands" {
	mistake '--color: unknown value "alway"; did you mean "always"?' nod --color=alway
	mistake '--color: unknown value "x"; choose from auto, always, never' nod --color x
	mistake '--color needs a value: --color=WHEN' nod --color
	mistake '--quiet takes no value' nod --quiet=no
	mistake 'help: unexpected operand "two"' 'nod help' help help two
}

@test "--json only where there is some" {
	mistake 'help: this command does not take --json' 'nod help' help --json
	mistake 'help: this command does not take --json' 'nod help' --json help
	mistake 'help: this command does not take --jsonl' 'nod help' --jsonl help
	[ "$("$NOD" help help | grep -c -e --json)" -eq 0 ]
}

@test "global options before and behind the command" {
	run --separate-stderr "$NOD" -q --color never help help
	[ "$status" -eq 0 ]
	[ "$output" = "$("$NOD" help help)" ]
	[ "$output" = "$("$NOD" -- help -- help)" ]
}

@test "-q keeps errors" {
	mistake 'unknown command "xyzzy"' nod -q xyzzy
}

@test "arguments cannot control the terminal" {
	mistake 'unknown command "\x1b[31m\x0ared"' nod $'\033[31m\nred'
	mistake 'unknown option "--\xff"' nod $'--\xff'
}

@test "a full disk is status 3, with a message" {
	[ -c /dev/full ] || skip "there is no /dev/full"
	local arguments
	for arguments in --version help 'help help' 'complete commands'; do
		# shellcheck disable=SC2016 # for the inner shell
		run --separate-stderr bash -c '"$NOD" $1 >/dev/full' - "$arguments"
		[ "$status" -eq 3 ]
		[ "$stderr" = "nod: writing to standard output: No space left on device" ]
	done
}

@test "a closed stdout is status 3, and no file takes its place" {
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$NOD" help >&-'
	[ "$status" -eq 3 ]
	[ "$stderr" = "nod: writing to standard output: Bad file descriptor" ]
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$NOD" xyzzy <&- >&- 2>&-'
	[ "$status" -eq 2 ]
}

@test "a reader that is gone is no error" {
	mkfifo pipe
	# Open both ends, then close the one that reads: certain, where "| head -1" is a race.
	exec 5<>pipe 6>pipe 5>&-
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$NOD" help >&6'
	exec 6>&-
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$NOD" help | head -n 1; exit "${PIPESTATUS[0]}"'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "no escape codes into a file or a pipe, unless asked for" {
	export TERM=xterm
	run --separate-stderr "$NOD" help
	refute has_escape "$output"
	run --separate-stderr "$NOD" --color=auto help
	refute has_escape "$output"
	NO_COLOR=1 run --separate-stderr "$NOD" --color=always help
	has_escape "$output"
}

@test "color on a terminal, unless NO_COLOR, TERM or --color forbid it" {
	needs_terminal
	export TERM=xterm
	has_escape "$(on_terminal "'$NOD' help")"
	has_escape "$(NO_COLOR='' on_terminal "'$NOD' help")"
	refute has_escape "$(NO_COLOR=1 on_terminal "'$NOD' help")"
	refute has_escape "$(TERM=dumb on_terminal "'$NOD' help")"
	refute has_escape "$(on_terminal "'$NOD' help --color=never")"
}

@test "help is as wide as the terminal" {
	needs_terminal
	local output
	output=$(COLUMNS=50 on_terminal "'$NOD' --color=never help" | tr -d '\r')
	grep -qE '^.{41}' <<<"$output"
	refute grep -E '^.{51}' <<<"$output"
	output=$(on_terminal "stty cols 70; '$NOD' --color=never help" | tr -d '\r')
	grep -qE '^.{61}' <<<"$output"
	refute grep -E '^.{71}' <<<"$output"
	# Not a terminal: 80, whatever COLUMNS says.
	[ "$(COLUMNS=50 "$NOD" help)" = "$("$NOD" help)" ]
}

@test "complete prints words with descriptions" {
	run --separate-stderr "$NOD" complete commands
	[ "$status" -eq 0 ]
	[[ $output == *$'help\tdescribe a command'* ]]
	mistake 'complete: there is no list "comands"; did you mean "commands"?' 'nod complete' \
		complete comands
}
