#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What this kernel's NIC leaves and the device of a tunnel still merges: is it what nod says, also in
# tunnels that are not at hand everywhere?
# built: nod tests/mkcap tests/secondchance tests/offload
# files: tests/netns/secondpolls.bash
# tools: ip jq
# modules: veth sch_tbf vxlan geneve ip_gre ipip
# shellcheck disable=SC2034,SC2154 # what other files take and give
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash
# shellcheck source=/dev/null
. /vm/secondpolls.bash

count=${POLLS:-12}
# To this one outer IDs matter even with DF, as they do not to the kernels here.
other=linux-6.18

# receiver TYPE OPTION...: the shell that runs this has an ip of its own, which knows few devices.
receiver() {
	cat >setup <<-EOT
		set -e
		ip=$(command -v ip)
		\$ip link set dev nod-receiver address 02:00:00:00:00:01
		\$ip address add 10.66.0.1/24 dev nod-receiver
		\$ip address add fd66::1/64 dev nod-receiver nodad
		\$ip link add tunnel $(address) type $*
		\$ip link set dev tunnel addrgenmode none up
	EOT
}

# Devices of IP in IP have none.
address() {
	[[ $TUNNEL != *"$ETHERNET" ]] || echo address 02:00:00:00:01:01
}

supers() { awk -v device="$1" '$1 == device { sum += $3 } END { print sum }' <<<"$kernel"; }

say_what_came() {
	echo "${#polls[@]} polls, $(supers nic) super-frames behind the NIC, $(supers tunnel) behind the tunnel"
}

# What the NIC of any kernel leaves, or only that of some, and what is made at random.
make_polls() {
	local outer inner name df
	name_headers
	polls=()
	for df in 0 1; do
		name=jump$df
		if [[ $outer == ip6* ]]; then
			tunnelled 10 1000 "with $outer.flow=(1,2)"
		else
			tunnelled 10 1000 "with $outer.id=(10,20,5,70,30,99,50,4,3,1) $outer.df=$df"
		fi || return
		polls+=("$name.pcap")
	done
	random_polls "$count" "$number"
}

make_polls_agree() {
	make_polls && polls_agree || return
	say_what_came
	[ "$(supers tunnel)" -lt "$(supers nic)" ]
}

# Each has as many frames, and the tunnel's device leaves at least as many super-frames.
bounded() {
	make_polls && ask_both "${polls[@]}" || return
	echo "$kernel" >kernel
	echo "$model" >model
	paste -d ' ' kernel model | awk '
		$1 != $6 || $2 != $7 || $3 < $8 || $1 == "nic" && $3 != $8 { print; bad = 1 }
		END { exit bad || !NR }' || return
	say_what_came
}

none_merged_agrees() {
	ask_both "${polls[@]}" || return
	[ "$(grep ^nic <<<"$kernel")" = "$(grep ^nic <<<"$model")" ] && [ "$kernel" != "$model" ]
}

other_found_out() {
	MODEL=$other ask_both "${polls[@]}" || return
	[ "$kernel" != "$model" ]
}

# in_tunnel WHAT COMMAND TYPE OPTION...: skipped where the kernel lacks the device
in_tunnel() {
	local what=$1 command=$2 words
	shift 2
	if ! words=$(ip link add tunnel type "$@" 2>&1); then
		skip_test "in $*" "$words"
		return
	fi
	ip link del dev tunnel
	receiver "$@"
	show=yes test_that "in $*: $what" "$command"
}

agree="the tunnel's device merges what nod says"
remote=(local 10.66.0.1 remote 10.66.0.2)

has jq || skip_all "jq is not installed"
echo "# $(uname -r), SEED=${SEED:-1} POLLS=$count"
for module in veth sch_tbf vxlan geneve ip_gre ipip; do
	modprobe "$module" || echo "# without $module"
done
cd /tmp

TUNNEL="udp 49152 csum=none / geneve 7 / $ETHERNET"
in_tunnel "$agree" make_polls_agree geneve id 7 remote 10.66.0.2
TUNNEL="gre / $ETHERNET"
in_tunnel "$agree" make_polls_agree gretap "${remote[@]}"
TUNNEL="gre key=7 / $ETHERNET"
in_tunnel "$agree" make_polls_agree gretap "${remote[@]}" key 7
TUNNEL=gre
in_tunnel "$agree" make_polls_agree gre "${remote[@]}"
# The device has headers of its own, those of GRE: they are compared too.
in_tunnel "merges at most what nod says" bounded gre local 10.66.0.1
TUNNEL=
in_tunnel "$agree" make_polls_agree ipip "${remote[@]}"
TUNNEL="udp 49152 csum=none / vxlan 7 / $ETHERNET"
OUTER=$OUTER6 INNER=$INNER6 \
	in_tunnel "$agree" make_polls_agree vxlan id 7 dstport 4789 local fd66::1 udp6zerocsumrx
in_tunnel "$agree" make_polls_agree vxlan id 7 dstport 4789 local 10.66.0.1
polls=(*.pcap)
test_that "the model of another kernel is found out" other_found_out
echo "offload tunnel gro off" >>setup
test_that "a device that does not merge is found out" none_merged_agrees
end_tests
