# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever reads what nod why says to do pastes it into a shell: does it lead to what it promises?
#
#   whydriver.bash SEED STATES TRIES
#
# As often as STATES, the devices of this namespace get into a random state. Of each, up to TRIES
# explanations with commands are taken, their commands are done in turn, and put back. Needs nod in
# PATH, and jq and ethtool. Ends with what it did, or with the first promise that was not kept.

RANDOM=$1 states=$2 tries=$3
tried=0 granted=0 last_word=0 trail=

# pick WORD...: one of them, in $picked. A subshell would have random numbers of its own.
pick() {
	picked=${*:RANDOM % $# + 1:1}
}

# Not all of it is granted; that is what why is for.
leave_random_state() {
	local device i words=()
	pick "${devices[@]}"
	device=$picked
	for ((i = RANDOM % 5; i >= 0; i--)); do
		pick "${features[@]}"
		words+=("$picked")
		pick on off off
		words+=("$picked")
	done
	trail+="ethtool -K $device ${words[*]}"$'\n'
	ethtool -K "$device" "${words[@]}" >/dev/null 2>&1
}

fail() {
	printf '%s\n' "$1" "after:" "$trail" >&2
	exit 1
}

# is DEVICE FEATURE on|off
is() {
	[[ $(nod show --feature "$2" "$1") == *"  $2  $3"* ]]
}

# keeps DEVICE FEATURE WORDS: is it as promised, or was it said that nobody can know?
keeps() {
	case $3 in
	*'last word'*) last_word=$((last_word + 1)) ;;
	*'as the kernel had it'*) is "$1" "$2" off ;;
	*) is "$1" "$2" on && granted=$((granted + 1)) ;;
	esac
}

# follow DEVICE FEATURE COMMAND...: each must do what it says; behind the last, the promise counts.
follow() {
	local device=$1 feature=$2 command words status=0 undo=0
	shift 2
	for command; do
		status=0
		words=$(eval "$command" 2>&1) || status=$?
		[[ $words != *'nod undo'* ]] || undo=$((undo + 1))
		tried=$((tried + 1))
		case $status,$command in
		0,*) ;;
		1,*'last word'*) break ;;
		*) fail "for $feature on $device, status $status: $command"$'\n'"$words" ;;
		esac
	done
	keeps "$device" "$feature" "$command" ||
		fail "no $feature on $device by:$(printf '\n%s' "$@")"
	for ((; undo; undo--)); do
		words=$(nod undo 2>&1) || fail "nod undo: $words"
	done
}

mapfile -t devices < <(nod show --jsonl | jq -r 'select(.name != "lo").name')
mapfile -t features < <(nod show --jsonl |
	jq -r '.features | to_entries[] | select(.value.hw).key' | sort -u)
for ((state = 0; state < states; state++)); do
	leave_random_state
	mapfile -t lines < <(nod why --jsonl '*' '*' |
		jq -r 'select(.commands | length > 0) | [.device, .feature, .commands[]] | @tsv')
	for ((i = 0; i < tries && ${#lines[@]}; i++)); do
		pick "${!lines[@]}"
		IFS=$'\t' read -ra words <<<"${lines[picked]}"
		follow "${words[@]}"
	done
done
echo "states $states, tried $tried, granted $granted, left to the driver $last_word"
