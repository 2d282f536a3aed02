# SPDX-License-Identifier: GPL-2.0-or-later
# Do nod and tshark say the same of one capture? Reads both line by line, side by side, so that
# captures of any length can be compared.
#
# Variables:
#   nod       stream: nod pcap --jsonl --frames, then "status<TAB>NUMBER"
#   tshark    stream: the fields that tests/corpus/run asks for, then "status<TAB>NUMBER"
#   words     file with what tshark wrote on stderr
#   version   of tshark, as MAJOR.MINOR
#   shown     how many kinds of differences to print in full
# Environment: EXPLAINED, the file of rules for differences that are explained; CAPTURE, the file.
# Output, for tests/corpus/run, fields parted by tabs:
#   count NAME NUMBER     frames, headers, ...
#   rule NAME NUMBER      differences that this rule explains
#   differ WORDS          a kind of difference that no rule explains, and where it is seen first
#   look NUMBER           the first frame that has one
#   neither               both refuse the file

function difference(header, a, b, i,    k, kind) {
	k = rule_for(header, a, b, i)
	if (k) {
		explained_by[rule_name[k]]++
		return
	}
	unexplained++
	kind = header ": nod says " a ", tshark " b
	if (!(kind in seen)) {
		kinds++
		kind_words[kinds] = kind
		kind_where[kinds] = i < 0 ? "" : "frame " frame_number " (" protocols ")"
		if (i >= 0 && !first_frame)
			first_frame = frame_number
	}
	seen[kind]++
}

# From the first header that only one of them has on, the frames cannot be compared.
function compare_frame(    i) {
	if (nod_length != tshark_length || nod_captured != tshark_captured)
		difference("length", sprintf("%.0f/%.0f", nod_captured, nod_length),
			   tshark_captured "/" tshark_length, 0)
	cut_frames += tshark_captured + 0 < tshark_length + 0
	for (i = 1; i <= nod_count || i <= tshark_count; i++) {
		headers++
		if (i > tshark_count) {
			difference(nod_name[i], nod_word[i], "absent", i)
			return
		}
		if (i > nod_count) {
			difference(tshark_name[i], "absent", tshark_word[i], i)
			return
		}
		if (nod_name[i] != tshark_name[i]) {
			difference(tshark_name[i], nod_name[i], tshark_word[i], i)
			return
		}
		if (!((nod_word[i], tshark_word[i]) in agreed))
			difference(nod_name[i], nod_word[i], tshark_word[i], i)
	}
}

function compare_total(name, total, sum) {
	if (total + 0 != sum + 0)
		difference("total " name, total + 0, "absent (the frames have " (sum + 0) ")", -1)
}

# Fill total[] with the numbers between the brackets behind a key of the capture.
function read_totals(line, key,    list, count, i, pair) {
	split("", total)
	count = split(group_of(line, key, "{", "}"), list, ",")
	for (i = 1; i <= count; i++) {
		split(list[i], pair, ":")
		gsub(/"/, "", pair[1])
		total[pair[1]] = pair[2]
	}
}

# nod's totals against its own lines of frames. IP directly in IP has no header to be counted.
function compare_totals(    group, key, part, name, list) {
	compare_total("frames", number_of(capture_line, "frames"), nod_frames)
	compare_total("truncated_frames", number_of(capture_line, "truncated_frames"), cut_frames)
	split("ipv4 tcp udp sctp", group, " ")
	part = substr(capture_line, index(capture_line, "\"checksums\":{"))
	for (key = 1; key in group; key++) {
		read_totals(part, group[key])
		for (name in total)
			compare_total(group[key] " " name, total[name], verdicts[group[key], name])
	}
	read_totals(capture_line, "tunnels")
	split("vxlan vxlan-gpe geneve nvgre stt gtp-u esp wireguard", list, " ")
	for (key = 1; key in list; key++)
		compare_total(list[key], total[list[key]], tunnels[list[key]])
	# GRE that announces ERSPAN counts as ERSPAN, whether or not its header was captured.
	compare_total("gre and erspan", total["gre"] + total["erspan"],
		      tunnels["gre"] + tunnels["erspan"])
}

function read_words(    line) {
	while ((getline line <words) > 0)
		if (line !~ /^Running as user/)
			tshark_words = tshark_words (tshark_words == "" ? "" : "; ") line
}

# Did they come to the end of the file?
function compare_ends(    a, b) {
	if (nod_status > 3)
		difference("file", "status " nod_status, tshark_status ? "status " tshark_status : "read", -1)
	a = index(capture_line, "\"error\":\"") ? "damaged" : "whole"
	b = tshark_status ? "damaged" : "whole"
	if (a != b)
		difference("end of file", a, b, -1)
}

function compare_files(    a, b) {
	for (;;) {
		a = next_nod_frame()
		b = next_tshark_frame()
		if (!a || !b)
			break
		compare_frame()
	}
	while (a && next_nod_frame())
		;
	while (b && next_tshark_frame())
		;
	read_words()
	if (capture_line == "" && nod_status == 3 && tshark_status && !tshark_frames) {
		neither = 1
	} else if (capture_line == "") {
		difference("file", "status " nod_status, tshark_status ? "refused" : "read", -1)
	} else if (tshark_status && !tshark_frames && nod_frames) {
		difference("file", "read", "refused", -1)
	} else {
		if (nod_frames != tshark_frames)
			difference("frames", nod_frames + 0, tshark_frames + 0, -1)
		else
			compare_totals()
		compare_ends()
	}
}

function report(    k, kind, text) {
	if (neither)
		print "neither"
	print "count\tframes\t" nod_frames + 0
	print "count\theaders\t" headers + 0
	print "count\tunexplained\t" unexplained + 0
	print "count\tother records\t" other_records + 0
	for (k = 1; k <= rules; k++)
		if (explained_by[rule_name[k]]) {
			print "rule\t" rule_name[k] "\t" explained_by[rule_name[k]]
			explained_by[rule_name[k]] = 0
		}
	for (k = 1; k <= kinds && k <= shown; k++) {
		kind = kind_words[k]
		text = kind
		if (kind_where[k] != "")
			text = text "; first in " kind_where[k]
		if (seen[kind] > 1)
			text = text "; " seen[kind] " times"
		print "differ\t" text
	}
	if (kinds > shown)
		print "differ\tand " kinds - shown " more kinds of differences"
	if (unexplained && tshark_words != "")
		print "differ\ttshark wrote: " tshark_words
	if (first_frame)
		print "look\t" first_frame
}

BEGIN {
	LINK_AND_IP = 14 + 20
	name_headers()
	name_verdicts()
	explained = ENVIRON["EXPLAINED"]
	read_rules()
	compare_files()
	report()
}

END {
	if (failed)
		exit 3
}
