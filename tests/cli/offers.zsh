# SPDX-License-Identifier: GPL-2.0-or-later
# What does zsh offer for a line? Print the words, one a line.
#
#   zsh -f offers.zsh FOLDER LINE     FOLDER has _nod
#
# Completion needs the line editor, and that a terminal: an inner zsh runs on a pseudo-terminal.

zmodload zsh/zpty || exit 77
export OFFERS_FOLDER=$1 OFFERS_FILE=$(mktemp) OFFERS_SETUP=$(mktemp)

cat >$OFFERS_SETUP <<'END'
PS1= LISTMAX=10000
setopt no_list_beep no_beep
fpath=($OFFERS_FOLDER $fpath)
autoload -Uz compinit
compinit -u -D
# Write down what is added, as it would be inserted, then add it.
compadd() {
	local -a hits
	if [[ " $* " != *' -'[OAD]' '* ]]; then
		builtin compadd -O hits "$@"
		(( $#hits )) && print -rl -- $hits >>$OFFERS_FILE
	else
		builtin compadd "$@"
		return
	fi
	builtin compadd "$@"
}
finish() {
	print -r -- OFFERS-END
	exit
}
zle -N finish
bindkey '^I' list-choices '^G' finish
print -r -- OFFERS-READY
END

zpty inner zsh -f -i
zpty -w inner "source $OFFERS_SETUP"
zpty -r inner answer $'*OFFERS-READY\r\n*'
zpty -w -n inner "$2"$'\t\C-G'
zpty -r inner answer '*OFFERS-END*'
zpty -d inner
sort -u $OFFERS_FILE
rm -f $OFFERS_FILE $OFFERS_SETUP
