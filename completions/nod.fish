# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of nod for fish. nod.fish is made from nod.fish.in and the tables of the commands by
# "make generate".

# The command on the line, and its operands so far.
function __nod_words
	set -l words (commandline -opc)
	set -l value no
	for word in $words[2..-1]
		if test $value = yes
			set value no
			continue
		end
		switch $word
			case --netns --record --replay --color
				set value yes
			case '-*'
			case '*'
				echo $word
		end
	end
end

# False if there is none yet.
function __nod_command
	count (__nod_words) >/dev/null
end

# COMMAND [N]: is it that command, and is its Nth operand next? "N+": or a later one.
function __nod_command_is
	set -l words (__nod_words)
	contains -- $argv[1] $words[1]
	or return
	switch "$argv[2]"
		case ''
			return 0
		case '*+'
			test (count $words) -ge (string trim -c + $argv[2])
		case '*'
			test (count $words) -eq $argv[2]
	end
end

# Words that only nod knows, with their descriptions.
function __nod_list
	set -l words (commandline -opc)
	$words[1] complete $argv[1] 2>/dev/null
end

# Files are offered only where one belongs.
complete -c nod -f
complete -c nod -n 'not __nod_command' -a show -d 'show devices and what is offloaded to them'
complete -c nod -n 'not __nod_command' -a why -d 'say why a feature is as it is, and what would change it'
complete -c nod -n 'not __nod_command' -a set -d 'change features, say what came of it, and be able to put it back'
complete -c nod -n 'not __nod_command' -a confirm -d 'keep what nod set --for changed'
complete -c nod -n 'not __nod_command' -a undo -d 'put back what nod set changed'
complete -c nod -n 'not __nod_command' -a watch -d 'tell changes of features and devices as they happen, and why'
complete -c nod -n 'not __nod_command' -a capture -d 'watch a device and tell what offloads do to its packets'
complete -c nod -n 'not __nod_command' -a pcap -d 'tell what offloads did to the packets of a capture'
complete -c nod -n 'not __nod_command' -a gro -d 'tell what a receiver would merge, and what keeps it from more'
complete -c nod -n 'not __nod_command' -a split -d 'turn merged and oversized frames of a capture back into frames of the wire'
complete -c nod -n 'not __nod_command' -a explain -d 'tell the background of a finding, a receiver, a rule or a feature'
complete -c nod -n 'not __nod_command' -a help -d 'describe a command, or list all'
complete -c nod -n 'not __nod_command' -l json -d 'print the result as one JSON document'
complete -c nod -n 'not __nod_command' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n 'not __nod_command' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n 'not __nod_command' -l all-netns -d 'in all network namespaces, also those that only processes hold'
complete -c nod -n 'not __nod_command' -l record -r -F -d 'write down what the kernel is asked and answers, for --replay'
complete -c nod -n 'not __nod_command' -l replay -r -F -d 'take the answers from a recording instead of the kernel'
complete -c nod -n 'not __nod_command' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n 'not __nod_command' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n 'not __nod_command' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n 'not __nod_command' -s h -l help -d 'print this help'
complete -c nod -n 'not __nod_command' -l version -d 'print the version of nod'

complete -c nod -n '__nod_command_is show' -l driver -x -d 'only devices of that driver, which may be a pattern'
complete -c nod -n '__nod_command_is show' -l kind -x -d 'only virtual devices of that kind (bridge, veth)'
complete -c nod -n '__nod_command_is show' -l up -d 'only devices that are up'
complete -c nod -n '__nod_command_is show' -s a -l all -d 'all features, also those that are off and cannot be changed'
complete -c nod -n '__nod_command_is show' -s g -l group -x -a 'segmentation\t"cutting large packets when sending" aggregation\t"merging received packets" checksums\t"filling in and verifying checksums" scatter-gather\t"packets in several pieces of memory" vlan\t"VLAN tags" tunnels\t"packets in packets: VXLAN, Geneve, GRE, IP in IP" crypto\t"IPsec, MACsec and TLS" steering\t"which queue gets a packet" other\t"all that is in no other group"' -d 'only features of one group'
complete -c nod -n '__nod_command_is show' -s f -l feature -x -a '(__nod_list features)' -d 'only that feature, alias (tso), group, or those that match a pattern'
complete -c nod -n '__nod_command_is show' -s c -l changed -d 'only features that could be, and are not, as they were requested'
complete -c nod -n '__nod_command_is show' -s t -l tree -d 'how devices are stacked, upper ones on the left'
complete -c nod -n '__nod_command_is show' -s d -l details -d 'rings, queues, RSS, coalescing, sizes, tunnel ports, counters, NAPI, softnet'
complete -c nod -n '__nod_command_is show' -l ethtool -d 'print what ethtool -k prints'
complete -c nod -n '__nod_command_is show' -l args -d 'what was requested, a line for each device, for nod set --from'
complete -c nod -n '__nod_command_is show' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is show' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is show' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is show' -l all-netns -d 'in all network namespaces, also those that only processes hold'
complete -c nod -n '__nod_command_is show' -l record -r -F -d 'write down what the kernel is asked and answers, for --replay'
complete -c nod -n '__nod_command_is show' -l replay -r -F -d 'take the answers from a recording instead of the kernel'
complete -c nod -n '__nod_command_is show' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is show' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is show' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is show' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is show' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is show' -a '(__nod_list devices)'

complete -c nod -n '__nod_command_is why' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is why' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is why' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is why' -l record -r -F -d 'write down what the kernel is asked and answers, for --replay'
complete -c nod -n '__nod_command_is why' -l replay -r -F -d 'take the answers from a recording instead of the kernel'
complete -c nod -n '__nod_command_is why' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is why' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is why' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is why' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is why' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is why 1' -a '(__nod_list devices)'
complete -c nod -n '__nod_command_is why 2+' -a '(__nod_list features)'

complete -c nod -n '__nod_command_is set' -s n -l dry-run -d 'say what would happen, and change nothing'
complete -c nod -n '__nod_command_is set' -l stack -d 'change the devices below as well: ports of a bond, team or bridge, parent of a VLAN'
complete -c nod -n '__nod_command_is set' -l atomic -d 'put all back if not all that is asked can be had'
complete -c nod -n '__nod_command_is set' -l from -r -F -d 'take the changes from lines "DEV FEATURE=on|off ..." (nod show --args) or from a snapshot (nod show --json); - is standard input'
complete -c nod -n '__nod_command_is set' -l for -x -d 'put all back after that time (90s, 5m, 1h) unless Enter is pressed or nod confirm is called'
complete -c nod -n '__nod_command_is set' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is set' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is set' -l record -r -F -d 'write down what the kernel is asked and answers, for --replay'
complete -c nod -n '__nod_command_is set' -l replay -r -F -d 'take the answers from a recording instead of the kernel'
complete -c nod -n '__nod_command_is set' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is set' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is set' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is set' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is set' -a '(__nod_list changes)'

complete -c nod -n '__nod_command_is confirm' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is confirm' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is confirm' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is confirm' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is confirm' -l version -d 'print the version of nod'

complete -c nod -n '__nod_command_is undo' -s l -l list -d 'print all changes instead: number, time, who, what became of it, what was changed'
complete -c nod -n '__nod_command_is undo' -s n -l dry-run -d 'say what would happen, and change nothing'
complete -c nod -n '__nod_command_is undo' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is undo' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is undo' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is undo' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is undo' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is undo' -l version -d 'print the version of nod'

complete -c nod -n '__nod_command_is watch' -s c -l count -x -d 'end after that many changes'
complete -c nod -n '__nod_command_is watch' -s t -l timeout -x -d 'end after that time'
complete -c nod -n '__nod_command_is watch' -s i -l interval -x -d 'how often to look at everything, for what is only requested; 0 for never'
complete -c nod -n '__nod_command_is watch' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is watch' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is watch' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is watch' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is watch' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is watch' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is watch' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is watch' -a '(__nod_list devices)'

complete -c nod -n '__nod_command_is capture' -s w -l write -r -F -d 'write the frames to a file (pcapng); - is standard output, and then there is no report'
complete -c nod -n '__nod_command_is capture' -s f -l filter -x -d 'take only frames that match, in the language of pcap-filter(7)'
complete -c nod -n '__nod_command_is capture' -l duration -x -d 'end after that time'
complete -c nod -n '__nod_command_is capture' -s c -l count -x -d 'end after that many frames'
complete -c nod -n '__nod_command_is capture' -l rotate-size -x -d 'begin another file when one has so many MiB'
complete -c nod -n '__nod_command_is capture' -l rotate-time -x -d 'begin another file when one is that old'
complete -c nod -n '__nod_command_is capture' -l files -x -d 'of these files keep the newest N, and remove older ones'
complete -c nod -n '__nod_command_is capture' -s s -l snap-length -x -d 'keep only so much of each frame; else all of it'
complete -c nod -n '__nod_command_is capture' -l buffer -x -d 'memory for frames that wait (32)'
complete -c nod -n '__nod_command_is capture' -l promiscuous -d 'take also frames that are for other hosts'
complete -c nod -n '__nod_command_is capture' -l annotate -d 'write segment sizes and the like as comments of the frames, too'
complete -c nod -n '__nod_command_is capture' -l write-only -d 'do not look at the frames, only write them'
complete -c nod -n '__nod_command_is capture' -l user -x -d 'become this user once the device is open'
complete -c nod -n '__nod_command_is capture' -l mtu -x -d 'the MTU to judge by; else the device is asked'
complete -c nod -n '__nod_command_is capture' -l vxlan-port -x -d 'a UDP port that carries VXLAN, beside 4789 and 8472'
complete -c nod -n '__nod_command_is capture' -l flows -d 'list the N busiest flows (10)'
complete -c nod -n '__nod_command_is capture' -l fail-on -x -a 'note\t"any finding" warning\t"warnings and errors" error\t"errors only" never\t"no finding makes the status 1"' -d 'what makes the exit status 1 (warning)'
complete -c nod -n '__nod_command_is capture' -l max-flows -x -d 'flows to keep in memory, at less than 512 bytes each (1000000)'
complete -c nod -n '__nod_command_is capture' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is capture' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is capture' -l netns -x -a '(__nod_list namespaces)' -d 'in that network namespace: a name, the number of a process, or a path'
complete -c nod -n '__nod_command_is capture' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is capture' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is capture' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is capture' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is capture' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is capture' -a '(__nod_list devices)'

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

complete -c nod -n '__nod_command_is gro' -l model -x -a '(__nod_list models)' -d 'who receives: a model, or a version of Linux like 6.12; all compares all (the running kernel\'s)'
complete -c nod -n '__nod_command_is gro' -l mode -x -a 'host\t"TCP is merged, UDP is not: what a kernel does by itself" udp\t"UDP too, for sockets that ask for it (UDP_GRO)" forwarding\t"UDP too, where it is forwarded and rx-udp-gro-forwarding is on" fraglist\t"what is forwarded is chained, headers and all, where rx-gro-list is on"' -d 'what the receiver is set up to merge (host)'
complete -c nod -n '__nod_command_is gro' -l budget -x -d 'frames of a poll, for the bound with polls (64); 0 is no limit'
complete -c nod -n '__nod_command_is gro' -l gap -x -d 'microseconds without a frame that end a poll (20); 0 is no limit'
complete -c nod -n '__nod_command_is gro' -l kernel -d 'ask the running kernel too: the capture goes through its GRO in a network namespace of its own; needs root or user namespaces'
complete -c nod -n '__nod_command_is gro' -l split -d 'first take apart frames that were merged, or not yet split, when the capture was taken'
complete -c nod -n '__nod_command_is gro' -l mtu -x -d 'the MTU of the wire: longer frames are unfit, or split with --split; else it is inferred'
complete -c nod -n '__nod_command_is gro' -l flows -d 'list the N busiest flows (10)'
complete -c nod -n '__nod_command_is gro' -s f -l filter -x -d 'look only at frames that match, in the language of pcap-filter(7)'
complete -c nod -n '__nod_command_is gro' -l vxlan-port -x -d 'a UDP port that carries VXLAN, beside 4789 and 8472'
complete -c nod -n '__nod_command_is gro' -l max-flows -x -d 'flows to keep in memory, nearly always at less than 700 bytes each (1000000)'
complete -c nod -n '__nod_command_is gro' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is gro' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is gro' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is gro' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is gro' -s v -l verbose -d 'write more; twice for still more'
complete -c nod -n '__nod_command_is gro' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is gro' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is gro' -F

complete -c nod -n '__nod_command_is split' -s o -l output -r -F -d 'where the new capture goes; - is standard output'
complete -c nod -n '__nod_command_is split' -l format -x -a 'pcapng\t"with interfaces, directions, and comments on what was done" pcap\t"classic, with nanoseconds"' -d 'of the new capture (pcapng)'
complete -c nod -n '__nod_command_is split' -l times -x -a 'equal\t"all segments have the time of their frame" spread\t"they follow each other, up to the next frame"' -d 'of the segments of a frame (equal)'
complete -c nod -n '__nod_command_is split' -l rate -x -d 'speed of the link in Mbit/s, for --times=spread (10000)'
complete -c nod -n '__nod_command_is split' -l mtu -x -d 'the MTU where the capture was taken; else it is inferred'
complete -c nod -n '__nod_command_is split' -l segment -x -d 'payload of a segment, for all frames that are too long; else it is found out'
complete -c nod -n '__nod_command_is split' -s f -l filter -x -d 'read and write only frames that match, in the language of pcap-filter(7)'
complete -c nod -n '__nod_command_is split' -l vxlan-port -x -d 'a UDP port that carries VXLAN, beside 4789 and 8472'
complete -c nod -n '__nod_command_is split' -l max-flows -x -d 'flows to keep in memory, at less than 512 bytes each (1000000)'
complete -c nod -n '__nod_command_is split' -l json -d 'print the result as one JSON document'
complete -c nod -n '__nod_command_is split' -l jsonl -d 'print the result as JSON, one line for each record'
complete -c nod -n '__nod_command_is split' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is split' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is split' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is split' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is split' -F

complete -c nod -n '__nod_command_is explain' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is explain' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is explain' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is explain' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is explain' -a '(__nod_list topics)'

complete -c nod -n '__nod_command_is help' -l color -x -a 'auto\t"if standard output is a terminal and neither NO_COLOR nor TERM forbids it" always\t"even into a file or a pipe" never\t"plain text"' -d 'when to use color'
complete -c nod -n '__nod_command_is help' -s q -l quiet -d 'write nothing but results and errors'
complete -c nod -n '__nod_command_is help' -s h -l help -d 'print this help'
complete -c nod -n '__nod_command_is help' -l version -d 'print the version of nod'
complete -c nod -n '__nod_command_is help' -a '(__nod_list commands)'
