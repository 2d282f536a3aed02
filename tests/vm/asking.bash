# SPDX-License-Identifier: GPL-2.0-or-later
# What several tests ask of ethtool and nod, in the machine.
# shellcheck shell=bash

# --- asking -------------------------------------------------------------------------------------

is() { # DEVICE NAME on|off: and nothing else is requested
	local there
	there=$(ethtool -k "$1" | sed -n "s/^[[:space:]]*$2: //p")
	[ "$there" = "$3" ] || [ "$there" = "$3 [fixed]" ] || {
		echo "$1 $2: wanted $3, there is $there"
		return 1
	}
}

all_are() { # NAME on|off DEVICE...
	local device failed=0
	for device in "${@:3}"; do is "$device" "$1" "$2" || failed=1; done
	return $failed
}

remember() { # DEVICE...
	local device
	for device; do ethtool -k "$device" >"/tmp/$device"; done
}

as_before() { # DEVICE...
	local device
	for device; do diff "/tmp/$device" <(ethtool -k "$device") || return; done
}

# says STATUS EXPRESSION... -- COMMAND...: ends with that status and prints lines that match
says() {
	local expected=$1 expressions=() expression words status=0
	shift
	while [ "$1" != -- ]; do
		expressions+=("$1")
		shift
	done
	shift
	words=$("$@" 2>&1) || status=$?
	for expression in "${expressions[@]}"; do
		[ $status -eq "$expected" ] && grep -qE -- "$expression" <<<"$words" && continue
		printf 'status %s, wanted %s and: %s\n%s\n' "$status" "$expected" "$expression" "$words"
		return 1
	done
}

# --- nod beside ethtool -------------------------------------------------------------------------

same_as_ethtool() { # DEVICE
	diff <(ethtool -k "$1") <(nod show --ethtool "$1")
}

# DEVICE FEATURE on|off, for all devices
by_json() {
	nod show --json | jq -r '.devices[] | .name as $device | .features | to_entries[] |
		"\($device) \(.key) \(if .value.active then "on" else "off" end)"'
}

# Of the features that both name, for ethtool has words of its own for some.
same_in_json() { # DEVICE
	ethtool -k "$1" | awk -v device="$1" '
		NR == FNR {if ($1 == device) active[$2] = $3; next}
		sub(/:$/, "", $1) && $1 in active {
			both++
			if (active[$1] != $2) {print $1 " is " $2 ", in JSON " active[$1]; differ = 1}
		}
		END {if (both < 30) print "only " both + 0 " in both"; exit differ || both < 30}' /tmp/json -
}
