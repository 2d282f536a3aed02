# SPDX-License-Identifier: GPL-2.0-or-later
# Does a rule of the file "explained", whose head says what rules and conditions are, explain a
# difference? For compare.awk.

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

function read_rules(    line, field, number) {
	while ((getline line <explained) > 0) {
		number++
		if (line ~ /^[ \t]*(#|$)/)
			continue
		if (split(line, field, "|") != 6)
			fail(explained ":" number ": not six fields parted by |")
		rules++
		rule_name[rules] = trim(field[1])
		rule_header[rules] = trim(field[2])
		rule_nod[rules] = trim(field[3])
		rule_tshark[rules] = trim(field[4])
		rule_when[rules] = trim(field[5])
		check_conditions(rule_when[rules], number)
	}
	if (!rules)
		fail(explained ": no rules")
}

function check_conditions(when, number,    list, count, i, word) {
	count = split(when, list, " ")
	for (i = 1; i <= count; i++) {
		word = list[i]
		sub(/^!/, "", word)
		if (!is_one(word, "cut,long-capture,giant,big,fragment,malformed,last,carrier") &&
		    !is_one(word, "whole-datagram,foreign-link,refused-link,empty") &&
		    word !~ /^(inside|via|path|ends|after|first|port|gtp|expert|suffix|from)=./)
			fail(explained ":" number ": unknown condition " list[i])
	}
}

# Is WORD one of LIST, which has commas?
function is_one(word, list) {
	return list == "*" || index("," list ",", "," word ",") > 0
}

# Has one of the occurrences of a field, parted by commas, a bit or a number that is not 0?
function any_set(text,    list, count, i) {
	count = split(text, list, ",")
	for (i = 1; i <= count; i++)
		if (list[i] == "True" || list[i] + 0)
			return 1
	return 0
}

# Is a port of the UDP header of that number among LIST, which has blanks around each?
function ports_of(number, list,    source, target) {
	if (!number)
		return 0
	split(source_ports, source, ",")
	split(ports, target, ",")
	return index(list, " " source[number] " ") || index(list, " " target[number] " ")
}

function older(than,    own, other) {
	split(version, own, ".")
	split(than, other, ".")
	return own[1] + 0 < other[1] + 0 || (own[1] + 0 == other[1] + 0 && own[2] + 0 < other[2] + 0)
}

# Is one of LIST among the layers before the one of header number I?
function is_inside(list, i,    at, end) {
	end = i > tshark_count ? layers + 1 : tshark_at[i]
	for (at = 1; at < end; at++)
		if (is_one(layer[at], list))
			return 1
	return 0
}

# Does one of LIST, of layers parted by colons, stand as it is before the one of header number I?
function has_path(list, i,    path, count, k, at, end, before) {
	end = i > tshark_count ? layers : tshark_at[i] - 1
	for (at = 1; at <= end; at++)
		before = before ":" layer[at]
	count = split(list, path, ",")
	for (k = 1; k <= count; k++)
		if (index(before ":", ":" path[k] ":"))
			return 1
	return 0
}

# Is one of LIST, where _ stands for a blank, in what tshark's experts say?
function has_expert(list,    words, count, k) {
	gsub(/_/, " ", list)
	count = split(list, words, ",")
	for (k = 1; k <= count; k++)
		if (index(experts, words[k]))
			return 1
	return 0
}

function udp_before(i) {
	return i > 1 && i - 1 <= tshark_count ? tshark_udp[i - 1] : 0
}

function is_gtp(list, i,    message, number, k) {
	split(gtp_messages, message, ",")
	for (k = 1; k <= i && k <= tshark_count; k++)
		number += tshark_name[k] == "gtp"
	return is_one(message[number], list)
}

function holds(condition, i,    key, value, list) {
	if (substr(condition, 1, 1) == "!")
		return !holds(substr(condition, 2), i)
	key = value = condition
	sub(/=.*/, "", key)
	sub(/^[^=]*=/, "", value)
	if (key == "cut")
		return tshark_captured + 0 < tshark_length + 0
	if (key == "long-capture")
		return tshark_captured + 0 > tshark_length + 0
	if (key == "giant")
		return tshark_length + 0 == 2147483647
	if (key == "fragment")
		return any_set(fragment_bits)
	if (key == "malformed")
		return malformed
	if (key == "last")
		return i >= tshark_count
	if (key == "big")
		return tshark_length > 65535
	if (key == "foreign-link")
		return !is_one(layer[1], "eth,sll,null,raw,ppp,ip,ipv6")
	if (key == "whole-datagram") {
		split(udp_lengths, list, ",")
		return list[tshark_udp[i]] + LINK_AND_IP <= tshark_captured
	}
	if (key == "carrier")
		return i < tshark_count
	if (key == "refused-link")
		return tshark_words ~ /unsupported|doesn't support/
	if (key == "empty")
		return !tshark_frames && !tshark_status
	if (key == "suffix")
		return ENVIRON["CAPTURE"] ~ ("[.]" value "$")
	if (key == "inside")
		return is_inside(value, i)
	if (key == "via")
		return i <= tshark_count && is_one(layer[tshark_at[i] - 1], value)
	if (key == "path")
		return has_path(value, i)
	if (key == "ends")
		return is_one(layer[layers], value)
	if (key == "after")
		return is_one(i > 1 ? tshark_name[i - 1] : "nothing", value)
	if (key == "first")
		return is_one(layers ? layer[1] : "nothing", value)
	if (key == "port")
		return ports_of(udp_before(i), " " value " ")
	if (key == "gtp")
		return is_gtp(value, i)
	if (key == "expert")
		return has_expert(value)
	return !older(value) # the last one, from
}

function all_hold(when, i,    list, count, k) {
	count = split(when, list, " ")
	for (k = 1; k <= count; k++)
		if (!holds(list[k], i))
			return 0
	return 1
}

# The number of the first rule that explains a difference at header number I; 0 if none does.
function rule_for(header, a, b, i,    k) {
	for (k = 1; k <= rules; k++)
		if (is_one(header, rule_header[k]) && is_one(a, rule_nod[k]) &&
		    is_one(b, rule_tshark[k]) && all_hold(rule_when[k], i))
			return k
	return 0
}
