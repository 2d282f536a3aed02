# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of nod for bash 4.3 or later, with nothing but bash itself. nod.bash is made from
# nod.bash.in and the tables of the commands by "make generate".

_nod_commands='pcap explain help'

# _nod_options COMMAND: the long options that it takes ('' is nod itself); "=" if a value follows.
_nod_options()
{
	case $1 in
	'') _nod_words='--json --jsonl --color= --quiet --verbose --help --version' ;;
	'pcap') _nod_words='--filter= --mtu= --vxlan-port= --flows --frames --fail-on= --max-flows= --json --jsonl --color= --quiet --verbose --help --version' ;;
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
	'pcap --filter' | 'pcap -f') _nod_words='' ;;
	'pcap --mtu') _nod_words='' ;;
	'pcap --vxlan-port') _nod_words='' ;;
	'pcap --fail-on') _nod_words='note warning error never' ;;
	'pcap --max-flows') _nod_words='' ;;
	*' --color') _nod_words='auto always never' ;;
	*) return 1 ;;
	esac
}

# _nod_operand 'COMMAND POSITION': what can stand there, likewise.
_nod_operand()
{
	case $1 in
	'pcap '*) _nod_words='@file' ;;
	'explain '*) _nod_words='@findings' ;;
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

# _nod_join: fill `words` with the line up to the cursor. Bash cuts at "=" if COMP_WORDBREAKS says
# so; put "--color" "=" "never" together again.
_nod_join()
{
	local i word last
	words=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		last=${words[*]: -1}
		if [[ $COMP_WORDBREAKS == *=* && $last == --?* ]] &&
			[[ $last == *= || ($word == = && $last != *=*) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
}

_nod()
{
	local IFS=$' \t\n' _nod_words='' words word command='' pending='' only_operands='' position=0
	local current prefix=''
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
		# Where bash has cut at "=", it replaces only what is behind.
		[[ $COMP_WORDBREAKS == *=* ]] || prefix=${current%%=*}=
		_nod_value "$command ${current%%=*}" && _nod_offer "${current#*=}" "$prefix"
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
	return 0
}

complete -F _nod nod
