# SPDX-License-Identifier: GPL-2.0-or-later
# Read the TAP of one program; print its failures with what they said and its skips with their
# reason; append "passed failed skipped" to the file `tally`.
#
# Variables: name (of the suite and the program), status (the program's exit status), tally.

function failure(text) {
	failed++
	printf "not ok - %s: %s\n", name, text
	lines_left = 60
}

function skip(text, reason) {
	skipped++
	printf "ok - %s%s # SKIP %s\n", name, text == "" ? "" : ": " text, reason
	lines_left = 0
}

# What a result line says before and after its "# SKIP".
function title(line) {
	sub(/^(not )?ok *[0-9]* *-? */, "", line)
	sub(/^1\.\.[0-9]+ */, "", line)
	sub(/ *# *[sS][kK][iI][pP].*/, "", line)
	return line
}
function reason(line) {
	return sub(/.*# *[sS][kK][iI][pP] */, "", line) && line != "" ? line : "no reason given"
}

/^1\.\.[0-9]+/ {
	has_plan = 1
	lines_left = 0
	planned += substr($1, 4)
	if (substr($1, 4) == 0)
		skip("", reason($0))
	next
}

# First of all, for cmocka before 1.1.6 says "not ok N # SKIP name" of a skipped test.
/^(not )?ok( |$)/ && /# *[sS][kK][iI][pP]/ {
	seen++
	skip(title($0), reason($0))
	next
}

/^ok( |$)/ {
	seen++
	passed++
	lines_left = 0
	next
}

/^not ok( |$)/ {
	seen++
	failure(title($0))
	next
}

/^Bail out!/ {
	failure($0)
	next
}

lines_left > 0 {
	lines_left--
	print /^#/ ? $0 : "# " $0
}

# The report of a sanitizer, or else the last words, explain a program that died.
/ERROR: |runtime error: / && !report_left {
	words = ""
	report_left = 20
}
report_left != 1 {
	words = words "# " $0 "\n"
	if (report_left)
		report_left--
	else if (split(words, line, "\n") > 6)
		words = substr(words, index(words, "\n") + 1)
}

END {
	if (!has_plan)
		failure("ended with status " status " and printed no plan")
	else if (seen != planned)
		failure("planned " planned " tests and ran " (seen + 0) " (status " status ")")
	else if (status != 0 && !failed)
		failure("ended with status " status " though no test failed")
	else
		words = ""
	printf "%s", words
	print passed + 0, failed + 0, skipped + 0 >>tally
}
