# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of nod for fish. nod.fish is made from nod.fish.in and the tables of the commands by
# "make generate".

# The command on the line; false if there is none yet.
function __nod_command
	set -l words (commandline -opc)
	set -l value no
	for word in $words[2..-1]
		if test $value = yes
			set value no
			continue
		end
		switch $word
			case --color
				set value yes
			case '-*'
			case '*'
				echo $word
				return 0
		end
	end
	return 1
end

function __nod_command_is
	contains -- $argv[1] (__nod_command)
end

# Words that only nod knows, with their descriptions.
function __nod_list
	set -l words (commandline -opc)
	$words[1] complete $argv[1] 2>/dev/null
end

# Files are offered only where one belongs.
complete -c nod -f
complete -c nod -n 'not __nod_command >/dev/null' -a pcap -d 'tell what offloads did to the packets of a capture'
complete -c nod -n 'not __nod_command >/dev/null' -a explain -d 'tell the background of a finding'
complete -c nod -n 'not __nod_command >/dev/null' -a help -d 'describe a command, or list all'
complete -c nod -n 'not __nod_command >/dev/null' -l json -d 'print the result as one JSON document'
complete -c nod -n 'not __nod_command >/dev/null' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n 'not __nod_command >/dev/null' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n 'not __nod_command >/dev/null' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n 'not __nod_command >/dev/null' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n 'not __nod_command >/dev/null' -s h -l help -d 'print this help'
complete -c nod -n 'not __nod_command >/dev/null' -l version -d 'print the version of nod'

complete -c nod -n '__nod_command_is pcap' -s f -l filter -x -d 'look only at frames that match, in the language of pcap-filter(7)'
complete -c nod -n '__nod_command_is pcap' -l mtu -x -d 'the MTU where the capture was taken; else it is inferred'
complete -c nod -n '__nod_command_is pcap' -l vxlan-port -x -d 'a UDP port that carries VXLAN, beside 4789 and 8472'
complete -c nod -n '__nod_command_is pcap' -l flows -d 'list the N busiest flows (10)'
complete -c nod -n '__nod_command_is pcap' -l frames -d 'print a line for each frame, before the rest'
complete -c nod -n '__nod_command_is pcap' -l fail-on -x -a 'note\t"any finding" warning\t"warnings and errors" error\t"errors only" never\t"no finding makes the status 1"' -d 'what makes the exit status 1 (warning)'
complete -c nod -n '__nod_command_is pcap' -l max-flows -x -d 'flows to keep in memory, at less than 512 bytes each (1000000)'
complete -c nod -n '__nod_command_is pcap' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is pcap' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is pcap' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is pcap' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is pcap' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is pcap' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is pcap' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is pcap' -F

complete -c nod -n '__nod_command_is explain' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is explain' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is explain' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is explain' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is explain' -a '(__nod_list findings)'

complete -c nod -n '__nod_command_is help' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is help' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is help' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is help' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is help' -a '(__nod_list commands)'
