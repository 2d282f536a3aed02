# SPDX-License-Identifier: GPL-2.0-or-later
# Hosts made of namespaces, traffic between them, captures of it. All of it ends with the test.
# shellcheck shell=bash disable=SC2034,SC2154

export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

# An event that has not come by then never will.
WAIT_SECONDS=60

need() { # PROGRAM...
	local program
	for program; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

# Fails if the command succeeds; "! command" would fail no test.
refute() {
	if "$@"; then return 1; fi
}

# --- processes ----------------------------------------------------------------------------------

# start COMMAND...: in the background; $started is its id, $words a descriptor with what it prints.
start() {
	local pipe=$BATS_TEST_TMPDIR/words.$((${#running[@]}))
	mkfifo "$pipe"
	"$@" >"$pipe" 2>&1 3>&- &
	started=$!
	running+=("$started")
	exec {words}<"$pipe"
}

# expect EXPRESSION [DESCRIPTOR]: wait for a line that matches; it is left in $line.
expect() {
	local said=
	while IFS= read -r -t "$WAIT_SECONDS" -u "${2-$words}" line; do
		[[ $line =~ $1 ]] && return
		said+=$line$'\n'
	done
	echo "waited for: $1; there was: ${said:-nothing}"
	return 1
}

# end PROCESS: and wait until it has.
end() {
	kill "$1" 2>/dev/null || true
	wait "$1" || true
}

open_lab() {
	running=() recorders=()
}

close_lab() {
	local process
	for process in "${running[@]}"; do end "$process"; done
}

# --- hosts --------------------------------------------------------------------------------------

# For each host, the command that enters it.
declare -a at_left at_right

left() { "${at_left[@]}" "$@"; }
right() { "${at_right[@]}" "$@"; }

# A process that keeps a namespace: it says when it is there, and ends with this shell at the latest.
KEEPER=(setpriv --pdeathsig KILL bash -c 'echo there; exec tail -f /dev/null')

# Two hosts in a user namespace of their own, which needs no right at all; or, for root where there
# are none, without.
make_hosts() {
	local user=(--user --preserve-credentials) new=(--user --map-root-user)
	need unshare nsenter setpriv ip
	if ! unshare "${new[@]}" --net true 2>/dev/null; then
		unshare --net true 2>/dev/null || skip "no right to make a network namespace"
		user=() new=()
	fi
	start unshare "${new[@]}" --net "${KEEPER[@]}"
	expect '^there$'
	at_left=(nsenter --target "$started" "${user[@]}" --net --)
	start nsenter --target "$started" "${user[@]}" -- unshare --net "${KEEPER[@]}"
	expect '^there$'
	at_right=(nsenter --target "$started" "${user[@]}" --net --)
	left ip link set dev lo up
}

# 10.66.0.1 and 10.66.0.2 on two ends of a wire, both called wire.
join_hosts() {
	local right_process=${at_right[2]}
	left ip link add wire type veth peer name wire netns "$right_process" ||
		skip "the kernel has no veth"
	left ip link set dev wire addrgenmode none up
	right ip link set dev wire addrgenmode none up
	left ip address add 10.66.0.1/24 dev wire
	right ip address add 10.66.0.2/24 dev wire
}

# tunnel_hosts OPTION...: 192.168.66.1 and .2 on the ends of a VXLAN tunnel over the wire.
tunnel_hosts() {
	local words
	words=$(left ip link add tunnel type vxlan id 7 dstport 4789 local 10.66.0.1 \
		remote 10.66.0.2 "$@" 2>&1) || skip "no vxlan $*: $words"
	right ip link add tunnel type vxlan id 7 dstport 4789 local 10.66.0.2 remote 10.66.0.1 "$@"
	left ip link set dev tunnel addrgenmode none up
	right ip link set dev tunnel addrgenmode none up
	left ip address add 192.168.66.1/24 dev tunnel
	right ip address add 192.168.66.2/24 dev tunnel
}

both() {
	left "$@"
	right "$@"
}

# offload SIDE DEVICE NAME on|off...
offload() {
	local side=$1
	shift
	"$side" "$BUILD/tests/offload" "$@"
}

# --- traffic ------------------------------------------------------------------------------------

# transfer SIDE ADDRESS [BYTES [PIECE]]: from left to ADDRESS, which is on SIDE.
transfer() {
	local at="at_$1[@]" address=$2 bytes=${3-262144}
	start "${!at}" setpriv --pdeathsig KILL "$BUILD/tests/transfer" listen 5001
	expect '^ready$'
	left "$BUILD/tests/transfer" send "$address" 5001 "$bytes" "${@:4}"
	expect '^received '
	[ "$line" = "received $bytes" ]
}

# --- captures -----------------------------------------------------------------------------------

# capture SIDE DEVICE NAME [SNAPLEN]: until end_capture, into $BATS_TEST_TMPDIR/NAME.pcap.
capture() {
	local at="at_$1[@]" device=$2 file=$BATS_TEST_TMPDIR/$3.pcap
	start "${!at}" setpriv --pdeathsig KILL "$BUILD/tests/record" "$device" "$file" "${@:4}"
	recorders+=("$words")
	expect '^listening$'
}

# end_captures ADDRESS: a mark on its way to ADDRESS says that all before it has gone by.
end_captures() {
	local recorder
	left bash -c "echo >/dev/udp/$1/9"
	for recorder in "${recorders[@]}"; do
		expect '^dropped ' "$recorder"
		[ "$line" = "dropped 0" ]
	done
	recorders=()
}

# diagnose NAME [OPTION...]: nod's words on it in $json, its status in $verdict.
diagnose() {
	local name=$1
	shift
	need jq
	verdict=0
	json=$("$NOD" pcap --json "$@" "$BATS_TEST_TMPDIR/$name.pcap") || verdict=$?
}

# shows FILTER: does jq's FILTER hold for the capture?
shows() {
	jq -e "def found(id): any(.findings[]; .id == id);
	       def finding(id): first(.findings[] | select(.id == id));
	       .captures[0] | $1" <<<"$json" >/dev/null && return
	echo "does not hold: $1"
	jq -c '.captures[0] | {verdict, mtu, sizes, checksums, ipid, findings: [.findings[] |
		{id, severity, count, facts}]}' <<<"$json"
	return 1
}
