# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# What nod says of what it cannot do. $NOD is the program.

# mistake MESSAGE TRY ARGUMENT...: nod ends with status 2 and says just this, on stderr.
mistake() {
	local message=$1 try=$2
	shift 2
	run --separate-stderr "$NOD" "$@"
	[ "$status" -eq 2 ] && [ -z "$output" ] &&
		[ "$stderr" = "nod: $message"$'\n'"Try \"$try --help\"." ] && return
	echo "status $status; $output$stderr"
	return 1
}

# failure MESSAGE ARGUMENT...: the same with status 3 and no word on the usage.
failure() {
	local message=$1
	shift
	run --separate-stderr "$NOD" "$@"
	[ "$status" -eq 3 ] && [ -z "$output" ] && [ "$stderr" = "nod: $message" ] && return
	echo "status $status; $output$stderr"
	return 1
}
