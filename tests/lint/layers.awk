# SPDX-License-Identifier: GPL-2.0-or-later
# Print every #include that tests/lint/layers does not allow. Arguments: that file, then sources
# with their path from the root.

# The longest folder of the table that holds this path; "" if none does.
function layer_of(path,    folder, best) {
	best = ""
	for (folder in allowed)
		if (index(path, folder "/") == 1 && length(folder) > length(best))
			best = folder
	return best
}

function library_of(header,    library) {
	for (library in libraries)
		if (index(header, library) == 1)
			return library
	return ""
}

# @name as the file at @path means it
function beside(path, name) {
	sub(/[^\/]*$/, "", path)
	while (sub(/^\.\.\//, "", name))
		sub(/[^\/]*\/$/, "", path)
	return path name
}

function complain(text) {
	print FILENAME ":" FNR ": " text
}

FNR == 1 { file++ }

file == 1 {
	sub(/#.*/, "")
	if (NF == 0)
		next
	allowed[$1] = " " $0 " "
	for (i = 2; i <= NF; i++)
		if ($i ~ /^</)
			libraries[substr($i, 2, length($i) - 2)] = 1
	next
}

FNR == 1 {
	here = layer_of(FILENAME)
	if (here == "")
		complain("no line of tests/lint/layers is for this folder")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	# The kernel's build knows no root of this project: a module's files name each other.
	path = here ~ /^tests\/nodsim/ ? beside(FILENAME, part[2]) : part[2]
	there = layer_of(path)
	if (there == "")
		complain("\"" part[2] "\" is not a path from the root")
	else if (there != here && index(allowed[here] " ", " " there " ") == 0)
		complain(here " may not include " there " (\"" part[2] "\")")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	library = library_of(part[2])
	if (library != "" && index(allowed[here], "<" library ">") == 0)
		complain(here " may not include <" part[2] ">")
}
