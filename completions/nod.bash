# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of nod for bash 4.3 or later, with nothing but bash itself. nod.bash is made from
# nod.bash.in and the tables of the commands by "make generate".

_nod_commands='show why set confirm undo watch capture pcap gro split explain help'

# _nod_options COMMAND: the long options that it takes ('' is nod itself); "=" if a value follows.
_nod_options()
{
	case $1 in
	'') _nod_words='--json --jsonl --netns= --all-netns --record= --replay= --color= --quiet --verbose --help --version' ;;
	'show') _nod_words='--driver= --kind= --up --all --group= --feature= --changed --tree --details --ethtool --args --json --jsonl --netns= --all-netns --record= --replay= --color= --quiet --verbose --help --version' ;;
	'why') _nod_words='--json --jsonl --netns= --record= --replay= --color= --quiet --verbose --help --version' ;;
	'set') _nod_words='--dry-run --stack --atomic --from= --for= --json --netns= --record= --replay= --color= --quiet --help --version' ;;
	'confirm') _nod_words='--netns= --color= --quiet --help --version' ;;
	'undo') _nod_words='--list --dry-run --json --netns= --color= --quiet --help --version' ;;
	'watch') _nod_words='--count= --timeout= --interval= --jsonl --netns= --color= --quiet --verbose --help --version' ;;
	'capture') _nod_words='--write= --filter= --duration= --count= --rotate-size= --rotate-time= --files= --snap-length= --buffer= --promiscuous --annotate --write-only --user= --mtu= --vxlan-port= --flows --fail-on= --max-flows= --json --jsonl --netns= --color= --quiet --verbose --help --version' ;;
	'pcap') _nod_words='--filter= --mtu= --vxlan-port= --flows --frames --fail-on= --max-flows= --json --jsonl --color= --quiet --verbose --help --version' ;;
	'gro') _nod_words='--model= --mode= --budget= --gap= --kernel --split --mtu= --flows --filter= --vxlan-port= --max-flows= --json --jsonl --color= --quiet --verbose --help --version' ;;
	'split') _nod_words='--output= --format= --times= --rate= --mtu= --segment= --filter= --vxlan-port= --max-flows= --json --jsonl --color= --quiet --help --version' ;;
	'explain') _nod_words='--color= --quiet --help --version' ;;
	'help') _nod_words='--color= --quiet --help --version' ;;
	*) _nod_words='' ;;
	esac
}

# _nod_value 'COMMAND OPTION': what can follow the option; false if it takes no value. "@file" and
# "@LIST" are not words, but say where to find some.
_nod_value()
{
	case $1 in
	'show --driver') _nod_words='' ;;
	'show --kind') _nod_words='' ;;
	'show --group' | 'show -g') _nod_words='segmentation aggregation checksums scatter-gather vlan tunnels crypto steering other' ;;
	'show --feature' | 'show -f') _nod_words='@features' ;;
	'set --from') _nod_words='@file' ;;
	'set --for') _nod_words='' ;;
	'watch --count' | 'watch -c') _nod_words='' ;;
	'watch --timeout' | 'watch -t') _nod_words='' ;;
	'watch --interval' | 'watch -i') _nod_words='' ;;
	'capture --write' | 'capture -w') _nod_words='@file' ;;
	'capture --filter' | 'capture -f') _nod_words='' ;;
	'capture --duration') _nod_words='' ;;
	'capture --count' | 'capture -c') _nod_words='' ;;
	'capture --rotate-size') _nod_words='' ;;
	'capture --rotate-time') _nod_words='' ;;
	'capture --files') _nod_words='' ;;
	'capture --snap-length' | 'capture -s') _nod_words='' ;;
	'capture --buffer') _nod_words='' ;;
	'capture --user') _nod_words='' ;;
	'capture --mtu') _nod_words='' ;;
	'capture --vxlan-port') _nod_words='' ;;
	'capture --fail-on') _nod_words='note warning error never' ;;
	'capture --max-flows') _nod_words='' ;;
	'pcap --filter' | 'pcap -f') _nod_words='' ;;
	'pcap --mtu') _nod_words='' ;;
	'pcap --vxlan-port') _nod_words='' ;;
	'pcap --fail-on') _nod_words='note warning error never' ;;
	'pcap --max-flows') _nod_words='' ;;
	'gro --model') _nod_words='@models' ;;
	'gro --mode') _nod_words='host udp forwarding fraglist' ;;
	'gro --budget') _nod_words='' ;;
	'gro --gap') _nod_words='' ;;
	'gro --mtu') _nod_words='' ;;
	'gro --filter' | 'gro -f') _nod_words='' ;;
	'gro --vxlan-port') _nod_words='' ;;
	'gro --max-flows') _nod_words='' ;;
	'split --output' | 'split -o') _nod_words='@file' ;;
	'split --format') _nod_words='pcapng pcap' ;;
	'split --times') _nod_words='equal spread' ;;
	'split --rate') _nod_words='' ;;
	'split --mtu') _nod_words='' ;;
	'split --segment') _nod_words='' ;;
	'split --filter' | 'split -f') _nod_words='' ;;
	'split --vxlan-port') _nod_words='' ;;
	'split --max-flows') _nod_words='' ;;
	*' --netns') _nod_words='@namespaces' ;;
	*' --record') _nod_words='@file' ;;
	*' --replay') _nod_words='@file' ;;
	*' --color') _nod_words='auto always never' ;;
	*) return 1 ;;
	esac
}

# _nod_operand 'COMMAND POSITION': what can stand there, likewise.
_nod_operand()
{
	case $1 in
	'show '*) _nod_words='@devices' ;;
	'why 1') _nod_words='@devices' ;;
	'why '*) _nod_words='@features' ;;
	'set '*) _nod_words='@changes' ;;
	'confirm 1') _nod_words='' ;;
	'undo 1') _nod_words='' ;;
	'watch '*) _nod_words='@devices' ;;
	'capture 1') _nod_words='@devices' ;;
	'pcap '*) _nod_words='@file' ;;
	'gro '*) _nod_words='@file' ;;
	'split 1') _nod_words='@file' ;;
	'explain '*) _nod_words='@topics' ;;
	'help 1') _nod_words='@commands' ;;
	*) _nod_words='' ;;
	esac
}

# _nod_offer START PREFIX: reply with those of $_nod_words that start with START, after PREFIX.
_nod_offer()
{
	local list=() word
	case $_nod_words in
	@file)
		mapfile -t list < <(compgen -f -- "$1")
		# Quoting, and a slash behind folders; readline's own ways where there is no reply.
		compopt -o filenames -o default 2>/dev/null
		;;
	@*)
		while IFS=$'\t' read -r word _; do
			list+=("$word")
		done < <("${COMP_WORDS[0]}" complete "${_nod_words#@}" 2>/dev/null)
		;;
	*)
		read -ra list <<<"$_nod_words"
		;;
	esac
	for word in "${list[@]}"; do
		[[ $_nod_words == @file || $word == "$1"* ]] && COMPREPLY+=("$2$word")
	done
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == --*= ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

# _nod_join: fill `words` with the line up to the cursor. Bash cuts at each of "=:@" that is in
# COMP_WORDBREAKS; put what has no blank in between together again. It replaces only what is behind
# the last cut: `kept` is how much of the last word stands before.
_nod_join()
{
	local i word gap last='' rest=${COMP_LINE:0:COMP_POINT}
	words=() kept=0
	for ((i = 0; i <= COMP_CWORD; i++)); do
		gap=${rest%%[^[:blank:]]*}
		rest=${rest:${#gap}}
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$rest
		rest=${rest:${#word}}
		if [[ $i -gt 1 && ! $gap && $last$word == *[=:@]* ]]; then
			kept=${#words[-1]}
			words[-1]+=$word
			[[ $word == *[!=:@]* ]] || kept=${#words[-1]}
		else
			words+=("$word")
			kept=0
		fi
		last=$word
	done
	# To readline "@" begins what it replaces.
	[[ ${words[-1]:0:kept} != *@ ]] || kept=$((kept - 1))
	words=("${words[@]:1}")
}

_nod()
{
	local IFS=$' \t\n' _nod_words='' words word command='' pending='' only_operands='' position=0
	local current kept
	COMPREPLY=()
	_nod_join
	current=${words[-1]}
	unset 'words[-1]'

	for word in "${words[@]}"; do
		if [[ $pending ]]; then
			pending=''
		elif [[ ! $only_operands && $word == -- ]]; then
			only_operands=yes
		elif [[ ! $only_operands && $word == -?* ]]; then
			[[ $word != *=* ]] && _nod_value "$command $word" && pending=$word
		elif [[ ! $command ]]; then
			command=$word only_operands=''
		else
			position=$((position + 1))
		fi
	done

	if [[ $pending ]]; then
		_nod_value "$command $pending"
		_nod_offer "$current" ''
	elif [[ ! $only_operands && $current == --?*=* ]]; then
		_nod_value "$command ${current%%=*}" && _nod_offer "${current#*=}" "${current%%=*}="
	elif [[ ! $only_operands && $current == -* ]]; then
		_nod_options "$command"
		_nod_offer "$current" ''
	elif [[ ! $command ]]; then
		_nod_words=$_nod_commands
		_nod_offer "$current" ''
	else
		_nod_operand "$command $((position + 1))"
		_nod_offer "$current" ''
	fi
	COMPREPLY=("${COMPREPLY[@]#"${current:0:kept}"}")
	return 0
}

complete -F _nod nod
