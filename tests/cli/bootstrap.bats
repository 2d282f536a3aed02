#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# bootstrap on machines that lack everything: a PATH with little more than a shell, and package
# managers that only write down what they are asked for.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	bin=$BATS_TEST_TMPDIR/bin
	mkdir -p "$bin"
	for tool in sh cat dirname mktemp rm mkdir sed tr env tail uname; do
		ln -s "$(command -v "$tool")" "$bin/$tool"
	done
	# A copy, for bootstrap works in its own folder; PATH is not to reach the system's.
	mkdir "$BATS_TEST_TMPDIR/tree"
	sed 's|^\tPATH=.*|\t:|' bootstrap >"$BATS_TEST_TMPDIR/tree/bootstrap"
	user 1000
}

user() { # NUMBER
	fake id "echo $1"
}

fake() { # NAME SCRIPT
	rm -f "$bin/$1"
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

bootstrap() {
	run env -i PATH="$bin" TMPDIR="$BATS_TEST_TMPDIR" sh "$BATS_TEST_TMPDIR/tree/bootstrap" "$@"
}

@test "usage: nothing, nonsense, too much" {
	for words in "" "nonsense" "demo check" "deps nonsense"; do
		# shellcheck disable=SC2086 # several words
		bootstrap $words
		[ "$status" -eq 2 ]
		[[ $output == usage:* ]]
	done
	bootstrap --help
	[ "$status" -eq 0 ]
}

@test "deps names the packages of each manager" {
	while read -r manager packages; do
		fake "$manager" false
		bootstrap deps demo
		echo "$output"
		[ "$status" -eq 0 ]
		[[ ${lines[1]} == "as root: "*" $packages" ]]
		rm "$bin/$manager"
	done <<-END
		apt-get gcc libc6-dev make pkg-config libpcap-dev libjansson-dev libmnl-dev zlib1g-dev libzstd-dev
		dnf gcc glibc-devel make pkgconf-pkg-config libpcap-devel jansson-devel libmnl-devel zlib-devel libzstd-devel
		pacman gcc make pkgconf libpcap jansson libmnl zlib zstd
		zypper gcc glibc-devel make pkg-config libpcap-devel libjansson-devel libmnl-devel zlib-devel libzstd-devel
		apk gcc musl-dev linux-headers make pkgconf libpcap-dev jansson-dev libmnl-dev zlib-dev zstd-dev
	END
}

@test "without root and sudo: one command to type, status 3, nothing done" {
	fake apt-get "touch $BATS_TEST_TMPDIR/called"
	bootstrap demo
	[ "$status" -eq 3 ]
	[ "$(grep -c '^    ' <<<"$output")" -eq 1 ]
	grep -q '^    apt-get update && .* gcc .* libzstd-dev$' <<<"$output"
	[ ! -e "$BATS_TEST_TMPDIR/called" ]
	[ "$(ls "$BATS_TEST_TMPDIR/tree")" = bootstrap ]
}

@test "a sudo that wants a password is as good as none without a terminal" {
	fake apt-get "touch $BATS_TEST_TMPDIR/called"
	fake sudo "[ \"\$1\" = -n ] && exit 1; touch $BATS_TEST_TMPDIR/called"
	bootstrap check
	[ "$status" -eq 3 ]
	[ ! -e "$BATS_TEST_TMPDIR/called" ]
}

@test "sudo is used where it works" {
	fake sudo "[ \"\$1\" = -n ] || echo \"\$*\" >>$BATS_TEST_TMPDIR/called"
	fake dnf true
	bootstrap demo
	[ "$status" -eq 3 ]
	[[ $output == *"still missing: c-compiler"* ]]
	grep -q '^dnf install -y .*libpcap-devel' "$BATS_TEST_TMPDIR/called"
}

@test "as root: refresh first, and a second try when the network fails once" {
	user 0
	fake apt-get "echo \"\$*\" >>$BATS_TEST_TMPDIR/called
		[ -e $BATS_TEST_TMPDIR/once ] || { : >$BATS_TEST_TMPDIR/once; exit 100; }"
	bootstrap demo
	[[ $output == *"still missing"* ]]
	run cat "$BATS_TEST_TMPDIR/called"
	[ "${lines[0]}" = update ]
	[ "${lines[1]}" = update ]
	[[ ${lines[2]} == *"install -y"*libpcap-dev* ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "a manager that fails: its words, the command, status 3" {
	user 0
	fake zypper "echo 'no route to the mirror'; exit 4"
	bootstrap demo
	[ "$status" -eq 3 ]
	[[ $output == *"no route to the mirror"*"zypper could not install them"* ]]
}

@test "no manager known: says what is needed" {
	bootstrap demo
	[ "$status" -eq 3 ]
	[[ $output == *"missing: c-compiler make pkg-config libpcap jansson libmnl zlib libzstd"* ]]
}

@test "nothing missing: nothing installed, the demonstration runs" {
	user 0
	fake apt-get "touch $BATS_TEST_TMPDIR/called"
	fake cc true
	fake pkg-config true
	fake getconf 'echo 2'
	fake make "mkdir -p build && printf '#!/bin/sh\necho verdict\nexit 1\n' >build/nod; chmod +x build/nod"
	ln -s "$(command -v chmod)" "$bin/chmod"
	bootstrap demo
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *verdict*"Next:"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/called" ]
}

@test "a demonstration without findings is a failure" {
	fake cc true
	fake pkg-config true
	fake make "mkdir -p build && printf '#!/bin/sh\nexit 0\n' >build/nod; chmod +x build/nod"
	ln -s "$(command -v chmod)" "$bin/chmod"
	bootstrap demo
	[ "$status" -eq 3 ]
	[[ $output == *"status 0 instead of 1"* ]]
}
