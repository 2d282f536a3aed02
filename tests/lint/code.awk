# SPDX-License-Identifier: GPL-2.0-or-later
# Print C sources as FILE:LINE:CODE, without comments and without what is inside of strings, so that
# words in prose are not taken for calls.

FNR == 1 { comment = 0 }

{
	code = ""
	rest = $0
	while (rest != "") {
		if (comment) {
			end = index(rest, "*/")
			if (!end)
				break
			rest = substr(rest, end + 2)
			comment = 0
		} else if (match(rest, /\/\*|\/\/|"|'/)) {
			code = code substr(rest, 1, RSTART - 1)
			start = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			if (start == "//")
				break
			if (start == "/*") {
				comment = 1
				code = code " "
				continue
			}
			if (start == "\"")
				match(rest, /^([^"\\]|\\.)*"/)
			else
				match(rest, /^([^'\\]|\\.)*'/)
			code = code start start
			rest = substr(rest, RLENGTH > 0 ? RLENGTH + 1 : 1)
		} else {
			code = code rest
			break
		}
	}
	if (code ~ /[^ \t]/)
		print FILENAME ":" FNR ":" code
}
