# SPDX-License-Identifier: GPL-2.0-or-later
# What does nod say of the next frame, and what tshark? For compare.awk.

function fail(text) {
	print text >"/dev/stderr"
	failed = 1
	exit 3
}

# --- names --------------------------------------------------------------------------------------

# Headers that are compared, by the names that both give them; others are stepped over.
function name_headers(    list, i, n) {
	n = split("ipv4 ipv6 tcp udp sctp icmp icmpv6 vxlan geneve gre erspan stt esp wireguard",
		  list, " ")
	for (i = 1; i <= n; i++)
		of_nod[list[i]] = list[i]
	of_nod["vxlan-gpe"] = "vxlan"
	of_nod["nvgre"] = "gre"
	of_nod["gtp-u"] = "gtp"
	n = split("ipv6 tcp udp udplite sctp icmp icmpv6 vxlan geneve gre erspan stt esp gtp", list, " ")
	for (i = 1; i <= n; i++)
		of_tshark[list[i]] = list[i]
	of_tshark["ip"] = "ipv4"
	of_tshark["vxlan_gpe"] = "vxlan"
	of_tshark["wg"] = "wireguard"
	n = split("ethernet sll sll2 null ppp vlan mpls pppoe ipv6-ext ipv6-routing ipv6-fragment ah nsh",
		  list, " ")
	for (i = 1; i <= n; i++)
		stepped_over[list[i]]
}

# What tshark's checksum.status says, and which verdicts of nod say the same.
function name_verdicts() {
	split("good unverified none illegal", status_words, " ")
	status_words[0] = "bad"
	agreed["ok", "good"]
	agreed["bad", "bad"]
	agreed["partial", "bad"]
	agreed["partial_nolen", "bad"]
	agreed["lco", "bad"]
	agreed["zero", "bad"]
	agreed["zero", "illegal"]
	agreed["none", "none"]
	agreed["unverified", "unverified"]
	agreed["present", "present"]
}

# --- what nod says ------------------------------------------------------------------------------

# The lines are JSON as nod writes it: no white space, and quotes inside of a string are escaped, so
# that what is looked for here cannot stand in the name of a file.
function number_of(line, key,    at) {
	at = index(line, "\"" key "\":")
	return at ? substr(line, at + length(key) + 3) + 0 : 0
}

# What is between the brackets behind a key; "" if it is not there.
function group_of(line, key, opening, closing,    at) {
	at = index(line, "\"" key "\":" opening)
	if (!at)
		return ""
	line = substr(line, at + length(key) + 4)
	return substr(line, 1, index(line, closing) - 1)
}

function add_nod_header(name, verdict) {
	nod_name[++nod_count] = name
	nod_word[nod_count] = verdict
}

function parse_nod_headers(line,    list, count, i, name, verdict, last) {
	count = split(group_of(line, "headers", "[", "]"), list, "}")
	nod_count = nod_layers = 0
	for (i = 1; i <= count; i++) {
		if (!match(list[i], /"name":"[^"]*"/))
			continue
		nod_layers++
		name = substr(list[i], RSTART + 8, RLENGTH - 9)
		verdict = "present"
		if (match(list[i], /"checksum":"[^"]*"/)) {
			verdict = substr(list[i], RSTART + 12, RLENGTH - 13)
			verdicts[name, verdict]++
		}
		if (!(name in of_nod)) {
			if (!(name in stepped_over))
				fail("compare.awk does not know a header of nod: " name)
		} else {
			# ERSPAN type I has no header of its own: nod shows one layer where tshark shows two.
			if (name == "erspan" && last != "gre")
				add_nod_header("gre", "present")
			add_nod_header(of_nod[name], verdict)
		}
		count_tunnel(name, last)
		last = name
	}
}

# As the totals of a capture count them: GRE under ERSPAN is not a tunnel of its own.
function count_tunnel(name, last) {
	tunnels[name]++
	if (name == "erspan" && last == "gre")
		tunnels["gre"]--
}

function next_nod_frame(    line) {
	while ((getline line <nod) > 0) {
		if (index(line, "{\"type\":\"frame\",") == 1) {
			nod_frames++
			nod_length = number_of(line, "length")
			nod_captured = number_of(line, "captured")
			parse_nod_headers(line)
			return 1
		}
		if (index(line, "{\"type\":\"capture\",") == 1)
			capture_line = line
		else if (index(line, "status\t") == 1)
			nod_status = substr(line, 8) + 0
	}
	return 0
}

# --- what tshark says ---------------------------------------------------------------------------

# Statuses are listed by kind of header, outer to inner. A header may have none, if it was cut.
function split_statuses(name, text,    list, count, i) {
	status_taken[name] = 0
	status_count[name] = count = split(text, list, ",")
	for (i = 1; i <= count; i++)
		status[name, i] = list[i]
}

function take_status(name,    number) {
	if (name == "udplite")
		name = "udp"
	if (!(name in status_count))
		return "present"
	number = ++status_taken[name]
	if (number > status_count[name])
		return "silent"
	if (!(status[name, number] in status_words))
		return "status-" status[name, number]
	return status_words[status[name, number]]
}

function add_tshark_header(name, at) {
	tshark_name[++tshark_count] = name
	tshark_at[tshark_count] = at
	tshark_word[tshark_count] = take_status(name)
	tshark_udp[tshark_count] = udp_seen
}

# tshark 4.0 leaves VXLAN-GPE out of the list of protocols: it stands behind the UDP of its port.
function add_gpe(at,    bits) {
	if (split(gpe_bits, bits, ",") > gpe_seen && ports_of(udp_seen, " 4790 ") &&
	    layer[at + 1] != "vxlan_gpe") {
		gpe_seen++
		add_tshark_header("vxlan", at)
	}
}

function parse_tshark(line,    field, i) {
	split(line, field, "\t")
	frame_number = field[1]
	protocols = field[2]
	tshark_length = field[3]
	tshark_captured = field[4]
	split_statuses("ipv4", field[5])
	split_statuses("tcp", field[6])
	split_statuses("udp", field[7])
	split_statuses("sctp", field[8])
	fragment_bits = field[9] "," field[10] "," field[11] "," field[12]
	source_ports = field[13]
	ports = field[14]
	malformed = field[15] != ""
	gtp_messages = field[16]
	record_type = field[17]
	gpe_bits = field[18]
	experts = field[19]
	udp_lengths = field[20]

	tshark_count = udp_seen = gpe_seen = 0
	layers = split(protocols, layer, ":")
	for (i = 1; i <= layers; i++) {
		if (!(layer[i] in of_tshark))
			continue
		udp_seen += layer[i] == "udp" || layer[i] == "udplite"
		add_tshark_header(of_tshark[layer[i]], i)
		if (layer[i] == "udp")
			add_gpe(i)
	}
}

# tshark also numbers blocks of pcapng that are not packets; these have no encapsulation.
function next_tshark_frame(    line) {
	while ((getline line <tshark) > 0) {
		if (index(line, "status\t") == 1) {
			tshark_status = substr(line, 8) + 0
			continue
		}
		parse_tshark(line)
		if (record_type != "") {
			tshark_frames++
			return 1
		}
		other_records++
	}
	return 0
}
