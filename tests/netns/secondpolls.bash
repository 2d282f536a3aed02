# SPDX-License-Identifier: GPL-2.0-or-later
# Polls of frames in tunnels, and what the kernel and nod say of them. Also used in virtual machines.
# Needs mkcap, secondchance, nod and jq in PATH, and the file `setup` that makes the device.
# shellcheck shell=bash disable=SC2034

# Around the tunnel, of the tunnel (nothing for IP in IP), in it.
ETHERNET="eth 02:00:00:00:01:02 > 02:00:00:00:01:01"
OUTER="ip 10.66.0.2 > 10.66.0.1 id=500+1"
OUTER6="ip6 fd66::2 > fd66::1"
TUNNEL="udp 49152 csum=none / vxlan 7 / $ETHERNET"
INNER="ip 192.168.66.2 > 192.168.66.1 id=900+1"
INNER6="ip6 fd67::2 > fd67::1"

# Packets are put together without a frag_list only if they are in pages, as NICs put them there; those
# that a packet socket sends are if they are longer than a page. One socket has room for some 20.
LONG=5000

# tunnelled COUNT BYTES [CHANGES]: $name.pcap (poll.pcap), of frames with so much payload
tunnelled() {
	cat >"${name-poll}.frames" <<-EOT
		let frame = eth 02:00:00:00:00:02 > 02:00:00:00:00:01 / $OUTER / ${TUNNEL:+$TUNNEL /} $INNER
			/ tcp 40000 > 5001 ack=1 ts=700000 ecr=300000 / data $2
		for n in 1..$1 {
			send frame ${3-}
		}
	EOT
	mkcap "${name-poll}.frames" "${name-poll}.pcap"
}

# ask_both FILE...: what both say, in $kernel and $model: "nic FRAMES SUPERS MERGED LARGEST", and the same
# of the tunnel. MODEL is another than that of the running kernel.
ask_both() {
	answer=$(secondchance setup tunnel "$@") || return
	kernel=$(grep -v '^#' <<<"$answer")
	model=$(nod gro ${MODEL:+--model="$MODEL"} --json --budget 0 --gap 0 "$@" | jq -r '
		def words: "\(.frames) \(.supers) \(.merged_frames) \(.largest)";
		.reports[] | "nic \(.upper | words)", "tunnel \(.tunnel_device | words)"')
}

# --- at random ----------------------------------------------------------------------------------

# pick WORD...: one of them, in $picked. A subshell would have random numbers of its own.
pick() {
	local -a words=("$@")
	picked=${words[RANDOM % $#]}
}

# series COUNT PERCENT USUAL OTHER...: one for each frame, in $picked
series() {
	local i count=$1 percent=$2 usual=$3 list=
	shift 3
	for ((i = 0; i < count; i++)); do
		picked=$usual
		((RANDOM % 100 >= percent)) || pick "$@"
		list+=,$picked
	done
	picked="(${list#,})"
}

# ids COUNT: that count mostly, in $picked
ids() {
	local i id=$RANDOM list=
	for ((i = 0; i < $1; i++)); do
		if ((RANDOM % 3)); then id=$(((id + 1) % 65536)); else id=$RANDOM; fi
		list+=,$id
	done
	picked="(${list#,})"
}

# change ONE-IN FIELD SERIES...: in $changes
change() {
	((RANDOM % $1 == 0)) || return 0
	series "$count" 10 "${@:3}"
	changes+=" $2=$picked"
}

# How mkcap calls the headers of IP, in $outer and $inner.
name_headers() {
	outer=${OUTER%% *} inner=${INNER%% *}
	if [ "$outer" = "$inner" ]; then inner+="[2]"; else inner+="[1]"; fi
	outer+="[1]"
}

random_outer() {
	if [[ $outer == ip6* ]]; then
		change 1 "$outer.flow" 1 2
		change 3 "$outer.tc" 2 0 1 3
	else
		ids "$count"
		changes+=" $outer.id=$picked $outer.df=$((RANDOM % 2))"
		change 3 "$outer.tos" 2 0 1 3
	fi
	[[ $TUNNEL != udp* ]] || change 3 udp.csum none ok
}

random_inner() {
	if [[ $inner == ip6* ]]; then
		change 4 "$inner.flow" 1 2
		change 3 "$inner.tc" 2 0 1 3
		change 4 "$inner.hops" 64 63
	else
		changes+=" $inner.df=$((RANDOM % 2))"
		((RANDOM % 3)) || changes+=" $inner.id=7"
		change 3 "$inner.tos" 2 0 1 3
		change 4 "$inner.ttl" 64 63
	fi
}

random_changes() {
	local outer inner
	changes="with"
	name_headers
	random_outer
	random_inner
	change 2 tcp.flags A PA FA A
	change 2 data.len $LONG $((LONG - 100)) $((LONG - 1)) $((LONG + 1))
	change 3 tcp.ts 1 2
	change 3 tcp.csum ok bad
	change 4 tcp.ack 1 2
	# No more trains at a time than a bucket has places (8), or else they come out in another order. Outer
	# flow labels and checksums that are there or not, with inner labels, make 8 of one flow.
	pick 1 1 2 3
	[[ $outer != ip6* ]] || picked=1
	changes+=" tcp.sport={40000+n%$picked} | flow={n%$picked}"
}

# most_frames: of a poll, in $most. Before Linux 6.6 a packet socket puts each page in a fragment of its
# own; more than 8 frames of two pages are then merged with a frag_list, which is not so with a NIC.
most_frames() {
	local major minor rest
	IFS=.- read -r major minor rest < <(uname -r)
	most=20
	((major * 100 + minor >= 606)) || most=8
}

# random_polls COUNT [SET]: added to $polls; each SET has others
random_polls() {
	local name count changes most
	most_frames
	RANDOM=$((${SEED-1} * 100 + ${2-0}))
	for ((name = 0; name < $1; name++)); do
		count=$((2 + RANDOM % (most - 1)))
		random_changes
		tunnelled $count $LONG "$changes" || return
		polls+=("$name.pcap")
	done
}

# polls_agree: all of $polls come into one namespace. Where one differs it is said, and left as text.
polls_agree() {
	local first
	ask_both "${polls[@]}" || return
	[ "$kernel" != "$model" ] || return 0
	echo "$kernel" >kernel
	echo "$model" >model
	first=$((($(cmp kernel model | sed 's/.* line //') - 1) / 2))
	echo "SEED=${SEED-1}, ${polls[first]}"
	cat "${polls[first]%.pcap}.frames"
	diff kernel model
}
